//! Ranking a report by a rubric: its level, its place within the level, and why, in sentences.
//!
//! Deterministic and monotone: one more risk never lowers a report. The rank proposes an order; a person decides.

use std::cmp::Reverse;

use model::Instant;
use serde::{Deserialize, Serialize};

use crate::{Clause, Condition, Fact, Facts, Nature, PersonRole, Rubric};

words! {
    /// Whom a report is for first.
    pub enum Route: "a route" {
        /// The ordinary way: an analyst, then the police.
        Investigation = "investigation", "Investigation";
        /// A child or an extorted teenager stands at the centre: protect first, with a social worker.
        Safeguarding = "safeguarding", "Safeguarding first";
    }
}

impl Route {
    /// What the page says under the label.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Investigation => "An analyst reads it and decides.",
            Self::Safeguarding => {
                "A child may be the one reported, or is being extorted: protect first and bring in a social worker."
            }
        }
    }

    /// What a page calls a person with that part in the report.
    pub const fn person(self, role: PersonRole) -> &'static str {
        match (self, role) {
            (Self::Safeguarding, PersonRole::Reported) => "the person reported, who may be a child",
            _ => role.label(),
        }
    }
}

/// How urgent a report is, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rank {
    /// The rubric's id.
    pub rubric: String,
    /// The level; 1 is the most urgent.
    pub level: u8,
    /// What the band says.
    pub name: String,
    /// What the level means.
    pub sentence: String,
    /// The order within the level; more is more urgent.
    pub score: u32,
    /// Whom it is for first.
    pub route: Route,
    /// The evidence that decided the level, the first sentence fit for the queue. Never empty.
    pub reasons: Vec<String>,
    /// Everything else that is known, the weightiest first.
    pub further: Vec<String>,
}

/// Ranks a report's facts by a rubric.
pub fn rank(rubric: &Rubric, facts: &Facts) -> Rank {
    let score = score(rubric, facts);
    let route = route(facts);
    for level in rubric.levels().iter().filter(|level| level.on) {
        let met: Vec<&Clause> = level.when.iter().filter(|clause| clause.is_met(facts)).collect();
        if met.is_empty() {
            continue;
        }
        let deciding = met.iter().flat_map(|clause| clause.all.iter().chain(&clause.any));
        let reasons = distinct(deciding.filter_map(|condition| facts.evidence(*condition)), &[]);
        return Rank {
            rubric: rubric.id().to_owned(),
            level: level.number,
            name: level.name.clone(),
            sentence: level.sentence.clone(),
            score,
            route,
            further: further(rubric, facts, &reasons),
            reasons,
        };
    }
    let default = rubric.default_level();
    Rank {
        rubric: rubric.id().to_owned(),
        level: default.number,
        name: default.name.clone(),
        sentence: default.sentence.clone(),
        score,
        route,
        reasons: vec![default.sentence.clone()],
        further: further(rubric, facts, &[]),
    }
}

impl Clause {
    /// True if the facts meet it.
    pub fn is_met(&self, facts: &Facts) -> bool {
        self.all.iter().all(|condition| facts.meets(*condition))
            && (self.any.is_empty() || self.any.iter().any(|condition| facts.meets(*condition)))
            && !self.unless.iter().any(|condition| facts.meets(*condition))
    }
}

/// The points of every condition that is met; none at all where no risk is among what is known.
fn score(rubric: &Rubric, facts: &Facts) -> u32 {
    let any_risk = facts.held().any(|(fact, _)| fact.nature() == Nature::Risk)
        || rubric
            .weights()
            .iter()
            .any(|weight| weight.condition.nature() == Nature::Risk && facts.meets(weight.condition));
    if !any_risk {
        return 0;
    }
    let met = rubric.weights().iter().filter(|weight| facts.meets(weight.condition));
    met.fold(0, |sum: u32, weight| sum.saturating_add(u32::from(weight.points)))
}

fn route(facts: &Facts) -> Route {
    let child_at_the_centre = facts
        .held()
        .any(|(fact, _)| fact.nature() == Nature::Safeguarding || fact == Fact::PossibleSelfProduction);
    if child_at_the_centre { Route::Safeguarding } else { Route::Investigation }
}

/// The evidence that is not among `told`: by weight, then the facts that have none in their own order.
fn further(rubric: &Rubric, facts: &Facts, told: &[String]) -> Vec<String> {
    let mut weighed: Vec<_> = rubric.weights().iter().collect();
    weighed.sort_by_key(|weight| (Reverse(weight.points), weight.condition));
    let weighed = weighed.into_iter().filter_map(|weight| facts.evidence(weight.condition));
    let held = facts.held().filter_map(|(fact, _)| facts.evidence(Condition::Fact(fact)));
    distinct(weighed.chain(held), told)
}

