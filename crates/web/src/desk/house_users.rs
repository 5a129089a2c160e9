//! People who sign in: adding them, their roles, and what to do when somebody is locked out.

use access::Action;
use app_admin::{
    UserView,
    users::{
        HandedOver, NewUser, add, change_roles, disable, enable, list, reset_password, reset_second_step,
        unlock,
    },
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
        house::{UserRow, UsersPage},
        routes,
    },
    session::Signed,
    view::{PageResult, shell, times, with_notice},
};

type User = Id<kinds::User>;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(routes::HOUSE_USERS, get(show).post(new))
        .route(routes::HOUSE_USER_ROLES, post(roles))
        .route(routes::HOUSE_USER_STATE, post(state))
        .route(routes::HOUSE_USER_RESET, post(reset))
}

async fn page(web: &Web, signed: &Signed, made: Option<HandedOver>) -> Result<UsersPage, Error> {
    let op = signed.op("housekeeping");
    let mut tx = web.house.look(&op).await?;
    let users = list(&op, &mut tx).await?;
    let times = times(web);
    Ok(UsersPage {
        shell: shell(web, signed, "People", Some(Desk::House)),
        rooms: rooms(web, signed),
        rows: users.into_iter().map(|user| row(web, signed, &times, user)).collect(),
        may_change: signed.may(web, Action::ManageUsers),
        roles: role_choices(web, &[]),
        made: made.map(|made| (made.name, made.password)),
    })
}

fn row(web: &Web, signed: &Signed, times: &Times, user: UserView) -> UserRow {
    UserRow {
        me: user.id == signed.who.user.id,
        id: user.id,
        roles: role_choices(web, &user.roles),
        name: user.label,
        username: user.name,
        code: user.second_step,
        last: user.last_seen.map(|at| times.moment(at)),
        disabled: user.disabled_at.is_some(),
        locked_until: user.resting_until.map(|at| times.moment(at)),
    }
}

fn role_choices(web: &Web, chosen: &[String]) -> Vec<Choice> {
    web.house
        .policy
        .roles()
        .map(|role| {
            let choice = Choice::new(&role.name, &role.label);
            if chosen.contains(&role.name) { choice.chosen() } else { choice }
        })
        .collect()
}

async fn show(State(web): State<Web>, signed: Signed) -> PageResult {
    page(&web, &signed, None).await.map(|page| rendered(&page)).map_err(|e| Fault::of(e, &signed))
}

async fn new(State(web): State<Web>, form: SignedForm) -> PageResult {
    let SignedForm { signed, fields } = form;
    let signed = signed.at(routes::HOUSE_USERS.to_owned());
    let new = NewUser {
        name: fields.get("username").to_owned(),
        label: fields.get("name").to_owned(),
        roles: fields.all("roles"),
    };
    let made = async {
        let op = signed.op("housekeeping");
        let mut tx = web.house.begin(&op).await?;
        let made = add(&op, &mut tx, &new).await?;
        tx.commit().await?;
        Ok(made)
    };
    handed_over(&web, &signed, made.await).await
}

/// The page with a password that is shown this once, or with why there is none.
async fn handed_over(web: &Web, signed: &Signed, made: Result<HandedOver, Error>) -> PageResult {
    match made {
        Ok(made) => {
            let page = page(web, signed, Some(made)).await.map_err(|e| Fault::of(e, signed))?;
            Ok(rendered(&page))
        }
        Err(error) => again(web, signed, error).await,
    }
}

async fn again(web: &Web, signed: &Signed, error: Error) -> PageResult {
    let Error::Problem(problem) = error else { return Err(Fault::of(error, signed)) };
    let mut page = page(web, signed, None).await.map_err(|e| Fault::of(e, signed))?;
    page.shell = with_notice(page.shell, notice::refused(&problem));
    Ok(refused(&page, &problem))
}

async fn roles(State(web): State<Web>, At(id): At<User>, form: SignedForm) -> PageResult {
    let SignedForm { signed, fields } = form;
    let signed = signed.at(routes::HOUSE_USERS.to_owned());
    let done = async {
        let op = signed.op("housekeeping");
        let mut tx = web.house.begin(&op).await?;
        change_roles(&op, &mut tx, id, &fields.all("roles")).await?;
        tx.commit().await
    };
    match done.await {
        Ok(()) => Ok(notice::done(routes::HOUSE_USERS, "roles_changed")),
        Err(error) => again(&web, &signed, error).await,
    }
}

async fn state(State(web): State<Web>, At(id): At<User>, form: SignedForm) -> PageResult {
    let SignedForm { signed, fields } = form;
    let signed = signed.at(routes::HOUSE_USERS.to_owned());
    match set_state(&web, &signed, id, &fields).await {
        Ok(word) => Ok(notice::done(routes::HOUSE_USERS, word)),
        Err(error) => again(&web, &signed, error).await,
    }
}

async fn set_state(web: &Web, signed: &Signed, id: User, fields: &Fields) -> Result<&'static str, Error> {
    let op = signed.op("housekeeping");
    let mut tx = web.house.begin(&op).await?;
    let word = match fields.get("state") {
        "disabled" => disable(&op, &mut tx, id).await.map(|()| "user_disabled"),
        "active" => enable(&op, &mut tx, id).await.map(|()| "user_enabled"),
        "unlocked" => unlock(&op, &mut tx, id).await.map(|()| "user_unlocked"),
        _ => Err(not_a_choice("state")),
    }?;
    tx.commit().await?;
    Ok(word)
}

async fn reset(State(web): State<Web>, At(id): At<User>, form: SignedForm) -> PageResult {
    let SignedForm { signed, fields } = form;
    let signed = signed.at(routes::HOUSE_USERS.to_owned());
    if fields.get("what") == "password" {
        let made = async {
            let op = signed.op("housekeeping");
            let mut tx = web.house.begin(&op).await?;
            let made = reset_password(&op, &mut tx, id).await?;
            tx.commit().await?;
            Ok(made)
        };
        return handed_over(&web, &signed, made.await).await;
    }
    let done = async {
        let op = signed.op("housekeeping");
        let mut tx = web.house.begin(&op).await?;
        reset_second_step(&op, &mut tx, id).await?;
        tx.commit().await
    };
    match done.await {
        Ok(()) => Ok(notice::done(routes::HOUSE_USERS, "code_reset")),
        Err(error) => again(&web, &signed, error).await,
    }
}
