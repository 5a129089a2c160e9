//! One case: opening it, and what is done in it.

use app_casework::{
    CaseEdit, CybertipChoices, NewNote, NewTask, add_note, add_person, add_task, change_role, complete_task,
    draft_cybertip, edit, reopen_task, set_track,
};
use app_kernel::{Error, Op, Tx};
use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use model::{Id, kinds};

use super::{
    case_forms::{incident, incident_at, new_person, new_role, reason_of, state_of, task_due, user_of},
    case_page::{Kept, page},
};
use crate::{
    Web,
    fault::{Fault, refused, rendered},
    form::{Asked, At, Fields, SignedForm},
    notice,
    page::routes,
    session::Signed,
    view::{PageResult, with_notice},
};

type Case = Id<kinds::Case>;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(routes::CASE, get(show))
        .route(routes::CASE_EDIT, post(change))
        .route(routes::CASE_TRACKS, post(move_track))
        .route(routes::CASE_NOTES, post(note))
        .route(routes::CASE_TASKS, post(task))
        .route(routes::CASE_TASK_STATE, post(mark_task))
        .route(routes::CASE_PEOPLE, post(person))
        .route(routes::CASE_PERSON_ROLE, post(role))
}

/// The route of a house that files.
pub(super) fn filing_routes() -> Router<Web> {
    Router::new().route(routes::CASE_FILINGS, post(draft))
}

async fn show(State(web): State<Web>, signed: Signed, At(id): At<Case>, Asked(asked): Asked) -> PageResult {
    let kept = Kept { kinds: asked.all("kind"), ..Kept::default() };
    page(&web, &signed, id, &kept).await.map(|page| rendered(&page)).map_err(|e| Fault::of(e, &signed))
}

async fn change(State(web): State<Web>, At(id): At<Case>, form: SignedForm) -> PageResult {
    at(&web, id, form, "case_changed", async |op, tx, fields| {
        let change = CaseEdit {
            title: Some(fields.get("title").to_owned()),
            summary: Some(fields.get("summary").to_owned()),
            lead: Some(user_of(fields.get("lead"), "lead")?),
        };
        edit(op, tx, id, change).await
    })
    .await
}

async fn move_track(State(web): State<Web>, At(id): At<Case>, form: SignedForm) -> PageResult {
    at(&web, id, form, "track_moved", async |op, tx, fields| {
        let state = state_of(fields.get("track"), fields.get("state"))?;
        set_track(op, tx, id, state, reason_of(fields.get("why"))?).await
    })
    .await
}

async fn note(State(web): State<Web>, At(id): At<Case>, form: SignedForm) -> PageResult {
    at(&web, id, form, "note_added", async |op, tx, fields| {
        let new = NewNote {
            kind: super::case_forms::note_kind(fields.get("kind"))?,
            text: fields.get("text").to_owned(),
            sensitive: fields.given("sensitive").is_some(),
            corrects: None,
        };
        add_note(op, tx, id, new).await.map(drop)
    })
    .await
}

async fn task(State(web): State<Web>, At(id): At<Case>, form: SignedForm) -> PageResult {
    at(&web, id, form, "task_added", async |op, tx, fields| {
        let new = NewTask {
            title: fields.get("what").to_owned(),
            due: task_due(fields.get("due"), &tx.house().zone)?,
            assignee: user_of(fields.get("who"), "assignee")?,
        };
        add_task(op, tx, id, new).await.map(drop)
    })
    .await
}

async fn mark_task(
    State(web): State<Web>,
    At((id, task)): At<(Case, Id<kinds::Task>)>,
    form: SignedForm,
) -> PageResult {
    let open = form.fields.get("state") == "open";
    at(&web, id, form, if open { "task_open" } else { "task_done" }, async |op, tx, _| {
        if open { reopen_task(op, tx, task).await } else { complete_task(op, tx, task).await }
    })
    .await
}

async fn person(State(web): State<Web>, At(id): At<Case>, form: SignedForm) -> PageResult {
    at(&web, id, form, "person_added", async |op, tx, fields| {
        add_person(op, tx, id, new_person(fields)?).await.map(drop)
    })
    .await
}

async fn role(
    State(web): State<Web>,
    At((id, person)): At<(Case, Id<kinds::Person>)>,
    form: SignedForm,
) -> PageResult {
    at(&web, id, form, "role_changed", async |op, tx, fields| {
        change_role(op, tx, person, new_role(fields)?).await.map(drop)
    })
    .await
}

async fn draft(State(web): State<Web>, At(id): At<Case>, form: SignedForm) -> PageResult {
    let SignedForm { signed, fields } = form;
    let signed = signed.at(routes::case(id));
    let drafted = async {
        let op = signed.op("file");
        let mut tx = web.house.begin(&op).await?;
        let filing = draft_cybertip(&op, &mut tx, id, &choices(&fields)?).await?;
        tx.commit().await?;
        Ok(filing.id)
    };
    match drafted.await {
        Ok(filing) => Ok(notice::done(&routes::filing(filing), "drafted")),
        Err(error) => again(&web, &signed, id, &fields, error).await,
    }
}

/// What the form of a filing chooses.
pub(super) fn choices(fields: &Fields) -> Result<CybertipChoices, Error> {
    let reports = fields.all("report").iter().map(|id| id.parse()).collect::<Result<_, _>>();
    Ok(CybertipChoices {
        reports: reports.map_err(|_| super::case_forms::not_a_choice("reports"))?,
        incident: incident(fields.get("incident"))?,
        incident_at: incident_at(fields.get("incident_at"))?,
        statement: fields.given("statement").map(str::to_owned),
    })
}

/// Does one thing to a case and goes back to its page, which says that it is done or why not.
async fn at(
    web: &Web,
    id: Case,
    form: SignedForm,
    word: &str,
    what: impl AsyncFnOnce(&Op, &mut Tx<'_>, &Fields) -> Result<(), Error>,
) -> PageResult {
    let SignedForm { signed, fields } = form;
    let signed = signed.at(routes::case(id));
    let done = async {
        let op = signed.op("casework");
        let mut tx = web.house.begin(&op).await?;
        what(&op, &mut tx, &fields).await?;
        tx.commit().await
    };
    match done.await {
        Ok(()) => Ok(notice::done(&routes::case(id), word)),
        Err(error) => again(web, &signed, id, &fields, error).await,
    }
}

/// The case once more, with what a form was refused for and what was written in it.
async fn again(web: &Web, signed: &Signed, id: Case, fields: &Fields, error: Error) -> PageResult {
    let Error::Problem(problem) = error else { return Err(Fault::of(error, signed)) };
    let kept = Kept {
        kinds: Vec::new(),
        note: fields.get("text").to_owned(),
        statement: fields.get("statement").to_owned(),
    };
    let mut page = page(web, signed, id, &kept).await.map_err(|e| Fault::of(e, signed))?;
    page.shell = with_notice(page.shell, notice::refused(&problem));
    Ok(refused(&page, &problem))
}
