//! Tokens that programs show.

use access::Action;
use app_admin::{
    tokens::{LONGEST_DAYS, TokenView, create, list, revoke},
    users,
};
use app_kernel::Error;
use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use model::{Id, kinds};

use super::{case_forms::not_a_choice, house_overview::rooms};
use crate::{
    Web,
    fault::{Fault, refused, rendered},
    form::{At, Fields, SignedForm},
    notice,
    page::{
        Choice, Desk, Times,
        house::{TokenRow, TokensPage},
        routes,
    },
    session::Signed,
    view::{PageResult, shell, times, with_notice},
};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(routes::HOUSE_TOKENS, get(show).post(new))
        .route(routes::HOUSE_TOKEN_REVOKE, post(take_back))
}

async fn page(web: &Web, signed: &Signed, made: Option<String>) -> Result<TokensPage, Error> {
    let op = signed.op("housekeeping");
    let mut tx = web.house.look(&op).await?;
    let tokens = list(&op, &mut tx).await?;
    let people = users::list(&op, &mut tx).await?;
    let times = times(web);
    Ok(TokensPage {
        shell: shell(web, signed, "Tokens", Some(Desk::House)),
        rooms: rooms(web, signed),
        rows: tokens.into_iter().map(|token| row(&times, token)).collect(),
        may_change: signed.may(web, Action::ManageTokens),
        users: people
            .iter()
            .filter(|user| user.disabled_at.is_none())
            .map(|user| Choice::new(&user.id.to_string(), &format!("{} ({})", user.label, user.name)))
            .collect(),
        longest: LONGEST_DAYS,
        made,
    })
}

fn row(times: &Times, token: TokenView) -> TokenRow {
    let until = token.revoked_at.map_or(token.ends_at, |at| at.min(token.ends_at));
    TokenRow {
        id: token.id,
        name: token.label,
        user: token.user_name,
        made: times.moment(token.created_at),
        until: times.moment(until),
        ended: until <= times.now,
    }
}

async fn show(State(web): State<Web>, signed: Signed) -> PageResult {
    page(&web, &signed, None).await.map(|page| rendered(&page)).map_err(|e| Fault::of(e, &signed))
}

async fn new(State(web): State<Web>, form: SignedForm) -> PageResult {
    let SignedForm { signed, fields } = form;
    let signed = signed.at(routes::HOUSE_TOKENS.to_owned());
    match made(&web, &signed, &fields).await {
        Ok(token) => {
            let page = page(&web, &signed, Some(token)).await.map_err(|e| Fault::of(e, &signed))?;
            Ok(rendered(&page))
        }
        Err(error) => again(&web, &signed, error).await,
    }
}

async fn made(web: &Web, signed: &Signed, fields: &Fields) -> Result<String, Error> {
    let op = signed.op("housekeeping");
    let mut tx = web.house.begin(&op).await?;
    let user = fields.get("user").parse().map_err(|_| not_a_choice("user"))?;
    // What is no number is outside the days that are allowed, and the use case says which.
    let days = fields.get("days").trim().parse().unwrap_or_default();
    let (_, token) = create(&op, &mut tx, user, fields.get("name"), days).await?;
    tx.commit().await?;
    Ok(token)
}

async fn take_back(State(web): State<Web>, At(id): At<Id<kinds::ApiToken>>, form: SignedForm) -> PageResult {
    let signed = form.signed.at(routes::HOUSE_TOKENS.to_owned());
    let done = async {
        let op = signed.op("housekeeping");
        let mut tx = web.house.begin(&op).await?;
        revoke(&op, &mut tx, id).await?;
        tx.commit().await
    };
    match done.await {
        Ok(()) => Ok(notice::done(routes::HOUSE_TOKENS, "token_revoked")),
        Err(error) => again(&web, &signed, error).await,
    }
}

async fn again(web: &Web, signed: &Signed, error: Error) -> PageResult {
    let Error::Problem(problem) = error else { return Err(Fault::of(error, signed)) };
    let mut page = page(web, signed, None).await.map_err(|e| Fault::of(e, signed))?;
    page.shell = with_notice(page.shell, notice::refused(&problem));
    Ok(refused(&page, &problem))
}
