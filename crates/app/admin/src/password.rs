//! Passwords: made, checked, changed.
//!
//! Argon2id is meant to be slow and takes 19 MiB a time, so it runs beside the threads that answer
//! requests, and only a few at once: a flood of tries waits rather than eat the memory.

use app_kernel::{Error, House, Internal};
use model::{Id, kinds};
use tokio::sync::Semaphore;
use vault::PasswordCost;

use crate::{
    account, lockout,
    session::{self, Tried, Try},
};

static AT_ONCE: Semaphore = Semaphore::const_new(4);

/// A hash that no password has, at the cost of the others: what the password of a name that is not
/// there is checked against, so that the time does not tell which names are.
pub(crate) const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c3ludGhldGljLXNhbHQtMQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

async fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let fault = |reason: String| Internal::Unreadable { what: "password", reason };
    let turn = AT_ONCE.acquire().await.map_err(|e| fault(e.to_string()))?;
    let done = tokio::task::spawn_blocking(move || {
        let done = work();
        drop(turn);
        done
    });
    Ok(done.await.map_err(|e| fault(e.to_string()))?)
}

/// Hashes a password.
pub(crate) async fn hash(house: &House, password: &str) -> Result<String, Error> {
    let (password, entropy) = (password.to_owned(), house.entropy.clone());
    let hashed = beside(move || vault::hash_password(&password, &PasswordCost::default(), &*entropy)).await?;
    Ok(hashed.map_err(|e| Internal::Unreadable { what: "password", reason: e.to_string() })?)
}

/// Whether this is the password that was hashed.
pub(crate) async fn is_right(password: &str, hash: &str) -> Result<bool, Error> {
    let (password, hash) = (password.to_owned(), hash.to_owned());
    beside(move || vault::verify_password(&password, &hash)).await
}

/// Whether a password may be chosen.
pub(crate) fn check(field: &'static str, password: &str, name: &str) -> Result<(), Error> {
    vault::check_password(password, name)
        .map_err(|weak| Error::invalid(field, "password_weak", weak.to_string(), "Choose another password."))
}

/// Changes one's own password. Everyone else who is signed in to the account is signed out.
pub async fn change_password(
    house: &House,
    request: Id<kinds::Request>,
    token: &str,
    current: &str,
    new: &str,
) -> Result<(), Error> {
    let (session, user) = session::whole(house, token).await?;
    check("new", new, &user.name)?;
    if current == new {
        return Err(Error::invalid(
            "new",
            "password_same",
            "This is the password you have already.",
            "Choose another password.",
        ));
    }
    let hashed = hash(house, new).await?;
    let tried = session::try_password(
        house,
        Try {
            op: account::own_op(&user, request),
            user: &user,
            password: current,
            code: None,
            failed: "password_change_failed",
            sentence: "The present password is not right.",
        },
    );
    let Tried { mut tx, op, permit, mut user } = tried.await?;
    lockout::forget(&mut user);
    user.password = hashed;
    user.must_change = false;
    store::users::update(tx.store(&permit), &user).await?;
    let now = house.now();
    let ended = store::users::end_other_sessions(tx.store(&permit), user.id, session.id, now).await?;
    let detail = serde_json::json!({"did": "password_changed", "sessions_ended": ended});
    tx.journal(&op, &permit, detail).await?;
    tx.commit().await
}

/// A password for once, for whoever keeps house to hand over: it must be changed.
pub(crate) async fn for_once(house: &House) -> Result<(String, String), Error> {
    let code = vault::receipt_code(&*house.entropy);
    let hashed = hash(house, &code).await?;
    Ok((code, hashed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_has_a_hash_as_dear_as_the_others() {
        assert!(!vault::needs_rehash(NOBODY, &PasswordCost::default()));
        assert!(!vault::verify_password("", NOBODY));
    }
}
