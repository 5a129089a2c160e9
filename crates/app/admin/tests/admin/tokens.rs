use access::{Action, ActorKind};
use app_admin::{
    tokens::{authenticate_token, create, list, revoke},
    users::disable,
};
use app_kernel::{Denied, Op, ProblemKind};
use model::Span;
use test_support::{TestHouse, engines};

use crate::support::{denied, did, problem, run};

const REFUSED: (ProblemKind, &str) = (ProblemKind::Unknown, "token_not_known");

#[tokio::test]
async fn a_program_acts_with_its_owners_roles_and_cannot_confirm() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let admin = house.op(&["administrator"]).await;
        let owner = house.op(&["investigator"]).await;
        let (id, text) =
            run!(house, &admin, |tx| create(&admin, &mut tx, owner.actor.user, " Nightly import ", 30))
                .unwrap();
        let actor = authenticate_token(&house, &text).await.unwrap();
        assert_eq!(actor.kind, ActorKind::Program("Nightly import".to_owned()));
        assert_eq!((actor.user, &actor.roles), (owner.actor.user, &owner.actor.roles));
        assert_eq!(actor.strong_until, None);
        let op = Op { actor, ..owner.clone() };
        let tx = house.look(&op).await.unwrap();
        assert!(tx.allow(&op, Action::ListCases).is_ok());
        drop(tx);
        assert!(!house.holds(&text).await, "{engine:?}: only its digest is kept");

        let mut tx = house.look(&admin).await.unwrap();
        let tokens = list(&admin, &mut tx).await.unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(tokens.len(), 1);
        assert_eq!((tokens[0].id, tokens[0].ends_at), (id, house.now() + Span::days(30)));
        assert_eq!(did(&house, "token_created").await.len(), 1);
    }
}

#[tokio::test]
async fn a_token_ends_by_time_by_revocation_and_with_its_account() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let admin = house.op(&["administrator"]).await;
        let owner = house.op(&["auditor"]).await;
        let make = |label: &'static str| {
            let (house, admin) = (&house, &admin);
            async move { run!(house, admin, |tx| create(admin, &mut tx, owner.actor.user, label, 1)).unwrap() }
        };
        let (first, second) = (make("first").await, make("second").await);
        run!(house, &admin, |tx| revoke(&admin, &mut tx, first.0)).unwrap();
        assert_eq!(problem(authenticate_token(&house, &first.1).await), REFUSED);
        assert!(authenticate_token(&house, &second.1).await.is_ok());
        house.clock.advance(Span::days(1));
        assert_eq!(problem(authenticate_token(&house, &second.1).await), REFUSED);
        let third = make("third").await;
        run!(house, &admin, |tx| disable(&admin, &mut tx, owner.actor.user)).unwrap();
        assert_eq!(problem(authenticate_token(&house, &third.1).await), REFUSED);
        let for_one_that_is_off = run!(house, &admin, |tx| create(&admin, &mut tx, owner.actor.user, "x", 1));
        assert_eq!(problem(for_one_that_is_off), (ProblemKind::Conflict, "account_not_open"));
        assert_eq!(problem(authenticate_token(&house, "no token").await), REFUSED);
    }
}

#[tokio::test]
async fn tokens_are_the_administrators_and_stay_in_the_organisation() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let admin = house.op(&["administrator"]).await;
        let (id, _) = run!(house, &admin, |tx| create(&admin, &mut tx, admin.actor.user, "own", 1)).unwrap();
        let foreign = house.foreign_op(&["administrator"]).await;
        let refused = run!(house, &foreign, |tx| create(&foreign, &mut tx, admin.actor.user, "x", 1));
        assert_eq!(denied(refused), Denied::NotFound);
        let refused = run!(house, &foreign, |tx| revoke(&foreign, &mut tx, id));
        assert_eq!(denied(refused), Denied::NotFound);
        let investigator = house.op(&["investigator"]).await;
        let me = investigator.actor.user;
        let refused = run!(house, &investigator, |tx| create(&investigator, &mut tx, me, "x", 1));
        assert!(matches!(denied(refused), Denied::Forbidden(_)));
        for days in [0, -1, 366] {
            let refused = run!(house, &admin, |tx| create(&admin, &mut tx, me, "x", days));
            assert_eq!(problem(refused), (ProblemKind::Invalid, "days_wrong"));
        }
    }
}
