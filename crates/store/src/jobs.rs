//! Jobs are rows: enqueued in the transaction that wants them, claimed under a lease, tried
//! again later and later, and shown to a person when they keep failing.

use model::{Id, Instant, Span, kinds};

use crate::{
    StoreError, Tx,
    engine::{Engine, Row, args},
};

/// A piece of work for a worker.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its id.
    pub id: Id<kinds::Job>,
    /// For whom.
    pub organisation: Id<kinds::Organisation>,
    /// What to do: a use case's word.
    pub kind: String,
    /// On what: an id, or nothing.
    pub subject: String,
    /// `waiting`, `running`, `done` or `dead`.
    pub state: String,
    /// Tries so far.
    pub attempts: i64,
    /// Not before.
    pub run_at: Instant,
    /// Whose turn it is ends here.
    pub lease_until: Option<Instant>,
    /// What went wrong last.
    pub problem: Option<String>,
    /// When it was wanted.
    pub created_at: Instant,
}

const COLUMNS: &str =
    "id, organisation_id, kind, subject, state, attempts, run_at, lease_until, problem, created_at";

fn read(row: &Row) -> Result<Job, StoreError> {
    Ok(Job {
        id: row.get(0)?,
        organisation: row.get(1)?,
        kind: row.get(2)?,
        subject: row.get(3)?,
        state: row.get(4)?,
        attempts: row.get(5)?,
        run_at: row.get(6)?,
        lease_until: row.get(7)?,
        problem: row.get(8)?,
        created_at: row.get(9)?,
    })
}

/// Tries before a job is left for a person.
pub const ATTEMPTS: i64 = 8;

/// Wants a job done; one that waits already with the same kind and subject is enough. That one is
/// kept from being claimed until this transaction ends, or it could be done before what it is
/// wanted for is there.
pub async fn enqueue(
    tx: &mut Tx,
    id: Id<kinds::Job>,
    organisation: Id<kinds::Organisation>,
    kind: &str,
    subject: &str,
    at: Instant,
) -> Result<(), StoreError> {
    tx.run(
        "INSERT INTO jobs (id, organisation_id, kind, subject, state, attempts, run_at, created_at) \
         VALUES ($1, $2, $3, $4, 'waiting', 0, $5, $5) \
         ON CONFLICT (organisation_id, kind, subject) WHERE state = 'waiting' DO UPDATE SET run_at = jobs.run_at",
        args![id, organisation, kind, subject, at],
    )
    .await?;
    Ok(())
}

/// Claims the next job that is due, or whose worker's lease ran out. One that no worker ever came
/// back with is left for a person.
pub async fn claim(tx: &mut Tx, now: Instant, lease: Span) -> Result<Option<Job>, StoreError> {
    tx.run(
        "UPDATE jobs SET state = 'dead', problem = 'no worker came back with it', finished_at = $1, lease_until = NULL \
         WHERE state = 'running' AND lease_until <= $1 AND attempts >= $2",
        args![now, ATTEMPTS],
    )
    .await?;
    let lock = if tx.engine() == Engine::Postgres { "FOR UPDATE SKIP LOCKED" } else { "" };
    let sql = format!(
        "UPDATE jobs SET state = 'running', attempts = attempts + 1, lease_until = $2 WHERE id = (\
           SELECT id FROM jobs WHERE (state = 'waiting' AND run_at <= $1) OR (state = 'running' AND lease_until <= $1) \
           ORDER BY run_at, id LIMIT 1 {lock}) RETURNING {COLUMNS}"
    );
    let rows = tx.run_returning(&sql, args![now, now + lease]).await?;
    rows.first().map(read).transpose()
}

/// Keeps a claimed job's lease. `false` if it ran out and another has the job by now.
pub async fn extend(tx: &mut Tx, job: &Job, until: Instant) -> Result<bool, StoreError> {
    let kept = tx
        .run(
            "UPDATE jobs SET lease_until = $3 WHERE id = $1 AND attempts = $2 AND state = 'running'",
            args![job.id, job.attempts, until],
        )
        .await?;
    Ok(kept == 1)
}

