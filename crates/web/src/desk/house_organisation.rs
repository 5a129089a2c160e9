//! The organisation: how it is reached, whether a second step may be left out, and other
//! organisations of the installation.

use access::Action;
use app_admin::setup::{
    Contact, NewOrganisation, add_organisation, change_contact, organisation, set_second_step_optional,
};
use app_kernel::{Error, Op, Tx};
use axum::{
    Router,
    extract::State,
    routing::{get, post},
};

use super::house_overview::rooms;
use crate::{
    Web,
    fault::{Fault, refused, rendered},
    form::{Fields, SignedForm},
    notice,
    page::{
        Desk,
        house::{ContactFields, OrganisationPage},
        routes,
    },
    session::Signed,
    view::{PageResult, shell, with_notice},
};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(routes::HOUSE_ORGANISATION, get(show).post(change))
        .route(routes::HOUSE_SECOND_STEP, post(second_step))
        .route(routes::HOUSE_ORGANISATIONS, post(add))
}

async fn page(web: &Web, signed: &Signed) -> Result<OrganisationPage, Error> {
    let op = signed.op("housekeeping");
    let mut tx = web.house.look(&op).await?;
    let view = organisation(&op, &mut tx).await?;
    let may_change = signed.may(web, Action::ManageUsers);
    let profile = &web.house.profile;
    Ok(OrganisationPage {
        shell: shell(web, signed, "Organisation", Some(Desk::House)),
        rooms: rooms(web, signed),
        name: view.name,
        zone: web.house.zone.clone(),
        links_across: view.links_across,
        contact: ContactFields {
            email: view.contact.email,
            name: view.contact.name,
            phone: view.contact.phone,
        },
        profile: profile.label.clone(),
        purpose: profile.purpose.clone(),
        may_change,
        installation: (may_change && view.main).then_some(view.second_step_optional),
    })
}

fn contact(fields: &Fields) -> Contact {
    Contact {
        email: fields.get("email").to_owned(),
        name: fields.get("contact").to_owned(),
        phone: fields.get("phone").to_owned(),
    }
}

async fn show(State(web): State<Web>, signed: Signed) -> PageResult {
    page(&web, &signed).await.map(|page| rendered(&page)).map_err(|e| Fault::of(e, &signed))
}

async fn change(State(web): State<Web>, form: SignedForm) -> PageResult {
    at(&web, form, "contact_changed", async |op, tx, fields| change_contact(op, tx, &contact(fields)).await)
        .await
}

async fn second_step(State(web): State<Web>, form: SignedForm) -> PageResult {
    at(&web, form, "second_step_changed", async |op, tx, fields| {
        set_second_step_optional(op, tx, fields.get("optional") == "yes").await
    })
    .await
}

async fn add(State(web): State<Web>, form: SignedForm) -> PageResult {
    at(&web, form, "organisation_added", async |op, tx, fields| {
        let new = NewOrganisation {
            name: fields.get("name").to_owned(),
            links_across: fields.given("links_across").is_some(),
            contact: contact(fields),
        };
        add_organisation(op, tx, &new).await.map(drop)
    })
    .await
}

/// Does one thing and goes back to the page, which says that it is done or why not.
async fn at(
    web: &Web,
    form: SignedForm,
    word: &str,
    what: impl AsyncFnOnce(&Op, &mut Tx<'_>, &Fields) -> Result<(), Error>,
) -> PageResult {
    let SignedForm { signed, fields } = form;
    let signed = signed.at(routes::HOUSE_ORGANISATION.to_owned());
    let done = async {
        let op = signed.op("housekeeping");
        let mut tx = web.house.begin(&op).await?;
        what(&op, &mut tx, &fields).await?;
        tx.commit().await
    };
    match done.await {
        Ok(()) => Ok(notice::done(routes::HOUSE_ORGANISATION, word)),
        Err(Error::Problem(problem)) => {
            let mut page = page(web, &signed).await.map_err(|e| Fault::of(e, &signed))?;
            page.shell = with_notice(page.shell, notice::refused(&problem));
            Ok(refused(&page, &problem))
        }
        Err(other) => Err(Fault::of(other, &signed)),
    }
}
