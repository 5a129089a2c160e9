//! Whoever keeps a copy of an exchange: updates and checkpoint in one transaction, by the rules the
//! crate gives.

use std::collections::BTreeMap;

use clients::{Details, Exchange, Run, RunError, State, Step, Surroundings, run};
use model::Instant;

#[derive(Debug, thiserror::Error)]
#[error("killed")]
pub(crate) struct Killed;

#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) at: Option<Instant>,
    pub(crate) state: State,
    mark: Option<i64>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Keeper {
    pub(crate) kept: BTreeMap<String, Kept>,
    pub(crate) checkpoint: Option<Vec<u8>>,
    pub(crate) rejects: Vec<String>,
}

impl Keeper {
    pub(crate) fn keep(&mut self, step: Step) {
        let mark = step.census.as_ref().map(|census| census.mark);
        for update in step.updates {
            let before = self.kept.get(&update.key);
            let newer = before.is_none_or(|before| update.replaces(before.at));
            let mut kept = match before {
                Some(before) if !newer => before.clone(),
                _ => Kept { at: update.at, state: update.state, mark: before.and_then(|before| before.mark) },
            };
            kept.mark = mark.or(kept.mark);
            self.kept.insert(update.key, kept);
        }
        if let Some(census) = step.census.filter(|census| census.whole) {
            self.kept.retain(|key, kept| !key.starts_with(&census.scope) || kept.mark == Some(census.mark));
        }
        self.rejects.extend(step.rejects.iter().map(ToString::to_string));
        self.checkpoint = Some(step.checkpoint);
    }

    /// Runs until all is read.
    pub(crate) fn run(
        &mut self,
        exchange: &mut dyn Exchange,
        surroundings: &Surroundings,
    ) -> Result<Run, RunError<Killed>> {
        self.run_until_killed(exchange, surroundings, usize::MAX, false)
    }

    /// Runs, and is killed at a step: before it is kept, or after.
    pub(crate) fn run_until_killed(
        &mut self,
        exchange: &mut dyn Exchange,
        surroundings: &Surroundings,
        mut steps: usize,
        after: bool,
    ) -> Result<Run, RunError<Killed>> {
        let checkpoint = self.checkpoint.clone();
        run(exchange, checkpoint, surroundings, |step| {
            let killed = steps == 0;
            steps = steps.saturating_sub(1);
            if !killed || after {
                self.keep(step);
            }
            if killed { Err(Killed) } else { Ok(()) }
        })
    }

    /// What is shared, by key.
    pub(crate) fn shared(&self) -> BTreeMap<&str, &Details> {
        let shared = |kept: &'_ Kept| matches!(kept.state, State::Shared(_));
        let kept = self.kept.iter().filter(|(_, kept)| shared(kept));
        kept.filter_map(|(key, kept)| match &kept.state {
            State::Shared(details) => Some((key.as_str(), details)),
            State::Withdrawn => None,
        })
        .collect()
    }

    /// The hashes that are shared, by key.
    pub(crate) fn hashes(&self) -> BTreeMap<String, Vec<String>> {
        let hashes = |details: &Details| details.hashes.iter().map(|hash| format!("{hash:?}")).collect();
        self.shared().into_iter().map(|(key, details)| (key.to_owned(), hashes(details))).collect()
    }
}
