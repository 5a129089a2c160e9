//! The engine: an event in, the figures of its parties out.

use std::{hint::black_box, sync::Arc};

use super::{
    Activity, Plan,
    activity::{Kind, country_number},
    filter::{Around, MOST_BURSTS},
    keys::{Arrival, Change, FIRST, Keys, MOST_WINDOWS, NEVER, PAID, half, set_half},
    plan::{Of, Role, Source, WORTH},
    ring,
    row::{Cell, Row},
    scan::Scratch,
    table::{Pages, Table},
};

/// Which of an event's keys an engine looks after; a part of a backfill looks after some only.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Duty {
    pub(crate) sender: bool,
    pub(crate) receiver: bool,
}

/// The running state of every party and pair.
#[derive(Clone, Debug)]
pub struct Engine {
    pub(crate) plan: Arc<Plan>,
    pub(crate) sides: [Parties; 2],
    pub(crate) pairs: Keys,
    pub(crate) table: Table<u64>,
    row: Row,
    scratch: Scratch,
}

/// The keys of one side, by party.
#[derive(Clone, Debug)]
pub(crate) struct Parties {
    pub(crate) keys: Keys,
    /// The number of a party's key plus one.
    pub(crate) by_party: Pages<u32>,
    /// The party that has the first place.
    pub(crate) base: u32,
}

/// The keys of an event.
#[derive(Clone, Copy, Debug, Default)]
struct Places {
    sender: u32,
    receiver: u32,
    pair: u32,
}

/// Memory an engine holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// Keys of senders, receivers and pairs.
    pub keys: u64,
    /// Bytes of their states and of the tables that find them.
    pub key_bytes: u64,
    /// Entries in the rings of all keys; an event has one in each ring it is kept in.
    pub entries: u64,
    /// Bytes of the rings.
    pub ring_bytes: u64,
}

/// Shards of the table of pairs, as a power of two.
const LIVE_SHARDS: u32 = 12;
const PART_SHARDS: u32 = 6;
/// Events whose keys are looked up together.
const AHEAD: usize = 32;

impl Engine {
    /// An engine that has seen nothing.
    pub fn new(plan: Arc<Plan>) -> Self {
        Self::with_shards(plan, LIVE_SHARDS)
    }

    /// An engine for a part of the parties.
    pub(crate) fn part(plan: Arc<Plan>) -> Self {
        Self::with_shards(plan, PART_SHARDS)
    }

    fn with_shards(plan: Arc<Plan>, shards: u32) -> Self {
        let side = |of| Parties { keys: Keys::new(plan.role(of)), by_party: Pages::new(), base: 0 };
        Self {
            sides: [side(Of::Sender), side(Of::Receiver)],
            pairs: Keys::new(plan.role(Of::Pair)),
            table: Table::new(shards),
            row: Row::new(plan.features().len()),
            scratch: Scratch::default(),
            plan,
        }
    }

    /// Forgets everything, keeps the memory, and takes parties from `base` on.
    pub(crate) fn clear(&mut self, base: u32) {
        for side in &mut self.sides {
            side.keys.clear();
            side.by_party.clear();
            side.base = base;
        }
        self.pairs.clear();
        self.table.clear();
    }

    /// What it computes.
    pub const fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// Takes the next event, in event order, and gives the figures of its sender, its receiver and
    /// the pair as they are with it.
    pub fn apply(&mut self, event: &Activity) -> &Row {
        let both = Duty { sender: true, receiver: true };
        let places = self.places(event, both);
        self.run(event, places, both);
        &self.row
    }

    /// Takes events in event order. The same as one [`apply`](Self::apply) after another, and faster:
    /// the keys of the next events are looked up while memory is on its way.
    pub fn apply_all(&mut self, events: &[Activity], mut each: impl FnMut(&Activity, &Row)) {
        let both = Duty { sender: true, receiver: true };
        self.apply_with(events.iter().map(|event| (event, both)), &mut each);
    }

