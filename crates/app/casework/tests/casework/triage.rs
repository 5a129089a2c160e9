//! Decisions on reports, and taking them back.

use crate::common::{SECRETS, code, content, denied, person, problem, put, put_as, row, run, set};
use app_casework::{
    CaseEdit, CybertipChoices, Decided, NewNote, add_note, attach, decide, draft_cybertip, edit,
    mark_decision_sent, open_case, read, undo,
};
use app_kernel::Denied;
use cases::{NoteKind, PersonRole};
use model::{Id, kinds};
use reports::{Decision, NoActionReason, PersonRole as Part, ReportState, ReportedPerson};
use test_support::{TestHouse, engines};

fn note(text: &str) -> NewNote {
    NewNote { kind: NoteKind::General, text: text.to_owned(), sensitive: false, corrects: None }
}

fn refer() -> Decision {
    Decision::Refer { to: "Synthetic Agency".to_owned(), why: "Synthetic reason".to_owned() }
}

#[tokio::test]
async fn a_decision_follows_the_states_and_asks_for_its_words() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["hotline_analyst"]).await;
        let new = put_as(&house, house.organisation, &content(&house), &[], "received").await;
        let refused = problem(run!(house, &op, decide, new, Decision::Close));
        assert_eq!(refused.code, "decision_not_possible");
        assert_eq!(refused.sentence, "“Close the report” is not possible: the report is received.");
        assert!(refused.next.contains("“Triage”"), "{}", refused.next);
        run!(house, &op, decide, new, Decision::Triage).unwrap();

        let other = Decision::NoAction { reason: NoActionReason::Other, note: " ".to_owned() };
        assert_eq!(problem(run!(house, &op, decide, new, other)).field, Some("note"));
        let nobody = Decision::Refer { to: String::new(), why: "x".to_owned() };
        assert_eq!(code(run!(house, &op, decide, new, nobody)), "to_missing");
        let nothing = Decision::ReturnForInformation { what: String::new() };
        assert_eq!(code(run!(house, &op, decide, new, nothing)), "what_missing");

        let spam = Decision::NoAction { reason: NoActionReason::Spam, note: String::new() };
        let done = run!(house, &op, decide, new, spam).unwrap();
        assert_eq!((done.state, done.case), (ReportState::NoAction, None));
        let kept = row(&house, new).await;
        assert_eq!((kept.state.as_str(), kept.decided_at), ("no_action", Some(house.now())));
        let entries = house.entries(house.organisation).await;
        assert!(entries.iter().any(|e| e.action == "triage" && e.record == Some(new.uuid())));
    }
}

#[tokio::test]
async fn the_latest_decision_is_undone_and_one_that_was_sent_is_not() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["hotline_analyst"]).await;
        let report = put(&house, &content(&house)).await;
        let first = run!(house, &op, decide, report, refer()).unwrap();
        let closed = run!(house, &op, decide, report, Decision::Close).unwrap();
        assert_eq!(code(run!(house, &op, undo, first.decision)), "not_the_latest");
        assert_eq!(run!(house, &op, undo, closed.decision).unwrap().state, ReportState::Referred);
        assert_eq!(run!(house, &op, undo, first.decision).unwrap().state, ReportState::Triaged);
        assert_eq!(row(&house, report).await.decided_at, None);
        assert_eq!(code(run!(house, &op, undo, first.decision)), "not_the_latest");

        let again = run!(house, &op, decide, report, refer()).unwrap();
        assert_eq!(code(run!(house, &op, mark_decision_sent, again.decision, " ")), "how_missing");
        run!(house, &op, mark_decision_sent, again.decision, "by sealed e-mail").unwrap();
        assert_eq!(code(run!(house, &op, mark_decision_sent, again.decision, "again")), "decision_over");
        assert_eq!(code(run!(house, &op, undo, again.decision)), "left_the_house");
        assert!(!house.holds("by sealed e-mail").await && !house.holds("Synthetic reason").await);

        let spam = Decision::NoAction { reason: NoActionReason::Spam, note: String::new() };
        let other = put(&house, &content(&house)).await;
        let quiet = run!(house, &op, decide, other, spam).unwrap();
        assert_eq!(code(run!(house, &op, mark_decision_sent, quiet.decision, "x")), "nothing_to_send");
    }
}

