//! `/metrics`: how many look-ups there were, how many matched and how long they took since this process
//! began, as Prometheus reads it (its text format 0.0.4). Everybody sees their own organisation's.

use std::{
    collections::HashMap,
    fmt::Write as _,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use app_intake::may_match;
use axum::{extract::State, http::header, response::IntoResponse};
use model::{Id, Span, kinds};

use super::answer::Answer;
use crate::{Web, api::caller::Caller};

/// The bounds of the histogram: in microseconds, and in seconds as they are written.
const BOUNDS: [(u64, &str); 9] = [
    (500, "0.0005"),
    (1_000, "0.001"),
    (2_500, "0.0025"),
    (5_000, "0.005"),
    (10_000, "0.01"),
    (25_000, "0.025"),
    (100_000, "0.1"),
    (500_000, "0.5"),
    (2_500_000, "2.5"),
];

/// What is counted, for each organisation.
#[derive(Default)]
pub(super) struct Metrics(Mutex<HashMap<Id<kinds::Organisation>, Arc<Counts>>>);

#[derive(Default)]
struct Counts {
    look_ups: AtomicU64,
    matched: AtomicU64,
    micros: AtomicU64,
    /// How many took no longer than each bound, and longer than the one before.
    within: [AtomicU64; BOUNDS.len()],
}

impl Metrics {
    fn of(&self, organisation: Id<kinds::Organisation>) -> Arc<Counts> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(organisation).or_default().clone()
    }

    /// Counts a look-up.
    pub(super) fn looked_up(&self, organisation: Id<kinds::Organisation>, matched: bool, took: Span) {
        let counts = self.of(organisation);
        let micros = u64::try_from(took.0).unwrap_or(0);
        counts.look_ups.fetch_add(1, Relaxed);
        counts.matched.fetch_add(u64::from(matched), Relaxed);
        counts.micros.fetch_add(micros, Relaxed);
        let bound = BOUNDS.iter().zip(&counts.within).find(|((most, _), _)| micros <= *most);
        if let Some((_, within)) = bound {
            within.fetch_add(1, Relaxed);
        }
    }
}

/// The counts of the organisation that asks.
pub(super) async fn show(State(web): State<Web>, caller: Caller) -> Answer<impl IntoResponse> {
    may_match(&caller.op("metrics"), &web.house).await?;
    let text = written(&web.matching.metrics.of(caller.organisation()));
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text))
}

fn written(counts: &Counts) -> String {
    let (look_ups, matched) = (counts.look_ups.load(Relaxed), counts.matched.load(Relaxed));
    let micros = counts.micros.load(Relaxed);
    let mut text = format!(
        "# HELP sagip_look_ups_total Signals looked up in the banks.\n# TYPE sagip_look_ups_total counter\n\
         sagip_look_ups_total {look_ups}\n\
         # HELP sagip_look_ups_matched_total Signals that matched a content.\n\
         # TYPE sagip_look_ups_matched_total counter\nsagip_look_ups_matched_total {matched}\n\
         # HELP sagip_look_up_seconds How long looking a signal up takes.\n\
         # TYPE sagip_look_up_seconds histogram\n"
    );
    let mut so_far = 0_u64;
    for ((_, bound), within) in BOUNDS.iter().zip(&counts.within) {
        so_far += within.load(Relaxed);
        let _ = writeln!(text, "sagip_look_up_seconds_bucket{{le=\"{bound}\"}} {so_far}");
    }
    let _ = writeln!(text, "sagip_look_up_seconds_bucket{{le=\"+Inf\"}} {look_ups}");
    let _ = writeln!(text, "sagip_look_up_seconds_sum {}.{:06}", micros / 1_000_000, micros % 1_000_000);
    let _ = writeln!(text, "sagip_look_up_seconds_count {look_ups}");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_ups_are_counted_and_each_bound_holds_the_ones_below_it() {
        let (metrics, organisation) =
            (Metrics::default(), "0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6".parse().unwrap());
        for (matched, micros) in [(true, 400), (false, 1_000), (false, 9_000_000)] {
            metrics.looked_up(organisation, matched, Span(micros));
        }
        let text = written(&metrics.of(organisation));
        for line in [
            "sagip_look_ups_total 3",
            "sagip_look_ups_matched_total 1",
            "sagip_look_up_seconds_bucket{le=\"0.0005\"} 1",
            "sagip_look_up_seconds_bucket{le=\"0.001\"} 2",
            "sagip_look_up_seconds_bucket{le=\"2.5\"} 2",
            "sagip_look_up_seconds_bucket{le=\"+Inf\"} 3",
            "sagip_look_up_seconds_sum 9.001400",
            "sagip_look_up_seconds_count 3",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} not in {text}");
        }
        let other = "0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f7".parse().unwrap();
        assert!(written(&metrics.of(other)).contains("sagip_look_ups_total 0"));
    }
}
