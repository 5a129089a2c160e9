//! The three tracks of a case, each with states of its own, and the phase they add up to.
//!
//! There is no state “withdrawn by the victim” and no reason for an end that amounts to it: desistance and recantation
//! do not dismiss (IRR of RA 11930, section 64; RA 9208 as amended, section 8(j)). They are [`crate::Statement`]s.

use reports::words;
use serde::{Deserialize, Serialize};

words! {
    /// A track of a case. All three run side by side.
    pub enum CaseTrack: "a track of a case" {
        /// Finding out and stopping it.
        Investigation = "investigation", "investigation";
        /// Charges and court.
        Prosecution = "prosecution", "prosecution";
        /// The survivor's own way.
        Aftercare = "aftercare", "aftercare";
    }
}

words! {
    /// Where the investigation stands.
    pub enum InvestigationState: "a state of an investigation" {
        /// Nobody investigates yet.
        NotStarted = "not_started", "not started";
        /// Under way.
        UnderWay = "under_way", "under way";
        /// An operation is planned.
        OperationPlanned = "operation_planned", "operation planned";
        /// An operation was carried out.
        OperationExecuted = "operation_executed", "operation executed";
        /// No lead at present; new ones wake it.
        Dormant = "dormant", "no lead at present";
        /// Concluded, for a reason.
        Concluded = "concluded", "concluded";
    }
}

words! {
    /// Where the prosecution stands.
    pub enum ProsecutionState: "a state of a prosecution" {
        /// Nothing is submitted.
        NotStarted = "not_started", "not started";
        /// With the prosecutor, in inquest or preliminary investigation.
        Submitted = "submitted", "submitted to the prosecutor";
        /// The prosecutor dropped it, for a reason.
        Dropped = "dropped", "dropped by the prosecutor";
        /// Filed in court.
        Filed = "filed", "filed in court";
        /// On trial.
        OnTrial = "on_trial", "on trial";
        /// The court dismissed it, for a reason.
        Dismissed = "dismissed", "dismissed by the court";
        /// Convicted.
        Convicted = "convicted", "convicted";
        /// Acquitted.
        Acquitted = "acquitted", "acquitted";
        /// A conviction is appealed.
        Appealed = "appealed", "appealed";
        /// Final.
        Final = "final", "final";
    }
}

words! {
    /// Where the survivor's aftercare stands.
    pub enum AftercareState: "a state of aftercare" {
        /// No social worker has taken it up.
        NotStarted = "not_started", "not started";
        /// Taken in.
        Intake = "intake", "intake";
        /// Being assessed.
        Assessment = "assessment", "assessment";
        /// A plan is made and approved.
        Planned = "planned", "plan approved";
        /// The plan is carried out.
        Implementation = "implementation", "implementation";
        /// On the way back into family and school.
        Reintegration = "reintegration", "reintegration";
        /// Followed up.
        Monitoring = "monitoring", "monitoring";
        /// Closed with approval.
        Closed = "closed", "closed";
        /// Taken up again.
        Reopened = "reopened", "reopened";
    }
}

words! {
    /// Why a track ended. That a child or family does not want to go on is not among them.
    pub enum EndReason: "a reason for an end" {
        /// Everything that can be charged is with the prosecutor.
        SubmittedForProsecution = "submitted_for_prosecution", "submitted for prosecution";
        /// Another agency has taken it over.
        TakenOver = "taken_over", "taken over by another agency";
        /// It was no offence.
        NoOffence = "no_offence", "no offence found";
        /// The evidence does not reach the standard.
        InsufficientEvidence = "insufficient_evidence", "insufficient evidence";
        /// The accused has died.
        AccusedDied = "accused_died", "the accused has died";
        /// The court or office has no jurisdiction.
        NoJurisdiction = "no_jurisdiction", "no jurisdiction";
        /// A flaw of form that can be mended by filing again.
        DefectOfForm = "defect_of_form", "defect of form";
    }
}

