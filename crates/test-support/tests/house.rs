//! The test house itself: fresh each time, on each engine, and gone afterwards.

use access::Action;
use model::Span;
use test_support::{TestHouse, engines};

#[tokio::test]
async fn a_house_is_fresh_has_three_organisations_and_survives_a_restart() {
    for engine in engines() {
        let mut house = TestHouse::new(&engine).await;
        let op = house.op(&["auditor"]).await;
        assert!(house.look(&op).await.unwrap().allow(&op, Action::ReadJournal).is_ok(), "{engine:?}");
        assert!(house.look(&op).await.unwrap().allow(&op, Action::ManageUsers).is_err(), "{engine:?}");
        assert_eq!(house.foreign_op(&["auditor"]).await.actor.organisation, house.foreign);
        let before = house.entries(house.organisation).await.len();
        house.clock.advance(Span::days(1));
        house.reopen().await;
        assert_eq!(house.entries(house.organisation).await.len(), before, "{engine:?}");
        assert!(house.holds("Synthetic Main").await, "{engine:?}: the name is clear");
        assert!(!house.holds("Synthetic Nobody").await, "{engine:?}");
    }
}

#[tokio::test]
async fn two_houses_at_once_do_not_meet() {
    for engine in engines() {
        let (one, other) = (TestHouse::new(&engine).await, TestHouse::new(&engine).await);
        one.op(&["auditor"]).await;
        assert_eq!(
            one.entries(one.organisation).await.len(),
            other.entries(other.organisation).await.len() + 1
        );
    }
}
