//! The worker: jobs, the journal's sequencer, and keeping house.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::Path,
    sync::Arc,
    time::Duration,
};

use anyhow::Context;
use app_intake::Rules;
use app_kernel::{Error, House};
use app_screening::TypologyFile;
use model::Id;
use store::jobs::Job;

use crate::{exchange, out::Out, runtime};

/// How often an idle worker looks.
const LOOK: Duration = Duration::from_millis(500);
/// How many looks between two rounds of keeping house: ten minutes.
const TIDY_EVERY: u32 = 1200;

/// How long an exchange is left alone between two rounds.
const FETCH_EVERY: model::Span = model::Span::minutes(10);

/// The data folder held by one process alone: a server, or a rotation.
pub(crate) struct Alone {
    _file: File,
}

impl Alone {
    /// Takes the folder; `None` if another process has it. The lock goes with the process.
    pub(crate) fn try_take(data: &Path) -> anyhow::Result<Option<Self>> {
        let path = data.join("server.lock");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .with_context(|| path.display().to_string())?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(e)) => Err(e).with_context(|| path.display().to_string()),
        }
    }
}

/// The typologies of this installation.
pub(crate) fn typologies() -> anyhow::Result<Vec<TypologyFile>> {
    let loaded = app_screening::load(&[]);
    if let Some(refused) = loaded.refused.into_iter().next() {
        return Err(refused.into());
    }
    Ok(loaded.files)
}

/// Does a job.
async fn run_job(house: &House, rules: &Rules, typologies: &[TypologyFile], job: &Job) -> Result<(), Error> {
    let op = house.job_op(job);
    match job.kind.as_str() {
        "import" => {
            if let Ok(import) = job.subject.parse() {
                app_intake::process(&op, house, rules, import, |_| {}).await?;
            }
        }
        "screen" => {
            if let Ok(import) = job.subject.parse() {
                let typologies = app_screening::in_force(typologies);
                let screened = app_screening::screen_import(&op, house, &typologies, import).await?;
                tracing::info!(raised = screened.raised, extended = screened.extended, "screened an import");
            }
        }
        "match" => {
            let again = job.subject.strip_prefix("content ").and_then(|number| number.parse().ok());
            let swept = app_intake::match_what_was_seen(&op, house, rules, again).await?;
            tracing::info!(
                reports = swept.reports,
                look_ups = swept.look_ups,
                put_aside = swept.put_aside.len(),
                "held what was seen against new hashes"
            );
        }
        "fetch" => {
            let fetched =
                exchange::fetch(house, &op, &job.subject, Some(exchange::ROUND), Arc::default()).await;
            match fetched {
                Ok(fetched) => tracing::info!(
                    new = fetched.counts.new,
                    changed = fetched.counts.changed,
                    withdrawn = fetched.counts.withdrawn,
                    "fetched from an exchange"
                ),
                // The exchange's own page says what; asking at once again would help nobody.
                Err(error) => tracing::warn!(error = format!("{error:#}"), "a fetch came to no good end"),
            }
        }
        "recount" => {
            if let Ok(report) = job.subject.parse() {
                app_intake::recount(&op, house, rules, report).await?;
            }
        }
        "rescreen" => {
            app_screening::rescreen_all(&op, house, &app_screening::in_force(typologies)).await?;
        }
        other => {
            return Err(Error::conflict(
                "job_unknown",
                format!("No worker of this version does “{other}”."),
                "Run the version that enqueued it, or remove the job.",
            ));
        }
    }
    Ok(())
}

/// Does the next job; `false` if there is none.
async fn next_job(house: &House, rules: &Rules, typologies: &[TypologyFile]) -> Result<bool, Error> {
    let Some(job) = house.claim_job().await? else { return Ok(false) };
    match run_job(house, rules, typologies, &job).await {
        Ok(()) => house.end_job(&job, None).await?,
        Err(e) => {
            tracing::warn!(job = %job.id, kind = %job.kind, attempt = job.attempts, error = %e, "a job failed");
            house.end_job(&job, Some(&e.to_string())).await?;
        }
    }
    Ok(true)
}

/// Does the jobs that wait, for commands that leave no worker behind.
pub(crate) async fn run_waiting_jobs(house: &House, rules: &Rules, out: Out) -> anyhow::Result<()> {
    let typologies = typologies()?;
    while next_job(house, rules, &typologies).await? {
        out.progress("screening and matching what came in");
    }
    out.progress_done();
    Ok(())
}

/// Works until told to stop.
pub(crate) async fn run(
    house: Arc<House>,
    rules: Arc<Rules>,
    typologies: Arc<Vec<TypologyFile>>,
    mut stop: tokio::sync::watch::Receiver<bool>,
) {
    let mut round = 0_u32;
    while !*stop.borrow() {
        let busy = match next_job(&house, &rules, &typologies).await {
            Ok(busy) => busy,
            Err(e) => {
                tracing::error!(error = %e, "the worker could not look for jobs");
                false
            }
        };
        if let Err(e) = house.sequence().await {
            tracing::error!(error = %e, "the journal could not be chained");
        }
        if round.is_multiple_of(TIDY_EVERY)
            && let Err(e) = keep_house(&house, &rules).await
        {
            tracing::error!(error = %e, "keeping house failed");
        }
        round = round.wrapping_add(1);
        if !busy {
            tokio::select! {
                () = pause() => {}
                _ = stop.changed() => {}
            }
        }
    }
}

/// Removes what has had its time: ended sessions, answered keys, done jobs, files that never came
/// to an end.
async fn keep_house(house: &House, rules: &Rules) -> Result<(), Error> {
    app_admin::housekeeping::tidy(house).await?;
    let nobody = runtime::operator(house, Id::from_uuid(uuid::Uuid::nil()));
    let mut tx = house.look(&nobody).await?;
    let all = app_admin::setup::organisations(&nobody, &mut tx).await?;
    drop(tx);
    for (organisation, _) in all {
        let op = runtime::operator(house, organisation);
        app_intake::tidy(&op, house).await?;
        app_intake::forget(&op, house, rules).await?;
        app_intake::want_fetches(&op, house, FETCH_EVERY).await?;
    }
    Ok(())
}

/// Waits a little before looking again.
#[expect(clippy::disallowed_methods, reason = "the program waits here, and nowhere else")]
pub(crate) async fn pause() {
    tokio::time::sleep(LOOK).await;
}
