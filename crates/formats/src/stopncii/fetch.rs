//! The order to ask in, so that nothing is skipped whatever the service does.
//!
//! A **pass** asks for everything changed since a moment and follows the tokens of its pages to
//! the last. Pages come in no order of time and the service's own `nextSetTimestamp` goes back and
//! forth (`test_api.py`), so only a whole pass counts, and the next begins at the earliest of: the
//! newest record seen, the service's time, and the moment the pass began, since what was changed
//! while it ran may have been passed already.

use model::{Instant, Span};
use serde::{Deserialize, Serialize};

use super::{HashRecord, answer::read_answer};
use crate::{
    paging::Trail,
    record::{Record, Reject},
    request::{Request, percent_encoded},
};

/// Where everything begins (`DEFAULT_START_TIME` of `api.py`), in seconds since 1970.
const EVERYTHING: i64 = 10;
/// How many records a page is to have (`fetch_hashes` of `api.py`).
const PAGE_SIZE: u32 = 800;
/// How often a page is asked for again before its pass is.
const MOST_TRIES: u32 = 3;
/// After so many beginnings of the same pass a person should look.
const STUCK: u32 = 5;

/// How carefully to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// How long after the end of a pass the next may begin.
    pub interval: Span,
    /// How far back a pass begins, for records that show later than they are stamped and for
    /// clocks that differ. Nobody promises that there are none; five minutes are this house's
    /// guess.
    pub overlap: Span,
    /// How long a token is good: “not valid over long periods of time” says `api.py` and no more;
    /// an hour is this house's guess.
    pub token_life: Span,
    /// How long a token may have lain when it is answered with an empty last page for that to be
    /// believed; a stale one might be answered so. This house's guess.
    pub fresh: Span,
    /// How long a pass may have run when it ends in an empty page for that to be believed. This
    /// house's guess.
    pub pass_life: Span,
    /// After how long without a pass everything is read anew: thirty days, as in
    /// `stop_ncii_api.py`.
    pub stale: Span,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            interval: Span::minutes(5),
            overlap: Span::minutes(5),
            token_life: Span::hours(1),
            fresh: Span::minutes(5),
            pass_life: Span::hours(12),
            stale: Span::days(30),
        }
    }
}

/// How far the exchange has been read: the checkpoint, to be kept after every answer together with
/// the records it gave. Times are in seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fetch {
    start: i64,
    completed_at: Option<Instant>,
    again: u32,
    pass: Option<Pass>,
}

/// A pass under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pass {
    from: i64,
    opened_at: Instant,
    newest: Option<i64>,
    link: Option<Link>,
    tries: u32,
    trail: Trail,
}

/// The further page to ask for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Link {
    token: String,
    given_at: Instant,
}

/// How it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// No pass has been read to its end yet.
    First,
    /// A pass was read to its end, having been asked for the last page at this moment.
    Complete(Instant),
    /// The pass goes wrong again and again. It is still asked for and nothing is skipped, but a
    /// person should ask the service.
    Stuck {
        /// How often it has been begun again.
        times: u32,
    },
}

/// What to ask for, with the state to go on from once there is an answer or none.
#[derive(Clone, Debug)]
pub struct Ask {
    request: Request,
    at: Instant,
    answered_at: Instant,
    pace: Pace,
    state: Fetch,
}

/// What an answer gave.
#[derive(Clone, Debug)]
pub struct Taken {
    /// Records, in no order and some perhaps for the second time: keep each that
    /// [`replaces`](HashRecord::replaces) what is kept under its key.
    pub records: Vec<Record<HashRecord>>,
    /// What could not be read. A `fatal` one means that the same will be asked for again.
    pub rejects: Vec<Reject>,
    /// Whether this was the last page and the pass is read to its end.
    pub whole: bool,
    /// The state to keep together with the records.
    pub state: Fetch,
}

impl Fetch {
    /// Begins with everything.
    pub const fn everything() -> Self {
        Self { start: EVERYTHING, completed_at: None, again: 0, pass: None }
    }

    /// How it goes.
    pub const fn standing(&self) -> Standing {
        match self.completed_at {
            _ if self.again >= STUCK => Standing::Stuck { times: self.again },
            Some(at) => Standing::Complete(at),
            None => Standing::First,
        }
    }

