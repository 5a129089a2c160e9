//! The queue: which report first, and why, a page at a time. Listing is not journalled, and a row
//! holds nothing personal.

use std::fmt;

use access::Action;
use app_kernel::{Error, Op, Permit, Tx};
use model::{Country, Id, Instant, kinds};
use reports::{Channel, Confidence, DecisionKind, ReportState, Source, words};
use store::reports::{QueuePoint, Report};

use crate::{
    Rules,
    clocks::{self, ClockView, Stops},
    shared::{Names, bounded, cut, needs_room, report_number, word},
};

words! {
    /// Reports by whether something is to be decided.
    pub enum StateGroup: "a group of reports" {
        /// Something is to be decided, or an answer is awaited.
        Open = "open", "open";
        /// Decided, and not finished.
        Decided = "decided", "decided";
        /// Finished.
        Closed = "closed", "closed";
        /// Every report.
        All = "all", "all";
    }
}

impl StateGroup {
    /// The states of the group; none stands for all.
    pub const fn states(self) -> &'static [ReportState] {
        use ReportState::{
            CaseOpened, Closed, Merged, NoAction, Received, Referred, Reopened, ReturnedForInformation,
            Triaged,
        };
        match self {
            Self::Open => &[Received, Triaged, Reopened, ReturnedForInformation],
            Self::Decided => &[CaseOpened, Referred, Merged, NoAction],
            Self::Closed => &[Closed],
            Self::All => &[],
        }
    }
}

/// Which reports the queue shows, in the words of a page's address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueFilter {
    /// The word of a [`StateGroup`] or of one state; the open ones without it.
    pub state: Option<String>,
    /// Only this level.
    pub level: Option<i64>,
    /// Only this source's word.
    pub source: Option<String>,
}

/// A page of the queue.
#[derive(Clone, Debug)]
pub struct QueuePage {
    /// The rows, the most urgent first.
    pub rows: Vec<QueueRow>,
    /// How many reports the filter lets through in all.
    pub total: i64,
    /// What to pass as `after` to read on; `None` at the end.
    pub next: Option<String>,
    /// The sources there are, to filter by.
    pub sources: Vec<Source>,
    /// Whether no report has ever come.
    pub first_run: bool,
}

/// A report in the queue.
#[derive(Clone, Debug)]
pub struct QueueRow {
    /// The report.
    pub id: Id<kinds::Report>,
    /// Its number, such as `R-2026-00042`.
    pub number: String,
    /// Its level, 1 the most urgent.
    pub level: i64,
    /// What the level is called.
    pub level_name: String,
    /// Why it stands here, in a sentence.
    pub reason: String,
    /// Everything it is ranked by, the deciding evidence first.
    pub reasons: Vec<String>,
    /// Where it stands.
    pub state: ReportState,
    /// What happens next, and who does it.
    pub next_step: &'static str,
    /// When it was received.
    pub received_at: Instant,
    /// The clock of the first reply.
    pub clock: Option<ClockView>,
    /// The country it is about, if known.
    pub place: Option<Place>,
    /// Who it comes from.
    pub source: Source,
    /// The way it came.
    pub channel: Channel,
    /// How many reports it is linked with.
    pub links: i64,
    /// How many known files and alerts it matches.
    pub matches: i64,
    /// Who has it.
    pub assignee: Option<String>,
    /// The decisions that are possible, each with its key.
    pub decisions: &'static [DecisionKind],
}

/// The country a report is about, and how sure that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The country.
    pub country: Country,
    /// How sure it is.
    pub confidence: Confidence,
}

impl Place {
    /// From `PH high`, as the row keeps it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (country, confidence) = text.split_once(' ')?;
        Some(Self { country: country.parse().ok()?, confidence: confidence.parse().ok()? })
    }
}

/// A page of the organisation's queue, after a place in it.
pub async fn queue(
    op: &Op,
    tx: &mut Tx<'_>,
    rules: &Rules,
    filter: &QueueFilter,
    after: Option<&str>,
    limit: i64,
) -> Result<QueuePage, Error> {
    let permit = tx.allow(op, Action::ListReports)?;
    needs_room(tx, "reports")?;
    let owner = permit.owner();
    let wanted = wanted(rules, filter)?;
    let after = after.map(point).transpose()?;
    let limit = bounded(limit);
    let mut found = store::reports::queue(tx.store(&permit), owner, &wanted, after, limit + 1).await?;
    let more = cut(&mut found, limit);
    let next = found.last().filter(|_| more).map(|row| Cursor(row).to_string());
    let total = store::reports::count(tx.store(&permit), owner, &wanted).await?;
    let everything = store::reports::QueueFilter::default();
    let first_run = total == 0 && store::reports::count(tx.store(&permit), owner, &everything).await? == 0;
    let sources = store::reports::sources(tx.store(&permit), owner).await?;
    let sources = sources.iter().map(|text| word("source", text)).collect::<Result<_, _>>()?;
    let mut names = Names::default();
    let mut rows = Vec::with_capacity(found.len());
    for report in found {
        rows.push(row(tx, &permit, rules, &mut names, report).await?);
    }
    Ok(QueuePage { rows, total, next, sources, first_run })
}

