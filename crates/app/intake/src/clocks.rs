//! The clocks that run on a report, in words: what is due, by when, under which rule.
//!
//! Acting on a report (any decision but a ranking) stops its shortest clock. Beginning the
//! investigation is a duty of its own: the other clocks stop when the report became a case or was
//! referred, and do not run on one that was merged, closed, or needs no action.

use model::{Instant, Span};
use reports::{ClockRule, ClockState, ClockTrigger, DecisionKind, ReportState, Source};
use store::reports::{Decision, Report};

use crate::Rules;

/// A clock, as its chip shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockView {
    /// The rule's id.
    pub rule: String,
    /// What the chip says.
    pub name: String,
    /// What is to be done.
    pub duty: String,
    /// The law.
    pub citation: String,
    /// When it is due.
    pub due_at: Instant,
    /// How it stands.
    pub state: ClockState,
    /// How it stands, in words: “due in 5 hours”.
    pub words: String,
    /// The sum that made the date.
    pub sum: String,
}

/// What stops clocks: the first decision that acted, and the first that began an investigation.
#[derive(Clone, Copy, Default)]
pub(crate) struct Stops {
    acted: Option<Instant>,
    begun: Option<Instant>,
}

impl Stops {
    /// From the decisions on a report; one that was undone stops nothing.
    pub(crate) fn of(decisions: &[Decision]) -> Self {
        let standing = || decisions.iter().filter(|decision| decision.undone_at.is_none());
        let acted = |decision: &&Decision| {
            decision.to_state.parse::<ReportState>().is_ok_and(ReportState::is_acted_on)
        };
        let begun = |decision: &&Decision| {
            decision.kind == DecisionKind::OpenCase.as_str() || decision.kind == DecisionKind::Refer.as_str()
        };
        Self {
            acted: standing().filter(acted).map(|decision| decision.decided_at).min(),
            begun: standing().filter(begun).map(|decision| decision.decided_at).min(),
        }
    }
}

/// The clock a queue row shows: the shortest.
pub(crate) fn first(
    rules: &Rules,
    row: &Report,
    stops: Stops,
    now: Instant,
    zone: &str,
) -> Option<ClockView> {
    let rule = *in_force(rules, row).first()?;
    Some(view(rule, row.received_at, stops.acted, now, zone))
}

/// Every clock of a report, the shortest first.
pub(crate) fn all(
    rules: &Rules,
    row: &Report,
    state: ReportState,
    stops: Stops,
    now: Instant,
    zone: &str,
) -> Vec<ClockView> {
    let over = matches!(state, ReportState::Merged | ReportState::NoAction | ReportState::Closed);
    let mut views = Vec::new();
    for (n, rule) in in_force(rules, row).into_iter().enumerate() {
        let met = if n == 0 { stops.acted } else { stops.begun };
        if n == 0 || met.is_some() || !over {
            views.push(view(rule, row.received_at, met, now, zone));
        }
    }
    views
}

fn in_force<'r>(rules: &'r Rules, row: &Report) -> Vec<&'r ClockRule> {
    row.source
        .parse::<Source>()
        .map(|source| rules.clocks.in_force(ClockTrigger::ReportReceived, source))
        .unwrap_or_default()
}

fn view(rule: &ClockRule, trigger: Instant, met: Option<Instant>, now: Instant, zone: &str) -> ClockView {
    let running = rule.start(trigger);
    let running = match met {
        Some(at) => running.met(at),
        None => running,
    };
    let state = running.state(now);
    ClockView {
        rule: rule.id.clone(),
        name: rule.name.clone(),
        duty: rule.duty.clone(),
        citation: rule.citation.clone(),
        due_at: running.due,
        state,
        words: words(state),
        sum: rule.explain(trigger, zone),
    }
}

/// How a clock stands, in words.
fn words(state: ClockState) -> String {
    match state {
        ClockState::Running { left } => format!("due in {}", length(left)),
        ClockState::DueSoon { left } => format!("due soon, in {}", length(left)),
        ClockState::Breached { by } => format!("overdue by {}", length(by)),
        ClockState::Met => "done in time".to_owned(),
        ClockState::MetLate { by } => format!("done {} late", length(by)),
    }
}

/// A length of time in the largest unit of which there are two or more, so that nothing is rounded
/// away that matters: “47 hours”, “3 days”.
fn length(span: Span) -> String {
    let minutes = span.0.max(0) / Span::minutes(1).0;
    let (hours, days) = (minutes / 60, minutes / (60 * 24));
    match (days, hours, minutes) {
        (2.., _, _) => format!("{days} days"),
        (_, 2.., _) => format!("{hours} hours"),
        (_, _, 1) => "1 minute".to_owned(),
        (_, _, 0) => "less than a minute".to_owned(),
        _ => format!("{minutes} minutes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_said_in_the_unit_that_matters() {
        for (minutes, text) in [
            (0, "less than a minute"),
            (1, "1 minute"),
            (119, "119 minutes"),
            (120, "2 hours"),
            (47 * 60 + 59, "47 hours"),
            (48 * 60, "2 days"),
        ] {
            assert_eq!(length(Span::minutes(minutes)), text);
        }
        assert_eq!(words(ClockState::Breached { by: Span::hours(3) }), "overdue by 3 hours");
    }
}
