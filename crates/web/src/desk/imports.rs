//! Imports, and bringing a file in. The file is sealed as it streams; it is never whole in memory
//! and never in the clear on the disk.

use access::Action;
use app_intake::{Arriving, ImportRow as Listed, Received, imports, receive};
use app_kernel::{Error, ProblemKind};
use axum::{
    Router,
    extract::{
        DefaultBodyLimit, Multipart, State,
        multipart::{Field, MultipartError},
    },
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};

use crate::{
    Web,
    fault::{Fault, refused, rendered},
    form::{Asked, Fields, same},
    notice,
    page::{
        Desk, Paging,
        import::{ImportRow, ImportsPage, Upload},
        routes,
    },
    session::Signed,
    view::{PageResult, seen, shell, times},
};

/// Rows on one page.
const ROWS: i64 = 50;
/// Bytes of an upload at most.
const MOST: usize = 2 * 1024 * 1024 * 1024;
/// Bytes of a field of the form at most; of the mapping, which is a file.
const FIELD: usize = 4 * 1024;
const MAPPING: usize = 64 * 1024;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(routes::IMPORTS, get(show))
        .merge(Router::new().route(routes::IMPORTS, post(upload)).layer(DefaultBodyLimit::max(MOST)))
}

async fn show(State(web): State<Web>, signed: Signed, Asked(asked): Asked) -> PageResult {
    match page(&web, &signed, &asked, Typed::default()).await {
        Ok(page) => Ok(rendered(&page)),
        Err(e) => Err(Fault::of(e, &signed)),
    }
}

async fn page(web: &Web, signed: &Signed, asked: &Fields, typed: Typed) -> Result<ImportsPage, Error> {
    let op = signed.op("imports");
    let mut tx = web.house.look(&op).await?;
    let found = imports(&op, &mut tx, asked.given("after"), ROWS).await?;
    let (total, rows) = (found.total.unsigned_abs(), found.rows.len());
    Ok(ImportsPage {
        shell: shell(web, signed, "Imports", Some(Desk::Imports)),
        upload: signed.may(web, Action::ImportFile).then(|| Upload {
            problem: typed.problem,
            source: typed.source,
            basis: typed.basis,
            largest: "2 GB".to_owned(),
        }),
        paging: Paging::page(routes::IMPORTS, seen(asked), rows, total, "imports", found.next.as_deref()),
        rows: found.rows.into_iter().map(|row| filled(web, row)).collect(),
    })
}

fn filled(web: &Web, row: Listed) -> ImportRow {
    ImportRow {
        id: row.id,
        number: row.number,
        kind: row.kind.to_owned(),
        source: row.source,
        failed: ["failed", "abandoned"].contains(&row.state.as_str()),
        running: is_running(&row.state),
        state: row.state,
        read: row.counts.read,
        accepted: row.counts.accepted,
        known: row.counts.known,
        rejected: row.counts.rejected,
        started: times(web).moment(row.created_at),
    }
}

/// Whether an import is still on its way.
pub(super) fn is_running(state: &str) -> bool {
    ["receiving", "received", "processing"].contains(&state)
}

/// What was typed beside the file.
#[derive(Default)]
struct Typed {
    problem: Option<String>,
    source: String,
    basis: String,
    mapping: Option<String>,
}

/// Why an upload came to nothing.
enum Broken {
    /// The form is not this session's.
    Stale,
    /// It broke off, or is not a form.
    Unreadable(MultipartError),
    /// A use case refused it.
    Refused(Error),
}

impl From<MultipartError> for Broken {
    fn from(error: MultipartError) -> Self {
        Self::Unreadable(error)
    }
}

impl From<Error> for Broken {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

async fn upload(State(web): State<Web>, signed: Signed, form: Multipart) -> PageResult {
    let signed = signed.at(routes::IMPORTS.to_owned());
    let mut typed = Typed::default();
    let error = match take_in(&web, &signed, form, &mut typed).await {
        Ok(received) => return Ok(answer(&received)),
        Err(Broken::Stale) => return Err(Fault::stale_form(&signed)),
        Err(Broken::Refused(error)) => error,
        Err(Broken::Unreadable(error)) => {
            tracing::info!(request = %signed.request, error = %error, "an upload broke off");
            let too_large = error.status() == StatusCode::PAYLOAD_TOO_LARGE;
            let kind = if too_large { ProblemKind::TooLarge } else { ProblemKind::Invalid };
            let sentence = if too_large {
                "The file is larger than is taken at once."
            } else {
                "The file did not come whole."
            };
            Error::problem(kind, "upload_broken", sentence, "Nothing of it was brought in. Send it again.")
        }
    };
    let Error::Problem(problem) = error else { return Err(Fault::of(error, &signed)) };
    typed.problem = Some(format!("{} {}", problem.sentence, problem.next));
    let page = page(&web, &signed, &Fields::default(), typed).await.map_err(|e| Fault::of(e, &signed))?;
    Ok(refused(&page, &problem))
}

fn answer(received: &Received) -> Response {
    match received.same_as {
        Some((earlier, _)) => notice::done(&routes::import(earlier), "known_file"),
        None => notice::done(&routes::import(received.import), "received"),
    }
    .into_response()
}

/// Reads the form in its order: the session's token before anything else, the file last.
async fn take_in(
    web: &Web,
    signed: &Signed,
    mut form: Multipart,
    typed: &mut Typed,
) -> Result<Received, Broken> {
    let mut believed = false;
    while let Some(field) = form.next_field().await? {
        let name = field.name().unwrap_or_default().to_owned();
        if !believed {
            believed = name == "csrf" && same(&text(field, FIELD).await?, &signed.who.csrf);
            if believed {
                continue;
            }
            return Err(Broken::Stale);
        }
        match name.as_str() {
            "source" => typed.source = text(field, FIELD).await?,
            "basis" => typed.basis = text(field, FIELD).await?,
            "mapping" => typed.mapping = Some(text(field, MAPPING).await?).filter(|t| !t.trim().is_empty()),
            "file" => return file(web, signed, typed, field).await,
            _ => {}
        }
    }
    Err(no_file())
}

fn no_file() -> Broken {
    Broken::Refused(Error::invalid(
        "file",
        "file_missing",
        "There is no file.",
        "Choose the file to bring in.",
    ))
}

async fn file(web: &Web, signed: &Signed, typed: &Typed, mut field: Field<'_>) -> Result<Received, Broken> {
    let name = field.file_name().unwrap_or_default().to_owned();
    if name.is_empty() {
        return Err(no_file());
    }
    let arriving = Arriving {
        name,
        source: typed.source.clone(),
        lawful_basis: typed.basis.clone(),
        mapping: typed.mapping.clone(),
    };
    let op = signed.op("import");
    let mut receiver = receive(&op, &web.house, &arriving).await?;
    while let Some(chunk) = field.chunk().await? {
        receiver.push(&chunk).await?;
    }
    Ok(receiver.finish().await?)
}

/// A field's text, up to a bound.
async fn text(mut field: Field<'_>, most: usize) -> Result<String, Broken> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > most {
            return Err(Broken::Refused(Error::problem(
                ProblemKind::TooLarge,
                "field_too_long",
                format!("A field of the form holds more than {most} bytes."),
                "Shorten it.",
            )));
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
