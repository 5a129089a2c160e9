//! Accounts for an installation that is for show: their passwords are known and need not be
//! changed. Refused everywhere else.

use access::Action;
use app_kernel::{Denied, Error, Op, Tx};
use model::{Id, kinds};

use crate::{
    password, setup,
    users::{self, NewUser},
};

/// Adds an account with a password that is known, in an installation that was founded for show.
pub async fn add(op: &Op, tx: &mut Tx<'_>, new: &NewUser, known: &str) -> Result<Id<kinds::User>, Error> {
    let permit = tx.allow(op, Action::ManageUsers)?;
    let for_show = store::organisations::setting(tx.store(&permit), setup::FOR_SHOW).await?;
    if for_show.as_deref() != Some("yes") {
        return Err(Denied::Forbidden(Action::ManageUsers).into());
    }
    let added = users::add(op, tx, new).await?;
    let mut user = store::users::find(tx.store(&permit), added.user).await?.ok_or(Denied::NotFound)?;
    user.password = password::hash(tx.house(), known).await?;
    user.must_change = false;
    store::users::update(tx.store(&permit), &user).await?;
    let permit = tx.about(&permit, &user);
    tx.journal(op, &permit, serde_json::json!({"did": "user_for_show"})).await?;
    Ok(added.user)
}
