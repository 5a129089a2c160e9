//! The parts of a report as the API shows them.

use app_intake as intake;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    alert_view::Evidence,
    shared::{ReportRef, TextLine, all},
    values::{AlertId, DecisionId, Moment},
    words::{AccountUse, DecisionKind, IdentifierKind, ReportState, ReportedRole},
};

/// A person a report speaks of: which fields there are, not what they say.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportPerson {
    /// Their place in the report, by which `reveal` opens them.
    person: usize,
    /// The part the report gives them.
    role: ReportedRole,
    /// What a page calls them.
    label: &'static str,
    /// Whether they are a child, in words.
    age: &'static str,
    /// What the account of an associated person is to the one reported.
    account_use: Option<AccountUse>,
    /// The sealed fields there are.
    sealed: Vec<SealedField>,
    /// How many earlier reports it names about them.
    prior_reports: usize,
}

/// A sealed field, and how many of it there are.
#[derive(Serialize, ToSchema)]
pub(crate) struct SealedField {
    /// What it is.
    label: &'static str,
    /// How many.
    count: usize,
}

/// An identifier of a report, its value sealed.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportIdentifier {
    /// Its number in the report, by which `reveal` opens it.
    identifier: i64,
    /// What it names.
    kind: IdentifierKind,
    /// Whose it is, as the report says.
    role: &'static str,
    /// Whether it is the child's.
    of_child: bool,
    /// When it was seen in use.
    seen_at: Option<Moment>,
    /// How many of the organisation's reports name it, with this one.
    reports: i64,
}

/// A file a report speaks of: its hashes and marks, never its bytes; its name is sealed.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportedFile {
    /// Its number in the report, from one, by which `reveal` opens its name.
    file: usize,
    /// Whether it has a name.
    named: bool,
    /// Its hashes.
    hashes: Vec<FileHash>,
    /// How somebody classified it: taxonomy, code and meaning in words.
    classification: Option<String>,
    /// Whether a person viewed it, and who says so; null is unknown.
    viewed: Option<String>,
    /// Whether a person viewed its EXIF data, and who says so; null is unknown.
    exif_viewed: Option<String>,
    /// Whether anybody could see it where it was; null is unknown.
    publicly_available: Option<bool>,
    /// Why it is here, if told.
    relevance: Option<&'static str>,
    /// What it was marked with, in words.
    annotations: Vec<&'static str>,
    /// The banks that know it.
    banks: Vec<String>,
}

/// A hash of a file.
#[derive(Serialize, ToSchema)]
pub(crate) struct FileHash {
    /// The algorithm's name.
    algorithm: String,
    /// The value in hexadecimal.
    hex: String,
}

/// A report that is linked.
#[derive(Serialize, ToSchema)]
#[schema(as = ReportLink)]
pub(crate) struct Link {
    /// The other report.
    report: ReportRef,
    /// How much the link carries: `strong`, `moderate` or `weak`.
    strength: String,
    /// Why, in sentences without the values.
    reasons: Vec<String>,
    /// When it was seen first.
    since: Moment,
}

/// An alert about a report, or about an account it names.
#[derive(Serialize, ToSchema)]
#[schema(as = ReportMatch)]
pub(crate) struct Match {
    /// The alert.
    alert: AlertId,
    /// Its number, such as `A-2026-00007`.
    number: String,
    /// `hash` or `typology`.
    kind: String,
    /// Where it is on its way.
    state: String,
    /// When it was raised.
    raised_at: Moment,
    /// True if it is about an account the report names, rather than about the report.
    of_account: bool,
    /// Title and reasons; null where you may not open it.
    evidence: Option<Evidence>,
    /// Whether you may open it.
    may_open: bool,
}

/// A decision on a report.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportDecision {
    /// Its id, by which it is undone.
    id: DecisionId,
    /// What was decided.
    decision: DecisionKind,
    /// Where the report stood before.
    from: ReportState,
    /// Where it stood after.
    to: ReportState,
    /// Who decided.
    by: String,
    /// When.
    at: Moment,
    /// What was said with it.
    said: Vec<TextLine>,
    /// The number of the case opened, or of the report it was merged into.
    target: Option<String>,
    /// When what it sends left the house; null while it has not, or sends nothing.
    left_house_at: Option<Moment>,
    /// Who undid it, and when.
    undone: Option<Undone>,
    /// Whether you can undo it now.
    can_undo: bool,
}

/// How a decision was undone.
#[derive(Serialize, ToSchema)]
pub(crate) struct Undone {
    /// By whom.
    by: String,
    /// When.
    at: Moment,
}

impl From<intake::PersonView> for ReportPerson {
    fn from(person: intake::PersonView) -> Self {
        let sealed = person.sealed.into_iter();
        Self {
            person: person.index,
            role: person.role.into(),
            label: person.label,
            age: person.age,
            account_use: person.account_use.map(AccountUse::from),
            sealed: sealed.map(|(label, count)| SealedField { label, count }).collect(),
            prior_reports: person.prior_reports,
        }
    }
}

impl From<intake::IdentifierView> for ReportIdentifier {
    fn from(view: intake::IdentifierView) -> Self {
        Self {
            identifier: view.ordinal,
            kind: view.kind.into(),
            role: view.role,
            of_child: view.of_child,
            seen_at: view.seen_at.map(Moment::from),
            reports: view.reports,
        }
    }
}

impl From<intake::FileView> for ReportedFile {
    fn from(file: intake::FileView) -> Self {
        let hashes = file.hashes.into_iter();
        Self {
            file: file.number,
            named: file.named,
            hashes: hashes.map(|hash| FileHash { algorithm: hash.algorithm, hex: hash.hex }).collect(),
            classification: file.classification,
            viewed: file.viewed,
            exif_viewed: file.exif_viewed,
            publicly_available: file.publicly_available,
            relevance: file.relevance,
            annotations: file.annotations,
            banks: file.banks,
        }
    }
}

impl From<intake::LinkView> for Link {
    fn from(link: intake::LinkView) -> Self {
        Self {
            report: link.report.into(),
            strength: link.strength,
            reasons: link.reasons,
            since: link.since.into(),
        }
    }
}

impl From<intake::MatchView> for Match {
    fn from(found: intake::MatchView) -> Self {
        Self {
            alert: found.alert.into(),
            number: found.number,
            kind: found.kind,
            state: found.state,
            raised_at: found.raised_at.into(),
            of_account: found.of_account,
            evidence: found.evidence.map(Evidence::from),
            may_open: found.may_open,
        }
    }
}

impl From<intake::DecisionLine> for ReportDecision {
    fn from(line: intake::DecisionLine) -> Self {
        Self {
            id: line.id.into(),
            decision: line.kind.into(),
            from: line.from.into(),
            to: line.to.into(),
            by: line.by,
            at: line.at.into(),
            said: all(line.said),
            target: line.target,
            left_house_at: line.left_house_at.map(Moment::from),
            undone: line.undone.map(|undone| Undone { by: undone.by, at: undone.at.into() }),
            can_undo: line.can_undo,
        }
    }
}
