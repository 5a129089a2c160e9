//! The decisions on a report and what its journal says, in words.

use app_kernel::{Error, Permit, Sealer, Tx};
use model::{Id, Instant, kinds};
use reports::{Decision, DecisionKind, ReportState};
use serde::Deserialize;
use store::{journal::Entry, reports::Report};

use crate::shared::{Names, TextLine, case_number, report_number, word};

/// Lines of the journal a page shows at most.
const JOURNAL_LINES: i64 = 100;

/// A decision on a report.
pub struct DecisionLine {
    /// Its id, by which it is undone.
    pub id: Id<kinds::Decision>,
    /// What was decided.
    pub kind: DecisionKind,
    /// Where the report stood before.
    pub from: ReportState,
    /// Where it stood after.
    pub to: ReportState,
    /// Who decided.
    pub by: String,
    /// When.
    pub at: Instant,
    /// What was said with it.
    pub said: Vec<TextLine>,
    /// The number of the case opened, or of the report it was merged into.
    pub target: Option<String>,
    /// When what it sends left the house; `None` while it has not, or sends nothing.
    pub left_house_at: Option<Instant>,
    /// Who undid it, and when.
    pub undone: Option<Undone>,
    /// Whether whoever looks can undo it now.
    pub can_undo: bool,
}

/// How a decision was undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undone {
    /// By whom.
    pub by: String,
    /// When.
    pub at: Instant,
}

/// One thing that happened to a report.
pub struct JournalLine {
    /// When.
    pub at: Instant,
    /// Who.
    pub who: String,
    /// What, in words.
    pub what: String,
    /// What for, in a word of the house.
    pub purpose: String,
    /// What they wrote as their reason.
    pub reason: Option<String>,
}

/// What is sealed of a decision: its words, and how it was sent.
#[derive(Deserialize)]
struct Said {
    #[serde(flatten)]
    decision: Decision,
    #[serde(default)]
    sent: Option<String>,
}

pub(super) async fn decisions(
    tx: &mut Tx<'_>,
    permit: &Permit,
    names: &mut Names,
    sealer: &Sealer,
    row: &Report,
    rows: Vec<store::reports::Decision>,
    may_decide: bool,
) -> Result<Vec<DecisionLine>, Error> {
    let latest = rows.iter().find(|kept| kept.undone_at.is_none()).map(|kept| kept.id);
    let mut lines = Vec::with_capacity(rows.len());
    for kept in rows {
        let said: Said = sealer.open("decision", &kept.sealed)?;
        let undone = match kept.undone_by.zip(kept.undone_at) {
            Some((user, at)) => Some(Undone { by: names.of(tx, permit, user).await?, at }),
            None => None,
        };
        let can_undo = may_decide
            && latest == Some(kept.id)
            && kept.left_house_at.is_none()
            && kept.to_state == row.state;
        lines.push(DecisionLine {
            id: kept.id,
            kind: word("decision", &kept.kind)?,
            from: word("state of a report", &kept.from_state)?,
            to: word("state of a report", &kept.to_state)?,
            by: names.of(tx, permit, kept.decided_by).await?,
            at: kept.decided_at,
            target: target(tx, permit, &said.decision, kept.target).await?,
            said: words(said),
            left_house_at: kept.left_house_at,
            undone,
            can_undo,
        });
    }
    Ok(lines)
}

fn words(said: Said) -> Vec<TextLine> {
    let mut lines = match said.decision {
        Decision::Refer { to, why } => vec![TextLine::new("to", to), TextLine::new("why", why)],
        Decision::ReturnForInformation { what } => vec![TextLine::new("asked for", what)],
        Decision::NoAction { reason, note } => {
            vec![TextLine::new("reason", reason.label()), TextLine::new("note", note)]
        }
        Decision::Reopen { why } => vec![TextLine::new("why", why)],
        Decision::Triage | Decision::OpenCase | Decision::MergeInto { .. } | Decision::Close => Vec::new(),
    };
    lines.extend(said.sent.map(|how| TextLine::new("sent", how)));
    lines.retain(|line| !line.text.trim().is_empty());
    lines
}

async fn target(
    tx: &mut Tx<'_>,
    permit: &Permit,
    decision: &Decision,
    target: Option<uuid::Uuid>,
) -> Result<Option<String>, Error> {
    Ok(match (decision, target) {
        (Decision::MergeInto { report }, _) => {
            store::reports::find(tx.store(permit), *report).await?.map(|row| report_number(&row))
        }
        (Decision::OpenCase, Some(id)) if tx.house().profile.has("cases") => {
            store::cases::find(tx.store(permit), Id::from_uuid(id)).await?.map(|row| case_number(&row))
        }
        _ => None,
    })
}