    /// Takes events, each with which of its keys are looked after here.
    pub(crate) fn apply_with<'e>(
        &mut self,
        events: impl Iterator<Item = (&'e Activity, Duty)>,
        mut each: impl FnMut(&Activity, &Row),
    ) {
        let mut events = events.fuse();
        let mut block: [Option<(&Activity, Duty, Places)>; AHEAD] = [None; AHEAD];
        loop {
            let mut taken = 0;
            for (slot, (event, duty)) in block.iter_mut().zip(events.by_ref().take(AHEAD)) {
                *slot = Some((event, duty, self.places(event, duty)));
                taken += 1;
            }
            if taken == 0 {
                return;
            }
            let mut near = 0;
            let knows_pairs = self.plan.knows_pairs();
            let [senders, receivers] = &self.sides;
            let [sender_role, receiver_role, pair_role] = &self.plan.roles;
            for (_, duty, places) in block.iter().take(taken).flatten() {
                if duty.sender {
                    near ^= senders.keys.touch(places.sender);
                }
                if duty.receiver {
                    near ^= receivers.keys.touch(places.receiver);
                }
                if knows_pairs {
                    near ^= self.pairs.touch(places.pair);
                }
            }
            for (_, duty, places) in block.iter().take(taken).flatten() {
                if duty.sender {
                    near ^= senders.keys.touch_entries(sender_role, places.sender);
                }
                if duty.receiver {
                    near ^= receivers.keys.touch_entries(receiver_role, places.receiver);
                }
                if duty.sender && !pair_role.windows.is_empty() {
                    near ^= self.pairs.touch_entries(pair_role, places.pair);
                }
            }
            black_box(near);
            for (event, duty, places) in block.iter().take(taken).flatten() {
                self.run(event, *places, *duty);
                each(event, &self.row);
            }
        }
    }

    /// The keys of an event, made if they are new.
    #[inline]
    fn places(&mut self, event: &Activity, duty: Duty) -> Places {
        let [senders, receivers] = &mut self.sides;
        let mut places = Places::default();
        if duty.sender {
            places.sender = senders.key(event.sender);
        }
        if duty.receiver {
            places.receiver = receivers.key(event.receiver);
        }
        if self.plan.knows_pairs() {
            let (pair, new) = self.table.number(pair_key(event.sender, event.receiver));
            if new {
                self.pairs.push();
            }
            places.pair = pair;
        }
        places
    }

    fn run(&mut self, event: &Activity, places: Places, duty: Duty) {
        let Self { plan, sides: [senders, receivers], pairs, table, row, scratch } = self;
        let now = event.at.micros();
        let pays = event.kind == Kind::Payment && event.amount > 0;
        let worth = plan.settings.rates.worth(event.money(), event.at).filter(|w| w.abs() <= ring::LARGEST);
        let mut around =
            Around { settings: &plan.settings, runs: [0; MOST_BURSTS], since: [i64::MAX; Kind::ALL.len()] };
        if plan.near != 0 {
            let back = table.find(pair_key(event.receiver, event.sender));
            since(plan, pairs, event, (places.pair, back), &mut around.since);
        }
        let bits = if worth.is_some() { WORTH } else { 0 };
        let plain = Arrival { now, amount: worth.unwrap_or(0), bits, places: &[], country: 0 };
        row.begin(places.pair);
        let pair_role = plan.role(Of::Pair);
        let [sender_role, receiver_role, _] = &plan.roles;
        let sides = [
            (duty.sender, sender_role, &mut senders.keys, places.sender, event.receiver_country),
            (duty.receiver, receiver_role, &mut receivers.keys, places.receiver, event.sender_country),
        ];
        for ((on, role, keys, key, country), halves) in sides.into_iter().zip(&plan.places) {
            if !on || role.outputs.is_empty() {
                continue;
            }
            let mut known = [0; 8];
            if !halves.is_empty() {
                let pair = pairs.state(places.pair);
                for (known, at) in known.iter_mut().zip(halves) {
                    *known = half(pair, pair_role.base + at);
                }
            }
            let country = country.map_or(0, |country| country_number(country) as u16 + 1);
            let arrival = Arrival { places: &known, country, ..plain };
            let kept = turn(role, keys, key, (event, pays), &mut around, arrival, row, scratch);
            if let Some((bits, number)) = kept.filter(|_| !halves.is_empty()) {
                let pair = pairs.state_mut(places.pair);
                for (need, at) in role.groups.iter().zip(halves) {
                    if bits & need == *need {
                        set_half(pair, pair_role.base + at, number);
                    }
                }
            }
        }
        if duty.sender && !pair_role.outputs.is_empty() {
            turn(pair_role, pairs, places.pair, (event, pays), &mut around, plain, row, scratch);
        }
        if plan.near & event.kind.bit() != 0 {
            // Others may be near to this one: remember when it ended.
            let end = event.at.micros().saturating_add(i64::from(event.lasting) * 1_000_000);
            let word = plan.near_words.get(event.kind as usize).copied().unwrap_or(0);
            if let Some(last) = pairs.state_mut(places.pair).get_mut(word) {
                *last = (*last as i64).max(end) as u64;
            }
        }
    }

