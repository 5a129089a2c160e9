use access::Action;
use app_admin::{
    housekeeping::{self, Tidied, tidy},
    jobs::{open_jobs, revive},
    journal, keys, session,
};
use app_kernel::{Denied, ProblemKind};
use model::{Id, Span, kinds};
use test_support::{TestHouse, engines};

use crate::support::{denied, did, enter_as, problem, run};

#[tokio::test]
async fn the_journal_is_read_in_words_page_by_page() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["auditor"]).await;
        for _ in 0..3 {
            house.clock.advance(Span::seconds(1));
            enter_as(&house, &op).await;
        }
        let mut tx = house.look(&op).await.unwrap();
        let newest = journal::list(&op, &mut tx, None, 2).await.unwrap();
        assert_eq!(newest.iter().map(|e| e.words).collect::<Vec<_>>(), ["signed in", "signed in"]);
        assert_eq!(newest[0].at, house.now());
        assert_eq!((newest[0].record_kind.as_str(), newest[0].record), ("user", Some(op.actor.user.uuid())));
        assert!(newest[0].actor.starts_with("user:auditor"));
        let last = newest.last().unwrap();
        let older = journal::list(&op, &mut tx, Some((last.at, last.id)), 100).await.unwrap();
        assert_eq!(older[0].words, "signed in");
        assert!(older.iter().all(|e| e.at < last.at));
        let all = house.entries(house.organisation).await.len();
        assert_eq!(newest.len() + older.len(), all, "reading the list is not journalled");
        drop(tx);
        let analyst = house.op(&["hotline_analyst"]).await;
        let mut tx = house.look(&analyst).await.unwrap();
        let refused = journal::list(&analyst, &mut tx, None, 10).await;
        assert!(matches!(denied(refused), Denied::Forbidden(_)));
    }
}

#[tokio::test]
async fn verifying_the_journal_is_journalled_whether_it_holds_or_not() {
    for engine in engines() {
        let mut house = TestHouse::new(&engine).await;
        let op = house.op(&["auditor"]).await;
        house.sequence().await.unwrap();
        let report = journal::verify(&house, &op).await.unwrap();
        assert_eq!((report.fault, report.waiting), (None, 0));
        assert!(report.entries > 0);
        let entries = did(&house, "journal_verified").await;
        assert_eq!((entries.len(), &entries[0]["holds"]), (1, &serde_json::json!(true)));

        // A head that somebody wrote outside the database and the journal never made.
        house.sequence().await.unwrap();
        let text = std::fs::read_to_string(house.heads()).unwrap();
        let last = text.lines().last().unwrap();
        let mut head = vault::chain::SignedHead::parse_line(last).unwrap();
        head.head.batch += 1;
        std::fs::write(house.heads(), format!("{text}{}\n", head.to_line())).unwrap();
        house.reopen().await;
        let report = journal::verify(&house, &op).await.unwrap();
        assert!(report.fault.is_some(), "{engine:?}");
        let holds: Vec<_> =
            did(&house, "journal_verified").await.into_iter().map(|detail| detail["holds"].clone()).collect();
        assert_eq!(holds.iter().filter(|holds| **holds == false).count(), 1);
        let analyst = house.op(&["hotline_analyst"]).await;
        assert!(matches!(denied(journal::verify(&house, &analyst).await), Denied::Forbidden(_)));
    }
}

#[tokio::test]
async fn the_keys_say_under_which_root_they_are() {
    for engine in engines() {
        let mut house = TestHouse::new(&engine).await;
        let op = house.op(&["administrator"]).await;
        let before = run!(house, &op, |tx| keys::state(&op, &mut tx)).unwrap();
        assert_eq!(before.organisations.len(), 3);
        house.clock.advance(Span::hours(1));
        let rotated = keys::rotate(&house, &op, &house.key_file).await.unwrap();
        house.reopen().await;
        let after = run!(house, &op, |tx| keys::state(&op, &mut tx)).unwrap();
        assert_ne!(after.root, before.root);
        assert_eq!(after.root, rotated.fingerprint);
        assert!(after.organisations.iter().all(|o| o.under_root && o.rotated_at == house.now()));
        let auditor = house.op(&["auditor"]).await;
        let refused = run!(house, &auditor, |tx| keys::state(&auditor, &mut tx));
        assert!(matches!(denied(refused), Denied::Forbidden(_)));
        let refused = keys::rotate(&house, &auditor, &house.key_file).await;
        assert!(matches!(denied(refused), Denied::Forbidden(_)));
    }
}

