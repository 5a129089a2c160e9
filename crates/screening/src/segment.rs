//! Segments: a few thousand events as bytes, before they are sealed.
//!
//! Layout, version 1. Numbers are LEB128 varints; differences are zigzagged and wrap.
//!
//! ```text
//! "SGPE" 0x01
//! parties  n, then n × 16 bytes, each once, in order of first use
//! shapes   n, then n × 8 bytes: currency, sender's country, receiver's country (two zeros: not
//!          known), receiver is an individual (0 not known, 1 no, 2 yes)
//! events   n, then for each:
//!   sequence − sequence before   at − at before   amount in minor units
//!   shape    (place in its table)
//!   sender   receiver   (how many parties were used first since this one; 0: the next new one)
//! ```
//!
//! Decoding is total: whatever the bytes, the answer is events or an error, and memory stays within
//! a small multiple of the input.

use std::collections::HashMap;

use model::{Country, Currency, Instant, Money};

use crate::{Event, PartyRef, event::PartyMap};

const MAGIC: &[u8] = b"SGPE";
const VERSION: u8 = 1;
/// An event has six numbers of at least a byte each.
const LEAST_EVENT: usize = 6;

/// The events as bytes, in the order given.
pub fn encode_segment(events: &[Event]) -> Vec<u8> {
    let mut places = PartyMap::default();
    let mut parties = Vec::new();
    let mut back = |party: PartyRef| {
        let used = places.len() as u64;
        used - *places.entry(party).or_insert_with(|| {
            parties.extend_from_slice(&party.0);
            used
        })
    };
    let mut shape_places = HashMap::new();
    let mut shapes = Vec::new();
    let mut body = Vec::with_capacity(events.len() * 16);
    let (mut sequence, mut at) = (0_u64, 0_i64);
    for event in events {
        put_signed(&mut body, event.sequence.wrapping_sub(sequence).cast_signed());
        put_signed(&mut body, event.at.micros().wrapping_sub(at));
        (sequence, at) = (event.sequence, event.at.micros());
        put_signed(&mut body, event.amount.minor);
        let shape = Shape::of(event).bytes();
        let next = shape_places.len() as u64;
        put(
            &mut body,
            *shape_places.entry(shape).or_insert_with(|| {
                shapes.extend_from_slice(&shape);
                next
            }),
        );
        put(&mut body, back(event.sender));
        put(&mut body, back(event.receiver));
    }
    let mut out = MAGIC.to_vec();
    out.push(VERSION);
    put(&mut out, (parties.len() / 16) as u64);
    out.append(&mut parties);
    put(&mut out, (shapes.len() / 8) as u64);
    out.append(&mut shapes);
    put(&mut out, events.len() as u64);
    out.append(&mut body);
    out
}

/// Reads what [`encode_segment`] wrote.
pub fn decode_segment(bytes: &[u8]) -> Result<Vec<Event>, BadSegment> {
    let Some((&version, rest)) = bytes.strip_prefix(MAGIC).and_then(<[u8]>::split_first) else {
        return Err(BadSegment::NotASegment);
    };
    if version != VERSION {
        return Err(BadSegment::Version(version));
    }
    let mut reader = Reader { rest };
    let parties = reader.table(|bytes| Some(PartyRef(bytes)))?;
    let shapes = reader.table(Shape::read)?;
    let count = reader.count(LEAST_EVENT)?;
    let mut events = Vec::with_capacity(count);
    let (mut sequence, mut at, mut used) = (0_u64, 0_i64, 0_u64);
    for _ in 0..count {
        sequence = sequence.wrapping_add(reader.signed()?.cast_unsigned());
        at = at.wrapping_add(reader.signed()?);
        let minor = reader.signed()?;
        let shape: Shape = row(&shapes, Some(reader.number()?))?;
        let mut party = || {
            let back = reader.number()?;
            let party = row(&parties, used.checked_sub(back))?;
            used += u64::from(back == 0);
            Ok(party)
        };
        events.push(Event {
            sequence,
            at: Instant::from_micros(at),
            amount: Money { minor, currency: shape.currency },
            sender: party()?,
            receiver: party()?,
            sender_country: shape.from,
            receiver_country: shape.to,
            receiver_is_individual: shape.individual,
        });
    }
    if reader.rest.is_empty() { Ok(events) } else { Err(BadSegment::Damaged("bytes follow the last event")) }
}

/// Why bytes are not a segment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSegment {
    /// The bytes begin otherwise.
    #[error("these bytes are not a segment of events; expected them to begin with “SGPE”")]
    NotASegment,
    /// A newer version wrote it.
    #[error(
        "this segment has version {0}, this program reads version 1; use the version that wrote it or a newer one"
    )]
    Version(u8),
    /// The bytes end too early or say something impossible.
    #[error("this segment is damaged: {0}; restore it from a backup")]
    Damaged(&'static str),
}

/// What many events have in common.
#[derive(Clone, Copy)]
struct Shape {
    currency: Currency,
    from: Option<Country>,
    to: Option<Country>,
    individual: Option<bool>,
}

impl Shape {
    fn of(event: &Event) -> Self {
        Self {
            currency: event.amount.currency,
            from: event.sender_country,
            to: event.receiver_country,
            individual: event.receiver_is_individual,
        }
    }

