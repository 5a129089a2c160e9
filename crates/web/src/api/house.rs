//! Keeping house: accounts, guests and the tokens of programs.

use app_admin::{UserView, guests, tokens, users};
use axum::{Json, extract::State, http::StatusCode, response::Response};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use utoipa::ToSchema;

use super::{
    caller::Caller,
    input::{At, Body},
    paging::Whole,
    problem::Answer,
    shared::created,
    values::{CaseId, Line, Moment, Number, TokenId, UserId, few},
};
use crate::Web;

/// An account.
#[derive(Serialize, ToSchema)]
pub(crate) struct User {
    /// Its id.
    id: UserId,
    /// The name they sign in with.
    name: String,
    /// The name others see.
    label: String,
    /// The names of their roles.
    roles: Vec<String>,
    /// Whether a second step is enrolled.
    second_step: bool,
    /// Whether the password must be changed before anything else.
    must_change: bool,
    /// Since when the account is off.
    disabled_at: Option<Moment>,
    /// Until when no try to sign in is looked at.
    resting_until: Option<Moment>,
    /// The case a guest sees.
    guest_case: Option<CaseId>,
    /// When a guest's time ends.
    guest_until: Option<Moment>,
    /// When the account was made.
    created_at: Moment,
    /// When they were last seen.
    last_seen: Option<Moment>,
}

impl From<UserView> for User {
    fn from(user: UserView) -> Self {
        Self {
            id: user.id.into(),
            name: user.name,
            label: user.label,
            roles: user.roles,
            second_step: user.second_step,
            must_change: user.must_change,
            disabled_at: user.disabled_at.map(Moment::from),
            resting_until: user.resting_until.map(Moment::from),
            guest_case: user.guest.map(|guest| guest.case.into()),
            guest_until: user.guest.map(|guest| guest.until.into()),
            created_at: user.created_at.into(),
            last_seen: user.last_seen.map(Moment::from),
        }
    }
}

/// The accounts of the organisation, by name
#[utoipa::path(get, path = "/users", tag = "keeping house",
    responses((status = 200, description = "The accounts.", body = Whole<User>)))]
pub(crate) async fn list_users(State(web): State<Web>, caller: Caller) -> Answer<Json<Whole<User>>> {
    let op = caller.op("keeping_house");
    let mut tx = web.house.look(&op).await?;
    Ok(Json(Whole::of(users::list(&op, &mut tx).await?)))
}

/// An account to add.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "synthetic.analyst", "label": "Synthetic Analyst", "roles": ["hotline_analyst"] }))]
pub(crate) struct NewUser {
    /// The name they sign in with: letters, digits and `.` `_` `-` `@`.
    #[schema(value_type = String, min_length = 3, max_length = 64, pattern = "^[a-z0-9._@-]+$")]
    name: SignInName,
    /// The name others see.
    label: Line<120>,
    /// The names of their roles.
    #[serde(deserialize_with = "few::<_, _, 20>")]
    #[schema(max_items = 20)]
    roles: Vec<Line<60>>,
}

/// A name to sign in with.
struct SignInName(String);

impl<'de> Deserialize<'de> for SignInName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._@-".contains(&b);
        if (3..=64).contains(&name.len()) && name.bytes().all(fits) {
            Ok(Self(name))
        } else {
            Err(D::Error::custom("expected 3 to 64 characters: a to z, digits and . _ - @"))
        }
    }
}

/// A password made for someone, to hand over. It is shown this once and changed at the first sign-in.
#[derive(Serialize, ToSchema)]
pub(crate) struct HandedOver {
    /// The account.
    user: UserId,
    /// The name they sign in with.
    name: String,
    /// The password.
    password: String,
}

impl From<users::HandedOver> for HandedOver {
    fn from(made: users::HandedOver) -> Self {
        Self { user: made.user.into(), name: made.name, password: made.password }
    }
}

/// Add an account
///
/// Asks for a person who confirmed who they are a short while ago.
#[utoipa::path(post, path = "/users", tag = "keeping house", request_body = NewUser,
    responses((status = 201, description = "It is added.", body = HandedOver,
        headers(("Location" = String, description = "The accounts.")))))]
