//! What is asked of each page, so that whoever may is refused for what the form holds rather than
//! changes what the next one finds; a step that cannot be refused so is one that changes nothing
//! the second time.

use web::page::routes::{
    ACCOUNT_CODE, ACCOUNT_PASSWORD, ACCOUNT_THEME, ALERT, ALERT_REVIEW, ALERTS, ALERTS_STREAM, BANK,
    BANK_CONTENT, BANK_CONTENT_DECIDE, BANK_CONTENTS, BANK_REMOVE, BANK_SETTINGS, BANKS, CASE, CASE_EDIT,
    CASE_FILINGS, CASE_NOTES, CASE_PEOPLE, CASE_PERSON_ROLE, CASE_TASK_STATE, CASE_TASKS, CASE_TRACKS, CASES,
    CONFIRM, DESKS, FILING, FILING_ACKNOWLEDGEMENT, FILING_DOCUMENT, FILING_FILE, FILING_STEPS, HOME, HOUSE,
    HOUSE_GUEST_END, HOUSE_GUESTS, HOUSE_JOB, HOUSE_JOBS, HOUSE_JOURNAL, HOUSE_JOURNAL_VERIFY, HOUSE_KEYS,
    HOUSE_ORGANISATION, HOUSE_ORGANISATIONS, HOUSE_SECOND_STEP, HOUSE_TOKEN_REVOKE, HOUSE_TOKENS,
    HOUSE_USER_RESET, HOUSE_USER_ROLES, HOUSE_USER_STATE, HOUSE_USERS, IMPORT, IMPORT_REJECTS, IMPORTS,
    KEYBOARD, OUTBOX, QUEUE, REPORT, REPORT_DECISIONS, REPORT_SENT, REPORT_UNDO, REVEAL, SEARCH, SIGN_IN,
    SIGN_IN_CODE, SIGN_OUT, TYPOLOGIES, TYPOLOGIES_RESCREEN, TYPOLOGY,
};

use crate::{Row, Sent::Form};

const fn get(pattern: &'static str, path: &'static str) -> Row {
    Row { method: "GET", pattern, path, sent: crate::Sent::Nothing }
}

const fn post(pattern: &'static str, path: &'static str, fields: &'static str) -> Row {
    Row { method: "POST", pattern, path, sent: Form(fields) }
}

