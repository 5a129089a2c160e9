//! The order to ask in, so that nothing is skipped whatever the service does.
//!
//! A **pass** reads everything from where the last one began to overlap up to a moment shortly
//! before now, window by window. A **window** is a span of whole seconds; its entries come in any
//! order over any number of pages, so it counts only when its last page has been read. Where a
//! window has too many pages or leads in a circle it is begun again and made shorter, down to one
//! second, which is then read to its end however long that takes; where it has few the next is
//! longer.
//!
//! Nobody says whether the bounds of a window belong to it. Each is asked for from a second
//! before it begins up to the second it ends before, which gives every entry in it either way;
//! what comes twice has the same key.

use model::{Instant, Span};
use serde::{Deserialize, Serialize};

use super::{EntriesReader, Entry, Environment, NextPage};
use crate::{
    paging::Trail,
    record::{Record, Reject},
    request::{Request, percent_encoded},
};

/// How often a page is asked for again before its window is.
const MOST_TRIES: u32 = 3;
/// After so many beginnings of the same window a person should look.
const STUCK: u32 = 5;
/// The longest window, in seconds: longer than anything has been shared.
const LONGEST: i64 = 100 * 365 * 86_400;

/// How carefully to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// How long before now a pass ends, so that no second is read while entries are still stamped
    /// with it. Five seconds, as in `ncmec_api.py`.
    pub settle: Span,
    /// How far back a pass begins before the end of the last, for entries that show later than
    /// they are stamped. Nobody promises that there are none; five minutes are this house's guess.
    pub overlap: Span,
    /// How long the address of a further page, or a window being read, is good. Twelve hours, as
    /// in `ncmec_api.py`.
    pub link_life: Span,
    /// How long an address may have lain when it is answered with an empty last page for that to
    /// be believed; a stale one might be answered so. This house's guess.
    pub fresh: Span,
    /// How many pages a window of more than a second may have. 400, since `ncmec_api.py` takes
    /// 400 000 entries at a thousand a page.
    pub most_pages: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            settle: Span::seconds(5),
            overlap: Span::minutes(5),
            link_life: Span::hours(12),
            fresh: Span::minutes(5),
            most_pages: 400,
        }
    }
}

/// How far an environment has been read: the checkpoint, to be kept after every answer together
/// with the entries it gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fetch {
    environment: Environment,
    /// In seconds since 1970, as all times here: where the pass has come to.
    position: i64,
    /// Where the pass ends, if one is under way.
    target: Option<i64>,
    /// How long the next window is to be.
    length: i64,
    /// How often the window at `position` has been begun again because it went wrong.
    again: u32,
    window: Option<Window>,
}

/// A window being read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Window {
    to: i64,
    opened_at: Instant,
    link: Option<Link>,
    pages: u32,
    /// How often the page now asked for has gone wrong.
    tries: u32,
    trail: Trail,
}

/// The further page to ask for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Link {
    page: NextPage,
    given_at: Instant,
}

/// How it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The last pass has been read to its end, or none has begun; all that changed between the
    /// beginning and this is known.
    Complete(Instant),
    /// A pass is under way; of it all that changed before this is known.
    Underway(Instant),
    /// The window that begins here goes wrong again and again. It is still asked for and nothing
    /// is skipped, but a person should ask the service.
    Stuck {
        /// Where the window begins.
        at: Instant,
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
    /// Entries, in no order and some perhaps for the second time: keep each that
    /// [`replaces`](Entry::replaces) what is kept under its key.
    pub entries: Vec<Record<Entry>>,
    /// What could not be read. A `fatal` one means that the same will be asked for again.
    pub rejects: Vec<Reject>,
    /// The state to keep together with the entries.
    pub state: Fetch,
}

impl Fetch {
    /// Begins with what has changed since a moment; since 1970 for everything.
    pub fn since(environment: Environment, start: Instant) -> Self {
        let position = seconds(start).max(0);
        Self { environment, position, target: None, length: 86_400, again: 0, window: None }
    }

    /// The environment that is read.
    pub const fn environment(&self) -> Environment {
        self.environment
    }

    /// How it goes.
    pub fn standing(&self) -> Standing {
        let at = instant(self.position);
        match self.target {
            _ if self.again >= STUCK => Standing::Stuck { at, times: self.again },
            Some(_) => Standing::Underway(at),
            None => Standing::Complete(at),
        }
    }

