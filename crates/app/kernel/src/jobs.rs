//! The worker's side of jobs: claim one under a lease, and say how it went. What a job does is a
//! use case of its own, which authorises and journals like any other.

use access::{Actor, ActorKind};
use model::{Id, Span};
use store::jobs::Job;
use uuid::Uuid;

use crate::{Error, House, Op};

/// How long a worker may keep a job without a sign of life.
const LEASE: Span = Span::minutes(10);

impl House {
    /// Claims the next job that is due.
    pub async fn claim_job(&self) -> Result<Option<Job>, Error> {
        // A look first: an idle worker does not take the one writer's turn.
        if !store::jobs::due(&mut self.db.read().await?, self.now()).await? {
            return Ok(None);
        }
        let mut tx = self.db.write().await?;
        let job = store::jobs::claim(&mut tx, self.now(), LEASE).await?;
        tx.commit().await?;
        Ok(job)
    }

    /// Keeps a job that takes longer than its lease. `false` if it ran out and another worker has the
    /// job by now: stop.
    pub async fn keep_job(&self, job: &Job) -> Result<bool, Error> {
        let mut tx = self.db.write().await?;
        let kept = store::jobs::extend(&mut tx, job, self.now() + LEASE).await?;
        tx.commit().await?;
        Ok(kept)
    }

    /// The context in which a job runs: the house itself, for the job's organisation.
    pub fn job_op(&self, job: &Job) -> Op {
        Op {
            actor: Actor {
                user: Id::from_uuid(Uuid::nil()),
                organisation: job.organisation,
                roles: Vec::new(),
                kind: ActorKind::System("worker"),
                strong_until: None,
            },
            purpose: "job",
            reason: None,
            request: self.id(),
        }
    }

    /// Says how a job went. One that failed waits and is tried again; one that keeps failing is
    /// left for a person, with its last problem. Where the lease ran out and another worker has the
    /// job by now, what that one says counts.
    pub async fn end_job(&self, job: &Job, problem: Option<&str>) -> Result<(), Error> {
        let mut tx = self.db.write().await?;
        match problem {
            None => store::jobs::finish(&mut tx, job, self.now()).await?,
            Some(problem) => store::jobs::fail(&mut tx, job, problem, self.now()).await?,
        };
        Ok(tx.commit().await?)
    }
}
