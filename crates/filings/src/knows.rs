//! Who may know that a report exists.
//!
//! To tell a client or anybody without need that a suspicion was reported is an offence in every jurisdiction served here
//! (tipping off). For whoever may not know, a filing does not exist: the answer is the same as for one that was never made.

use model::{Id, Instant, kinds};
use serde::{Deserialize, Serialize};

use crate::filing::Filing;

/// Somebody who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asker {
    /// Who.
    pub user: Id<kinds::User>,
    /// Their organisation.
    pub organisation: Id<kinds::Organisation>,
    /// Whether they hold the compliance role in it.
    pub compliance: bool,
}

/// Leave to know, given to one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leave {
    /// To whom.
    pub to: Id<kinds::User>,
    /// By whom, of the compliance role.
    pub by: Id<kinds::User>,
    /// When.
    pub at: Instant,
    /// Until when, if it ends.
    pub until: Option<Instant>,
    /// Why they need to know.
    pub why: String,
}

/// Who may know of one filing, beyond those who made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Knows {
    organisation: Id<kinds::Organisation>,
    leaves: Vec<Leave>,
    barred: Vec<Id<kinds::User>>,
}

/// Why somebody may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// They wrote it.
    Author,
    /// They reviewed it.
    Reviewer,
    /// They hold the compliance role of the organisation that files.
    Compliance,
    /// They were given leave.
    Leave,
}

/// Why leave is not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeaveFault {
    /// Only the compliance role gives leave.
    #[error("only the compliance role of the organisation that files may let others know; ask them")]
    NotCompliance,
    /// Nobody gives leave to themselves.
    #[error("nobody lets themselves know; ask another person of the compliance role")]
    ToOneself,
    /// The person is kept out.
    #[error("this person is kept out of this filing; leave cannot be given")]
    Barred,
    /// No reason.
    #[error("say why this person needs to know")]
    NoReason,
    /// It ends before it begins.
    #[error("the leave ends before it begins; correct the time")]
    Ended,
}

impl Knows {
    /// The rule for a filing of an organisation: nobody but those who made it and its compliance role. `barred` are users
    /// whom the report concerns, such as a colleague who is a subject: they never know, whatever their role.
    pub const fn new(organisation: Id<kinds::Organisation>, barred: Vec<Id<kinds::User>>) -> Self {
        Self { organisation, leaves: Vec::new(), barred }
    }

    /// Whether somebody may know of the filing at a moment, and why. `None`: for them it does not exist.
    pub fn may_know(&self, filing: &Filing, asker: &Asker, now: Instant) -> Option<Because> {
        if asker.organisation != self.organisation || self.barred.contains(&asker.user) {
            return None;
        }
        if filing.authors().contains(&asker.user) {
            return Some(Because::Author);
        }
        if filing.reviewers().contains(&asker.user) {
            return Some(Because::Reviewer);
        }
        if asker.compliance {
            return Some(Because::Compliance);
        }
        let holds = |leave: &Leave| {
            leave.to == asker.user && leave.at <= now && leave.until.is_none_or(|until| now < until)
        };
        self.leaves.iter().any(holds).then_some(Because::Leave)
    }

    /// Lets somebody of the organisation know.
    pub fn let_know(&mut self, giver: &Asker, leave: Leave) -> Result<(), LeaveFault> {
        let in_charge = giver.compliance && giver.organisation == self.organisation && giver.user == leave.by;
        if !in_charge || self.barred.contains(&giver.user) {
            return Err(LeaveFault::NotCompliance);
        }
        if leave.to == giver.user {
            return Err(LeaveFault::ToOneself);
        }
        if self.barred.contains(&leave.to) {
            return Err(LeaveFault::Barred);
        }
        if leave.why.trim().is_empty() {
            return Err(LeaveFault::NoReason);
        }
        if leave.until.is_some_and(|until| until <= leave.at) {
            return Err(LeaveFault::Ended);
        }
        self.leaves.push(leave);
        Ok(())
    }

    /// Ends every leave of a person, from `at` on.
    pub fn withdraw(&mut self, giver: &Asker, from: Id<kinds::User>, at: Instant) -> Result<(), LeaveFault> {
        if !giver.compliance || giver.organisation != self.organisation || self.barred.contains(&giver.user) {
            return Err(LeaveFault::NotCompliance);
        }
        for leave in self.leaves.iter_mut().filter(|leave| leave.to == from) {
            leave.until = Some(leave.until.map_or(at, |until| until.min(at)));
        }
        Ok(())
    }

    /// Keeps somebody out from now on, whatever their role or leave.
    pub fn bar(&mut self, user: Id<kinds::User>) {
        if !self.barred.contains(&user) {
            self.barred.push(user);
        }
    }

    /// The leaves that were given.
    pub fn leaves(&self) -> &[Leave] {
        &self.leaves
    }
}

#[cfg(test)]
mod tests;
