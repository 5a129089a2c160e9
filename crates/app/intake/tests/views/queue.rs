use app_intake::QueueFilter;
use app_kernel::ProblemKind;
use formats::cybertip::{self, Document, sample};
use model::Span;
use reports::{ClockState, Confidence, Decision, ReportState, Source};
use test_support::{TestEntropy, TestHouse, engines};

use crate::support::{decide, is_denied, page, problem, report, rules, take_in, tip};

fn state(word: &str) -> QueueFilter {
    QueueFilter { state: Some(word.to_owned()), ..QueueFilter::default() }
}

#[tokio::test]
async fn an_empty_queue_is_a_first_run_and_a_row_says_why_and_what_runs_out() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["hotline_analyst"]).await;
        assert!(page(&house, &op, &QueueFilter::default()).await.first_run);

        let mut urgent = tip("synthetic_one");
        urgent.incident_summary.escalate_to_high_priority = Some("synthetic words of urgency".to_owned());
        urgent.victim[0].person.address = vec![cybertip::Address {
            country: Some(cybertip::CountryCode::PH),
            ..cybertip::Address::default()
        }];
        let mut other = tip("synthetic_two");
        other.incident_summary.incident_type = cybertip::IncidentType::MisleadingWordsOrImages;
        other.victim.clear();
        report(&house, &op, other).await;
        let first = report(&house, &op, urgent).await;

        let queue = page(&house, &op, &QueueFilter::default()).await;
        assert!(!queue.first_run);
        assert_eq!((queue.total, queue.next.as_deref()), (2, None));
        assert_eq!(queue.sources, [Source::Platform]);
        let row = &queue.rows[0];
        assert_eq!(row.id, first, "{engine:?}: the most urgent comes first");
        assert_eq!(row.number, "R-2026-00002");
        assert!(row.level < queue.rows[1].level, "{engine:?}");
        assert_eq!(row.reasons[0], row.reason);
        assert!(!row.level_name.is_empty());
        let place = row.place.unwrap();
        assert_eq!((place.country.as_str(), place.confidence), ("PH", Confidence::High));
        assert_eq!((row.state, row.decisions), (ReportState::Received, ReportState::Received.possible()));
        assert_eq!(row.links, 1, "both name the same e-mail address");

        let clock = row.clock.as_ref().unwrap();
        assert_eq!(clock.due_at, row.received_at + Span::hours(24));
        assert_eq!(clock.words, "due in 24 hours");
        house.clock.advance(Span::hours(20));
        let row = page(&house, &op, &QueueFilter::default()).await.rows.remove(0);
        assert_eq!(row.clock.unwrap().words, "due soon, in 4 hours");
        house.clock.advance(Span::hours(7));
        let row = page(&house, &op, &QueueFilter::default()).await.rows.remove(0);
        assert_eq!(row.clock.unwrap().words, "overdue by 3 hours");
    }
}

#[tokio::test]
async fn a_clock_that_was_met_stays_met_however_late_the_report_is_closed() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["hotline_analyst"]).await;
        let id = report(&house, &op, tip("synthetic_one")).await;
        decide(&house, &op, id, Decision::OpenCase).await;
        house.clock.advance(Span::days(9));
        decide(&house, &op, id, Decision::Close).await;
        assert!(page(&house, &op, &QueueFilter::default()).await.rows.is_empty(), "{engine:?}");
        let row = page(&house, &op, &state("closed")).await.rows.remove(0);
        assert_eq!(row.clock.unwrap().state, ClockState::Met);
        assert!(page(&house, &op, &state("decided")).await.rows.is_empty());
    }
}

#[tokio::test]
async fn pages_of_the_queue_hold_every_report_once_and_in_order() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["hotline_analyst"]).await;
        let entropy = TestEntropy::new(7);
        let documents: Vec<_> = sample::documents(&entropy, 24, house.now()).collect();
        for (name, document) in &documents {
            take_in(&house, &op, "Synthetic Platform", name, &cybertip::write(document)).await;
        }
        let all = page(&house, &op, &QueueFilter::default()).await;
        let reports = documents.iter().filter(|(_, d)| matches!(d, Document::Report(_))).count();
        assert!(all.rows.len() >= reports && reports > 5, "{engine:?}");

        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let mut tx = house.look(&op).await.unwrap();
            let filter = QueueFilter::default();
            let part = app_intake::queue(&op, &mut tx, &rules(), &filter, after.as_deref(), 4).await.unwrap();
            assert_eq!(part.total, all.total);
            seen.extend(part.rows.iter().map(|row| row.id));
            after = part.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, all.rows.iter().map(|row| row.id).collect::<Vec<_>>(), "{engine:?}");

        let level = all.rows[0].level;
        let only = page(&house, &op, &QueueFilter { level: Some(level), ..QueueFilter::default() }).await;
        assert_eq!(only.rows.len(), all.rows.iter().filter(|row| row.level == level).count());
        let none = QueueFilter { source: Some("school".to_owned()), ..QueueFilter::default() };
        assert!(page(&house, &op, &none).await.rows.is_empty());
    }
}

#[tokio::test]
async fn what_cannot_be_shown_is_refused_with_what_to_do() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["hotline_analyst"]).await;
        let mut tx = house.look(&op).await.unwrap();
        let wrong = [
            (state("asleep"), None, "state_unknown"),
            (QueueFilter { level: Some(99), ..QueueFilter::default() }, None, "level_unknown"),
            (
                QueueFilter { source: Some("rumour".to_owned()), ..QueueFilter::default() },
                None,
                "source_unknown",
            ),
            (QueueFilter::default(), Some("1_2_3"), "not_a_place"),
        ];
        for (filter, after, code) in wrong {
            let result = app_intake::queue(&op, &mut tx, &rules(), &filter, after, 10).await;
            assert_eq!(problem(result), (ProblemKind::Invalid, code), "{engine:?}");
        }
        let everything = QueueFilter::default();
        let analyst = house.op(&["payment_analyst"]).await;
        assert!(is_denied(app_intake::queue(&analyst, &mut tx, &rules(), &everything, None, 10).await));

        report(&house, &op, tip("synthetic_one")).await;
        let foreign = house.foreign_op(&["hotline_analyst"]).await;
        let theirs = page(&house, &foreign, &everything).await;
        assert!(theirs.rows.is_empty() && theirs.first_run, "{engine:?}: another organisation's queue");

        let prosecution = TestHouse::with_profile(&engine, "prosecution").await;
        let op = prosecution.op(&["hotline_analyst"]).await;
        let mut tx = prosecution.look(&op).await.unwrap();
        assert!(is_denied(app_intake::queue(&op, &mut tx, &rules(), &everything, None, 10).await));
    }
}
