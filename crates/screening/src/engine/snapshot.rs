//! The state of an engine as bytes, and back.
//!
//! Everything is written in the order of its numbers and without where it lies in memory, so that
//! writing, reading and writing again gives the same bytes. Numbers are 64 bits, little end first;
//! the last is a checksum of the others. Reading never trusts a length: memory grows with the bytes
//! that are there.

use std::{
    io::{self, Read, Write},
    sync::Arc,
};

use model::{Country, Currency, Instant};

use super::{
    Activity, Channel, Engine, Kind, Live, Marks, Plan, Reorder,
    activity::COUNTRIES,
    keys::Keys,
    plan::{Of, Role},
};

const MAGIC: u64 = u64::from_le_bytes(*b"SGENGIN\x01");

/// Why bytes are not the state of an engine.
#[derive(Debug, thiserror::Error)]
pub enum BadSnapshot {
    /// The bytes could not be read.
    #[error("the state of the screening engine could not be read: {0}")]
    Io(#[from] io::Error),
    /// The bytes begin otherwise.
    #[error("these bytes are not the state of a screening engine of this version; replay the ledger instead")]
    NotOne,
    /// It was made with other features, rates or clocks.
    #[error("this state was made for other typologies or settings; replay the ledger instead")]
    OtherPlan,
    /// Something in it does not fit.
    #[error("the state of the screening engine is damaged ({0}); replay the ledger instead")]
    Damaged(&'static str),
}

impl Engine {
    /// Writes the state. Give a buffered writer.
    pub fn snapshot(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut sink = Sink { out, sum: SEED };
        self.write(&mut sink)?;
        sink.seal()
    }

    /// Reads a state that [`snapshot`](Self::snapshot) wrote, for the same plan. Give a buffered reader.
    pub fn restore(plan: Arc<Plan>, input: &mut dyn Read) -> Result<Self, BadSnapshot> {
        let mut source = Source { input, sum: SEED };
        let engine = Self::read(plan, &mut source)?;
        source.check()?;
        Ok(engine)
    }

    fn write(&self, sink: &mut Sink<'_>) -> io::Result<()> {
        sink.put(MAGIC)?;
        sink.put(digest(&self.plan))?;
        for (side, of) in self.sides.iter().zip([Of::Sender, Of::Receiver]) {
            sink.put(u64::from(side.base))?;
            sink.put(u64::from(side.by_party.len()))?;
            for key in side.by_party.iter() {
                sink.put(u64::from(*key))?;
            }
            write_keys(&side.keys, self.plan.role(of), sink)?;
        }
        write_keys(&self.pairs, self.plan.role(Of::Pair), sink)?;
        let pairs = self.table.keys();
        sink.put(pairs.len() as u64)?;
        pairs.into_iter().try_for_each(|pair| sink.put(pair))
    }

    fn read(plan: Arc<Plan>, source: &mut Source<'_>) -> Result<Self, BadSnapshot> {
        if source.take()? != MAGIC {
            return Err(BadSnapshot::NotOne);
        }
        if source.take()? != digest(&plan) {
            return Err(BadSnapshot::OtherPlan);
        }
        let mut engine = Self::new(Arc::clone(&plan));
        for (side, of) in engine.sides.iter_mut().zip([Of::Sender, Of::Receiver]) {
            side.base = source.number()?;
            for _ in 0..source.take()? {
                side.by_party.push(source.number()?);
            }
            read_keys(&mut side.keys, plan.role(of), source)?;
            let keys = side.keys.len();
            if side.by_party.iter().any(|key| *key > keys) {
                return Err(BadSnapshot::Damaged("a party names a state that is not there"));
            }
        }
        read_keys(&mut engine.pairs, plan.role(Of::Pair), source)?;
        for place in 0..source.take()? {
            if engine.table.number(source.take()?) != (place as u32, true) {
                return Err(BadSnapshot::Damaged("a pair is there twice"));
            }
        }
        if plan.knows_pairs() && engine.table.len() != engine.pairs.len() {
            return Err(BadSnapshot::Damaged("pairs and their states do not agree"));
        }
        Ok(engine)
    }
}

impl Reorder {
    /// Writes what waits and what has passed. Give a buffered writer.
    pub fn snapshot(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut sink = Sink { out, sum: SEED };
        let (waiting, marks, late) = self.parts();
        for mark in marks {
            sink.put(u64::from(mark.is_some()))?;
            sink.put(mark.unwrap_or(0).cast_unsigned())?;
        }
        sink.put(late)?;
        sink.put(waiting.len() as u64)?;
        for event in &waiting {
            words(event).into_iter().try_for_each(|word| sink.put(word))?;
        }
        sink.seal()
    }

    /// Reads into an empty buffer of the same bound what [`snapshot`](Self::snapshot) wrote. Give a
    /// buffered reader.
    pub fn restore(mut self, input: &mut dyn Read) -> Result<Self, BadSnapshot> {
        let mut source = Source { input, sum: SEED };
        let mut marks = [None; 3];
        for mark in &mut marks {
            let known = source.take()? != 0;
            *mark = Some(source.take()?.cast_signed()).filter(|_| known);
        }
        let late = source.take()?;
        let mut waiting = Vec::new();
        for _ in 0..source.take()? {
            let mut read = [0; 9];
            for word in &mut read {
                *word = source.take()?;
            }
            waiting.push(event(read).ok_or(BadSnapshot::Damaged("an event that waits"))?);
        }
        source.check()?;
        self.resume(waiting, marks, late);
        Ok(self)
    }
}

impl Live {
    /// Writes the state of the engine and of the buffer before it. Give a buffered writer.
    pub fn snapshot(&self, out: &mut dyn Write) -> io::Result<()> {
        self.engine.snapshot(out)?;
        self.reorder.snapshot(out)
    }

    /// Reads a state that [`snapshot`](Self::snapshot) wrote, for the same plan and an empty buffer of
    /// the same bound. Give a buffered reader.
    pub fn restore(plan: Arc<Plan>, reorder: Reorder, input: &mut dyn Read) -> Result<Self, BadSnapshot> {
        let engine = Engine::restore(plan, input)?;
        Ok(Self::of(engine, reorder.restore(input)?))
    }
}

/// Writes numbers, with their checksum.
pub(crate) fn write_numbers(numbers: impl Iterator<Item = u32>, out: &mut dyn Write) -> io::Result<()> {
    let numbers: Vec<u32> = numbers.collect();
    let mut sink = Sink { out, sum: SEED };
    sink.put(numbers.len() as u64)?;
    numbers.into_iter().try_for_each(|number| sink.put(u64::from(number)))?;
    sink.seal()
}

/// Reads what [`write_numbers`] wrote.
pub(crate) fn read_numbers(input: &mut dyn Read) -> Result<Vec<u32>, BadSnapshot> {
    let mut source = Source { input, sum: SEED };
    let mut numbers = Vec::new();
    for _ in 0..source.take()? {
        numbers.push(source.number()?);
    }
    source.check()?;
    Ok(numbers)
}

/// Every country in every group.
const MOST_COUNTRIES: u64 = 8 * COUNTRIES as u64;

fn write_keys(keys: &Keys, role: &Role, sink: &mut Sink<'_>) -> io::Result<()> {
    sink.put(u64::from(keys.len()))?;
    for key in 0..keys.len() {
        keys.portable(role, key).into_iter().try_for_each(|word| sink.put(word))?;
        let kept = keys.kept(key);
        sink.put(kept.len() as u64)?;
        kept.into_iter().flatten().try_for_each(|word| sink.put(word))?;
        let countries = keys.countries_of(role, key);
        sink.put(countries.len() as u64)?;
        countries.iter().try_for_each(|node| sink.put(*node))?;
    }
    Ok(())
}

fn read_keys(keys: &mut Keys, role: &Role, source: &mut Source<'_>) -> Result<(), BadSnapshot> {
    let mut words = vec![0; role.words];
    let (mut entries, mut countries) = (Vec::new(), Vec::new());
    for _ in 0..source.take()? {
        for word in &mut words {
            *word = source.take()?;
        }
        entries.clear();
        for _ in 0..source.take()? {
            entries.push([source.take()?, source.take()?]);
        }
        countries.clear();
        let known = source.take()?;
        if known > MOST_COUNTRIES {
            return Err(BadSnapshot::Damaged("there are not so many countries"));
        }
        for _ in 0..known {
            countries.push(source.take()?);
        }
        if !keys.restore(role, &words, &entries, &countries) {
            return Err(BadSnapshot::Damaged("a state and its events do not agree"));
        }
    }
    Ok(())
}

fn words(event: &Activity) -> [u64; 9] {
    let country = |country: Option<Country>| {
        let letters =
            country.map_or([0; 2], |c| <[u8; 2]>::try_from(c.as_str().as_bytes()).unwrap_or([0; 2]));
        u64::from(u16::from_le_bytes(letters))
    };
    let [a, b, c] = event.currency.bytes();
    [
        event.sequence,
        event.at.micros().cast_unsigned(),
        event.amount.cast_unsigned(),
        event.marks.0,
        u64::from(event.sender),
        u64::from(event.receiver),
        u64::from(event.lasting) | u64::from(u32::from_le_bytes([a, b, c, 0])) << 32,
        country(event.sender_country) | country(event.receiver_country) << 16,
        event.kind as u64 | (event.channel as u64) << 8,
    ]
}

fn event(words: [u64; 9]) -> Option<Activity> {
    let [sequence, at, amount, marks, sender, receiver, rest, countries, kinds] = words;
    let country = |letters: u64| {
        let letters = (letters as u16).to_le_bytes();
        if letters == [0; 2] {
            return Some(None);
        }
        std::str::from_utf8(&letters).ok()?.parse::<Country>().ok().map(Some)
    };
    let [a, b, c, _] = ((rest >> 32) as u32).to_le_bytes();
    Some(Activity {
        sequence,
        at: Instant::from_micros(at.cast_signed()),
        amount: amount.cast_signed(),
        marks: Marks(marks),
        sender: u32::try_from(sender).ok()?,
        receiver: u32::try_from(receiver).ok()?,
        lasting: rest as u32,
        currency: std::str::from_utf8(&[a, b, c]).ok()?.parse::<Currency>().ok()?,
        sender_country: country(countries)?,
        receiver_country: country(countries >> 16)?,
        kind: Kind::ALL.get((kinds & 0xff) as usize).copied()?,
        channel: Channel::ALL.get((kinds >> 8) as usize).copied()?,
    })
}

/// What a plan computes and from what, as a number.
fn digest(plan: &Plan) -> u64 {
    let said = format!("{:?}{:?}", plan.features(), plan.settings());
    said.bytes().fold(SEED, |sum, byte| mix(sum, u64::from(byte)))
}

const SEED: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a by words: it tells damage, not intent.
const fn mix(sum: u64, word: u64) -> u64 {
    (sum ^ word).wrapping_mul(0x0100_0000_01b3).rotate_left(23)
}

struct Sink<'a> {
    out: &'a mut dyn Write,
    sum: u64,
}

impl Sink<'_> {
    fn put(&mut self, word: u64) -> io::Result<()> {
        self.sum = mix(self.sum, word);
        self.out.write_all(&word.to_le_bytes())
    }

    fn seal(mut self) -> io::Result<()> {
        self.put(self.sum)
    }
}

struct Source<'a> {
    input: &'a mut dyn Read,
    sum: u64,
}

impl Source<'_> {
    fn take(&mut self) -> Result<u64, BadSnapshot> {
        let mut bytes = [0; 8];
        self.input.read_exact(&mut bytes)?;
        let word = u64::from_le_bytes(bytes);
        self.sum = mix(self.sum, word);
        Ok(word)
    }

    fn number(&mut self) -> Result<u32, BadSnapshot> {
        u32::try_from(self.take()?).map_err(|_| BadSnapshot::Damaged("a number is too large"))
    }

    fn check(mut self) -> Result<(), BadSnapshot> {
        let sum = self.sum;
        if self.take()? == sum { Ok(()) } else { Err(BadSnapshot::Damaged("its checksum is another")) }
    }
}
