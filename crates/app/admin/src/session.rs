//! Sessions: who it is that asks, whether they still may, and confirming that it is them.
//!
//! A session ends a while after its last use and a longer while after its beginning, whatever
//! happens. The cookie holds a random token; kept is only its SHA-256.

use access::{Action, Actor};
use app_kernel::{Error, House, Op, Permit, Tx};
use model::{Id, Instant, Span, kinds};
use store::users::{Session, User};
use vault::Token;

use crate::{
    account::{self, UserView, unknown},
    lockout, password, second_step,
};

/// A session's use is noted at most this often.
const TOUCH: Span = Span::minutes(1);
/// How long a code is waited for after the password.
const FOR_CODE: Span = Span::minutes(10);

/// Who asks, by the session they have.
#[derive(Clone)]
pub struct Authenticated {
    /// Whoever acts. While the code of the second step is missing it has no roles.
    pub actor: Actor,
    /// Their account.
    pub user: UserView,
    /// The session.
    pub session: Id<kinds::Session>,
    /// What every form of the session carries.
    pub csrf: String,
    /// Whether the password must be changed before anything else.
    pub must_change: bool,
    /// Whether the code of the second step is still missing; then nothing else may be done.
    pub awaits_totp: bool,
    /// Whether a second step must be enrolled before anything else.
    pub must_enrol: bool,
    /// When the session ends whatever happens.
    pub ends_at: Instant,
}

/// Says who asks, or that nobody known does.
pub async fn authenticate(house: &House, token: &str) -> Result<Authenticated, Error> {
    let (session, user) = find(house, token).await?;
    let now = house.now();
    if now.since(session.seen_at) >= TOUCH {
        house.touch_session(session.id).await?;
    }
    let must_enrol = second_step::must_enrol(house, &user).await?;
    let mut actor = account::actor(&user, session.strong_until);
    if session.awaits_totp {
        actor.roles.clear();
        actor.strong_until = None;
    }
    Ok(Authenticated {
        actor,
        session: session.id,
        csrf: session.csrf,
        must_change: user.must_change,
        awaits_totp: session.awaits_totp,
        must_enrol,
        ends_at: session.ends_at,
        user: account::view(user, now, Some(now)),
    })
}

