//! Time to an event among competing events, with people still waiting counted as what they are.
//!
//! Convictions over arrests is no rate: open cases and other endings are in neither. The cumulative
//! incidence of Aalen and Johansen (1978) is the share for whom an event has happened by a time, the
//! other endings standing in its way; one minus Kaplan and Meier, which takes those for people who
//! merely left, is far above it. Standard errors are by the infinitesimal jackknife.

#![expect(clippy::indexing_slicing, reason = "events are checked against the number of them at the start")]

use serde::Serialize;

use crate::numeric::normal_quantile;

/// One person or case: how long it was followed, and which event ended that.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Followed {
    /// The time, in one unit for all.
    pub time: f64,
    /// The event by number; none while it is still open.
    pub event: Option<usize>,
}

/// Where the curves stand from a time on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// The time.
    pub time: f64,
    /// How many were still waiting just before it.
    pub at_risk: usize,
    /// The share to whom nothing has happened.
    pub waiting: f64,
    /// Its standard error.
    pub waiting_error: f64,
    /// For each event, the share to whom it has happened.
    pub incidence: Vec<f64>,
    /// Their standard errors.
    pub incidence_error: Vec<f64>,
}

/// Why no curve can be drawn.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SurvivalError {
    /// Nobody was followed.
    #[error("nobody was followed: at least one time is needed")]
    Nobody,
    /// A time or an event is not one.
    #[error("row {row}: expected a time of 0 or more and an event under {events}")]
    Row {
        /// The row, counted from nought.
        row: usize,
        /// How many events there are.
        events: usize,
    },
}

/// The cumulative incidence of each event, a step at each time something happened or someone left.
pub fn cumulative_incidence(followed: &[Followed], events: usize) -> Result<Vec<Step>, SurvivalError> {
    check(followed, events)?;
    let mut times: Vec<f64> = followed.iter().map(|one| one.time).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    let people = followed.len();
    let (mut waiting, mut incidence) = (1.0, vec![0.0; events]);
    let mut waiting_influence = vec![0.0; people];
    let mut influence = vec![vec![0.0; people]; events];
    let mut steps = Vec::with_capacity(times.len());
    for time in times {
        let at_risk = followed.iter().filter(|one| one.time >= time).count();
        let mut happened = vec![0_usize; events];
        for one in followed.iter().filter(|one| same(one.time, time)) {
            if let Some(event) = one.event {
                happened[event] += 1;
            }
        }
        let hazard: Vec<f64> = happened.iter().map(|&count| count as f64 / at_risk as f64).collect();
        let all: f64 = hazard.iter().sum();
        if all > 0.0 {
            for (person, one) in followed.iter().enumerate() {
                let before = waiting_influence[person];
                let mut own_all = 0.0;
                for event in 0..events {
                    let mut own = 0.0;
                    if one.time >= time {
                        let counted =
                            if same(one.time, time) && one.event == Some(event) { 1.0 } else { 0.0 };
                        own = (counted - hazard[event]) / at_risk as f64;
                    }
                    influence[event][person] += before * hazard[event] + waiting * own;
                    own_all += own;
                }
                waiting_influence[person] = before * (1.0 - all) - waiting * own_all;
            }
            for event in 0..events {
                incidence[event] += waiting * hazard[event];
            }
            waiting *= 1.0 - all;
        }
        steps.push(Step {
            time,
            at_risk,
            waiting,
            waiting_error: length(&waiting_influence),
            incidence: incidence.clone(),
            incidence_error: influence.iter().map(|influence| length(influence)).collect(),
        });
    }
    Ok(steps)
}

/// The step in force at a time; none before the first.
pub fn at(steps: &[Step], time: f64) -> Option<&Step> {
    steps.iter().take_while(|step| step.time <= time).last()
}

/// A point of the curve of Kaplan and Meier (1958) with Greenwood's error.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Survival {
    /// The time.
    pub time: f64,
    /// How many were still waiting just before it.
    pub at_risk: usize,
    /// How many events there were.
    pub events: usize,
    /// The share still waiting.
    pub share: f64,
    /// Its standard error.
    pub error: f64,
    /// The limits, on the logarithmic scale; none once nobody is left.
    pub limits: Option<(f64, f64)>,
}

