//! Jobs that are not done, and giving a dead one another life.

use access::Action;
use app_kernel::{Error, Op, Tx};
use model::{Id, Instant, kinds};
use store::{StoreError, jobs::Job};

/// A job, for a page.
#[derive(Clone, Debug)]
pub struct JobView {
    /// Its id.
    pub id: Id<kinds::Job>,
    /// What it does: a use case's word.
    pub kind: String,
    /// On what: an id, or nothing.
    pub subject: String,
    /// `waiting`, `running` or `dead`.
    pub state: String,
    /// Tries so far.
    pub attempts: i64,
    /// Not before.
    pub run_at: Instant,
    /// What went wrong last, without private data.
    pub problem: Option<String>,
    /// When it was wanted.
    pub created_at: Instant,
}

/// The jobs of one's organisation that are not done, dead ones first.
pub async fn open_jobs(op: &Op, tx: &mut Tx<'_>) -> Result<Vec<JobView>, Error> {
    let permit = tx.allow(op, Action::RunJobs)?;
    let jobs = store::jobs::open(tx.store(&permit), op.actor.organisation).await?;
    Ok(jobs
        .into_iter()
        .map(|job| JobView {
            id: job.id,
            kind: job.kind,
            subject: job.subject,
            state: job.state,
            attempts: job.attempts,
            run_at: job.run_at,
            problem: job.problem,
            created_at: job.created_at,
        })
        .collect())
}

/// Gives a dead job another life.
pub async fn revive(op: &Op, tx: &mut Tx<'_>, id: Id<kinds::Job>) -> Result<(), Error> {
    let (job, permit) = tx.open::<Job>(op, Action::RunJobs, id.uuid()).await?;
    let now = tx.house().now();
    match store::jobs::revive(tx.store(&permit), id, now).await {
        Ok(0) => {
            return Err(Error::conflict(
                "job_not_dead",
                "This job is not waiting for a person.",
                "Look at the list again.",
            ));
        }
        Err(StoreError::AlreadyThere(_)) => {
            return Err(Error::conflict(
                "job_waits_already",
                "The same work is waiting to be done already.",
                "Wait for that one; this one can stay as it is.",
            ));
        }
        other => other?,
    };
    let detail = serde_json::json!({"did": "job_revived", "kind": job.kind, "attempts": job.attempts});
    tx.journal(op, &permit, detail).await
}
