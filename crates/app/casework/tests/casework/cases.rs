//! Cases: what their page shows and to whom, and the work done in them.

use access::Action;
use app_casework::{
    CaseEdit, CybertipChoices, NewNote, NewTask, add_note, add_task, complete_task, decide, draft_cybertip,
    edit, list, read, reopen_task, set_track,
};
use app_kernel::{Denied, Op};
use cases::{EndReason, InvestigationState, NoteKind, ProsecutionState, TaskState, TimelineKind, TrackState};
use model::{Id, IdentifierKind, Span, kinds};
use reports::Decision;
use store::reports::Link;
use test_support::{TestHouse, engines};

use crate::common::{code, content, denied, problem, put, put_as, run, set, share};

async fn opened(house: &TestHouse, op: &Op) -> (Id<kinds::Case>, Id<kinds::Report>) {
    let report = put(house, &content(house)).await;
    (run!(house, op, decide, report, Decision::OpenCase).unwrap().case.unwrap(), report)
}

fn note(text: &str) -> NewNote {
    NewNote { kind: NoteKind::Contact, text: text.to_owned(), sensitive: true, corrects: None }
}

async fn link(house: &TestHouse, one: Id<kinds::Report>, other: Id<kinds::Report>) {
    let op = house.system();
    let mut tx = house.begin(&op).await.unwrap();
    let permit = tx.allow(&op, Action::ImportFile).unwrap();
    let row = Link {
        organisation: house.organisation,
        first: one.min(other),
        second: one.max(other),
        strength: "strong".to_owned(),
        reasons: vec!["Both name the same e-mail address.".to_owned()],
        created_at: house.now(),
    };
    store::reports::put_link(tx.store(&permit), &row).await.unwrap();
    tx.journal(&op, &permit, serde_json::json!({})).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_case_shows_what_its_page_needs() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["investigator"]).await;
        let (case, report) = opened(&house, &op).await;
        let beside = put(&house, &content(&house)).await;
        let elsewhere = put_as(&house, house.foreign, &content(&house), &[], "triaged").await;
        link(&house, report, beside).await;
        link(&house, report, elsewhere).await;
        let wrote = run!(house, &op, add_note, case, note("Synthetic note text")).unwrap();
        let task = NewTask {
            title: "Synthetic task text".to_owned(),
            due: Some(house.now() + Span::hours(1)),
            assignee: Some(op.actor.user),
        };
        let task = run!(house, &op, add_task, case, task).unwrap();
        house.clock.advance(Span::hours(2));
        let view = run!(house, &op, read, case).unwrap();

        assert_eq!(view.notes.len(), 1);
        assert_eq!((view.notes[0].id, view.notes[0].text.as_str()), (wrote, "Synthetic note text"));
        assert_eq!(
            (view.tasks[0].id, view.tasks[0].state, view.tasks[0].overdue),
            (task, TaskState::Open, true)
        );
        assert_eq!(view.reports.iter().map(|r| r.number.as_str()).collect::<Vec<_>>(), ["R-2026-00001"]);
        let mut linked: Vec<_> = view.linked.iter().map(|l| (l.to_number.as_deref(), l.in_case)).collect();
        linked.sort_unstable();
        assert_eq!(
            linked,
            [(None, false), (Some("R-2026-00002"), false)],
            "a foreign hit shows as a hit only"
        );
        let kinds: Vec<_> = view.identifiers.iter().map(|i| (i.kind, i.of_child, i.reports_in_all)).collect();
        assert!(kinds.contains(&(IdentifierKind::Email, true, 2)), "{kinds:?}");
        assert!(kinds.contains(&(IdentifierKind::Account, false, 2)), "{kinds:?}");

        let told: Vec<_> = view.timeline.iter().map(|entry| entry.kind).collect();
        for kind in [
            TimelineKind::Report,
            TimelineKind::Track,
            TimelineKind::Person,
            TimelineKind::Note,
            TimelineKind::Task,
        ] {
            assert!(told.contains(&kind), "{kind} in {told:?}");
        }
        assert!(view.timeline.is_sorted_by_key(|entry| entry.at));
        assert!(view.timeline.iter().any(|e| e.sentence == "R-2026-00001 was received from a platform."));
        assert!(view.may.contains(&Action::RevealChild) && !view.may.contains(&Action::ManageGuests));
        assert!(view.journal.iter().any(|line| line.action == "add_note"));
        for secret in ["Synthetic note text", "Synthetic task text"] {
            assert!(!house.holds(secret).await, "“{secret}” is on the disk in the clear");
        }
    }
}

