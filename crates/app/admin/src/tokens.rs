//! Tokens for programs. A token belongs to a person's account and has its roles, but cannot
//! confirm that it is anyone: what asks for that is not for programs.

use access::{Action, Actor, ActorKind};
use app_kernel::{Denied, Error, House, Op, Tx};
use model::{Id, Instant, Span, kinds};
use store::users::{ApiToken, User};
use vault::Token;

use crate::{
    account::{self, unknown},
    text,
};

/// Days a token lasts at most.
pub const LONGEST_DAYS: i64 = 365;

/// A token, for a page. Its text is shown once, when it is made.
#[derive(Clone)]
pub struct TokenView {
    /// Its id.
    pub id: Id<kinds::ApiToken>,
    /// Whose account it acts for.
    pub user: Id<kinds::User>,
    /// The name that person signs in with.
    pub user_name: String,
    /// What it is for.
    pub label: String,
    /// When it was made.
    pub created_at: Instant,
    /// When it ends.
    pub ends_at: Instant,
    /// When it was taken back.
    pub revoked_at: Option<Instant>,
}

/// Makes a token for an account; its text is shown this once.
pub async fn create(
    op: &Op,
    tx: &mut Tx<'_>,
    user: Id<kinds::User>,
    label: &str,
    days: i64,
) -> Result<(Id<kinds::ApiToken>, String), Error> {
    let (user, permit) = tx.open::<User>(op, Action::ManageTokens, user.uuid()).await?;
    let label = text::line("label", label, 60)?;
    if !(1..=LONGEST_DAYS).contains(&days) {
        return Err(Error::invalid(
            "days",
            "days_wrong",
            format!("A token lasts from 1 to {LONGEST_DAYS} days."),
            "Choose how long the program needs it.",
        ));
    }
    let now = tx.house().now();
    if !account::is_open(&user, now) || user.guest_case.is_some() {
        return Err(Error::conflict(
            "account_not_open",
            "This account is off, or a guest's; no program can act for it.",
            "Choose an account that is on.",
        ));
    }
    let token = Token::generate(&*tx.house().entropy);
    let row = ApiToken {
        id: tx.house().id(),
        token: token.hash(),
        user: user.id,
        label,
        created_at: now,
        ends_at: now + Span::days(days),
        revoked_at: None,
    };
    store::users::insert_token(tx.store(&permit), &row).await?;
    let detail = serde_json::json!({"did": "token_created", "token": row.id, "days": days});
    tx.journal(op, &permit, detail).await?;
    Ok((row.id, token.to_text()))
}

/// The tokens of one's organisation, newest first.
pub async fn list(op: &Op, tx: &mut Tx<'_>) -> Result<Vec<TokenView>, Error> {
    let permit = tx.allow(op, Action::ReadUsers)?;
    let organisation = op.actor.organisation;
    let users = store::users::list(tx.store(&permit), Some(organisation)).await?;
    let tokens = store::users::tokens(tx.store(&permit), organisation).await?;
    let name = |id| users.iter().find(|user| user.id == id).map_or(String::new(), |user| user.name.clone());
    Ok(tokens
        .into_iter()
        .map(|token| TokenView {
            id: token.id,
            user: token.user,
            user_name: name(token.user),
            label: token.label,
            created_at: token.created_at,
            ends_at: token.ends_at,
            revoked_at: token.revoked_at,
        })
        .collect())
}

/// Takes a token back. One taken back before stays so.
pub async fn revoke(op: &Op, tx: &mut Tx<'_>, id: Id<kinds::ApiToken>) -> Result<(), Error> {
    let permit = tx.allow(op, Action::ManageTokens)?;
    let tokens = store::users::tokens(tx.store(&permit), op.actor.organisation).await?;
    let token = tokens.into_iter().find(|token| token.id == id).ok_or(Denied::NotFound)?;
    let now = tx.house().now();
    let revoked = store::users::revoke_token(tx.store(&permit), id, now).await?;
    let detail = serde_json::json!({
        "did": "token_revoked",
        "token": id,
        "user": token.user,
        "was_open": revoked == 1,
    });
    tx.journal(op, &permit, detail).await
}

/// Says for whom a program acts that shows this token.
pub async fn authenticate_token(house: &House, text: &str) -> Result<Actor, Error> {
    let refused = || {
        unknown(
            "token_not_known",
            "This token is not known, has ended or was taken back.",
            "Ask whoever keeps house for a new one.",
        )
    };
    let hash = Token::hash_of(text).ok_or_else(refused)?;
    let op = account::door_op(house);
    let mut tx = house.look(&op).await?;
    let permit = tx.allow(&op, Action::OwnAccount)?;
    let token = store::users::token_by_hash(tx.store(&permit), hash).await?.ok_or_else(refused)?;
    let user = store::users::find(tx.store(&permit), token.user).await?.ok_or_else(refused)?;
    let now = house.now();
    if token.revoked_at.is_some() || token.ends_at <= now || !account::is_open(&user, now) {
        return Err(refused());
    }
    Ok(Actor { kind: ActorKind::Program(token.label), ..account::actor(&user, None) })
}