#[tokio::test]
async fn a_report_is_merged_into_an_open_one_of_its_own_house() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["hotline_analyst"]).await;
        let into = |report| Decision::MergeInto { report };
        let (one, two) = (put(&house, &content(&house)).await, put(&house, &content(&house)).await);
        let foreign = put_as(&house, house.foreign, &content(&house), &[], "triaged").await;
        assert_eq!(code(run!(house, &op, decide, one, into(one))), "merged_into_itself");
        assert_eq!(denied(run!(house, &op, decide, one, into(foreign))), Denied::NotFound);
        let merged = run!(house, &op, decide, one, into(two)).unwrap();
        assert_eq!(row(&house, one).await.merged_into, Some(two));
        let circle = problem(run!(house, &op, decide, two, into(one)));
        assert_eq!(circle.code, "merge_target_not_open");
        assert_eq!(circle.sentence, "R-2026-00001 is not open: it is merged.");

        run!(house, &op, decide, one, Decision::Close).unwrap();
        let why = Decision::Reopen { why: "Synthetic news".to_owned() };
        let reopened = run!(house, &op, decide, one, why).unwrap();
        assert_eq!(row(&house, one).await.merged_into, None, "taken up on its own");
        run!(house, &op, undo, reopened.decision).unwrap();
        assert_eq!(row(&house, one).await.merged_into, Some(two));
        assert_eq!(code(run!(house, &op, undo, merged.decision)), "not_the_latest");
    }
}

#[tokio::test]
async fn opening_a_case_brings_its_people_each_child_under_a_key_of_its_own() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["investigator"]).await;
        let report = put(&house, &content(&house)).await;
        let opened = run!(house, &op, decide, report, Decision::OpenCase).unwrap();
        assert_eq!(opened.state, ReportState::CaseOpened);
        let case = run!(house, &op, read, opened.case.unwrap()).unwrap();
        assert_eq!(case.number, "C-2026-00001");
        assert_eq!(case.title.as_deref(), Some("Case from R-2026-00001"));
        let people: Vec<_> = case.people.iter().map(|p| (p.called.as_str(), p.role, p.child)).collect();
        assert_eq!(
            people,
            [
                ("Child 1", PersonRole::ChildVictim, true),
                ("Child 2", PersonRole::ChildVictim, true),
                ("Accused 1", PersonRole::RemoteOffender, false),
            ]
        );
        assert_eq!(case.people[2].says, "accused of paying or directing");
        for secret in SECRETS {
            assert!(!house.holds(secret).await, "“{secret}” is on the disk in the clear");
        }
        assert_eq!(code(run!(house, &op, decide, report, Decision::OpenCase)), "decision_not_possible");
        run!(house, &op, decide, report, Decision::Close).unwrap();
        let why = Decision::Reopen { why: "Synthetic news".to_owned() };
        run!(house, &op, decide, report, why).unwrap();
        assert_eq!(code(run!(house, &op, decide, report, Decision::OpenCase)), "in_a_case_already");
    }
}

#[tokio::test]
async fn whoever_may_be_a_child_is_routed_to_safeguarding() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["investigator"]).await;
        let mut report = content(&house);
        report.people = vec![
            ReportedPerson { age: Some(16), ..person(Part::Reported, "Synthetic Teen") },
            person(Part::Reported, "Synthetic Ageless"),
        ];
        let id = put(&house, &report).await;
        let opened = run!(house, &op, open_case, id, Some("Synthetic title")).unwrap();
        let case = run!(house, &op, read, opened.case.unwrap()).unwrap();
        assert_eq!(case.title.as_deref(), Some("Synthetic title"));
        let people: Vec<_> = case.people.iter().map(|p| (p.called.as_str(), p.role, p.child)).collect();
        assert!(people.contains(&("Child 1", PersonRole::AtRiskChild, true)), "{people:?}");
        assert!(people.contains(&("Person 1", PersonRole::AtRiskChild, true)), "{people:?}");
    }
}

