//! Guests: a person from outside who sees one case for a time.

use std::collections::HashMap;

use access::Action;
use app_admin::{
    UserView,
    guests::{LONGEST_DAYS, end_guest, invite_guest, list},
    users::HandedOver,
};
use app_kernel::Error;
use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use model::{Id, kinds};

use super::{
    case_forms::{not_a_choice, task_due},
    house_overview::rooms,
};
use crate::{
    Web,
    fault::{Fault, refused, rendered},
    form::{At, Fields, SignedForm},
    notice,
    page::{
        Choice, Desk, Times,
        house::{GuestRow, GuestsPage},
        routes,
    },
    session::Signed,
    view::{PageResult, shell, times, with_notice},
};

/// Cases offered to invite somebody to: those that changed last.
const CASES: i64 = 200;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(routes::HOUSE_GUESTS, get(show).post(invite))
        .route(routes::HOUSE_GUEST_END, post(end))
}

async fn page(web: &Web, signed: &Signed, made: Option<HandedOver>) -> Result<GuestsPage, Error> {
    let op = signed.op("housekeeping");
    let mut tx = web.house.look(&op).await?;
    let guests = list(&op, &mut tx).await?;
    let cases = if signed.may(web, Action::ListCases) {
        app_casework::list(&op, &mut tx, None, CASES).await?.rows
    } else {
        Vec::new()
    };
    let numbers: HashMap<_, _> = cases.iter().map(|case| (case.id, case.number.as_str())).collect();
    let times = times(web);
    let may_invite = signed.may(web, Action::ManageGuests);
    let opens = signed.may(web, Action::ReadCase);
    Ok(GuestsPage {
        shell: shell(web, signed, "Guests", Some(Desk::House)),
        rooms: rooms(web, signed),
        rows: guests.into_iter().filter_map(|guest| row(&times, &numbers, opens, guest)).collect(),
        may_invite,
        cases: cases
            .iter()
            .map(|case| Choice::new(&case.id.to_string(), &format!("{}: {}", case.number, case.title)))
            .collect(),
        longest: format!("{LONGEST_DAYS} days"),
        made: made.map(|made| (made.name, made.password)),
    })
}

fn row(
    times: &Times,
    numbers: &HashMap<Id<kinds::Case>, &str>,
    opens: bool,
    user: UserView,
) -> Option<GuestRow> {
    let guest = user.guest?;
    let called = numbers.get(&guest.case).map_or("one case", |number| number);
    Some(GuestRow {
        id: user.id,
        name: user.label,
        username: user.name,
        case: (opens.then(|| routes::case(guest.case)), called.to_owned()),
        until: times.moment(guest.until),
        ended: guest.until <= times.now || user.disabled_at.is_some(),
        last: user.last_seen.map(|at| times.moment(at)),
    })
}

async fn show(State(web): State<Web>, signed: Signed) -> PageResult {
    page(&web, &signed, None).await.map(|page| rendered(&page)).map_err(|e| Fault::of(e, &signed))
}

async fn invite(State(web): State<Web>, form: SignedForm) -> PageResult {
    let SignedForm { signed, fields } = form;
    let signed = signed.at(routes::HOUSE_GUESTS.to_owned());
    match invited(&web, &signed, &fields).await {
        Ok(made) => {
            let page = page(&web, &signed, Some(made)).await.map_err(|e| Fault::of(e, &signed))?;
            Ok(rendered(&page))
        }
        Err(error) => again(&web, &signed, error).await,
    }
}

async fn invited(web: &Web, signed: &Signed, fields: &Fields) -> Result<HandedOver, Error> {
    let op = signed.op("housekeeping");
    let mut tx = web.house.begin(&op).await?;
    let case = fields.get("case").parse().map_err(|_| not_a_choice("case"))?;
    let until = task_due(fields.get("until"), &web.house.zone)?.unwrap_or_else(|| web.house.now());
    let (username, name) = (fields.get("username"), fields.get("name"));
    let made = invite_guest(&op, &mut tx, case, username, name, until).await?;
    tx.commit().await?;
    Ok(made)
}

async fn end(State(web): State<Web>, At(id): At<Id<kinds::User>>, form: SignedForm) -> PageResult {
    let signed = form.signed.at(routes::HOUSE_GUESTS.to_owned());
    let done = async {
        let op = signed.op("housekeeping");
        let mut tx = web.house.begin(&op).await?;
        end_guest(&op, &mut tx, id).await?;
        tx.commit().await
    };
    match done.await {
        Ok(()) => Ok(notice::done(routes::HOUSE_GUESTS, "guest_ended")),
        Err(error) => again(&web, &signed, error).await,
    }
}

async fn again(web: &Web, signed: &Signed, error: Error) -> PageResult {
    let Error::Problem(problem) = error else { return Err(Fault::of(error, signed)) };
    let mut page = page(web, signed, None).await.map_err(|e| Fault::of(e, signed))?;
    page.shell = with_notice(page.shell, notice::refused(&problem));
    Ok(refused(&page, &problem))
}