/// The share still waiting where there is one event only, a point at each time it happened.
pub fn kaplan_meier(followed: &[Followed], coverage: f64) -> Result<Vec<Survival>, SurvivalError> {
    check(followed, 1)?;
    let deviate = normal_quantile(f64::midpoint(1.0, coverage));
    let mut times: Vec<f64> = followed.iter().filter(|one| one.event.is_some()).map(|one| one.time).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    let (mut share, mut sum) = (1.0, 0.0);
    Ok(times
        .into_iter()
        .map(|time| {
            let at_risk = followed.iter().filter(|one| one.time >= time).count();
            let events = followed.iter().filter(|one| same(one.time, time) && one.event.is_some()).count();
            share *= 1.0 - events as f64 / at_risk as f64;
            sum += events as f64 / (at_risk as f64 * (at_risk - events) as f64);
            let relative = sum.sqrt();
            let limits = (events < at_risk).then(|| {
                (share * (-deviate * relative).exp(), (share * (deviate * relative).exp()).min(1.0))
            });
            let error = if events < at_risk { share * relative } else { f64::NAN };
            Survival { time, at_risk, events, share, error, limits }
        })
        .collect())
}

/// The first time at which at most half are still waiting; none while more than half are.
pub fn median(curve: &[Survival]) -> Option<f64> {
    curve.iter().find(|point| point.share <= 0.5 + 1e-12).map(|point| point.time)
}

/// The log-rank statistic of two groups, to be held against chi-square with one degree of freedom.
pub fn log_rank(first: &[Followed], second: &[Followed]) -> Result<f64, SurvivalError> {
    check(first, 1)?;
    check(second, 1)?;
    let mut times: Vec<f64> =
        first.iter().chain(second).filter(|one| one.event.is_some()).map(|one| one.time).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    let (mut excess, mut variance) = (0.0, 0.0);
    for time in times {
        let risk = |group: &[Followed]| group.iter().filter(|one| one.time >= time).count() as f64;
        let events = |group: &[Followed]| {
            group.iter().filter(|one| same(one.time, time) && one.event.is_some()).count() as f64
        };
        let (risk_first, risk) = (risk(first), risk(first) + risk(second));
        let all = events(first) + events(second);
        excess += events(first) - all * risk_first / risk;
        if risk > 1.0 {
            variance += all * (risk_first / risk) * (1.0 - risk_first / risk) * (risk - all) / (risk - 1.0);
        }
    }
    Ok(excess * excess / variance)
}

fn check(followed: &[Followed], events: usize) -> Result<(), SurvivalError> {
    if followed.is_empty() {
        return Err(SurvivalError::Nobody);
    }
    let sound = |one: &Followed| {
        one.time.is_finite() && one.time >= 0.0 && one.event.is_none_or(|event| event < events)
    };
    match followed.iter().position(|one| !sound(one)) {
        Some(row) => Err(SurvivalError::Row { row, events }),
        None => Ok(()),
    }
}

/// Times are compared as they were written, not as they might have been measured.
fn same(left: f64, right: f64) -> bool {
    left.total_cmp(&right).is_eq()
}

fn length(values: &[f64]) -> f64 {
    values.iter().map(|value| value * value).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_cannot_be_followed_is_named() {
        assert_eq!(cumulative_incidence(&[], 1), Err(SurvivalError::Nobody));
        let wrong = [Followed { time: 1.0, event: Some(0) }, Followed { time: 1.0, event: Some(2) }];
        assert_eq!(cumulative_incidence(&wrong, 2), Err(SurvivalError::Row { row: 1, events: 2 }));
    }

    proptest! {
        #[test]
        fn everyone_is_waiting_or_has_had_one_of_the_events(
            rows in prop::collection::vec((0_u8..30, prop::option::of(0_usize..3)), 1..40)
        ) {
            let followed: Vec<Followed> =
                rows.iter().map(|&(time, event)| Followed { time: f64::from(time), event }).collect();
            for step in cumulative_incidence(&followed, 3).unwrap() {
                let all: f64 = step.waiting + step.incidence.iter().sum::<f64>();
                prop_assert!((all - 1.0).abs() < 1e-9);
            }
        }

        #[test]
        fn without_open_cases_the_incidence_is_the_plain_share(
            rows in prop::collection::vec((0_u8..30, 0_usize..2), 1..40)
        ) {
            let followed: Vec<Followed> =
                rows.iter().map(|&(time, event)| Followed { time: f64::from(time), event: Some(event) }).collect();
            let steps = cumulative_incidence(&followed, 2).unwrap();
            let plain = rows.iter().filter(|row| row.1 == 1).count() as f64 / rows.len() as f64;
            prop_assert!((steps.last().unwrap().incidence[1] - plain).abs() < 1e-9);
        }
    }
}
