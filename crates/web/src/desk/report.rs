//! One report, and what is decided on it.

use app_casework::{attach, decide, mark_decision_sent, open_case, undo};
use app_kernel::{Error, Op, Tx};
use axum::{
    Router,
    extract::State,
    response::Response,
    routing::{get, post},
};
use model::{Id, kinds};

use super::{
    report_decisions::{Tried, Wanted, wanted},
    report_page::page,
};
use crate::{
    Web,
    fault::{Fault, refused, rendered},
    form::{Asked, At, SignedForm},
    notice,
    page::routes,
    session::Signed,
    view::{PageResult, with_notice},
};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(routes::REPORT, get(show))
        .route(routes::REPORT_DECISIONS, post(take))
        .route(routes::REPORT_UNDO, post(take_back))
        .route(routes::REPORT_SENT, post(sent))
}

async fn show(
    State(web): State<Web>,
    signed: Signed,
    At(id): At<Id<kinds::Report>>,
    Asked(asked): Asked,
) -> PageResult {
    let tried = Tried::open(asked.get("decide"));
    match page(&web, &signed, id, tried).await {
        Ok(page) => Ok(rendered(&page)),
        Err(e) => Err(Fault::of(e, &signed)),
    }
}

async fn take(State(web): State<Web>, At(id): At<Id<kinds::Report>>, form: SignedForm) -> PageResult {
    let SignedForm { signed, fields } = form;
    let signed = signed.at(routes::report(id));
    let done = async {
        let op = signed.op("triage");
        let mut tx = web.house.begin(&op).await?;
        let wanted = wanted(&web, &op, &mut tx, &fields).await?;
        carry_out(&op, &mut tx, id, wanted).await?;
        tx.commit().await
    };
    match done.await {
        Ok(()) => Ok(notice::done(&routes::report(id), "decided")),
        Err(Error::Problem(problem)) => {
            let page = page(&web, &signed, id, Tried::refused(&fields, &problem)).await;
            let page = page.map_err(|e| Fault::of(e, &signed))?;
            Ok(refused(&page, &problem))
        }
        Err(other) => Err(Fault::of(other, &signed)),
    }
}

async fn carry_out(op: &Op, tx: &mut Tx<'_>, id: Id<kinds::Report>, wanted: Wanted) -> Result<(), Error> {
    match wanted {
        Wanted::NewCase(title) => open_case(op, tx, id, title.as_deref()).await?,
        Wanted::Case(case) => attach(op, tx, id, case).await?,
        Wanted::Other(decision) => decide(op, tx, id, decision).await?,
    };
    Ok(())
}

type OfReport = At<(Id<kinds::Report>, Id<kinds::Decision>)>;

async fn take_back(State(web): State<Web>, At((id, decision)): OfReport, form: SignedForm) -> PageResult {
    let signed = form.signed.at(routes::report(id));
    let done = async {
        let op = signed.op("triage");
        let mut tx = web.house.begin(&op).await?;
        undo(&op, &mut tx, decision).await?;
        tx.commit().await
    };
    answer(&web, &signed, id, done.await, "undone").await
}

async fn sent(State(web): State<Web>, At((id, decision)): OfReport, form: SignedForm) -> PageResult {
    let SignedForm { signed, fields } = form;
    let signed = signed.at(routes::report(id));
    let done = async {
        let op = signed.op("triage");
        let mut tx = web.house.begin(&op).await?;
        mark_decision_sent(&op, &mut tx, decision, fields.get("how")).await?;
        tx.commit().await
    };
    answer(&web, &signed, id, done.await, "sent").await
}

/// Back to the report; what was refused is said above it.
async fn answer(
    web: &Web,
    signed: &Signed,
    id: Id<kinds::Report>,
    done: Result<(), Error>,
    word: &str,
) -> PageResult {
    match done {
        Ok(()) => Ok(notice::done(&routes::report(id), word)),
        Err(Error::Problem(problem)) => {
            let mut page = page(web, signed, id, Tried::default()).await.map_err(|e| Fault::of(e, signed))?;
            page.shell = with_notice(page.shell, notice::refused(&problem));
            Ok::<Response, Fault>(refused(&page, &problem))
        }
        Err(other) => Err(Fault::of(other, signed)),
    }
}
