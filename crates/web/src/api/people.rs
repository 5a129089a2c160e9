//! The people of a case: adding one, another role, opening who they are.

use app_casework::{NamedIn, NewPerson, NewRole};
use axum::{Json, extract::State, response::Response};
use cases::PersonIdentity;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    caller::Caller,
    input::{At, Body},
    problem::Answer,
    shared::{Because, all, created},
    values::{
        CaseId, CountryCode, Day, KnownDate, Line, Moment, Number, PersonId, Place, ReportId, ShortLine,
        ShortText, few,
    },
    words::{IdentifierKind, PersonRole, Relationship, Sex},
};
use crate::Web;

/// A role to give.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "role": "caregiver", "relationship": "grandparent" }))]
pub(crate) struct RoleToGive {
    /// The role.
    role: PersonRole,
    /// The age in years, where that is known and the date of birth is not.
    age: Option<Age>,
    /// The day at which the age counts; today without one.
    at: Option<Day>,
    /// What the person is to the child.
    relationship: Option<Relationship>,
    /// What is known about the age and which safeguards stand; needed where somebody who is or may
    /// be a child is given a role on the accused's side.
    acknowledgement: Option<ShortText>,
    /// Since when the person has the role, as far as it is known.
    from: Option<KnownDate>,
    /// Until when.
    to: Option<KnownDate>,
}

/// An age in years.
type Age = Number<0, 130>;

impl From<RoleToGive> for NewRole {
    fn from(role: RoleToGive) -> Self {
        Self {
            role: role.role.0,
            age: role.age.map(|age| age.0),
            at: role.at.map(|day| day.0),
            relationship: role.relationship.map(|word| word.0),
            acknowledgement: role.acknowledgement.map(|text| text.0),
            from: role.from.map(|date| date.0),
            to: role.to.map(|date| date.0),
        }
    }
}

/// Somebody to add to a case.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "role": { "role": "witness" }, "names": ["Synthetic Neighbour"] }))]
pub(crate) struct PersonToAdd {
    /// Their role.
    role: RoleToGive,
    /// Legal names, whole.
    #[serde(default, deserialize_with = "few::<_, _, 20>")]
    #[schema(max_items = 20)]
    names: Vec<ShortLine>,
    /// What else they are called.
    #[serde(default, deserialize_with = "few::<_, _, 20>")]
    #[schema(max_items = 20)]
    aliases: Vec<ShortLine>,
    /// Date of birth, as far as it is known.
    birth: Option<KnownDate>,
    /// Sex.
    sex: Option<Sex>,
    /// Nationality.
    nationality: Option<CountryCode>,
    /// Identifiers, as given.
    #[serde(default, deserialize_with = "few::<_, _, 100>")]
    #[schema(max_items = 100)]
    identifiers: Vec<IdentifierToAdd>,
    /// Whatever else belongs to the identity.
    note: Option<ShortText>,
}

/// An identifier, as given.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IdentifierToAdd {
    /// What it names.
    kind: IdentifierKind,
    /// The text.
    value: Line<2000>,
    /// When it was seen in use.
    observed_at: Option<Moment>,
}

impl From<PersonToAdd> for NewPerson {
    fn from(person: PersonToAdd) -> Self {
        let texts = |lines: Vec<ShortLine>| lines.into_iter().map(|line| line.0).collect();
        let identifier = |given: IdentifierToAdd| reports::RawIdentifier {
            kind: given.kind.0,
            raw: given.value.0,
            observed_at: given.observed_at.map(|at| at.0),
        };
        Self {
            identity: PersonIdentity {
                names: texts(person.names),
                aliases: texts(person.aliases),
                birth: person.birth.map(|date| date.0),
                sex: person.sex.map(|sex| sex.0),
                nationality: person.nationality.map(|country| country.0),
                identifiers: person.identifiers.into_iter().map(identifier).collect(),
                note: person.note.map(|note| note.0),
            },
            role: person.role.into(),
        }
    }
}

/// Somebody who was added, or whose role was changed.
#[derive(Serialize, ToSchema)]
pub(crate) struct Added {
    /// Their id.
    id: PersonId,
    /// What they are called.
    called: String,
    /// Whether their identity is sealed under a key of its own.
    child: bool,
}

impl From<app_casework::Added> for Added {
    fn from(added: app_casework::Added) -> Self {
        Self { id: added.id.into(), called: added.called, child: added.child }
    }
}

/// Add a person to a case
///
/// Who they are is sealed; a child's identity under a key of its own. Somebody who is or may be a
/// child is put on the accused's side only with a written acknowledgement.
#[utoipa::path(post, path = "/cases/{id}/people", tag = "cases", params(("id" = CaseId, Path, description = "The case.")),
    request_body = PersonToAdd,
    responses((status = 201, description = "They are added.", body = Added,
        headers(("Location" = String, description = "The case.")))))]
pub(crate) async fn add_person(
    State(web): State<Web>,
    caller: Caller,
    At(id): At<CaseId>,
    Body(person): Body<PersonToAdd>,
) -> Answer<Response> {
    let op = caller.op("casework");
    let mut tx = web.house.begin(&op).await?;
    let added = app_casework::add_person(&op, &mut tx, id.0, person.into()).await?;
    tx.commit().await?;
    Ok(created(format!("/api/v1/cases/{}", id.0), Added::from(added)))
}

/// Give a person of a case another role
#[utoipa::path(post, path = "/people/{id}/role", tag = "cases", params(("id" = PersonId, Path, description = "The person.")),
    request_body = RoleToGive, responses((status = 200, description = "They have the role.", body = Added)))]
