//! Running a typology over the payments of a ledger.
//!
//! [`Watch`](crate::Watch) says at each payment that counts whether its party shows the pattern; here
//! the payments that count are kept while they are within the window, and from the payment with which
//! the pattern is shown to the last one before it no longer is they are gathered as an episode, which
//! becomes a [`Finding`]. Time passes only with payments, so live, replay and backfill read the same thing.
//!
//! Order and ties: events are taken by (time, sequence). Of two payments at the same instant the one
//! accepted first is counted first, and its own count does not include the other. A payment exactly
//! one window's length old has left the window. What a party shows depends on its own events alone, so
//! that is the order that counts: of the events of one party.

use std::collections::{BTreeSet, HashMap, VecDeque};

use model::{Country, Instant, Money};

use crate::{
    Decision, Event, Finding, PartyRef, Step, Subject, Typology, Watch,
    coverage::{Coverage, Judge},
    engine::{Activity, Cell, Parties, Settings},
    finding::reasons,
};

/// Runs a typology over events given in any order, each sequence number once, without exchange rates.
pub fn screen<'e>(typology: &Typology, events: impl IntoIterator<Item = &'e Event>) -> Outcome {
    let mut events: Vec<&Event> = events.into_iter().collect();
    let order = |event: &&Event| (event.at, event.sequence);
    if !events.is_sorted_by_key(order) {
        events.sort_unstable_by_key(order);
    }
    let mut screen = Screen::new(typology);
    for event in events {
        screen.take(event);
    }
    screen.finish()
}

/// What came of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The findings, by the order in which they opened.
    pub findings: Vec<Finding>,
    /// What was and was not looked at.
    pub coverage: Coverage,
}

/// What one event did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It did not count, or the pattern is not shown.
    Quiet,
    /// With it the pattern is shown.
    Opened,
    /// It belongs to an episode that was open already.
    Continued,
}

/// An event came before one of its sender's or receiver's that was already taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "event {sequence} at {at} is not later than the one before it of its parties; give events ordered by time, then \
     sequence"
)]
pub struct OutOfOrder {
    /// The event's number.
    pub sequence: u64,
    /// Its time.
    pub at: Instant,
}

/// A run that takes events one at a time, those of each party in event order.
#[derive(Debug)]
pub struct Screen {
    typology: Typology,
    settings: Settings,
    judge: Judge,
    /// Nothing where the typology does not run.
    watch: Option<Watch>,
    columns: Vec<usize>,
    parties: Parties,
    subjects: HashMap<(u32, u32), History>,
    findings: Vec<Finding>,
    /// The episodes that opened, and those that went on, since they were last asked for.
    opened: Vec<(u32, u32)>,
    continued: Vec<(u32, u32)>,
    coverage: Coverage,
    /// The last event of each party.
    last: Vec<(Instant, u64)>,
}

impl Screen {
    /// A run that has seen nothing, without exchange rates. A typology that is off finds nothing.
    pub fn new(typology: &Typology) -> Self {
        Self::with(typology, Settings::shipped(typology.currency))
    }

    /// A run that has seen nothing, with the rates and clocks of `settings`.
    pub fn with(typology: &Typology, settings: Settings) -> Self {
        let watch = Watch::new(std::slice::from_ref(typology), |_| settings.clone()).ok();
        let columns = watch.as_ref().map(|watch| watch.columns(0).to_vec()).unwrap_or_default();
        Self {
            judge: Judge::new(typology, &settings),
            watch: watch.filter(|_| typology.runs()),
            typology: typology.clone(),
            settings,
            columns,
            parties: Parties::default(),
            subjects: HashMap::new(),
            findings: Vec::new(),
            opened: Vec::new(),
            continued: Vec::new(),
            coverage: Coverage::default(),
            last: Vec::new(),
        }
    }

    /// Takes the next event. One that is not later than what was taken of its sender or its receiver is
    /// refused, and changes nothing.
    pub fn push(&mut self, event: &Event) -> Result<Progress, OutOfOrder> {
        let order = (event.at, event.sequence);
        let parties = [self.parties.number(event.sender), self.parties.number(event.receiver)];
        let none = (Instant::from_micros(i64::MIN), 0);
        for party in parties {
            if self.last.get(party as usize).is_some_and(|last| *last >= order) {
                return Err(OutOfOrder { sequence: event.sequence, at: event.at });
            }
        }
        for party in parties {
            if self.last.len() <= party as usize {
                self.last.resize(party as usize + 1, none);
            }
            if let Some(last) = self.last.get_mut(party as usize) {
                *last = order;
            }
        }
        Ok(self.take(event))
    }

