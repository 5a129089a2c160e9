//! Running a typology over events.
//!
//! For each subject the payments that count are kept while they are within the window before the
//! latest one. When the count reaches the threshold an episode opens and gathers its figures; when
//! a later payment finds the count under the threshold the episode is closed and becomes a
//! [`Finding`]. Time passes only with payments: the count is taken at each counted payment and
//! nowhere else, so live, replay and backfill read the same thing.
//!
//! Order and ties: events are taken by (time, sequence). Of two payments at the same instant the one
//! accepted first is counted first, and its own count does not include the other. A payment exactly
//! one window's length old has left the window.

use std::collections::{BTreeSet, VecDeque};

use model::{Country, Instant, Money};

use crate::{Direction, Event, Finding, Party, PartyRef, Subject, Typology, Unknown, event::PartyMap};

/// Runs a typology over events given in any order, each sequence number once.
pub fn screen<'e>(typology: &Typology, events: impl IntoIterator<Item = &'e Event>) -> Outcome {
    let mut screen = Screen::new(typology);
    let mut counted: Vec<(PartyRef, Payment)> =
        events.into_iter().filter_map(|event| screen.judge(event)).collect();
    let order = |(_, payment): &(PartyRef, Payment)| (payment.at, payment.sequence);
    if !counted.is_sorted_by_key(order) {
        counted.sort_unstable_by_key(order);
    }
    for (subject, payment) in counted {
        screen.count(subject, payment);
    }
    screen.finish()
}

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The findings, by the order in which they opened.
    pub findings: Vec<Finding>,
    /// What was and was not looked at.
    pub coverage: Coverage,
}

/// What a run looked at. What it could not judge is said rather than passed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// All events.
    pub events: u64,
    /// Those that counted towards the threshold.
    pub counted: u64,
    /// Otherwise fitting, but paid out in another currency than the typology's; not judged.
    pub other_currency: u64,
    /// Otherwise fitting, but the receiver's country is not known; not judged.
    pub unknown_destination: u64,
    /// Fitting, from a country that is not known; counted or left out as the typology says.
    pub unknown_origin: u64,
    /// Fitting, to a party that may be a business; counted or left out as the typology says.
    pub unknown_kind: u64,
}

/// What one event did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It did not count, or the count stayed under the threshold.
    Quiet,
    /// With it the count reached the threshold.
    Opened,
    /// It belongs to an episode that was open already.
    Continued,
}

/// An event came before one that was already taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "event {sequence} at {at} is not later than the one before it; give events ordered by time, then sequence"
)]
pub struct OutOfOrder {
    /// The event's number.
    pub sequence: u64,
    /// Its time.
    pub at: Instant,
}

/// A run that takes events one at a time, in event order.
#[derive(Debug)]
pub struct Screen<'t> {
    typology: &'t Typology,
    subjects: PartyMap<History>,
    findings: Vec<Finding>,
    coverage: Coverage,
    last: Option<(Instant, u64)>,
}

impl<'t> Screen<'t> {
    /// A run that has seen nothing. A typology that is off finds nothing.
    pub fn new(typology: &'t Typology) -> Self {
        Self {
            typology,
            subjects: PartyMap::default(),
            findings: Vec::new(),
            coverage: Coverage::default(),
            last: None,
        }
    }

    /// Takes the next event.
    pub fn push(&mut self, event: &Event) -> Result<Progress, OutOfOrder> {
        let order = (event.at, event.sequence);
        if self.last.is_some_and(|last| last >= order) {
            return Err(OutOfOrder { sequence: event.sequence, at: event.at });
        }
        self.last = Some(order);
        Ok(match self.judge(event) {
            Some((subject, payment)) => self.count(subject, payment),
            None => Progress::Quiet,
        })
    }

    /// The findings closed so far and those still open, as they stand.
    pub fn finish(mut self) -> Outcome {
        for (subject, history) in self.subjects {
            if let Some(episode) = history.episode {
                self.findings.push(episode.close(self.typology, subject));
            }
        }
        self.findings.sort_by_key(|finding| (finding.opened_at, finding.opened_sequence));
        Outcome { findings: self.findings, coverage: self.coverage }
    }

