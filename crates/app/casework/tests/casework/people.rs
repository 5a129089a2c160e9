//! The people of a case: roles, who may know who somebody is, and identities that are gone.

use access::{Action, ActorKind};
use app_casework::{
    NamedIn, NewPerson, NewRole, PersonView, add_person, change_role, decide, read, reveal_identifier,
    reveal_person,
};
use app_kernel::{Denied, Op};
use cases::{PersonIdentity, PersonRole, Relationship};
use model::{Id, IdentifierKind, Span, kinds};
use reports::Decision;
use test_support::{TestHouse, engines};

use crate::common::{SECRETS, code, content, denied, problem, put, run, unconfirmed};

async fn opened(house: &TestHouse, op: &Op) -> (Id<kinds::Case>, Vec<PersonView>) {
    let report = put(house, &content(house)).await;
    let case = run!(house, op, decide, report, Decision::OpenCase).unwrap().case.unwrap();
    (case, run!(house, op, read, case).unwrap().people)
}

fn named(name: &str) -> PersonIdentity {
    PersonIdentity { names: vec![name.to_owned()], ..PersonIdentity::default() }
}

#[tokio::test]
async fn an_identity_opens_for_who_may_with_a_reason_and_is_journalled() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["investigator"]).await;
        let (case, people) = opened(&house, &op).await;
        let (child, adult) = (people[0].id, people[2].id);

        assert_eq!(code(run!(house, &op, reveal_person, child, " ")), "reason_missing");
        let shown = run!(house, &op, reveal_person, child, "Synthetic: safety plan").unwrap();
        assert!(SECRETS[..2].contains(&shown.identity.names[0].as_str()));
        let shown = run!(house, &op, reveal_person, adult, "Synthetic: warrant").unwrap();
        assert_eq!(shown.identity.names, [SECRETS[2]]);
        assert_eq!(shown.held.role, PersonRole::RemoteOffender);

        let stale = unconfirmed(&op);
        assert!(matches!(denied(run!(house, &stale, reveal_person, child, "x")), Denied::NeedsStrong(_)));
        assert!(run!(house, &stale, reveal_person, adult, "x").is_ok());
        for (role, sees_child, sees_adult) in
            [("hotline_analyst", false, true), ("prosecutor", false, true), ("social_worker", true, false)]
        {
            let op = house.op(&[role]).await;
            assert_eq!(run!(house, &op, reveal_person, child, "x").is_ok(), sees_child, "{role}");
            assert_eq!(run!(house, &op, reveal_person, adult, "x").is_ok(), sees_adult, "{role}");
        }
        let stranger = house.foreign_op(&["investigator"]).await;
        assert_eq!(denied(run!(house, &stranger, reveal_person, child, "x")), Denied::NotFound);

        let journal = run!(house, &op, read, case).unwrap().journal;
        let told = journal.iter().find(|line| line.reason.as_deref() == Some("Synthetic: safety plan"));
        assert_eq!(told.unwrap().action, "reveal_child");
        assert!(!house.holds("Synthetic: safety plan").await, "the reason is sealed");
    }
}

#[tokio::test]
async fn an_identity_whose_key_was_destroyed_is_gone() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["supervisor"]).await;
        let (case, people) = opened(&house, &op).await;
        let system = house.system();
        let mut tx = house.begin(&system).await.unwrap();
        let (_, permit) =
            tx.open::<store::cases::Case>(&system, Action::RevealChild, case.uuid()).await.unwrap();
        assert!(tx.destroy_child_key(&permit, people[0].id).await.unwrap());
        drop(tx);
        assert_eq!(code(run!(house, &op, reveal_person, people[0].id, "x")), "identity_destroyed");
        let readable: Vec<_> =
            run!(house, &op, read, case).unwrap().people.iter().map(|p| p.readable).collect();
        assert_eq!(readable, [false, true, true]);
        assert!(run!(house, &op, reveal_person, people[1].id, "x").is_ok());
    }
}

#[tokio::test]
async fn nobody_who_may_be_a_child_is_put_on_the_accuseds_side_without_a_written_word() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["investigator"]).await;
        let (case, people) = opened(&house, &op).await;
        let new = |role| NewPerson { identity: named("Synthetic Added Testname"), role };

        let facilitator = NewRole::new(PersonRole::Facilitator);
        let refused = problem(run!(house, &op, add_person, case, new(facilitator.clone())));
        assert_eq!((refused.code, refused.field), ("needs_safeguarding", Some("acknowledgement")));
        let teen = NewRole { age: Some(17), ..facilitator.clone() };
        assert_eq!(code(run!(house, &op, add_person, case, new(teen.clone()))), "needs_safeguarding");
        let word = Some("Synthetic: safeguards stand".to_owned());
        let acknowledged = NewRole { acknowledgement: word, ..teen };
        let added = run!(house, &op, add_person, case, new(acknowledged)).unwrap();
        assert_eq!((added.called.as_str(), added.child), ("Accused 2", true));

        let adult = NewRole { age: Some(45), relationship: Some(Relationship::AuntOrUncle), ..facilitator };
        let added = run!(house, &op, add_person, case, new(adult)).unwrap();
        assert_eq!((added.called.as_str(), added.child), ("Accused 3", false));
        let caregiver = NewRole::new(PersonRole::Caregiver);
        let added = run!(house, &op, add_person, case, new(caregiver)).unwrap();
        assert_eq!((added.called.as_str(), added.child), ("Caregiver 1", false));
        let sibling = NewRole::new(PersonRole::AtRiskChild);
        let added = run!(house, &op, add_person, case, new(sibling)).unwrap();
        assert_eq!((added.called.as_str(), added.child), ("Child 3", true));

        let view = run!(house, &op, read, case).unwrap();
        let teen = view.people.iter().find(|person| person.called == "Accused 2").unwrap();
        assert_eq!(teen.says, "young person, safeguarding first");
        assert_eq!(people.len() + 4, view.people.len());
        assert!(!house.holds("Synthetic Added Testname").await);
    }
}