async fn row(
    tx: &mut Tx<'_>,
    permit: &Permit,
    rules: &Rules,
    names: &mut Names,
    report: Report,
) -> Result<QueueRow, Error> {
    let state: ReportState = word("state of a report", &report.state)?;
    let stops = match report.decided_at {
        Some(_) => Stops::of(&store::reports::decisions(tx.store(permit), report.id).await?),
        None => Stops::default(),
    };
    let assignee = match report.assignee {
        Some(user) => Some(names.of(tx, permit, user).await?),
        None => None,
    };
    let house = tx.house();
    Ok(QueueRow {
        id: report.id,
        number: report_number(&report),
        level: report.level,
        level_name: level(rules, report.level).0.to_owned(),
        reason: report.reasons.first().cloned().unwrap_or_default(),
        state,
        next_step: state.next_step(),
        received_at: report.received_at,
        clock: clocks::first(rules, &report, stops, house.now(), &house.zone),
        place: Place::parse(&report.place),
        source: word("source", &report.source)?,
        channel: word("channel", &report.channel)?,
        links: report.links,
        matches: report.matches,
        assignee,
        decisions: state.possible(),
        reasons: report.reasons,
    })
}

/// What a level is called, and what it means.
pub(crate) fn level(rules: &Rules, number: i64) -> (&str, &str) {
    let default = rules.rubric.default_level();
    rules
        .rubric
        .levels()
        .iter()
        .find(|level| i64::from(level.number) == number)
        .map_or((default.name.as_str(), default.sentence.as_str()), |level| {
            (level.name.as_str(), level.sentence.as_str())
        })
}

fn wanted(rules: &Rules, filter: &QueueFilter) -> Result<store::reports::QueueFilter, Error> {
    let states: &[ReportState] = match filter.state.as_deref().filter(|word| !word.is_empty()) {
        None => StateGroup::Open.states(),
        Some(word) => match (word.parse::<StateGroup>(), word.parse::<ReportState>()) {
            (Ok(group), _) => group.states(),
            (_, Ok(state)) => &[state],
            (Err(unknown), _) => {
                return Err(Error::invalid(
                    "state",
                    "state_unknown",
                    format!("“{}” is not a state of reports.", unknown.word),
                    format!("Choose one of {}, or a state's own word.", unknown.expected),
                ));
            }
        },
    };
    if let Some(number) = filter.level {
        let mut numbers: Vec<i64> =
            rules.rubric.levels().iter().map(|level| i64::from(level.number)).collect();
        numbers.push(i64::from(rules.rubric.default_level().number));
        if !numbers.contains(&number) {
            let all: Vec<String> = numbers.iter().map(ToString::to_string).collect();
            return Err(Error::invalid(
                "level",
                "level_unknown",
                format!("There is no level {number}."),
                format!("Choose one of {}.", all.join(", ")),
            ));
        }
    }
    let source = match filter.source.as_deref().filter(|word| !word.is_empty()) {
        None => None,
        Some(word) => Some(word.parse::<Source>().map_err(|unknown| {
            Error::invalid(
                "source",
                "source_unknown",
                format!("“{}” is not a source of reports.", unknown.word),
                format!("Choose one of {}.", unknown.expected),
            )
        })?),
    };
    Ok(store::reports::QueueFilter {
        states: states.iter().map(|state| state.as_str().to_owned()).collect(),
        level: filter.level,
        source: source.map(|source| source.as_str().to_owned()),
    })
}

/// A row's place in the queue, as a page's address carries it.
struct Cursor<'a>(&'a Report);

impl fmt::Display for Cursor<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { level, score, received_at, id, .. } = self.0;
        write!(f, "{level}_{score}_{}_{id}", received_at.micros())
    }
}

/// Microseconds of the years a time of receipt can lie in.
const TIMES: std::ops::Range<i64> = 0..253_402_300_800_000_000;

fn point(text: &str) -> Result<QueuePoint, Error> {
    let mut parts = text.split('_');
    let mut part = || parts.next();
    let read = (|| {
        let point = QueuePoint {
            level: part()?.parse().ok()?,
            score: part()?.parse().ok().filter(|score: &i64| *score != i64::MIN)?,
            received_at: Instant::from_micros(part()?.parse().ok().filter(|at| TIMES.contains(at))?),
            id: part()?.parse().ok()?,
        };
        part().is_none().then_some(point)
    })();
    read.ok_or_else(|| {
        Error::invalid(
            "after",
            "not_a_place",
            "This is not a place in the queue.",
            "Go back to the first page of the queue.",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_queue_is_read_back_and_nothing_else_is() {
        let id = "0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6";
        let read = point(&format!("2_-7_1772413200000000_{id}")).unwrap();
        assert_eq!((read.level, read.score, read.id.to_string()), (2, -7, id.to_owned()));
        let least = i64::MIN;
        for wrong in [
            "",
            "2",
            "2_7_1",
            &format!("2_7_x_{id}"),
            &format!("2_7_1_{id}_1"),
            &format!("1_{least}_1_{id}"),
            &format!("1_7_{least}_{id}"),
        ] {
            assert!(point(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_state_is_in_one_group() {
        for state in ReportState::ALL {
            let groups = StateGroup::ALL.iter().filter(|group| group.states().contains(state));
            assert_eq!(groups.count(), 1, "{state}");
        }
    }

    #[test]
    fn a_place_is_read_as_it_is_kept() {
        let place = Place::parse("PH high").unwrap();
        assert_eq!((place.country, place.confidence), (Country::PH, Confidence::High));
        assert_eq!(Place::parse(""), None);
    }
}
