//! The few words every room shares.
//!
//! Ids typed by kind, instants and dates, money, countries, identifiers, digests, the four
//! compartments, and the two things nobody may make for themselves: the time and chance
//! ([`Clock`], [`Entropy`]). Nothing here does I/O and nothing here knows a database, a page or
//! a format.

mod compartment;
mod country;
mod digest;
mod id;
mod identifier;
mod money;
mod time;

pub use compartment::{Compartment, UnknownCompartment};
pub use country::{Country, NotACountry};
pub use digest::{Digest, NotADigest};
pub use id::{Id, Kind, NotAnId, kinds};
pub use identifier::{Identifier, IdentifierKind, UnknownIdentifierKind};
pub use money::{Currency, Money, MoneyError};
pub use time::{CivilDate, Clock, Instant, NotATime, OffsetInstant, PartialDate, Span};

/// A source of random bytes. Only the binary makes one from the operating system; tests and the
/// simulator make one from a seed.
pub trait Entropy: Send + Sync {
    /// Fills `bytes` with random bytes.
    fn fill(&self, bytes: &mut [u8]);

    /// An array of random bytes.
    fn array<const N: usize>(&self) -> [u8; N]
    where
        Self: Sized,
    {
        let mut bytes = [0_u8; N];
        self.fill(&mut bytes);
        bytes
    }
}
