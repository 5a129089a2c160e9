use access::{Action, ActorKind};
use app_admin::{
    GuestOf,
    guests::{end_guest, invite_guest, list},
    session::authenticate,
    users,
};
use app_kernel::{Denied, Op, ProblemKind};
use model::{Id, Span, kinds};
use store::cases::Case;
use test_support::{TestHouse, engines};

use crate::support::{denied, did, enter, problem, run};

async fn case(house: &TestHouse, number: i64) -> Id<kinds::Case> {
    let op = house.system();
    let mut tx = house.begin(&op).await.unwrap();
    let permit = tx.allow(&op, Action::ListCases).unwrap();
    let row = Case {
        id: house.id(),
        organisation: house.organisation,
        number,
        year: 2026,
        investigation: "open".to_owned(),
        prosecution: "none".to_owned(),
        aftercare: "none".to_owned(),
        lead: None,
        level: 1,
        sealed: vec![0],
        opened_by: op.actor.user,
        opened_at: house.now(),
        changed_at: house.now(),
        withdrawn_at: None,
    };
    store::cases::insert(tx.store(&permit), &row).await.unwrap();
    tx.journal(&op, &permit, serde_json::json!({})).await.unwrap();
    tx.commit().await.unwrap();
    row.id
}

#[tokio::test]
async fn a_guest_sees_one_case_until_their_time_ends() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["supervisor"]).await;
        let (theirs, other) = (case(&house, 1).await, case(&house, 2).await);
        let until = house.now() + Span::days(30);
        let guest =
            run!(house, &op, |tx| invite_guest(&op, &mut tx, theirs, "guest.one", "Synthetic Guest", until))
                .unwrap_or_else(|e| panic!("{e}"));
        let signed = enter(&house, "guest.one", &guest.password).await.unwrap_or_else(|e| panic!("{e}"));
        let who = authenticate(&house, &signed.token).await.unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(who.actor.kind, ActorKind::Guest { name: "guest.one".into(), case: theirs, until });
        assert!(who.actor.roles.is_empty());
        let as_guest = Op { actor: who.actor, ..op.clone() };
        let mut tx = house.begin(&as_guest).await.unwrap();
        assert!(tx.open::<Case>(&as_guest, Action::ReadCase, theirs.uuid()).await.is_ok());
        assert_eq!(
            denied(tx.open::<Case>(&as_guest, Action::ReadCase, other.uuid()).await),
            Denied::NotFound
        );
        drop(tx);

        let mut tx = house.look(&op).await.unwrap();
        let guests = list(&op, &mut tx).await.unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(
            guests.iter().map(|g| g.guest).collect::<Vec<_>>(),
            [Some(GuestOf { case: theirs, until })]
        );
        let people = users::list(&op, &mut tx).await.unwrap_or_else(|e| panic!("{e}"));
        assert!(people.iter().all(|user| user.id != guest.user), "guests are listed apart");
        drop(tx);

        house.clock.set(until);
        let late = enter(&house, "guest.one", &guest.password).await;
        assert_eq!(problem(late), (ProblemKind::Unknown, "not_right"), "and nothing more is said");
        let invited = did(&house, "guest_invited").await;
        assert_eq!((invited.len(), &invited[0]["guest"]), (1, &serde_json::json!(guest.user)));
    }
}

#[tokio::test]
async fn a_guests_time_is_short_and_ends_when_it_is_ended() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["supervisor"]).await;
        let case = case(&house, 1).await;
        let now = house.now();
        for wrong in [now, now - Span::days(1), now + Span::days(30) + Span(1)] {
            let refused = run!(house, &op, |tx| invite_guest(
                &op,
                &mut tx,
                case,
                "guest.two",
                "Synthetic Guest",
                wrong
            ));
            assert_eq!(problem(refused), (ProblemKind::Invalid, "until_wrong"));
        }
        let until = now + Span::days(7);
        let guest =
            run!(house, &op, |tx| invite_guest(&op, &mut tx, case, "guest.two", "Synthetic Guest", until))
                .unwrap_or_else(|e| panic!("{e}"));
        let signed = enter(&house, "guest.two", &guest.password).await.unwrap_or_else(|e| panic!("{e}"));
        let stranger = house.foreign_op(&["supervisor"]).await;
        let refused = run!(house, &stranger, |tx| end_guest(&stranger, &mut tx, guest.user));
        assert_eq!(denied(refused), Denied::NotFound);
        let staff = run!(house, &op, |tx| end_guest(&op, &mut tx, op.actor.user));
        assert_eq!(denied(staff), Denied::NotFound, "only guests are ended here");
        run!(house, &op, |tx| end_guest(&op, &mut tx, guest.user)).unwrap();
        assert!(authenticate(&house, &signed.token).await.is_err());
        let after = enter(&house, "guest.two", &guest.password).await;
        assert_eq!(problem(after), (ProblemKind::Unknown, "not_right"));
        assert_eq!(did(&house, "guest_ended").await[0]["sessions_ended"], 1);
    }
}

#[tokio::test]
async fn only_whoever_may_lets_guests_in_and_only_to_their_own_cases() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let case = case(&house, 1).await;
        let until = house.now() + Span::days(1);
        for (op, wanted) in [
            (house.op(&["investigator"]).await, "forbidden"),
            (house.op(&["administrator"]).await, "forbidden"),
            (house.foreign_op(&["supervisor"]).await, "hidden"),
        ] {
            let refused = run!(house, &op, |tx| invite_guest(
                &op,
                &mut tx,
                case,
                "guest.three",
                "Synthetic Guest",
                until
            ));
            let said = match denied(refused) {
                Denied::Forbidden(_) => "forbidden",
                Denied::NotFound => "hidden",
                Denied::NeedsStrong(_) => "strong",
            };
            assert_eq!(said, wanted);
        }
    }
}
