//! What screening found, in figures and in words.

use std::collections::BTreeMap;

use model::{Country, Instant, Money};

use crate::{
    PartyRef, Route, Severity, Status, Typology,
    engine::{Cell, What},
    sentence::{counted, ordinal},
    watch::thousandths,
};

/// One episode of a party showing a pattern.
///
/// It begins with the payment at which the pattern is first shown and ends before the payment at which
/// it no longer is. Count, sum, counterparts and countries are of all the episode's payments, from the
/// first one in the window of the opening payment on.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The typology's id.
    pub typology: String,
    /// The typology's version.
    pub version: u32,
    /// The party.
    pub subject: PartyRef,
    /// Who is to look at it.
    pub route: Route,
    /// How the typology's author ranks it. Says nothing about the party.
    pub severity: Severity,
    /// The payment with which the pattern was shown.
    pub opened_at: Instant,
    /// That payment's number in the ledger; with typology, version and subject it names the finding.
    pub opened_sequence: u64,
    /// The episode's first payment.
    pub first_at: Instant,
    /// The episode's last payment.
    pub last_at: Instant,
    /// How many payments.
    pub count: u32,
    /// All of them together.
    pub sum: Money,
    /// With how many counterparts: senders of a receiver, receivers of a sender.
    pub distinct_others: usize,
    /// The known countries those were in.
    pub countries: Vec<Country>,
    /// How many came from a country that is not known.
    pub unknown_origin: u32,
    /// How many were paid while it was not known whether the receiver is a person.
    pub unknown_kind: u32,
    /// How many are not in the sum, because no exchange rate is known.
    pub unknown_worth: u32,
    /// The most payments in any one window.
    pub peak_count: u32,
    /// The payment at which that was first so.
    pub peak_at: Instant,
    /// The largest weight of indicators while it lasted, in thousandths.
    pub weight: i64,
    /// The indicators that held when the weight was largest, heaviest first.
    pub reasons: Vec<Reason>,
    /// The numbers of the episode's payments in the ledger, in event order.
    pub payments: Vec<u64>,
    /// The reasons, in words.
    pub evidence: Vec<EvidenceLine>,
}

/// An indicator that held, with what it added.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// The indicator's id.
    pub indicator: String,
    /// What it added to the weight; below zero for what speaks against the pattern.
    pub weight: f64,
    /// What it says.
    pub text: String,
}

/// A reason in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceLine {
    /// What it speaks of.
    pub kind: EvidenceKind,
    /// The sentence. It names no party.
    pub text: String,
}

/// What a line of evidence speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvidenceKind {
    /// The typology's own sentence.
    Pattern,
    /// When the threshold was reached.
    Threshold,
    /// An indicator that speaks for the pattern.
    For,
    /// An indicator that speaks against it.
    Against,
    /// The most in any one window.
    Peak,
    /// What is not known about the payments.
    Unknown,
    /// How far the finding carries.
    Limit,
}

impl Finding {
    /// What a person is asked to do, and no more than the data says.
    pub fn hint(&self) -> String {
        let when = match self.severity {
            Severity::Low => "when there is time",
            Severity::Medium => "in turn",
            Severity::High => "first",
        };
        match self.route {
            Route::Review => format!("Look at this {when}. A person decides what it means and what follows."),
            Route::Safeguarding => format!(
                "Look at this {when}, as the safeguarding of someone who may be harmed. A person decides what follows."
            ),
        }
    }

    /// How far it is above what makes a finding, 0 to 32: by weight where the typology weighs
    /// indicators, by payments within a window where it only counts.
    pub fn strength(&self, typology: &Typology) -> i64 {
        let (peak, least) = if typology.indicators.is_empty() {
            (i64::from(self.peak_count), i64::from(typology.evidence.at_least))
        } else {
            (self.weight, thousandths(typology.alert_at))
        };
        (peak - least).clamp(0, least) * 32 / least.max(1)
    }

