//! Working alerts: who sees what, and what a decision does.

use crate::ledger::{baseline, daily, import, token};
use access::Action;
use app_kernel::{Denied, Error, Op};
use app_screening::{
    AlertState, DismissReason, desk, dismiss, in_force, list, load, read, reopen, reveal_party, screen_import,
};
use model::{Compartment, Id, Span, kinds};
use screening::AlertEvidence;
use store::{alerts::Alert, identifiers::Named, shares::Share};
use test_support::{TestHouse, engines};

/// A house with an alert about each of so many parties.
async fn with_alerts(
    engine: &test_support::TestEngine,
    parties: usize,
) -> (TestHouse, Vec<Id<kinds::Alert>>) {
    let house = TestHouse::new(engine).await;
    let mut payments = Vec::new();
    for party in 0..parties {
        let count = 20 + i64::try_from(party).unwrap();
        payments.extend(daily(0, count, &format!("SYNTHETIC-PLANTED-{party}")));
    }
    let import = import(&house, &payments).await;
    let op = house.system().system("screening", "screening");
    screen_import(&op, &house, &baseline(), import).await.unwrap();
    let mut tx = house.look(&op).await.unwrap();
    let page = desk(&op, &mut tx, None, None, 200).await.unwrap();
    drop(tx);
    (house, page.rows.into_iter().map(|row| row.id).collect())
}

fn code(error: Option<Error>) -> &'static str {
    match error {
        Some(Error::Problem(problem)) => problem.code,
        Some(Error::Denied(Denied::Forbidden(_))) => "forbidden",
        Some(Error::Denied(Denied::NotFound)) => "not_found",
        Some(error) => panic!("{error}"),
        None => "fine",
    }
}

async fn decide(
    house: &TestHouse,
    op: &Op,
    alert: Id<kinds::Alert>,
    reason: Option<DismissReason>,
) -> &'static str {
    let mut tx = house.begin(op).await.unwrap();
    let done = match reason {
        Some(reason) => dismiss(op, &mut tx, alert, reason, None).await,
        None => reopen(op, &mut tx, alert).await,
    };
    if done.is_ok() {
        tx.commit().await.unwrap();
    }
    code(done.err())
}