/// Who a session still is, without counting that as use: for what stays open and must end with it. `None`
/// once it ended, or where something is to be done before anything else.
pub async fn still_signed_in(house: &House, token: &str) -> Result<Option<Actor>, Error> {
    match whole(house, token).await {
        Ok((session, user)) if !user.must_change => Ok(Some(account::actor(&user, session.strong_until))),
        Ok(_) | Err(Error::Problem(_) | Error::Denied(_)) => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// Confirms that it is the person of the session who asks, by their password and, where a second
/// step is enrolled, a code. Says until when that counts.
pub async fn confirm_strong(
    house: &House,
    request: Id<kinds::Request>,
    token: &str,
    password: &str,
    code: Option<&str>,
) -> Result<Instant, Error> {
    let (session, user) = whole(house, token).await?;
    if account::has_second_step(&user) && code.is_none_or(|code| code.trim().is_empty()) {
        return Err(Error::invalid(
            "code",
            "code_missing",
            "The code of your second step is missing.",
            "Type the six digits the app shows now.",
        ));
    }
    let tried = try_password(
        house,
        Try {
            op: account::own_op(&user, request),
            user: &user,
            password,
            code,
            failed: "confirm_failed",
            sentence: "Password or code is not right.",
        },
    );
    let Tried { mut tx, op, permit, mut user } = tried.await?;
    lockout::forget(&mut user);
    store::users::update(tx.store(&permit), &user).await?;
    let until = session.ends_at.min(house.now() + house.times.strong);
    if !store::users::strengthen_session(tx.store(&permit), session.id, until).await? {
        return Err(ended());
    }
    tx.journal(&op, &permit, serde_json::json!({"did": "confirmed"})).await?;
    tx.commit().await?;
    Ok(until)
}

/// Signs out. A session that has ended already is left as it is.
pub async fn sign_out(house: &House, request: Id<kinds::Request>, token: &str) -> Result<(), Error> {
    let Some((session, user)) = by_token(house, token).await? else { return Ok(()) };
    let op = account::own_op(&user, request);
    let mut tx = house.begin(&op).await?;
    let permit = account::own(&op, &tx)?;
    if store::users::end_session(tx.store(&permit), session.id, house.now()).await? {
        let permit = tx.about(&permit, &user);
        tx.journal(&op, &permit, serde_json::json!({"did": "signed_out"})).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// A new session and the text of its token.
pub(crate) fn new(house: &House, user: Id<kinds::User>, awaits_totp: bool) -> (Session, String) {
    let token = Token::generate(&*house.entropy);
    let now = house.now();
    let session = Session {
        id: house.id(),
        token: token.hash(),
        user,
        csrf: Token::generate(&*house.entropy).to_text(),
        awaits_totp,
        created_at: now,
        seen_at: now,
        strong_until: None,
        ends_at: now + if awaits_totp { FOR_CODE } else { house.times.session },
        ended_at: None,
    };
    (session, token.to_text())
}

async fn by_token(house: &House, token: &str) -> Result<Option<(Session, User)>, Error> {
    let Some(hash) = Token::hash_of(token) else { return Ok(None) };
    let op = account::door_op(house);
    let mut tx = house.look(&op).await?;
    let permit = tx.allow(&op, Action::OwnAccount)?;
    let Some(session) = store::users::session_by_token(tx.store(&permit), hash).await? else {
        return Ok(None);
    };
    let user = store::users::find(tx.store(&permit), session.user).await?;
    Ok(user.map(|user| (session, user)))
}

/// The session of a token and whose it is, while it lasts.
pub(crate) async fn find(house: &House, token: &str) -> Result<(Session, User), Error> {
    let now = house.now();
    by_token(house, token)
        .await?
        .filter(|(session, user)| {
            session.ended_at.is_none()
                && session.ends_at > now
                && now.since(session.seen_at) < house.times.idle
                && account::is_open(user, now)
        })
        .ok_or_else(ended)
}

/// The same, of someone who has given the code of their second step too.
pub(crate) async fn whole(house: &House, token: &str) -> Result<(Session, User), Error> {
    let (session, user) = find(house, token).await?;
    if session.awaits_totp {
        return Err(unknown(
            "code_awaited",
            "The code of your second step is still missing.",
            "Type the six digits the app shows now.",
        ));
    }
    Ok((session, user))
}

pub(crate) fn ended() -> Error {
    unknown("not_signed_in", "You are not signed in, or your session has ended.", "Sign in again.")
}

/// A try to show who one is.
pub(crate) struct Try<'a> {
    /// Who tries, as the journal names them if they fail.
    pub(crate) op: Op,
    pub(crate) user: &'a User,
    pub(crate) password: &'a str,
    /// The code of the second step, if one is enrolled and asked for.
    pub(crate) code: Option<&'a str>,
    /// What the journal says of a failure.
    pub(crate) failed: &'static str,
    /// What the person is told of it.
    pub(crate) sentence: &'static str,
}

/// A try that was right. What follows is done in its transaction: whoever goes on forgets the
/// failures before, keeps the account, journals and commits.
pub(crate) struct Tried<'h> {
    pub(crate) tx: Tx<'h>,
    pub(crate) op: Op,
    pub(crate) permit: Permit,
    /// The account, kept from changing until the transaction ends.
    pub(crate) user: User,
}

/// Checks a password, and a code where one is given. A failure is counted, journalled, and said
/// without saying what of it was wrong.
pub(crate) async fn try_password<'h>(house: &'h House, given: Try<'_>) -> Result<Tried<'h>, Error> {
    let Try { op, user, password, code, failed, sentence } = given;
    let looked_at = account::is_open(user, house.now()) && lockout::resting(user, house.now()).is_none();
    let hash = if looked_at { &user.password } else { password::NOBODY };
    // The slow part is done before the transaction: it would keep others from writing.
    let right = password::is_right(password, hash).await?;

    let mut tx = house.begin(&op).await?;
    let permit = tx.allow(&op, Action::OwnAccount)?;
    let now = house.now();
    let locked = store::users::lock(tx.store(&permit), user.id).await?;
    let mut fresh = locked.ok_or_else(ended)?;
    let permit = tx.about(&permit, &fresh);
    if let Some(until) = lockout::resting(&fresh, now).filter(|_| account::is_open(&fresh, now)) {
        tx.journal(&op, &permit, serde_json::json!({"did": failed, "resting": true})).await?;
        tx.commit().await?;
        return Err(lockout::too_many(house, until));
    }
    let mut right = right && looked_at && account::is_open(&fresh, now) && fresh.password == user.password;
    if let (true, Some(code), true) = (right, code, account::has_second_step(&fresh)) {
        right = second_step::check(&mut tx, &permit, &mut fresh, code).await?;
    }
    if !right {
        if account::is_open(&fresh, now) {
            lockout::count(&mut fresh, now);
            store::users::update(tx.store(&permit), &fresh).await?;
        }
        tx.journal(&op, &permit, serde_json::json!({"did": failed, "failures": fresh.failures})).await?;
        tx.commit().await?;
        return Err(unknown("not_right", sentence, "Try again, and mind capital letters."));
    }
    Ok(Tried { tx, op, permit, user: fresh })
}
