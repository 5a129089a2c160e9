//! Guests: a person from outside who sees one case for a time, such as an expert or a partner's
//! officer.

use access::Action;
use app_kernel::{Denied, Error, Op, Tx};
use model::{Id, Instant, Span, kinds};
use store::{cases::Case, users::User};

use crate::{
    account::UserView,
    users::{self, HandedOver},
};

/// Days a guest's time lasts at most.
pub const LONGEST_DAYS: i64 = 30;

/// Lets someone from outside see one case until a time.
pub async fn invite_guest(
    op: &Op,
    tx: &mut Tx<'_>,
    case: Id<kinds::Case>,
    name: &str,
    label: &str,
    until: Instant,
) -> Result<HandedOver, Error> {
    let (case, permit) = tx.open::<Case>(op, Action::ManageGuests, case.uuid()).await?;
    let now = tx.house().now();
    if until <= now || until > now + Span::days(LONGEST_DAYS) {
        return Err(Error::invalid(
            "until",
            "until_wrong",
            format!("A guest's time ends within {LONGEST_DAYS} days from now."),
            "Choose an earlier end; it can be given again.",
        ));
    }
    let (user, password) = users::draft(op, tx, name, label).await?;
    let user = User { guest_case: Some(case.id), guest_until: Some(until), ..user };
    users::insert(tx, &permit, &user).await?;
    let detail = serde_json::json!({"did": "guest_invited", "guest": user.id, "until": until});
    tx.journal(op, &permit, detail).await?;
    Ok(HandedOver { user: user.id, name: user.name, password })
}

/// The guests of one's organisation, by name.
pub async fn list(op: &Op, tx: &mut Tx<'_>) -> Result<Vec<UserView>, Error> {
    let all = users::views(op, tx).await?;
    Ok(all.into_iter().filter(|user| user.guest.is_some()).collect())
}

/// Ends a guest's time now and signs them out.
pub async fn end_guest(op: &Op, tx: &mut Tx<'_>, guest: Id<kinds::User>) -> Result<(), Error> {
    let (user, _) = tx.open::<User>(op, Action::ReadUsers, guest.uuid()).await?;
    let case = user.guest_case.ok_or(Denied::NotFound)?;
    let (_, permit) = tx.open::<Case>(op, Action::ManageGuests, case.uuid()).await?;
    let mut user = store::users::lock(tx.store(&permit), guest).await?.ok_or(Denied::NotFound)?;
    let now = tx.house().now();
    user.guest_until = user.guest_until.map(|until| until.min(now));
    store::users::update(tx.store(&permit), &user).await?;
    let ended = store::users::end_sessions(tx.store(&permit), guest, now).await?;
    let detail = serde_json::json!({"did": "guest_ended", "guest": guest, "sessions_ended": ended});
    tx.journal(op, &permit, detail).await
}