impl InvestigationState {
    /// The states that can come next. Never empty.
    pub const fn next(self) -> &'static [Self] {
        match self {
            Self::NotStarted | Self::Dormant | Self::Concluded => &[Self::UnderWay],
            Self::UnderWay => &[Self::OperationPlanned, Self::Dormant, Self::Concluded],
            Self::OperationPlanned => &[Self::OperationExecuted, Self::UnderWay],
            Self::OperationExecuted => &[Self::UnderWay, Self::Concluded],
        }
    }
}

impl ProsecutionState {
    /// The states that can come next. Never empty: a new charge may follow a final judgment.
    pub const fn next(self) -> &'static [Self] {
        match self {
            Self::NotStarted | Self::Final => &[Self::Submitted],
            Self::Submitted => &[Self::Filed, Self::Dropped],
            Self::Dropped => &[Self::Submitted, Self::Final],
            Self::Filed => &[Self::OnTrial, Self::Dismissed],
            Self::OnTrial => &[Self::Convicted, Self::Acquitted, Self::Dismissed],
            Self::Dismissed => &[Self::Filed, Self::Final],
            Self::Convicted => &[Self::Appealed, Self::Final],
            Self::Acquitted => &[Self::Final],
            Self::Appealed => &[Self::Convicted, Self::Acquitted, Self::OnTrial],
        }
    }
}

impl AftercareState {
    /// The states that can come next. Never empty: care goes back a step when it has to.
    pub const fn next(self) -> &'static [Self] {
        match self {
            Self::NotStarted => &[Self::Intake],
            Self::Intake => &[Self::Assessment],
            Self::Assessment => &[Self::Planned],
            Self::Planned => &[Self::Implementation, Self::Assessment],
            Self::Implementation => &[Self::Reintegration, Self::Assessment],
            Self::Reintegration => &[Self::Monitoring, Self::Implementation],
            Self::Monitoring => &[Self::Closed, Self::Implementation],
            Self::Closed => &[Self::Reopened],
            Self::Reopened => {
                &[Self::Assessment, Self::Implementation, Self::Reintegration, Self::Monitoring, Self::Closed]
            }
        }
    }
}

/// A state with its track.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "track", content = "state", rename_all = "snake_case")]
pub enum TrackState {
    /// Of the investigation.
    Investigation(InvestigationState),
    /// Of the prosecution.
    Prosecution(ProsecutionState),
    /// Of aftercare.
    Aftercare(AftercareState),
}

impl TrackState {
    /// Its track.
    pub const fn track(self) -> CaseTrack {
        match self {
            Self::Investigation(_) => CaseTrack::Investigation,
            Self::Prosecution(_) => CaseTrack::Prosecution,
            Self::Aftercare(_) => CaseTrack::Aftercare,
        }
    }

    /// The words a page uses.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Investigation(state) => state.label(),
            Self::Prosecution(state) => state.label(),
            Self::Aftercare(state) => state.label(),
        }
    }

    /// The states of the same track that can come next.
    pub fn next(self) -> Vec<Self> {
        match self {
            Self::Investigation(state) => state.next().iter().copied().map(Self::Investigation).collect(),
            Self::Prosecution(state) => state.next().iter().copied().map(Self::Prosecution).collect(),
            Self::Aftercare(state) => state.next().iter().copied().map(Self::Aftercare).collect(),
        }
    }

    /// True if the state ends something and so needs a reason.
    pub const fn needs_reason(self) -> bool {
        matches!(
            self,
            Self::Investigation(InvestigationState::Concluded)
                | Self::Prosecution(ProsecutionState::Dropped | ProsecutionState::Dismissed)
        )
    }
}

/// The three tracks of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Tracks {
    /// Where the investigation stands.
    pub investigation: InvestigationState,
    /// Where the prosecution stands.
    pub prosecution: ProsecutionState,
    /// Where aftercare stands.
    pub aftercare: AftercareState,
}

impl Default for Tracks {
    fn default() -> Self {
        Self {
            investigation: InvestigationState::NotStarted,
            prosecution: ProsecutionState::NotStarted,
            aftercare: AftercareState::NotStarted,
        }
    }
}

/// One step of one track, as it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TrackStep {
    /// The state before.
    pub from: TrackState,
    /// The state after.
    pub to: TrackState,
    /// Why, where the step ends something.
    pub why: Option<EndReason>,
}