/// The claimed job is done. `false` if the lease ran out and another has the job by now.
pub async fn finish(tx: &mut Tx, job: &Job, at: Instant) -> Result<bool, StoreError> {
    let done = tx
        .run(
            "UPDATE jobs SET state = 'done', finished_at = $3, lease_until = NULL, problem = NULL \
             WHERE id = $1 AND attempts = $2 AND state = 'running'",
            args![job.id, job.attempts, at],
        )
        .await?;
    Ok(done == 1)
}

/// The claimed job failed: it waits twice as long each time, and after [`ATTEMPTS`] a person looks.
/// `false` if the lease ran out and another has the job by now.
pub async fn fail(tx: &mut Tx, job: &Job, problem: &str, now: Instant) -> Result<bool, StoreError> {
    if job.attempts >= ATTEMPTS {
        let dead = tx
            .run(
                "UPDATE jobs SET state = 'dead', problem = $3, finished_at = $4, lease_until = NULL \
                 WHERE id = $1 AND attempts = $2 AND state = 'running'",
                args![job.id, job.attempts, problem, now],
            )
            .await?;
        return Ok(dead == 1);
    }
    let wait = Span::seconds(5 << job.attempts.clamp(0, 12));
    // Another of the same may wait by now; then this one is done with.
    let waits = tx
        .one(
            "SELECT 1 FROM jobs WHERE organisation_id = $1 AND kind = $2 AND subject = $3 AND state = 'waiting'",
            args![job.organisation, &job.kind, &job.subject],
        )
        .await?;
    let (state, finished_at) = if waits.is_some() { ("done", Some(now)) } else { ("waiting", None) };
    let left = tx
        .run(
            "UPDATE jobs SET state = $3, problem = $4, run_at = $5, finished_at = $6, lease_until = NULL \
             WHERE id = $1 AND attempts = $2 AND state = 'running'",
            args![job.id, job.attempts, state, problem, now + wait, finished_at],
        )
        .await?;
    Ok(left == 1)
}

/// A dead job gets another life; [`StoreError::AlreadyThere`] if another of the same waits already.
pub async fn revive(tx: &mut Tx, id: Id<kinds::Job>, now: Instant) -> Result<u64, StoreError> {
    tx.run(
        "UPDATE jobs SET state = 'waiting', attempts = 0, run_at = $2, finished_at = NULL WHERE id = $1 AND state = 'dead'",
        args![id, now],
    )
    .await
}

/// The job of that id.
pub async fn find(tx: &mut Tx, id: Id<kinds::Job>) -> Result<Option<Job>, StoreError> {
    let row = tx.one(&format!("SELECT {COLUMNS} FROM jobs WHERE id = $1"), args![id]).await?;
    row.as_ref().map(read).transpose()
}

/// Jobs of an organisation that are not done, dead ones first.
pub async fn open(tx: &mut Tx, organisation: Id<kinds::Organisation>) -> Result<Vec<Job>, StoreError> {
    let rows = tx
        .all(
            &format!(
                "SELECT {COLUMNS} FROM jobs WHERE organisation_id = $1 AND state <> 'done' ORDER BY state, run_at, id LIMIT 500"
            ),
            args![organisation],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Removes jobs done before `before`.
pub async fn forget(tx: &mut Tx, before: Instant) -> Result<u64, StoreError> {
    tx.run("DELETE FROM jobs WHERE state = 'done' AND finished_at < $1", args![before]).await
}

/// Whether any job is due.
pub async fn due(tx: &mut Tx, now: Instant) -> Result<bool, StoreError> {
    let row = tx
        .one(
            "SELECT 1 FROM jobs WHERE (state = 'waiting' AND run_at <= $1) \
             OR (state = 'running' AND lease_until <= $1) LIMIT 1",
            args![now],
        )
        .await?;
    Ok(row.is_some())
}