pub(crate) async fn add_user(
    State(web): State<Web>,
    caller: Caller,
    Body(new): Body<NewUser>,
) -> Answer<Response> {
    let op = caller.op("keeping_house");
    let mut tx = web.house.begin(&op).await?;
    let new = users::NewUser {
        name: new.name.0,
        label: new.label.0,
        roles: new.roles.into_iter().map(|role| role.0).collect(),
    };
    let made = users::add(&op, &mut tx, &new).await?;
    tx.commit().await?;
    Ok(created("/api/v1/users".to_owned(), HandedOver::from(made)))
}

/// A change to an account.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "change", rename_all = "snake_case", deny_unknown_fields)]
#[schema(example = json!({ "change": "roles", "roles": ["investigator"] }))]
pub(crate) enum UserChange {
    /// Give it other roles.
    Roles {
        /// The names of the roles.
        #[serde(deserialize_with = "few::<_, _, 20>")]
        #[schema(max_items = 20)]
        roles: Vec<Line<60>>,
    },
    /// Turn it off; whoever is signed in to it is signed out.
    Disable {},
    /// Turn it on again.
    Enable {},
    /// Let them try again at once who mistyped too often.
    Unlock {},
    /// Remove the second step of someone who lost their telephone.
    ResetSecondStep {},
}

/// Change an account
///
/// Asks for a person who confirmed who they are a short while ago. Nobody changes their own roles
/// or closes their own account.
#[utoipa::path(post, path = "/users/{id}/changes", tag = "keeping house", params(("id" = UserId, Path, description = "The account.")),
    request_body = UserChange, responses((status = 204, description = "It is changed.")))]
pub(crate) async fn change_user(
    State(web): State<Web>,
    caller: Caller,
    At(id): At<UserId>,
    Body(change): Body<UserChange>,
) -> Answer<StatusCode> {
    let op = caller.op("keeping_house");
    let mut tx = web.house.begin(&op).await?;
    match change {
        UserChange::Roles { roles } => {
            let roles: Vec<String> = roles.into_iter().map(|role| role.0).collect();
            users::change_roles(&op, &mut tx, id.0, &roles).await?;
        }
        UserChange::Disable {} => users::disable(&op, &mut tx, id.0).await?,
        UserChange::Enable {} => users::enable(&op, &mut tx, id.0).await?,
        UserChange::Unlock {} => users::unlock(&op, &mut tx, id.0).await?,
        UserChange::ResetSecondStep {} => users::reset_second_step(&op, &mut tx, id.0).await?,
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make a new password for someone who lost theirs
///
/// Asks for a person who confirmed who they are a short while ago. The password is shown this once.
#[utoipa::path(post, path = "/users/{id}/password", tag = "keeping house", params(("id" = UserId, Path, description = "The account.")),
    responses((status = 200, description = "The password to hand over.", body = HandedOver)))]
pub(crate) async fn reset_password(
    State(web): State<Web>,
    caller: Caller,
    At(id): At<UserId>,
) -> Answer<Json<HandedOver>> {
    let op = caller.op("keeping_house");
    let mut tx = web.house.begin(&op).await?;
    let made = users::reset_password(&op, &mut tx, id.0).await?;
    tx.commit().await?;
    Ok(Json(made.into()))
}

/// The guests of the organisation, by name
#[utoipa::path(get, path = "/guests", tag = "keeping house",
    responses((status = 200, description = "The guests.", body = Whole<User>)))]
pub(crate) async fn list_guests(State(web): State<Web>, caller: Caller) -> Answer<Json<Whole<User>>> {
    let op = caller.op("keeping_house");
    let mut tx = web.house.look(&op).await?;
    Ok(Json(Whole::of(guests::list(&op, &mut tx).await?)))
}

/// A guest to let in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "synthetic.expert", "label": "Synthetic Expert", "until": "2026-04-01T00:00:00Z" }))]
pub(crate) struct NewGuest {
    /// The name they sign in with: letters, digits and `.` `_` `-` `@`.
    #[schema(value_type = String, min_length = 3, max_length = 64, pattern = "^[a-z0-9._@-]+$")]
    name: SignInName,
    /// The name others see.
    label: Line<120>,
    /// When their time ends.
    until: Moment,
}

/// Let someone from outside see one case for a time
///
/// Asks for a person who confirmed who they are a short while ago.
#[utoipa::path(post, path = "/cases/{id}/guests", tag = "keeping house", params(("id" = CaseId, Path, description = "The case.")),
    request_body = NewGuest,
    responses((status = 201, description = "They may come in.", body = HandedOver,
        headers(("Location" = String, description = "The guests.")))))]