    /// How much memory it holds.
    pub fn memory(&self) -> Memory {
        let mut memory = Memory::default();
        let [senders, receivers] = &self.sides;
        for keys in [&senders.keys, &receivers.keys, &self.pairs] {
            let (states, rings) = keys.bytes();
            memory.keys += u64::from(keys.len());
            memory.key_bytes += states as u64;
            memory.ring_bytes += rings as u64;
            memory.entries += keys.rings.retained();
        }
        memory.key_bytes +=
            (self.table.bytes() + senders.by_party.bytes() + receivers.by_party.bytes()) as u64;
        memory
    }
}

impl Parties {
    /// The key of a party.
    #[inline]
    fn key(&mut self, party: u32) -> u32 {
        let slot = self.by_party.entry(party.wrapping_sub(self.base));
        if *slot == 0 {
            *slot = self.keys.push() + 1;
        }
        *slot - 1
    }
}

/// Microseconds since the last event of each kind between the two, in either direction.
fn since(
    plan: &Plan,
    pairs: &Keys,
    event: &Activity,
    (there, back): (u32, Option<u32>),
    out: &mut [i64; Kind::ALL.len()],
) {
    for ((since, word), kind) in out.iter_mut().zip(plan.near_words).zip(Kind::ALL) {
        if plan.near & kind.bit() == 0 {
            continue;
        }
        let ends = |pair: u32| pairs.state(pair).get(word).map_or(0, |end| *end as i64);
        let end = ends(there).max(back.map_or(0, ends));
        if end != 0 {
            *since = event.at.micros().saturating_sub(end).max(0);
        }
    }
}

#[inline]
pub(crate) const fn pair_key(sender: u32, receiver: u32) -> u64 {
    (sender as u64) << 32 | receiver as u64
}

/// What an event does to one key: lets the old leave, counts the new in, writes the figures. Gives
/// back the bits and the number (plus one) under which it was kept, if it was.
#[expect(clippy::too_many_arguments, reason = "the borrows of an engine, apart")]
#[inline]
fn turn(
    role: &Role,
    keys: &mut Keys,
    key: u32,
    (event, pays): (&Activity, bool),
    around: &mut Around<'_>,
    mut arrival: Arrival<'_>,
    row: &mut Row,
    scratch: &mut Scratch,
) -> Option<(u32, u32)> {
    let now = arrival.now;
    let mut change = Change { came: 0, left: [0; MOST_WINDOWS] };
    keys.advance(role, key, now, &mut change);
    let state = keys.state_mut(key);
    let (first, paid) = match state.get(FIRST..=PAID) {
        Some([first, paid]) => (*first as i64, *paid as i64),
        _ => (NEVER, NEVER),
    };
    if pays {
        for ((within, place), run) in role.bursts.iter().zip(&mut around.runs) {
            let before =
                if paid != NEVER && now - paid <= *within { half(state, role.base + place) } else { 0 };
            *run = before.saturating_add(1);
            set_half(state, role.base + place, *run);
        }
        if let Some([first, paid]) = state.get_mut(FIRST..=PAID) {
            *paid = now as u64;
            if *first as i64 == NEVER {
                *first = now as u64;
            }
        }
    }
    for (bit, test) in role.tests.iter().enumerate() {
        arrival.bits |= u32::from(test.passes(event, around)) << bit;
    }
    let mut kept = None;
    if arrival.bits & role.relevant != 0 {
        change.came = arrival.bits;
        kept = Some((arrival.bits, keys.add(role, key, &arrival)));
    }
    let first = if first == NEVER && pays { now } else { first };
    for output in &role.outputs {
        let state = keys.state(key);
        let cell = match output.source {
            Source::Half(at) => Cell::whole(i64::from(half(state, role.base + at))),
            Source::Word(at) => Cell::whole(state.get(at).map_or(0, |word| *word as i64)),
            Source::Share { part, whole } => {
                let (part, whole) = (half(state, role.base + part), half(state, role.base + whole));
                if whole == 0 { Cell::NONE } else { Cell::real(f64::from(part) / f64::from(whole)) }
            }
            Source::Age => days(first, now),
            Source::GapLast => days(paid, now),
            Source::Scan(scan) => scratch
                .read(scan, keys.within(role, key, output.window), output.need, now)
                .map_or(Cell::NONE, Cell::real),
        };
        let left = change.left.get(output.window).copied().unwrap_or(u32::MAX);
        let need = output.need;
        row.set(output.feature, cell, (change.came | left) & need == need, arrival.bits & need == need);
    }
    kept
}

fn days(from: i64, now: i64) -> Cell {
    if from == NEVER { Cell::NONE } else { Cell::real((now - from) as f64 / 86_400_000_000.0) }
}
