//! Tipping off.

use std::collections::BTreeSet;

use model::Span;

use super::*;

fn user(number: u8) -> Id<kinds::User> {
    format!("00000000-0000-7000-8000-0000000000{number:02x}").parse().unwrap()
}

fn house(number: u8) -> Id<kinds::Organisation> {
    format!("00000000-0000-7000-8000-0000000002{number:02x}").parse().unwrap()
}

fn at(hours: i64) -> Instant {
    Instant::parse("2026-11-20T00:00:00Z").unwrap() + Span::hours(hours)
}

fn asker(number: u8, compliance: bool) -> Asker {
    Asker { user: user(number), organisation: house(1), compliance }
}

const AUTHOR: u8 = 1;
const REVIEWER: u8 = 2;
const OFFICER: u8 = 3;
const SUPERVISOR: u8 = 4;
const TELLER: u8 = 5;

fn filing() -> Filing {
    let id = "00000000-0000-7000-8000-000000000101".parse().unwrap();
    let mut filing = Filing::draft(id, "amlc", at(0), user(AUTHOR), at(1), &[], &BTreeSet::new()).unwrap();
    let rendered = crate::Rendered {
        profile: "amlc".to_owned(),
        bytes: Vec::new(),
        file_name: "synthetic.csv".to_owned(),
        media_type: "text/csv",
        standing: crate::Standing::Draft { reasons: Vec::new() },
    };
    filing.review(user(REVIEWER), at(2), &rendered).unwrap();
    filing
}

fn leave(to: u8, until: Option<i64>) -> Leave {
    Leave {
        to: user(to),
        by: user(OFFICER),
        at: at(3),
        until: until.map(at),
        why: "supervises the author".to_owned(),
    }
}

#[test]
fn those_who_made_it_and_the_compliance_role_know_and_nobody_else() {
    let knows = Knows::new(house(1), Vec::new());
    let may = |asker: &Asker| knows.may_know(&filing(), asker, at(5));
    assert_eq!(may(&asker(AUTHOR, false)), Some(Because::Author));
    assert_eq!(may(&asker(REVIEWER, false)), Some(Because::Reviewer));
    assert_eq!(may(&asker(OFFICER, true)), Some(Because::Compliance));
    assert_eq!(may(&asker(SUPERVISOR, false)), None);
    assert_eq!(may(&asker(TELLER, false)), None);
    // The compliance role of another organisation, and the author's own account there.
    for number in [OFFICER, AUTHOR] {
        assert_eq!(may(&Asker { organisation: house(2), ..asker(number, true) }), None);
    }
}

#[test]
fn leave_is_given_by_compliance_to_another_person_for_a_reason_and_ends() {
    let mut knows = Knows::new(house(1), vec![user(TELLER)]);
    let officer = asker(OFFICER, true);
    assert_eq!(
        knows.let_know(&asker(OFFICER, false), leave(SUPERVISOR, None)),
        Err(LeaveFault::NotCompliance)
    );
    assert_eq!(knows.let_know(&asker(AUTHOR, true), leave(SUPERVISOR, None)), Err(LeaveFault::NotCompliance));
    assert_eq!(knows.let_know(&officer, leave(OFFICER, None)), Err(LeaveFault::ToOneself));
    assert_eq!(knows.let_know(&officer, leave(TELLER, None)), Err(LeaveFault::Barred));
    assert_eq!(knows.let_know(&officer, leave(SUPERVISOR, Some(3))), Err(LeaveFault::Ended));
    let silent = Leave { why: " ".to_owned(), ..leave(SUPERVISOR, None) };
    assert_eq!(knows.let_know(&officer, silent), Err(LeaveFault::NoReason));
    assert_eq!(knows.leaves(), []);
    knows.let_know(&officer, leave(SUPERVISOR, Some(6))).unwrap();
    let may = |knows: &Knows, hour| knows.may_know(&filing(), &asker(SUPERVISOR, false), at(hour));
    assert_eq!([may(&knows, 2), may(&knows, 3), may(&knows, 6)], [None, Some(Because::Leave), None]);
    assert_eq!(
        knows.withdraw(&asker(AUTHOR, false), user(SUPERVISOR), at(4)),
        Err(LeaveFault::NotCompliance)
    );
    knows.withdraw(&officer, user(SUPERVISOR), at(4)).unwrap();
    assert_eq!([may(&knows, 3), may(&knows, 4)], [Some(Because::Leave), None]);
}

#[test]
fn whom_the_report_concerns_never_knows_whatever_the_role() {
    let mut knows = Knows::new(house(1), vec![user(OFFICER)]);
    assert_eq!(knows.may_know(&filing(), &asker(OFFICER, true), at(5)), None);
    assert_eq!(
        knows.let_know(&asker(OFFICER, true), leave(SUPERVISOR, None)),
        Err(LeaveFault::NotCompliance)
    );
    knows.bar(user(AUTHOR));
    assert_eq!(knows.may_know(&filing(), &asker(AUTHOR, false), at(5)), None);
}
