//! Words that the pages of cases and filings share.

use access::Action;
use app_admin::journal;
use cases::{FilingKind, FilingState};
use serde_json::Value;

use crate::page::record::Tone;

/// What a state of a filing means for the reader.
pub(super) const fn tone(state: FilingState) -> Tone {
    match state {
        FilingState::Drafted | FilingState::Reviewed | FilingState::Ready | FilingState::Sent => Tone::Open,
        FilingState::Acknowledged => Tone::Done,
        FilingState::Rejected => Tone::Failed,
        FilingState::Withdrawn => Tone::Neutral,
    }
}

/// Who receives a kind of filing.
pub(super) const fn receiver(kind: FilingKind) -> &'static str {
    match kind {
        FilingKind::CyberTipline => "NCMEC CyberTipline",
        other => other.label(),
    }
}

/// What a report's word for somebody's part is called on a page.
pub(super) fn part(role: &str) -> String {
    match role {
        "victim" => "the child".to_owned(),
        "reported" => "the person reported".to_owned(),
        "recipient" => "the person it was meant for".to_owned(),
        "party" => "a party of a payment".to_owned(),
        other => other.replace('_', " "),
    }
}

/// What was done to a case or a filing, in words that follow the actor.
pub(super) fn did(action: &str, detail: &str) -> String {
    let detail: Value = serde_json::from_str(detail).unwrap_or_default();
    let text = |field: &str| detail.get(field).and_then(Value::as_str);
    let has = |field: &str| detail.get(field).is_some();
    if let Some(taken_out) = text("downloaded") {
        return format!("took out the document of the {taken_out}");
    }
    if let Some(state) = text("to").and_then(|word| word.parse::<FilingState>().ok()) {
        return format!("brought it to “{}”", state.label());
    }
    if has("filing") {
        return "drafted a filing".to_owned();
    }
    if text("revealed") == Some("identifier") {
        return "opened an identifier".to_owned();
    }
    match action.parse::<Action>() {
        Ok(Action::EditCase) if has("opened_from") => "opened the case from a report".to_owned(),
        Ok(Action::EditCase) if has("attached") => "added a report".to_owned(),
        Ok(Action::EditCase) if has("track") => "moved a track".to_owned(),
        Ok(Action::EditCase) if has("task") => match text("state") {
            Some("done") => "did a task".to_owned(),
            Some(_) => "opened a task again".to_owned(),
            None => "set a task".to_owned(),
        },
        Ok(Action::EditCase) if has("role_before") => "changed somebody's role".to_owned(),
        Ok(Action::EditCase) if has("person") => "added a person".to_owned(),
        Ok(Action::EditCase) if has("lead") => "changed title, summary or lead".to_owned(),
        _ => journal::words(action, &detail).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_journal_of_a_case_says_what_was_done() {
        for (action, detail, words) in [
            ("edit_case", r#"{"task":"1","due":null,"assignee":null}"#, "set a task"),
            ("edit_case", r#"{"task":"1","state":"done"}"#, "did a task"),
            ("edit_case", r#"{"task":"1","state":"open"}"#, "opened a task again"),
            (
                "edit_case",
                r#"{"person":"1","role":"witness","role_before":"reporter"}"#,
                "changed somebody's role",
            ),
            ("review_filing", r#"{"from":"drafted","to":"reviewed"}"#, "brought it to “reviewed”"),
            (
                "draft_filing",
                r#"{"downloaded":"report","state":"ready"}"#,
                "took out the document of the report",
            ),
            ("draft_filing", r#"{"filing":"1"}"#, "drafted a filing"),
            ("reveal_person", r#"{"revealed":"identifier"}"#, "opened an identifier"),
            ("reveal_child", r#"{"revealed":"identity"}"#, "opened a child's identity"),
            ("read_case", "", "opened a case"),
        ] {
            assert_eq!(did(action, detail), words, "{action} {detail}");
        }
    }
}
