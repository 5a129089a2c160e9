//! Users, sessions and programs' tokens.

use model::{Id, Instant, kinds};

use crate::{
    StoreError, Tx,
    engine::{Row, args},
};

/// A person (or the system) who signs in.
#[derive(Clone, Debug)]
pub struct User {
    /// Their id.
    pub id: Id<kinds::User>,
    /// Whom they work for.
    pub organisation: Id<kinds::Organisation>,
    /// The name they sign in with, lower case.
    pub name: String,
    /// The name others see.
    pub label: String,
    /// The names of their roles.
    pub roles: Vec<String>,
    /// The password's Argon2id hash; empty for one who cannot sign in.
    pub password: String,
    /// Whether the password must be changed before anything else.
    pub must_change: bool,
    /// The TOTP secret, sealed.
    pub totp: Option<Vec<u8>>,
    /// The last TOTP step that was used.
    pub totp_step: Option<i64>,
    /// Failed tries since the last success.
    pub failures: i64,
    /// Until when no try is looked at.
    pub locked_until: Option<Instant>,
    /// Since when the account is off.
    pub disabled_at: Option<Instant>,
    /// The one case a guest sees.
    pub guest_case: Option<Id<kinds::Case>>,
    /// When a guest's time ends.
    pub guest_until: Option<Instant>,
    /// When the account was made.
    pub created_at: Instant,
}

const USER: &str = "id, organisation_id, name, label, roles, password, must_change, totp, totp_step, failures, \
                    locked_until, disabled_at, guest_case_id, guest_until, created_at";

fn user(row: &Row) -> Result<User, StoreError> {
    Ok(User {
        id: row.get(0)?,
        organisation: row.get(1)?,
        name: row.get(2)?,
        label: row.get(3)?,
        roles: row.get::<String>(4)?.split_whitespace().map(str::to_owned).collect(),
        password: row.get(5)?,
        must_change: row.get(6)?,
        totp: row.get(7)?,
        totp_step: row.get(8)?,
        failures: row.get(9)?,
        locked_until: row.get(10)?,
        disabled_at: row.get(11)?,
        guest_case: row.get(12)?,
        guest_until: row.get(13)?,
        created_at: row.get(14)?,
    })
}

/// Adds a user.
pub async fn insert(tx: &mut Tx, row: &User) -> Result<(), StoreError> {
    tx.run(
        &format!("INSERT INTO users ({USER}) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15)"),
        args![
            row.id,
            row.organisation,
            &row.name,
            &row.label,
            row.roles.join(" "),
            &row.password,
            row.must_change,
            row.totp.clone(),
            row.totp_step,
            row.failures,
            row.locked_until,
            row.disabled_at,
            row.guest_case,
            row.guest_until,
            row.created_at
        ],
    )
    .await?;
    Ok(())
}

/// Writes everything about a user that can change.
pub async fn update(tx: &mut Tx, row: &User) -> Result<(), StoreError> {
    tx.run(
        "UPDATE users SET label = $2, roles = $3, password = $4, must_change = $5, totp = $6, totp_step = $7, \
         failures = $8, locked_until = $9, disabled_at = $10, guest_case_id = $11, guest_until = $12 WHERE id = $1",
        args![
            row.id,
            &row.label,
            row.roles.join(" "),
            &row.password,
            row.must_change,
            row.totp.clone(),
            row.totp_step,
            row.failures,
            row.locked_until,
            row.disabled_at,
            row.guest_case,
            row.guest_until
        ],
    )
    .await?;
    Ok(())
}

/// The user of that id.
pub async fn find(tx: &mut Tx, id: Id<kinds::User>) -> Result<Option<User>, StoreError> {
    let row = tx.one(&format!("SELECT {USER} FROM users WHERE id = $1"), args![id]).await?;
    row.as_ref().map(user).transpose()
}

/// The user of that id, kept from changing until the transaction ends: two tries at a password at
/// once are counted one after the other.
pub async fn lock(tx: &mut Tx, id: Id<kinds::User>) -> Result<Option<User>, StoreError> {
    let lock = tx.dialect("", "FOR UPDATE");
    let row = tx.one(&format!("SELECT {USER} FROM users WHERE id = $1 {lock}"), args![id]).await?;
    row.as_ref().map(user).transpose()
}

/// The user who signs in with that name.
pub async fn by_name(tx: &mut Tx, name: &str) -> Result<Option<User>, StoreError> {
    let row = tx.one(&format!("SELECT {USER} FROM users WHERE name = $1"), args![name]).await?;
    row.as_ref().map(user).transpose()
}

/// The users of an organisation, by name; of all organisations without one.
pub async fn list(
    tx: &mut Tx,
    organisation: Option<Id<kinds::Organisation>>,
) -> Result<Vec<User>, StoreError> {
    let rows = match organisation {
        Some(id) => {
            tx.all(&format!("SELECT {USER} FROM users WHERE organisation_id = $1 ORDER BY name"), args![id])
                .await?
        }
        None => tx.all(&format!("SELECT {USER} FROM users ORDER BY name"), args![]).await?,
    };
    rows.iter().map(user).collect()
}

