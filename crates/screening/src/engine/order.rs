//! Events as they arrive, brought into event order; see the module's rule.

use std::{
    cmp::{Ordering, Reverse},
    collections::BinaryHeap,
    sync::Arc,
};

use model::{Instant, Span};

use super::{Activity, Engine, Plan, Row};

/// A buffer that gives events back in event order.
#[derive(Clone, Debug)]
pub struct Reorder {
    bound: Span,
    most: usize,
    waiting: BinaryHeap<Reverse<Waiting>>,
    /// The largest time in the log so far.
    latest: Option<Instant>,
    /// The last event a full buffer let go.
    let_go: Option<(Instant, u64)>,
    late: u64,
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It waits for its turn.
    InTime,
    /// It came after the watermark had passed it and is left out.
    Late,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Waiting(Activity);

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.order().cmp(&other.0.order())
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Reorder {
    /// A buffer for events that come at most `bound` after a later one, of at most `most` events.
    pub fn new(bound: Span, most: usize) -> Self {
        let waiting = BinaryHeap::with_capacity(most.min(1 << 16));
        Self { bound, most: most.max(1), waiting, latest: None, let_go: None, late: 0 }
    }

    /// Takes the next entry of the log.
    pub fn take(&mut self, event: &Activity) -> Taken {
        let passed = self.watermark().is_some_and(|mark| event.at < mark)
            || self.let_go.is_some_and(|last| event.order() <= last);
        if passed {
            self.late += 1;
            return Taken::Late;
        }
        self.latest = Some(self.latest.map_or(event.at, |latest| latest.max(event.at)));
        self.waiting.push(Reverse(Waiting(*event)));
        Taken::InTime
    }

    /// The next event whose turn it is: nothing that is not late can come before it any more.
    pub fn release(&mut self) -> Option<Activity> {
        let Reverse(Waiting(first)) = self.waiting.peek()?;
        if self.waiting.len() > self.most {
            self.let_go = Some(first.order());
        } else if self.watermark().is_none_or(|mark| first.at >= mark) {
            return None;
        }
        self.waiting.pop().map(|Reverse(Waiting(event))| event)
    }

    /// Before this instant nothing is expected any more.
    pub fn watermark(&self) -> Option<Instant> {
        self.latest.map(|latest| latest - self.bound)
    }

    /// How many events came late.
    pub const fn late(&self) -> u64 {
        self.late
    }

    /// Those that wait, in event order; the log has ended.
    pub fn rest(&mut self) -> Vec<Activity> {
        let mut rest: Vec<Activity> = self.waiting.drain().map(|Reverse(Waiting(event))| event).collect();
        rest.sort_unstable_by_key(Activity::order);
        self.let_go = rest.last().map(Activity::order).max(self.let_go);
        rest
    }

    /// A whole log in event order, and its late events in the order of the log.
    pub fn sort(mut self, log: impl IntoIterator<Item = Activity>) -> (Vec<Activity>, Vec<Activity>) {
        let (mut ordered, mut late) = (Vec::new(), Vec::new());
        for event in log {
            if self.take(&event) == Taken::Late {
                late.push(event);
            }
            while let Some(event) = self.release() {
                ordered.push(event);
            }
        }
        ordered.append(&mut self.rest());
        (ordered, late)
    }

    pub(crate) fn parts(&self) -> (Vec<Activity>, [Option<i64>; 3], u64) {
        let mut waiting: Vec<Activity> = self.waiting.iter().map(|Reverse(Waiting(event))| *event).collect();
        waiting.sort_unstable_by_key(Activity::order);
        let let_go = self.let_go.map(|(at, sequence)| (at.micros(), sequence.cast_signed()));
        let marks = [
            self.latest.map(Instant::micros),
            let_go.map(|(at, _)| at),
            let_go.map(|(_, sequence)| sequence),
        ];
        (waiting, marks, self.late)
    }

    pub(crate) fn resume(
        &mut self,
        waiting: Vec<Activity>,
        [latest, at, sequence]: [Option<i64>; 3],
        late: u64,
    ) {
        self.waiting = waiting.into_iter().map(|event| Reverse(Waiting(event))).collect();
        self.latest = latest.map(Instant::from_micros);
        self.let_go = at.zip(sequence).map(|(at, n)| (Instant::from_micros(at), n.cast_unsigned()));
        self.late = late;
    }
}

/// An engine behind a reorder buffer: the log in, figures out.
#[derive(Clone, Debug)]
pub struct Live {
    pub(crate) engine: Engine,
    pub(crate) reorder: Reorder,
    ready: Vec<Activity>,
}

impl Live {
    /// An engine that has seen nothing, behind an empty buffer.
    pub fn new(plan: Arc<Plan>, reorder: Reorder) -> Self {
        Self { engine: Engine::new(plan), reorder, ready: Vec::new() }
    }

    pub(crate) fn of(engine: Engine, reorder: Reorder) -> Self {
        Self { engine, reorder, ready: Vec::new() }
    }

    /// Takes the next entries of the log. `figures` is called for every event whose turn it is, in
    /// event order, `late` for every event that is left out, in the order of the log; each in the same
    /// order however the log is cut into batches.
    pub fn push(
        &mut self,
        log: &[Activity],
        figures: impl FnMut(&Activity, &Row),
        mut late: impl FnMut(&Activity),
    ) {
        let mut ready = std::mem::take(&mut self.ready);
        ready.clear();
        for event in log {
            if self.reorder.take(event) == Taken::Late {
                late(event);
            }
            while let Some(event) = self.reorder.release() {
                ready.push(event);
            }
        }
        self.engine.apply_all(&ready, figures);
        self.ready = ready;
    }

    /// Takes what still waits: the log has ended.
    pub fn finish(&mut self, figures: impl FnMut(&Activity, &Row)) {
        let rest = self.reorder.rest();
        self.engine.apply_all(&rest, figures);
    }

    /// The engine.
    pub const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// How many events came late.
    pub const fn late(&self) -> u64 {
        self.reorder.late()
    }
}