#[tokio::test]
async fn work_in_a_case_keeps_its_rules() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["investigator"]).await;
        let (case, _) = opened(&house, &op).await;

        let blank = CaseEdit { title: Some(" ".to_owned()), ..CaseEdit::default() };
        assert_eq!(code(run!(house, &op, edit, case, blank)), "title_missing");
        let foreign = house.foreign_op(&["investigator"]).await;
        let stranger = CaseEdit { lead: Some(Some(foreign.actor.user)), ..CaseEdit::default() };
        assert_eq!(problem(run!(house, &op, edit, case, stranger)).field, Some("lead"));
        let change = CaseEdit {
            title: Some("Synthetic place, March".to_owned()),
            summary: Some("Synthetic summary".to_owned()),
            lead: Some(None),
        };
        run!(house, &op, edit, case, change).unwrap();

        let court = TrackState::Prosecution(ProsecutionState::Filed);
        let refused = problem(run!(house, &op, set_track, case, court, None));
        assert_eq!(refused.next, "Possible now: “submitted to the prosecutor”.");
        run!(house, &op, set_track, case, TrackState::Investigation(InvestigationState::UnderWay), None)
            .unwrap();
        let end = TrackState::Investigation(InvestigationState::Concluded);
        assert_eq!(problem(run!(house, &op, set_track, case, end, None)).field, Some("why"));
        run!(house, &op, set_track, case, end, Some(EndReason::TakenOver)).unwrap();

        assert_eq!(code(run!(house, &op, add_note, case, note(" "))), "text_missing");
        let corrects = NewNote { corrects: Some(house.id()), ..note("Synthetic") };
        assert_eq!(code(run!(house, &op, add_note, case, corrects)), "note_unknown");

        let task = NewTask { title: "Synthetic".to_owned(), due: None, assignee: None };
        let nothing = NewTask { title: " ".to_owned(), ..task.clone() };
        assert_eq!(code(run!(house, &op, add_task, case, nothing)), "title_missing");
        let task = run!(house, &op, add_task, case, task).unwrap();
        assert_eq!(code(run!(house, &op, reopen_task, task)), "task_open");
        run!(house, &op, complete_task, task).unwrap();
        assert_eq!(code(run!(house, &op, complete_task, task)), "task_done");
        run!(house, &op, reopen_task, task).unwrap();

        let view = run!(house, &op, read, case).unwrap();
        assert_eq!(view.title.as_deref(), Some("Synthetic place, March"));
        assert_eq!((view.summary.as_deref(), view.lead.is_none()), (Some("Synthetic summary"), true));
        let steps: Vec<_> = view
            .timeline
            .iter()
            .filter(|entry| entry.kind == TimelineKind::Track)
            .map(|entry| entry.sentence.as_str())
            .collect();
        assert_eq!(
            steps,
            [
                "C-2026-00001 was opened.",
                "The investigation became “under way”.",
                "The investigation became “concluded”: taken over by another agency.",
            ]
        );
        assert!(!house.holds("Synthetic summary").await && !house.holds("Synthetic place, March").await);
    }
}

#[tokio::test]
async fn a_partner_sees_the_outline_and_a_stranger_nothing() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["investigator"]).await;
        let (case, report) = opened(&house, &op).await;
        run!(house, &op, add_note, case, note("Synthetic note text")).unwrap();
        set(&house, "contact_email", "desk@example.com").await;
        run!(house, &op, draft_cybertip, case, &CybertipChoices::default()).unwrap();
        let partner = house.partner_op(&["investigator"]).await;
        assert_eq!(denied(run!(house, &partner, read, case)), Denied::NotFound);
        share(&house, "case", case.uuid()).await;

        let view = run!(house, &partner, read, case).unwrap();
        assert_eq!((view.title, view.summary), (None, None));
        assert!(view.lead.is_none() && view.opened_by.is_none());
        assert!(view.notes.is_empty() && view.tasks.is_empty() && view.journal.is_empty());
        assert!(view.linked.is_empty() && view.may.is_empty());
        assert_eq!((view.reports.len(), view.people.len(), view.filings.len()), (1, 3, 1));
        assert!(view.identifiers.iter().all(|identifier| identifier.sealed.is_none()));
        let colleague = "Synthetic investigator";
        for entry in &view.timeline {
            assert!(!entry.sentence.contains(colleague), "{}", entry.sentence);
        }
        assert!(!view.timeline.is_empty());

        for forbidden in [
            denied(run!(house, &partner, add_note, case, note("x"))),
            denied(run!(house, &partner, edit, case, CaseEdit::default())),
            denied(run!(house, &partner, draft_cybertip, case, &CybertipChoices::default())),
        ] {
            assert!(matches!(forbidden, Denied::Forbidden(_)), "{forbidden}");
        }
        let stranger = house.foreign_op(&["investigator"]).await;
        assert_eq!(denied(run!(house, &stranger, read, case)), Denied::NotFound);
        assert_eq!(denied(run!(house, &stranger, add_note, case, note("x"))), Denied::NotFound);
        assert_eq!(denied(run!(house, &stranger, edit, case, CaseEdit::default())), Denied::NotFound);
        assert_eq!(denied(run!(house, &stranger, decide, report, Decision::Close)), Denied::NotFound);
    }
}

#[tokio::test]
async fn the_list_goes_on_where_it_stopped_and_names_nobody() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["investigator"]).await;
        let mut cases = Vec::new();
        for _ in 0..3 {
            cases.push(opened(&house, &op).await.0);
        }
        let mut tx = house.look(&op).await.unwrap();
        let first = list(&op, &mut tx, None, 2).await.unwrap();
        assert_eq!((first.rows.len(), first.total), (2, 3));
        assert_eq!((first.rows[0].id, first.rows[0].reports), (cases[2], 1));
        let second = list(&op, &mut tx, first.next, 2).await.unwrap();
        assert_eq!((second.rows.len(), second.next), (1, None));
        assert_eq!(second.rows[0].title, "Case from R-2026-00001");
        let stranger = house.foreign_op(&["investigator"]).await;
        let mut tx = house.look(&stranger).await.unwrap();
        assert_eq!(list(&stranger, &mut tx, None, 50).await.unwrap().rows.len(), 0);
    }
}
