//! Many writers and several sequencers at once: the journal's chain stays one line, and nothing
//! that was committed is left out of it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use access::{Action, ActorKind};
use app_kernel::{House, Op};
use model::Span;
use store::{jobs::Job, users::User};
use test_support::{TestEngine, TestHouse, engines};

const WRITERS: u64 = 8;
const COMMITS: u64 = 50;

/// One change with its entry: the account's number of failures goes up by one.
async fn commit_one(house: &House, op: &Op) {
    let mut tx = house.begin(op).await.unwrap();
    let permit = tx.allow(op, Action::ManageUsers).unwrap();
    let mut user = store::users::lock(tx.store(&permit), op.actor.user).await.unwrap().unwrap();
    user.failures += 1;
    store::users::update(tx.store(&permit), &user).await.unwrap();
    let permit = tx.about(&permit, &user);
    tx.journal(op, &permit, serde_json::json!({ "failures": user.failures })).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_chain_stays_one_line_under_many_writers_and_two_sequencers() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["administrator"]).await;
        let before = house.sequence().await.unwrap();
        // Two sequencers: one of this process, one of another that has the same house open.
        let other = Arc::new(house.open_another().await.unwrap());
        let at_work = Arc::new(AtomicU64::new(WRITERS));
        let turns = Arc::new(AtomicU64::new(0));

        let writers: Vec<_> = (0..WRITERS)
            .map(|_| {
                let (house, op, at_work, clock) =
                    (house.shared(), op.clone(), at_work.clone(), house.clock.clone());
                let turns = turns.clone();
                tokio::spawn(async move {
                    for commit in 0..COMMITS {
                        // Half way, a sequencer has had its turn, however the threads were scheduled.
                        while commit == COMMITS / 2 && turns.load(Ordering::SeqCst) == 0 {
                            tokio::task::yield_now().await;
                        }
                        clock.advance(Span(1));
                        commit_one(&house, &op).await;
                    }
                    at_work.fetch_sub(1, Ordering::SeqCst);
                })
            })
            .collect();
        let sequencers: Vec<_> = [house.shared(), other.clone()]
            .into_iter()
            .map(|house| {
                let (at_work, turns) = (at_work.clone(), turns.clone());
                tokio::spawn(async move {
                    let mut placed = 0;
                    while at_work.load(Ordering::SeqCst) > 0 {
                        let done = house.sequence().await.unwrap();
                        placed += done;
                        turns.fetch_add(u64::from(done > 0), Ordering::SeqCst);
                        tokio::task::yield_now().await;
                    }
                    placed
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        let mut placed = before;
        for sequencer in sequencers {
            placed += sequencer.await.unwrap();
        }
        placed += house.sequence().await.unwrap();

        // Every commit is there once, and has one place.
        let written = WRITERS * COMMITS;
        assert_eq!(placed, before + written, "{engine:?}");
        assert_eq!(failures(&house, &op).await, written as i64, "{engine:?}: a change was lost");
        let numbers = house.numbers("SELECT sequence FROM journal_positions ORDER BY sequence").await;
        assert_eq!(numbers, (1..=placed as i64).collect::<Vec<_>>(), "{engine:?}");
        let batches = house.numbers("SELECT batch FROM journal_heads ORDER BY batch").await;
        assert_eq!(batches, (1..=batches.len() as i64).collect::<Vec<_>>(), "{engine:?}");
        assert!(
            batches.len() > 2,
            "{engine:?}: the sequencers had their turns while the writers were at work"
        );

        let report = house.verify_journal().await.unwrap();
        assert_eq!(report.fault, None, "{engine:?}");
        assert_eq!((report.entries, report.waiting), (placed, 0), "{engine:?}");
        assert_eq!(report.outside, batches.len() as u64, "{engine:?}");
        // The file outside holds each head once, in order, though both sequencers wrote to it.
        let lines = std::fs::read_to_string(house.heads()).unwrap();
        let outside: Vec<i64> =
            lines.lines().map(|line| line.split(' ').nth(1).unwrap().parse().unwrap()).collect();
        assert_eq!(outside, batches, "{engine:?}");
        other.close().await;
    }
}

async fn failures(house: &TestHouse, op: &Op) -> i64 {
    let mut tx = house.look(op).await.unwrap();
    tx.open::<User>(op, Action::ReadUsers, op.actor.user.uuid()).await.unwrap().0.failures
}

/// What began before a batch was chained and was committed after it has an earlier time than the
/// batch, and still comes into the chain. SQLite has one writer, so there it cannot be.
#[tokio::test]
async fn what_is_committed_late_still_gets_its_place() {
    for engine in engines().into_iter().filter(|engine| *engine != TestEngine::Sqlite) {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["administrator"]).await;
        house.sequence().await.unwrap();

        let mut late = house.begin(&op).await.unwrap();
        let permit = late.allow(&op, Action::ManageUsers).unwrap();
        late.journal(&op, &permit, serde_json::json!({ "late": true })).await.unwrap();
        let begun_at = house.now();
        for _ in 0..3 {
            house.clock.advance(Span::seconds(1));
            commit_one(&house, &op).await;
        }
        assert_eq!(house.sequence().await.unwrap(), 3, "what is not committed waits for nobody");
        late.commit().await.unwrap();
        assert_eq!(house.verify_journal().await.unwrap().waiting, 1);
        assert_eq!(house.sequence().await.unwrap(), 1);

        let entries = house.entries(house.organisation).await;
        let entry = entries.iter().find(|entry| entry.detail.contains("late")).unwrap();
        assert_eq!(entry.at, begun_at);
        let report = house.verify_journal().await.unwrap();
        assert_eq!((report.fault, report.waiting), (None, 0));
        let (placed, all) = (
            house.numbers("SELECT COUNT(*) FROM journal_positions").await,
            house.numbers("SELECT COUNT(*) FROM journal_entries").await,
        );
        assert_eq!(placed, all);
    }
}

/// A sequencer that a crash stops between the database and the file leaves nothing undone.
#[tokio::test]
async fn a_second_server_has_every_head_in_a_file_of_its_own() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["administrator"]).await;
        commit_one(&house, &op).await;
        house.sequence().await.unwrap();
        commit_one(&house, &op).await;
        house.sequence().await.unwrap();
        let whole = std::fs::read_to_string(house.heads()).unwrap();

        // What another server with an empty folder finds when it opens, and when it chains nothing.
        std::fs::remove_file(house.heads()).unwrap();
        let other = house.open_another().await.unwrap();
        assert_eq!(std::fs::read_to_string(house.heads()).unwrap(), whole, "{engine:?}");
        std::fs::write(house.heads(), "").unwrap();
        assert_eq!(other.sequence().await.unwrap(), 0);
        assert_eq!(std::fs::read_to_string(house.heads()).unwrap(), whole, "{engine:?}");
        other.close().await;
    }
}

