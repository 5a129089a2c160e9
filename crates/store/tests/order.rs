//! Times sort as numbers, whatever the year and however many digits they have, and come back to
//! the microsecond.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use model::{Entropy as _, Id, Instant, kinds};
use store::{Db, Engine, ROOMS, journal::Entry};
use test_support::{Rows, TestDatabase, TestEngine, TestEntropy, engines};

/// Times that a text would put in another order, or lose the end of.
const TRAPS: [&str; 22] = [
    "0001-01-01T00:00:00Z",
    "0999-12-31T23:59:59.999999Z",
    "1000-01-01T00:00:00Z",
    "1899-12-31T23:59:59.999999Z",
    "1900-01-01T00:00:00Z",
    "1969-12-31T23:59:59.999999Z",
    "1970-01-01T00:00:00Z",
    "1970-01-01T00:00:00.000001Z",
    "1970-01-01T00:00:09.999999Z",
    "1970-01-01T00:00:10Z",
    "1999-12-31T23:59:59.999999Z",
    "2000-01-01T00:00:00Z",
    "2001-09-09T01:46:39.999999Z",
    "2001-09-09T01:46:40Z",
    "2025-12-31T23:59:59.999999Z",
    "2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00.000009Z",
    "2026-01-01T00:00:00.00001Z",
    "2026-01-01T00:00:00.1Z",
    "2099-12-31T23:59:59.999999Z",
    "2100-01-01T00:00:00.000001Z",
    "9999-12-30T22:00:00.999999Z",
];

struct Store {
    db: Db,
    rows: Rows,
    database: TestDatabase,
}

impl Store {
    async fn new(engine: &TestEngine) -> Self {
        let database = TestDatabase::new(engine).await;
        let db = Db::open(database.data(), &ROOMS.map(str::to_owned)).await.unwrap();
        let rows = Rows::of(Rows::of(Id::from_uuid(uuid::Uuid::nil()), 1).id(), 2);
        let mut tx = db.write().await.unwrap();
        store::organisations::insert(&mut tx, &rows.organisation("Synthetic")).await.unwrap();
        tx.commit().await.unwrap();
        Self { db, rows, database }
    }

    fn entry(&self, at: Instant) -> Entry {
        Entry {
            id: self.rows.id(),
            organisation: Some(self.rows.organisation),
            at,
            actor: "system:test".to_owned(),
            actor_id: None,
            action: "synthetic".to_owned(),
            record_kind: "house".to_owned(),
            record: None,
            purpose: "test".to_owned(),
            reason: None,
            request: self.rows.id(),
            detail: "{}".to_owned(),
        }
    }

    /// Writes an entry at each of these times, in the order given, and reads them back, oldest first.
    async fn written(&self, times: &[Instant]) -> Vec<Entry> {
        let mut tx = self.db.write().await.unwrap();
        for at in times {
            store::journal::append(&mut tx, &self.entry(*at)).await.unwrap();
        }
        let found = store::journal::unsequenced(&mut tx, i64::MAX).await.unwrap();
        tx.commit().await.unwrap();
        found
    }
}

fn traps() -> Vec<Instant> {
    TRAPS.iter().map(|text| Instant::parse(text).unwrap()).collect()
}

#[test]
fn the_traps_are_in_order_of_time_and_not_of_text() {
    let numbers: Vec<i64> = traps().iter().map(|at| at.micros()).collect();
    assert!(numbers.is_sorted());
    let mut texts: Vec<String> = numbers.iter().map(i64::to_string).collect();
    texts.sort_unstable();
    assert_ne!(texts, numbers.iter().map(i64::to_string).collect::<Vec<_>>(), "as text they sort wrongly");
}

