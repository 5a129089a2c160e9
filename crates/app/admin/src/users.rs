//! Accounts: who has one, with which roles, and closing it.
//!
//! Nobody changes their own roles or closes their own account, and an organisation always keeps
//! somebody who can manage accounts.

use access::Action;
use app_kernel::{Denied, Error, Op, Permit, Tx};
use model::{Id, kinds};
use store::{StoreError, users::User};

use crate::{
    account::{self, UserView},
    lockout, password, text,
};

/// An account to add.
pub struct NewUser {
    /// The name they sign in with.
    pub name: String,
    /// The name others see.
    pub label: String,
    /// The names of their roles.
    pub roles: Vec<String>,
}

/// A password made for someone, to hand over; shown this once and changed at the first sign-in.
pub struct HandedOver {
    /// The account.
    pub user: Id<kinds::User>,
    /// The name they sign in with.
    pub name: String,
    /// The password.
    pub password: String,
}

/// The accounts of one's organisation, by name; guests are listed apart.
pub async fn list(op: &Op, tx: &mut Tx<'_>) -> Result<Vec<UserView>, Error> {
    let all = views(op, tx).await?;
    Ok(all.into_iter().filter(|user| user.guest.is_none()).collect())
}

/// Every account of one's organisation, guests too.
pub(crate) async fn views(op: &Op, tx: &mut Tx<'_>) -> Result<Vec<UserView>, Error> {
    let permit = tx.allow(op, Action::ReadUsers)?;
    let organisation = op.actor.organisation;
    let users = store::users::list(tx.store(&permit), Some(organisation)).await?;
    let seen = store::users::last_seen(tx.store(&permit), organisation).await?;
    let now = tx.house().now();
    let last_seen = |id| seen.iter().find(|(user, _)| *user == id).map(|(_, at)| *at);
    Ok(users
        .into_iter()
        .map(|user| {
            let seen = last_seen(user.id);
            account::view(user, now, seen)
        })
        .collect())
}

/// Adds an account to one's organisation.
pub async fn add(op: &Op, tx: &mut Tx<'_>, new: &NewUser) -> Result<HandedOver, Error> {
    let permit = tx.allow(op, Action::ManageUsers)?;
    let roles = checked_roles(tx, &new.roles)?;
    let (user, password) = draft(op, tx, &new.name, &new.label).await?;
    let user = User { roles, ..user };
    insert(tx, &permit, &user).await?;
    let permit = tx.about(&permit, &user);
    let detail = serde_json::json!({"did": "user_added", "roles": user.roles});
    tx.journal(op, &permit, detail).await?;
    Ok(HandedOver { user: user.id, name: user.name, password })
}

/// Gives an account other roles.
pub async fn change_roles(
    op: &Op,
    tx: &mut Tx<'_>,
    id: Id<kinds::User>,
    roles: &[String],
) -> Result<(), Error> {
    let (user, permit) = open_other(op, tx, id, "Nobody changes their own roles.").await?;
    let roles = checked_roles(tx, roles)?;
    if user.guest_case.is_some() {
        return Err(Error::conflict(
            "guest_has_no_roles",
            "A guest has no roles; they see the one case they were invited to.",
            "Add an account for them if they belong to the organisation.",
        ));
    }
    let changed = User { roles, ..user.clone() };
    keep_an_administrator(tx, &permit, &user, Some(&changed)).await?;
    store::users::update(tx.store(&permit), &changed).await?;
    let detail = serde_json::json!({"did": "roles_changed", "from": user.roles, "to": changed.roles});
    tx.journal(op, &permit, detail).await
}

/// Turns an account off; whoever is signed in to it is signed out.
pub async fn disable(op: &Op, tx: &mut Tx<'_>, id: Id<kinds::User>) -> Result<(), Error> {
    let (mut user, permit) = open_other(op, tx, id, "Nobody closes their own account.").await?;
    keep_an_administrator(tx, &permit, &user, None).await?;
    let now = tx.house().now();
    user.disabled_at = user.disabled_at.or(Some(now));
    store::users::update(tx.store(&permit), &user).await?;
    let ended = store::users::end_sessions(tx.store(&permit), user.id, now).await?;
    let detail = serde_json::json!({"did": "user_disabled", "sessions_ended": ended});
    tx.journal(op, &permit, detail).await
}

/// Turns an account on again.
pub async fn enable(op: &Op, tx: &mut Tx<'_>, id: Id<kinds::User>) -> Result<(), Error> {
    let (mut user, permit) = open_locked(op, tx, id).await?;
    user.disabled_at = None;
    lockout::forget(&mut user);
    store::users::update(tx.store(&permit), &user).await?;
    tx.journal(op, &permit, serde_json::json!({"did": "user_enabled"})).await
}

/// Makes a new password for someone who lost theirs; whoever is signed in is signed out.
pub async fn reset_password(op: &Op, tx: &mut Tx<'_>, id: Id<kinds::User>) -> Result<HandedOver, Error> {
    let (mut user, permit) =
        open_other(op, tx, id, "One's own password is changed under “Your account”.").await?;
    let (password, hash) = password::for_once(tx.house()).await?;
    user.password = hash;
    user.must_change = true;
    lockout::forget(&mut user);
    store::users::update(tx.store(&permit), &user).await?;
    let now = tx.house().now();
    let ended = store::users::end_sessions(tx.store(&permit), user.id, now).await?;
    let detail = serde_json::json!({"did": "password_reset", "sessions_ended": ended});
    tx.journal(op, &permit, detail).await?;
    Ok(HandedOver { user: user.id, name: user.name, password })
}