    /// The findings that opened since they were last asked for, as they stand.
    pub fn take_opened(&mut self) -> Vec<Finding> {
        let keys = std::mem::take(&mut self.opened);
        self.as_they_stand(keys)
    }

    /// The findings that opened, went on or closed since they were last asked for, as they stand. Those
    /// that closed are given once and forgotten: [`finish`](Self::finish) no longer has them.
    pub fn take_changed(&mut self) -> Vec<Finding> {
        let mut changed = std::mem::take(&mut self.findings);
        let mut keys = std::mem::take(&mut self.opened);
        keys.append(&mut self.continued);
        changed.append(&mut self.as_they_stand(keys));
        changed
    }

    /// The findings of episodes that are open still.
    fn as_they_stand(&mut self, mut keys: Vec<(u32, u32)>) -> Vec<Finding> {
        keys.sort_unstable();
        keys.dedup();
        let mut findings = Vec::with_capacity(keys.len());
        for key in keys {
            if let Some(episode) = self.subjects.get_mut(&key).and_then(|history| history.episode.as_mut()) {
                episode.told = true;
                findings.push(Episode::clone(episode).close(&self.typology));
            }
        }
        findings
    }

    fn take(&mut self, event: &Event) -> Progress {
        let (sender, receiver) = (self.parties.number(event.sender), self.parties.number(event.receiver));
        let activity = Activity::payment(event, sender, receiver);
        let mut decided: Option<(Decision, Vec<Cell>)> = None;
        if let Some(watch) = &mut self.watch {
            watch.each(&[activity], |_, row, decision| {
                let cells = self.columns.iter().filter_map(|at| row.cells().get(*at).copied());
                let cells = if decision.step == Step::Quiet { Vec::new() } else { cells.collect() };
                decided = Some((decision, cells));
            });
        }
        self.coverage.events += 1;
        let Some((decision, cells)) = decided else {
            if self.watch.is_some() {
                self.judge.not_counted(&activity, &self.settings, &mut self.coverage);
            }
            return Progress::Quiet;
        };
        self.coverage.counted += 1;
        let unknown_origin = self.judge.asks_origin() && event.sender_country.is_none();
        let unknown_kind = event.receiver_is_individual.is_none();
        self.coverage.unknown_origin += u64::from(unknown_origin);
        self.coverage.unknown_kind += u64::from(unknown_kind);
        let (other, country) = match self.typology.subject {
            Subject::Receiver => (event.sender, event.sender_country),
            Subject::Sender | Subject::Pair => (event.receiver, event.receiver_country),
        };
        let payment = Payment {
            at: event.at,
            sequence: event.sequence,
            minor: self.settings.rates.convert(event.amount, self.typology.currency, event.at),
            other,
            country,
            unknown_origin,
            unknown_kind,
        };
        let subject = if self.typology.subject == Subject::Receiver { event.receiver } else { event.sender };
        self.count(subject, payment, &decision, &cells)
    }

    /// The findings closed so far and those still open, as they stand.
    pub fn finish(mut self) -> Outcome {
        for history in self.subjects.into_values() {
            if let Some(episode) = history.episode {
                self.findings.push(episode.close(&self.typology));
            }
        }
        self.findings.sort_by_key(|finding| (finding.opened_at, finding.opened_sequence));
        Outcome { findings: self.findings, coverage: self.coverage }
    }

