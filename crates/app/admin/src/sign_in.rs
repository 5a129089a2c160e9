//! Signing in: a name and a password, then a code where a second step is enrolled.
//!
//! A name that is not there, an account that is off and a wrong password cost the same and are
//! answered the same. Every try is journalled. The token changes whenever what it is worth
//! changes, so a token someone planted or saw before is worth nothing after.

use access::Action;
use app_kernel::{Error, House, Op, Permit, Tx};
use model::{Id, Instant, kinds};
use store::users::User;
use vault::PasswordCost;

use crate::{
    account::{self, unknown},
    lockout, password, second_step,
    session::{self, Tried, Try},
    setup, text,
};

const SENTENCE: &str = "Name or password is not right.";

/// What someone who wants in gives.
pub struct SignIn {
    /// The name they sign in with.
    pub name: String,
    /// Their password.
    pub password: String,
    /// The request it came in.
    pub request: Id<kinds::Request>,
}

/// Someone is in, or almost.
pub struct SignedIn {
    /// The text of the session's token, for the cookie; shown this once.
    pub token: String,
    /// What every form of the session carries.
    pub csrf: String,
    /// Whether the code of the second step is still missing.
    pub needs_totp: bool,
    /// Whether the password must be changed before anything else.
    pub must_change: bool,
    /// Whether a second step must be enrolled before anything else.
    pub must_enrol: bool,
    /// When the session ends whatever happens.
    pub ends_at: Instant,
}

/// Signs someone in.
pub async fn sign_in(house: &House, with: SignIn) -> Result<SignedIn, Error> {
    let Some(user) = by_name(house, &text::as_typed(&with.name)).await? else {
        password::is_right(&with.password, password::NOBODY).await?;
        journal_nobody(house, with.request).await?;
        return Err(unknown("not_right", SENTENCE, "Try again, and mind capital letters."));
    };
    let tried = session::try_password(
        house,
        Try {
            op: account::system_op("sign_in", user.organisation, with.request),
            user: &user,
            password: &with.password,
            code: None,
            failed: "sign_in_failed",
            sentence: SENTENCE,
        },
    );
    let Tried { tx, permit, user: mut known, .. } = tried.await?;
    if vault::needs_rehash(&known.password, &PasswordCost::default()) {
        known.password = password::hash(house, &with.password).await?;
    }
    let needs_totp = account::has_second_step(&known);
    // With a second step, failures are forgotten with the code, or it could be guessed without end.
    if !needs_totp {
        lockout::forget(&mut known);
    }
    let did = if needs_totp { "password_right" } else { "signed_in" };
    let op = account::own_op(&known, with.request);
    enter(house, tx, &op, &permit, &known, needs_totp, did).await
}

/// Takes the code of the second step. The session goes on under another token.
pub async fn confirm_totp(
    house: &House,
    request: Id<kinds::Request>,
    token: &str,
    code: &str,
) -> Result<SignedIn, Error> {
    let (half, user) = session::find(house, token).await?;
    if !half.awaits_totp {
        return Err(Error::conflict(
            "code_not_awaited",
            "You are signed in already; no code is awaited.",
            "Go on with your work.",
        ));
    }
    let door = account::system_op("sign_in", user.organisation, request);
    let mut tx = house.begin(&door).await?;
    let permit = tx.allow(&door, Action::OwnAccount)?;
    let now = house.now();
    let locked = store::users::lock(tx.store(&permit), user.id).await?;
    let mut user = locked.ok_or_else(session::ended)?;
    let permit = tx.about(&permit, &user);
    if let Some(until) = lockout::resting(&user, now) {
        tx.journal(&door, &permit, serde_json::json!({"did": "code_failed", "resting": true})).await?;
        tx.commit().await?;
        return Err(lockout::too_many(house, until));
    }
    if !second_step::check(&mut tx, &permit, &mut user, code).await? {
        lockout::count(&mut user, now);
        store::users::update(tx.store(&permit), &user).await?;
        if lockout::resting(&user, now).is_some() {
            store::users::end_session(tx.store(&permit), half.id, now).await?;
        }
        let detail = serde_json::json!({"did": "code_failed", "failures": user.failures});
        tx.journal(&door, &permit, detail).await?;
        tx.commit().await?;
        return Err(unknown(
            "code_not_right",
            "This code is not right, or it was used already.",
            "Wait for the next code in the app and type that one.",
        ));
    }
    if !store::users::end_session(tx.store(&permit), half.id, now).await? {
        return Err(session::ended());
    }
    lockout::forget(&mut user);
    let op = account::own_op(&user, request);
    enter(house, tx, &op, &permit, &user, false, "signed_in").await
}

/// Keeps the account as it is now, makes the session and ends the transaction.
async fn enter(
    house: &House,
    mut tx: Tx<'_>,
    op: &Op,
    permit: &Permit,
    user: &User,
    needs_totp: bool,
    did: &str,
) -> Result<SignedIn, Error> {
    store::users::update(tx.store(permit), user).await?;
    let (row, token) = session::new(house, user.id, needs_totp);
    store::users::insert_session(tx.store(permit), &row).await?;
    tx.journal(op, permit, serde_json::json!({"did": did})).await?;
    tx.commit().await?;
    Ok(SignedIn {
        token,
        csrf: row.csrf,
        needs_totp,
        must_change: user.must_change,
        must_enrol: second_step::must_enrol(house, user).await?,
        ends_at: row.ends_at,
    })
}

async fn by_name(house: &House, name: &str) -> Result<Option<User>, Error> {
    let op = account::door_op(house);
    let mut tx = house.look(&op).await?;
    let permit = tx.allow(&op, Action::OwnAccount)?;
    Ok(store::users::by_name(tx.store(&permit), name).await?)
}

/// Journals a try under a name that is not there. What was typed is not kept: it may be a password
/// in the wrong field.
async fn journal_nobody(house: &House, request: Id<kinds::Request>) -> Result<(), Error> {
    let Some(main) = setup::main_organisation(house).await? else { return Ok(()) };
    let op = account::system_op("sign_in", main, request);
    let mut tx = house.begin(&op).await?;
    let permit = tx.allow(&op, Action::OwnAccount)?;
    tx.journal(&op, &permit, serde_json::json!({"did": "sign_in_failed", "account": "none"})).await?;
    tx.commit().await
}