/// Every page, with what is asked of it.
pub(crate) const PAGES: &[Row] = &[
    get(HOME, "/"),
    get(DESKS, "/desks"),
    get(KEYBOARD, "/keyboard"),
    get(CONFIRM, "/confirm"),
    get(ACCOUNT_CODE, "/account/code"),
    post(ACCOUNT_CODE, "/account/code", "step=finish&code=000000"),
    get(ACCOUNT_PASSWORD, "/account/password"),
    post(ACCOUNT_PASSWORD, "/account/password", "current=x&new=y&again=z"),
    post(ACCOUNT_THEME, "/account/theme", "theme=auto&back=/desks"),
    get(QUEUE, "/queue"),
    get(REPORT, "/reports/$report"),
    post(REPORT_DECISIONS, "/reports/$report/decisions", "decision=no_action&reason=other"),
    post(REPORT_UNDO, "/reports/$report/decisions/$decision/undo", ""),
    post(REPORT_SENT, "/reports/$report/decisions/$decision/sent", "how=by+hand"),
    get(CASES, "/cases"),
    get(CASE, "/cases/$case"),
    post(CASE_EDIT, "/cases/$case/edit", "title="),
    post(CASE_TRACKS, "/cases/$case/tracks", "track=investigation&state=concluded"),
    post(CASE_NOTES, "/cases/$case/notes", "kind=general&text="),
    post(CASE_TASKS, "/cases/$case/tasks", "what="),
    post(CASE_TASK_STATE, "/cases/$case/tasks/$task/state", "state=open"),
    post(CASE_TASK_STATE, "/cases/$case/tasks/$task_done/state", "state=done"),
    post(CASE_PEOPLE, "/cases/$case/people", "role=facilitator&age=16"),
    post(CASE_PERSON_ROLE, "/cases/$case/people/$person/role", "role=facilitator&age=16"),
    post(CASE_FILINGS, "/cases/$case/filings", "report=0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6"),
    get(OUTBOX, "/outbox"),
    get(FILING, "/filings/$filing"),
    post(FILING_STEPS, "/filings/$filing/steps", "step=review"),
    post(FILING_STEPS, "/filings/$filing/steps", "step=ready"),
    post(FILING_STEPS, "/filings/$filing/steps", "step=send&to=NCMEC&how=by+hand"),
    post(FILING_STEPS, "/filings/$filing/steps", "step=redraft"),
    post(FILING_STEPS, "/filings/$filing/steps", "step=withdraw&why=synthetic"),
    post(FILING_ACKNOWLEDGEMENT, "/filings/$filing/acknowledgement", "outcome=acknowledged&reference=1"),
    post(FILING_ACKNOWLEDGEMENT, "/filings/$filing/acknowledgement", "outcome=rejected&reason=synthetic"),
    get(FILING_DOCUMENT, "/filings/$filing/document"),
    get(FILING_FILE, "/filings/$filing/files/1"),
    get(ALERTS, "/alerts"),
    // Asked without its media type: who may is told so, and nobody waits for its end.
    get(ALERTS_STREAM, "/alerts/stream"),
    get(ALERT, "/alerts/$alert"),
    post(ALERT_REVIEW, "/alerts/$alert/review", "outcome=dismiss&reason=other&note="),
    post(ALERT_REVIEW, "/alerts/$alert/review", "outcome=reopen"),
    get(IMPORTS, "/imports"),
    Row { method: "POST", pattern: IMPORTS, path: "/imports", sent: crate::Sent::Upload },
    get(IMPORT, "/imports/$import"),
    get(IMPORT_REJECTS, "/imports/$import/rejects.csv"),
    get(BANKS, "/banks"),
    post(BANKS, "/banks", "name=&kind=known"),
    get(BANK, "/banks/$bank"),
    post(BANK_SETTINGS, "/banks/$bank/settings", "name=&kind=known"),
    post(BANK_REMOVE, "/banks/$bank/remove", "name=another"),
    post(BANK_CONTENTS, "/banks/$bank/contents", "hashes=nonsense"),
    get(BANK_CONTENT, "/banks/$bank/contents/$content"),
    post(BANK_CONTENT_DECIDE, "/banks/$bank/contents/$content/decide", "what=confirmed&reason="),
    post(BANK_CONTENT_DECIDE, "/banks/$bank/contents/$content/decide", "what=release"),
    get(TYPOLOGIES, "/typologies"),
    get(TYPOLOGY, "/typologies/baseline-inward-20"),
    post(TYPOLOGIES_RESCREEN, "/typologies/rescreen", ""),
    get(SEARCH, "/search?q=R-2026-00001"),
    get(REVEAL, "/reveal/case-report/$case_report/identifier-$ordinal"),
    post(REVEAL, "/reveal/report/$report/narrative", "purpose=check"),
    post(REVEAL, "/reveal/report/$case_report/identifier-$ordinal", "purpose=check"),
    post(REVEAL, "/reveal/case-report/$case_report/identifier-$ordinal", "purpose=check"),
    post(REVEAL, "/reveal/alert/$alert/party", "purpose=check"),
    post(REVEAL, "/reveal/person/$person/identity", "purpose=check"),
    post(REVEAL, "/reveal/note/$case/$note", "purpose=check"),
    get(HOUSE, "/house"),
    get(HOUSE_USERS, "/house/users"),
    post(HOUSE_USERS, "/house/users", "username="),
    post(HOUSE_USER_ROLES, "/house/users/$user/roles", ""),
    post(HOUSE_USER_STATE, "/house/users/$user/state", "state=active"),
    post(HOUSE_USER_STATE, "/house/users/$user/state", "state=unlocked"),
    post(HOUSE_USER_RESET, "/house/users/$user/reset", "what=code"),
    get(HOUSE_GUESTS, "/house/guests"),
    post(HOUSE_GUESTS, "/house/guests", "case=$case&until=2026-01-01"),
    post(HOUSE_GUEST_END, "/house/guests/$guest/end", ""),
    get(HOUSE_ORGANISATION, "/house/organisation"),
    post(HOUSE_ORGANISATION, "/house/organisation", "email="),
    post(HOUSE_SECOND_STEP, "/house/organisation/second-step", "optional=yes"),
    post(HOUSE_ORGANISATIONS, "/house/organisation/others", "name="),
    get(HOUSE_KEYS, "/house/keys"),
    get(HOUSE_JOURNAL, "/house/journal"),
    post(HOUSE_JOURNAL_VERIFY, "/house/journal/verify", ""),
    get(HOUSE_JOBS, "/house/jobs"),
    post(HOUSE_JOB, "/house/jobs/$job", ""),
    get(HOUSE_TOKENS, "/house/tokens"),
    post(HOUSE_TOKENS, "/house/tokens", "user=$user&name=&days=1"),
    post(HOUSE_TOKEN_REVOKE, "/house/tokens/$token/revoke", ""),
];

/// What ends or begins a session, asked last.
pub(crate) const DOOR: &[Row] = &[
    post(SIGN_IN, "/sign-in", "username=&password="),
    post(SIGN_IN_CODE, "/sign-in/code", "code=000000"),
    post(CONFIRM, "/confirm", "password=wrong"),
    post(SIGN_OUT, "/sign-out", ""),
];
