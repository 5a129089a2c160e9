//! A filing: a report, notice or package on its way out of the house.
//!
//! drafted → reviewed → ready → sent → acknowledged | rejected → drafted again; withdrawn at any time before it is sent.
//! A second person reviews what one person drafted. Every step can be undone until the filing has left the house.

use std::fmt;

use model::{Id, Instant, kinds};
use reports::{ClockState, RunningClock, words};
use serde::{Deserialize, Serialize};

words! {
    /// What is filed.
    pub enum FilingKind: "a kind of filing" {
        /// A referral to another agency as a sealed package.
        Referral = "referral", "referral package";
        /// A report with NCMEC.
        CyberTipline = "cybertipline", "CyberTipline report";
        /// A suspicious transaction report in goAML form.
        SuspiciousTransactionReport = "suspicious_transaction_report", "suspicious transaction report";
        /// A FinCEN suspicious activity report.
        SuspiciousActivityReport = "suspicious_activity_report", "suspicious activity report";
        /// Hashes in VICS form.
        Vics = "vics", "VICS package";
        /// A bundle in CASE/UCO form.
        CaseUco = "case_uco", "CASE/UCO bundle";
    }
}

words! {
    /// Where a filing stands.
    pub enum FilingState: "a state of a filing" {
        /// Written, not reviewed.
        Drafted = "drafted", "drafted";
        /// A second person has reviewed it.
        Reviewed = "reviewed", "reviewed";
        /// Complete and waiting to be sent.
        Ready = "ready", "ready to send";
        /// Sent; no answer yet.
        Sent = "sent", "sent";
        /// The receiver has confirmed it.
        Acknowledged = "acknowledged", "acknowledged";
        /// The receiver has refused it, for a reason.
        Rejected = "rejected", "rejected";
        /// Taken back before it was sent.
        Withdrawn = "withdrawn", "withdrawn";
    }
}

words! {
    /// What is done with a filing. The label is what a button says.
    pub enum FilingStepKind: "a step of a filing" {
        /// A second person confirms it.
        Review = "review", "Confirm the review";
        /// Mark it complete.
        MakeReady = "make_ready", "Mark ready to send";
        /// Send it.
        Send = "send", "Send";
        /// Record the receiver's confirmation.
        Acknowledge = "acknowledge", "Record the acknowledgement";
        /// Record the receiver's refusal.
        Reject = "reject", "Record the rejection";
        /// Change it; it is reviewed anew.
        Redraft = "redraft", "Change the draft";
        /// Take it back.
        Withdraw = "withdraw", "Withdraw";
    }
}

impl FilingState {
    /// The steps that are possible here. Only an acknowledged filing has none: it has arrived.
    pub const fn possible(self) -> &'static [FilingStepKind] {
        use FilingStepKind::{Acknowledge, MakeReady, Redraft, Reject, Review, Send, Withdraw};
        match self {
            Self::Drafted => &[Review, Redraft, Withdraw],
            Self::Reviewed => &[MakeReady, Redraft, Withdraw],
            Self::Ready => &[Send, Redraft, Withdraw],
            Self::Sent => &[Acknowledge, Reject],
            Self::Rejected | Self::Withdrawn => &[Redraft],
            Self::Acknowledged => &[],
        }
    }

    /// What happens next, and who does it.
    pub const fn next_step(self) -> &'static str {
        match self {
            Self::Drafted => "A second person reviews it.",
            Self::Reviewed => "Check that it is complete and mark it ready to send.",
            Self::Ready => "Send it, or let the next transmission take it.",
            Self::Sent => "The receiver confirms or refuses it. Ask them if nothing comes.",
            Self::Acknowledged => "Nothing is due. The acknowledgement is kept with it.",
            Self::Rejected => "Read the reason, change the draft and have it reviewed again.",
            Self::Withdrawn => "Nothing is due. Change the draft to take it up again.",
        }
    }
}

impl FilingStepKind {
    /// The state it leads to.
    pub const fn leads_to(self) -> FilingState {
        match self {
            Self::Review => FilingState::Reviewed,
            Self::MakeReady => FilingState::Ready,
            Self::Send => FilingState::Sent,
            Self::Acknowledge => FilingState::Acknowledged,
            Self::Reject => FilingState::Rejected,
            Self::Redraft => FilingState::Drafted,
            Self::Withdraw => FilingState::Withdrawn,
        }
    }

    /// True if the step happened between this house and another, and cannot be undone.
    pub const fn left_the_house(self) -> bool {
        matches!(self, Self::Send | Self::Acknowledge | Self::Reject)
    }
}

/// A step with what it needs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum FilingStep {
    /// A second person confirms it.
    Review {
        /// Who.
        by: Id<kinds::User>,
    },
    /// It is complete.
    MakeReady,
    /// It was sent.
    Send {
        /// When.
        at: Instant,
    },
    /// The receiver confirmed it.
    Acknowledge {
        /// The receiver's number for it.
        reference: String,
    },
    /// The receiver refused it.
    Reject {
        /// Why.
        reason: String,
    },
    /// Somebody changes it.
    Redraft {
        /// Who.
        by: Id<kinds::User>,
    },
    /// It is taken back.
    Withdraw {
        /// Why.
        why: String,
    },
}

impl FilingStep {
    /// What it does.
    pub const fn kind(&self) -> FilingStepKind {
        match self {
            Self::Review { .. } => FilingStepKind::Review,
            Self::MakeReady => FilingStepKind::MakeReady,
            Self::Send { .. } => FilingStepKind::Send,
            Self::Acknowledge { .. } => FilingStepKind::Acknowledge,
            Self::Reject { .. } => FilingStepKind::Reject,
            Self::Redraft { .. } => FilingStepKind::Redraft,
            Self::Withdraw { .. } => FilingStepKind::Withdraw,
        }
    }
}

