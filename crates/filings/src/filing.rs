//! The way of a filing: drafted → reviewed → filed → acknowledged | rejected → a new draft that names the rejected one.
//!
//! A second person reviews what others wrote, only a file that keeps to the unit's own schema is filed, and the deadline runs
//! from the suspicion, whatever happens to drafts on the way.

use std::collections::BTreeSet;

use model::{Digest, Id, Instant, kinds};
use reports::{RunningClock, words};
use serde::{Deserialize, Serialize};

use crate::{
    deadline::Deadline,
    render::{Rendered, Standing},
};

words! {
    /// Where a filing stands.
    pub enum FilingState: "a state of a filing" {
        /// Being written.
        Drafted = "drafted", "draft";
        /// A second person has read it.
        Reviewed = "reviewed", "reviewed";
        /// The unit has it; no answer yet.
        Filed = "filed", "filed";
        /// The unit has taken it.
        Acknowledged = "acknowledged", "acknowledged";
        /// The unit has refused it.
        Rejected = "rejected", "rejected";
    }
}

impl FilingState {
    /// What happens next, and who does it.
    pub const fn next_step(self) -> &'static str {
        match self {
            Self::Drafted => "A second person reviews it.",
            Self::Reviewed => "File it with the unit, and record that here.",
            Self::Filed => "Record the unit’s answer. Ask the unit if none comes.",
            Self::Acknowledged => "Nothing is due. The acknowledgement is kept with it.",
            Self::Rejected => "Read the reason and begin a new draft: the deadline still runs.",
        }
    }
}

/// What was done with a filing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "step")]
pub enum FilingStep {
    /// It was begun.
    Draft,
    /// It was changed, and is to be reviewed anew.
    Revise,
    /// A second person has read it.
    Review {
        /// The digest of the file they read.
        file: Digest,
    },
    /// It was filed.
    File {
        /// The digest of the file.
        file: Digest,
        /// The digest of the schema it was held against.
        official: Digest,
    },
    /// The unit took it.
    Acknowledge {
        /// The unit's number for it.
        number: String,
    },
    /// The unit refused it.
    Reject {
        /// Why.
        reason: String,
    },
}

/// A step with who took it and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepTaken {
    /// What was done.
    #[serde(flatten)]
    pub step: FilingStep,
    /// By whom.
    pub by: Id<kinds::User>,
    /// When.
    pub at: Instant,
}

/// Why a step is not possible.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilingFault {
    /// The state does not allow it.
    #[error("a filing that is {state} cannot be {wanted}; next: {}", .state.next_step())]
    NotFromHere {
        /// Where it stands.
        state: FilingState,
        /// What was wanted.
        wanted: &'static str,
    },
    /// Whoever wrote it cannot review it.
    #[error("who wrote a filing cannot review it; ask a second person")]
    OwnWork,
    /// The file is a draft.
    #[error("the file is a draft and cannot be filed: {}", .0.join(" · "))]
    NotFilable(Vec<String>),
    /// The file is not of this filing's profile.
    #[error("the file is in the form of another profile; render the report for {0}")]
    OtherProfile(String),
    /// The file is not the one that was reviewed.
    #[error("the file is not the one that was reviewed; have this one reviewed, or file that one")]
    NotAsReviewed,
    /// Nothing was given where the unit's words are needed.
    #[error("{0} is empty; enter it as the unit gave it")]
    Empty(&'static str),
    /// The step lies before the one before it.
    #[error("the step is dated {at}, before the last one of {last}; correct the time")]
    Earlier {
        /// The time given.
        at: Instant,
        /// The time of the last step.
        last: Instant,
    },
}

/// One report on its way to one unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filing {
    id: Id<kinds::Filing>,
    profile: String,
    suspicion_formed: Instant,
    replaces: Option<Id<kinds::Filing>>,
    state: FilingState,
    history: Vec<StepTaken>,
    clocks: Vec<RunningClock>,
}

impl Filing {
    /// Begins a filing. `deadlines` are those in force for the profile.
    pub fn draft(
        id: Id<kinds::Filing>,
        profile: &str,
        suspicion_formed: Instant,
        by: Id<kinds::User>,
        at: Instant,
        deadlines: &[&Deadline],
        holidays: &BTreeSet<model::CivilDate>,
    ) -> Result<Self, FilingFault> {
        if at < suspicion_formed {
            return Err(FilingFault::Earlier { at, last: suspicion_formed });
        }
        Ok(Self {
            id,
            profile: profile.to_owned(),
            suspicion_formed,
            replaces: None,
            state: FilingState::Drafted,
            history: vec![StepTaken { step: FilingStep::Draft, by, at }],
            clocks: deadlines.iter().map(|deadline| deadline.start(suspicion_formed, holidays)).collect(),
        })
    }

    /// Notes that somebody changed the report: they are an author now, and it is reviewed anew.
    pub fn revise(&mut self, by: Id<kinds::User>, at: Instant) -> Result<(), FilingFault> {
        self.from(&[FilingState::Drafted, FilingState::Reviewed], "changed")?;
        self.take(FilingStep::Revise, FilingState::Drafted, by, at)
    }

    /// Notes that a second person has read the file; that file and no other is filed afterwards.
    pub fn review(
        &mut self,
        by: Id<kinds::User>,
        at: Instant,
        rendered: &Rendered,
    ) -> Result<(), FilingFault> {
        self.from(&[FilingState::Drafted], "reviewed")?;
        if self.authors().contains(&by) {
            return Err(FilingFault::OwnWork);
        }
        self.own_form(rendered)?;
        self.take(FilingStep::Review { file: rendered.digest() }, FilingState::Reviewed, by, at)
    }