    /// The payment to count and whose it is, if the event is one.
    fn judge(&mut self, event: &Event) -> Option<(PartyRef, Payment)> {
        self.coverage.events += 1;
        let conditions = &self.typology.conditions;
        let (Subject::Receiver, Direction::Inward, Party::Individual) =
            (self.typology.subject, conditions.direction, conditions.party);
        let same_currency = event.amount.currency == conditions.amount_at_most.currency;
        let fits = self.typology.runs()
            && event.amount.minor > 0
            && (!same_currency || event.amount.minor <= conditions.amount_at_most.minor)
            && event.receiver_is_individual != Some(false)
            && event.sender_country != Some(conditions.country)
            && event.receiver_country.is_none_or(|country| country == conditions.country);
        if !fits {
            return None;
        }
        if event.receiver_country.is_none() {
            self.coverage.unknown_destination += 1;
            return None;
        }
        if !same_currency {
            self.coverage.other_currency += 1;
            return None;
        }
        let (no_origin, no_kind) = (event.sender_country.is_none(), event.receiver_is_individual.is_none());
        self.coverage.unknown_origin += u64::from(no_origin);
        self.coverage.unknown_kind += u64::from(no_kind);
        if (no_origin && conditions.unknown_origin == Unknown::Excluded)
            || (no_kind && conditions.unknown_kind == Unknown::Excluded)
        {
            return None;
        }
        self.coverage.counted += 1;
        let payment = Payment {
            at: event.at,
            sequence: event.sequence,
            minor: event.amount.minor,
            other: event.sender,
            country: event.sender_country,
            unknown_kind: no_kind,
        };
        Some((event.receiver, payment))
    }

    /// Counts a payment for its subject.
    fn count(&mut self, subject: PartyRef, payment: Payment) -> Progress {
        let history = self.subjects.entry(subject).or_default();
        let gone = payment.at - self.typology.window.span();
        while history.window.front().is_some_and(|oldest| oldest.at <= gone) {
            history.window.pop_front();
        }
        history.window.push_back(payment);
        if history.window.len() < self.typology.conditions.count_at_least as usize {
            if let Some(episode) = history.episode.take() {
                self.findings.push(episode.close(self.typology, subject));
            }
            return Progress::Quiet;
        }
        let (progress, episode) = match &mut history.episode {
            Some(episode) => {
                episode.add(&payment);
                (Progress::Continued, episode)
            }
            none => {
                let mut episode = Box::new(Episode::open(&payment));
                history.window.iter().for_each(|earlier| episode.add(earlier));
                (Progress::Opened, none.insert(episode))
            }
        };
        let within = u32::try_from(history.window.len()).unwrap_or(u32::MAX);
        if within > episode.peak_count {
            (episode.peak_count, episode.peak_at) = (within, payment.at);
        }
        progress
    }
}

/// A payment that counts.
#[derive(Clone, Copy, Debug)]
struct Payment {
    at: Instant,
    sequence: u64,
    minor: i64,
    other: PartyRef,
    country: Option<Country>,
    unknown_kind: bool,
}

/// What is kept of a subject.
#[derive(Debug, Default)]
struct History {
    window: VecDeque<Payment>,
    episode: Option<Box<Episode>>,
}

/// An episode while it is open.
#[derive(Debug)]
struct Episode {
    opened: Payment,
    first_at: Instant,
    last_at: Instant,
    sum: i64,
    senders: BTreeSet<PartyRef>,
    countries: BTreeSet<Country>,
    unknown_origin: u32,
    unknown_kind: u32,
    peak_count: u32,
    peak_at: Instant,
    payments: Vec<u64>,
}

impl Episode {
    fn open(opened: &Payment) -> Self {
        Self {
            opened: *opened,
            first_at: opened.at,
            last_at: opened.at,
            sum: 0,
            senders: BTreeSet::new(),
            countries: BTreeSet::new(),
            unknown_origin: 0,
            unknown_kind: 0,
            peak_count: 0,
            peak_at: opened.at,
            payments: Vec::new(),
        }
    }

    fn add(&mut self, payment: &Payment) {
        self.first_at = self.first_at.min(payment.at);
        self.last_at = payment.at;
        self.sum = self.sum.saturating_add(payment.minor);
        self.senders.insert(payment.other);
        self.countries.extend(payment.country);
        self.unknown_origin += u32::from(payment.country.is_none());
        self.unknown_kind += u32::from(payment.unknown_kind);
        self.payments.push(payment.sequence);
    }

    fn close(self, typology: &Typology, subject: PartyRef) -> Finding {
        let mut finding = Finding {
            typology: typology.id.clone(),
            version: typology.version,
            subject,
            route: typology.route,
            severity: typology.severity,
            opened_at: self.opened.at,
            opened_sequence: self.opened.sequence,
            first_at: self.first_at,
            last_at: self.last_at,
            count: u32::try_from(self.payments.len()).unwrap_or(u32::MAX),
            sum: Money { minor: self.sum, currency: typology.conditions.amount_at_most.currency },
            distinct_senders: self.senders.len(),
            countries: self.countries.into_iter().collect(),
            unknown_origin: self.unknown_origin,
            unknown_kind: self.unknown_kind,
            peak_count: self.peak_count,
            peak_at: self.peak_at,
            payments: self.payments,
            evidence: Vec::new(),
        };
        finding.explain(typology);
        finding
    }
}
