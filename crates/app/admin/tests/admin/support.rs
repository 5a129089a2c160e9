//! What these tests share.

use app_admin::sign_in::{SignIn, SignedIn, sign_in};
use app_kernel::{Denied, Error, Op, ProblemKind};
use model::{Id, kinds};
use serde_json::Value;
use test_support::{PASSWORD, TestHouse};

/// Signs in with a name and a password.
pub(crate) async fn enter(house: &TestHouse, name: &str, password: &str) -> Result<SignedIn, Error> {
    let with = SignIn { name: name.to_owned(), password: password.to_owned(), request: house.id() };
    sign_in(house, with).await
}

/// Signs someone in whom the test house made.
pub(crate) async fn enter_as(house: &TestHouse, op: &Op) -> SignedIn {
    enter(house, &name_of(op), PASSWORD).await.unwrap_or_else(|e| panic!("{e}"))
}

/// The name someone signs in with.
pub(crate) fn name_of(op: &Op) -> String {
    match &op.actor.kind {
        access::ActorKind::Person(name) => name.clone(),
        other => panic!("{other:?} signs in with no name"),
    }
}

/// The code of a problem, and its kind.
pub(crate) fn problem<T>(result: Result<T, Error>) -> (ProblemKind, &'static str) {
    match result {
        Err(Error::Problem(problem)) => (problem.kind, problem.code),
        Err(other) => panic!("expected a problem: {other}"),
        Ok(_) => panic!("expected a problem, but it was done"),
    }
}

/// Why something was denied.
pub(crate) fn denied<T>(result: Result<T, Error>) -> Denied {
    match result {
        Err(Error::Denied(denied)) => denied,
        Err(other) => panic!("expected a denial: {other}"),
        Ok(_) => panic!("expected a denial, but it was done"),
    }
}

/// The details of the journal's entries of the main organisation that say this was done.
pub(crate) async fn did(house: &TestHouse, word: &str) -> Vec<Value> {
    house
        .entries(house.organisation)
        .await
        .into_iter()
        .map(|entry| serde_json::from_str::<Value>(&entry.detail).unwrap())
        .filter(|detail| detail["did"] == word)
        .collect()
}

/// Runs a use case that writes in a transaction of its own, and commits if it was done.
macro_rules! run {
    ($house:expr, $op:expr, |$tx:ident| $call:expr) => {{
        let mut $tx = $house.begin($op).await.unwrap();
        match $call.await {
            Ok(value) => $tx.commit().await.map(|()| value),
            Err(error) => Err(error),
        }
    }};
}
pub(crate) use run;

/// The account of someone the test house made.
pub(crate) async fn account(house: &TestHouse, id: Id<kinds::User>) -> app_admin::UserView {
    let op = house.system();
    let mut tx = house.look(&op).await.unwrap();
    let all = app_admin::users::list(&op, &mut tx).await.unwrap();
    all.into_iter().find(|user| user.id == id).expect("the account")
}