pub(crate) async fn invite_guest(
    State(web): State<Web>,
    caller: Caller,
    At(id): At<CaseId>,
    Body(new): Body<NewGuest>,
) -> Answer<Response> {
    let op = caller.op("keeping_house");
    let mut tx = web.house.begin(&op).await?;
    let made = guests::invite_guest(&op, &mut tx, id.0, &new.name.0, &new.label.0, new.until.0).await?;
    tx.commit().await?;
    Ok(created("/api/v1/guests".to_owned(), HandedOver::from(made)))
}

/// End a guest's time now
#[utoipa::path(post, path = "/guests/{id}/end", tag = "keeping house", params(("id" = UserId, Path, description = "The guest.")),
    responses((status = 204, description = "It is ended.")))]
pub(crate) async fn end_guest(
    State(web): State<Web>,
    caller: Caller,
    At(id): At<UserId>,
) -> Answer<StatusCode> {
    let op = caller.op("keeping_house");
    let mut tx = web.house.begin(&op).await?;
    guests::end_guest(&op, &mut tx, id.0).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A token a program signs in with. Its text is shown once, when it is made.
#[derive(Serialize, ToSchema)]
pub(crate) struct Token {
    /// Its id.
    id: TokenId,
    /// Whose account it acts for.
    user: UserId,
    /// The name that person signs in with.
    user_name: String,
    /// What it is for.
    label: String,
    /// When it was made.
    created_at: Moment,
    /// When it ends.
    ends_at: Moment,
    /// When it was taken back.
    revoked_at: Option<Moment>,
}

impl From<tokens::TokenView> for Token {
    fn from(token: tokens::TokenView) -> Self {
        Self {
            id: token.id.into(),
            user: token.user.into(),
            user_name: token.user_name,
            label: token.label,
            created_at: token.created_at.into(),
            ends_at: token.ends_at.into(),
            revoked_at: token.revoked_at.map(Moment::from),
        }
    }
}

/// The tokens of the organisation, newest first
#[utoipa::path(get, path = "/tokens", tag = "keeping house",
    responses((status = 200, description = "The tokens.", body = Whole<Token>)))]
pub(crate) async fn list_tokens(State(web): State<Web>, caller: Caller) -> Answer<Json<Whole<Token>>> {
    let op = caller.op("keeping_house");
    let mut tx = web.house.look(&op).await?;
    Ok(Json(Whole::of(tokens::list(&op, &mut tx).await?)))
}

/// A token to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "user": "0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6", "label": "Synthetic importer", "days": 90 }))]
pub(crate) struct NewToken {
    /// Whose account it acts for.
    user: UserId,
    /// What it is for.
    label: Line<60>,
    /// How many days it lasts.
    days: Number<1, 365>,
}

/// A token that was made.
#[derive(Serialize, ToSchema)]
pub(crate) struct MadeToken {
    /// Its id.
    id: TokenId,
    /// Its text, shown this once.
    token: String,
}

/// Make a token for a program
///
/// Asks for a person who confirmed who they are a short while ago. Takes no `Idempotency-Key`: the
/// text is shown once and kept nowhere.
#[utoipa::path(post, path = "/tokens", tag = "keeping house", request_body = NewToken,
    responses((status = 201, description = "It is made.", body = MadeToken,
        headers(("Location" = String, description = "The tokens.")))))]
pub(crate) async fn make_token(
    State(web): State<Web>,
    caller: Caller,
    Body(new): Body<NewToken>,
) -> Answer<Response> {
    let op = caller.op("keeping_house");
    let mut tx = web.house.begin(&op).await?;
    let (id, token) = tokens::create(&op, &mut tx, new.user.0, &new.label.0, new.days.0.into()).await?;
    tx.commit().await?;
    Ok(created("/api/v1/tokens".to_owned(), MadeToken { id: id.into(), token }))
}

/// Take a token back
#[utoipa::path(post, path = "/tokens/{id}/revoked", tag = "keeping house", params(("id" = TokenId, Path, description = "The token.")),
    responses((status = 204, description = "It is taken back.")))]
pub(crate) async fn revoke_token(
    State(web): State<Web>,
    caller: Caller,
    At(id): At<TokenId>,
) -> Answer<StatusCode> {
    let op = caller.op("keeping_house");
    let mut tx = web.house.begin(&op).await?;
    tokens::revoke(&op, &mut tx, id.0).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