#[tokio::test]
async fn the_desk_goes_by_rank_a_page_at_a_time_and_names_nobody() {
    for engine in engines() {
        let (house, all) = with_alerts(&engine, 5).await;
        let op = house.op(&["payment_analyst"]).await;
        let mut tx = house.look(&op).await.unwrap();
        let (mut seen, mut scores, mut after) = (Vec::new(), Vec::new(), None);
        loop {
            let page = desk(&op, &mut tx, Some(AlertState::New), after.as_deref(), 2).await.unwrap();
            assert_eq!(page.total, 5);
            for row in page.rows {
                assert_eq!(row.country.as_deref(), Some("PH"));
                assert!(row.why.contains("payments of at most") && !row.why.contains("SYNTHETIC"));
                seen.push(row.id);
                scores.push(row.score);
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, all);
        assert!(scores.is_sorted_by(|a, b| a >= b) && scores[0] > scores[4]);
        let page = desk(&op, &mut tx, Some(AlertState::Dismissed), None, 50).await.unwrap();
        assert!(page.rows.is_empty() && page.total == 0);
        assert_eq!(code(desk(&op, &mut tx, None, Some("nowhere"), 2).await.err()), "not_a_place");
        drop(tx);

        let op = house.op(&["administrator"]).await;
        let mut tx = house.look(&op).await.unwrap();
        assert_eq!(code(desk(&op, &mut tx, None, None, 2).await.err()), "forbidden");
        let op = house.partner_op(&["payment_analyst"]).await;
        let mut tx = house.look(&op).await.unwrap();
        assert_eq!(desk(&op, &mut tx, None, None, 2).await.unwrap().total, 0);
    }
}

#[tokio::test]
async fn the_party_stays_sealed_until_somebody_who_may_opens_it() {
    for engine in engines() {
        let (house, alerts) = with_alerts(&engine, 1).await;
        let alert = alerts[0];
        let hotline = house.op(&["hotline_analyst"]).await;
        let mut tx = house.begin(&hotline).await.unwrap();
        let view = read(&hotline, &mut tx, alert).await.unwrap();
        assert!(!view.may_reveal && view.may_review && view.evidence.is_some());
        assert_eq!(code(reveal_party(&hotline, &mut tx, alert).await.err()), "forbidden");
        tx.commit().await.unwrap();

        let analyst = house.op(&["payment_analyst"]).await;
        let mut tx = house.begin(&analyst).await.unwrap();
        let profile = reveal_party(&analyst, &mut tx, alert).await.unwrap();
        assert_eq!(profile.account.as_deref(), Some("SYNTHETIC-PLANTED-0"));
        tx.commit().await.unwrap();
        let entries = house.entries(house.organisation).await;
        let entry = |action: Action| {
            entries.iter().filter(|e| e.action == action.as_str() && e.record == Some(alert.uuid())).count()
        };
        assert_eq!((entry(Action::ReadAlert), entry(Action::RevealParty)), (1, 1));
        assert!(entries.iter().all(|e| !e.detail.contains("PLANTED")));
    }
}

#[tokio::test]
async fn a_partner_sees_an_outline_and_a_stranger_nothing() {
    for engine in engines() {
        let (house, alerts) = with_alerts(&engine, 1).await;
        let alert = alerts[0];
        let op = house.system();
        let mut tx = house.begin(&op).await.unwrap();
        let (row, permit) = tx.open::<Alert>(&op, Action::ReadAlert, alert.uuid()).await.unwrap();
        let share = Share {
            id: house.id(),
            organisation: house.organisation,
            record_kind: "alert".to_owned(),
            record: row.id.uuid(),
            to: house.partner,
            compartment: Compartment::Intake,
            mask: "outline".to_owned(),
            purpose: "synthetic".to_owned(),
            ends_at: house.now() + Span::days(1),
            created_by: op.actor.user,
            created_at: house.now(),
            revoked_at: None,
        };
        store::shares::insert(tx.store(&permit), &share).await.unwrap();
        tx.journal(&op, &permit, serde_json::json!({})).await.unwrap();
        tx.commit().await.unwrap();

        let partner = house.partner_op(&["supervisor"]).await;
        let mut tx = house.begin(&partner).await.unwrap();
        let view = read(&partner, &mut tx, alert).await.unwrap();
        assert_eq!((view.number, view.state), (1, AlertState::New));
        assert!(view.evidence.is_none() && view.party.is_none() && view.typology.is_none());
        assert!(view.journal.is_empty() && view.others.is_empty() && view.outcome.is_none());
        assert!(!view.may_reveal && !view.may_review);
        assert_eq!(code(reveal_party(&partner, &mut tx, alert).await.err()), "forbidden");
        let no = dismiss(&partner, &mut tx, alert, DismissReason::Trade, None).await;
        assert_eq!(code(no.err()), "forbidden");
        drop(tx);

        let stranger = house.foreign_op(&["supervisor"]).await;
        let mut tx = house.begin(&stranger).await.unwrap();
        assert_eq!(code(read(&stranger, &mut tx, alert).await.err()), "not_found");
        assert_eq!(code(reveal_party(&stranger, &mut tx, alert).await.err()), "not_found");
        drop(tx);
        house.clock.advance(Span::days(2));
        let mut tx = house.begin(&partner).await.unwrap();
        assert_eq!(code(read(&partner, &mut tx, alert).await.err()), "not_found");
    }
}

#[tokio::test]
async fn a_decision_is_made_once_with_its_reason_and_can_be_undone() {
    for engine in engines() {
        let (house, alerts) = with_alerts(&engine, 1).await;
        let alert = alerts[0];
        let op = house.op(&["payment_analyst"]).await;
        assert_eq!(decide(&house, &op, alert, None).await, "alert_open");
        assert_eq!(decide(&house, &op, alert, Some(DismissReason::Other)).await, "note_missing");
        assert_eq!(decide(&house, &op, alert, Some(DismissReason::Trade)).await, "fine");
        assert_eq!(decide(&house, &op, alert, Some(DismissReason::Trade)).await, "alert_dismissed");
        assert_eq!(decide(&house, &op, alert, None).await, "fine");

        let mut tx = house.begin(&op).await.unwrap();
        let view = read(&op, &mut tx, alert).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(view.state, AlertState::Reviewed);
        assert_eq!(view.outcome.unwrap().code, "trade");
        let states: Vec<_> = view.journal.iter().filter(|line| line.action == "review_alert").collect();
        assert_eq!(states.len(), 2, "only what was done is journalled");
        assert!(states.iter().any(|line| line.detail.contains("\"reason\":\"trade\"")));

        let mut tx = house.begin(&op).await.unwrap();
        let long = "x".repeat(4001);
        let no = dismiss(&op, &mut tx, alert, DismissReason::Other, Some(&long)).await;
        assert_eq!(code(no.err()), "note_too_long");
        drop(tx);
        let reader = house.op(&["investigator"]).await;
        assert_eq!(decide(&house, &reader, alert, Some(DismissReason::Trade)).await, "forbidden");
        assert_eq!(code("nonsense".parse::<DismissReason>().err()), "reason_missing");
        for reason in DismissReason::ALL {
            assert_eq!(reason.as_str().parse::<DismissReason>().unwrap(), reason);
        }
    }
}

#[tokio::test]
async fn reports_that_name_the_account_are_hits_and_are_ranked_again() {
    for engine in engines() {
        let (house, alerts) = with_alerts(&engine, 1).await;
        let alert = alerts[0];
        let report = add_report(&house, Some(token(&house, "SYNTHETIC-PLANTED-0").await)).await;

        let analyst = house.op(&["payment_analyst"]).await;
        let mut tx = house.begin(&analyst).await.unwrap();
        let view = read(&analyst, &mut tx, alert).await.unwrap();
        assert_eq!((view.same_account.reports.len(), view.same_account.hidden), (0, 1));
        tx.commit().await.unwrap();
        let supervisor = house.op(&["supervisor"]).await;
        let mut tx = house.begin(&supervisor).await.unwrap();
        let view = read(&supervisor, &mut tx, alert).await.unwrap();
        assert_eq!(view.same_account.reports.iter().map(|hit| hit.id).collect::<Vec<_>>(), [report]);
        tx.commit().await.unwrap();

        assert_eq!(decide(&house, &analyst, alert, Some(DismissReason::InHand)).await, "fine");
        assert_eq!(recounts(&house).await, [report.to_string()]);
    }
}

#[tokio::test]
async fn an_alert_ranks_reports_again_that_were_there_before_it() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let report = add_report(&house, Some(token(&house, "SYNTHETIC-PLANTED").await)).await;
        add_report(&house, None).await;
        let import = import(&house, &daily(0, 25, "SYNTHETIC-PLANTED")).await;
        let op = house.system().system("screening", "screening");
        screen_import(&op, &house, &baseline(), import).await.unwrap();
        assert_eq!(recounts(&house).await, [report.to_string()]);
    }
}

