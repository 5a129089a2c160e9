//! One filing: what will be sent, its steps, and its documents.

use app_casework::{
    Handover, acknowledge, attachments, document, mark_ready, read_filing, redraft, reject, review, send,
    withdraw,
};
use app_kernel::{Denied, Error};
use axum::{
    Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use model::{Id, kinds};

use super::{
    case::choices,
    case_forms::not_a_choice,
    filing_page::{filled, written},
};
use crate::{
    Web,
    fault::{Fault, refused, rendered},
    form::{At, Fields, SignedForm},
    notice,
    page::{filing::FilingPage, routes},
    session::Signed,
    view::{PageResult, with_notice},
};

type Filing = Id<kinds::Filing>;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(routes::FILING, get(show))
        .route(routes::FILING_STEPS, post(step))
        .route(routes::FILING_ACKNOWLEDGEMENT, post(answer))
        .route(routes::FILING_DOCUMENT, get(report))
        .route(routes::FILING_FILE, get(file))
}

async fn page(web: &Web, signed: &Signed, id: Filing) -> Result<FilingPage, Error> {
    let op = signed.op("file");
    let mut tx = web.house.begin(&op).await?;
    let view = read_filing(&op, &mut tx, id).await?;
    tx.commit().await?;
    Ok(filled(web, signed, view))
}

async fn show(State(web): State<Web>, signed: Signed, At(id): At<Filing>) -> PageResult {
    page(&web, &signed, id).await.map(|page| rendered(&page)).map_err(|e| Fault::of(e, &signed))
}

async fn step(State(web): State<Web>, At(id): At<Filing>, form: SignedForm) -> PageResult {
    let SignedForm { signed, fields } = form;
    let signed = signed.at(routes::filing(id));
    let taken = take(&web, &signed, id, &fields).await;
    after(&web, &signed, id, &fields, taken).await
}

/// Takes a step, and says with which word it is done.
async fn take(web: &Web, signed: &Signed, id: Filing, fields: &Fields) -> Result<&'static str, Error> {
    let op = signed.op("file");
    let mut tx = web.house.begin(&op).await?;
    let word = match fields.get("step") {
        "review" => review(&op, &mut tx, id).await.map(|_| "filing_reviewed"),
        "ready" => mark_ready(&op, &mut tx, id).await.map(|_| "filing_ready"),
        "send" => {
            let (to, how) = (fields.get("to").to_owned(), fields.get("how").to_owned());
            send(&op, &mut tx, id, &Handover { to, how, at: None }).await.map(|_| "filing_sent")
        }
        "redraft" => redraft(&op, &mut tx, id, &choices(fields)?).await.map(|_| "filing_redrafted"),
        "withdraw" => withdraw(&op, &mut tx, id, fields.get("why")).await.map(|_| "filing_withdrawn"),
        _ => Err(not_a_choice("step")),
    }?;
    tx.commit().await?;
    Ok(word)
}

async fn answer(State(web): State<Web>, At(id): At<Filing>, form: SignedForm) -> PageResult {
    let SignedForm { signed, fields } = form;
    let signed = signed.at(routes::filing(id));
    let recorded = record(&web, &signed, id, &fields).await;
    after(&web, &signed, id, &fields, recorded).await
}

/// Records what came back, and says with which word it is done.
async fn record(web: &Web, signed: &Signed, id: Filing, fields: &Fields) -> Result<&'static str, Error> {
    let op = signed.op("file");
    let mut tx = web.house.begin(&op).await?;
    let word = match fields.get("outcome") {
        "acknowledged" => {
            let answer = fields.given("answer").map(str::as_bytes);
            let reference = fields.get("reference");
            acknowledge(&op, &mut tx, id, reference, answer).await.map(|_| "filing_acknowledged")
        }
        "rejected" => reject(&op, &mut tx, id, fields.get("reason")).await.map(|_| "filing_rejected"),
        _ => Err(not_a_choice("outcome")),
    }?;
    tx.commit().await?;
    Ok(word)
}

/// Back to the filing, which says what is done or why not.
async fn after(
    web: &Web,
    signed: &Signed,
    id: Filing,
    fields: &Fields,
    done: Result<&'static str, Error>,
) -> PageResult {
    match done {
        Ok(word) => Ok(notice::done(&routes::filing(id), word)),
        Err(Error::Problem(problem)) => {
            let mut page = page(web, signed, id).await.map_err(|e| Fault::of(e, signed))?;
            page.shell = with_notice(page.shell, notice::refused(&problem));
            written(&mut page, fields);
            Ok(refused(&page, &problem))
        }
        Err(other) => Err(Fault::of(other, signed)),
    }
}

async fn report(State(web): State<Web>, signed: Signed, At(id): At<Filing>) -> PageResult {
    let signed = signed.at(routes::filing(id));
    let taken = async {
        let op = signed.op("file");
        let mut tx = web.house.begin(&op).await?;
        let bytes = document(&op, &mut tx, id).await?;
        tx.commit().await?;
        Ok(bytes)
    };
    let bytes = taken.await.map_err(|e| Fault::of(e, &signed))?;
    Ok(taken_out("report.xml", bytes))
}

async fn file(State(web): State<Web>, signed: Signed, At((id, number)): At<(Filing, usize)>) -> PageResult {
    let signed = signed.at(routes::filing(id));
    let taken = async {
        let op = signed.op("file");
        let mut tx = web.house.begin(&op).await?;
        let all = attachments(&op, &mut tx, id).await?;
        let file = number.checked_sub(1).and_then(|at| all.into_iter().nth(at)).ok_or(Denied::NotFound)?;
        tx.commit().await?;
        Ok(file)
    };
    let file = taken.await.map_err(|e| Fault::of(e, &signed))?;
    Ok(taken_out(&file.name, file.bytes))
}

/// A document that a browser keeps as a file and does not show.
fn taken_out(name: &str, bytes: Vec<u8>) -> Response {
    let kept = [
        (header::CONTENT_TYPE, "application/xml; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (kept, bytes).into_response()
}