    /// Writes the evidence out of the figures.
    pub(crate) fn explain(&mut self, typology: &Typology) {
        let day = |at: Instant| day(typology, at);
        let window = window_in_words(typology);
        let threshold = typology.evidence.at_least;
        let others = |one, many| counted(self.distinct_others, one, many);
        let values = BTreeMap::from([
            ("count", self.count.to_string()),
            ("amount", typology.largest().map_or_else(|| "any amount".to_owned(), |most| most.to_string())),
            ("first", day(self.first_at)),
            ("last", day(self.last_at)),
            ("sum", self.sum.to_string()),
            ("senders", others("sender", "senders")),
            ("receivers", others("receiver", "receivers")),
            (
                "countries",
                match self.countries.len() {
                    0 => "no known country".to_owned(),
                    n => counted(n, "country", "countries"),
                },
            ),
            ("window", window.clone()),
            ("threshold", threshold.to_string()),
        ]);
        let mut lines = Vec::new();
        let mut say = |kind, text| lines.push(EvidenceLine { kind, text });
        say(EvidenceKind::Pattern, typology.sentence.fill(&values));
        for reason in &self.reasons {
            let kind = if reason.weight > 0.0 { EvidenceKind::For } else { EvidenceKind::Against };
            say(kind, format!("{} ({:+.1})", reason.text, reason.weight));
        }
        if typology.indicators.is_empty() {
            let text = format!(
                "The {} payment within {window} came on {}; “{}” (version {}) asks for {threshold}.",
                ordinal(threshold),
                day(self.opened_at),
                typology.title,
                typology.version,
            );
            say(EvidenceKind::Threshold, text);
        } else {
            let text = format!(
                "The reasons together weigh {:.1}; “{}” (version {}) asks for {:.1}, and did so first on {}.",
                self.weight as f64 / 1000.0,
                typology.title,
                typology.version,
                typology.alert_at,
                day(self.opened_at),
            );
            say(EvidenceKind::Threshold, text);
        }
        if self.peak_count < self.count {
            let text = format!(
                "At most {} of them fell within {window}, first on {}.",
                self.peak_count,
                day(self.peak_at)
            );
            say(EvidenceKind::Peak, text);
        }
        let of = |some: u32| format!("For {some} of the {} payments", self.count);
        if self.unknown_origin > 0 {
            let text = format!(
                "{} the country of the sender is not known; they are counted as if from abroad.",
                of(self.unknown_origin)
            );
            say(EvidenceKind::Unknown, text);
        }
        if self.unknown_kind > 0 {
            let text = format!(
                "{} it is not known whether the receiver is a person or a business.",
                of(self.unknown_kind)
            );
            say(EvidenceKind::Unknown, text);
        }
        if self.unknown_worth > 0 {
            let text = format!(
                "{} no exchange rate to {} is known; the sum is without them.",
                of(self.unknown_worth),
                typology.currency
            );
            say(EvidenceKind::Unknown, text);
        }
        say(EvidenceKind::Limit, limit(typology).to_owned());
        self.evidence = lines;
    }
}

fn limit(typology: &Typology) -> &'static str {
    match (typology.route, typology.status) {
        (Route::Safeguarding, _) => {
            "Whoever this is about may be the one who is harmed. Lawful payments can show this pattern too. A person \
             decides."
        }
        (Route::Review, Status::Baseline) => {
            "This is a single public threshold kept as a yardstick; ordinary support for a family or a small \
             trade can reach it. A person decides."
        }
        (Route::Review, Status::Active | Status::Off) => {
            "Lawful payments can show this pattern too. A person decides."
        }
    }
}

fn day(typology: &Typology, at: Instant) -> String {
    at.day_in(&typology.zone).map_or_else(|| at.to_string(), |day| day.to_string())
}

fn window_in_words(typology: &Typology) -> String {
    const DAY: i64 = 86_400_000_000;
    match typology.evidence.window.0 {
        days if days % DAY == 0 => counted(usize::try_from(days / DAY).unwrap_or_default(), "day", "days"),
        other => counted(usize::try_from(other * 24 / DAY).unwrap_or_default(), "hour", "hours"),
    }
}

/// The indicators that hold, heaviest first, in words; `cells` are those of the typology's features.
pub(crate) fn reasons(typology: &Typology, holding: u32, cells: &[Cell], at: Instant) -> Vec<Reason> {
    let money = |minor: f64| Money { minor: minor.round() as i64, currency: typology.currency }.to_string();
    let mut values: BTreeMap<&str, String> = BTreeMap::from([("last", day(typology, at))]);
    for (feature, cell) in typology.features.iter().zip(cells).filter(|(_, cell)| cell.known()) {
        let text = match feature.what {
            What::Count | What::DistinctParties | What::DistinctCountries => cell.as_whole().to_string(),
            What::Sum => money(cell.as_whole() as f64),
            What::Median | What::AmountSlope => money(cell.as_real()),
            What::Share(_) => format!("{:.0} %", cell.as_real() * 100.0),
            _ => format!("{:.1} days", cell.as_real()),
        };
        values.insert(feature.name.as_str(), text);
    }
    for (name, value) in &typology.numbers {
        values.insert(name.as_str(), value.clone());
    }
    if let Some(most) = typology.largest() {
        values.insert("amount", most.to_string());
    }
    values.insert("window", window_in_words(typology));
    let holds = |(place, _): &(usize, &crate::Indicator)| holding >> place & 1 == 1;
    let mut reasons: Vec<Reason> = typology
        .indicators
        .iter()
        .enumerate()
        .filter(holds)
        .map(|(_, indicator)| Reason {
            indicator: indicator.id.clone(),
            weight: indicator.weight,
            text: indicator.sentence.fill(&values),
        })
        .collect();
    reasons.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    reasons
}