#[tokio::test]
async fn an_alert_about_a_report_has_no_party_and_names_the_report() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let report = add_report(&house, None).await;
        let op = house.system();
        let mut tx = house.begin(&op).await.unwrap();
        let permit = tx.allow(&op, Action::ImportFile).unwrap();
        let id = house.id::<kinds::Alert>();
        let sealer = tx.new_sealer(&permit, "alert", id.uuid()).await.unwrap();
        let evidence = AlertEvidence {
            title: "Files on the list “Synthetic”".to_owned(),
            lines: vec!["File 1 is on the list “Synthetic”.".to_owned()],
            hint: None,
        };
        let row = Alert {
            id,
            organisation: house.organisation,
            number: 1,
            year: 2026,
            kind: "hash".to_owned(),
            typology: "Synthetic".to_owned(),
            version: String::new(),
            state: "new".to_owned(),
            score: 100,
            dedup: [7; 16],
            party: None,
            report: Some(report),
            first_at: house.now(),
            last_at: house.now(),
            sealed: sealer.seal("evidence", &evidence, &tx).unwrap(),
            created_at: house.now(),
            reviewed_by: None,
            reviewed_at: None,
            outcome: None,
            escalated_to: None,
        };
        assert!(store::alerts::insert(tx.store(&permit), &row).await.unwrap());
        tx.journal(&op, &permit, serde_json::json!({})).await.unwrap();
        tx.commit().await.unwrap();

        let op = house.op(&["supervisor"]).await;
        let mut tx = house.begin(&op).await.unwrap();
        let view = read(&op, &mut tx, id).await.unwrap();
        assert_eq!(view.evidence, Some(evidence));
        assert_eq!(view.band, app_screening::Band::High);
        assert!(view.party.is_none() && !view.may_reveal);
        assert_eq!(view.report.map(|hit| (hit.id, hit.may_open)), Some((report, true)));
        assert_eq!(code(reveal_party(&op, &mut tx, id).await.err()), "no_party");
    }
}

