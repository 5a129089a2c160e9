//! After five failures in a row an account rests, each time longer: a minute, two, four, up to an
//! hour. It never rests for good, so nobody can shut another out by guessing, and a guesser has
//! some thirty tries a day.

use app_kernel::{Error, House, ProblemKind};
use model::{Instant, Span};
use store::users::User;

/// Failures in a row before the account rests.
const FREE: i64 = 5;
const LONGEST: Span = Span::hours(1);

/// How long an account rests after so many failures in a row.
fn rest_after(failures: i64) -> Option<Span> {
    let doublings = failures - FREE;
    (doublings >= 0).then(|| LONGEST.min(Span::minutes(1 << doublings.min(6))))
}

/// Counts a failure.
pub(crate) fn count(user: &mut User, now: Instant) {
    user.failures += 1;
    user.locked_until = rest_after(user.failures).map(|rest| now + rest);
}

/// Forgets failures: the person has shown who they are.
pub(crate) const fn forget(user: &mut User) {
    user.failures = 0;
    user.locked_until = None;
}

/// Until when the account rests, if it does.
pub(crate) fn resting(user: &User, now: Instant) -> Option<Instant> {
    user.locked_until.filter(|until| *until > now)
}

/// What someone is told who tries meanwhile.
pub(crate) fn too_many(house: &House, until: Instant) -> Error {
    let minutes = until.since(house.now()).0.max(0).div_euclid(Span::minutes(1).0) + 1;
    let wait = if minutes == 1 { "a minute".to_owned() } else { format!("{minutes} minutes") };
    Error::problem(
        ProblemKind::TooMany,
        "resting",
        format!("After too many tries this account rests until {}.", until.in_zone(&house.zone)),
        format!("Wait {wait}, then try again. If it was not you who tried, tell whoever keeps house."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rest_grows_and_ends() {
        let minutes = |failures| rest_after(failures).map_or(0, |rest| rest.0 / Span::minutes(1).0);
        assert_eq!((0..=4).map(minutes).collect::<Vec<_>>(), [0; 5]);
        assert_eq!((5..=12).map(minutes).collect::<Vec<_>>(), [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(minutes(i64::MAX), 60);
    }
}
