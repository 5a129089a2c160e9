//! What screening found, in figures and in words.

use std::collections::BTreeMap;

use model::{Country, Instant, Money};

use crate::{
    PartyRef, Route, Severity, Status, Typology,
    sentence::{counted, ordinal},
};

/// One episode of a party showing a pattern.
///
/// It begins with the payment at which the count first reached the threshold and ends before the
/// payment at which the count, taken again, is under it. Count, sum, senders and countries are of
/// all the episode's payments, from the first one in the window of the opening payment on.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// The payment at which the count reached the threshold.
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
    /// From how many senders.
    pub distinct_senders: usize,
    /// The known countries they came from.
    pub countries: Vec<Country>,
    /// How many came from a country that is not known.
    pub unknown_origin: u32,
    /// How many were paid while it was not known whether the receiver is a person.
    pub unknown_kind: u32,
    /// The most payments in any one window.
    pub peak_count: u32,
    /// The payment at which that was first so.
    pub peak_at: Instant,
    /// The numbers of the episode's payments in the ledger, in event order.
    pub payments: Vec<u64>,
    /// The reasons, in words.
    pub evidence: Vec<EvidenceLine>,
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

    /// Writes the evidence out of the figures.
    pub(crate) fn explain(&mut self, typology: &Typology) {
        let day = |at: Instant| {
            at.day_in(&typology.window.zone).map_or_else(|| at.to_string(), |day| day.to_string())
        };
        let window = counted(usize::from(typology.window.days), "day", "days");
        let threshold = typology.conditions.count_at_least;
        let values = BTreeMap::from([
            ("count", self.count.to_string()),
            ("amount", typology.conditions.amount_at_most.to_string()),
            ("first", day(self.first_at)),
            ("last", day(self.last_at)),
            ("sum", self.sum.to_string()),
            ("senders", counted(self.distinct_senders, "sender", "senders")),
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
        let mut say = |kind, text| self.evidence.push(EvidenceLine { kind, text });
        say(EvidenceKind::Pattern, typology.sentence.fill(&values));
        say(
            EvidenceKind::Threshold,
            format!(
                "The {} payment within {window} came on {}; “{}” (version {}) asks for {threshold}.",
                ordinal(threshold),
                day(self.opened_at),
                typology.title,
                typology.version,
            ),
        );
        if self.peak_count < self.count {
            let text = format!(
                "At most {} of them fell within {window}, first on {}.",
                self.peak_count,
                day(self.peak_at)
            );
            say(EvidenceKind::Peak, text);
        }
        if self.unknown_origin > 0 {
            let text = format!(
                "For {} of the {} payments the country of the sender is not known; they are counted as if from abroad.",
                self.unknown_origin, self.count
            );
            say(EvidenceKind::Unknown, text);
        }
        if self.unknown_kind > 0 {
            let text = format!(
                "For {} of the {} payments it is not known whether the receiver is a person or a business.",
                self.unknown_kind, self.count
            );
            say(EvidenceKind::Unknown, text);
        }
        say(
            EvidenceKind::Limit,
            match typology.status {
                Status::Baseline => {
                    "This is a single public threshold kept as a yardstick; ordinary support for a family or a small \
                     trade can reach it. A person decides."
                }
                Status::Active | Status::Off => "Lawful payments can show this pattern too. A person decides.",
            }
            .to_owned(),
        );
    }
}