/// One sign-in.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its id.
    pub id: Id<kinds::Session>,
    /// SHA-256 of the token in the cookie.
    pub token: [u8; 32],
    /// Who signed in.
    pub user: Id<kinds::User>,
    /// What every form of this session carries.
    pub csrf: String,
    /// Whether the second factor is still missing.
    pub awaits_totp: bool,
    /// When it began.
    pub created_at: Instant,
    /// When it was last used.
    pub seen_at: Instant,
    /// Until when privileged actions need no new password.
    pub strong_until: Option<Instant>,
    /// When it ends whatever happens.
    pub ends_at: Instant,
    /// When it was ended.
    pub ended_at: Option<Instant>,
}

const SESSION: &str =
    "id, token, user_id, csrf, awaits_totp, created_at, seen_at, strong_until, ends_at, ended_at";

fn session(row: &Row) -> Result<Session, StoreError> {
    Ok(Session {
        id: row.get(0)?,
        token: row.get(1)?,
        user: row.get(2)?,
        csrf: row.get(3)?,
        awaits_totp: row.get(4)?,
        created_at: row.get(5)?,
        seen_at: row.get(6)?,
        strong_until: row.get(7)?,
        ends_at: row.get(8)?,
        ended_at: row.get(9)?,
    })
}

/// Adds a session.
pub async fn insert_session(tx: &mut Tx, row: &Session) -> Result<(), StoreError> {
    tx.run(
        &format!("INSERT INTO sessions ({SESSION}) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)"),
        args![
            row.id,
            row.token,
            row.user,
            &row.csrf,
            row.awaits_totp,
            row.created_at,
            row.seen_at,
            row.strong_until,
            row.ends_at,
            row.ended_at
        ],
    )
    .await?;
    Ok(())
}

/// The session whose token has this SHA-256.
pub async fn session_by_token(tx: &mut Tx, token: [u8; 32]) -> Result<Option<Session>, StoreError> {
    let row = tx.one(&format!("SELECT {SESSION} FROM sessions WHERE token = $1"), args![token]).await?;
    row.as_ref().map(session).transpose()
}

/// The session of that id was used at `at`; says whether it was still open.
pub async fn touch_session(tx: &mut Tx, id: Id<kinds::Session>, at: Instant) -> Result<bool, StoreError> {
    let sql = "UPDATE sessions SET seen_at = $2 WHERE id = $1 AND ended_at IS NULL AND seen_at < $2";
    Ok(tx.run(sql, args![id, at]).await? == 1)
}

/// The user of this session has confirmed who they are; says whether it was still open.
pub async fn strengthen_session(
    tx: &mut Tx,
    id: Id<kinds::Session>,
    until: Instant,
) -> Result<bool, StoreError> {
    let sql = "UPDATE sessions SET strong_until = $2 WHERE id = $1 AND ended_at IS NULL";
    Ok(tx.run(sql, args![id, until]).await? == 1)
}

/// Ends one session; says whether it was still open.
pub async fn end_session(tx: &mut Tx, id: Id<kinds::Session>, at: Instant) -> Result<bool, StoreError> {
    let sql = "UPDATE sessions SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";
    Ok(tx.run(sql, args![id, at]).await? == 1)
}

/// Ends every open session of a user but one; says how many.
pub async fn end_other_sessions(
    tx: &mut Tx,
    user: Id<kinds::User>,
    but: Id<kinds::Session>,
    at: Instant,
) -> Result<u64, StoreError> {
    tx.run(
        "UPDATE sessions SET ended_at = $3 WHERE user_id = $1 AND id <> $2 AND ended_at IS NULL",
        args![user, but, at],
    )
    .await
}