#[tokio::test]
async fn times_sort_as_numbers_and_come_back_to_the_microsecond() {
    for engine in engines() {
        let store = Store::new(&engine).await;
        // Oldest in the middle: neither the order of writing nor its reverse helps.
        let mut mixed = traps();
        mixed.rotate_left(9);
        mixed.swap(0, 15);
        let found: Vec<Instant> = store.written(&mixed).await.iter().map(|entry| entry.at).collect();
        assert_eq!(found, traps(), "{engine:?}");

        let mut tx = store.db.read().await.unwrap();
        let newest = store::journal::newest(&mut tx, store.rows.organisation, None, 1000).await.unwrap();
        let newest: Vec<Instant> = newest.iter().map(|entry| entry.at).collect();
        assert_eq!(newest, traps().into_iter().rev().collect::<Vec<_>>(), "{engine:?}");

        // The engine itself has the same moments, as numbers or as its own times.
        let (kind, micros) = match store.db.engine() {
            Engine::Sqlite => ("typeof(at) = 'integer'", "at"),
            Engine::Postgres => {
                ("pg_typeof(at) = 'timestamptz'::regtype", "(EXTRACT(EPOCH FROM at) * 1000000)::bigint")
            }
        };
        let of_kind =
            store.database.numbers(&format!("SELECT COUNT(*) FROM journal_entries WHERE {kind}")).await;
        assert_eq!(of_kind, [TRAPS.len() as i64], "{engine:?}");
        let there =
            store.database.numbers(&format!("SELECT {micros} FROM journal_entries ORDER BY at")).await;
        assert_eq!(there, traps().iter().map(|at| at.micros()).collect::<Vec<_>>(), "{engine:?}");
    }
}

#[tokio::test]
async fn any_time_comes_back_exact_and_one_the_engine_cannot_hold_is_refused() {
    // The first time that PostgreSQL's TIMESTAMPTZ has, in the year 4714 BC; the last is later than
    // any number of microseconds here.
    let first = -210_866_803_200_000_000;
    let last = i64::MAX;
    for engine in engines() {
        let store = Store::new(&engine).await;
        let chance = TestEntropy::new(3);
        let mut times: Vec<Instant> = (0..500)
            .map(|_| i64::from_le_bytes(chance.array()).rem_euclid(500_000_000_000_000_000) + first)
            .chain([first, first + 1, last - 1, last])
            .map(Instant::from_micros)
            .collect();
        let found: Vec<Instant> = store.written(&times).await.iter().map(|entry| entry.at).collect();
        times.sort_unstable();
        assert_eq!(found, times, "{engine:?}");

        for beyond in [i64::MIN, i64::MIN + 1, first - 1] {
            let mut tx = store.db.write().await.unwrap();
            let entry = store.entry(Instant::from_micros(beyond));
            let written = store::journal::append(&mut tx, &entry).await;
            match store.db.engine() {
                Engine::Sqlite => {
                    let found = store::journal::unsequenced(&mut tx, i64::MAX).await.unwrap();
                    assert!(found.contains(&entry), "{beyond}");
                }
                Engine::Postgres => assert!(written.is_err(), "{beyond}"),
            }
        }
        store.db.close().await;
    }
}

#[tokio::test]
async fn an_infinite_time_that_somebody_else_wrote_is_refused_not_misread() {
    for engine in engines().into_iter().filter(|engine| *engine != TestEngine::Sqlite) {
        let store = Store::new(&engine).await;
        for infinite in ["infinity", "-infinity"] {
            store.database.execute(&format!("UPDATE organisations SET created_at = '{infinite}'")).await;
            let mut tx = store.db.read().await.unwrap();
            let refused = store::organisations::list(&mut tx).await.unwrap_err();
            assert!(refused.to_string().contains("not a finite one"), "{refused}");
        }
        store.db.close().await;
    }
}

