//! Figures of a ledger that is there already.
//!
//! The same engine, driven by parts: parties are cut into ranges of some ten thousand events, and the
//! events of one range after the other are taken, once for senders and pairs, once for receivers, so
//! that the state in use stays in the processor's cache. Figures depend on a key's own events and their
//! order, and both are the same, so every bit of the result is too.

use std::sync::Arc;

use super::{Activity, Cell, Engine, Plan, Row, machine::Duty, plan::Of};

/// Events of a part, about.
const PART: usize = 1 << 14;
/// Parts at most.
const PARTS: usize = 1 << 10;

/// The figures of events, a row each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    features: usize,
    cells: Vec<Cell>,
}

impl Table {
    /// The figures of the event at a place.
    pub fn row(&self, place: usize) -> &[Cell] {
        let from = place.saturating_mul(self.features);
        self.cells.get(from..from.saturating_add(self.features)).unwrap_or_default()
    }

    /// How many figures a row has.
    pub const fn features(&self) -> usize {
        self.features
    }
}

/// Computes the figures of all events, which are in event order.
pub fn backfill(plan: &Arc<Plan>, events: &[Activity]) -> Table {
    in_parts(plan, events, PART)
}

/// Computes the figures of all events, which are in event order, and hands them over as they come: part
/// after part, first those of senders and pairs, then those of receivers. `each` is given the place of
/// the event and a row in which the features of [`Of::Sender`] and [`Of::Pair`] hold where it is given
/// `Of::Sender`, and those of [`Of::Receiver`] where it is given that.
pub fn backfill_each(plan: &Arc<Plan>, events: &[Activity], mut each: impl FnMut(usize, Of, &Row)) {
    for side in [Of::Sender, Of::Receiver] {
        if !columns(plan, side).is_empty() {
            by_parts(plan, (events, PART), side, |place, row| each(place, side, row));
        }
    }
}

/// Computes them in parts of about so many events.
pub(crate) fn in_parts(plan: &Arc<Plan>, events: &[Activity], size: usize) -> Table {
    let features = plan.features().len();
    let mut table = Table { features, cells: vec![Cell::NONE; features * events.len()] };
    for side in [Of::Sender, Of::Receiver] {
        let columns = columns(plan, side);
        if columns.is_empty() {
            continue;
        }
        by_parts(plan, (events, size), side, |place, row| {
            let from = place * features;
            let Some(cells) = table.cells.get_mut(from..from + features) else { return };
            for column in &columns {
                if let (Some(cell), Some(value)) = (cells.get_mut(*column), row.cells().get(*column)) {
                    *cell = *value;
                }
            }
        });
    }
    table
}

/// The features computed with one side.
fn columns(plan: &Plan, side: Of) -> Vec<usize> {
    let wanted = |of: Of| of == side || (side == Of::Sender && of == Of::Pair);
    (0..).zip(plan.features()).filter(|(_, feature)| wanted(feature.of)).map(|(at, _)| at).collect()
}

/// Takes the events of one side's parties, part after part.
fn by_parts(
    plan: &Arc<Plan>,
    (events, size): (&[Activity], usize),
    side: Of,
    mut each: impl FnMut(usize, &Row),
) {
    let own = |event: &Activity| if side == Of::Sender { event.sender } else { event.receiver };
    let other = |event: &Activity| if side == Of::Sender { event.receiver } else { event.sender };
    let parties =
        events.iter().map(|event| own(event).max(other(event))).max().map_or(1, |most| most as usize + 1);
    let parts = (events.len() / size).clamp(1, PARTS);
    let width = parties.div_ceil(parts).max(1);
    let part = |party: u32| party as usize / width;
    // A call that another party made is needed for what comes near to it, though not counted here.
    let context =
        |event: &Activity| plan.near & event.kind.bit() != 0 && part(own(event)) != part(other(event));
    let mut ends = vec![0_usize; parts + 1];
    for event in events {
        let both = [Some(own(event)), context(event).then(|| other(event))];
        for party in both.into_iter().flatten() {
            if let Some(end) = ends.get_mut(part(party) + 1) {
                *end += 1;
            }
        }
    }
    let mut total = 0;
    for end in &mut ends {
        total += *end;
        *end = total;
    }
    // Events are copied part by part, so that a part is read from end to end.
    let Some(first) = events.first() else { return };
    let mut sorted = vec![*first; total];
    let mut marks = vec![(0_u32, false); total];
    let mut next = ends.clone();
    for (place, event) in (0_u32..).zip(events) {
        let both = [Some((own(event), true)), context(event).then(|| (other(event), false))];
        for (party, counted) in both.into_iter().flatten() {
            if let Some(next) = next.get_mut(part(party)) {
                if let (Some(slot), Some(mark)) = (sorted.get_mut(*next), marks.get_mut(*next)) {
                    (*slot, *mark) = (*event, (place, counted));
                }
                *next += 1;
            }
        }
    }
    let mut engine = Engine::part(Arc::clone(plan));
    for (part, bounds) in ends.windows(2).enumerate() {
        let [from, to] = bounds else { continue };
        let (Some(chosen), Some(marks)) = (sorted.get(*from..*to), marks.get(*from..*to)) else { continue };
        if chosen.is_empty() {
            continue;
        }
        engine.clear((part * width) as u32);
        let taken = chosen.iter().zip(marks).map(|(event, (_, counted))| {
            (
                event,
                Duty { sender: *counted && side == Of::Sender, receiver: *counted && side == Of::Receiver },
            )
        });
        let mut marks = marks.iter();
        engine.apply_with(taken, |_, row| {
            if let Some((place, true)) = marks.next() {
                each(*place as usize, row);
            }
        });
    }
}
