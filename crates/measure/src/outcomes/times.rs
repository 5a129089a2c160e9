//! How long each step takes, as competing risks: people and cases that still wait are counted as
//! waiting, and other endings as what they are. Convictions over arrests is no rate.

use model::CivilDate;
use serde::{Deserialize, Serialize};

use crate::calendar::days_between;
use crate::numeric::normal_quantile;
use crate::outcomes::chain::Step as Reached;
use crate::outcomes::count::{Basis, FigureError, Value};
use crate::outcomes::facts::{CaseFacts, Finding};
use crate::statistic::{Bounds, Period, Statistic};
use crate::survival::{Followed, Step, SurvivalError, at, cumulative_incidence};

/// A stretch of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Passage {
    /// Of cases: from the first report to the first action.
    TipToAction,
    /// Of cases: from the first action to the first safeguarding.
    ActionToRescue,
    /// Of cases: from the first safeguarding to the first charge.
    RescueToCharge,
    /// Of persons: from charge to verdict.
    ChargeToVerdict,
    /// Of survivors: from the first verdict in their case to restoration.
    VerdictToRestored,
    /// Of survivors: from safeguarding to restoration.
    RescueToRestored,
}

/// The curves of a passage.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Times {
    /// Which passage.
    pub passage: Passage,
    /// The days on which those followed began.
    pub period: Period,
    /// The curves, time in days.
    pub curves: Curves,
}

/// Curves of endings that compete, with those behind them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curves {
    /// What time is counted in: "days", "hours".
    pub time_unit: &'static str,
    /// What may happen, in the order of the curves, the wanted ending first.
    pub endings: Vec<&'static str>,
    /// How many were followed.
    pub followed: usize,
    /// How many still wait.
    pub waiting: usize,
    /// How many were left out because their end is recorded before their beginning.
    pub left_out: usize,
    /// The curves.
    pub steps: Vec<Step>,
}

impl Curves {
    /// Curves of everyone followed; a negative time is left out and stated.
    pub fn new(
        time_unit: &'static str,
        endings: &[&'static str],
        followed: impl IntoIterator<Item = Followed>,
    ) -> Result<Self, SurvivalError> {
        let (kept, left): (Vec<Followed>, Vec<Followed>) =
            followed.into_iter().partition(|one| one.time >= 0.0);
        Ok(Self {
            time_unit,
            endings: endings.to_vec(),
            followed: kept.len(),
            waiting: kept.iter().filter(|one| one.event.is_none()).count(),
            left_out: left.len(),
            steps: cumulative_incidence(&kept, endings.len())?,
        })
    }

    /// The share for whom an ending had come by a time, and its standard error; nought before the first.
    pub fn share_by(&self, time: f64, ending: usize) -> (f64, f64) {
        let step = at(&self.steps, time);
        let part = |parts: fn(&Step) -> &[f64]| {
            step.and_then(|step| parts(step).get(ending).copied()).unwrap_or_default()
        };
        (part(|step| &step.incidence), part(|step| &step.incidence_error))
    }

    /// The time by which the wanted ending had come for half; none while it has not.
    pub fn median(&self) -> Option<f64> {
        let half = |step: &&Step| step.incidence.first().is_some_and(|share| *share >= 0.5);
        self.steps.iter().find(half).map(|step| step.time)
    }
}

impl Passage {
    /// Every passage in the order of the chain.
    pub const ALL: [Self; 6] = [
        Self::TipToAction,
        Self::ActionToRescue,
        Self::RescueToCharge,
        Self::ChargeToVerdict,
        Self::VerdictToRestored,
        Self::RescueToRestored,
    ];

    /// The id of its definition.
    pub fn id(self) -> &'static str {
        match self {
            Self::TipToAction => "time-tip-to-action",
            Self::ActionToRescue => "time-action-to-rescue",
            Self::RescueToCharge => "time-rescue-to-charge",
            Self::ChargeToVerdict => "time-charge-to-verdict",
            Self::VerdictToRestored => "time-verdict-to-restored",
            Self::RescueToRestored => "time-rescue-to-restored",
        }
    }