/// Removes the second step of someone who lost their telephone; whoever is signed in is signed
/// out.
pub async fn reset_second_step(op: &Op, tx: &mut Tx<'_>, id: Id<kinds::User>) -> Result<(), Error> {
    let (mut user, permit) =
        open_other(op, tx, id, "One's own second step is removed under “Your account”.").await?;
    (user.totp, user.totp_step) = (None, None);
    store::users::update(tx.store(&permit), &user).await?;
    let now = tx.house().now();
    let ended = store::users::end_sessions(tx.store(&permit), user.id, now).await?;
    let detail = serde_json::json!({"did": "second_step_reset", "sessions_ended": ended});
    tx.journal(op, &permit, detail).await
}

/// Lets someone try again at once who mistyped too often.
pub async fn unlock(op: &Op, tx: &mut Tx<'_>, id: Id<kinds::User>) -> Result<(), Error> {
    let (mut user, permit) = open_locked(op, tx, id).await?;
    lockout::forget(&mut user);
    store::users::update(tx.store(&permit), &user).await?;
    tx.journal(op, &permit, serde_json::json!({"did": "user_unlocked"})).await
}

/// An account that is not kept yet, and its password for once.
pub(crate) async fn draft(op: &Op, tx: &Tx<'_>, name: &str, label: &str) -> Result<(User, String), Error> {
    let name = text::sign_in_name(name)?;
    let label = text::line("label", label, 120)?;
    let (password, hash) = password::for_once(tx.house()).await?;
    let user = User {
        id: tx.house().id(),
        organisation: op.actor.organisation,
        name,
        label,
        roles: Vec::new(),
        password: hash,
        must_change: true,
        totp: None,
        totp_step: None,
        failures: 0,
        locked_until: None,
        disabled_at: None,
        guest_case: None,
        guest_until: None,
        created_at: tx.house().now(),
    };
    Ok((user, password))
}

pub(crate) async fn insert(tx: &mut Tx<'_>, permit: &Permit, user: &User) -> Result<(), Error> {
    match store::users::insert(tx.store(permit), user).await {
        Err(StoreError::AlreadyThere(_)) => Err(Error::conflict(
            "name_taken",
            "Someone signs in with this name already.",
            "Choose another name.",
        )),
        other => Ok(other?),
    }
}

/// Opens an account and keeps it from changing meanwhile.
async fn open_locked(op: &Op, tx: &mut Tx<'_>, id: Id<kinds::User>) -> Result<(User, Permit), Error> {
    let (_, permit) = tx.open::<User>(op, Action::ManageUsers, id.uuid()).await?;
    let user = store::users::lock(tx.store(&permit), id).await?.ok_or(Denied::NotFound)?;
    Ok((user, permit))
}

/// The same, of somebody else.
async fn open_other(
    op: &Op,
    tx: &mut Tx<'_>,
    id: Id<kinds::User>,
    own: &'static str,
) -> Result<(User, Permit), Error> {
    let opened = open_locked(op, tx, id).await?;
    if id == op.actor.user {
        return Err(Error::conflict("own_account", own, "Ask another administrator if it must be."));
    }
    Ok(opened)
}

fn checked_roles(tx: &Tx<'_>, roles: &[String]) -> Result<Vec<String>, Error> {
    let policy = &tx.house().policy;
    let mut roles = roles.to_vec();
    roles.sort();
    roles.dedup();
    let wrong = match roles.iter().find(|role| policy.role(role).is_none()) {
        Some(unknown) => format!("There is no role “{}”.", unknown.chars().take(60).collect::<String>()),
        None if roles.is_empty() => "An account has at least one role.".to_owned(),
        None => return Ok(roles),
    };
    let names: Vec<&str> = policy.roles().map(|role| role.name.as_str()).collect();
    Err(Error::invalid("roles", "roles_wrong", wrong, format!("Choose from {}.", names.join(", "))))
}

/// Refuses a change that would leave the organisation without anybody who can manage accounts.
async fn keep_an_administrator(
    tx: &mut Tx<'_>,
    permit: &Permit,
    before: &User,
    after: Option<&User>,
) -> Result<(), Error> {
    // Two administrators who close each other's accounts at once must not both succeed.
    store::organisations::lock(tx.store(permit), before.organisation).await?;
    let house = tx.house();
    let manages = |user: &User| {
        account::is_open(user, house.now()) && house.policy.grants(&user.roles, Action::ManageUsers)
    };
    if !manages(before) || after.is_some_and(manages) {
        return Ok(());
    }
    let all = store::users::list(tx.store(permit), Some(before.organisation)).await?;
    if all.iter().any(|user| user.id != before.id && manages(user)) {
        return Ok(());
    }
    Err(Error::conflict(
        "last_administrator",
        "This is the last account that can manage accounts.",
        "Give the role to someone else first.",
    ))
}
