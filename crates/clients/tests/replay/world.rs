//! A clock that stands until it is set or somebody waits, and no chance.

use std::{
    ops::ControlFlow,
    sync::{Arc, Mutex},
};

use clients::{Pause, Surroundings};
use model::{Clock, Entropy, Instant, Span};

/// 2026-03-01T00:00:00Z.
pub(crate) const START: i64 = 1_772_323_200;

pub(crate) const fn at(second: i64) -> Instant {
    Instant::from_micros(second * 1_000_000)
}

/// The time of a test, and how it was waited.
#[derive(Clone)]
pub(crate) struct World(Arc<Mutex<State>>);

struct State {
    now: Instant,
    waits: Vec<Span>,
    /// After so many questions the process is to stop.
    stop_after: Option<usize>,
}

impl World {
    pub(crate) fn at(second: i64) -> Self {
        Self(Arc::new(Mutex::new(State { now: at(second), waits: Vec::new(), stop_after: None })))
    }

    pub(crate) fn surroundings(&self) -> Surroundings {
        Surroundings {
            clock: Arc::new(self.clone()),
            entropy: Arc::new(self.clone()),
            pause: Arc::new(self.clone()),
        }
    }

    /// The present second.
    pub(crate) fn second(&self) -> i64 {
        self.now().micros() / 1_000_000
    }

    /// Sets the clock forward.
    pub(crate) fn until(&self, second: i64) {
        let mut state = self.0.lock().unwrap();
        state.now = state.now.max(at(second));
    }

    pub(crate) fn stop_after(&self, questions: usize) {
        self.0.lock().unwrap().stop_after = Some(questions);
    }

    /// The waits so far but those of no length.
    pub(crate) fn waits(&self) -> Vec<Span> {
        self.0.lock().unwrap().waits.clone()
    }
}

impl Clock for World {
    fn now(&self) -> Instant {
        self.0.lock().unwrap().now
    }
}

impl Entropy for World {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0xff);
    }
}

impl Pause for World {
    fn pause(&self, span: Span) -> ControlFlow<()> {
        let mut state = self.0.lock().unwrap();
        if let Some(left) = &mut state.stop_after {
            if *left == 0 {
                return ControlFlow::Break(());
            }
            *left -= 1;
        }
        if span > Span(0) {
            state.now = state.now + span;
            state.waits.push(span);
        }
        ControlFlow::Continue(())
    }
}