    /// What may end it, the wanted ending first.
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Self::TipToAction => &["acted on", "closed without action"],
            Self::ActionToRescue => &["a child safeguarded", "closed without a rescue"],
            Self::RescueToCharge => &["charged", "dropped or closed without a charge"],
            Self::ChargeToVerdict => &["convicted", "acquitted", "dismissed"],
            Self::VerdictToRestored | Self::RescueToRestored => &["restored", "lost to follow-up"],
        }
    }

    /// When it begins for each who is followed in a case, and on which days which ending came.
    fn of(self, case: &CaseFacts) -> Vec<(CivilDate, Vec<Option<CivilDate>>)> {
        let rescue = Reached::Rescue.day(case);
        match self {
            Self::TipToAction => from(case.tip, vec![case.action, case.closed]),
            Self::ActionToRescue => from(case.action, vec![rescue, case.closed]),
            Self::RescueToCharge => {
                let all_dropped = case.accused.iter().map(|one| one.dropped).collect::<Option<Vec<_>>>();
                let dropped = all_dropped.and_then(|days| days.into_iter().max());
                let ended = dropped.into_iter().chain(case.closed).min();
                from(rescue, vec![Reached::Charge.day(case), ended])
            }
            Self::ChargeToVerdict => {
                let accused = case.accused.iter().filter_map(|one| {
                    let on = |finding: Finding| {
                        one.verdict.filter(|verdict| verdict.finding == finding).map(|verdict| verdict.day)
                    };
                    let endings = [Finding::Convicted, Finding::Acquitted, Finding::Dismissed].map(on);
                    Some((one.charged?, endings.to_vec()))
                });
                accused.collect()
            }
            Self::VerdictToRestored => {
                let verdict = Reached::Verdict.day(case);
                let victims = case.children.iter().filter(|child| !child.at_risk);
                victims
                    .filter_map(|child| Some((verdict?, vec![child.restored, child.lost])))
                    .filter(|(verdict, endings)| endings.iter().flatten().all(|day| day >= verdict))
                    .collect()
            }
            Self::RescueToRestored => {
                let victims = case.children.iter().filter(|child| !child.at_risk);
                victims
                    .filter_map(|child| Some((child.safeguarded?, vec![child.restored, child.lost])))
                    .collect()
            }
        }
    }
}

/// Follows everyone whose passage began in a period, up to the as-of date.
pub fn times(basis: &Basis<'_>, passage: Passage, period: Period) -> Result<Times, FigureError> {
    let begun = basis.facts.cases().iter().flat_map(|case| passage.of(case));
    let followed = begun.filter(|(start, _)| period.contains(*start)).map(|(start, endings)| {
        let first = endings.iter().enumerate().filter_map(|(event, day)| Some(((*day)?, event))).min();
        let end = first.map_or(basis.facts.as_of(), |(day, _)| day);
        Followed { time: days_between(start, end) as f64, event: first.map(|(_, event)| event) }
    });
    Ok(Times { passage, period, curves: Curves::new("days", passage.endings(), followed)? })
}

impl Times {
    /// The share for whom an ending had come by so many days, with its 95 % interval on the
    /// complementary log-log scale; the ending is by its place in `endings`.
    pub fn share_by(&self, basis: &Basis<'_>, days: u32, ending: usize) -> Result<Statistic, FigureError> {
        let endings = &self.curves.endings;
        let name = endings.get(ending).ok_or_else(|| {
            FigureError::Input(format!("expected an ending under {}, found {ending}", endings.len()))
        })?;
        let (share, error) = self.curves.share_by(f64::from(days), ending);
        let value = Value { value: share, parts: None, interval: interval(share, error) };
        let group = format!("{name} within {days} days");
        basis.statistic(self.passage.id(), self.period, Some(&group), value, METHOD)
    }
}

