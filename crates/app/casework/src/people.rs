//! The people of a case: who they are is sealed, a child's identity under a key of its own; a page
//! knows them by a pseudonym and a role.
//!
//! A role on the accused's side is given to somebody who is or may be a child only with a person's
//! written word (`cases::RoleHeld`).

use access::Action;
use app_kernel::{Error, Op, Permit, Sealer, Tx};
use cases::{Acknowledgement, NeedsSafeguarding, PersonIdentity, PersonRole, Relationship, RoleHeld};
use model::{CivilDate, Id, PartialDate, kinds};
use reports::{AgeRange, Minority};
use serde::{Deserialize, Serialize};
use store::cases::{Case, Person};

use crate::{
    from_reports::Candidate,
    records::PersonInCase,
    shared::{quicker, with_reason, word},
};

/// What is sealed of a person.
#[derive(Serialize, Deserialize)]
pub(crate) struct Secret {
    pub(crate) identity: PersonIdentity,
    pub(crate) held: RoleHeld,
    #[serde(default)]
    pub(crate) earlier: Vec<RoleHeld>,
}

/// A role that is given, and what is known about the age.
#[derive(Clone)]
pub struct NewRole {
    /// The role.
    pub role: PersonRole,
    /// The age in years, where that is known and the date of birth is not.
    pub age: Option<u16>,
    /// The day at which the age counts; today without one.
    pub at: Option<CivilDate>,
    /// What the person is to the child.
    pub relationship: Option<Relationship>,
    /// What is known about the age and which safeguards stand, where somebody who is or may be a
    /// child is given a role on the accused's side.
    pub acknowledgement: Option<String>,
    /// Since when the person has the role, as far as it is known.
    pub from: Option<PartialDate>,
    /// Until when.
    pub to: Option<PartialDate>,
}

impl NewRole {
    /// A role of which nothing more is said.
    pub const fn new(role: PersonRole) -> Self {
        Self { role, age: None, at: None, relationship: None, acknowledgement: None, from: None, to: None }
    }
}

/// Somebody who is added to a case.
#[derive(Clone)]
pub struct NewPerson {
    /// Who they are.
    pub identity: PersonIdentity,
    /// Their role.
    pub role: NewRole,
}

/// Somebody who was added, or whose role was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// Their id.
    pub id: Id<kinds::Person>,
    /// What a page calls them.
    pub called: String,
    /// Whether their identity is sealed under a key of its own.
    pub child: bool,
}

/// Somebody's identity, opened.
#[derive(Clone)]
pub struct RevealedPerson {
    /// Their id.
    pub id: Id<kinds::Person>,
    /// What a page calls them.
    pub called: String,
    /// Who they are.
    pub identity: PersonIdentity,
    /// The role they have, with the word given for it where one was needed.
    pub held: RoleHeld,
    /// The roles they had before.
    pub earlier: Vec<RoleHeld>,
}

/// Adds a person to a case.
pub async fn add_person(
    op: &Op,
    tx: &mut Tx<'_>,
    case: Id<kinds::Case>,
    new: NewPerson,
) -> Result<Added, Error> {
    let (mut row, permit) = tx.open::<Case>(op, Action::EditCase, case.uuid()).await?;
    let sealer = open_for_change(tx, &permit, &row).await?;
    let minority = minority(tx, &new.identity, &new.role);
    let held = held(op, tx, &new.role, minority)?;
    let role = held.role;
    let secret = Secret { identity: new.identity, held, earlier: Vec::new() };
    let used = pseudonyms(tx, &permit, case).await?;
    let called = next_called(word_for(role, true), &used);
    let person = insert(op, tx, &permit, &row, &sealer, (called, own_key(role, minority)), &secret).await?;
    row.changed_at = tx.house().now();
    store::cases::update(tx.store(&permit), &row).await?;
    let detail = serde_json::json!({
        "person": person.id, "role": role.as_str(), "own_key": person.child,
        "acknowledged": secret.held.acknowledgement.is_some(),
    });
    tx.journal(op, &permit, detail).await?;
    Ok(Added { id: person.id, called: person.pseudonym, child: person.child })
}

