//! The journal, read and verified, in words.

use access::Action;
use app_kernel::{Error, House, JournalReport, Op, Tx};
use model::{Id, Instant, kinds};
use serde_json::Value;
use uuid::Uuid;

/// Entries given at once at most.
const MOST: i64 = 200;

/// An entry, for a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryView {
    /// Its id.
    pub id: Id<kinds::JournalEntry>,
    /// When.
    pub at: Instant,
    /// Who, as `user:name`, `guest:name`, `program:label` or `system:name`.
    pub actor: String,
    /// What was done, as a word for programs.
    pub action: String,
    /// What was done, in words for people: “opened a case”.
    pub words: &'static str,
    /// To what kind of record; `house` for what is about none.
    pub record_kind: String,
    /// To which record.
    pub record: Option<Uuid>,
    /// Why, in a word of the house.
    pub purpose: String,
    /// Whether whoever acted wrote a reason. It is sealed; opening the record opens it.
    pub has_reason: bool,
    /// In which request.
    pub request: Id<kinds::Request>,
    /// Counts, digests and states.
    pub detail: Value,
}

/// The entries of one's organisation before a point, newest first.
pub async fn list(
    op: &Op,
    tx: &mut Tx<'_>,
    before: Option<(Instant, Id<kinds::JournalEntry>)>,
    limit: i64,
) -> Result<Vec<EntryView>, Error> {
    let permit = tx.allow(op, Action::ReadJournal)?;
    let limit = limit.clamp(1, MOST);
    let entries = store::journal::newest(tx.store(&permit), op.actor.organisation, before, limit).await?;
    Ok(entries
        .into_iter()
        .map(|entry| {
            let detail = serde_json::from_str(&entry.detail).unwrap_or(Value::Null);
            EntryView {
                id: entry.id,
                at: entry.at,
                actor: entry.actor,
                words: words(&entry.action, &detail),
                action: entry.action,
                record_kind: entry.record_kind,
                record: entry.record,
                purpose: entry.purpose,
                has_reason: entry.reason.is_some(),
                request: entry.request,
                detail,
            }
        })
        .collect())
}

/// Verifies the whole chain, and journals that it was done and whether it holds.
pub async fn verify(house: &House, op: &Op) -> Result<JournalReport, Error> {
    house.look(op).await?.allow(op, Action::ReadJournal)?;
    let report = house.verify_journal().await?;
    let mut tx = house.begin(op).await?;
    let permit = tx.allow(op, Action::ReadJournal)?;
    let detail = serde_json::json!({
        "did": "journal_verified",
        "entries": report.entries,
        "heads": report.heads,
        "waiting": report.waiting,
        "holds": report.fault.is_none(),
    });
    tx.journal(op, &permit, detail).await?;
    tx.commit().await?;
    Ok(report)
}

/// What an entry tells of, in words that follow the actor: “user:synthetic.one opened a case”. The
/// detail's `did` says it more exactly than the action, where there is one.
pub fn words(action: &str, detail: &Value) -> &'static str {
    let did = detail.get("did").and_then(Value::as_str).and_then(did_words);
    did.or_else(|| action.parse().ok().map(action_words))
        .unwrap_or("did something this version has no word for")
}

fn did_words(did: &str) -> Option<&'static str> {
    Some(match did {
        "founded" => "founded the installation",
        "organisation_added" => "added an organisation",
        "contact_changed" => "changed how the organisation is reached",
        "second_step_rule_changed" => "changed whether a second step may be left out",
        "signed_in" => "signed in",
        "password_right" => "gave the right password; the code was still missing",
        "sign_in_failed" => "turned away someone who tried to sign in",
        "code_failed" => "turned away a wrong code",
        "signed_out" => "signed out",
        "confirmed" => "confirmed who they are",
        "confirm_failed" => "failed to confirm who they are",
        "password_changed" => "changed their password",
        "password_change_failed" => "failed to change their password",
        "second_step_offered" => "began to set up a second step",
        "second_step_enrolled" => "set up a second step",
        "second_step_removed" => "removed their second step",
        "user_added" => "added an account",
        "roles_changed" => "changed an account's roles",
        "user_disabled" => "turned an account off",
        "user_enabled" => "turned an account on",
        "password_reset" => "made a new password for an account",
        "second_step_reset" => "removed an account's second step",
        "user_unlocked" => "let an account try again",
        "guest_invited" => "invited a guest",
        "guest_ended" => "ended a guest's time",
        "token_created" => "made a token for a program",
        "token_revoked" => "took a token back",
        "job_revived" => "gave a dead job another life",
        "tidied" => "swept out what has had its time",
        "journal_verified" => "verified the journal",
        _ => return None,
    })
}

fn action_words(action: Action) -> &'static str {
    match action {
        Action::ImportFile => "took a file in",
        Action::ReadImports => "looked at an import",
        Action::ListReports => "listed reports",
        Action::ReadReport => "opened a report",
        Action::RevealReport => "opened a sealed field of a report",
        Action::Triage => "decided on a report",
        Action::ListAlerts => "listed alerts",
        Action::ReadAlert => "opened an alert",
        Action::RevealParty => "opened the party of an alert",
        Action::ReviewAlert => "reviewed an alert",
        Action::Search => "searched",
        Action::MatchHashes => "looked up hashes",
        Action::ManageBanks => "changed a bank",
        Action::ReadTypologies => "ran typologies",
        Action::ListCases => "listed cases",
        Action::ReadCase => "opened a case",
        Action::EditCase => "changed a case",
        Action::AddNote => "added a note to a case",
        Action::RevealPerson => "opened an adult's identity",
        Action::RevealChild => "opened a child's identity",
        Action::ReadFiling => "opened a report on its way out",
        Action::DraftFiling => "drafted a report on its way out",
        Action::ReviewFiling => "reviewed a report on its way out",
        Action::SendFiling => "let a report leave the house",
        Action::ShareRecord => "shared a record or took a share back",
        Action::ManageUsers => "changed accounts",
        Action::ReadUsers => "looked at accounts",
        Action::ManageGuests => "changed who is a guest",
        Action::ManageKeys => "turned the keys",
        Action::ReadJournal => "read the journal",
        Action::RunJobs => "saw to jobs",
        Action::ManageTokens => "changed tokens",
        Action::OwnAccount => "changed their own account",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_comes_before_under_which_right() {
        let did = |word: &str| serde_json::json!({"did": word});
        assert_eq!(words("manage_users", &did("user_added")), "added an account");
        assert_eq!(words("manage_users", &did("unheard of")), "changed accounts");
        assert_eq!(words("read_case", &Value::Null), "opened a case");
        assert!(words("unheard_of", &Value::Null).contains("no word"));
    }
}
