//! Reading an exchange until there is nothing more at present.

use std::ops::ControlFlow;

use model::Span;

use crate::{Exchange, ExchangeError, Problem, Standing, Step, Surroundings, backoff};

/// After so many steps in a row that bring nothing but trouble the run ends.
const MOST_TROUBLES: u32 = 6;
/// The waits after such a step.
const FIRST_WAIT: Span = Span::seconds(1);
const LONGEST_WAIT: Span = Span::minutes(1);

/// What a run did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// How many steps were kept.
    pub steps: u64,
    /// How many updates they had.
    pub updates: u64,
    /// How many rejects they had.
    pub rejects: u64,
    /// Why it ended.
    pub ended: Ended,
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ended {
    /// All is read that there is at present.
    CaughtUp,
    /// The process is to stop; the next run goes on from the checkpoint.
    Interrupted,
}

/// Why a run went no further. What it had kept is kept, and the next goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum RunError<E: std::error::Error + 'static> {
    /// A person must mend something, or one thing has gone wrong too often.
    #[error(transparent)]
    Exchange(ExchangeError),
    /// The service leads in circles, or its answers do not fit together.
    #[error(
        "{exchange}: the same stretch has gone wrong {times} times; nothing was skipped, but ask the service"
    )]
    Stuck {
        /// Which exchange.
        exchange: String,
        /// How often.
        times: u32,
    },
    /// What was read could not be kept.
    #[error("what {exchange} shared could not be kept")]
    Sink {
        /// Which exchange.
        exchange: String,
        /// Why.
        #[source]
        error: E,
    },
}

/// Steps through an exchange from a checkpoint until all is read that there is at present. The sink
/// keeps each step's updates and checkpoint in one transaction, or fails and keeps neither.
pub fn run<E: std::error::Error + 'static>(
    exchange: &mut dyn Exchange,
    mut checkpoint: Option<Vec<u8>>,
    surroundings: &Surroundings,
    mut sink: impl FnMut(Step) -> Result<(), E>,
) -> Result<Run, RunError<E>> {
    let mut run = Run { steps: 0, updates: 0, rejects: 0, ended: Ended::CaughtUp };
    let (mut troubles, mut stuck_before) = (0, None);
    loop {
        if surroundings.pause.pause(Span(0)) == ControlFlow::Break(()) {
            return Ok(Run { ended: Ended::Interrupted, ..run });
        }
        let step = match exchange.step(checkpoint.as_deref()) {
            Ok(Some(step)) => step,
            Ok(None) => return Ok(run),
            Err(ExchangeError::Call(error)) if error.problem == Problem::Interrupted => {
                return Ok(Run { ended: Ended::Interrupted, ..run });
            }
            Err(error) => return Err(RunError::Exchange(error)),
        };
        let (standing, trouble) = (step.standing, step.trouble.clone());
        run.steps += 1;
        run.updates += step.updates.len() as u64;
        run.rejects += step.rejects.len() as u64;
        checkpoint = Some(step.checkpoint.clone());
        sink(step).map_err(|error| RunError::Sink { exchange: exchange.name().to_owned(), error })?;
        if standing == Standing::CaughtUp {
            return Ok(run);
        }
        let stuck = match standing {
            Standing::Stuck { times } => Some(times),
            _ => None,
        };
        // One that was stuck before this run may have begun to go on.
        let worse = run.steps > 1 && stuck > stuck_before;
        stuck_before = stuck;
        match (trouble, stuck) {
            (None, Some(times)) if worse => {
                return Err(RunError::Stuck { exchange: exchange.name().to_owned(), times });
            }
            (None, _) => troubles = 0,
            (Some(error), _) => {
                troubles += 1;
                let for_later = matches!(&error, ExchangeError::Call(call) if call.not_before().is_some());
                if worse || for_later || troubles >= MOST_TROUBLES {
                    return Err(RunError::Exchange(error));
                }
                let wait = backoff::wait(FIRST_WAIT, LONGEST_WAIT, troubles, &*surroundings.entropy);
                if surroundings.pause.pause(wait) == ControlFlow::Break(()) {
                    return Ok(Run { ended: Ended::Interrupted, ..run });
                }
            }
        }
    }
}