async fn dead_job(house: &TestHouse, subject: &str) -> Id<kinds::Job> {
    let op = house.system();
    let id = house.id();
    let mut tx = house.begin(&op).await.unwrap();
    let permit = tx.allow(&op, Action::RunJobs).unwrap();
    let now = house.now();
    store::jobs::enqueue(tx.store(&permit), id, house.organisation, "link", subject, now).await.unwrap();
    tx.journal(&op, &permit, serde_json::json!({})).await.unwrap();
    tx.commit().await.unwrap();
    for _ in 0..store::jobs::ATTEMPTS {
        let job = house.claim_job().await.unwrap().expect("a job that is due");
        house.end_job(&job, Some("synthetic fault")).await.unwrap();
        house.clock.advance(Span::hours(1));
    }
    id
}

#[tokio::test]
async fn a_dead_job_waits_for_a_person_who_gives_it_another_life() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["supervisor"]).await;
        let id = dead_job(&house, "one").await;
        let open = run!(house, &op, |tx| open_jobs(&op, &mut tx)).unwrap();
        assert_eq!(open.len(), 1);
        assert_eq!((open[0].state.as_str(), open[0].problem.as_deref()), ("dead", Some("synthetic fault")));
        let foreign = house.foreign_op(&["supervisor"]).await;
        assert_eq!(denied(run!(house, &foreign, |tx| revive(&foreign, &mut tx, id))), Denied::NotFound);
        run!(house, &op, |tx| revive(&op, &mut tx, id)).unwrap();
        assert_eq!(run!(house, &op, |tx| open_jobs(&op, &mut tx)).unwrap()[0].state, "waiting");
        let again = run!(house, &op, |tx| revive(&op, &mut tx, id));
        assert_eq!(problem(again), (ProblemKind::Conflict, "job_not_dead"));
        assert_eq!(did(&house, "job_revived").await.len(), 1);
    }
}

#[tokio::test]
async fn a_dead_job_whose_work_waits_anyway_is_left() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["supervisor"]).await;
        let dead = dead_job(&house, "same").await;
        let system = house.system();
        let mut tx = house.begin(&system).await.unwrap();
        let permit = tx.allow(&system, Action::RunJobs).unwrap();
        let now = house.now();
        store::jobs::enqueue(tx.store(&permit), house.id(), house.organisation, "link", "same", now)
            .await
            .unwrap();
        tx.journal(&system, &permit, serde_json::json!({})).await.unwrap();
        tx.commit().await.unwrap();
        let refused = run!(house, &op, |tx| revive(&op, &mut tx, dead));
        assert_eq!(problem(refused), (ProblemKind::Conflict, "job_waits_already"));
    }
}

#[tokio::test]
async fn what_has_had_its_time_is_swept_out_and_nothing_else() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["auditor"]).await;
        let gone = enter_as(&house, &op).await;
        session::sign_out(&house, house.id(), &gone.token).await.unwrap();
        let system = house.system();
        let mut tx = house.begin(&system).await.unwrap();
        let permit = tx.allow(&system, Action::RunJobs).unwrap();
        let now = house.now();
        store::jobs::enqueue(tx.store(&permit), house.id(), house.organisation, "link", "done", now)
            .await
            .unwrap();
        store::users::claim_key(tx.store(&permit), op.actor.user, "synthetic-key", [7; 32], now)
            .await
            .unwrap();
        tx.journal(&system, &permit, serde_json::json!({})).await.unwrap();
        tx.commit().await.unwrap();

        let job = house.claim_job().await.unwrap().expect("a job that is due");
        house.end_job(&job, None).await.unwrap();

        assert_eq!(tidy(&house).await.unwrap(), Tidied::default());
        assert_eq!(did(&house, "tidied").await.len(), 0, "nothing swept out is nothing to tell of");
        house.clock.set(now + housekeeping::IDEMPOTENCY_KEYS_KEPT + Span(1));
        let only_keys = Tidied { idempotency_keys: 1, ..Tidied::default() };
        assert_eq!(tidy(&house).await.unwrap(), only_keys, "{engine:?}");
        let dead = dead_job(&house, "dead").await;
        house.clock.set(now + housekeeping::SESSIONS_KEPT + Span(1));
        let open = enter_as(&house, &op).await;
        assert_eq!(tidy(&house).await.unwrap(), Tidied { sessions: 1, jobs: 1, ..Tidied::default() });
        assert_eq!(tidy(&house).await.unwrap(), Tidied::default());
        assert!(session::authenticate(&house, &open.token).await.is_ok());
        let supervisor = house.op(&["supervisor"]).await;
        let left = run!(house, &supervisor, |tx| open_jobs(&supervisor, &mut tx)).unwrap();
        assert_eq!(left.iter().map(|job| job.id).collect::<Vec<_>>(), [dead], "a dead job is kept");
        assert_eq!(did(&house, "tidied").await.len(), 2);
    }
}