fn distinct(sentences: impl Iterator<Item = String>, told: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for sentence in sentences {
        if !told.contains(&sentence) && !kept.contains(&sentence) {
            kept.push(sentence);
        }
    }
    kept
}

/// Where a report stands in the queue: by level, then score, then the older first. The least comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QueuePlace {
    level: u8,
    score: Reverse<u32>,
    received_at: Instant,
}

impl QueuePlace {
    /// The place of a ranked report.
    pub const fn new(rank: &Rank, received_at: Instant) -> Self {
        Self { level: rank.level, score: Reverse(rank.score), received_at }
    }
}

#[cfg(test)]
mod tests {
    use model::{Country, Span};
    use proptest::{collection::vec, option, prelude::*, sample};

    use super::*;
    use crate::{
        Channel, Confidence, ICAC_RUBRIC, Incident, IncidentKind, LinkSummary, Location, MatchSummary,
        Measure, Report, ReportFlag, ReportedFile, ReportedPerson, Sex, Source, report::tests::received,
    };

    fn rubric() -> Rubric {
        Rubric::load(&ICAC_RUBRIC).unwrap()
    }

    fn report(kind: IncidentKind, days_ago: i64) -> Report {
        let mut report = Report::new(Source::Platform, Channel::CyberTipline, received());
        report.incident = Some(Incident {
            kind,
            at: Some(received() - Span::days(days_ago)),
            ongoing: None,
            description: None,
        });
        report
    }

    fn ranked(report: &Report) -> Rank {
        rank(&rubric(), &Facts::of(report, &LinkSummary::default(), &MatchSummary::default()))
    }

    fn person(role: PersonRole, age: u16) -> ReportedPerson {
        let mut person = ReportedPerson::new(role);
        person.names.push("Synthetic Name".to_owned());
        person.age = Some(age);
        person.sex = Some(Sex::Female);
        person.nationality = Some(Country::PH);
        person
    }

    #[test]
    fn who_somebody_is_never_moves_a_report() {
        let mut report = Report::new(Source::Public, Channel::WebForm, received());
        report.people = vec![person(PersonRole::Victim, 3), person(PersonRole::Reported, 60)];
        report.locations.push(Location {
            country: Some(Country::PH),
            region: None,
            city: Some("Synthetic City".to_owned()),
            address: None,
            confidence: Confidence::High,
        });
        let rank = ranked(&report);
        assert_eq!((rank.level, rank.score), (8, 0));
        assert_eq!(rank.reasons, ["Nothing in the report meets a level yet; an analyst reads it."]);
        assert!(rank.further.contains(&"The child in this report is 3 to 5 years old.".to_owned()));
    }

    #[test]
    fn an_escalated_report_is_at_the_top_and_says_so() {
        let mut report = report(IncidentKind::Csam, 90);
        report.escalated = Some("Synthetic reason".to_owned());
        let rank = ranked(&report);
        assert_eq!(rank.level, 1);
        assert_eq!(rank.reasons, ["The platform escalated this report."]);
    }

    #[test]
    fn a_stream_of_this_week_stands_above_one_of_last_year() {
        let fresh = ranked(&report(IncidentKind::LivestreamedAbuse, 2));
        let old = ranked(&report(IncidentKind::LivestreamedAbuse, 300));
        assert_eq!((fresh.level, old.level), (1, 2));
        assert_eq!(
            fresh.reasons,
            ["The report is about live-streamed abuse.", "It happened 2 days before the report."]
        );
    }

    #[test]
    fn material_alone_is_ranked_by_what_is_known_of_it() {
        let mut report = report(IncidentKind::Csam, 2);
        report.files.push(ReportedFile::default());
        let level = |report: &Report, matches: MatchSummary| {
            rank(&rubric(), &Facts::of(report, &LinkSummary::default(), &matches)).level
        };
        let known = MatchSummary { checked_files: 1, known_files: 1, abuse_files: 1 };
        assert_eq!(level(&report, MatchSummary::default()), 8);
        assert_eq!(level(&report, known), 6);
        let new = MatchSummary { known_files: 0, ..known };
        assert_eq!(level(&report, new), 4);
        report.files[0].annotations.insert(crate::FileAnnotation::GenerativeAi);
        assert_eq!(level(&report, new), 6);
        report.files[0].annotations.insert(crate::FileAnnotation::PotentialMeme);
        assert_eq!(level(&report, known), 8);
    }