    fn bytes(self) -> [u8; 8] {
        let mut bytes = [0; 8];
        bytes[..3].copy_from_slice(&self.currency.bytes());
        if let Some(from) = &self.from {
            bytes[3..5].copy_from_slice(from.as_str().as_bytes());
        }
        if let Some(to) = &self.to {
            bytes[5..7].copy_from_slice(to.as_str().as_bytes());
        }
        bytes[7] = self.individual.map_or(0, |yes| 1 + u8::from(yes));
        bytes
    }

    fn read(bytes: [u8; 8]) -> Option<Self> {
        let country = |letters: &[u8]| match letters {
            [0, 0] => Some(None),
            letters => std::str::from_utf8(letters).ok()?.parse().ok().map(Some),
        };
        let shape = Self {
            currency: std::str::from_utf8(&bytes[..3]).ok()?.parse().ok()?,
            from: country(&bytes[3..5])?,
            to: country(&bytes[5..7])?,
            individual: [None, Some(false), Some(true)].get(usize::from(bytes[7])).copied()?,
        };
        (shape.bytes() == bytes).then_some(shape)
    }
}

fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn put_signed(out: &mut Vec<u8>, number: i64) {
    put(out, ((number << 1) ^ (number >> 63)).cast_unsigned());
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn number(&mut self) -> Result<u64, BadSegment> {
        let mut number = 0_u64;
        for shift in (0..70).step_by(7) {
            let (&byte, rest) = self.rest.split_first().ok_or(BadSegment::Damaged("it ends too early"))?;
            self.rest = rest;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                break;
            }
            number |= bits << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(BadSegment::Damaged("a number is too large"))
    }

    fn signed(&mut self) -> Result<i64, BadSegment> {
        let number = self.number()?;
        Ok((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    /// How many items follow, each of at least `width` bytes.
    fn count(&mut self, width: usize) -> Result<usize, BadSegment> {
        usize::try_from(self.number()?)
            .ok()
            .filter(|count| *count <= self.rest.len() / width)
            .ok_or(BadSegment::Damaged("it says it has more than it holds"))
    }

    fn table<T, const N: usize>(
        &mut self,
        read: impl Fn([u8; N]) -> Option<T>,
    ) -> Result<Vec<T>, BadSegment> {
        let count = self.count(N)?;
        let (bytes, rest) =
            self.rest.split_at_checked(count * N).ok_or(BadSegment::Damaged("it ends too early"))?;
        self.rest = rest;
        let (rows, _) = bytes.as_chunks::<N>();
        rows.iter()
            .map(|row| read(*row).ok_or(BadSegment::Damaged("a row of a table is not what it should be")))
            .collect()
    }
}

fn row<T: Copy>(table: &[T], place: Option<u64>) -> Result<T, BadSegment> {
    place
        .and_then(|place| usize::try_from(place).ok())
        .and_then(|place| table.get(place).copied())
        .ok_or(BadSegment::Damaged("an event names a row its table does not have"))
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, option, prelude::*, sample::select};

    use super::*;

    fn event() -> impl Strategy<Value = Event> {
        (
            (any::<u64>(), any::<i64>(), any::<i64>(), select(vec!["PHP", "USD", "JPY"])),
            (0_u8..9, any::<[u8; 16]>()),
            (
                option::of(any::<bool>()),
                option::of(select(vec!["PH", "US", "A1"])),
                option::of(select(vec!["PH", "AU"])),
            ),
        )
            .prop_map(
                |((sequence, at, minor, currency), (sender, receiver), (individual, from, to))| Event {
                    sequence,
                    at: Instant::from_micros(at),
                    amount: Money { minor, currency: currency.parse().unwrap() },
                    sender: PartyRef([sender; 16]),
                    receiver: PartyRef(receiver),
                    receiver_is_individual: individual,
                    sender_country: from.map(|code| code.parse().unwrap()),
                    receiver_country: to.map(|code| code.parse().unwrap()),
                },
            )
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_back(events in vec(event(), 0..60)) {
            prop_assert_eq!(decode_segment(&encode_segment(&events)).unwrap(), events);
        }

        #[test]
        fn a_cut_or_lengthened_segment_is_refused(events in vec(event(), 0..6), cut in any::<prop::sample::Index>()) {
            let mut bytes = encode_segment(&events);
            prop_assert!(decode_segment(&bytes[..cut.index(bytes.len())]).is_err());
            bytes.push(0);
            prop_assert!(decode_segment(&bytes).is_err());
        }

        #[test]
        fn hostile_bytes_are_answered(mut bytes in vec(any::<u8>(), 0..200), events in vec(event(), 1..4), at in any::<prop::sample::Index>(), byte: u8) {
            bytes.splice(0..0, *b"SGPE\x01");
            if let Ok(events) = decode_segment(&bytes) {
                prop_assert_eq!(decode_segment(&encode_segment(&events)).unwrap(), events);
            }
            let mut damaged = encode_segment(&events);
            let at = at.index(damaged.len());
            damaged[at] = byte;
            if let Ok(events) = decode_segment(&damaged) {
                prop_assert_eq!(decode_segment(&encode_segment(&events)).unwrap(), events);
            }
        }
    }

    #[test]
    fn a_count_larger_than_the_segment_allocates_nothing() {
        let mut bytes = b"SGPE\x01\x00\x00".to_vec();
        put(&mut bytes, u64::MAX);
        assert_eq!(decode_segment(&bytes), Err(BadSegment::Damaged("it says it has more than it holds")));
        assert_eq!(decode_segment(b"SGPE\x02"), Err(BadSegment::Version(2)));
        assert_eq!(decode_segment(b""), Err(BadSegment::NotASegment));
    }
}
