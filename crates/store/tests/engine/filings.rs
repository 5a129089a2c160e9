use model::Digest;
use store::filings::{Filing, Step};

use crate::{another, assert_same, later, stores};

#[tokio::test]
async fn a_filing_moves_only_from_the_state_it_was_read_in() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let case = rows.case(1);
        store::cases::insert(&mut tx, &case).await.unwrap();
        let filing = rows.filing(case.id, 1);
        store::filings::insert(&mut tx, &filing).await.unwrap();
        assert_same(&store::filings::find(&mut tx, filing.id).await.unwrap(), &Some(filing.clone()));
        assert!(store::filings::find(&mut tx, rows.id()).await.unwrap().is_none());
        let (organisation, stranger) = (rows.organisation, another(2).organisation);
        let found = store::filings::by_number(&mut tx, organisation, 2026, 1).await.unwrap();
        assert_same(&found, &Some(filing.clone()));
        assert!(store::filings::by_number(&mut tx, stranger, 2026, 1).await.unwrap().is_none());

        let moved = Filing {
            state: "sent".to_owned(),
            external: Some("0000000".to_owned()),
            changed_at: later(rows, 5),
            sealed: vec![0, 255],
            digest: Digest([8; 32]),
            ..filing.clone()
        };
        assert!(!store::filings::update(&mut tx, &moved, "reviewed").await.unwrap());
        assert_same(&store::filings::find(&mut tx, filing.id).await.unwrap(), &Some(filing));
        assert!(store::filings::update(&mut tx, &moved, "drafted").await.unwrap(), "{:?}", store.engine);
        assert!(!store::filings::update(&mut tx, &moved, "drafted").await.unwrap(), "another was quicker");
        assert_same(&store::filings::find(&mut tx, moved.id).await.unwrap(), &Some(moved.clone()));

        let earlier = Filing { changed_at: later(rows, 1), ..rows.filing(case.id, 2) };
        store::filings::insert(&mut tx, &earlier).await.unwrap();
        let all = store::filings::list(&mut tx, organisation, None, 9).await.unwrap();
        assert_same(&all, &vec![moved.clone(), earlier.clone()]);
        let before = Some((moved.changed_at, moved.id));
        assert_same(
            &store::filings::list(&mut tx, organisation, before, 9).await.unwrap(),
            &vec![earlier.clone()],
        );
        assert!(store::filings::list(&mut tx, stranger, None, 9).await.unwrap().is_empty());
        assert_same(&store::filings::of_case(&mut tx, case.id).await.unwrap(), &vec![earlier, moved]);
        assert!(store::filings::of_case(&mut tx, rows.id()).await.unwrap().is_empty());
        assert_eq!(store::filings::count(&mut tx, organisation).await.unwrap(), 2);
        assert_eq!(store::filings::count(&mut tx, stranger).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn every_step_of_a_filing_is_kept_in_order() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let case = rows.case(1);
        store::cases::insert(&mut tx, &case).await.unwrap();
        let filing = rows.filing(case.id, 1);
        store::filings::insert(&mut tx, &filing).await.unwrap();
        let steps: Vec<Step> = (1..=12)
            .map(|ordinal| Step {
                ordinal,
                state: "drafted".to_owned(),
                by: rows.id(),
                at: later(rows, -ordinal),
                sealed: vec![0, 255],
            })
            .collect();
        for step in steps.iter().rev() {
            store::filings::insert_step(&mut tx, filing.id, step).await.unwrap();
        }
        assert_same(&store::filings::steps(&mut tx, filing.id).await.unwrap(), &steps);
        assert!(store::filings::steps(&mut tx, rows.id()).await.unwrap().is_empty());
        let twice = store::filings::insert_step(&mut tx, filing.id, &steps[0]).await.unwrap_err();
        assert!(matches!(twice, store::StoreError::AlreadyThere(_)), "{:?}: {twice}", store.engine);
    }
}