    /// Notes that it was filed, which ends the deadline. Only a filable file is taken, and only the one that was reviewed.
    pub fn file(&mut self, by: Id<kinds::User>, at: Instant, rendered: &Rendered) -> Result<(), FilingFault> {
        self.from(&[FilingState::Reviewed], "filed")?;
        let official = match &rendered.standing {
            Standing::Filable { official } => *official,
            Standing::Draft { reasons } => return Err(FilingFault::NotFilable(reasons.clone())),
        };
        self.own_form(rendered)?;
        let file = rendered.digest();
        if self.history.last().map(|taken| &taken.step) != Some(&FilingStep::Review { file }) {
            return Err(FilingFault::NotAsReviewed);
        }
        self.take(FilingStep::File { file, official }, FilingState::Filed, by, at)?;
        self.clocks = self.clocks.drain(..).map(|clock| clock.met(at)).collect();
        Ok(())
    }

    /// Notes the unit's acknowledgement with its number.
    pub fn acknowledge(&mut self, by: Id<kinds::User>, at: Instant, number: &str) -> Result<(), FilingFault> {
        self.from(&[FilingState::Filed], "acknowledged")?;
        let number = filled(number, "the unit’s number")?;
        self.take(FilingStep::Acknowledge { number }, FilingState::Acknowledged, by, at)
    }

    /// Notes the unit's refusal with its reason.
    pub fn reject(&mut self, by: Id<kinds::User>, at: Instant, reason: &str) -> Result<(), FilingFault> {
        self.from(&[FilingState::Filed], "rejected")?;
        let reason = filled(reason, "the unit’s reason")?;
        self.take(FilingStep::Reject { reason }, FilingState::Rejected, by, at)
    }

    /// A new draft after a rejection. It names the rejected filing, and the deadline runs from the same suspicion.
    pub fn draft_again(
        &self,
        id: Id<kinds::Filing>,
        by: Id<kinds::User>,
        at: Instant,
    ) -> Result<Self, FilingFault> {
        self.from(&[FilingState::Rejected], "drafted again")?;
        if let Some(last) = self.last().filter(|last| at < *last) {
            return Err(FilingFault::Earlier { at, last });
        }
        let clocks = self.clocks.iter().map(|clock| RunningClock { met_at: None, ..clock.clone() });
        Ok(Self {
            id,
            profile: self.profile.clone(),
            suspicion_formed: self.suspicion_formed,
            replaces: Some(self.id),
            state: FilingState::Drafted,
            history: vec![StepTaken { step: FilingStep::Draft, by, at }],
            clocks: clocks.collect(),
        })
    }

    /// Its id.
    pub const fn id(&self) -> Id<kinds::Filing> {
        self.id
    }

    /// The profile it is in.
    pub fn profile(&self) -> &str {
        &self.profile
    }

    /// When the suspicion was formed.
    pub const fn suspicion_formed(&self) -> Instant {
        self.suspicion_formed
    }

    /// The rejected filing it replaces.
    pub const fn replaces(&self) -> Option<Id<kinds::Filing>> {
        self.replaces
    }

    /// Where it stands.
    pub const fn state(&self) -> FilingState {
        self.state
    }

    /// What was done with it, the oldest first.
    pub fn history(&self) -> &[StepTaken] {
        &self.history
    }

    /// The deadlines that run on it, or ran.
    pub fn clocks(&self) -> &[RunningClock] {
        &self.clocks
    }

    /// Everybody who wrote it.
    pub fn authors(&self) -> BTreeSet<Id<kinds::User>> {
        self.who(|step| matches!(step, FilingStep::Draft | FilingStep::Revise))
    }

    /// Everybody who reviewed it.
    pub fn reviewers(&self) -> BTreeSet<Id<kinds::User>> {
        self.who(|step| matches!(step, FilingStep::Review { .. }))
    }

    fn own_form(&self, rendered: &Rendered) -> Result<(), FilingFault> {
        if rendered.profile == self.profile {
            Ok(())
        } else {
            Err(FilingFault::OtherProfile(self.profile.clone()))
        }
    }

    fn who(&self, wanted: impl Fn(&FilingStep) -> bool) -> BTreeSet<Id<kinds::User>> {
        self.history.iter().filter(|taken| wanted(&taken.step)).map(|taken| taken.by).collect()
    }

    fn last(&self) -> Option<Instant> {
        self.history.last().map(|taken| taken.at)
    }

    fn from(&self, states: &[FilingState], wanted: &'static str) -> Result<(), FilingFault> {
        if states.contains(&self.state) {
            return Ok(());
        }
        Err(FilingFault::NotFromHere { state: self.state, wanted })
    }

    fn take(
        &mut self,
        step: FilingStep,
        to: FilingState,
        by: Id<kinds::User>,
        at: Instant,
    ) -> Result<(), FilingFault> {
        if let Some(last) = self.last().filter(|last| at < *last) {
            return Err(FilingFault::Earlier { at, last });
        }
        self.history.push(StepTaken { step, by, at });
        self.state = to;
        Ok(())
    }
}

fn filled(text: &str, what: &'static str) -> Result<String, FilingFault> {
    let text = text.trim();
    if text.is_empty() { Err(FilingFault::Empty(what)) } else { Ok(text.to_owned()) }
}

#[cfg(test)]
mod tests;
