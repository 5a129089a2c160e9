//! Jobs that are not done, the dead letters first.

use app_admin::jobs::{JobView, open_jobs, revive};
use app_kernel::Error;
use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use model::{Id, kinds};

use super::house_overview::rooms;
use crate::{
    Web,
    fault::{Fault, refused, rendered},
    form::{At, SignedForm},
    notice,
    page::{
        Desk, Times,
        house::{JobRow, JobsPage},
        routes,
    },
    session::Signed,
    view::{PageResult, shell, times, with_notice},
};

pub(super) fn routes() -> Router<Web> {
    Router::new().route(routes::HOUSE_JOBS, get(show)).route(routes::HOUSE_JOB, post(again))
}

async fn page(web: &Web, signed: &Signed) -> Result<JobsPage, Error> {
    let op = signed.op("housekeeping");
    let mut tx = web.house.look(&op).await?;
    let jobs = open_jobs(&op, &mut tx).await?;
    let times = times(web);
    let of = |state: &str| jobs.iter().filter(|job| job.state == state).count() as u64;
    Ok(JobsPage {
        shell: shell(web, signed, "Jobs", Some(Desk::House)),
        rooms: rooms(web, signed),
        waiting: of("waiting"),
        running: of("running"),
        rows: jobs.into_iter().map(|job| row(&times, job)).collect(),
    })
}

fn row(times: &Times, job: JobView) -> JobRow {
    let state = match job.state.as_str() {
        "dead" => "waits for a person",
        "waiting" if job.attempts > 0 => "tried again later",
        other => other,
    };
    JobRow {
        id: job.id,
        what: words(&job.kind).to_owned(),
        state: state.to_owned(),
        dead: job.state == "dead",
        tries: job.attempts.unsigned_abs(),
        when: times.moment(job.run_at),
        error: job.problem,
    }
}

/// What a job does.
fn words(kind: &str) -> &str {
    match kind {
        "import" => "Read a file that was brought in",
        "screen" => "Screen new payments",
        "rescreen" => "Screen the whole ledger again",
        "match" => "Compare reports with new known hashes",
        "recount" => "Rank a report again",
        other => other,
    }
}

async fn show(State(web): State<Web>, signed: Signed) -> PageResult {
    page(&web, &signed).await.map(|page| rendered(&page)).map_err(|e| Fault::of(e, &signed))
}

async fn again(State(web): State<Web>, At(id): At<Id<kinds::Job>>, form: SignedForm) -> PageResult {
    let signed = form.signed.at(routes::HOUSE_JOBS.to_owned());
    let done = async {
        let op = signed.op("housekeeping");
        let mut tx = web.house.begin(&op).await?;
        revive(&op, &mut tx, id).await?;
        tx.commit().await
    };
    match done.await {
        Ok(()) => Ok(notice::done(routes::HOUSE_JOBS, "job_revived")),
        Err(Error::Problem(problem)) => {
            let mut page = page(&web, &signed).await.map_err(|e| Fault::of(e, &signed))?;
            page.shell = with_notice(page.shell, notice::refused(&problem));
            Ok(refused(&page, &problem))
        }
        Err(other) => Err(Fault::of(other, &signed)),
    }
}
