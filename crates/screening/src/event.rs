//! One payment, as compactly as screening needs it.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hash, Hasher},
};

use model::{Country, Instant, Money};

/// A party to payments: an id the keeper of the ledger gave, which says nothing about the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PartyRef(pub [u8; 16]);

impl Hash for PartyRef {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u128(u128::from_le_bytes(self.0));
    }
}

/// A payment that was accepted into the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// The order of acceptance; unique in a ledger. Orders events of the same instant.
    pub sequence: u64,
    /// When the payment was made.
    pub at: Instant,
    /// What was paid out, in the currency it was paid out in.
    pub amount: Money,
    /// Who paid.
    pub sender: PartyRef,
    /// Who was paid.
    pub receiver: PartyRef,
    /// Whether the receiver is a person (`true`) or a business (`false`); `None` if not known.
    pub receiver_is_individual: Option<bool>,
    /// From where; `None` if not known.
    pub sender_country: Option<Country>,
    /// To where; `None` if not known.
    pub receiver_country: Option<Country>,
}

/// A map by party.
pub(crate) type PartyMap<V> = HashMap<PartyRef, V, BuildHasherDefault<PartyHasher>>;

/// Mixes the sixteen bytes of a party. Party ids are made by the keeper of the ledger, so nobody
/// outside chooses where they fall.
#[derive(Debug, Default)]
pub(crate) struct PartyHasher(u64);

impl Hasher for PartyHasher {
    fn write_u128(&mut self, party: u128) {
        let (low, high) = (party as u64, (party >> 64) as u64);
        let mixed = u128::from(low ^ 0x9e37_79b9_7f4a_7c15) * u128::from(high ^ 0xd6e8_feb8_6659_fd93);
        self.0 = (mixed as u64) ^ ((mixed >> 64) as u64);
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
