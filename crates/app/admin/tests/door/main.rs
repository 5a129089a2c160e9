//! The one door: nothing changes without an entry, nobody gets at what is not theirs, and what is
//! sealed opens only in its place.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on must fail")]

mod records;
mod sealing;

use access::{Action, Actor, ActorKind, Mask, Policy};
use app_kernel::{Denied, Error, Internal, Op};
use model::{Id, Span, kinds};
use serde_json::json;
use store::{reports::Report, users::User};
use test_support::{Rows, TestHouse, engines};

use crate::records::Records;

fn denied<T>(result: Result<T, Error>) -> Denied {
    match result {
        Err(Error::Denied(denied)) => denied,
        Err(other) => panic!("refused, but not by the door: {other}"),
        Ok(_) => panic!("let through"),
    }
}

fn every_role() -> Vec<String> {
    Policy::shipped().unwrap().roles().map(|role| role.name.clone()).collect()
}

/// Shares a record of the main organisation with the partner.
async fn share(house: &TestHouse, change: impl FnOnce(&mut store::shares::Share), report: Id<kinds::Report>) {
    let op = house.system();
    let mut row =
        Rows::of(house.organisation, house.now().micros().unsigned_abs()).share(report, house.partner);
    row.ends_at = house.now() + Span::days(1);
    row.id = house.id();
    change(&mut row);
    let mut tx = house.begin(&op).await.unwrap();
    let permit = tx.allow(&op, Action::ManageUsers).unwrap();
    store::shares::insert(tx.store(&permit), &row).await.unwrap();
    tx.journal(&op, &permit, json!({})).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_change_without_a_journal_entry_is_not_committed() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["administrator"]).await;
        let before = house.entries(house.organisation).await.len();

        let mut tx = house.begin(&op).await.unwrap();
        let permit = tx.allow(&op, Action::ManageUsers).unwrap();
        store::organisations::set(tx.store(&permit), "synthetic", "changed").await.unwrap();
        let refused = tx.commit().await.unwrap_err();
        assert!(matches!(refused, Error::Internal(Internal::NotJournalled)), "{engine:?}: {refused}");

        // Nor is one that was journalled, and then thought better of.
        let mut tx = house.begin(&op).await.unwrap();
        store::organisations::set(tx.store(&permit), "synthetic", "changed").await.unwrap();
        tx.journal(&op, &permit, json!({})).await.unwrap();
        drop(tx);

        let mut tx = house.look(&op).await.unwrap();
        assert_eq!(store::organisations::setting(tx.store(&permit), "synthetic").await.unwrap(), None);
        assert_eq!(house.entries(house.organisation).await.len(), before, "{engine:?}");

        // What only looks may be ended either way, and cannot write.
        tx.commit().await.unwrap();
        let mut tx = house.look(&op).await.unwrap();
        store::organisations::set(tx.store(&permit), "synthetic", "changed").await.unwrap_err();
        let mut tx = house.look(&op).await.unwrap();
        tx.journal(&op, &permit, json!({})).await.unwrap_err();
    }
}

#[tokio::test]
async fn a_record_of_another_organisation_is_not_there_for_anyone_whatever_they_want() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let records = Records::put(&house).await;
        let roles = every_role();
        let roles: Vec<&str> = roles.iter().map(String::as_str).collect();
        let person = house.foreign_op(&roles).await;
        let system = house.system_op(house.foreign);
        let guest = Op {
            actor: Actor {
                kind: ActorKind::Guest {
                    name: "synthetic.guest".to_owned(),
                    case: records.case.id,
                    until: house.now() + Span::days(1),
                },
                ..person.actor.clone()
            },
            ..person.clone()
        };
        let program = Op {
            actor: Actor { kind: ActorKind::Program("synthetic".to_owned()), ..person.actor.clone() },
            ..person.clone()
        };
        for op in [&person, &system, &guest, &program] {
            let mut tx = house.begin(op).await.unwrap();
            for action in Action::ALL {
                for opened in records.open(&mut tx, op, *action).await {
                    let said = denied(opened);
                    assert_eq!(said, Denied::NotFound, "{engine:?} {:?} {}", op.actor.kind, action.as_str());
                }
            }
            // Word for word what is said of a record that is not there at all.
            let nowhere =
                denied(tx.open::<Report>(op, Action::ReadReport, house.id::<kinds::Report>().uuid()).await);
            assert_eq!(nowhere, Denied::NotFound);
        }

        // The owner gets at each, so the refusals above say something.
        let own = house.op(&roles).await;
        let mut tx = house.begin(&own).await.unwrap();
        let opened: Vec<bool> = {
            let mut any = [false; 7];
            for action in Action::ALL {
                for (any, opened) in any.iter_mut().zip(records.open(&mut tx, &own, *action).await) {
                    *any |= opened.is_ok();
                }
            }
            any.to_vec()
        };
        assert_eq!(opened, [true; 7], "{engine:?}");
        // One's own account is one's own; a colleague's is not.
        denied(tx.open::<User>(&own, Action::OwnAccount, records.user.id.uuid()).await);
        tx.open::<User>(&own, Action::OwnAccount, own.actor.user.uuid()).await.unwrap();
    }
}

#[tokio::test]
async fn a_partner_sees_what_is_shared_in_outline_and_as_long_as_it_is_shared() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let report = Records::put(&house).await.report.id;
        let op = house.partner_op(&["investigator", "hotline_analyst", "supervisor"]).await;
        let id = report.uuid();
        let read = async || {
            let mut tx = house.look(&op).await.unwrap();
            tx.open::<Report>(&op, Action::ReadReport, id).await.map(|(_, permit)| permit)
        };
        assert_eq!(denied(read().await), Denied::NotFound, "{engine:?}: nothing is shared yet");

        // Shares that are not for this: run out, taken back, of another compartment, with another.
        share(&house, |row| row.ends_at = house.now(), report).await;
        share(&house, |row| row.revoked_at = Some(house.now()), report).await;
        share(&house, |row| row.compartment = model::Compartment::Investigation, report).await;
        share(&house, |row| row.to = house.foreign, report).await;
        share(&house, |row| row.record = house.id::<kinds::Report>().uuid(), report).await;
        assert_eq!(denied(read().await), Denied::NotFound, "{engine:?}");

        share(&house, |_| {}, report).await;
        let permit = read().await.unwrap();
        assert_eq!((permit.mask(), permit.owner()), (Mask::Outline, house.organisation), "{engine:?}");
        let mut tx = house.begin(&op).await.unwrap();
        for action in [Action::RevealReport, Action::Triage] {
            let said = denied(tx.open::<Report>(&op, action, id).await);
            assert_eq!(said, Denied::Forbidden(action), "{engine:?}");
        }
        drop(tx);
        // A mask that nobody knows hides the most; a whole one shows the whole.
        let mask = |word: &'static str| move |row: &mut store::shares::Share| row.mask = word.to_owned();
        share(&house, mask("synthetic"), report).await;
        assert_eq!(read().await.unwrap().mask(), Mask::Outline);
        share(&house, mask("whole"), report).await;
        assert_eq!(read().await.unwrap().mask(), Mask::Whole);

        // To the microsecond.
        house.clock.advance(Span(Span::days(1).0 - 1));
        read().await.unwrap();
        house.clock.advance(Span(1));
        assert_eq!(denied(read().await), Denied::NotFound, "{engine:?}: it has run out");
    }
}
