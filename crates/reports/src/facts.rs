//! The vocabulary of triage: what a rubric may ask about a report.
//!
//! A small fixed set of named facts and measures, each with a sentence of evidence that holds no personal data. A rubric
//! combines them in a data file; what they mean is fixed here, so that a rubric can be read by the person who has to
//! stand by it.

use std::{collections::BTreeMap, fmt, str::FromStr};

use crate::age::band;

words! {
    /// A fact about a report that holds or is not known to hold.
    pub enum Fact: "a fact of triage" {
        /// A child is in danger now: said by the reporter, escalated by the platform, or a live stream is under way.
        ChildAtRiskNow = "child_at_risk_now", "a child is at risk now";
        /// The reporter asks for the report to be read first.
        EscalatedByReporter = "escalated_by_reporter", "escalated by the reporter";
        /// A live stream is involved.
        LiveStreaming = "live_streaming", "live stream";
        /// A child is abused by somebody who is with them.
        ContactAbuse = "contact_abuse", "abuse in person";
        /// A child is sold or offered.
        SexTrafficking = "sex_trafficking", "trafficking";
        /// Somebody travels to abuse.
        ExploitationInTravel = "exploitation_in_travel", "exploitation in travel";
        /// A child is groomed or enticed online.
        Enticement = "enticement", "enticement";
        /// Extortion with images.
        Sextortion = "sextortion", "sexual extortion";
        /// Material of a child is asked for.
        Solicitation = "solicitation", "solicitation of CSAM";
        /// A file is on a list of known hashes.
        KnownMaterial = "files_known_hash", "known material";
        /// A file classified as abuse material is on no list: the child may not be known yet.
        NewMaterial = "new_material", "material not known before";
        /// Somebody classified a file as abuse material.
        ClassifiedMaterial = "classified_material", "classified as abuse material";
        /// A file appears to be made in a home.
        HomeMade = "home_made", "appears home-made";
        /// A file was made by the child alone, it seems.
        PossibleSelfProduction = "possible_self_production", "possibly made by the child";
        /// Money is involved: a billing account, a payment account or wallet, or a payment alert.
        Commercial = "commercial", "payments involved";
        /// Violence.
        Violence = "violence", "violence";
        /// Sadistic exploitation.
        Sadistic = "sadistic", "sadistic exploitation";
        /// The child is an infant.
        Infant = "infant", "infant";
        /// The report names the person harmed.
        VictimNamed = "victim_named", "the child is named";
        /// The person reported has a name or account and a place.
        ReportedPersonKnown = "reported_person_known", "the person reported can be found";
        /// A place nearer than the country is known.
        LocationKnown = "location_known", "a place is known";
        /// Those involved all seem to be children.
        MinorToMinor = "minor_to_minor", "between minors";
        /// The person reported is, or may be, under eighteen.
        ReportedPersonMayBeChild = "reported_person_may_be_child", "the person reported may be a child";
        /// Somebody who is not known to be an adult is extorted.
        ExtortedChild = "extorted_child", "a child may be extorted";
        /// Every file is marked as made by a generative model or drawn.
        GenerativeAiOnly = "generative_ai_only", "generated or drawn only";
        /// Every file is marked as a possible meme.
        PotentialMemeOnly = "potential_meme_only", "possible memes only";
        /// Marked as sent in bulk.
        Spam = "spam", "spam";
    }
}

words! {
    /// Something about a report that is counted. The word is the condition's, with its number in brackets.
    pub enum Measure: "a measure of triage" {
        /// The oldest that the youngest child named may be.
        VictimAge = "victim_age_under", "age of the youngest child";
        /// Whole days between the harm and the report.
        HarmDays = "harm_within_days", "days since it happened";
        /// Files in the report.
        Files = "files_count_at_least", "files";
        /// Reports that are linked to this one.
        LinkedReports = "linked_reports_at_least", "linked reports";
        /// Earlier reports about the same people.
        PriorReports = "prior_reports_at_least", "earlier reports";
        /// Other organisations that hold the same identifiers or files.
        OtherOrganisations = "other_organisations_at_least", "other organisations with a hit";
    }
}

