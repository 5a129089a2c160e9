use app_admin::{
    password::change_password,
    session::{authenticate, confirm_strong, sign_out},
    users::{disable, reset_password},
};
use app_kernel::{ProblemKind, Times};
use model::Span;
use test_support::{PASSWORD, START, TestHouse, engines};

use crate::support::{account, did, enter, enter_as, name_of, problem, run};

const ENDED: (ProblemKind, &str) = (ProblemKind::Unknown, "not_signed_in");
const WRONG: (ProblemKind, &str) = (ProblemKind::Unknown, "not_right");
const OTHER: &str = "synthetic lantern meadow cedar";

#[tokio::test]
async fn a_session_ends_when_it_is_not_used_and_use_keeps_it() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["auditor"]).await;
        let idle = Times::default().idle;
        let signed = enter_as(&house, &op).await;
        for _ in 0..3 {
            house.clock.advance(Span(idle.0 - 1));
            authenticate(&house, &signed.token).await.unwrap_or_else(|e| panic!("{engine:?}: {e}"));
        }
        house.clock.advance(idle);
        assert_eq!(problem(authenticate(&house, &signed.token).await), ENDED);
        house.clock.set(START);
        assert!(authenticate(&house, &signed.token).await.is_ok(), "only time ended it");
    }
}

#[tokio::test]
async fn a_session_ends_after_its_longest_time_however_much_it_is_used() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["auditor"]).await;
        let signed = enter_as(&house, &op).await;
        let longest = Times::default().session;
        assert_eq!(signed.ends_at, START + longest);
        while house.now() + Span::minutes(10) < signed.ends_at {
            house.clock.advance(Span::minutes(10));
            assert!(authenticate(&house, &signed.token).await.is_ok());
        }
        house.clock.set(signed.ends_at);
        assert_eq!(problem(authenticate(&house, &signed.token).await), ENDED);
    }
}

#[tokio::test]
async fn use_is_noted_once_a_minute_and_not_in_the_journal() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["auditor"]).await;
        let signed = enter_as(&house, &op).await;
        let before = house.entries(house.organisation).await.len();
        let seen = || async { account(&house, op.actor.user).await.last_seen.unwrap() };
        house.clock.advance(Span::seconds(59));
        authenticate(&house, &signed.token).await.unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(seen().await, START, "{engine:?}");
        house.clock.advance(Span::seconds(1));
        authenticate(&house, &signed.token).await.unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(seen().await, START + Span::minutes(1), "{engine:?}");
        assert_eq!(house.entries(house.organisation).await.len(), before);
    }
}

#[tokio::test]
async fn signing_out_ends_the_session_and_no_other() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["auditor"]).await;
        let (here, there) = (enter_as(&house, &op).await, enter_as(&house, &op).await);
        sign_out(&house, house.id(), &here.token).await.unwrap();
        sign_out(&house, house.id(), &here.token).await.unwrap();
        sign_out(&house, house.id(), "no token").await.unwrap();
        assert_eq!(problem(authenticate(&house, &here.token).await), ENDED);
        assert!(authenticate(&house, &there.token).await.is_ok());
        assert_eq!(did(&house, "signed_out").await.len(), 1);
    }
}

#[tokio::test]
async fn confirming_takes_the_password_and_lasts_a_while() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["auditor"]).await;
        let signed = enter_as(&house, &op).await;
        let confirm =
            |password: &'static str| confirm_strong(&house, house.id(), &signed.token, password, None);
        assert_eq!(problem(confirm("synthetic wrong").await), WRONG);
        let until = confirm(PASSWORD).await.unwrap();
        assert_eq!(until, START + Times::default().strong);
        let who = authenticate(&house, &signed.token).await.unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(who.actor.strong_until, Some(until));
        assert_eq!(did(&house, "confirmed").await.len(), 1);
        // A stolen session is no place to guess the password from.
        for _ in 0..5 {
            assert_eq!(problem(confirm("synthetic wrong").await), WRONG);
        }
        assert_eq!(problem(confirm(PASSWORD).await), (ProblemKind::TooMany, "resting"));
        assert_eq!(did(&house, "confirm_failed").await.len(), 7);
    }
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["auditor"]).await;
        let (here, there) = (enter_as(&house, &op).await, enter_as(&house, &op).await);
        let change = |current: &'static str, new: &'static str| {
            change_password(&house, house.id(), &here.token, current, new)
        };
        assert_eq!(problem(change(PASSWORD, "short").await), (ProblemKind::Invalid, "password_weak"));
        assert_eq!(problem(change(PASSWORD, PASSWORD).await), (ProblemKind::Invalid, "password_same"));
        assert_eq!(problem(change("synthetic wrong", OTHER).await), WRONG);
        change(PASSWORD, OTHER).await.unwrap();
        assert!(authenticate(&house, &here.token).await.is_ok());
        assert_eq!(problem(authenticate(&house, &there.token).await), ENDED);
        assert_eq!(problem(enter(&house, &name_of(&op), PASSWORD).await), WRONG);
        assert!(enter(&house, &name_of(&op), OTHER).await.is_ok());
        let changed = did(&house, "password_changed").await;
        assert_eq!(changed.len(), 1);
        assert_eq!(changed[0]["sessions_ended"], 1);
    }
}

#[tokio::test]
async fn a_password_handed_over_is_for_once_and_that_is_reported() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let admin = house.op(&["administrator"]).await;
        let op = house.op(&["auditor"]).await;
        let before = enter_as(&house, &op).await;
        let made = run!(house, &admin, |tx| reset_password(&admin, &mut tx, op.actor.user))
            .unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(problem(authenticate(&house, &before.token).await), ENDED);
        assert_eq!(problem(enter(&house, &name_of(&op), PASSWORD).await), WRONG);
        let signed = enter(&house, &name_of(&op), &made.password).await.unwrap_or_else(|e| panic!("{e}"));
        assert!(signed.must_change);
        assert!(authenticate(&house, &signed.token).await.unwrap_or_else(|e| panic!("{e}")).must_change);
        change_password(&house, house.id(), &signed.token, &made.password, OTHER).await.unwrap();
        assert!(!authenticate(&house, &signed.token).await.unwrap_or_else(|e| panic!("{e}")).must_change);
        assert!(!house.holds(&made.password).await);
    }
}

#[tokio::test]
async fn turning_an_account_off_signs_it_out() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let admin = house.op(&["administrator"]).await;
        let op = house.op(&["auditor"]).await;
        let signed = enter_as(&house, &op).await;
        run!(house, &admin, |tx| disable(&admin, &mut tx, op.actor.user)).unwrap();
        assert_eq!(problem(authenticate(&house, &signed.token).await), ENDED);
        assert_eq!(did(&house, "user_disabled").await[0]["sessions_ended"], 1);
    }
}