    #[test]
    fn children_and_extorted_teenagers_are_routed_to_safeguarding() {
        let mut between_minors = report(IncidentKind::Csam, 2);
        between_minors.flags.insert(ReportFlag::MinorToMinor);
        let mut reported_child = report(IncidentKind::Enticement, 2);
        reported_child.people.push(person(PersonRole::Reported, 16));
        let mut extorted = report(IncidentKind::SexualExtortion, 2);
        extorted.people.push(person(PersonRole::Victim, 15));
        for report in [between_minors, reported_child, extorted] {
            let rank = ranked(&report);
            assert_eq!(rank.route, Route::Safeguarding);
            let words =
                [rank.name, rank.sentence, rank.route.sentence().to_owned(), rank.route.label().to_owned()];
            let people = PersonRole::ALL.iter().map(|role| rank.route.person(*role).to_owned());
            for text in words.into_iter().chain(people).chain(rank.reasons).chain(rank.further) {
                assert!(!text.to_lowercase().contains("suspect"), "{text}");
            }
        }
        let mut adult = report(IncidentKind::Enticement, 2);
        adult.people.push(person(PersonRole::Reported, 40));
        assert_eq!(ranked(&adult).route, Route::Investigation);
    }

    #[test]
    fn ties_go_to_the_older_report() {
        let rank = ranked(&report(IncidentKind::Csam, 2));
        let urgent = ranked(&report(IncidentKind::LivestreamedAbuse, 2));
        let mut queue = [
            (QueuePlace::new(&rank, received() + Span::hours(1)), "younger"),
            (QueuePlace::new(&rank, received()), "older"),
            (
                QueuePlace::new(&Rank { score: rank.score + 1, ..rank.clone() }, received() + Span::hours(2)),
                "weightier",
            ),
            (QueuePlace::new(&urgent, received() + Span::hours(3)), "urgent"),
        ];
        queue.sort();
        assert_eq!(queue.map(|(_, name)| name), ["urgent", "weightier", "older", "younger"]);
    }

    fn any_facts() -> impl Strategy<Value = Facts> {
        let held = sample::subsequence(Fact::ALL, 0..=Fact::ALL.len());
        (held, vec(option::of(0_u32..200), Measure::ALL.len())).prop_map(|(held, values)| {
            let mut facts = Facts::default();
            for fact in held {
                facts.hold(fact, format!("Evidence of {fact}."));
            }
            for (measure, value) in Measure::ALL.iter().zip(values) {
                if let Some(value) = value {
                    facts.measure(*measure, value);
                }
            }
            facts
        })
    }

    fn never_lower(before: &Rank, after: &Rank) -> bool {
        QueuePlace::new(after, received()) <= QueuePlace::new(before, received())
            && after.score >= before.score
    }

    proptest! {
        #[test]
        fn one_more_risk_never_lowers_a_report(facts in any_facts(), fact in sample::select(Fact::ALL)) {
            prop_assume!(fact.nature() != Nature::Mitigating);
            let mut more = facts.clone();
            more.hold(fact, "One more.");
            let (before, after) = (rank(&rubric(), &facts), rank(&rubric(), &more));
            prop_assert!(never_lower(&before, &after), "{:?} then {:?}", before, after);
        }

        #[test]
        fn a_worse_measure_never_lowers_a_report(
            facts in any_facts(), measure in sample::select(Measure::ALL), value in 0_u32..200
        ) {
            let mut more = facts.clone();
            more.measure(measure, value);
            prop_assert!(never_lower(&rank(&rubric(), &facts), &rank(&rubric(), &more)));
        }

        #[test]
        fn every_rank_explains_itself_and_is_the_same_again(facts in any_facts()) {
            let one = rank(&rubric(), &facts);
            prop_assert!(one.reasons.iter().all(|reason| !reason.trim().is_empty()) && !one.reasons.is_empty());
            prop_assert!(!one.further.iter().any(|sentence| one.reasons.contains(sentence)));
            prop_assert_eq!(&one, &rank(&rubric(), &facts));
        }

        #[test]
        fn without_a_risk_every_report_stands_at_the_default(facts in any_facts()) {
            let mut only_who = Facts::default();
            for (fact, evidence) in facts.held().filter(|(fact, _)| fact.nature() != Nature::Risk) {
                only_who.hold(fact, evidence);
            }
            for measure in [Measure::VictimAge, Measure::HarmDays] {
                if let Some(value) = facts.value(measure) {
                    only_who.measure(measure, value);
                }
            }
            let rank = rank(&rubric(), &only_who);
            prop_assert_eq!((rank.level, rank.score), (8, 0));
        }
    }
}
