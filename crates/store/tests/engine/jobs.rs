use std::collections::HashSet;

use model::{Id, Span, kinds};
use store::{
    StoreError,
    jobs::{ATTEMPTS, Job},
};

use crate::{Store, another, later, stores};

const LEASE: Span = Span::minutes(10);

impl Store {
    async fn enqueue(&self, kind: &str, subject: &str, seconds: i64) -> Id<kinds::Job> {
        let id = self.rows.id();
        let mut tx = self.write().await;
        let at = later(&self.rows, seconds);
        store::jobs::enqueue(&mut tx, id, self.rows.organisation, kind, subject, at).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    async fn claim(&self, seconds: i64) -> Option<Job> {
        let mut tx = self.write().await;
        let job = store::jobs::claim(&mut tx, later(&self.rows, seconds), LEASE).await.unwrap();
        tx.commit().await.unwrap();
        job
    }

    async fn fail(&self, job: &Job, seconds: i64) -> bool {
        let mut tx = self.write().await;
        let problem = format!("Synthetic problem at {seconds}.");
        let counted = store::jobs::fail(&mut tx, job, &problem, later(&self.rows, seconds)).await.unwrap();
        tx.commit().await.unwrap();
        counted
    }

    async fn finish(&self, job: &Job, seconds: i64) -> bool {
        let mut tx = self.write().await;
        let counted = store::jobs::finish(&mut tx, job, later(&self.rows, seconds)).await.unwrap();
        tx.commit().await.unwrap();
        counted
    }

    async fn job(&self, id: Id<kinds::Job>) -> Job {
        store::jobs::find(&mut self.read().await, id).await.unwrap().unwrap()
    }
}

#[tokio::test]
async fn the_job_that_is_due_longest_is_claimed_first_under_a_lease() {
    for store in stores().await {
        let late = store.enqueue("import", "b", 20).await;
        let early = store.enqueue("import", "a", 10).await;
        let due = async |seconds| {
            store::jobs::due(&mut store.read().await, later(&store.rows, seconds)).await.unwrap()
        };
        assert!(!due(9).await);
        assert!(store.claim(9).await.is_none());
        assert!(due(10).await);
        let job = store.claim(30).await.unwrap();
        assert_eq!((job.id, job.attempts, job.state.as_str()), (early, 1, "running"), "{:?}", store.engine);
        assert_eq!((job.kind.as_str(), job.subject.as_str()), ("import", "a"));
        assert_eq!(job.organisation, store.rows.organisation);
        assert_eq!((job.run_at, job.created_at), (later(&store.rows, 10), later(&store.rows, 10)));
        assert_eq!(job.lease_until, Some(later(&store.rows, 30) + LEASE));
        assert_eq!(store.claim(30).await.unwrap().id, late);
        assert!(store.claim(30).await.is_none(), "both are taken");
        assert!(!due(30).await);
        assert!(store::jobs::find(&mut store.read().await, store.rows.id()).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_job_whose_worker_did_not_come_back_goes_to_another_and_only_that_one_counts() {
    for store in stores().await {
        let id = store.enqueue("import", "a", 0).await;
        let first = store.claim(0).await.unwrap();
        assert!(store.claim(599).await.is_none(), "the lease holds");

        // One that takes long keeps it.
        let mut tx = store.write().await;
        assert!(store::jobs::extend(&mut tx, &first, later(&store.rows, 900)).await.unwrap());
        tx.commit().await.unwrap();
        assert!(store.claim(899).await.is_none(), "{:?}", store.engine);
        let second = store.claim(900).await.unwrap();
        assert_eq!((second.id, second.attempts), (id, 2));

        // What the first one says now does not touch what the second is doing.
        assert!(!store.finish(&first, 901).await);
        assert!(!store.fail(&first, 901).await);
        let mut tx = store.write().await;
        assert!(!store::jobs::extend(&mut tx, &first, later(&store.rows, 9999)).await.unwrap());
        tx.commit().await.unwrap();
        let running = store.job(id).await;
        assert_eq!((running.state.as_str(), running.problem), ("running", None), "{:?}", store.engine);
        assert_eq!(running.lease_until, second.lease_until);
        assert!(store.finish(&second, 902).await);
        assert!(!store.finish(&second, 903).await, "once");
        assert_eq!(store.job(id).await.state, "done");
        assert!(store.claim(99_999).await.is_none());
    }
}

#[tokio::test]
async fn a_job_that_fails_waits_longer_each_time_until_a_person_looks() {
    for store in stores().await {
        let id = store.enqueue("import", "a", 0).await;
        let (mut now, mut waits) = (0, Vec::new());
        for attempt in 1..=ATTEMPTS {
            let job = store.claim(now).await.unwrap();
            assert_eq!(job.attempts, attempt);
            assert!(store.fail(&job, now).await);
            let left = store.job(id).await;
            assert_eq!(left.problem.as_deref(), Some(format!("Synthetic problem at {now}.").as_str()));
            assert_eq!(left.lease_until, None);
            if attempt < ATTEMPTS {
                assert_eq!(left.state, "waiting", "{:?}", store.engine);
                let wait = left.run_at.since(later(&store.rows, now)).0 / 1_000_000;
                assert!(store.claim(now + wait - 1).await.is_none(), "not before its time");
                now += wait;
                waits.push(wait);
            } else {
                assert_eq!(left.state, "dead", "{:?}", store.engine);
            }
        }
        assert_eq!(waits, [10, 20, 40, 80, 160, 320, 640]);
        assert!(store.claim(now + 1_000_000).await.is_none(), "a dead job is not tried again");

        // Dead ones come first for whoever looks, and get another life.
        let other = store.enqueue("import", "b", 0).await;
        let mut tx = store.write().await;
        let open = store::jobs::open(&mut tx, store.rows.organisation).await.unwrap();
        assert_eq!(open.iter().map(|job| job.id).collect::<Vec<_>>(), [id, other], "{:?}", store.engine);
        assert!(store::jobs::open(&mut tx, another(2).organisation).await.unwrap().is_empty());
        assert_eq!(store::jobs::revive(&mut tx, other, later(&store.rows, now)).await.unwrap(), 0);
        assert_eq!(store::jobs::revive(&mut tx, id, later(&store.rows, now)).await.unwrap(), 1);
        tx.commit().await.unwrap();
        let revived = store.job(id).await;
        assert_eq!((revived.state.as_str(), revived.attempts), ("waiting", 0));
        assert_eq!(store.claim(now).await.unwrap().id, other, "it was due longer");
        assert_eq!(store.claim(now).await.unwrap().id, id);
    }
}

#[tokio::test]
async fn a_job_that_no_worker_ever_comes_back_with_is_left_for_a_person() {
    for store in stores().await {
        let id = store.enqueue("import", "a", 0).await;
        for attempt in 0..ATTEMPTS {
            assert_eq!(store.claim(attempt * 600).await.unwrap().attempts, attempt + 1);
        }
        assert!(store.claim(ATTEMPTS * 600).await.is_none());
        let dead = store.job(id).await;
        assert_eq!((dead.state.as_str(), dead.attempts), ("dead", ATTEMPTS), "{:?}", store.engine);
        assert!(dead.problem.unwrap().contains("no worker came back"));
        assert_eq!(dead.lease_until, None);
    }
}

#[tokio::test]
async fn the_same_work_waits_once() {
    for store in stores().await {
        let first = store.enqueue("import", "a", 5).await;
        store.enqueue("import", "a", 0).await;
        store.enqueue("import", "b", 6).await;
        store.enqueue("screen", "a", 7).await;
        let mut tx = store.write().await;
        let open = store::jobs::open(&mut tx, store.rows.organisation).await.unwrap();
        assert_eq!(open.len(), 3, "{:?}", store.engine);
        assert_eq!((open[0].id, open[0].run_at), (first, later(&store.rows, 5)));
        // Another organisation's is other work.
        let (stranger, at) = (another(2).organisation, store.rows.at());
        store::jobs::enqueue(&mut tx, store.rows.id(), stranger, "import", "a", at).await.unwrap();
        assert_eq!(store::jobs::open(&mut tx, stranger).await.unwrap().len(), 1);
        tx.commit().await.unwrap();

        // Once it runs, what is wanted now is wanted after it.
        assert_eq!(store.claim(0).await.unwrap().organisation, stranger);
        let running = store.claim(5).await.unwrap();
        let second = store.enqueue("import", "a", 5).await;
        assert_eq!(store.job(second).await.state, "waiting", "{:?}", store.engine);
        // And if it fails, the one that waits is enough.
        assert!(store.fail(&running, 6).await);
        assert_eq!(store.job(first).await.state, "done");
        assert_eq!(store.job(second).await.state, "waiting");

        // What is done is forgotten some day; what is not is kept.
        let mut tx = store.write().await;
        assert_eq!(store::jobs::forget(&mut tx, later(&store.rows, 6)).await.unwrap(), 0);
        assert_eq!(
            store::jobs::forget(&mut tx, later(&store.rows, 7)).await.unwrap(),
            1,
            "{:?}",
            store.engine
        );
        assert!(store::jobs::find(&mut tx, first).await.unwrap().is_none());
        assert_eq!(store::jobs::open(&mut tx, store.rows.organisation).await.unwrap().len(), 3);
    }
}

#[tokio::test]
async fn a_dead_job_is_not_revived_beside_one_that_waits() {
    for store in stores().await {
        let dead = store.enqueue("import", "a", 0).await;
        for attempt in 0..=ATTEMPTS {
            store.claim(attempt * 600).await;
        }
        assert_eq!(store.job(dead).await.state, "dead");
        store.enqueue("import", "a", 0).await;
        let mut tx = store.write().await;
        let refused = store::jobs::revive(&mut tx, dead, store.rows.at()).await.unwrap_err();
        assert!(matches!(refused, StoreError::AlreadyThere(_)), "{:?}: {refused}", store.engine);
    }
}

/// What a transaction wants done is done after it, not while it is under way: the job it counts on
/// cannot be claimed before what it is wanted for is there.
#[tokio::test]
async fn a_waiting_job_that_is_counted_on_is_not_claimed_meanwhile() {
    for store in stores().await {
        let id = store.enqueue("screen", "a", 0).await;
        let mut wanting = store.write().await;
        let again = store.rows.id();
        let (organisation, at) = (store.rows.organisation, store.rows.at());
        store::jobs::enqueue(&mut wanting, again, organisation, "screen", "a", at).await.unwrap();
        if store.db.engine() == store::Engine::Postgres {
            // On SQLite there is one writer, so there is no meanwhile.
            assert!(store.claim(1).await.is_none(), "it would not see what is not committed yet");
        }
        wanting.commit().await.unwrap();
        assert_eq!(store.claim(1).await.unwrap().id, id, "{:?}", store.engine);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_workers_never_hold_one_job_twice() {
    for store in stores().await {
        let jobs: u64 = 40;
        for n in 0..jobs {
            store.enqueue("import", &n.to_string(), 0).await;
        }
        let workers: Vec<_> = (0..6)
            .map(|_| {
                let (db, at) = (store.db.clone(), store.rows.at());
                tokio::spawn(async move {
                    let mut mine = Vec::new();
                    loop {
                        let mut tx = db.write().await.unwrap();
                        let claimed = store::jobs::claim(&mut tx, at, LEASE).await.unwrap();
                        // Others look while this one has not committed.
                        tokio::task::yield_now().await;
                        tx.commit().await.unwrap();
                        let Some(job) = claimed else { break };
                        mine.push(job.id);
                        let mut tx = db.write().await.unwrap();
                        assert!(store::jobs::finish(&mut tx, &job, at).await.unwrap());
                        tx.commit().await.unwrap();
                    }
                    mine
                })
            })
            .collect();
        let mut done = Vec::new();
        for worker in workers {
            done.extend(worker.await.unwrap());
        }
        assert_eq!(done.iter().collect::<HashSet<_>>().len(), done.len(), "{:?}: one twice", store.engine);
        assert_eq!(done.len() as u64, jobs, "{:?}: one left out", store.engine);
    }
}

#[tokio::test]
async fn a_job_that_another_is_just_claiming_is_passed_over() {
    for store in stores().await.into_iter().filter(|store| store.db.engine() == store::Engine::Postgres) {
        let (one, other) = (store.enqueue("import", "a", 0).await, store.enqueue("import", "b", 1).await);
        let (mut first, mut second) = (store.write().await, store.write().await);
        let at = later(&store.rows, 5);
        assert_eq!(store::jobs::claim(&mut first, at, LEASE).await.unwrap().unwrap().id, one);
        assert_eq!(store::jobs::claim(&mut second, at, LEASE).await.unwrap().unwrap().id, other);
    }
}
