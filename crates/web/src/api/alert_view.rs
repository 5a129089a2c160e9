//! An alert as the API shows it.

use std::borrow::Cow;

use app_screening as screens;
use serde::{Serialize, Serializer};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type, schema::SchemaType},
};

use super::{
    shared::{JournalLine, all},
    values::{AlertId, Moment, PartyId, ReportId},
    words::AlertState,
};

/// How an alert ranks.
#[derive(Clone, Copy)]
pub(crate) struct Band(screens::Band);

impl From<screens::Band> for Band {
    fn from(band: screens::Band) -> Self {
        Self(band)
    }
}

impl Serialize for Band {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

impl PartialSchema for Band {
    fn schema() -> RefOr<Schema> {
        use screens::Band::{High, Low, Medium};
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .description(Some("How an alert ranks among others."))
            .enum_values(Some([High, Medium, Low].map(screens::Band::as_str)))
            .into()
    }
}

impl ToSchema for Band {
    fn name() -> Cow<'static, str> {
        "Band".into()
    }
}

/// A row of the desk. It says nothing about who the party is.
#[derive(Serialize, ToSchema)]
pub(crate) struct AlertRow {
    /// The alert.
    id: AlertId,
    /// Its number, such as `A-2026-00007`.
    number: String,
    /// `typology` or `hash`.
    kind: String,
    /// The typology's title, or which list knew a file.
    title: String,
    /// How it ranks.
    band: Band,
    /// The order within the band, higher first.
    score: i64,
    /// The weightiest reason, in a sentence.
    why: String,
    /// When it was raised.
    raised_at: Moment,
    /// The first thing it rests on.
    first_at: Moment,
    /// The last thing it rests on.
    last_at: Moment,
    /// Where it is on its way.
    state: AlertState,
    /// The party's country, ISO 3166-1 alpha-2, if it has a party and it is known.
    country: Option<String>,
}

/// An alert, open.
#[derive(Serialize, ToSchema)]
pub(crate) struct Alert {
    /// The alert.
    id: AlertId,
    /// Its number, such as `A-2026-00007`.
    number: String,
    /// `typology` or `hash`.
    kind: String,
    /// The typology's id, or the list's name; null in an outline.
    typology: Option<String>,
    /// The typology's version; empty for a bank.
    version: String,
    /// Where it is on its way.
    state: AlertState,
    /// How it ranks.
    band: Band,
    /// The order within the band.
    score: i64,
    /// When it was raised.
    raised_at: Moment,
    /// The first thing it rests on.
    first_at: Moment,
    /// The last thing it rests on.
    last_at: Moment,
    /// When it was last decided on.
    reviewed_at: Option<Moment>,
    /// Title, every reason in words, and what is asked; null in an outline.
    evidence: Option<Evidence>,
    /// The party, without who it is.
    party: Option<Party>,
    /// Other alerts about the same party, oldest first.
    others: Vec<OtherAlert>,
    /// Reports that name the party's account and that you may open.
    same_account: Vec<ReportHit>,
    /// How many such reports there are besides.
    same_account_hidden: usize,
    /// The report it is about, for a hash alert.
    report: Option<ReportHit>,
    /// The report it became.
    escalated_to: Option<ReportHit>,
    /// Why it was dismissed, also after it was reopened.
    outcome: Option<Outcome>,
    /// Whether screening found more of it after it was last decided on.
    went_on: bool,
    /// What happened to it, newest first.
    journal: Vec<JournalLine>,
    /// What is to be done next, in words.
    next_step: &'static str,
    /// Whether you may open the party.
    may_reveal: bool,
    /// Whether you may decide on it.
    may_review: bool,
}

/// What an alert says of itself.
#[derive(Serialize, ToSchema)]
pub(crate) struct Evidence {
    /// What it is, in a line.
    title: String,
    /// The reasons, a sentence each, the weightiest first.
    lines: Vec<String>,
    /// What a person is asked to do with it.
    hint: Option<String>,
}

/// A party to payments, without who it is.
#[derive(Serialize, ToSchema)]
pub(crate) struct Party {
    /// The party.
    id: PartyId,
    /// `individual`, `business`, or not known.
    kind: Option<String>,
    /// Its country, ISO 3166-1 alpha-2, if known.
    country: Option<String>,
    /// When the ledger first named it.
    since: Moment,
}

