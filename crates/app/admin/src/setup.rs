//! Founding an installation, and what its organisations say of themselves.

use access::Action;
use app_kernel::{Denied, Error, House, Op, Permit, Tx};
use model::{Id, kinds};
use store::{StoreError, organisations::Organisation, users::User};

use crate::{account, password, second_step, text};

/// The setting that names the organisation the installation was founded with.
const MAIN: &str = "main_organisation";
/// The setting that says an installation was founded for show. Nothing writes it later.
pub(crate) const FOR_SHOW: &str = "for_show";

/// What an installation is founded with.
pub struct Founding {
    /// The organisation's name.
    pub organisation: String,
    /// How others reach it.
    pub contact: Contact,
    /// The first administrator.
    pub administrator: FirstAdministrator,
    /// Whether it is for show: then the password need not be changed and no second step is asked.
    pub demo: bool,
}

/// How others reach an organisation; it stands on what is filed with them.
#[derive(Clone, PartialEq, Eq)]
pub struct Contact {
    /// An e-mail address.
    pub email: String,
    /// The person or desk, or nothing.
    pub name: String,
    /// A telephone number, or nothing.
    pub phone: String,
}

/// The account an installation starts with.
pub struct FirstAdministrator {
    /// The name they sign in with.
    pub name: String,
    /// The name others see.
    pub label: String,
    /// Their first password.
    pub password: String,
}

/// What was founded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Founded {
    /// The organisation.
    pub organisation: Id<kinds::Organisation>,
    /// The first administrator.
    pub administrator: Id<kinds::User>,
}

/// Founds an installation: its organisation with keys, and its first administrator.
pub async fn found(house: &House, founding: Founding) -> Result<Founded, Error> {
    let organisation = text::line("organisation", &founding.organisation, 200)?;
    let contact = checked(&founding.contact)?;
    let first = founding.administrator;
    let name = text::sign_in_name(&first.name)?;
    let label = text::line("label", &first.label, 120)?;
    password::check("password", &first.password, &name)?;
    let password = password::hash(house, &first.password).await?;

    let id = house.id();
    let op = account::system_op("setup", id, house.id());
    let mut tx = house.begin(&op).await?;
    let permit = tx.allow(&op, Action::ManageUsers)?;
    if !store::organisations::list(tx.store(&permit)).await?.is_empty() {
        return Err(Error::conflict(
            "founded_already",
            "This installation has been founded already.",
            "Sign in as its administrator, or begin in a new folder.",
        ));
    }
    insert(&mut tx, &permit, id, &organisation, false).await?;
    put_contact(&mut tx, &permit, id, &contact).await?;
    store::organisations::set(tx.store(&permit), MAIN, &id.to_string()).await?;
    if founding.demo {
        store::organisations::set(tx.store(&permit), second_step::OPTIONAL, "yes").await?;
        store::organisations::set(tx.store(&permit), FOR_SHOW, "yes").await?;
    }
    let user = User {
        id: house.id(),
        organisation: id,
        name,
        label,
        roles: vec!["administrator".to_owned()],
        password,
        must_change: !founding.demo,
        totp: None,
        totp_step: None,
        failures: 0,
        locked_until: None,
        disabled_at: None,
        guest_case: None,
        guest_until: None,
        created_at: house.now(),
    };
    store::users::insert(tx.store(&permit), &user).await?;
    let permit = tx.about(&permit, &user);
    tx.journal(&op, &permit, serde_json::json!({"did": "founded", "demo": founding.demo})).await?;
    tx.commit().await?;
    Ok(Founded { organisation: id, administrator: user.id })
}

/// An organisation to add.
pub struct NewOrganisation {
    /// Its name.
    pub name: String,
    /// Whether its agreement lets its reports link with other organisations' reports.
    pub links_across: bool,
    /// How others reach it.
    pub contact: Contact,
}

/// Adds an organisation with its keys. Only administrators of the organisation the installation
/// was founded with may.
pub async fn add_organisation(
    op: &Op,
    tx: &mut Tx<'_>,
    new: &NewOrganisation,
) -> Result<Id<kinds::Organisation>, Error> {
    let permit = allow_installation(op, tx).await?;
    let name = text::line("name", &new.name, 200)?;
    let contact = checked(&new.contact)?;
    let id = tx.house().id();
    insert(tx, &permit, id, &name, new.links_across).await?;
    put_contact(tx, &permit, id, &contact).await?;
    let detail = serde_json::json!({
        "did": "organisation_added",
        "organisation": id,
        "links_across": new.links_across,
    });
    tx.journal(op, &permit, detail).await?;
    Ok(id)
}

/// What an organisation says of itself.
#[derive(Clone)]
pub struct OrganisationView {
    /// Its id.
    pub id: Id<kinds::Organisation>,
    /// Its name.
    pub name: String,
    /// Whether its agreement lets its reports link with other organisations' reports.
    pub links_across: bool,
    /// How others reach it; empty where nothing was said.
    pub contact: Contact,
    /// Whether the installation was founded with it.
    pub main: bool,
    /// Whether the installation lets everyone do without a second step.
    pub second_step_optional: bool,
}

