//! Sweeping out what has had its time. How long each is kept is said in `docs/RETENTION.md`.

use access::Action;
use app_kernel::{Error, House};
use model::Span;

use crate::{account, setup};

/// A session is kept this long after it ended.
pub const SESSIONS_KEPT: Span = Span::days(30);
/// An idempotency key and the answer given under it are kept this long.
pub const IDEMPOTENCY_KEYS_KEPT: Span = Span::hours(24);
/// A job is kept this long after it was done.
pub const JOBS_KEPT: Span = Span::days(30);

/// What was swept out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Tidied {
    /// Sessions.
    pub sessions: u64,
    /// Idempotency keys.
    pub idempotency_keys: u64,
    /// Jobs.
    pub jobs: u64,
}

/// Sweeps out ended sessions, old idempotency keys and done jobs.
pub async fn tidy(house: &House) -> Result<Tidied, Error> {
    let Some(main) = setup::main_organisation(house).await? else { return Ok(Tidied::default()) };
    let op = account::system_op("housekeeping", main, house.id());
    let mut tx = house.begin(&op).await?;
    let permit = tx.allow(&op, Action::RunJobs)?;
    let now = house.now();
    let tidied = Tidied {
        sessions: store::users::forget_sessions(tx.store(&permit), now - SESSIONS_KEPT).await?,
        idempotency_keys: store::users::forget_keys(tx.store(&permit), now - IDEMPOTENCY_KEYS_KEPT).await?,
        jobs: store::jobs::forget(tx.store(&permit), now - JOBS_KEPT).await?,
    };
    // Nothing swept out is nothing to tell of.
    if tidied != Tidied::default() {
        let detail = serde_json::json!({
            "did": "tidied",
            "sessions": tidied.sessions,
            "idempotency_keys": tidied.idempotency_keys,
            "jobs": tidied.jobs,
        });
        tx.journal(&op, &permit, detail).await?;
        tx.commit().await?;
    }
    Ok(tidied)
}