/// Another alert about the same party.
#[derive(Serialize, ToSchema)]
pub(crate) struct OtherAlert {
    /// The alert.
    id: AlertId,
    /// Its number, such as `A-2026-00007`.
    number: String,
    /// The typology's id.
    typology: String,
    /// Where it is on its way.
    state: AlertState,
    /// How it ranks.
    band: Band,
    /// The first thing it rests on.
    first_at: Moment,
    /// The last thing it rests on.
    last_at: Moment,
}

/// A report, by its number and state.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportHit {
    /// The report.
    id: ReportId,
    /// Its number, such as `R-2026-00042`.
    number: String,
    /// Where it stands.
    state: String,
    /// Its level of urgency, 1 the most.
    level: i64,
    /// When it was received.
    received_at: Moment,
    /// Whether you may open it.
    may_open: bool,
}

/// Why an alert was dismissed.
#[derive(Serialize, ToSchema)]
pub(crate) struct Outcome {
    /// A reason's word, or `joined` where late payments made two alerts one.
    code: String,
    /// What the person wrote.
    note: Option<String>,
}

fn number(prefix: cases::Prefix, year: i64, n: i64) -> String {
    let year = u16::try_from(year).unwrap_or_default();
    cases::Number { prefix, year, n: u32::try_from(n).unwrap_or(u32::MAX) }.to_string()
}

impl From<screens::AlertRow> for AlertRow {
    fn from(row: screens::AlertRow) -> Self {
        Self {
            id: row.id.into(),
            number: number(cases::Prefix::Alert, row.year, row.number),
            kind: row.kind,
            title: row.title,
            band: row.band.into(),
            score: row.score,
            why: row.why,
            raised_at: row.raised_at.into(),
            first_at: row.first_at.into(),
            last_at: row.last_at.into(),
            state: row.state.into(),
            country: row.country,
        }
    }
}

impl From<screening::AlertEvidence> for Evidence {
    fn from(evidence: screening::AlertEvidence) -> Self {
        Self { title: evidence.title, lines: evidence.lines, hint: evidence.hint }
    }
}

impl From<screens::OtherAlert> for OtherAlert {
    fn from(other: screens::OtherAlert) -> Self {
        Self {
            id: other.id.into(),
            number: number(cases::Prefix::Alert, other.year, other.number),
            typology: other.typology,
            state: other.state.into(),
            band: other.band.into(),
            first_at: other.first_at.into(),
            last_at: other.last_at.into(),
        }
    }
}

impl From<screens::ReportHit> for ReportHit {
    fn from(hit: screens::ReportHit) -> Self {
        Self {
            id: hit.id.into(),
            number: number(cases::Prefix::Report, hit.year, hit.number),
            state: hit.state,
            level: hit.level,
            received_at: hit.received_at.into(),
            may_open: hit.may_open,
        }
    }
}

impl From<screens::AlertView> for Alert {
    fn from(view: screens::AlertView) -> Self {
        Self {
            id: view.id.into(),
            number: number(cases::Prefix::Alert, view.year, view.number),
            kind: view.kind,
            typology: view.typology,
            version: view.version,
            state: view.state.into(),
            band: view.band.into(),
            score: view.score,
            raised_at: view.raised_at.into(),
            first_at: view.first_at.into(),
            last_at: view.last_at.into(),
            reviewed_at: view.reviewed_at.map(Moment::from),
            evidence: view.evidence.map(Evidence::from),
            party: view.party.map(|party| Party {
                id: party.id.into(),
                kind: party.kind,
                country: party.country,
                since: party.since.into(),
            }),
            others: all(view.others),
            same_account: all(view.same_account.reports),
            same_account_hidden: view.same_account.hidden,
            report: view.report.map(ReportHit::from),
            escalated_to: view.escalated_to.map(ReportHit::from),
            outcome: view.outcome.map(|outcome| Outcome { code: outcome.code, note: outcome.note }),
            went_on: view.went_on,
            journal: all(view.journal),
            next_step: view.next,
            may_reveal: view.may_reveal,
            may_review: view.may_review,
        }
    }
}
