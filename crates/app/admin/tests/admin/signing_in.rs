use app_admin::{
    session::authenticate,
    users::{disable, unlock},
};
use app_kernel::ProblemKind;
use model::Span;
use test_support::{PASSWORD, TestHouse, engines};

use crate::support::{account, did, enter, enter_as, name_of, problem, run};

const WRONG: (ProblemKind, &str) = (ProblemKind::Unknown, "not_right");
const RESTING: (ProblemKind, &str) = (ProblemKind::TooMany, "resting");

fn sentence<T>(result: Result<T, app_kernel::Error>) -> String {
    match result {
        Err(app_kernel::Error::Problem(problem)) => format!("{} {}", problem.sentence, problem.next),
        _ => panic!("expected a problem"),
    }
}

#[tokio::test]
async fn a_name_that_is_not_there_and_an_account_that_is_off_are_answered_alike() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let admin = house.op(&["administrator"]).await;
        let off = house.op(&["auditor"]).await;
        run!(house, &admin, |tx| disable(&admin, &mut tx, off.actor.user)).unwrap();
        let wrong = sentence(enter(&house, &name_of(&admin), "synthetic wrong").await);
        assert_eq!(sentence(enter(&house, "nobody-there", PASSWORD).await), wrong);
        assert_eq!(sentence(enter(&house, &name_of(&off), PASSWORD).await), wrong);
        assert_eq!(sentence(enter(&house, "", "").await), wrong);
        // Trying an account that is off never makes it rest: that would tell that it is there.
        for _ in 0..8 {
            assert_eq!(problem(enter(&house, &name_of(&off), PASSWORD).await), WRONG);
        }
        let failed = did(&house, "sign_in_failed").await;
        assert_eq!(failed.len(), 12, "every try is journalled");
        assert_eq!(failed.iter().filter(|detail| detail["account"] == "none").count(), 2);
        assert!(!house.holds("nobody-there").await, "what was typed as a name is not kept");
    }
}

#[tokio::test]
async fn after_five_failures_an_account_rests_and_each_time_longer() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["auditor"]).await;
        let name = name_of(&op);
        for _ in 0..5 {
            assert_eq!(problem(enter(&house, &name, "synthetic wrong").await), WRONG);
        }
        assert_eq!(problem(enter(&house, &name, PASSWORD).await), RESTING, "even the right one waits");
        house.clock.advance(Span::seconds(59));
        assert_eq!(problem(enter(&house, &name, PASSWORD).await), RESTING);
        house.clock.advance(Span::seconds(1));
        assert_eq!(problem(enter(&house, &name, "synthetic wrong").await), WRONG);
        house.clock.advance(Span::minutes(1));
        let waits = sentence(enter(&house, &name, PASSWORD).await);
        assert!(waits.contains("2026-03-02 09:03 +08:00"), "two minutes from the sixth failure: {waits}");
        house.clock.advance(Span::minutes(1));
        enter_as(&house, &op).await;

        // Being in forgets the failures.
        assert_eq!(problem(enter(&house, &name, "synthetic wrong").await), WRONG);
        enter_as(&house, &op).await;
        assert_eq!(did(&house, "sign_in_failed").await.len(), 5 + 2 + 1 + 1 + 1);
        assert_eq!(did(&house, "signed_in").await.len(), 2);
    }
}

#[tokio::test]
async fn tries_at_once_are_counted_one_after_the_other() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["auditor"]).await;
        let name = name_of(&op);
        let tries: Vec<_> = (0..4).map(|_| enter(&house, &name, "synthetic wrong")).collect();
        let [a, b, c, d] = <[_; 4]>::try_from(tries).unwrap_or_else(|_| panic!("four tries"));
        let (a, b, c, d) = tokio::join!(a, b, c, d);
        for failed in [a, b, c, d] {
            assert_eq!(problem(failed), WRONG);
        }
        assert_eq!(problem(enter(&house, &name, "synthetic wrong").await), WRONG);
        assert_eq!(problem(enter(&house, &name, PASSWORD).await), RESTING, "{engine:?}: all five counted");
    }
}

#[tokio::test]
async fn whoever_keeps_house_lets_someone_try_again() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let admin = house.op(&["administrator"]).await;
        let op = house.op(&["auditor"]).await;
        for _ in 0..5 {
            assert_eq!(problem(enter(&house, &name_of(&op), "synthetic wrong").await), WRONG);
        }
        assert!(account(&house, op.actor.user).await.resting_until.is_some());
        run!(house, &admin, |tx| unlock(&admin, &mut tx, op.actor.user)).unwrap();
        assert!(account(&house, op.actor.user).await.resting_until.is_none());
        enter_as(&house, &op).await;
    }
}

#[tokio::test]
async fn each_sign_in_has_a_token_of_its_own_that_is_not_on_the_disk() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["auditor"]).await;
        let (one, other) = (enter_as(&house, &op).await, enter_as(&house, &op).await);
        assert_ne!(one.token, other.token);
        assert_ne!(one.csrf, other.csrf);
        let first = authenticate(&house, &one.token).await.unwrap_or_else(|e| panic!("{e}"));
        let second = authenticate(&house, &other.token).await.unwrap_or_else(|e| panic!("{e}"));
        assert_ne!(first.session, second.session);
        assert_eq!(first.actor.strong_until, None, "signing in does not confirm anything yet");
        assert!(!house.holds(&one.token).await, "{engine:?}");
        let mut planted = one.token.clone();
        planted.replace_range(0..1, if planted.starts_with('A') { "B" } else { "A" });
        assert_eq!(problem(authenticate(&house, &planted).await), (ProblemKind::Unknown, "not_signed_in"));
        assert_eq!(problem(authenticate(&house, "no token").await), (ProblemKind::Unknown, "not_signed_in"));
    }
}