/// Gives a person of a case another role. The identity stays sealed throughout; it moves to a key
/// of its own, or back under the case's, as the new role asks.
pub async fn change_role(
    op: &Op,
    tx: &mut Tx<'_>,
    person: Id<kinds::Person>,
    new: NewRole,
) -> Result<Added, Error> {
    let (found, permit) = tx.open::<PersonInCase>(op, Action::EditCase, person.uuid()).await?;
    let PersonInCase { person: mut row, mut case } = found;
    let sealer = open_for_change(tx, &permit, &case).await?;
    let mut secret = open_secret(tx, &permit, &row, &sealer).await?;
    let minority = minority(tx, &secret.identity, &new);
    let held = held(op, tx, &new, minority)?;
    secret.earlier.push(std::mem::replace(&mut secret.held, held));
    let own = own_key(new.role, minority);
    let before = std::mem::replace(&mut row.role, new.role.as_str().to_owned());
    if row.pseudonym.starts_with("Person ") || !row.child {
        let used = pseudonyms(tx, &permit, case.id).await?;
        row.pseudonym = next_called(word_for(new.role, true), &used);
    }
    // Somebody who had a key of their own before keeps it.
    if own && tx.child_sealer(&permit, row.id).await?.is_none() {
        tx.new_child_sealer(&permit, row.id).await?;
    }
    row.child = own;
    row.sealed = seal_secret(tx, &permit, &row, &sealer, &secret).await?;
    row.since = tx.house().now();
    store::cases::update_person(tx.store(&permit), &row).await?;
    case.changed_at = row.since;
    store::cases::update(tx.store(&permit), &case).await?;
    let detail = serde_json::json!({
        "person": row.id, "role": row.role, "role_before": before, "own_key": own,
        "acknowledged": secret.held.acknowledgement.is_some(),
    });
    tx.journal(op, &permit, detail).await?;
    Ok(Added { id: row.id, called: row.pseudonym, child: own })
}

/// Opens somebody's identity. A child's asks for more than an adult's: the right to it, a fresh
/// confirmation of who asks, and a key that was not destroyed.
pub async fn reveal_person(
    op: &Op,
    tx: &mut Tx<'_>,
    person: Id<kinds::Person>,
    reason: &str,
) -> Result<RevealedPerson, Error> {
    let (found, _) = tx.open::<PersonInCase>(op, Action::ReadCase, person.uuid()).await?;
    let action = if found.person.child { Action::RevealChild } else { Action::RevealPerson };
    let permit = tx.permit(op, action, &found).await?;
    let op = with_reason(op, reason)?;
    let PersonInCase { person: row, case } = found;
    let sealer = tx.sealer(&permit, "case", case.id.uuid()).await?;
    let secret = open_secret(tx, &permit, &row, &sealer).await?;
    tx.journal(&op, &permit, serde_json::json!({ "person": row.id, "revealed": "identity" })).await?;
    Ok(RevealedPerson {
        id: row.id,
        called: row.pseudonym,
        identity: secret.identity,
        held: secret.held,
        earlier: secret.earlier,
    })
}

/// The sealer of a case that is about to change, and the case kept as it was read.
pub(crate) async fn open_for_change(tx: &mut Tx<'_>, permit: &Permit, row: &Case) -> Result<Sealer, Error> {
    if row.withdrawn_at.is_some() {
        return Err(Error::conflict(
            "case_withdrawn",
            "The decision that opened this case was undone.",
            "Open a case from the report again, and go on there.",
        ));
    }
    if !store::cases::hold(tx.store(permit), row.id, row.changed_at).await? {
        return Err(quicker());
    }
    tx.sealer(permit, "case", row.id.uuid()).await
}

/// Adds those whom a report names.
pub(crate) async fn insert_candidates(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    case: &Case,
    sealer: &Sealer,
    found: Vec<Candidate>,
) -> Result<Vec<Id<kinds::Person>>, Error> {
    let mut used = pseudonyms(tx, permit, case.id).await?;
    let mut added = Vec::new();
    for Candidate { role, minority, relationship, identity } in found {
        let held = RoleHeld::give(role, minority, relationship, None).map_err(needs_safeguarding)?;
        let known_child = role == PersonRole::ChildVictim || minority != Minority::Unknown;
        let called = next_called(word_for(role, known_child), &used);
        let secret = Secret { identity, held, earlier: Vec::new() };
        let named = (called, own_key(role, minority));
        let person = insert(op, tx, permit, case, sealer, named, &secret).await?;
        used.push(person.pseudonym);
        added.push(person.id);
    }
    Ok(added)
}

