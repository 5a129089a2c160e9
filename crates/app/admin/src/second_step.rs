//! The second step: a code from an app (TOTP, RFC 6238) beside the password.
//!
//! The secret is sealed under the account's own key. It counts as enrolled once a code has proved
//! that the app has it; each code opens once.

use access::{Action, Policy};
use app_kernel::{Denied, Error, House, Internal, Op, Permit, Tx};
use store::users::User;
use vault::TotpSecret;

use crate::account;

/// The setting that lets everyone do without a second step.
pub(crate) const OPTIONAL: &str = "second_step_optional";

const ISSUER: &str = "Sagip";

/// A second step on offer: to be put into an app, shown this once.
pub struct SecondStep {
    /// The secret to type, in groups of four.
    pub secret: String,
    /// The `otpauth://` address that holds the same.
    pub address: String,
}

/// Whether someone with these roles must have a second step: those who open identities and those
/// who let reports leave the house.
pub fn totp_required(policy: &Policy, roles: &[String]) -> bool {
    [Action::RevealReport, Action::RevealParty, Action::RevealPerson, Action::RevealChild, Action::SendFiling]
        .iter()
        .any(|action| policy.grants(roles, *action))
}

/// Offers a second step. It counts once [`finish_totp`] has seen a code of it.
pub async fn begin_totp(op: &Op, tx: &mut Tx<'_>) -> Result<SecondStep, Error> {
    let (mut user, permit) = own_account(op, tx).await?;
    if account::has_second_step(&user) {
        return Err(Error::conflict(
            "second_step_on",
            "You have a second step already.",
            "Remove it first if it is to be put into another app.",
        ));
    }
    let secret = TotpSecret::generate(&*tx.house().entropy);
    let record = user.id.uuid();
    let sealer = if store::keys::record(tx.store(&permit), record).await?.is_some() {
        tx.sealer(&permit, "user", record).await?
    } else {
        tx.new_sealer(&permit, "user", record).await?
    };
    user.totp = Some(sealer.seal_bytes("totp", secret.as_bytes(), tx));
    user.totp_step = None;
    store::users::update(tx.store(&permit), &user).await?;
    tx.journal(op, &permit, serde_json::json!({"did": "second_step_offered"})).await?;
    Ok(SecondStep { secret: secret.base32().to_string(), address: secret.uri(ISSUER, &user.name) })
}

/// Enrols the second step on offer, by a code the app shows.
pub async fn finish_totp(op: &Op, tx: &mut Tx<'_>, code: &str) -> Result<(), Error> {
    let (mut user, permit) = own_account(op, tx).await?;
    if user.totp.is_none() || account::has_second_step(&user) {
        return Err(Error::conflict(
            "no_second_step_offered",
            "There is no second step to finish.",
            "Begin with “Set up a second step”.",
        ));
    }
    if !check(tx, &permit, &mut user, code).await? {
        return Err(Error::invalid(
            "code",
            "code_not_right",
            "This code is not right.",
            "Check that the telephone's clock is right, then type the code the app shows now.",
        ));
    }
    store::users::update(tx.store(&permit), &user).await?;
    tx.journal(op, &permit, serde_json::json!({"did": "second_step_enrolled"})).await
}

/// Removes one's own second step. Needs a fresh confirmation.
pub async fn remove_totp(op: &Op, tx: &mut Tx<'_>) -> Result<(), Error> {
    let (mut user, permit) = own_account(op, tx).await?;
    if op.actor.strong_until.is_none_or(|until| until <= tx.house().now()) {
        return Err(Denied::NeedsStrong(Action::OwnAccount).into());
    }
    if user.totp.is_none() {
        return Err(Error::conflict(
            "no_second_step",
            "You have no second step.",
            "There is nothing to remove.",
        ));
    }
    (user.totp, user.totp_step) = (None, None);
    store::users::update(tx.store(&permit), &user).await?;
    tx.journal(op, &permit, serde_json::json!({"did": "second_step_removed"})).await
}

async fn own_account(op: &Op, tx: &mut Tx<'_>) -> Result<(User, Permit), Error> {
    let permit = account::own(op, tx)?;
    let user = store::users::lock(tx.store(&permit), op.actor.user).await?.ok_or(Denied::NotFound)?;
    let permit = tx.about(&permit, &user);
    Ok((user, permit))
}

/// Whether the code is right and new. If so, no code of its time or before is right again, once
/// the account is kept.
pub(crate) async fn check(
    tx: &mut Tx<'_>,
    permit: &Permit,
    user: &mut User,
    code: &str,
) -> Result<bool, Error> {
    let Some(sealed) = &user.totp else { return Ok(false) };
    let bytes = tx.sealer(permit, "user", user.id.uuid()).await?.open_bytes("totp", sealed)?;
    let bytes: [u8; 20] = bytes.try_into().map_err(|_| Internal::Unreadable {
        what: "second step",
        reason: "it has not 20 bytes".to_owned(),
    })?;
    let step = TotpSecret::from_bytes(bytes).check(code, tx.house().now(), user.totp_step);
    if step.is_some() {
        user.totp_step = step;
    }
    Ok(step.is_some())
}

/// Whether an account must enrol a second step before anything else.
pub(crate) async fn must_enrol(house: &House, user: &User) -> Result<bool, Error> {
    if account::has_second_step(user) || !totp_required(&house.policy, &user.roles) {
        return Ok(false);
    }
    let op = account::door_op(house);
    let mut tx = house.look(&op).await?;
    let permit = tx.allow(&op, Action::OwnAccount)?;
    let optional = store::organisations::setting(tx.store(&permit), OPTIONAL).await?;
    Ok(optional.as_deref() != Some("yes"))
}