/// What a fact may do in a rubric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Nature {
    /// Can raise a report on its own.
    Risk,
    /// Counts beside a risk only: who somebody is, and whether they can be found, never moves a report alone.
    Circumstance,
    /// Changes whom the report is for, not how urgent it is; counts beside a risk only.
    Safeguarding,
    /// Keeps a level from applying.
    Mitigating,
}

impl Fact {
    /// What it may do.
    pub const fn nature(self) -> Nature {
        match self {
            Self::ChildAtRiskNow
            | Self::EscalatedByReporter
            | Self::LiveStreaming
            | Self::ContactAbuse
            | Self::SexTrafficking
            | Self::ExploitationInTravel
            | Self::Enticement
            | Self::Sextortion
            | Self::Solicitation
            | Self::KnownMaterial
            | Self::NewMaterial
            | Self::ClassifiedMaterial
            | Self::HomeMade
            | Self::PossibleSelfProduction
            | Self::Commercial
            | Self::Violence
            | Self::Sadistic => Nature::Risk,
            Self::Infant | Self::VictimNamed | Self::ReportedPersonKnown | Self::LocationKnown => {
                Nature::Circumstance
            }
            Self::MinorToMinor | Self::ReportedPersonMayBeChild | Self::ExtortedChild => Nature::Safeguarding,
            Self::GenerativeAiOnly | Self::PotentialMemeOnly | Self::Spam => Nature::Mitigating,
        }
    }
}

impl Measure {
    /// What it may do.
    pub const fn nature(self) -> Nature {
        match self {
            Self::VictimAge | Self::HarmDays => Nature::Circumstance,
            Self::Files | Self::LinkedReports | Self::PriorReports | Self::OtherOrganisations => Nature::Risk,
        }
    }

    /// True where a smaller value is the more urgent.
    pub const fn smaller_is_worse(self) -> bool {
        matches!(self, Self::VictimAge | Self::HarmDays)
    }

    /// The evidence for a value.
    fn sentence(self, value: u32) -> String {
        let s = if value == 1 { "" } else { "s" };
        match self {
            Self::VictimAge => {
                let band = band(u16::try_from(value).unwrap_or(u16::MAX));
                format!("The child in this report is {band} years old.")
            }
            Self::HarmDays if value == 0 => "It happened within a day of the report.".to_owned(),
            Self::HarmDays => format!("It happened {value} day{s} before the report."),
            Self::Files => format!("The report has {value} file{s}."),
            Self::LinkedReports => format!("It is linked to {value} other report{s}."),
            Self::PriorReports => format!("There were {value} earlier report{s} about the same people."),
            Self::OtherOrganisations => {
                let hold = if value == 1 { "holds" } else { "hold" };
                format!("{value} other organisation{s} {hold} the same identifiers or files.")
            }
        }
    }
}

/// What a rubric asks: a fact, or a measure with its threshold, written `live_streaming` or `victim_age_under(13)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Condition {
    /// The fact holds.
    Fact(Fact),
    /// The measure is known and reaches the threshold.
    Measure(Measure, u32),
}

impl Condition {
    /// What it may do.
    pub const fn nature(self) -> Nature {
        match self {
            Self::Fact(fact) => fact.nature(),
            Self::Measure(measure, _) => measure.nature(),
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fact(fact) => fact.fmt(f),
            Self::Measure(measure, n) => write!(f, "{measure}({n})"),
        }
    }
}

/// The text is no condition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{text}” is not a condition; expected one of: {expected}")]
pub struct UnknownCondition {
    /// What was given.
    pub text: String,
    /// What there is.
    pub expected: String,
}

impl FromStr for Condition {
    type Err = UnknownCondition;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || {
            let facts = Fact::ALL.iter().map(|fact| fact.as_str().to_owned());
            let measures = Measure::ALL.iter().map(|measure| format!("{measure}(n) with n from 1"));
            UnknownCondition {
                text: text.chars().take(60).collect(),
                expected: facts.chain(measures).collect::<Vec<_>>().join(", "),
            }
        };
        if let Ok(fact) = text.parse() {
            return Ok(Self::Fact(fact));
        }
        let (word, n) = text.strip_suffix(')').and_then(|text| text.split_once('(')).ok_or_else(unknown)?;
        match (word.parse(), n.parse()) {
            (Ok(measure), Ok(n @ 1..)) => Ok(Self::Measure(measure, n)),
            _ => Err(unknown()),
        }
    }
}

