//! What a page says after something was done. An address carries only a word; the sentence is here,
//! so that nobody can make this house say what they like by a link.

use app_kernel::Problem;
use axum::{
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};

use crate::{
    form::Fields,
    page::{Notice, shell::NoticeKind},
};

/// The words, each with what was done and what comes next.
const DONE: &[(&str, &str, &str)] = &[
    ("signed_out", "You are signed out.", ""),
    ("confirmed", "It is you.", "Do now what you were about to do; for a few minutes it is not asked again."),
    ("password_changed", "Your password is changed.", "Your other sessions ended."),
    ("code_on", "The second step is on.", "From now on you are asked for a code after the password."),
    ("code_off", "The second step is off.", ""),
    ("decided", "Decided.", "It can be undone until it has left the house."),
    ("undone", "Taken back.", "The report stands where it stood before."),
    ("sent", "Recorded as sent.", "It has left the house and cannot be undone any more."),
    ("received", "The file is here, sealed.", "It is being read now; this page says how far it is."),
    (
        "known_file",
        "This very file was brought in before.",
        "Nothing was added twice; here is what came of it then.",
    ),
    (
        "bank_made",
        "The bank is made.",
        "Add to it here, bring files in under its name, or let an exchange feed it.",
    ),
    ("bank_changed", "The bank’s settings are changed.", "They hold from the next look-up on."),
    ("bank_removed", "The bank and all that was in it are gone.", "Alerts it raised before stay."),
    ("content_added", "Added.", "What was seen before is being held against it."),
    ("content_known", "The bank knew this hash already.", "Here it is."),
    ("content_confirmed", "Confirmed, with your reason.", ""),
    ("content_deconfirmed", "It matches nothing here any more.", "The bank keeps it with your reason."),
    ("content_released", "It matches again.", "What was seen before is being held against it."),
    ("content_off", "It is off until then.", ""),
    ("content_on", "It is on again.", ""),
    ("content_removed", "It is out of the bank.", ""),
    ("dismissed", "Dismissed, with your reason.", "It can be reopened if something new comes."),
    ("reopened", "Open again.", ""),
    ("escalated", "The alert became this report.", "Decide on it here."),
    (
        "rescreening",
        "The whole ledger will be screened again.",
        "It runs by itself; new alerts come to their desk.",
    ),
    ("case_changed", "Saved.", ""),
    ("track_moved", "The track was moved.", "The other tracks stay as they are."),
    ("note_added", "The note is written.", "It is not changed any more; a later note can correct it."),
    ("task_added", "The task is set.", ""),
    ("task_done", "Done.", ""),
    ("task_open", "The task is open again.", ""),
    ("person_added", "The person was added, under a pseudonym.", "Who they are is sealed."),
    ("role_changed", "The role was changed.", "The earlier role is kept with it."),
    (
        "drafted",
        "The filing is drafted. Nothing was sent.",
        "Read what will be sent; then a second person reviews it.",
    ),
    ("filing_reviewed", "Reviewed.", "Check that it is complete and mark it as ready."),
    ("filing_ready", "Ready to file.", "Hand it over, then record that here."),
    ("filing_sent", "Recorded as filed.", "Record their answer when it comes."),
    ("filing_redrafted", "Drafted anew.", "A second person reviews it again."),
    ("filing_withdrawn", "Withdrawn.", "It can be taken up again by changing the draft."),
    ("filing_acknowledged", "The receipt is kept with the filing.", ""),
    (
        "filing_rejected",
        "The refusal is kept with the filing.",
        "Change the draft and have it reviewed again.",
    ),
    ("roles_changed", "The roles were changed.", "They count from the person's next page on."),
    ("user_disabled", "The account is off and their sessions ended.", ""),
    ("user_enabled", "The account is on again.", ""),
    ("user_unlocked", "They can try to sign in again.", ""),
    (
        "code_reset",
        "Their second step was removed and their sessions ended.",
        "They enrol it anew when they sign in.",
    ),
    ("guest_ended", "The guest's time has ended.", "Their sessions ended, too."),
    ("contact_changed", "Saved.", "New filings name this contact."),
    ("second_step_changed", "Saved.", "It counts from everyone's next sign-in on."),
    ("organisation_added", "The organisation was added, with keys of its own.", ""),
    ("job_revived", "The job will be tried again.", ""),
    ("token_revoked", "The token is taken back.", "Programs that use it are turned away from now on."),
];

/// The notice of a word.
fn of(word: &str) -> Option<Notice> {
    let (_, says, next) = DONE.iter().find(|(known, ..)| *known == word)?;
    Some(Notice {
        kind: NoticeKind::Done,
        says: (*says).to_owned(),
        next: (!next.is_empty()).then(|| (*next).to_owned()),
        undo: None,
    })
}

/// What an address says was just done.
pub(crate) fn said(uri: &Uri) -> Option<Notice> {
    of(Fields::parse(uri.query()?).given("done")?)
}

/// Goes to a page that says what was done.
pub(crate) fn done(page: &str, word: &str) -> Response {
    let (page, place) = page.split_once('#').map_or((page, String::new()), |(p, at)| (p, format!("#{at}")));
    let joint = if page.contains('?') { '&' } else { '?' };
    Redirect::to(&format!("{page}{joint}done={word}{place}")).into_response()
}

/// What a form was refused for.
pub(crate) fn refused(problem: &Problem) -> Notice {
    Notice {
        kind: NoticeKind::Failed,
        says: problem.sentence.clone(),
        next: Some(problem.next.clone()),
        undo: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_of_the_house_are_said() {
        let uri = |text: &str| text.parse::<Uri>().unwrap();
        assert_eq!(said(&uri("/queue?level=1&done=decided")).unwrap().says, "Decided.");
        assert!(said(&uri("/queue?done=Send+money")).is_none());
        assert!(said(&uri("/queue")).is_none());
    }

    #[test]
    fn every_word_is_there_once() {
        let mut words: Vec<_> = DONE.iter().map(|(word, ..)| word).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), DONE.len());
    }

    #[test]
    fn the_word_joins_a_query_and_stays_before_the_place() {
        let to = |page| done(page, "undone").headers()["location"].to_str().unwrap().to_owned();
        assert_eq!(to("/a"), "/a?done=undone");
        assert_eq!(to("/a?b=1#c"), "/a?b=1&done=undone#c");
    }
}