#[tokio::test]
async fn typologies_are_listed_with_their_source_for_who_may_read_them() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let files = load(&[]).files;
        let op = house.op(&["payment_analyst"]).await;
        let mut tx = house.look(&op).await.unwrap();
        let rows = list(&op, &mut tx, &files).await.unwrap();
        let row = rows.iter().find(|row| row.id == "baseline-inward-20").unwrap();
        assert_eq!((row.status, row.route), ("baseline", "review"));
        assert_eq!((row.window_days, row.threshold), (30, 20));
        assert!(row.sentence.starts_with("{count} payments") && row.text.contains(&row.sentence));
        assert_eq!(in_force(&files).len(), rows.len());
        let young = rows.iter().find(|row| row.id == "sextortion-victim").unwrap();
        assert_eq!(young.route, "safeguarding");
        drop(tx);
        let op = house.op(&["hotline_analyst"]).await;
        let mut tx = house.look(&op).await.unwrap();
        assert_eq!(code(list(&op, &mut tx, &files).await.err()), "forbidden");
    }
}

/// The reports that wait to be ranked again.
async fn recounts(house: &TestHouse) -> Vec<String> {
    let op = house.system();
    let mut tx = house.look(&op).await.unwrap();
    let permit = tx.allow(&op, Action::RunJobs).unwrap();
    let jobs = store::jobs::open(tx.store(&permit), house.organisation).await.unwrap();
    jobs.into_iter().filter(|job| job.kind == "recount").map(|job| job.subject).collect()
}

/// A report, naming the account of a token if there is one.
async fn add_report(house: &TestHouse, account: Option<[u8; 16]>) -> Id<kinds::Report> {
    let op = house.system();
    let mut tx = house.begin(&op).await.unwrap();
    let permit = tx.allow(&op, Action::ImportFile).unwrap();
    let number =
        store::organisations::next(tx.store(&permit), house.organisation, "reports-2026").await.unwrap();
    let row = store::reports::Report {
        id: house.id(),
        organisation: house.organisation,
        number,
        year: 2026,
        source: "Synthetic Platform".to_owned(),
        channel: "cybertip".to_owned(),
        state: "received".to_owned(),
        received_at: house.now(),
        due_at: house.now() + Span::days(1),
        level: 3,
        score: 0,
        reasons: Vec::new(),
        place: "PH".to_owned(),
        sealed: Vec::new(),
        document: None,
        import: None,
        external: house.id::<kinds::Report>().bytes(),
        links: 0,
        matches: 0,
        assignee: None,
        case: None,
        merged_into: None,
        decided_at: None,
    };
    assert!(store::reports::insert(tx.store(&permit), &row).await.unwrap());
    if let Some(token) = account {
        let named = |ordinal| Named {
            organisation: house.organisation,
            kind: "account".to_owned(),
            token,
            record_kind: "report".to_owned(),
            record: row.id.uuid(),
            ordinal,
            role: "accused".to_owned(),
            seen_at: None,
            sealed: Vec::new(),
        };
        store::identifiers::insert(tx.store(&permit), &[named(0), named(1)]).await.unwrap();
    }
    tx.journal(&op, &permit, serde_json::json!({})).await.unwrap();
    tx.commit().await.unwrap();
    row.id
}
