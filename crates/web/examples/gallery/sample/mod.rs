//! Made-up views for every page, in its ordinary, empty, long and failed states.
//!
//! Nobody and nothing here exists: names say that they are synthetic, phone numbers and addresses come
//! from ranges kept for examples.

#![expect(clippy::unwrap_used, reason = "a sample that cannot be made must stop the gallery")]

mod case;
mod filing;
mod house;
mod outside;
mod records;
mod report;
mod taking_in;
mod work;

use askama::Template;
use model::{Id, Instant, Span};
use web::page::{
    Choice, ClockChip, Csrf, Desk, JournalLine, Level, Moment, Notice, RiskBand, SealedField, SensitiveText,
    Shell, Standing, Theme, Times,
    list::{Filter, FilterField},
    record::Tone,
    routes,
    shell::{Crumb, NoticeKind},
};

/// Every page of the gallery: a name for the file, and the page.
pub(crate) fn pages() -> Vec<(String, String)> {
    let mut pages = Vec::new();
    outside::add(&mut pages);
    work::add(&mut pages);
    case::add(&mut pages);
    records::add(&mut pages);
    taking_in::add(&mut pages);
    house::add(&mut pages);
    pages
}

type Pages = Vec<(String, String)>;

fn put(pages: &mut Pages, name: &str, page: &impl Template) {
    pages.push((name.to_owned(), page.render().unwrap()));
}

fn now() -> Instant {
    Instant::parse("2026-11-21T19:15:00Z").unwrap()
}

fn times() -> Times {
    Times { now: now(), zone: "Asia/Manila".to_owned() }
}

fn ago(span: Span) -> Moment {
    times().moment(now() - span)
}

fn ahead(span: Span) -> Moment {
    times().moment(now() + span)
}

/// The n-th id; any kind.
fn id<K: model::Kind>(n: u32) -> Id<K> {
    format!("0192f0c1-2b3c-7d4e-8f90-{n:012x}").parse().unwrap()
}

fn digest(n: u8) -> model::Digest {
    model::Digest(std::array::from_fn(|i| (i as u8).wrapping_mul(37).wrapping_add(n.wrapping_mul(91))))
}

fn csrf() -> Csrf {
    Csrf("synthetic-token".to_owned())
}

fn shell(title: &str, current: Option<Desk>) -> Shell {
    Shell {
        title: title.to_owned(),
        organisation: "Synthetic Regional Desk".to_owned(),
        desks: Desk::ALL.to_vec(),
        current,
        place: Vec::new(),
        person: "Synthetic Analyst One".to_owned(),
        role: "Hotline analyst".to_owned(),
        search: String::new(),
        theme: Theme::Auto,
        here: current.map_or(routes::HOME, Desk::href).to_owned(),
        csrf: csrf(),
        notices: Vec::new(),
    }
}

/// The shell of a page one step below its desk.
fn below(title: &str, desk: Desk) -> Shell {
    Shell {
        place: vec![Crumb { words: desk.words().to_owned(), href: desk.href().to_owned() }],
        ..shell(title, Some(desk))
    }
}

fn notice(kind: NoticeKind, says: &str, next: &str) -> Notice {
    Notice { kind, says: says.to_owned(), next: Some(next.to_owned()), undo: None }
}

fn choices(words: &[&str]) -> Vec<Choice> {
    words.iter().map(|word| Choice::new(&word.to_lowercase().replace(' ', "_"), word)).collect()
}

fn filter(action: &str, fields: &[(&str, &str, &[&str])]) -> Filter {
    Filter {
        action: action.to_owned(),
        fields: fields
            .iter()
            .map(|(name, label, words)| FilterField {
                name: (*name).to_owned(),
                label: (*label).to_owned(),
                choices: choices(words),
            })
            .collect(),
        narrowed: false,
    }
}

fn risk(level: Level, scale: &str) -> RiskBand {
    RiskBand { level, scale: (!scale.is_empty()).then(|| scale.to_owned()) }
}

const TRIAGE_RULE: &str = "24-hour triage rule of the house, version 3, after the hotline's own procedure";

/// The 24-hour clock of a report received that long ago.
fn triage_clock(age: Span) -> ClockChip {
    let (times, received) = (times(), now() - age);
    let sum = vec![
        format!("Received {}", times.exact(received)),
        "plus 24 h, no day left out, no pause".to_owned(),
    ];
    ClockChip::running(&times, "First decision", received + Span::hours(24), Span::hours(6), TRIAGE_RULE, sum)
}

fn standing(word: &str, tone: Tone, since: Span, actor: &str, next: &str) -> Standing {
    Standing {
        word: word.to_owned(),
        tone,
        since: ago(since),
        actor: actor.to_owned(),
        next: next.to_owned(),
    }
}

fn purposes() -> Vec<Choice> {
    choices(&["Locate the child", "Prepare a referral", "Answer a court order", "Check a duplicate"])
}

fn sealed(key: &str, kind: &str) -> SealedField {
    SealedField {
        key: key.to_owned(),
        kind: kind.to_owned(),
        href: routes::reveal("report", id::<model::kinds::Report>(142), key),
        back: routes::report(id::<model::kinds::Report>(142)),
        purposes: purposes(),
        refused: String::new(),
        csrf: csrf(),
    }
}

fn refused(key: &str, kind: &str, why: &str) -> SealedField {
    SealedField { purposes: Vec::new(), refused: why.to_owned(), ..sealed(key, kind) }
}

fn sensitive(key: &str, label: &str, summary: &str) -> SensitiveText {
    SensitiveText { label: label.to_owned(), summary: summary.to_owned(), field: sealed(key, label) }
}

fn journal() -> Vec<JournalLine> {
    let line = |age, who: &str, did: &str, why: Option<&str>| JournalLine {
        when: ago(age),
        who: who.to_owned(),
        did: did.to_owned(),
        why: why.map(str::to_owned),
    };
    vec![
        line(Span::minutes(4), "Synthetic Analyst One", "opened the record", None),
        line(Span::minutes(52), "Synthetic Analyst Two", "revealed the chat log", Some("Locate the child")),
        line(Span::hours(3), "system:linking", "linked R-000139 and R-000107", None),
        line(Span::hours(20), "system:intake", "received the report, sealed its original", None),
    ]
}
