//! Opening a report. What is personal stays withheld: the page says which fields there are, and
//! [`reveal`] opens one of them with a reason.

mod around;
mod files;
mod history;
mod people;
mod reveal;

use access::{Action, Mask};
use app_kernel::{Error, Op, Permit, Tx};
use model::{Digest, Id, Instant, kinds};
use reports::{
    Channel, DecisionKind, ExternalReference, Facts, IncidentKind, LinkSummary, MatchSummary, Report,
    ReportFlag, ReportState, Route, Source, rank,
};

use crate::{
    Rules,
    clocks::{self, ClockView, Stops},
    queue::{Place, level},
    shared::{Names, ReportRef, may, report_number, word},
};

pub use around::{CaseRef, LinkView, MatchView};
pub use files::{FileHashView, FileView};
pub use history::{DecisionLine, JournalLine, Undone};
pub(crate) use people::role;
pub use people::{IdentifierView, PersonView};
pub use reveal::{RevealWhat, Revealed, reveal, reveal_identifier};

/// A report, open.
pub struct ReportView {
    /// Its id.
    pub id: Id<kinds::Report>,
    /// Its number, such as `R-2026-00042`.
    pub number: String,
    /// Where it stands.
    pub state: ReportState,
    /// What happens next, and who does it.
    pub next_step: &'static str,
    /// Its level, 1 the most urgent.
    pub level: i64,
    /// What the level is called.
    pub level_name: String,
    /// What the level means.
    pub level_sentence: String,
    /// When it was received.
    pub received_at: Instant,
    /// When it was last decided on.
    pub decided_at: Option<Instant>,
    /// Its clocks, the shortest first.
    pub clocks: Vec<ClockView>,
    /// How many reports it is linked with.
    pub links: i64,
    /// How many known files and alerts it matches.
    pub matches: i64,
    /// How many identifiers it names.
    pub identifiers: usize,
    /// The rest; `None` for whoever sees an outline only.
    pub content: Option<Box<ReportContent>>,
}

/// What only a whole view of a report has.
pub struct ReportContent {
    /// Who it comes from.
    pub source: Source,
    /// The way it came.
    pub channel: Channel,
    /// The service it happened on, as named.
    pub platform: Option<String>,
    /// What it is about.
    pub incident: Option<IncidentView>,
    /// What the reporter marked it with.
    pub flags: Vec<ReportFlag>,
    /// Whether the reporter asks for it to be read first; why is part of the narrative.
    pub escalated: bool,
    /// Whom it is for first.
    pub route: Route,
    /// Everything it is ranked by, in sentences, the deciding evidence first.
    pub reasons: Vec<String>,
    /// The narrative, withheld; `None` if nothing was told.
    pub narrative: Option<Withheld>,
    /// The country it is about, if known.
    pub place: Option<Place>,
    /// How many places and addresses of the incident it names, withheld.
    pub places: usize,
    /// The people it speaks of, without who they are.
    pub people: Vec<PersonView>,
    /// What it names that can link it, without the values.
    pub identifiers: Vec<IdentifierView>,
    /// The files it speaks of.
    pub files: Vec<FileView>,
    /// Linked reports that whoever looks may open, the strongest links first.
    pub links: Vec<LinkView>,
    /// How many linked reports there are besides.
    pub links_hidden: usize,
    /// Alerts about it, and about the accounts it names.
    pub matches: Vec<MatchView>,
    /// The decisions on it, newest first.
    pub decisions: Vec<DecisionLine>,
    /// The decisions that are possible now; none for whoever may not decide.
    pub possible: &'static [DecisionKind],
    /// Whether whoever looks may open its sealed fields.
    pub may_reveal: bool,
    /// Who has it.
    pub assignee: Option<String>,
    /// The report it was merged into.
    pub merged_into: Option<ReportRef>,
    /// The reports that were merged into it.
    pub merged: Vec<ReportRef>,
    /// The case it belongs to.
    pub case: Option<CaseRef>,
    /// Where it comes from, provably.
    pub provenance: Provenance,
    /// What happened to it, newest first.
    pub journal: Vec<JournalLine>,
}

/// What a report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IncidentView {
    /// What kind of thing.
    pub kind: IncidentKind,
    /// When, if told.
    pub at: Option<Instant>,
    /// Whether it is said to be going on; `None` is unknown.
    pub ongoing: Option<bool>,
}

/// A text that is withheld until somebody opens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withheld {
    /// Its length in letters.
    pub letters: usize,
}

/// Where a report comes from, provably.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// The import that brought it, by id and number.
    pub import: Option<(Id<kinds::Import>, i64)>,
    /// SHA-256 of the sealed original.
    pub digest: Option<Digest>,
    /// Who the original came from, in the words of who brought it.
    pub brought_from: Option<String>,
    /// On what lawful basis it is held.
    pub lawful_basis: Option<String>,
    /// Whether the outside document is kept beside the report, typed.
    pub has_document: bool,
    /// The numbers others know it by.
    pub references: Vec<ExternalReference>,
}