#[tokio::test]
async fn undoing_withdraws_the_case_as_long_as_nothing_came_into_it() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["investigator"]).await;
        set(&house, "contact_email", "desk@example.com").await;
        let opened = async |house: &TestHouse| -> Decided {
            let report = put(house, &content(house)).await;
            run!(house, &op, decide, report, Decision::OpenCase).unwrap()
        };
        let untouched = opened(&house).await;
        let undone = run!(house, &op, undo, untouched.decision).unwrap();
        assert_eq!((undone.state, undone.case), (ReportState::Triaged, None));
        let case = run!(house, &op, read, untouched.case.unwrap()).unwrap();
        assert!(case.withdrawn_at.is_some() && case.people.is_empty() && case.reports.is_empty());
        let late = run!(house, &op, add_note, case.id, note("Synthetic"));
        assert_eq!(code(late), "case_withdrawn");

        let with_note = opened(&house).await;
        run!(house, &op, add_note, with_note.case.unwrap(), note("Synthetic")).unwrap();
        let edited = opened(&house).await;
        let title = CaseEdit { title: Some("Synthetic title".to_owned()), ..CaseEdit::default() };
        run!(house, &op, edit, edited.case.unwrap(), title).unwrap();
        let filed = opened(&house).await;
        run!(house, &op, draft_cybertip, filed.case.unwrap(), &CybertipChoices::default()).unwrap();
        for decided in [with_note, edited, filed] {
            let refused = problem(run!(house, &op, undo, decided.decision));
            assert_eq!(refused.code, "case_added_to");
            assert_eq!(row(&house, decided.report).await.case, decided.case, "nothing was half undone");
        }
    }
}

#[tokio::test]
async fn a_report_joins_a_case_and_leaves_it_again() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["investigator"]).await;
        let first = put(&house, &content(&house)).await;
        let opened = run!(house, &op, decide, first, Decision::OpenCase).unwrap();
        let case = opened.case.unwrap();
        let mut second = content(&house);
        second
            .people
            .push(ReportedPerson { age: Some(8), ..person(Part::Victim, "Synthetic Cousin Testname") });
        let second = put(&house, &second).await;
        let joined = run!(house, &op, attach, second, case).unwrap();
        assert_eq!(joined.case, Some(case));
        let called = |view: &app_casework::CaseView| -> Vec<String> {
            view.people.iter().map(|p| p.called.clone()).collect()
        };
        let view = run!(house, &op, read, case).unwrap();
        assert_eq!(called(&view), ["Child 1", "Child 2", "Child 3", "Accused 1"], "those known come once");
        assert_eq!(view.reports.len(), 2);
        assert_eq!(code(run!(house, &op, undo, opened.decision)), "case_added_to");

        run!(house, &op, undo, joined.decision).unwrap();
        let view = run!(house, &op, read, case).unwrap();
        assert_eq!(called(&view), ["Child 1", "Child 2", "Accused 1"]);
        assert!(view.withdrawn_at.is_none());
        run!(house, &op, undo, opened.decision).unwrap();
        let strange: Id<kinds::Case> = house.id();
        assert_eq!(denied(run!(house, &op, attach, second, strange)), Denied::NotFound);
    }
}

#[tokio::test]
async fn a_foreign_report_does_not_exist_and_other_roles_may_not() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["investigator"]).await;
        let foreign = house.foreign_op(&["investigator"]).await;
        let report = put(&house, &content(&house)).await;
        let opened = run!(house, &op, decide, report, Decision::OpenCase).unwrap();
        let other = put_as(&house, house.foreign, &content(&house), &[], "triaged").await;
        assert_eq!(denied(run!(house, &foreign, decide, report, Decision::Close)), Denied::NotFound);
        assert_eq!(denied(run!(house, &foreign, undo, opened.decision)), Denied::NotFound);
        assert_eq!(denied(run!(house, &foreign, attach, other, opened.case.unwrap())), Denied::NotFound);
        assert_eq!(denied(run!(house, &foreign, mark_decision_sent, opened.decision, "x")), Denied::NotFound);
        for role in ["payment_analyst", "prosecutor", "social_worker", "administrator", "auditor"] {
            let op = house.op(&[role]).await;
            let refused = denied(run!(house, &op, decide, report, Decision::Close));
            assert!(matches!(refused, Denied::Forbidden(_)), "{role}: {refused}");
        }
    }
}
