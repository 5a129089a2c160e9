//! The forms of the decisions on a report: what they ask for, and what they give.

use app_intake::{HitKind, search};
use app_kernel::{Error, Op, Problem, Tx};
use model::{Id, kinds};
use reports::{Decision, DecisionKind, NoActionReason};

use crate::{Web, form::Fields};

/// What a form asks to be done.
pub(super) enum Wanted {
    /// A new case, under this title.
    NewCase(Option<String>),
    /// The report is added to a case.
    Case(Id<kinds::Case>),
    /// Any other decision.
    Other(Decision),
}

/// Reads a decision's form.
pub(super) async fn wanted(web: &Web, op: &Op, tx: &mut Tx<'_>, fields: &Fields) -> Result<Wanted, Error> {
    let kind: DecisionKind = fields.get("decision").parse().map_err(|_| unknown("decision"))?;
    let (line, text) = (fields.get("line").to_owned(), fields.get("text").to_owned());
    Ok(Wanted::Other(match kind {
        DecisionKind::OpenCase => {
            return match fields.given("case") {
                Some(case) => Ok(Wanted::Case(case.parse().map_err(|_| unknown("case"))?)),
                None => Ok(Wanted::NewCase(fields.given("line").map(str::to_owned))),
            };
        }
        DecisionKind::MergeInto => Decision::MergeInto { report: named(web, op, tx, &line).await? },
        DecisionKind::Refer => Decision::Refer { to: line, why: text },
        DecisionKind::ReturnForInformation => Decision::ReturnForInformation { what: text },
        DecisionKind::NoAction => Decision::NoAction {
            reason: fields.get("reason").parse::<NoActionReason>().map_err(|_| unknown("reason"))?,
            note: text,
        },
        DecisionKind::Reopen => Decision::Reopen { why: text },
        DecisionKind::Triage => Decision::Triage,
        DecisionKind::Close => Decision::Close,
    }))
}

fn unknown(field: &'static str) -> Error {
    Error::invalid(field, "not_a_choice", "The form holds something that cannot be chosen.", "Choose again.")
}

/// The report of a number that was typed.
async fn named(web: &Web, op: &Op, tx: &mut Tx<'_>, number: &str) -> Result<Id<kinds::Report>, Error> {
    let wrong = || {
        Error::invalid(
            "report",
            "no_such_report",
            "There is no report of this number that you may open.",
            "Type a number such as R-2026-00042.",
        )
    };
    let typed: cases::Number = number.parse().map_err(|_| wrong())?;
    let hits = search(op, tx, &web.rules, &typed.to_string()).await?;
    let hit = hits.iter().find(|hit| hit.kind == HitKind::Report && hit.number == typed.to_string());
    Ok(Id::from_uuid(hit.ok_or_else(wrong)?.id))
}

/// Which form stands open, and what was typed into it.
#[derive(Clone, Default)]
pub(super) struct Tried {
    pub(super) kind: Option<DecisionKind>,
    pub(super) problem: Option<String>,
    pub(super) line: String,
    pub(super) text: String,
    pub(super) choice: String,
}

impl Tried {
    /// The form that an address opens.
    pub(super) fn open(word: &str) -> Self {
        Self { kind: word.parse().ok(), ..Self::default() }
    }

    /// The form that was refused, with what was typed.
    pub(super) fn refused(fields: &Fields, problem: &Problem) -> Self {
        Self {
            kind: fields.get("decision").parse().ok(),
            problem: Some(format!("{} {}", problem.sentence, problem.next)),
            line: fields.get("line").to_owned(),
            text: fields.get("text").to_owned(),
            choice: fields.given("case").unwrap_or_else(|| fields.get("reason")).to_owned(),
        }
    }
}