pub(super) async fn journal(
    tx: &mut Tx<'_>,
    permit: &Permit,
    names: &mut Names,
    row: &Report,
) -> Result<Vec<JournalLine>, Error> {
    let entries = store::journal::of_record(tx.store(permit), row.id.uuid(), JOURNAL_LINES).await?;
    let mut lines = Vec::with_capacity(entries.len());
    for entry in entries {
        let who = match entry.actor_id {
            Some(user) if entry.actor.starts_with("user:") => names.of(tx, permit, user).await?,
            _ => actor(&entry.actor),
        };
        let reason = tx.reason(permit, &entry).await?;
        lines.push(JournalLine { at: entry.at, who, what: what(&entry), purpose: entry.purpose, reason });
    }
    Ok(lines)
}

/// An actor that is no user of a page: `system:linking` is “the house (linking)”.
fn actor(text: &str) -> String {
    match text.split_once(':') {
        Some(("system", name)) => format!("the house ({name})"),
        Some(("program", name)) => format!("the program “{name}”"),
        Some((_, name)) => name.to_owned(),
        None => text.to_owned(),
    }
}

/// What an entry tells, in words: what was done, and what it changed.
fn what(entry: &Entry) -> String {
    let detail: serde_json::Value = serde_json::from_str(&entry.detail).unwrap_or_default();
    let text = |field: &str| detail.get(field).and_then(serde_json::Value::as_str);
    let kind = text("kind").and_then(|kind| kind.parse::<DecisionKind>().ok());
    let count = |field: &str| detail.get(field).and_then(serde_json::Value::as_u64).filter(|n| *n > 0);
    match (entry.action.as_str(), kind) {
        ("triage", Some(kind)) if text("undone").is_some() => format!("undid “{}”", kind.label()),
        ("triage", Some(kind)) if detail.get("sent").is_some() => format!("sent “{}”", kind.label()),
        ("triage", Some(kind)) => format!("decided: {}", kind.label()),
        ("reveal_report", _) => match text("revealed") {
            Some(field) => format!("opened a sealed field ({field})"),
            None => "opened a sealed field".to_owned(),
        },
        (action, _) if detail.get("admitted").is_some() => match action {
            "review_alert" => "made it from an alert".to_owned(),
            _ => "took it in".to_owned(),
        },
        ("import_file", _) if detail.get("files").is_some() => "added a file to it".to_owned(),
        (_, _) if detail.get("compared").is_some() => match count("linked") {
            Some(n) => format!("compared it with others and linked {n} anew"),
            None => "compared it with others".to_owned(),
        },
        (_, _) if detail.get("linked_anew").is_some() => "ranked it anew".to_owned(),
        ("read_report", _) => "opened it".to_owned(),
        ("share_record", _) => "shared it, or took a share back".to_owned(),
        (action, _) => action.replace('_', " "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(action: &str, detail: &str) -> Entry {
        Entry {
            id: Id::from_uuid(uuid::Uuid::nil()),
            organisation: None,
            at: Instant::from_micros(0),
            actor: "user:synthetic".to_owned(),
            actor_id: None,
            action: action.to_owned(),
            record_kind: "report".to_owned(),
            record: None,
            purpose: "test".to_owned(),
            reason: None,
            request: Id::from_uuid(uuid::Uuid::nil()),
            detail: detail.to_owned(),
        }
    }

    #[test]
    fn entries_are_said_in_words() {
        for (action, detail, words) in [
            ("triage", r#"{"kind":"refer","from":"triaged"}"#, "decided: Refer to another agency"),
            ("triage", r#"{"undone":"x","kind":"refer"}"#, "undid “Refer to another agency”"),
            ("triage", r#"{"kind":"refer","sent":true}"#, "sent “Refer to another agency”"),
            ("reveal_report", r#"{"revealed":"narrative"}"#, "opened a sealed field (narrative)"),
            ("import_file", r#"{"admitted":true}"#, "took it in"),
            ("review_alert", r#"{"admitted":true}"#, "made it from an alert"),
            ("import_file", r#"{"compared":3,"linked":2}"#, "compared it with others and linked 2 anew"),
            ("read_report", r#"{"linked_anew":0}"#, "ranked it anew"),
            ("read_report", r#"{"mask":"whole"}"#, "opened it"),
            ("something_else", "", "something else"),
        ] {
            assert_eq!(what(&entry(action, detail)), words);
        }
        assert_eq!(actor("system:linking"), "the house (linking)");
    }

    #[test]
    fn what_was_said_is_read_with_how_it_was_sent() {
        let json =
            r#"{"decision":"refer","to":"Synthetic Desk","why":"the child is there","sent":"by hand"}"#;
        let lines: Vec<String> = words(serde_json::from_str(json).unwrap())
            .into_iter()
            .map(|line| format!("{}: {}", line.label, line.text))
            .collect();
        assert_eq!(lines, ["to: Synthetic Desk", "why: the child is there", "sent: by hand"]);
    }
}
