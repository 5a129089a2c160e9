//! What a person makes of an alert: dismissed with a reason, or open again.

use std::{fmt, str::FromStr};

use access::Action;
use app_kernel::{Error, Op, Permit, Tx};
use model::{Id, kinds};
use serde::{Deserialize, Serialize};
use store::alerts::Alert;

use crate::{AlertState, desk::state_of, raise::rank_reports_again};

/// Letters a note may have.
const NOTE: usize = 4000;

/// Why an alert is dismissed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DismissReason {
    /// A family is supported from abroad.
    FamilySupport,
    /// Wages, rent or sales of a small trade.
    Trade,
    /// The matter is known and in someone's hands.
    InHand,
    /// The data is wrong.
    WrongData,
    /// Something else; the note says what.
    Other,
}

impl DismissReason {
    /// Every reason, in the order a page offers them.
    pub const ALL: [Self; 5] = [Self::FamilySupport, Self::Trade, Self::InHand, Self::WrongData, Self::Other];

    /// The reason's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FamilySupport => "family_support",
            Self::Trade => "trade",
            Self::InHand => "in_hand",
            Self::WrongData => "wrong_data",
            Self::Other => "other",
        }
    }

    /// The reason as a page says it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::FamilySupport => "Ordinary support for a family",
            Self::Trade => "Wages, rent or a small trade",
            Self::InHand => "Known, and in someone’s hands already",
            Self::WrongData => "The data is wrong",
            Self::Other => "Something else, see the note",
        }
    }
}

impl FromStr for DismissReason {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word).ok_or_else(|| {
            Error::invalid(
                "reason",
                "reason_missing",
                "An alert is dismissed with one of the reasons offered.",
                format!("Choose one: {}.", Self::ALL.map(Self::as_str).join(", ")),
            )
        })
    }
}

/// Why an alert was dismissed; sealed wherever it is kept. `Debug` shows no note.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The word of a [`DismissReason`], or `joined` where late payments made two alerts one.
    pub code: String,
    /// What the person wrote.
    #[serde(default)]
    pub note: Option<String>,
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Outcome({}, …)", self.code)
    }
}

/// Dismisses an open alert. The same episode is not raised again.
pub async fn dismiss(
    op: &Op,
    tx: &mut Tx<'_>,
    alert: Id<kinds::Alert>,
    reason: DismissReason,
    note: Option<&str>,
) -> Result<(), Error> {
    let (mut row, permit) = tx.open::<Alert>(op, Action::ReviewAlert, alert.uuid()).await?;
    let note = note.map(str::trim).filter(|note| !note.is_empty());
    if reason == DismissReason::Other && note.is_none() {
        return Err(Error::invalid(
            "note",
            "note_missing",
            "“Something else” needs a note.",
            "Write in a sentence why nothing is to be done.",
        ));
    }
    if note.is_some_and(|note| note.chars().count() > NOTE) {
        return Err(Error::invalid(
            "note",
            "note_too_long",
            format!("A note has at most {NOTE} letters."),
            "Shorten the note.",
        ));
    }
    let before = state_of(&row)?;
    if !before.open() {
        return Err(decided(before));
    }
    let sealer = tx.sealer(&permit, "alert", alert.uuid()).await?;
    let outcome = Outcome { code: reason.as_str().to_owned(), note: note.map(str::to_owned) };
    row.outcome = Some(sealer.seal("outcome", &outcome, tx)?);
    put(
        op,
        tx,
        &permit,
        row,
        (before, AlertState::Dismissed),
        serde_json::json!({ "reason": reason.as_str() }),
    )
    .await
}

/// Opens a dismissed alert again. Why it had been dismissed stays with it.
pub async fn reopen(op: &Op, tx: &mut Tx<'_>, alert: Id<kinds::Alert>) -> Result<(), Error> {
    let (row, permit) = tx.open::<Alert>(op, Action::ReviewAlert, alert.uuid()).await?;
    let before = state_of(&row)?;
    if before != AlertState::Dismissed {
        return Err(decided(before));
    }
    put(op, tx, &permit, row, (before, AlertState::Reviewed), serde_json::json!({})).await
}

/// Writes the decision, has the reports that name the party ranked again, and journals.
async fn put(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    mut row: Alert,
    (before, after): (AlertState, AlertState),
    mut detail: serde_json::Value,
) -> Result<(), Error> {
    after.as_str().clone_into(&mut row.state);
    row.reviewed_by = Some(op.actor.user);
    row.reviewed_at = Some(tx.house().now());
    if !store::alerts::review(tx.store(permit), &row, before.as_str()).await? {
        return Err(Error::conflict(
            "somebody_was_quicker",
            "Somebody decided on this alert a moment ago.",
            "Open it again to see what they decided.",
        ));
    }
    if let Some(party) = row.party
        && let Some(party) = store::ledger::find_party(tx.store(permit), party).await?
    {
        rank_reports_again(tx, permit, &party).await?;
    }
    if let Some(detail) = detail.as_object_mut() {
        detail.insert("before".to_owned(), before.as_str().into());
        detail.insert("state".to_owned(), after.as_str().into());
    }
    tx.journal(op, permit, detail).await
}

fn decided(state: AlertState) -> Error {
    match state {
        AlertState::New | AlertState::Reviewed => Error::conflict(
            "alert_open",
            "This alert is open already.",
            "Escalate it to a report, or dismiss it with a reason.",
        ),
        AlertState::Escalated => {
            Error::conflict("alert_escalated", "This alert became a report.", "Go on with the report.")
        }
        AlertState::Dismissed => Error::conflict(
            "alert_dismissed",
            "This alert was dismissed.",
            "Reopen it first if there is something new.",
        ),
    }
}
