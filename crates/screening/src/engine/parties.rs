//! Numbers for parties, in the order in which they are first seen.

use super::table::Table;
use crate::PartyRef;

/// Parties and their numbers.
#[derive(Clone, Debug)]
pub struct Parties {
    table: Table<u128>,
}

impl Default for Parties {
    fn default() -> Self {
        Self { table: Table::new(10) }
    }
}

impl Parties {
    /// The number of a party, a new one if it was not seen before.
    pub fn number(&mut self, party: PartyRef) -> u32 {
        self.table.number(u128::from_le_bytes(party.0)).0
    }

    /// The number of a party, if it was seen.
    pub fn find(&self, party: PartyRef) -> Option<u32> {
        self.table.find(u128::from_le_bytes(party.0))
    }

    /// The parties in the order of their numbers.
    pub fn all(&self) -> Vec<PartyRef> {
        self.table.keys().into_iter().map(|key| PartyRef(key.to_le_bytes())).collect()
    }

    /// Bytes it holds.
    pub fn bytes(&self) -> usize {
        self.table.bytes()
    }
}