/// Reads a list page by page: each row once, in order, though many have the same time.
#[tokio::test]
async fn pages_of_a_list_have_no_gaps_and_no_twins() {
    for engine in engines() {
        let store = Store::new(&engine).await;
        let (rows, organisation) = (&store.rows, store.rows.organisation);
        let at = |n: i64| Instant::parse("2025-12-31T23:59:59.999998Z").unwrap() + model::Span(n % 4);
        let mut tx = store.db.write().await.unwrap();
        let case = rows.case(99);
        store::cases::insert(&mut tx, &case).await.unwrap();
        for n in 1..=25 {
            let import = store::imports::Import { created_at: at(n), ..rows.import(n) };
            store::imports::insert(&mut tx, &import).await.unwrap();
            let filing = store::filings::Filing { changed_at: at(n), ..rows.filing(case.id, n) };
            store::filings::insert(&mut tx, &filing).await.unwrap();
            let other = store::cases::Case { changed_at: at(n), ..rows.case(n) };
            store::cases::insert(&mut tx, &other).await.unwrap();
            let report =
                store::reports::Report { received_at: at(n), level: n % 2, score: n % 3, ..rows.report(n) };
            assert!(store::reports::insert(&mut tx, &report).await.unwrap());
            let alert = store::alerts::Alert { created_at: at(n), score: n % 3, ..rows.alert(n) };
            assert!(store::alerts::insert(&mut tx, &alert).await.unwrap());
            store::journal::append(&mut tx, &store.entry(at(n))).await.unwrap();
        }

        macro_rules! pages {
            ($page:expr, $place:expr) => {{
                let (mut seen, mut before) = (Vec::new(), None);
                loop {
                    let page = $page(&mut tx, before).await.unwrap();
                    let Some(last) = page.last() else { break };
                    before = Some($place(last));
                    seen.extend(page);
                }
                seen
            }};
        }
        let newest_first = |seen: &[(Instant, uuid::Uuid)], expected: usize, what: &str| {
            assert_eq!(seen.len(), expected, "{engine:?} {what}");
            assert!(seen.windows(2).all(|pair| pair[0] > pair[1]), "{engine:?} {what}");
        };

        let seen = pages!(
            async |tx, before| store::imports::list(tx, organisation, before, 4).await,
            |row: &store::imports::Import| (row.created_at, row.id)
        );
        let seen: Vec<_> = seen.iter().map(|row| (row.created_at, row.id.uuid())).collect();
        newest_first(&seen, 25, "imports");
        let seen = pages!(
            async |tx, before| store::filings::list(tx, organisation, before, 4).await,
            |row: &store::filings::Filing| (row.changed_at, row.id)
        );
        let seen: Vec<_> = seen.iter().map(|row| (row.changed_at, row.id.uuid())).collect();
        newest_first(&seen, 25, "filings");
        let seen = pages!(
            async |tx, before| store::cases::list(tx, organisation, before, 4).await,
            |row: &store::cases::Case| (row.changed_at, row.id)
        );
        let seen: Vec<_> = seen.iter().map(|row| (row.changed_at, row.id.uuid())).collect();
        newest_first(&seen, 26, "cases");
        let seen = pages!(
            async |tx, before| store::journal::newest(tx, organisation, before, 4).await,
            |row: &Entry| (row.at, row.id)
        );
        let seen: Vec<_> = seen.iter().map(|row| (row.at, row.id.uuid())).collect();
        newest_first(&seen, 25, "journal");

        let filter = store::reports::QueueFilter::default();
        let seen = pages!(
            async |tx, after| store::reports::queue(tx, organisation, &filter, after, 4).await,
            |row: &store::reports::Report| store::reports::QueuePoint {
                level: row.level,
                score: row.score,
                received_at: row.received_at,
                id: row.id,
            }
        );
        let seen: Vec<_> = seen.iter().map(|row| (row.level, -row.score, row.received_at, row.id)).collect();
        assert_eq!(seen.len(), 25, "{engine:?}");
        assert!(seen.windows(2).all(|pair| pair[0] < pair[1]), "{engine:?}: the queue");
        let seen = pages!(
            async |tx, after| store::alerts::desk(tx, organisation, None, after, 4).await,
            |row: &store::alerts::Alert| store::alerts::DeskPoint {
                score: row.score,
                created_at: row.created_at,
                id: row.id,
            }
        );
        let seen: Vec<_> = seen.iter().map(|row| (-row.score, row.created_at, row.id)).collect();
        assert_eq!(seen.len(), 25, "{engine:?}");
        assert!(seen.windows(2).all(|pair| pair[0] < pair[1]), "{engine:?}: the desk");
        drop(tx);
        store.db.close().await;
    }
}

#[test]
fn ids_made_later_sort_later() {
    let clock = test_support::TestClock::default();
    let chance = TestEntropy::new(4);
    let ids: Vec<Id<kinds::Report>> = (0..50)
        .map(|_| {
            clock.advance(model::Span(1_000));
            Id::new(&clock, &chance)
        })
        .collect();
    assert!(ids.is_sorted());
}