    /// What to ask for now; nothing until the interval after the last pass is over.
    pub fn next(&self, now: Instant, pace: Pace) -> Option<Ask> {
        let mut state = self.clone();
        let good = |pass: &Pass| pass.link.as_ref().is_none_or(|link| link.given_at + pace.token_life >= now);
        let pass = match state.pass.take().filter(good) {
            Some(pass) => pass,
            None => {
                if let Some(completed_at) = state.completed_at {
                    if self.pass.is_none() && now < completed_at + pace.interval {
                        return None;
                    }
                    if completed_at + pace.stale < now {
                        state.start = EVERYTHING;
                    }
                }
                let from = (state.start - pace.overlap.0 / 1_000_000).max(EVERYTHING);
                Pass { from, opened_at: now, newest: None, link: None, tries: 0, trail: Trail::default() }
            }
        };
        let token = pass.link.as_ref().map(|link| format!("&nextPageToken={}", percent_encoded(&link.token)));
        let path = format!(
            "/FetchHashes?startTimestamp={}&pageSize={PAGE_SIZE}{}",
            pass.from,
            token.unwrap_or_default()
        );
        state.pass = Some(pass);
        Some(Ask { request: Request::get(path), at: now, answered_at: now, pace, state })
    }
}

impl Ask {
    /// The request, whose path stands behind [`BASE_URL`](super::BASE_URL).
    pub const fn request(&self) -> &Request {
        &self.request
    }

    /// Whether this is part of a pass over everything: a record kept that does not come in such a
    /// pass is no longer shared.
    pub fn is_of_everything(&self) -> bool {
        self.state.pass.as_ref().is_some_and(|pass| pass.from <= EVERYTHING)
    }

    /// When the pass began, which tells passes apart.
    pub fn pass_began(&self) -> Instant {
        self.state.pass.as_ref().map_or(self.at, |pass| pass.opened_at)
    }

    /// Says when there was an answer, where asking took its time: a page may have gone stale over it.
    pub const fn answered_at(mut self, at: Instant) -> Self {
        self.answered_at = at;
        self
    }

    /// Takes the answer with status 200.
    pub fn take(mut self, answer: &[u8]) -> Taken {
        let answer = match read_answer(answer) {
            Ok(answer) => answer,
            Err(reject) => {
                let (records, rejects) = (Vec::new(), vec![reject]);
                return Taken { records, rejects, whole: false, state: self.failed() };
            }
        };
        let newest = answer.records.iter().map(|record| seconds(record.value.at)).max();
        if let Some(pass) = &mut self.state.pass {
            pass.newest = pass.newest.max(newest);
        }
        let empty = answer.records.is_empty() && answer.rejects.is_empty();
        let state = match answer.next_page_token {
            Some(token) if answer.has_more => self.followed_by(token),
            _ => self.last_page(answer.next_set_timestamp, empty),
        };
        let whole = state.pass.is_none() && state.again == 0;
        Taken { records: answer.records, rejects: answer.rejects, whole, state }
    }

    /// Goes on when there was no answer, or one with another status.
    pub fn failed(self) -> Fetch {
        let Self { mut state, .. } = self;
        let Some(mut pass) = state.pass.take() else { return state };
        pass.tries = pass.tries.saturating_add(1);
        if pass.tries >= MOST_TRIES {
            state.again = state.again.saturating_add(1);
        }
        if pass.tries < MOST_TRIES || pass.link.is_none() {
            state.pass = Some(pass);
        }
        state
    }

    fn followed_by(self, token: String) -> Fetch {
        let asked = self.state.pass.as_ref().and_then(|pass| pass.link.as_ref());
        if asked.is_some_and(|asked| asked.token == token) {
            return self.failed();
        }
        let Self { mut state, at, .. } = self;
        let Some(mut pass) = state.pass.take() else { return state };
        if pass.trail.comes_again(&token) {
            state.again = state.again.saturating_add(1);
            return state;
        }
        pass.tries = 0;
        pass.link = Some(Link { token, given_at: at });
        state.pass = Some(pass);
        state
    }

    fn last_page(self, next_set: Option<i64>, empty: bool) -> Fetch {
        let Self { mut state, at, answered_at, pace, .. } = self;
        let Some(pass) = state.pass.take() else { return state };
        let lain = pass.link.as_ref().is_some_and(|link| {
            link.given_at + pace.fresh < answered_at || pass.opened_at + pace.pass_life < answered_at
        });
        if empty && lain {
            state.again = state.again.saturating_add(1);
            return state;
        }
        if let Some(newest) = pass.newest {
            let earliest = newest.min(seconds(pass.opened_at));
            let earliest = next_set.map_or(earliest, |next_set| earliest.min(next_set));
            state.start = state.start.max(earliest);
        }
        state.again = 0;
        state.completed_at = Some(at);
        state
    }
}

const fn seconds(at: Instant) -> i64 {
    at.micros().div_euclid(1_000_000)
}

#[cfg(test)]
mod tests;