/// The facts that hold for one report, each with its evidence in a sentence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    held: BTreeMap<Fact, String>,
    measures: BTreeMap<Measure, u32>,
}

impl Facts {
    /// Adds a fact with its evidence: a plain sentence without personal data. The first evidence for a fact is kept.
    pub fn hold(&mut self, fact: Fact, evidence: impl Into<String>) {
        self.held.entry(fact).or_insert_with(|| evidence.into());
    }

    /// Adds a measure. Of two values the more urgent is kept.
    pub fn measure(&mut self, measure: Measure, value: u32) {
        let kept = self.measures.entry(measure).or_insert(value);
        *kept = if measure.smaller_is_worse() { value.min(*kept) } else { value.max(*kept) };
    }

    /// True if the fact holds.
    pub fn has(&self, fact: Fact) -> bool {
        self.held.contains_key(&fact)
    }

    /// The measure's value, if known.
    pub fn value(&self, measure: Measure) -> Option<u32> {
        self.measures.get(&measure).copied()
    }

    /// True if the condition is met. What is not known is not met.
    pub fn meets(&self, condition: Condition) -> bool {
        match condition {
            Condition::Fact(fact) => self.has(fact),
            Condition::Measure(measure, n) => self.value(measure).is_some_and(|value| match measure {
                Measure::VictimAge => value < n,
                Measure::HarmDays => value <= n,
                Measure::Files
                | Measure::LinkedReports
                | Measure::PriorReports
                | Measure::OtherOrganisations => value >= n,
            }),
        }
    }

    /// The evidence for a condition that is met.
    pub fn evidence(&self, condition: Condition) -> Option<String> {
        if !self.meets(condition) {
            return None;
        }
        match condition {
            Condition::Fact(fact) => self.held.get(&fact).cloned(),
            Condition::Measure(measure, _) => self.value(measure).map(|value| measure.sentence(value)),
        }
    }

    /// Every fact that holds, with its evidence, in the vocabulary's order.
    pub fn held(&self) -> impl Iterator<Item = (Fact, &str)> {
        self.held.iter().map(|(fact, evidence)| (*fact, evidence.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample};

    use super::*;

    #[test]
    fn a_condition_that_is_not_in_the_vocabulary_is_refused_with_the_choice() {
        for wrong in [
            "full_moon",
            "victim_age_under",
            "victim_age_under(0)",
            "victim_age_under(x)",
            "live_streaming(1)",
        ] {
            let error = wrong.parse::<Condition>().unwrap_err();
            assert!(
                error.expected.contains("live_streaming") && error.expected.contains("victim_age_under(n)")
            );
        }
    }

    #[test]
    fn thresholds_are_met_on_their_own_side() {
        let mut facts = Facts::default();
        facts.measure(Measure::VictimAge, 12);
        facts.measure(Measure::HarmDays, 7);
        facts.measure(Measure::LinkedReports, 3);
        let meets = |text: &str| facts.meets(text.parse().unwrap());
        assert!(meets("victim_age_under(13)") && !meets("victim_age_under(12)"));
        assert!(meets("harm_within_days(7)") && !meets("harm_within_days(6)"));
        assert!(meets("linked_reports_at_least(3)") && !meets("linked_reports_at_least(4)"));
        assert!(!meets("prior_reports_at_least(1)"), "what is not known is not met");
    }

    #[test]
    fn an_age_is_told_as_a_band() {
        let mut facts = Facts::default();
        facts.measure(Measure::VictimAge, 15);
        facts.measure(Measure::VictimAge, 11);
        let evidence = facts.evidence("victim_age_under(13)".parse().unwrap()).unwrap();
        assert_eq!(evidence, "The child in this report is 9 to 12 years old.");
    }

    proptest! {
        #[test]
        fn conditions_are_written_as_they_are_read(
            fact in sample::select(Fact::ALL), measure in sample::select(Measure::ALL), n in 1_u32..
        ) {
            for condition in [Condition::Fact(fact), Condition::Measure(measure, n)] {
                prop_assert_eq!(condition.to_string().parse::<Condition>().unwrap(), condition);
            }
        }
    }
}
