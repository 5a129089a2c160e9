//! Every address a page links to or posts to, in one place.
//!
//! A constant is the pattern a router takes; the function beside it fills the pattern. Forms post
//! `application/x-www-form-urlencoded` unless the comment says multipart, and always carry a field
//! `csrf`. Where a comment names fields, they are the names the form sends.

use std::fmt::Display;

macro_rules! routes {
    ($($(#[$doc:meta])* $method:literal $name:ident $(= $build:ident($($part:ident),+))? : $pattern:literal;)+) => {
        $(
            $(#[$doc])*
            pub const $name: &str = $pattern;
            $(
                #[doc = concat!("`", $pattern, "` with its parts filled in.")]
                pub fn $build($($part: impl Display),+) -> String {
                    fill($name, &[$(&$part),+])
                }
            )?
        )+

        /// Method(s) and pattern of every page route.
        pub const ALL: &[(&str, &str)] = &[$(($method, $name)),+];
    };
}

routes! {
    /// Signed out: the sign-in page. Signed in: redirects to the first desk.
    "GET" HOME: "/";
    /// First step: `username`, `password`.
    "POST" SIGN_IN: "/sign-in";
    /// Second step: `code`.
    "POST" SIGN_IN_CODE: "/sign-in/code";
    /// Ends the session.
    "POST" SIGN_OUT: "/sign-out";
    /// “Confirm it is you”: `password`, `code` where one is enrolled, `back`.
    "GET POST" CONFIRM: "/confirm";
    /// Every desk as a list; the “More” of a phone's bottom bar.
    "GET" DESKS: "/desks";
    /// The keys of every page.
    "GET" KEYBOARD: "/keyboard";

    /// Enrol a second step: `code` proves the secret was stored.
    "GET POST" ACCOUNT_CODE: "/account/code";
    /// Change the password: `current`, `new`, `again`.
    "GET POST" ACCOUNT_PASSWORD: "/account/password";
    /// Choose light or dark: `theme` = `light` | `dark` | `auto`, `back`. Sets the cookie `theme`.
    "POST" ACCOUNT_THEME: "/account/theme";

    /// The ranked queue. Filter: `state`, `level`, `source`; place: `after`, `seen`.
    "GET" QUEUE: "/queue";
    /// One report. `decide` = a decision's word opens that form.
    "GET" REPORT = report(id): "/reports/{id}";
    /// A decision: `decision` = the word of a `reports::DecisionKind`; `line`, `text`, `case`, `reason`.
    "POST" REPORT_DECISIONS = report_decisions(id): "/reports/{id}/decisions";
    /// Takes a decision back while it has not left the house.
    "POST" REPORT_UNDO = report_undo(id, decision): "/reports/{id}/decisions/{decision}/undo";
    /// Records that what a decision sends has left the house: `how`.
    "POST" REPORT_SENT = report_sent(id, decision): "/reports/{id}/decisions/{decision}/sent";

    /// The cases. Place: `after`, `seen`.
    "GET" CASES: "/cases";
    /// One case. `kind` (repeatable) narrows the timeline.
    "GET" CASE = case(id): "/cases/{id}";
    /// Changes `title`, `summary`, `lead`.
    "POST" CASE_EDIT = case_edit(id): "/cases/{id}/edit";
    /// Moves a track: `track`, `state`, and `why` where it ends something.
    "POST" CASE_TRACKS = case_tracks(id): "/cases/{id}/tracks";
    /// Adds a note: `kind`, `text`, `sensitive` if ticked.
    "POST" CASE_NOTES = case_notes(id): "/cases/{id}/notes";
    /// Adds a task: `what`, `who`, `due`.
    "POST" CASE_TASKS = case_tasks(id): "/cases/{id}/tasks";
    /// Marks a task as done, or opens it again: `state` = `done` | `open`.
    "POST" CASE_TASK_STATE = case_task_state(id, task): "/cases/{id}/tasks/{task}/state";
    /// Adds a person: `role`, `names`, `aliases`, `birth`, `age`, `sex`, `nationality`, `relationship`,
    /// `note`, `acknowledgement`.
    "POST" CASE_PEOPLE = case_people(id): "/cases/{id}/people";
    /// Gives a person another role: `role`, `age`, `relationship`, `acknowledgement`.
    "POST" CASE_PERSON_ROLE = case_person_role(id, person): "/cases/{id}/people/{person}/role";
    /// Drafts a filing: `report` (repeatable), `incident`, `statement`.
    "POST" CASE_FILINGS = case_filings(id): "/cases/{id}/filings";

    /// What is on its way out of the house. Place: `after`, `seen`.
    "GET" OUTBOX: "/outbox";
    /// One filing.
    "GET" FILING = filing(id): "/filings/{id}";
    /// Next step: `step` = `review` | `ready` | `send` (`to`, `how`) | `redraft` (`report`, `incident`,
    /// `incident_at`, `statement`) | `withdraw` (`why`).
    "POST" FILING_STEPS = filing_steps(id): "/filings/{id}/steps";
    /// What came back: `outcome` = `acknowledged` (`reference`, `answer`) | `rejected` (`reason`).
    "POST" FILING_ACKNOWLEDGEMENT = filing_acknowledgement(id): "/filings/{id}/acknowledgement";
    /// The document as it will be, or was, sent.
    "GET" FILING_DOCUMENT = filing_document(id): "/filings/{id}/document";
    /// What is said about one of its files, by its number from one.
    "GET" FILING_FILE = filing_file(id, number): "/filings/{id}/files/{number}";

    /// Alerts. Filter: `state`; place: `after`, `seen`.
    "GET" ALERTS: "/alerts";
    /// Server-sent events for the list of alerts: `alert` with number and rank, `missed`.
    "GET" ALERTS_STREAM: "/alerts/stream";
    /// One alert.
    "GET" ALERT = alert(id): "/alerts/{id}";
    /// The review: `outcome` = `escalate` | `dismiss` | `reopen`, `reason`, `note`.
    "POST" ALERT_REVIEW = alert_review(id): "/alerts/{id}/review";

    /// Imports, and the upload form (multipart, in this order: `csrf`, `source`, `basis`, `mapping`, `file`).
    "GET POST" IMPORTS: "/imports";
    /// One import with its rejects.
    "GET" IMPORT = import(id): "/imports/{id}";
    /// The rejected rows as a file, to correct and bring in again.
    "GET" IMPORT_REJECTS = import_rejects(id): "/imports/{id}/rejects.csv";
    /// Banks of known hashes, and making one: the fields of [`BANK_SETTINGS`].
    "GET POST" BANKS: "/banks";
    /// One bank and its contents. Filter: `state`; place: `before`.
    "GET" BANK = bank(id): "/banks/{id}";
    /// Its settings: `name`, `kind`, `taxonomy`, `distance`, `share` (in percent), `flood_limit`.
    "POST" BANK_SETTINGS = bank_settings(id): "/banks/{id}/settings";
    /// Takes the bank away with all that is in it: `name`, typed again.
    "POST" BANK_REMOVE = bank_remove(id): "/banks/{id}/remove";
    /// Adds a content: `hashes`, one a line; `code`, `taxonomy`, `note`.
    "POST" BANK_CONTENTS = bank_contents(id): "/banks/{id}/contents";
    /// One content.
    "GET" BANK_CONTENT = bank_content(id, number): "/banks/{id}/contents/{number}";
    /// What is made of it: `what` = `confirmed` | `deconfirmed` | `release` | `off` | `on` | `remove`; `reason`, `until`.
    "POST" BANK_CONTENT_DECIDE = bank_content_decide(id, number): "/banks/{id}/contents/{number}/decide";
    /// The typologies there are.
    "GET" TYPOLOGIES: "/typologies";
    /// One typology.
    "GET" TYPOLOGY = typology(id): "/typologies/{id}";
    /// Has the whole ledger screened again.
    "POST" TYPOLOGIES_RESCREEN: "/typologies/rescreen";

    /// Search: `q`.
    "GET" SEARCH: "/search";
    /// A sealed field: GET asks the purpose, POST (`purpose`, `note`, `back`) shows it for a minute. With
    /// the request header `X-Fragment: 1` POST answers [`crate::page::reveal::RevealedValue`] alone.
    "GET POST" REVEAL = reveal(kind, record, field): "/reveal/{kind}/{record}/{field}";

    /// Keeping house: what wants attention.
    "GET" HOUSE: "/house";
    /// People who sign in, and adding one: `username`, `name`, `roles` (repeatable).
    "GET POST" HOUSE_USERS: "/house/users";
    /// Changes a person's roles: `roles` (repeatable).
    "POST" HOUSE_USER_ROLES = house_user_roles(id): "/house/users/{id}/roles";
    /// Disables or enables, or lets them try again: `state` = `disabled` | `active` | `unlocked`.
    "POST" HOUSE_USER_STATE = house_user_state(id): "/house/users/{id}/state";
    /// Resets: `what` = `password` | `code`.
    "POST" HOUSE_USER_RESET = house_user_reset(id): "/house/users/{id}/reset";
    /// Guests, and inviting one: `username`, `name`, `case`, `until`.
    "GET POST" HOUSE_GUESTS: "/house/guests";
    /// Ends a guest's access now.
    "POST" HOUSE_GUEST_END = house_guest_end(id): "/house/guests/{id}/end";
    /// The organisation, and how it is reached: `email`, `contact`, `phone`.
    "GET POST" HOUSE_ORGANISATION: "/house/organisation";
    /// Whether a second step may be left out: `optional` = `yes` | `no`.
    "POST" HOUSE_SECOND_STEP: "/house/organisation/second-step";
    /// Adds an organisation: `name`, `email`, `contact`, `phone`, `links_across` if ticked.
    "POST" HOUSE_ORGANISATIONS: "/house/organisation/others";
    /// Keys and their state.
    "GET" HOUSE_KEYS: "/house/keys";
    /// The journal. Place: `after`.
    "GET" HOUSE_JOURNAL: "/house/journal";
    /// Verifies the whole chain now.
    "POST" HOUSE_JOURNAL_VERIFY: "/house/journal/verify";
    /// Jobs, the dead letters first.
    "GET" HOUSE_JOBS: "/house/jobs";
    /// Tries a dead letter again.
    "POST" HOUSE_JOB = house_job(id): "/house/jobs/{id}";
    /// Tokens programs sign in with, and making one: `user`, `name`, `days`.
    "GET POST" HOUSE_TOKENS: "/house/tokens";
    /// Revokes a token.
    "POST" HOUSE_TOKEN_REVOKE = house_token_revoke(id): "/house/tokens/{id}/revoke";
}

/// Puts the parts, percent-encoded, in the places a pattern leaves for them.
fn fill(pattern: &str, parts: &[&dyn Display]) -> String {
    let mut parts = parts.iter();
    let mut out = String::with_capacity(pattern.len() + 40);
    for segment in pattern.split('/').skip(1) {
        out.push('/');
        match if segment.starts_with('{') { parts.next() } else { None } {
            Some(part) => out.push_str(&encode(&part.to_string())),
            None => out.push_str(segment),
        }
    }
    out
}

/// Percent-encoding of one path segment or query value (RFC 3986 unreserved characters stay).
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(byte as char),
            other => {
                out.push('%');
                out.extend(
                    [other >> 4, other & 15]
                        .map(|half| char::from_digit(half.into(), 16).unwrap_or('0').to_ascii_uppercase()),
                );
            }
        }
    }
    out
}

/// Whether a pattern fits an address without its query.
pub fn fits(pattern: &str, address: &str) -> bool {
    let (mut pattern, mut address) = (pattern.split('/'), address.split('/'));
    loop {
        match (pattern.next(), address.next()) {
            (None, None) => return true,
            (Some(p), Some(a)) if p == a || (p.starts_with('{') && !a.is_empty()) => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_built_address_fits_its_own_pattern() {
        assert_eq!(report("7"), "/reports/7");
        assert_eq!(report_undo("7", "9"), "/reports/7/decisions/9/undo");
        assert_eq!(reveal("person", "1", "legal name"), "/reveal/person/1/legal%20name");
        assert!(fits(REVEAL, &reveal("a/b", "ñ", "?")), "a part cannot add a segment or a query");
        assert!(!fits(REPORT, "/reports/"));
        assert!(!fits(REPORT, "/reports/7/decisions"));
    }

    #[test]
    fn no_two_routes_are_the_same() {
        let mut patterns: Vec<_> = ALL.iter().map(|(_, pattern)| pattern).collect();
        patterns.sort_unstable();
        let before = patterns.len();
        patterns.dedup();
        assert_eq!(patterns.len(), before);
    }
}