/// A worker that was away too long has lost its job to another, and is told so.
#[tokio::test]
async fn a_job_belongs_to_the_worker_that_claimed_it_last() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let other = house.open_another().await.unwrap();
        assert!(house.claim_job().await.unwrap().is_none());
        let op = house.system();
        let mut tx = house.begin(&op).await.unwrap();
        let permit = tx.allow(&op, Action::RunJobs).unwrap();
        let (id, now) = (house.id(), house.now());
        store::jobs::enqueue(tx.store(&permit), id, house.organisation, "import", "a", now).await.unwrap();
        tx.journal(&op, &permit, serde_json::json!({})).await.unwrap();
        tx.commit().await.unwrap();

        let first = house.claim_job().await.unwrap().unwrap();
        assert!(other.claim_job().await.unwrap().is_none());
        house.clock.advance(Span::minutes(9));
        assert!(house.keep_job(&first).await.unwrap());
        house.clock.advance(Span::minutes(9));
        assert!(other.claim_job().await.unwrap().is_none(), "{engine:?}: it is kept");
        house.clock.advance(Span::minutes(1));
        let second = other.claim_job().await.unwrap().unwrap();
        assert_eq!(second.id, first.id);
        assert!(!house.keep_job(&first).await.unwrap(), "{engine:?}");
        house.end_job(&first, Some("Synthetic problem.")).await.unwrap();
        house.end_job(&first, None).await.unwrap();
        let mut tx = house.look(&op).await.unwrap();
        let (job, _) = tx.open::<Job>(&op, Action::RunJobs, id.uuid()).await.unwrap();
        assert_eq!((job.state.as_str(), job.problem), ("running", None), "{engine:?}");
        drop(tx);
        other.end_job(&second, None).await.unwrap();
        let mut tx = house.look(&op).await.unwrap();
        assert_eq!(tx.open::<Job>(&op, Action::RunJobs, id.uuid()).await.unwrap().0.state, "done");

        // What a job does, the house does for the job's organisation.
        let job_op = house.job_op(&second);
        assert_eq!(job_op.actor.organisation, house.organisation);
        assert!(matches!(job_op.actor.kind, ActorKind::System("worker")));
        other.close().await;
    }
}

/// Two keepers of accounts at once do not undo what the other did.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn numbers_have_no_gaps_and_no_twins() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["administrator"]).await;
        let takers: Vec<_> = (0..4)
            .map(|_| {
                let (house, op) = (house.shared(), op.clone());
                tokio::spawn(async move {
                    let mut taken = Vec::new();
                    for turn in 0..10 {
                        let mut tx = house.begin(&op).await.unwrap();
                        let permit = tx.allow(&op, Action::ManageUsers).unwrap();
                        let organisation = op.actor.organisation;
                        let number =
                            store::organisations::next(tx.store(&permit), organisation, "synthetic-2026")
                                .await
                                .unwrap();
                        tx.journal(&op, &permit, serde_json::json!({})).await.unwrap();
                        // One in three thinks better of it; its number is not used up.
                        if turn % 3 != 0 {
                            tx.commit().await.unwrap();
                            taken.push(number);
                        }
                    }
                    taken
                })
            })
            .collect();
        let mut numbers = Vec::new();
        for taker in takers {
            numbers.extend(taker.await.unwrap());
        }
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=numbers.len() as i64).collect::<Vec<_>>(), "{engine:?}");
        assert_eq!(numbers.len(), 24);
    }
}
