//! Filling the parts that many pages show from what use cases return: risk, clocks, sealed fields,
//! journal lines, facts.

use access::Action;
use app_intake::{ClockView, Rules};
use model::{Instant, Span};
use reports::ClockState as Clock;

use crate::{
    page::{
        Choice, ClockChip, ClockState, JournalLine, Level, RiskBand, SealedField, Times, list::grouped,
        routes, time::span_words,
    },
    session::Signed,
    view::csrf,
};

/// What a sealed field is opened for: the word of the form, and the reason as the journal keeps it.
pub(crate) const PURPOSES: [(&str, &str); 6] = [
    ("safeguard", "Find or protect the child"),
    ("decide", "Decide on this record"),
    ("investigate", "Work the case"),
    ("report_on", "Prepare a referral or a filing"),
    ("order", "Answer a court order or a lawful request"),
    ("check", "Check a duplicate or a mistake"),
];

/// How urgent a level of the rubric is. The rubric's own words stand beside it.
pub(crate) fn risk(rules: &Rules, level: i64, name: &str) -> RiskBand {
    let band = match level {
        n if n == i64::from(rules.rubric.default_level().number) => Level::Unknown,
        ..=1 => Level::Now,
        2..=3 => Level::High,
        4..=5 => Level::Medium,
        _ => Level::Low,
    };
    RiskBand { level: band, scale: Some(format!("level {level}: {name}")) }
}

/// The name of a level of the rubric.
pub(crate) fn level_name(rules: &Rules, level: i64) -> &str {
    let named = rules.rubric.levels().iter().find(|known| i64::from(known.number) == level);
    named.map_or(rules.rubric.default_level().name.as_str(), |known| known.name.as_str())
}

/// A clock's chip.
pub(crate) fn clock(times: &Times, clock: &ClockView) -> ClockChip {
    let (state, words) = match clock.state {
        Clock::Running { left } => (ClockState::Running, format!("due in {}", span_words(left))),
        Clock::DueSoon { left } => (ClockState::DueSoon, format!("due in {}", span_words(left))),
        Clock::Breached { by } => (ClockState::Breached, format!("breached {} ago", span_words(by))),
        Clock::Met => (ClockState::Met, "met in time".to_owned()),
        Clock::MetLate { by } => (ClockState::MetLate, format!("breached: met {} late", span_words(by))),
    };
    ClockChip {
        what: clock.name.clone(),
        state,
        words,
        iso: clock.due_at.to_string(),
        exact: times.exact(clock.due_at),
        rule: format!("{} {}", clock.duty, clock.citation),
        sum: vec![clock.sum.clone()],
    }
}

/// A sealed field: `record` and `field` are the parts of its address, `words` what it is. Shut for
/// good where the person may not open it.
pub(crate) fn sealed(
    signed: &Signed,
    kind: &str,
    record: impl std::fmt::Display,
    field: &str,
    words: &str,
    may: bool,
) -> SealedField {
    SealedField {
        key: format!("{kind}-{record}-{field}"),
        kind: words.to_owned(),
        href: routes::reveal(kind, record, field),
        back: signed.here.clone(),
        purposes: if may { purposes() } else { Vec::new() },
        refused: "Your role does not open this.".to_owned(),
        csrf: csrf(signed),
    }
}

/// The purposes as choices.
pub(crate) fn purposes() -> Vec<Choice> {
    PURPOSES.iter().map(|(word, label)| Choice::new(word, label)).collect()
}

/// A line of a record's journal.
pub(crate) fn journal_line(
    times: &Times,
    at: Instant,
    who: String,
    did: String,
    why: Option<String>,
) -> JournalLine {
    JournalLine { when: times.moment(at), who, did, why }
}

/// Who acted, for the word the journal has: `user:name` is the name, `system:linking` the house.
pub(crate) fn actor(text: &str) -> String {
    match text.split_once(':') {
        Some(("system", name)) => format!("the house ({})", name.replace('_', " ")),
        Some(("program", name)) => format!("the program “{name}”"),
        Some((_, name)) => name.to_owned(),
        None => text.to_owned(),
    }
}

/// What was done to an alert, for the action and the detail the journal has.
pub(crate) fn did_to_alert(action: &str, detail: &str) -> String {
    let detail: serde_json::Value = serde_json::from_str(detail).unwrap_or_default();
    let has = |field: &str| detail.get(field).is_some();
    let state = detail.get("state").and_then(serde_json::Value::as_str);
    let action = action.parse::<Action>().ok();
    match (action, state) {
        (Some(Action::RevealParty), _) => "opened the party".to_owned(),
        (Some(Action::ReviewAlert), Some("escalated")) => "escalated it to a report".to_owned(),
        (Some(Action::ReviewAlert), Some("dismissed")) => "dismissed it".to_owned(),
        (Some(Action::ReviewAlert), Some("reviewed")) => "opened it again".to_owned(),
        (Some(Action::ReadAlert), _) => "opened it".to_owned(),
        _ if has("extended") => "found more of it".to_owned(),
        _ if has("raised") => "raised it".to_owned(),
        (Some(action), _) => action.as_str().replace('_', " "),
        (None, _) => "changed it".to_owned(),
    }
}

/// Bytes in words: `48,213 bytes`, `4.2 MB`.
pub(crate) fn size(bytes: i64) -> String {
    match bytes {
        ..=999_999 => format!("{} bytes", grouped(bytes.max(0))),
        1_000_000..=999_999_999 => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
        1_000_000_000.. => format!("{}.{} GB", bytes / 1_000_000_000, bytes / 100_000_000 % 10),
    }
}

/// A stretch of time by its days.
pub(crate) fn days(times: &Times, from: Instant, to: Instant) -> String {
    let day = |at: Instant| at.in_zone(&times.zone).chars().take(10).collect::<String>();
    if to.since(from) < Span::seconds(1) { day(from) } else { format!("{} to {}", day(from), day(to)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_in_the_unit_that_is_read() {
        assert_eq!(size(48_213), "48,213 bytes");
        assert_eq!(size(4_250_000), "4.2 MB");
        assert_eq!(size(2_000_000_000), "2.0 GB");
    }

    #[test]
    fn the_journal_is_said_in_words() {
        assert_eq!(actor("user:synthetic"), "synthetic");
        assert_eq!(actor("system:linking"), "the house (linking)");
        assert_eq!(did_to_alert("review_alert", r#"{"state":"dismissed"}"#), "dismissed it");
        assert_eq!(did_to_alert("import_file", r#"{"raised":1}"#), "raised it");
        assert_eq!(did_to_alert("unknown", ""), "changed it");
    }

    #[test]
    fn a_level_of_the_rubric_has_its_band() {
        let rules = Rules::shipped().unwrap();
        let default = i64::from(rules.rubric.default_level().number);
        let band = |level| risk(&rules, level, "x").level;
        assert_eq!((band(1), band(2), band(default)), (Level::Now, Level::High, Level::Unknown));
        assert!(!level_name(&rules, 1).is_empty());
    }
}
