//! A report as the API shows it: what is personal stays withheld, and says so.

use app_intake as intake;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    clock::Clock,
    queue::Place,
    report_parts::{Link, Match, ReportDecision, ReportIdentifier, ReportPerson, ReportedFile},
    shared::{JournalLine, ReportRef, all},
    values::{CaseId, ImportId, Moment, ReportId},
    words::{Channel, DecisionKind, IncidentKind, ReportFlag, ReportState, Route, Source},
};

/// A report, open.
#[derive(Serialize, ToSchema)]
pub(crate) struct Report {
    /// Its id.
    id: ReportId,
    /// Its number, such as `R-2026-00042`.
    number: String,
    /// Where it stands.
    state: ReportState,
    /// What happens next, and who does it.
    next_step: &'static str,
    /// Its level, 1 the most urgent.
    level: i64,
    /// What the level is called.
    level_name: String,
    /// What the level means.
    level_sentence: String,
    /// When it was received.
    received_at: Moment,
    /// When it was last decided on.
    decided_at: Option<Moment>,
    /// Its clocks, the shortest first.
    clocks: Vec<Clock>,
    /// How many reports it is linked with.
    links: i64,
    /// How many known files and alerts it matches.
    matches: i64,
    /// How many identifiers it names.
    identifiers: usize,
    /// The rest; null for whoever sees an outline only.
    content: Option<ReportContent>,
}

/// What only a whole view of a report has.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportContent {
    /// Who it comes from.
    source: Source,
    /// The way it came.
    channel: Channel,
    /// The service it happened on, as named.
    platform: Option<String>,
    /// What it is about.
    incident: Option<Incident>,
    /// What the reporter marked it with.
    flags: Vec<ReportFlag>,
    /// Whether the reporter asks for it to be read first.
    escalated: bool,
    /// Whom it is for first.
    route: Route,
    /// Everything it is ranked by, in sentences, the deciding evidence first.
    reasons: Vec<String>,
    /// How many letters were told; null if nothing was. Opened by `reveal`.
    narrative_letters: Option<usize>,
    /// The country it is about, if known.
    place: Option<Place>,
    /// How many places and addresses of the incident it names. Opened by `reveal`.
    places: usize,
    /// The people it speaks of, without who they are.
    people: Vec<ReportPerson>,
    /// What it names that can link it, without the values.
    identifiers: Vec<ReportIdentifier>,
    /// The files it speaks of: hashes, never bytes.
    files: Vec<ReportedFile>,
    /// Linked reports that you may open, the strongest links first.
    links: Vec<Link>,
    /// How many linked reports there are besides.
    links_hidden: usize,
    /// Alerts about it, and about the accounts it names.
    matches: Vec<Match>,
    /// The decisions on it, newest first.
    decisions: Vec<ReportDecision>,
    /// The decisions that are possible now; none if you may not decide.
    possible: Vec<DecisionKind>,
    /// Whether you may open its sealed fields.
    may_reveal: bool,
    /// Who has it.
    assignee: Option<String>,
    /// The report it was merged into.
    merged_into: Option<ReportRef>,
    /// The reports that were merged into it.
    merged: Vec<ReportRef>,
    /// The case it belongs to.
    case: Option<CaseRef>,
    /// Where it comes from, provably.
    provenance: Provenance,
    /// What happened to it, newest first.
    journal: Vec<JournalLine>,
}

/// What a report is about.
#[derive(Serialize, ToSchema)]
pub(crate) struct Incident {
    /// What kind of thing.
    kind: IncidentKind,
    /// When, if told.
    at: Option<Moment>,
    /// Whether it is said to be going on; null is unknown.
    ongoing: Option<bool>,
}

/// The case a report belongs to.
#[derive(Serialize, ToSchema)]
pub(crate) struct CaseRef {
    /// The case.
    id: CaseId,
    /// Its number, such as `C-2026-00003`.
    number: String,
    /// Whether you may open it.
    may_open: bool,
}

/// Where a report comes from, provably.
#[derive(Serialize, ToSchema)]
pub(crate) struct Provenance {
    /// The import that brought it.
    import: Option<ImportRef>,
    /// SHA-256 of the sealed original.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    sha256: Option<String>,
    /// Who the original came from, in the words of who brought it.
    brought_from: Option<String>,
    /// On what lawful basis it is held.
    lawful_basis: Option<String>,
    /// Whether the outside document is kept beside the report, typed.
    has_document: bool,
    /// The numbers others know it by.
    references: Vec<Reference>,
}

/// An import, as an answer points to it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ImportRef {
    /// Its id.
    id: ImportId,
    /// Its number.
    number: i64,
}

impl From<(model::Id<model::kinds::Import>, i64)> for ImportRef {
    fn from((id, number): (model::Id<model::kinds::Import>, i64)) -> Self {
        Self { id: id.into(), number }
    }
}

/// The number somebody else knows a report by.
#[derive(Serialize, ToSchema)]
pub(crate) struct Reference {
    /// Who gave the number, such as `NCMEC`.
    issuer: String,
    /// The number.
    number: String,
}

impl From<intake::ReportView> for Report {
    fn from(view: intake::ReportView) -> Self {
        Self {
            id: view.id.into(),
            number: view.number,
            state: view.state.into(),
            next_step: view.next_step,
            level: view.level,
            level_name: view.level_name,
            level_sentence: view.level_sentence,
            received_at: view.received_at.into(),
            decided_at: view.decided_at.map(Moment::from),
            clocks: all(view.clocks),
            links: view.links,
            matches: view.matches,
            identifiers: view.identifiers,
            content: view.content.map(|content| (*content).into()),
        }
    }
}

impl From<intake::ReportContent> for ReportContent {
    fn from(content: intake::ReportContent) -> Self {
        Self {
            source: content.source.into(),
            channel: content.channel.into(),
            platform: content.platform,
            incident: content.incident.map(|incident| Incident {
                kind: incident.kind.into(),
                at: incident.at.map(Moment::from),
                ongoing: incident.ongoing,
            }),
            flags: all(content.flags),
            escalated: content.escalated,
            route: content.route.into(),
            reasons: content.reasons,
            narrative_letters: content.narrative.map(|withheld| withheld.letters),
            place: content.place.map(Place::from),
            places: content.places,
            people: all(content.people),
            identifiers: all(content.identifiers),
            files: all(content.files),
            links: all(content.links),
            links_hidden: content.links_hidden,
            matches: all(content.matches),
            decisions: all(content.decisions),
            possible: content.possible.iter().copied().map(DecisionKind::from).collect(),
            may_reveal: content.may_reveal,
            assignee: content.assignee,
            merged_into: content.merged_into.map(ReportRef::from),
            merged: all(content.merged),
            case: content.case.map(|case| CaseRef {
                id: case.id.into(),
                number: case.number,
                may_open: case.may_open,
            }),
            provenance: content.provenance.into(),
            journal: all(content.journal),
        }
    }
}

impl From<intake::Provenance> for Provenance {
    fn from(provenance: intake::Provenance) -> Self {
        let references = provenance.references.into_iter();
        Self {
            import: provenance.import.map(ImportRef::from),
            sha256: provenance.digest.map(|digest| digest.to_string()),
            brought_from: provenance.brought_from,
            lawful_basis: provenance.lawful_basis,
            has_document: provenance.has_document,
            references: references.map(|r| Reference { issuer: r.issuer, number: r.number }).collect(),
        }
    }
}