const METHOD: &str = "cumulative incidence among competing endings (Aalen-Johansen), infinitesimal jackknife";

/// Limits of a share between nought and one on the complementary log-log scale, 95 %; none at either end.
pub(crate) fn interval(share: f64, error: f64) -> Option<Bounds> {
    if !(share > 0.0 && share < 1.0) {
        return None;
    }
    let waiting = 1.0 - share;
    let half = normal_quantile(0.975) * error / (waiting * waiting.ln().abs());
    let limit = |half: f64| 1.0 - waiting.powf(half.exp());
    Some(Bounds { lower: limit(-half), upper: limit(half), coverage: 0.95 })
}

fn from(
    start: Option<CivilDate>,
    endings: Vec<Option<CivilDate>>,
) -> Vec<(CivilDate, Vec<Option<CivilDate>>)> {
    start.map(|start| (start, endings)).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definitions::Definitions;
    use crate::outcomes::{AccusedFacts, Facts, Verdict};

    fn day(text: &str) -> CivilDate {
        text.parse().unwrap()
    }

    fn tried(id: &str, charged: &str, verdict: Option<(&str, Finding)>) -> CaseFacts {
        let mut case = CaseFacts::new(id, day("2020-01-01"));
        case.accused = vec![AccusedFacts {
            accused: id.into(),
            charged: Some(day(charged)),
            verdict: verdict.map(|(on, finding)| Verdict { day: day(on), finding }),
            ..AccusedFacts::default()
        }];
        case
    }

    #[test]
    fn open_trials_count_as_waiting_and_acquittals_stand_in_the_way() {
        let cases = vec![
            tried("a", "2021-01-01", Some(("2021-01-11", Finding::Convicted))),
            tried("b", "2021-01-01", Some(("2021-01-21", Finding::Acquitted))),
            tried("c", "2021-01-01", Some(("2021-01-31", Finding::Convicted))),
            tried("d", "2021-12-12", None),
            tried("e", "2021-06-01", Some(("2021-05-01", Finding::Convicted))),
        ];
        let facts = Facts::new(cases, day("2021-12-31")).unwrap();
        let definitions = Definitions::built_in().unwrap();
        let basis = Basis { facts: &facts, definitions: &definitions, population: "synthetic accused" };
        let found = times(&basis, Passage::ChargeToVerdict, Period::year(2021).unwrap()).unwrap();
        let curves = &found.curves;
        assert_eq!((curves.followed, curves.waiting, curves.left_out), (4, 1, 1));
        // By hand: 1/4 on day 10; on day 19 one leaves waiting; then 3/4·1/2 acquitted on day 20 and the last convicted on 30.
        let convicted = found.share_by(&basis, 30, 0).unwrap();
        assert!((convicted.value - (0.25 + 0.375)).abs() < 1e-12, "{}", convicted.value);
        assert!((found.share_by(&basis, 25, 1).unwrap().value - 0.375).abs() < 1e-12);
        assert!(found.share_by(&basis, 5, 0).unwrap().value.abs() < 1e-12);
        let bounds = convicted.interval.unwrap();
        assert!(bounds.lower > 0.0 && bounds.upper < 1.0);
        assert_eq!(curves.median(), Some(30.0));
        assert!(found.share_by(&basis, 30, 3).is_err());
    }

    #[test]
    fn nobody_to_follow_is_said_and_not_drawn() {
        let facts = Facts::new(vec![CaseFacts::new("a", day("2021-01-01"))], day("2021-12-31")).unwrap();
        let definitions = Definitions::built_in().unwrap();
        let basis = Basis { facts: &facts, definitions: &definitions, population: "synthetic cases" };
        let none = times(&basis, Passage::TipToAction, Period::year(2021).unwrap()).unwrap_err();
        assert!(none.to_string().contains("nobody was followed"));
    }
}