async fn insert(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    case: &Case,
    sealer: &Sealer,
    (called, child): (String, bool),
    secret: &Secret,
) -> Result<Person, Error> {
    let house = tx.house();
    let mut row = Person {
        id: house.id(),
        case: case.id,
        organisation: case.organisation,
        role: secret.held.role.as_str().to_owned(),
        pseudonym: called,
        child,
        sealed: Vec::new(),
        since: house.now(),
        until: None,
        created_by: op.actor.user,
    };
    if child {
        tx.new_child_sealer(permit, row.id).await?;
    }
    row.sealed = seal_secret(tx, permit, &row, sealer, secret).await?;
    store::cases::insert_person(tx.store(permit), &row).await?;
    Ok(row)
}

async fn seal_secret(
    tx: &mut Tx<'_>,
    permit: &Permit,
    row: &Person,
    case: &Sealer,
    secret: &Secret,
) -> Result<Vec<u8>, Error> {
    if !row.child {
        return case.seal("person", secret, tx);
    }
    let own = tx.child_sealer(permit, row.id).await?.ok_or_else(destroyed)?;
    own.seal("identity", secret, tx)
}

async fn open_secret(tx: &mut Tx<'_>, permit: &Permit, row: &Person, case: &Sealer) -> Result<Secret, Error> {
    if !row.child {
        return case.open("person", &row.sealed);
    }
    tx.child_sealer(permit, row.id).await?.ok_or_else(destroyed)?.open("identity", &row.sealed)
}

fn destroyed() -> Error {
    Error::conflict(
        "identity_destroyed",
        "The key of this identity was destroyed. Nobody can open it any more, here or in a backup.",
        "Go on with the pseudonym.",
    )
}

async fn pseudonyms(tx: &mut Tx<'_>, permit: &Permit, case: Id<kinds::Case>) -> Result<Vec<String>, Error> {
    let people = store::cases::people(tx.store(permit), case).await?;
    Ok(people.into_iter().map(|person| person.pseudonym).collect())
}

/// The age at the time, and what follows from it.
fn minority(tx: &Tx<'_>, identity: &PersonIdentity, role: &NewRole) -> Minority {
    let house = tx.house();
    let day = role.at.or_else(|| house.now().day_in(&house.zone)).or_else(|| house.now().day_in("UTC"));
    let born = day.and_then(|day| identity.age_on(day));
    let told = role.age.map(AgeRange::exactly);
    Minority::of(match (born, told) {
        (Some(born), Some(told)) => Some(born.or(told)),
        (born, told) => born.or(told),
    })
}

fn held(op: &Op, tx: &Tx<'_>, new: &NewRole, minority: Minority) -> Result<RoleHeld, Error> {
    let acknowledgement = new.acknowledgement.as_ref().map(|why| Acknowledgement {
        by: op.actor.user,
        at: tx.house().now(),
        why: why.trim().to_owned(),
    });
    let held =
        RoleHeld::give(new.role, minority, new.relationship, acknowledgement).map_err(needs_safeguarding)?;
    Ok(held.between(new.from, new.to))
}

fn needs_safeguarding(error: NeedsSafeguarding) -> Error {
    Error::invalid(
        "acknowledgement",
        "needs_safeguarding",
        format!("Not done: {error}."),
        "Choose “the child” or “a child at risk”, or write what is known about the age and which safeguards stand.",
    )
}

/// Whether the identity is sealed under a key of its own.
const fn own_key(role: PersonRole, minority: Minority) -> bool {
    matches!(role, PersonRole::ChildVictim | PersonRole::AtRiskChild)
        || matches!(minority, Minority::Child | Minority::Possibly)
}

/// What a page calls somebody in a role. Of somebody routed to safeguarding whose age nobody told
/// it says neither that they are a child nor that they are not.
const fn word_for(role: PersonRole, known_child: bool) -> &'static str {
    match role {
        PersonRole::AtRiskChild if !known_child => "Person",
        PersonRole::ChildVictim | PersonRole::AtRiskChild => "Child",
        PersonRole::Facilitator | PersonRole::RemoteOffender => "Accused",
        PersonRole::Caregiver => "Caregiver",
        PersonRole::Witness => "Witness",
        PersonRole::Reporter => "Reporter",
        PersonRole::Professional => "Professional",
    }
}

fn next_called(word: &str, used: &[String]) -> String {
    if word == "Child" {
        return cases::next_pseudonym(used.iter().map(String::as_str));
    }
    let number = |called: &String| called.strip_prefix(word)?.trim().parse::<u32>().ok();
    let highest = used.iter().filter_map(number).max().unwrap_or(0);
    format!("{word} {}", u64::from(highest) + 1)
}

/// The role's word as it stands in the database.
pub(crate) fn role_of(row: &Person) -> Result<PersonRole, Error> {
    word("role", &row.role)
}
