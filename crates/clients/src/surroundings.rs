//! What a client does not make for itself: the time, chance, and waiting.

use std::{fmt, ops::ControlFlow, sync::Arc};

use model::{Clock, Entropy, Span};

/// Waiting, which is the worker's business.
pub trait Pause: Send + Sync {
    /// Waits so long, or breaks off because the process is to stop. A span of nothing only asks
    /// whether it is.
    fn pause(&self, span: Span) -> ControlFlow<()>;
}

/// The time, chance and waiting of a process.
#[derive(Clone)]
pub struct Surroundings {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance, so that many installations do not ask again in the same moment.
    pub entropy: Arc<dyn Entropy>,
    /// Waiting.
    pub pause: Arc<dyn Pause>,
}

impl fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Surroundings").finish_non_exhaustive()
    }
}
