use app_admin::users::{NewUser, add, change_roles, disable, enable, list, reset_password};
use app_kernel::{Denied, ProblemKind};
use test_support::{PASSWORD, TestHouse, engines};

use crate::support::{account, denied, did, enter, enter_as, name_of, problem, run};

fn new(name: &str, roles: &[&str]) -> NewUser {
    NewUser {
        name: name.to_owned(),
        label: "Synthetic Person".to_owned(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
    }
}

fn roles(names: &[&str]) -> Vec<String> {
    names.iter().map(|role| (*role).to_owned()).collect()
}

#[tokio::test]
async fn an_account_is_added_with_a_password_for_once() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let admin = house.op(&["administrator"]).await;
        let added =
            run!(house, &admin, |tx| add(&admin, &mut tx, &new("New.Person", &["auditor", "auditor"])))
                .unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(added.name, "new.person");
        let signed = enter(&house, "new.person", &added.password).await.unwrap_or_else(|e| panic!("{e}"));
        assert!(signed.must_change);
        assert_eq!(account(&house, added.user).await.roles, ["auditor"]);
        let twice = run!(house, &admin, |tx| add(&admin, &mut tx, &new("new.person", &["auditor"])));
        assert_eq!(problem(twice), (ProblemKind::Conflict, "name_taken"));
        for (wrong, code) in [
            (new("other", &["wizard"]), "roles_wrong"),
            (new("other", &[]), "roles_wrong"),
            (new("o", &["auditor"]), "not_a_name"),
        ] {
            let refused = run!(house, &admin, |tx| add(&admin, &mut tx, &wrong));
            assert_eq!(problem(refused), (ProblemKind::Invalid, code));
        }
        let entries = did(&house, "user_added").await;
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0]["roles"], serde_json::json!(["auditor"]));
    }
}

#[tokio::test]
async fn nobody_but_a_confirmed_administrator_manages_accounts() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let target = house.op(&["auditor"]).await.actor.user;
        for role in ["supervisor", "auditor", "investigator"] {
            let op = house.op(&[role]).await;
            let refused = run!(house, &op, |tx| disable(&op, &mut tx, target));
            assert!(matches!(denied(refused), Denied::Forbidden(_)), "{role}");
        }
        let mut tired = house.op(&["administrator"]).await;
        tired.actor.strong_until = Some(house.now());
        let refused = run!(house, &tired, |tx| disable(&tired, &mut tx, target));
        assert!(matches!(denied(refused), Denied::NeedsStrong(_)));
        let foreign = house.foreign_op(&["administrator"]).await;
        let refused = run!(house, &foreign, |tx| reset_password(&foreign, &mut tx, target));
        assert_eq!(denied(refused), Denied::NotFound, "another organisation's account is not there");
        let mut tx = house.look(&foreign).await.unwrap();
        assert_eq!(
            list(&foreign, &mut tx).await.unwrap_or_else(|e| panic!("{e}")).len(),
            1,
            "only their own"
        );
    }
}

#[tokio::test]
async fn nobody_changes_their_own_roles_or_closes_their_own_account() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let admin = house.op(&["administrator"]).await;
        house.op(&["administrator"]).await;
        let me = admin.actor.user;
        let refused = run!(house, &admin, |tx| change_roles(&admin, &mut tx, me, &roles(&["investigator"])));
        assert_eq!(problem(refused), (ProblemKind::Conflict, "own_account"));
        let refused = run!(house, &admin, |tx| disable(&admin, &mut tx, me));
        assert_eq!(problem(refused), (ProblemKind::Conflict, "own_account"));
        let refused = run!(house, &admin, |tx| reset_password(&admin, &mut tx, me));
        assert_eq!(problem(refused), (ProblemKind::Conflict, "own_account"));
    }
}

#[tokio::test]
async fn the_last_administrator_is_kept() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let (one, other) = (house.op(&["administrator"]).await, house.op(&["administrator"]).await);
        run!(house, &one, |tx| disable(&one, &mut tx, other.actor.user)).unwrap();
        // The one whose account was just closed still holds a context: it changes nothing now.
        let last = run!(house, &other, |tx| disable(&other, &mut tx, one.actor.user));
        assert_eq!(problem(last), (ProblemKind::Conflict, "last_administrator"));
        let last =
            run!(house, &other, |tx| change_roles(&other, &mut tx, one.actor.user, &roles(&["auditor"])));
        assert_eq!(problem(last), (ProblemKind::Conflict, "last_administrator"));
        run!(house, &one, |tx| enable(&one, &mut tx, other.actor.user)).unwrap();
        run!(house, &other, |tx| change_roles(&other, &mut tx, one.actor.user, &roles(&["auditor"])))
            .unwrap();
        let signed = enter(&house, &name_of(&one), PASSWORD).await.unwrap_or_else(|e| panic!("{e}"));
        let who =
            app_admin::session::authenticate(&house, &signed.token).await.unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(who.actor.roles, ["auditor"], "roles count from the next request on");
        let changed = did(&house, "roles_changed").await;
        assert_eq!((changed.len(), &changed[0]["to"]), (1, &serde_json::json!(["auditor"])));
    }
}

#[tokio::test]
async fn two_administrators_who_close_each_other_do_not_both_succeed() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let (one, other) = (house.op(&["administrator"]).await, house.op(&["administrator"]).await);
        let (first, second) =
            tokio::join!(async { run!(house, &one, |tx| disable(&one, &mut tx, other.actor.user)) }, async {
                run!(house, &other, |tx| disable(&other, &mut tx, one.actor.user))
            },);
        assert!(first.is_ok() != second.is_ok(), "{engine:?}");
        let left = if first.is_ok() { second } else { first };
        assert_eq!(problem(left), (ProblemKind::Conflict, "last_administrator"));
    }
}

#[tokio::test]
async fn an_account_that_was_off_is_on_again_with_its_password() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let admin = house.op(&["administrator"]).await;
        let op = house.op(&["auditor"]).await;
        run!(house, &admin, |tx| disable(&admin, &mut tx, op.actor.user)).unwrap();
        assert!(account(&house, op.actor.user).await.disabled_at.is_some());
        run!(house, &admin, |tx| enable(&admin, &mut tx, op.actor.user)).unwrap();
        enter_as(&house, &op).await;
    }
}