#[tokio::test]
async fn a_role_changes_and_the_identity_moves_under_the_key_it_asks_for() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["investigator"]).await;
        let mut report = content(&house);
        report.people.retain(|person| person.role == reports::PersonRole::Reported);
        report.people[0].birth_date = None;
        let report = put(&house, &report).await;
        let case = run!(house, &op, decide, report, Decision::OpenCase).unwrap().case.unwrap();
        let person = run!(house, &op, read, case).unwrap().people[0].clone();
        assert_eq!((person.called.as_str(), person.role), ("Person 1", PersonRole::AtRiskChild));

        let offender = NewRole::new(PersonRole::RemoteOffender);
        assert_eq!(code(run!(house, &op, change_role, person.id, offender.clone())), "needs_safeguarding");
        let known = NewRole { age: Some(52), ..offender };
        let changed = run!(house, &op, change_role, person.id, known).unwrap();
        assert_eq!((changed.id, changed.called.as_str(), changed.child), (person.id, "Accused 1", false));
        let shown = run!(house, &op, reveal_person, person.id, "x").unwrap();
        assert_eq!(shown.identity.names, [SECRETS[2]]);
        assert_eq!(shown.earlier[0].role, PersonRole::AtRiskChild);

        let back = NewRole { age: Some(16), ..NewRole::new(PersonRole::AtRiskChild) };
        let changed = run!(house, &op, change_role, person.id, back).unwrap();
        assert!(changed.child);
        let shown = run!(house, &op, reveal_person, person.id, "x").unwrap();
        assert_eq!((shown.identity.names.len(), shown.earlier.len()), (1, 2));
        let stranger = house.foreign_op(&["investigator"]).await;
        let role = NewRole::new(PersonRole::Witness);
        assert_eq!(denied(run!(house, &stranger, change_role, person.id, role)), Denied::NotFound);
    }
}

#[tokio::test]
async fn an_identifier_opens_like_the_person_it_belongs_to() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["investigator"]).await;
        let (case, _) = opened(&house, &op).await;
        let view = run!(house, &op, read, case).unwrap();
        let place = |of_child: bool, kind: IdentifierKind| -> NamedIn {
            let found = view.identifiers.iter().find(|i| i.of_child == of_child && i.kind == kind).unwrap();
            found.sealed.clone().unwrap()
        };
        let (child, buyer) = (place(true, IdentifierKind::Email), place(false, IdentifierKind::Email));
        let shown = run!(house, &op, reveal_identifier, &child, "Synthetic reason").unwrap();
        assert_eq!(shown.value, SECRETS[6]);
        let analyst = house.op(&["hotline_analyst"]).await;
        assert_eq!(run!(house, &analyst, reveal_identifier, &buyer, "x").unwrap().value, SECRETS[4]);
        let refused = denied(run!(house, &analyst, reveal_identifier, &child, "x"));
        assert_eq!(refused, Denied::Forbidden(Action::RevealChild));
        let nowhere = NamedIn { ordinal: 99, ..child.clone() };
        assert_eq!(denied(run!(house, &op, reveal_identifier, &nowhere, "x")), Denied::NotFound);
        let stranger = house.foreign_op(&["investigator"]).await;
        assert_eq!(denied(run!(house, &stranger, reveal_identifier, &child, "x")), Denied::NotFound);
        let loose = put(&house, &content(&house)).await;
        let loose = NamedIn { report: loose, ordinal: 1 };
        assert_eq!(denied(run!(house, &op, reveal_identifier, &loose, "x")), Denied::NotFound);
    }
}

#[tokio::test]
async fn a_guest_reads_and_writes_notes_and_learns_no_identity() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["investigator"]).await;
        let (case, people) = opened(&house, &op).await;
        let (other, _) = opened(&house, &op).await;
        let mut guest = house.op(&["investigator"]).await;
        let until = house.now() + Span::days(1);
        guest.actor.kind = ActorKind::Guest { name: "synthetic-guest".to_owned(), case, until };
        assert!(run!(house, &guest, read, case).is_ok());
        let note = app_casework::NewNote {
            kind: cases::NoteKind::General,
            text: "Synthetic".to_owned(),
            sensitive: false,
            corrects: None,
        };
        assert!(run!(house, &guest, app_casework::add_note, case, note).is_ok());
        for person in people {
            let refused = denied(run!(house, &guest, reveal_person, person.id, "x"));
            assert!(matches!(refused, Denied::Forbidden(_)), "{refused}");
        }
        assert_eq!(denied(run!(house, &guest, read, other)), Denied::NotFound);
    }
}