impl Tracks {
    /// The state of a track.
    pub const fn state(&self, track: CaseTrack) -> TrackState {
        match track {
            CaseTrack::Investigation => TrackState::Investigation(self.investigation),
            CaseTrack::Prosecution => TrackState::Prosecution(self.prosecution),
            CaseTrack::Aftercare => TrackState::Aftercare(self.aftercare),
        }
    }

    /// Moves the track `to` belongs to. The other two stay as they are.
    pub fn step(self, to: TrackState, why: Option<EndReason>) -> Result<(Self, TrackStep), NotAStep> {
        let from = self.state(to.track());
        if !from.next().contains(&to) {
            return Err(NotAStep::NotNext { from, to });
        }
        if to.needs_reason() && why.is_none() {
            return Err(NotAStep::WithoutReason { to });
        }
        Ok((self.with(to), TrackStep { from, to, why }))
    }

    /// Takes back a step that was recorded wrongly; only the latest of its track can be.
    pub fn undo(self, step: &TrackStep) -> Result<Self, TrackUndo> {
        let now = self.state(step.to.track());
        if now == step.to { Ok(self.with(step.from)) } else { Err(TrackUndo { step: step.to, now }) }
    }

    /// The phase the tracks add up to: the furthest thing that is going on.
    pub const fn phase(&self) -> Phase {
        use AftercareState as Care;
        use InvestigationState as Inquiry;
        use ProsecutionState as Court;
        match (self.investigation, self.prosecution, self.aftercare) {
            (_, Court::OnTrial, _) => Phase::Trial,
            (_, Court::Convicted | Court::Acquitted | Court::Appealed, _) => Phase::Judgment,
            (_, Court::Submitted | Court::Filed, _) => Phase::Prosecution,
            (Inquiry::OperationPlanned | Inquiry::OperationExecuted, _, _) => Phase::Operation,
            (Inquiry::UnderWay | Inquiry::Dormant, _, _) => Phase::Investigation,
            (Inquiry::NotStarted, Court::NotStarted, Care::NotStarted) => Phase::Intake,
            (_, _, Care::NotStarted | Care::Closed) => Phase::Closed,
            (_, _, _) => Phase::Aftercare,
        }
    }

    const fn with(mut self, state: TrackState) -> Self {
        match state {
            TrackState::Investigation(state) => self.investigation = state,
            TrackState::Prosecution(state) => self.prosecution = state,
            TrackState::Aftercare(state) => self.aftercare = state,
        }
        self
    }
}

words! {
    /// The phase of a case.
    pub enum Phase: "a phase of a case" {
        /// Opened; nothing has begun.
        Intake = "intake", "intake";
        /// Being investigated.
        Investigation = "investigation", "investigation";
        /// An operation is planned or was carried out.
        Operation = "operation", "operation";
        /// With the prosecutor, or filed.
        Prosecution = "prosecution", "prosecution";
        /// On trial.
        Trial = "trial", "trial";
        /// Judged, not final.
        Judgment = "judgment", "judgment";
        /// Court and police are done; care goes on.
        Aftercare = "aftercare", "aftercare";
        /// Every track that began has ended.
        Closed = "closed", "closed";
    }
}

/// The step is not possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAStep {
    /// It does not follow.
    #[error(
        "the {} is “{}” and cannot become “{}”; possible now: {}",
        from.track().label(), from.label(), to.label(),
        from.next().iter().map(|state| state.label()).collect::<Vec<_>>().join(", ")
    )]
    NotNext {
        /// Where the track stands.
        from: TrackState,
        /// What was tried.
        to: TrackState,
    },
    /// It ends something without saying why.
    #[error("say why the {} becomes “{}”", to.track().label(), to.label())]
    WithoutReason {
        /// What was tried.
        to: TrackState,
    },
}

/// The step is not the latest of its track.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the step to “{}” is not the latest: the {} is “{}” now; undo the later ones first",
    step.label(), now.track().label(), now.label()
)]
pub struct TrackUndo {
    /// The state the step led to.
    pub step: TrackState,
    /// Where the track stands.
    pub now: TrackState,
}

#[cfg(test)]
mod tests;
