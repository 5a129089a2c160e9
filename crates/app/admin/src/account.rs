//! Accounts as the use cases of this crate see them.

use access::{Action, Actor, ActorKind};
use app_kernel::{Denied, Error, House, Op, Permit, ProblemKind, Tx};
use model::{Id, Instant, kinds};
use store::users::User;
use uuid::Uuid;

/// An account, for a page.
#[derive(Clone)]
pub struct UserView {
    /// Its id.
    pub id: Id<kinds::User>,
    /// The name they sign in with.
    pub name: String,
    /// The name others see.
    pub label: String,
    /// Whom they work for.
    pub organisation: Id<kinds::Organisation>,
    /// The names of their roles.
    pub roles: Vec<String>,
    /// Whether a second step is enrolled.
    pub second_step: bool,
    /// Whether the password must be changed before anything else.
    pub must_change: bool,
    /// Since when the account is off.
    pub disabled_at: Option<Instant>,
    /// Until when no try to sign in is looked at.
    pub resting_until: Option<Instant>,
    /// The case a guest sees.
    pub guest: Option<GuestOf>,
    /// When the account was made.
    pub created_at: Instant,
    /// When they were last seen, as far as their sessions are still kept.
    pub last_seen: Option<Instant>,
}

/// What a guest is a guest of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuestOf {
    /// The case.
    pub case: Id<kinds::Case>,
    /// When their time ends.
    pub until: Instant,
}

/// The case a guest sees; `None` for anyone else.
pub(crate) fn guest_of(user: &User) -> Option<GuestOf> {
    Some(GuestOf { case: user.guest_case?, until: user.guest_until? })
}

/// Whether a second step is enrolled: a secret, and the proof that the app has it.
pub(crate) const fn has_second_step(user: &User) -> bool {
    user.totp.is_some() && user.totp_step.is_some()
}

/// Whether the account is on at all.
pub(crate) fn is_open(user: &User, now: Instant) -> bool {
    user.disabled_at.is_none()
        && !user.password.is_empty()
        && user.guest_until.is_none_or(|until| until > now)
        && user.guest_case.is_some() == user.guest_until.is_some()
}

/// The account, for a page.
pub(crate) fn view(user: User, now: Instant, last_seen: Option<Instant>) -> UserView {
    UserView {
        second_step: has_second_step(&user),
        guest: guest_of(&user),
        resting_until: crate::lockout::resting(&user, now),
        id: user.id,
        name: user.name,
        label: user.label,
        organisation: user.organisation,
        roles: user.roles,
        must_change: user.must_change,
        disabled_at: user.disabled_at,
        created_at: user.created_at,
        last_seen,
    }
}

/// The person behind an account, as whoever acts.
pub(crate) fn actor(user: &User, strong_until: Option<Instant>) -> Actor {
    Actor {
        user: user.id,
        organisation: user.organisation,
        roles: user.roles.clone(),
        kind: match guest_of(user) {
            Some(guest) => ActorKind::Guest { name: user.name.clone(), case: guest.case, until: guest.until },
            None => ActorKind::Person(user.name.clone()),
        },
        strong_until,
    }
}

/// The context of a person who acts on their own account.
pub(crate) fn own_op(user: &User, request: Id<kinds::Request>) -> Op {
    Op { actor: actor(user, None), purpose: "own account", reason: None, request }
}

/// The context of the house itself.
pub(crate) fn system_op(
    name: &'static str,
    organisation: Id<kinds::Organisation>,
    request: Id<kinds::Request>,
) -> Op {
    Op {
        actor: Actor {
            user: Id::from_uuid(Uuid::nil()),
            organisation,
            roles: Vec::new(),
            kind: ActorKind::System(name),
            strong_until: None,
        },
        purpose: name,
        reason: None,
        request,
    }
}

/// The context of a look at accounts before it is known whose it is.
pub(crate) fn door_op(house: &House) -> Op {
    system_op("sign_in", Id::from_uuid(Uuid::nil()), house.id())
}

/// Leave to act on one's own account, which is for people: a program has none of its own.
pub(crate) fn own(op: &Op, tx: &Tx<'_>) -> Result<Permit, Error> {
    let permit = tx.allow(op, Action::OwnAccount)?;
    match op.actor.kind {
        ActorKind::Person(_) | ActorKind::Guest { .. } => Ok(permit),
        ActorKind::Program(_) | ActorKind::System(_) => Err(Denied::Forbidden(Action::OwnAccount).into()),
    }
}

/// What someone is told who is not known.
pub(crate) fn unknown(code: &'static str, sentence: &str, next: &str) -> Error {
    Error::problem(ProblemKind::Unknown, code, sentence, next)
}