    /// Counts a payment for its subject.
    fn count(
        &mut self,
        subject: PartyRef,
        payment: Payment,
        decision: &Decision,
        cells: &[Cell],
    ) -> Progress {
        let pair = self.typology.subject == Subject::Pair;
        let key = (decision.subject, if pair { decision.other } else { 0 });
        let history = self.subjects.entry(key).or_default();
        let gone = payment.at - self.typology.evidence.window;
        while history.window.front().is_some_and(|oldest| oldest.at <= gone) {
            history.window.pop_front();
        }
        history.window.push_back(payment);
        if matches!(decision.step, Step::Quiet | Step::Closed) {
            if let Some(episode) = history.episode.take() {
                self.findings.push(episode.close(&self.typology));
            }
            return Progress::Quiet;
        }
        let (progress, episode) = match &mut history.episode {
            Some(episode) => {
                episode.add(&payment);
                if std::mem::take(&mut episode.told) {
                    self.continued.push(key);
                }
                (Progress::Continued, episode)
            }
            none => {
                let mut episode = Box::new(Episode::open(subject, &payment));
                history.window.iter().for_each(|earlier| episode.add(earlier));
                self.opened.push(key);
                (Progress::Opened, none.insert(episode))
            }
        };
        let within = u32::try_from(history.window.len()).unwrap_or(u32::MAX);
        if within > episode.peak_count {
            (episode.peak_count, episode.peak_at) = (within, payment.at);
        }
        if progress == Progress::Opened || decision.weight > episode.peak_weight {
            episode.peak_weight = decision.weight;
            episode.reasons = Some((decision.holding, cells.to_vec(), payment.at));
        }
        progress
    }
}

/// A payment that counts.
#[derive(Clone, Copy, Debug)]
struct Payment {
    at: Instant,
    sequence: u64,
    /// In the currency of the typology, where a rate is known.
    minor: Option<i64>,
    other: PartyRef,
    country: Option<Country>,
    unknown_origin: bool,
    unknown_kind: bool,
}

/// What is kept of a subject.
#[derive(Debug, Default)]
struct History {
    window: VecDeque<Payment>,
    episode: Option<Box<Episode>>,
}

/// An episode while it is open.
#[derive(Clone, Debug)]
struct Episode {
    subject: PartyRef,
    opened: Payment,
    first_at: Instant,
    last_at: Instant,
    sum: i64,
    others: BTreeSet<PartyRef>,
    countries: BTreeSet<Country>,
    unknown_origin: u32,
    unknown_kind: u32,
    unknown_worth: u32,
    peak_count: u32,
    peak_at: Instant,
    peak_weight: i64,
    /// Which indicators held when the weight was largest, over which figures, and when.
    reasons: Option<(u32, Vec<Cell>, Instant)>,
    payments: Vec<u64>,
    /// Whether it was asked for and has not changed since.
    told: bool,
}

impl Episode {
    fn open(subject: PartyRef, opened: &Payment) -> Self {
        Self {
            subject,
            opened: *opened,
            first_at: opened.at,
            last_at: opened.at,
            sum: 0,
            others: BTreeSet::new(),
            countries: BTreeSet::new(),
            unknown_origin: 0,
            unknown_kind: 0,
            unknown_worth: 0,
            peak_count: 0,
            peak_at: opened.at,
            peak_weight: 0,
            reasons: None,
            payments: Vec::new(),
            told: false,
        }
    }

    fn add(&mut self, payment: &Payment) {
        self.first_at = self.first_at.min(payment.at);
        self.last_at = payment.at;
        self.sum = self.sum.saturating_add(payment.minor.unwrap_or(0));
        self.others.insert(payment.other);
        self.countries.extend(payment.country);
        self.unknown_origin += u32::from(payment.unknown_origin);
        self.unknown_kind += u32::from(payment.unknown_kind);
        self.unknown_worth += u32::from(payment.minor.is_none());
        self.payments.push(payment.sequence);
    }

    fn close(self, typology: &Typology) -> Finding {
        let mut finding = Finding {
            typology: typology.id.clone(),
            version: typology.version,
            subject: self.subject,
            route: typology.route,
            severity: typology.severity,
            opened_at: self.opened.at,
            opened_sequence: self.opened.sequence,
            first_at: self.first_at,
            last_at: self.last_at,
            count: u32::try_from(self.payments.len()).unwrap_or(u32::MAX),
            sum: Money { minor: self.sum, currency: typology.currency },
            distinct_others: self.others.len(),
            countries: self.countries.into_iter().collect(),
            unknown_origin: self.unknown_origin,
            unknown_kind: self.unknown_kind,
            unknown_worth: self.unknown_worth,
            peak_count: self.peak_count,
            peak_at: self.peak_at,
            weight: self.peak_weight,
            reasons: self
                .reasons
                .map_or_else(Vec::new, |(holding, cells, at)| reasons(typology, holding, &cells, at)),
            payments: self.payments,
            evidence: Vec::new(),
        };
        finding.explain(typology);
        finding
    }
}