/// When each user of an organisation was last seen, as far as their sessions are still kept.
pub async fn last_seen(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
) -> Result<Vec<(Id<kinds::User>, Instant)>, StoreError> {
    let rows = tx
        .all(
            "SELECT s.user_id, MAX(s.seen_at) FROM sessions s JOIN users u ON u.id = s.user_id \
             WHERE u.organisation_id = $1 GROUP BY s.user_id",
            args![organisation],
        )
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// Ends every open session of a user; says how many.
pub async fn end_sessions(tx: &mut Tx, user: Id<kinds::User>, at: Instant) -> Result<u64, StoreError> {
    tx.run("UPDATE sessions SET ended_at = $2 WHERE user_id = $1 AND ended_at IS NULL", args![user, at]).await
}

/// Removes sessions that ended before `before`; says how many.
pub async fn forget_sessions(tx: &mut Tx, before: Instant) -> Result<u64, StoreError> {
    tx.run("DELETE FROM sessions WHERE ends_at < $1 OR ended_at < $1", args![before]).await
}

/// A token a program signs in with.
#[derive(Clone, Debug)]
pub struct ApiToken {
    /// Its id.
    pub id: Id<kinds::ApiToken>,
    /// SHA-256 of the token.
    pub token: [u8; 32],
    /// Whose it is.
    pub user: Id<kinds::User>,
    /// What it is for.
    pub label: String,
    /// When it was made.
    pub created_at: Instant,
    /// When it ends.
    pub ends_at: Instant,
    /// When it was taken back.
    pub revoked_at: Option<Instant>,
}

const TOKEN: &str = "id, token, user_id, label, created_at, ends_at, revoked_at";

fn api_token(row: &Row) -> Result<ApiToken, StoreError> {
    Ok(ApiToken {
        id: row.get(0)?,
        token: row.get(1)?,
        user: row.get(2)?,
        label: row.get(3)?,
        created_at: row.get(4)?,
        ends_at: row.get(5)?,
        revoked_at: row.get(6)?,
    })
}

/// Adds a token.
pub async fn insert_token(tx: &mut Tx, row: &ApiToken) -> Result<(), StoreError> {
    tx.run(
        &format!("INSERT INTO api_tokens ({TOKEN}) VALUES ($1,$2,$3,$4,$5,$6,$7)"),
        args![row.id, row.token, row.user, &row.label, row.created_at, row.ends_at, row.revoked_at],
    )
    .await?;
    Ok(())
}

/// The token with this SHA-256.
pub async fn token_by_hash(tx: &mut Tx, token: [u8; 32]) -> Result<Option<ApiToken>, StoreError> {
    let row = tx.one(&format!("SELECT {TOKEN} FROM api_tokens WHERE token = $1"), args![token]).await?;
    row.as_ref().map(api_token).transpose()
}

/// The tokens of an organisation's users, newest first.
pub async fn tokens(tx: &mut Tx, organisation: Id<kinds::Organisation>) -> Result<Vec<ApiToken>, StoreError> {
    let rows = tx
        .all(
            "SELECT t.id, t.token, t.user_id, t.label, t.created_at, t.ends_at, t.revoked_at FROM api_tokens t \
             JOIN users u ON u.id = t.user_id WHERE u.organisation_id = $1 ORDER BY t.created_at DESC, t.id",
            args![organisation],
        )
        .await?;
    rows.iter().map(api_token).collect()
}

/// Takes a token back.
pub async fn revoke_token(tx: &mut Tx, id: Id<kinds::ApiToken>, at: Instant) -> Result<u64, StoreError> {
    tx.run("UPDATE api_tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", args![id, at]).await
}

/// What is known of a POST that named an idempotency key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// SHA-256 of the request's method, path and body.
    pub request: [u8; 32],
    /// The answer's status and sealed body, once there is one.
    pub answer: Option<(i64, Vec<u8>)>,
}

/// Claims an idempotency key for a request; `None` if it was free, else what is known of it.
pub async fn claim_key(
    tx: &mut Tx,
    user: Id<kinds::User>,
    key: &str,
    request: [u8; 32],
    at: Instant,
) -> Result<Option<Answered>, StoreError> {
    // A key that is there may be freed before it is looked at; then it is claimed after all.
    loop {
        let new = tx
            .run(
                "INSERT INTO idempotency_keys (user_id, key, request, created_at) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (user_id, key) DO NOTHING",
                args![user, key, request, at],
            )
            .await?;
        if new == 1 {
            return Ok(None);
        }
        let row = tx
            .one(
                "SELECT request, status, answer FROM idempotency_keys WHERE user_id = $1 AND key = $2",
                args![user, key],
            )
            .await?;
        if let Some(row) = row {
            let (status, answer): (Option<i64>, Option<Vec<u8>>) = (row.get(1)?, row.get(2)?);
            return Ok(Some(Answered { request: row.get(0)?, answer: status.zip(answer) }));
        }
    }
}

/// Keeps the answer given under an idempotency key.
pub async fn answer_key(
    tx: &mut Tx,
    user: Id<kinds::User>,
    key: &str,
    status: i64,
    answer: Vec<u8>,
) -> Result<(), StoreError> {
    tx.run(
        "UPDATE idempotency_keys SET status = $3, answer = $4 WHERE user_id = $1 AND key = $2",
        args![user, key, status, answer],
    )
    .await?;
    Ok(())
}

/// Frees a key whose request failed, so that it can be tried again.
pub async fn free_key(tx: &mut Tx, user: Id<kinds::User>, key: &str) -> Result<(), StoreError> {
    tx.run(
        "DELETE FROM idempotency_keys WHERE user_id = $1 AND key = $2 AND status IS NULL",
        args![user, key],
    )
    .await?;
    Ok(())
}

/// Removes keys older than `before`.
pub async fn forget_keys(tx: &mut Tx, before: Instant) -> Result<u64, StoreError> {
    tx.run("DELETE FROM idempotency_keys WHERE created_at < $1", args![before]).await
}