/// Opens a report; journalled.
pub async fn read(
    op: &Op,
    tx: &mut Tx<'_>,
    rules: &Rules,
    report: Id<kinds::Report>,
) -> Result<ReportView, Error> {
    let (row, permit) = tx.open::<store::reports::Report>(op, Action::ReadReport, report.uuid()).await?;
    let state: ReportState = word("state of a report", &row.state)?;
    let decisions = store::reports::decisions(tx.store(&permit), row.id).await?;
    let named = store::identifiers::of_record(tx.store(&permit), row.id.uuid()).await?;
    let house = tx.house();
    let (name, sentence) = level(rules, row.level);
    let mut view = ReportView {
        id: row.id,
        number: report_number(&row),
        state,
        next_step: state.next_step(),
        level: row.level,
        level_name: name.to_owned(),
        level_sentence: sentence.to_owned(),
        received_at: row.received_at,
        decided_at: row.decided_at,
        clocks: clocks::all(rules, &row, state, Stops::of(&decisions), house.now(), &house.zone),
        links: row.links,
        matches: row.matches,
        identifiers: named.len(),
        content: None,
    };
    if permit.mask() == Mask::Whole {
        let inside = Inside { row: &row, state, decisions, named };
        view.content = Some(Box::new(content(op, tx, &permit, rules, inside).await?));
    }
    let detail = serde_json::json!({ "state": row.state, "mask": permit.mask().as_str() });
    tx.journal(op, &permit, detail).await?;
    Ok(view)
}

/// What was read before the report was opened.
struct Inside<'r> {
    row: &'r store::reports::Report,
    state: ReportState,
    decisions: Vec<store::reports::Decision>,
    named: Vec<store::identifiers::Named>,
}

async fn content(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    rules: &Rules,
    inside: Inside<'_>,
) -> Result<ReportContent, Error> {
    let Inside { row, state, decisions, named } = inside;
    let sealer = tx.sealer(permit, "report", row.id.uuid()).await?;
    let content: Report = sealer.open("content", &row.sealed)?;
    // Whom it is for does not hang on links and matches.
    let facts = Facts::of(&content, &LinkSummary::default(), &MatchSummary::default());
    let route = rank(&rules.rubric, &facts).route;
    let may_decide = may(tx, op, Action::Triage, row).await?;
    let mut names = Names::default();
    let (links, links_hidden) = around::links(op, tx, permit, row.id).await?;
    let matches = around::matches(op, tx, permit, row.id, &named).await?;
    let decisions = history::decisions(tx, permit, &mut names, &sealer, row, decisions, may_decide).await?;
    let merged = store::reports::merged_into(tx.store(permit), row.id).await?;
    let merged_into = match row.merged_into {
        Some(into) => store::reports::find(tx.store(permit), into).await?,
        None => None,
    };
    let assignee = match row.assignee {
        Some(user) => Some(names.of(tx, permit, user).await?),
        None => None,
    };
    Ok(ReportContent {
        source: content.source,
        channel: content.channel,
        incident: content.incident.as_ref().map(|incident| IncidentView {
            kind: incident.kind,
            at: incident.at,
            ongoing: incident.ongoing,
        }),
        flags: content.flags.iter().copied().collect(),
        escalated: content.escalated.is_some(),
        route,
        reasons: row.reasons.clone(),
        narrative: reveal::length(&content).map(|letters| Withheld { letters }),
        place: Place::parse(&row.place),
        places: content.locations.len() + content.identifiers.len(),
        people: people::people(&content, route),
        identifiers: people::identifiers(tx, permit, &named).await?,
        files: files::files(tx, permit, rules, &content).await?,
        links,
        links_hidden,
        matches,
        decisions,
        possible: if may_decide { state.possible() } else { &[] },
        may_reveal: may(tx, op, Action::RevealReport, row).await?,
        assignee,
        merged_into: merged_into.as_ref().map(ReportRef::of).transpose()?,
        merged: merged.iter().map(ReportRef::of).collect::<Result<_, _>>()?,
        case: around::case(op, tx, permit, row).await?,
        provenance: provenance(tx, permit, row, &content).await?,
        journal: history::journal(tx, permit, &mut names, row).await?,
        platform: content.platform,
    })
}

async fn provenance(
    tx: &mut Tx<'_>,
    permit: &Permit,
    row: &store::reports::Report,
    content: &Report,
) -> Result<Provenance, Error> {
    let import = match row.import {
        Some(import) => store::imports::find(tx.store(permit), import).await?,
        None => None,
    };
    Ok(Provenance {
        import: import.as_ref().map(|import| (import.id, import.number)),
        digest: import.as_ref().and_then(|import| import.digest),
        brought_from: import.as_ref().map(|import| import.source.clone()),
        lawful_basis: import.map(|import| import.lawful_basis),
        has_document: row.document.is_some(),
        references: content.references.clone(),
    })
}
