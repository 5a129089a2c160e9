//! “Confirm it is you”, asked before what cannot be taken back.

use app_admin::session::confirm_strong;
use app_kernel::Error;
use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};

use crate::{
    Web,
    fault::{Fault, back, refused, rendered},
    form::{Asked, SignedForm},
    notice,
    page::{Notice, routes, sign_in::ConfirmPage},
    session::Signed,
    view::{PageResult, csrf},
};

pub(super) fn routes() -> Router<Web> {
    Router::new().route(routes::CONFIRM, get(show).post(confirm))
}

fn page(signed: &Signed, to: &str, notice: Option<Notice>) -> ConfirmPage {
    ConfirmPage {
        organisation: signed.organisation.clone(),
        theme: signed.theme,
        csrf: csrf(signed),
        notice,
        person: signed.who.user.label.clone(),
        code: signed.who.user.second_step,
        back: back(to).to_owned(),
    }
}

async fn show(signed: Signed, Asked(asked): Asked) -> PageResult {
    Ok(rendered(&page(&signed, asked.get("back"), None)))
}

async fn confirm(State(web): State<Web>, form: SignedForm) -> Result<Response, Fault> {
    let SignedForm { signed, fields } = form;
    let (password, code) = (fields.get("password"), fields.given("code"));
    match confirm_strong(&web.house, signed.request, &signed.token, password, code).await {
        Ok(_) => Ok(notice::done(back(fields.get("back")), "confirmed")),
        Err(Error::Problem(problem)) => {
            let page = page(&signed, fields.get("back"), Some(notice::refused(&problem)));
            Ok(refused(&page, &problem).into_response())
        }
        Err(other) => Err(Fault::of(other, &signed)),
    }
}
