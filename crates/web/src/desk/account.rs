//! One's own account: second step, password, light or dark.

use app_admin::{
    password::change_password,
    second_step::{begin_totp, finish_totp, remove_totp},
};
use app_kernel::Error;
use axum::{
    Router,
    extract::State,
    response::{AppendHeaders, IntoResponse, Redirect, Response},
    routing::{get, post},
};

use crate::{
    Web,
    fault::{Fault, back, refused, rendered},
    form::SignedForm,
    notice,
    page::{
        Notice, Theme,
        account::{ChangePasswordPage, SecondStep, SecondStepPage},
        routes,
    },
    session::{Signed, set_theme},
    view::{PageResult, shell, with_notice},
};

/// What the vault asks of a new password.
const LEAST: usize = 12;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(routes::ACCOUNT_CODE, get(show_code).post(change_code))
        .route(routes::ACCOUNT_PASSWORD, get(show_password).post(change))
        .route(routes::ACCOUNT_THEME, post(theme))
}

fn code_page(web: &Web, signed: &Signed, step: SecondStep) -> SecondStepPage {
    SecondStepPage { shell: shell(web, signed, "Second step", None), step, required: signed.who.must_enrol }
}

async fn show_code(State(web): State<Web>, signed: Signed) -> PageResult {
    let step = if signed.who.user.second_step { SecondStep::On } else { SecondStep::Off };
    Ok(rendered(&code_page(&web, &signed, step)))
}

async fn change_code(State(web): State<Web>, form: SignedForm) -> PageResult {
    let SignedForm { signed, fields } = form;
    let signed = signed.at(routes::ACCOUNT_CODE.to_owned());
    let done = match fields.get("step") {
        "begin" => begin(&web, &signed).await,
        "finish" => finish(&web, &signed, fields.get("code")).await,
        _ => remove(&web, &signed).await,
    };
    match done {
        Err(Error::Problem(problem)) => {
            let step = match (signed.who.user.second_step, problem.field) {
                (true, _) => SecondStep::On,
                (false, Some("code")) => SecondStep::Tried,
                (false, _) => SecondStep::Off,
            };
            let mut page = code_page(&web, &signed, step);
            page.shell = with_notice(page.shell, notice::refused(&problem));
            Ok(refused(&page, &problem))
        }
        other => other.map_err(|e| Fault::of(e, &signed)),
    }
}

async fn begin(web: &Web, signed: &Signed) -> Result<Response, Error> {
    let op = signed.op("own account");
    let mut tx = web.house.begin(&op).await?;
    let offered = begin_totp(&op, &mut tx).await?;
    tx.commit().await?;
    let step = SecondStep::Offered { secret: offered.secret, address: offered.address };
    Ok(rendered(&code_page(web, signed, step)))
}

async fn finish(web: &Web, signed: &Signed, code: &str) -> Result<Response, Error> {
    let op = signed.op("own account");
    let mut tx = web.house.begin(&op).await?;
    finish_totp(&op, &mut tx, code).await?;
    tx.commit().await?;
    Ok(notice::done(routes::ACCOUNT_CODE, "code_on"))
}

async fn remove(web: &Web, signed: &Signed) -> Result<Response, Error> {
    let op = signed.op("own account");
    let mut tx = web.house.begin(&op).await?;
    remove_totp(&op, &mut tx).await?;
    tx.commit().await?;
    Ok(notice::done(routes::ACCOUNT_CODE, "code_off"))
}

fn password_page(web: &Web, signed: &Signed, notice: Option<Notice>) -> ChangePasswordPage {
    let mut shell = shell(web, signed, "Change password", None);
    shell.notices.extend(notice);
    ChangePasswordPage {
        shell,
        username: signed.who.user.name.clone(),
        least: LEAST,
        required: signed.who.must_change,
    }
}

async fn show_password(State(web): State<Web>, signed: Signed) -> PageResult {
    Ok(rendered(&password_page(&web, &signed, None)))
}

async fn change(State(web): State<Web>, form: SignedForm) -> PageResult {
    let SignedForm { signed, fields } = form;
    let signed = signed.at(routes::ACCOUNT_PASSWORD.to_owned());
    let (current, new) = (fields.get("current"), fields.get("new"));
    let changed = if new == fields.get("again") {
        change_password(&web.house, signed.request, &signed.token, current, new).await
    } else {
        Err(Error::invalid(
            "again",
            "password_twice",
            "The two new passwords are not the same.",
            "Type the new one twice.",
        ))
    };
    match changed {
        Ok(()) => Ok(notice::done(routes::ACCOUNT_PASSWORD, "password_changed")),
        Err(Error::Problem(problem)) => {
            Ok(refused(&password_page(&web, &signed, Some(notice::refused(&problem))), &problem))
        }
        Err(other) => Err(Fault::of(other, &signed)),
    }
}

async fn theme(State(web): State<Web>, form: SignedForm) -> Response {
    let theme = Theme::from_cookie(form.fields.get("theme"));
    (AppendHeaders([set_theme(&web, theme)]), Redirect::to(back(form.fields.get("back")))).into_response()
}