pub(crate) async fn change_role(
    State(web): State<Web>,
    caller: Caller,
    At(id): At<PersonId>,
    Body(role): Body<RoleToGive>,
) -> Answer<Json<Added>> {
    let op = caller.op("casework");
    let mut tx = web.house.begin(&op).await?;
    let added = app_casework::change_role(&op, &mut tx, id.0, role.into()).await?;
    tx.commit().await?;
    Ok(Json(added.into()))
}

/// Who somebody is.
#[derive(Serialize, ToSchema)]
pub(crate) struct RevealedPerson {
    /// Their id.
    id: PersonId,
    /// What they are called in the case.
    called: String,
    /// Legal names, whole.
    names: Vec<String>,
    /// What else they are called.
    aliases: Vec<String>,
    /// Date of birth, as far as it is known.
    birth: Option<KnownDate>,
    /// Sex.
    sex: Option<Sex>,
    /// Nationality.
    nationality: Option<CountryCode>,
    /// Identifiers, as given.
    identifiers: Vec<RevealedIdentifier>,
    /// Whatever else belongs to the identity.
    note: Option<String>,
    /// The role they have.
    role: HeldRole,
    /// The roles they had before.
    earlier: Vec<HeldRole>,
}

/// An identifier, opened.
#[derive(Serialize, ToSchema)]
pub(crate) struct RevealedIdentifier {
    /// What it names.
    kind: IdentifierKind,
    /// Its value.
    value: String,
    /// When it was seen in use.
    observed_at: Option<Moment>,
}

/// A role a person has or had.
#[derive(Serialize, ToSchema)]
pub(crate) struct HeldRole {
    /// The role.
    role: PersonRole,
    /// What the person is to the child.
    relationship: Option<Relationship>,
    /// Since when, as far as it is known.
    from: Option<KnownDate>,
    /// Until when.
    to: Option<KnownDate>,
    /// The word given where the person is or may be a child.
    acknowledgement: Option<String>,
}

impl From<cases::RoleHeld> for HeldRole {
    fn from(held: cases::RoleHeld) -> Self {
        Self {
            role: held.role.into(),
            relationship: held.relationship.map(Relationship::from),
            from: held.from.map(KnownDate::from),
            to: held.to.map(KnownDate::from),
            acknowledgement: held.acknowledgement.map(|given| given.why),
        }
    }
}

impl From<reports::RawIdentifier> for RevealedIdentifier {
    fn from(raw: reports::RawIdentifier) -> Self {
        let reports::RawIdentifier { kind, raw, observed_at } = raw;
        Self { kind: kind.into(), value: raw, observed_at: observed_at.map(Moment::from) }
    }
}

impl From<app_casework::RevealedPerson> for RevealedPerson {
    fn from(person: app_casework::RevealedPerson) -> Self {
        let PersonIdentity { names, aliases, birth, sex, nationality, identifiers, note } = person.identity;
        Self {
            id: person.id.into(),
            called: person.called,
            names,
            aliases,
            birth: birth.map(KnownDate::from),
            sex: sex.map(Sex::from),
            nationality: nationality.map(CountryCode::from),
            identifiers: all(identifiers),
            note,
            role: person.held.into(),
            earlier: all(person.earlier),
        }
    }
}

/// Open who somebody is
///
/// Asks for a reason, which the journal keeps sealed. A child's identity asks for the right to it
/// and a person who confirmed who they are a short while ago: a token cannot open it.
#[utoipa::path(post, path = "/people/{id}/reveal", tag = "cases", params(("id" = PersonId, Path, description = "The person.")),
    request_body = Because, responses((status = 200, description = "Who they are.", body = RevealedPerson)))]
pub(crate) async fn reveal_person(
    State(web): State<Web>,
    caller: Caller,
    At(id): At<PersonId>,
    Body(because): Body<Because>,
) -> Answer<Json<RevealedPerson>> {
    let op = caller.op("casework");
    let mut tx = web.house.begin(&op).await?;
    let person = app_casework::reveal_person(&op, &mut tx, id.0, &because.reason.0).await?;
    tx.commit().await?;
    Ok(Json(person.into()))
}

/// An identifier of a case to open, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RevealIdentifier {
    /// The report of the case that names it.
    report: ReportId,
    /// Its number in the report.
    identifier: Place,
    /// What it is needed for; kept sealed in the journal.
    reason: ShortText,
}

/// Open an identifier of a case
///
/// Asks for a reason, which the journal keeps sealed. One that is the child's asks for what a
/// child's identity asks for.
#[utoipa::path(post, path = "/identifiers/reveal", tag = "cases", request_body = RevealIdentifier,
    responses((status = 200, description = "The identifier.", body = RevealedIdentifier)))]
pub(crate) async fn reveal_identifier(
    State(web): State<Web>,
    caller: Caller,
    Body(wanted): Body<RevealIdentifier>,
) -> Answer<Json<RevealedIdentifier>> {
    let op = caller.op("casework");
    let mut tx = web.house.begin(&op).await?;
    let named = NamedIn { report: wanted.report.0, ordinal: wanted.identifier.0.into() };
    let found = app_casework::reveal_identifier(&op, &mut tx, &named, &wanted.reason.0).await?;
    tx.commit().await?;
    Ok(Json(RevealedIdentifier { kind: found.kind.into(), value: found.value, observed_at: None }))
}