/// One's own organisation.
pub async fn organisation(op: &Op, tx: &mut Tx<'_>) -> Result<OrganisationView, Error> {
    let permit = tx.allow(op, Action::OwnAccount)?;
    let id = op.actor.organisation;
    let row = store::organisations::find(tx.store(&permit), id).await?.ok_or(Denied::NotFound)?;
    let contact = Contact {
        email: contact_part(tx, &permit, "email", id).await?,
        name: contact_part(tx, &permit, "name", id).await?,
        phone: contact_part(tx, &permit, "phone", id).await?,
    };
    let main = store::organisations::setting(tx.store(&permit), MAIN).await?;
    let optional = store::organisations::setting(tx.store(&permit), second_step::OPTIONAL).await?;
    Ok(OrganisationView {
        id,
        name: row.name,
        links_across: row.links_across,
        contact,
        main: main == Some(id.to_string()),
        second_step_optional: optional.as_deref() == Some("yes"),
    })
}

/// Every organisation of the installation, by name, for whoever may share a case with one.
pub async fn organisations(
    op: &Op,
    tx: &mut Tx<'_>,
) -> Result<Vec<(Id<kinds::Organisation>, String)>, Error> {
    let permit = tx.allow(op, Action::ListCases)?;
    let rows = store::organisations::list(tx.store(&permit)).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// Changes how others reach one's own organisation.
pub async fn change_contact(op: &Op, tx: &mut Tx<'_>, contact: &Contact) -> Result<(), Error> {
    let permit = tx.allow(op, Action::ManageUsers)?;
    let contact = checked(contact)?;
    put_contact(tx, &permit, op.actor.organisation, &contact).await?;
    tx.journal(op, &permit, serde_json::json!({"did": "contact_changed"})).await
}

/// Lets everyone of the installation do without a second step, or no longer.
pub async fn set_second_step_optional(op: &Op, tx: &mut Tx<'_>, optional: bool) -> Result<(), Error> {
    let permit = allow_installation(op, tx).await?;
    let value = if optional { "yes" } else { "no" };
    store::organisations::set(tx.store(&permit), second_step::OPTIONAL, value).await?;
    let detail = serde_json::json!({"did": "second_step_rule_changed", "optional": optional});
    tx.journal(op, &permit, detail).await
}

/// The name of the organisation the installation was founded with, for the page before anyone
/// has signed in. `None` before there is one.
pub async fn house_name(house: &House) -> Result<Option<String>, Error> {
    let Some(id) = main_organisation(house).await? else { return Ok(None) };
    let op = account::door_op(house);
    let mut tx = house.look(&op).await?;
    let permit = tx.allow(&op, Action::OwnAccount)?;
    Ok(store::organisations::find(tx.store(&permit), id).await?.map(|row| row.name))
}

/// The organisation the installation was founded with.
pub(crate) async fn main_organisation(house: &House) -> Result<Option<Id<kinds::Organisation>>, Error> {
    let op = account::door_op(house);
    let mut tx = house.look(&op).await?;
    let permit = tx.allow(&op, Action::OwnAccount)?;
    let id = store::organisations::setting(tx.store(&permit), MAIN).await?;
    Ok(id.and_then(|id| id.parse().ok()))
}

/// Leave to change what concerns every organisation of the installation.
async fn allow_installation(op: &Op, tx: &mut Tx<'_>) -> Result<Permit, Error> {
    let permit = tx.allow(op, Action::ManageUsers)?;
    let main = store::organisations::setting(tx.store(&permit), MAIN).await?;
    if main != Some(op.actor.organisation.to_string()) {
        return Err(Denied::Forbidden(Action::ManageUsers).into());
    }
    Ok(permit)
}

async fn insert(
    tx: &mut Tx<'_>,
    permit: &Permit,
    id: Id<kinds::Organisation>,
    name: &str,
    links_across: bool,
) -> Result<(), Error> {
    let house = tx.house();
    let row = Organisation { id, name: name.to_owned(), links_across, created_at: house.now() };
    match store::organisations::insert(tx.store(permit), &row).await {
        Err(StoreError::AlreadyThere(_)) => Err(Error::conflict(
            "organisation_there",
            "There is already an organisation of this name.",
            "Choose a name that tells the two apart.",
        )),
        other => Ok(other?),
    }?;
    house.make_keys(tx, permit, id).await
}

fn checked(contact: &Contact) -> Result<Contact, Error> {
    Ok(Contact {
        email: text::email("email", &contact.email)?,
        name: text::optional_line("contact_name", &contact.name, 120)?,
        phone: text::phone("phone", &contact.phone)?,
    })
}

async fn put_contact(
    tx: &mut Tx<'_>,
    permit: &Permit,
    id: Id<kinds::Organisation>,
    contact: &Contact,
) -> Result<(), Error> {
    for (part, value) in [("email", &contact.email), ("name", &contact.name), ("phone", &contact.phone)] {
        store::organisations::set(tx.store(permit), &contact_key(part, id), value).await?;
    }
    Ok(())
}

async fn contact_part(
    tx: &mut Tx<'_>,
    permit: &Permit,
    part: &str,
    id: Id<kinds::Organisation>,
) -> Result<String, Error> {
    let value = store::organisations::setting(tx.store(permit), &contact_key(part, id)).await?;
    Ok(value.unwrap_or_default())
}

fn contact_key(part: &str, id: Id<kinds::Organisation>) -> String {
    format!("contact_{part}:{id}")
}