    /// What to ask for now; nothing once all that has settled is read.
    pub fn next(&self, now: Instant, pace: Pace) -> Option<Ask> {
        let mut state = self.clone();
        let target = match state.target {
            Some(target) => target,
            None => {
                let settled = seconds(now - pace.settle);
                if settled <= state.position {
                    return None;
                }
                state.position = (state.position - pace.overlap.0 / 1_000_000).max(0);
                settled
            }
        };
        state.target = Some(target);
        let end = |length: i64| target.min(state.position.saturating_add(length));
        let window = match state.window.take() {
            Some(window) if window.is_good(now, pace) => window,
            // What has not been read in all that time is read in smaller pieces.
            Some(window) if window.opened_at + pace.link_life < now => {
                state.length = shorter(window.to - state.position);
                Window::open(end(state.length), now)
            }
            Some(window) => Window::open(window.to, now),
            None => Window::open(end(state.length), now),
        };
        let path = match &window.link {
            Some(link) => link.page.as_str().to_owned(),
            None => {
                // `Instant` is written in UTC, wherever the machine stands.
                let time = |at: i64| percent_encoded(&instant(at).to_string());
                format!("/v2/entries?from={}&to={}", time(state.position - 1), time(window.to))
            }
        };
        state.window = Some(window);
        Some(Ask { request: Request::get(path), at: now, answered_at: now, pace, state })
    }
}

impl Ask {
    /// The request, whose path stands behind the environment's
    /// [`base_url`](Environment::base_url).
    pub const fn request(&self) -> &Request {
        &self.request
    }

    /// Says when there was an answer, where asking took its time: a page may have gone stale over it.
    pub const fn answered_at(mut self, at: Instant) -> Self {
        self.answered_at = at;
        self
    }

    /// Takes the answer with status 200.
    pub fn take(self, answer: &[u8]) -> Taken {
        let mut reader = EntriesReader::new(answer);
        let (mut entries, mut rejects) = (Vec::new(), Vec::new());
        for read in reader.by_ref() {
            match read {
                Ok(entry) => entries.push(entry),
                Err(reject) => rejects.push(reject),
            }
        }
        let state = match reader.next_page() {
            _ if !reader.is_whole() => self.failed(),
            Some(page) => self.followed_by(page.clone()),
            None => self.last_page(entries.is_empty() && rejects.is_empty()),
        };
        Taken { entries, rejects, state }
    }

    /// Goes on when there was no answer, or one with another status.
    pub fn failed(self) -> Fetch {
        let Self { mut state, .. } = self;
        let mut tried = 0;
        let mut further = false;
        if let Some(window) = &mut state.window {
            window.tries = window.tries.saturating_add(1);
            (tried, further) = (window.tries, window.link.is_some());
        }
        if tried >= MOST_TRIES {
            state.again = state.again.saturating_add(1);
            if further {
                state.window = None;
            }
        }
        state
    }

    fn followed_by(self, page: NextPage) -> Fetch {
        let asked = self.state.window.as_ref().and_then(|window| window.link.as_ref());
        if asked.is_some_and(|asked| asked.page == page) {
            // The page before, once more: it leads to the one that was asked for.
            return self.failed();
        }
        let Self { mut state, at, pace, .. } = self;
        let Some(mut window) = state.window.take() else { return state };
        let length = window.to - state.position;
        window.pages = window.pages.saturating_add(1);
        let circle = window.trail.comes_again(page.as_str());
        if circle || (window.pages >= pace.most_pages && length > 1) {
            state.length = shorter(length);
            state.again = state.again.saturating_add(u32::from(circle));
            return state;
        }
        window.tries = 0;
        window.link = Some(Link { page, given_at: at });
        state.window = Some(window);
        state
    }

    fn last_page(self, empty: bool) -> Fetch {
        let Self { mut state, answered_at, pace, .. } = self;
        let Some(window) = state.window.take() else { return state };
        let lain = window.link.as_ref().is_some_and(|link| link.given_at + pace.fresh < answered_at);
        if empty && lain {
            state.again = state.again.saturating_add(1);
            return state;
        }
        if window.pages <= 1 {
            state.length = state.length.saturating_mul(2).min(LONGEST);
        }
        state.again = 0;
        state.position = window.to;
        state.target = state.target.filter(|target| state.position < *target);
        state
    }
}

impl Window {
    fn open(to: i64, now: Instant) -> Self {
        Self { to, opened_at: now, link: None, pages: 0, tries: 0, trail: Trail::default() }
    }

    fn is_good(&self, now: Instant, pace: Pace) -> bool {
        let good = |since: Instant| since + pace.link_life >= now;
        self.link.as_ref().is_none_or(|link| good(link.given_at) && good(self.opened_at))
    }
}

const fn shorter(length: i64) -> i64 {
    if length > 4 { length / 4 } else { 1 }
}

const fn seconds(at: Instant) -> i64 {
    at.micros().div_euclid(1_000_000)
}

const fn instant(seconds: i64) -> Instant {
    Instant::from_micros(seconds.saturating_mul(1_000_000))
}

#[cfg(test)]
mod tests;
