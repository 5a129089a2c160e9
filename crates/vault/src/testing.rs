//! A repeatable source of bytes for this crate's own tests.

use std::sync::atomic::{AtomicU64, Ordering};

use model::Entropy;

/// Bytes that never repeat and are the same in every run: SHA-256 of a seed and a counter.
pub(crate) struct Counting {
    seed: u64,
    next: AtomicU64,
}

impl Counting {
    pub(crate) const fn new(seed: u64) -> Self {
        Self { seed, next: AtomicU64::new(0) }
    }
}

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        for block in bytes.chunks_mut(32) {
            let count = self.next.fetch_add(1, Ordering::Relaxed);
            let random = crate::sha256(&[self.seed.to_be_bytes(), count.to_be_bytes()].concat());
            block.copy_from_slice(&random.0[..block.len()]);
        }
    }
}
