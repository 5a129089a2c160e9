//! Time that a test sets, and chance that a test can repeat.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicI64, Ordering},
};

use model::{Clock, Entropy, Instant, Span};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

/// When a [`TestClock`] starts: 2026-03-02T01:00:00Z, nine in the morning in Manila.
pub const START: Instant = Instant::from_micros(1_772_413_200_000_000);

/// A clock that stands until it is moved.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl Default for TestClock {
    fn default() -> Self {
        Self(AtomicI64::new(START.micros()))
    }
}

impl TestClock {
    /// Moves the clock to an instant.
    pub fn set(&self, at: Instant) {
        self.0.store(at.micros(), Ordering::SeqCst);
    }

    /// Moves the clock on.
    pub fn advance(&self, by: Span) {
        self.0.fetch_add(by.0, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Instant {
        Instant::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// Random bytes that are the same in every run of the same seed.
#[derive(Debug)]
pub struct TestEntropy(Mutex<ChaCha20Rng>);

impl TestEntropy {
    /// The bytes of a seed.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(ChaCha20Rng::seed_from_u64(seed)))
    }
}

impl Entropy for TestEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_starts_where_it_says_and_moves_when_told() {
        let clock = TestClock::default();
        assert_eq!(clock.now(), Instant::parse("2026-03-02T01:00:00Z").unwrap());
        clock.advance(Span::minutes(3));
        assert_eq!(clock.now(), Instant::parse("2026-03-02T01:03:00Z").unwrap());
    }

    #[test]
    fn chance_repeats_itself_by_seed() {
        let bytes = |seed| TestEntropy::new(seed).array::<16>();
        assert_eq!(bytes(1), bytes(1));
        assert_ne!(bytes(1), bytes(2));
    }
}