impl fmt::Debug for FilingStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FilingStep({})", self.kind())
    }
}

/// A filing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filing {
    /// What is filed.
    pub kind: FilingKind,
    /// Where it stands.
    pub state: FilingState,
    /// Who wrote the version that stands.
    pub drafter: Id<kinds::User>,
    /// Who reviewed it; never the drafter.
    pub reviewer: Option<Id<kinds::User>>,
    /// When it was sent.
    pub sent_at: Option<Instant>,
    /// The receiver's number for it.
    pub reference: Option<String>,
    /// Why the receiver refused it, or why it was withdrawn.
    pub reason: Option<String>,
    /// The clock that runs on it.
    pub clock: Option<RunningClock>,
}

impl Filing {
    /// A new draft.
    pub const fn draft(kind: FilingKind, drafter: Id<kinds::User>, clock: Option<RunningClock>) -> Self {
        Self {
            kind,
            state: FilingState::Drafted,
            drafter,
            reviewer: None,
            sent_at: None,
            reference: None,
            reason: None,
            clock,
        }
    }

    /// Takes a step and keeps what is needed to undo it.
    pub fn take(&self, step: FilingStep) -> Result<FilingChange, FilingFault> {
        let kind = step.kind();
        if !self.state.possible().contains(&kind) {
            return Err(FilingFault::NotAllowed { state: self.state, step: kind });
        }
        let mut after = Self { state: kind.leads_to(), reason: None, ..self.clone() };
        match &step {
            FilingStep::Review { by } => {
                second_person(self.drafter, *by)?;
                after.reviewer = Some(*by);
            }
            FilingStep::MakeReady => {}
            FilingStep::Send { at } => after.sent_at = Some(*at),
            FilingStep::Acknowledge { reference } => {
                after.reference = Some(given(reference, FilingFault::NoReference)?);
            }
            FilingStep::Reject { reason } => after.reason = Some(given(reason, FilingFault::NoReason)?),
            FilingStep::Withdraw { why } => after.reason = Some(given(why, FilingFault::NoReason)?),
            FilingStep::Redraft { by } => {
                after.drafter = *by;
                after.reviewer = None;
                after.sent_at = None;
            }
        }
        Ok(FilingChange { before: self.clone(), step, after })
    }

    /// How its clock stands at `now`: met when it was sent, running again when it was rejected. `None` without a clock.
    pub fn clock_state(&self, now: Instant) -> Option<ClockState> {
        let arrived = matches!(self.state, FilingState::Sent | FilingState::Acknowledged);
        let met_at = self.sent_at.filter(|_| arrived);
        self.clock.clone().map(|clock| RunningClock { met_at, ..clock }.state(now))
    }
}

impl fmt::Debug for Filing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Filing").field("kind", &self.kind).field("state", &self.state).finish_non_exhaustive()
    }
}

/// Checks that another person than the drafter reviews.
pub fn second_person(drafter: Id<kinds::User>, reviewer: Id<kinds::User>) -> Result<(), SamePerson> {
    if drafter == reviewer { Err(SamePerson) } else { Ok(()) }
}

fn given(text: &str, missing: FilingFault) -> Result<String, FilingFault> {
    let text = text.trim();
    if text.is_empty() { Err(missing) } else { Ok(text.to_owned()) }
}

/// A step that was taken, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilingChange {
    /// The filing before.
    pub before: Filing,
    /// The step.
    pub step: FilingStep,
    /// The filing after.
    pub after: Filing,
}

impl FilingChange {
    /// The filing as it was before the step. `now` is the filing as it stands: only the latest step can be undone.
    pub fn undo(&self, now: &Filing) -> Result<Filing, FilingUndo> {
        let step = self.step.kind();
        if step.left_the_house() {
            return Err(FilingUndo::LeftTheHouse { step });
        }
        if *now != self.after {
            return Err(FilingUndo::NotTheLatest { step, now: now.state });
        }
        Ok(self.before.clone())
    }
}

/// Drafter and reviewer are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("whoever drafted it cannot review it; ask a second person")]
pub struct SamePerson;

/// The step is not possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilingFault {
    /// Not in this state.
    #[error(
        "a filing that is {} cannot take the step “{}”; possible now: {}",
        state.label(), step.label(), choice(*state)
    )]
    NotAllowed {
        /// Where the filing stands.
        state: FilingState,
        /// What was tried.
        step: FilingStepKind,
    },
    /// Not by this person.
    #[error(transparent)]
    SamePerson(#[from] SamePerson),
    /// No number.
    #[error("give the receiver's number for the filing")]
    NoReference,
    /// No reason.
    #[error("say why")]
    NoReason,
}

fn choice(state: FilingState) -> String {
    match state.possible() {
        [] => "nothing, it has arrived".to_owned(),
        steps => steps.iter().map(|step| step.label()).collect::<Vec<_>>().join(", "),
    }
}

/// The step cannot be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilingUndo {
    /// The filing left the house.
    #[error("“{}” cannot be undone: the filing has left the house; send a correction or a retraction", step.label())]
    LeftTheHouse {
        /// The step.
        step: FilingStepKind,
    },
    /// Something was done since.
    #[error("“{}” is not the latest step: the filing is {} now; undo the later ones first", step.label(), now.label())]
    NotTheLatest {
        /// The step.
        step: FilingStepKind,
        /// Where the filing stands.
        now: FilingState,
    },
}

#[cfg(test)]
mod tests;
