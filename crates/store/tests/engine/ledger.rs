use model::{Digest, Id, Span, kinds};
use store::{
    event_days::EventDay,
    ledger::{Party, Segment},
};

use crate::{Store, another, assert_same, later, stores};

fn party(store: &Store, token: u8) -> Party {
    Party {
        id: store.rows.id(),
        organisation: store.rows.organisation,
        token: [token; 16],
        kind: Some("individual".to_owned()),
        country: (token.is_multiple_of(2)).then(|| "PH".to_owned()),
        sealed: vec![token, 0],
        import: store.rows.id(),
        created_at: store.rows.at(),
    }
}

#[tokio::test]
async fn a_party_is_interned_once_for_each_organisation() {
    for store in stores().await {
        let mut tx = store.write().await;
        let parties: Vec<Party> = (0..5).map(|token| party(&store, token)).collect();
        let added = store::ledger::insert_parties(&mut tx, &parties[..3]).await.unwrap();
        assert_eq!(added, parties[..3].iter().map(|p| p.id).collect::<Vec<_>>(), "{:?}", store.engine);
        // Two of these are there; under other ids.
        let again = [party(&store, 1), parties[3].clone(), party(&store, 2), parties[4].clone()];
        let mut added = store::ledger::insert_parties(&mut tx, &again).await.unwrap();
        added.sort_unstable();
        let mut wanted = vec![parties[3].id, parties[4].id];
        wanted.sort_unstable();
        assert_eq!(added, wanted, "{:?}", store.engine);
        assert!(store::ledger::insert_parties(&mut tx, &[]).await.unwrap().is_empty());

        assert_same(
            &store::ledger::find_party(&mut tx, parties[1].id).await.unwrap(),
            &Some(parties[1].clone()),
        );
        assert!(store::ledger::find_party(&mut tx, again[0].id).await.unwrap().is_none());
        let organisation = store.rows.organisation;
        let found = store::ledger::party_by_token(&mut tx, organisation, [2; 16]).await.unwrap();
        assert_same(&found, &Some(parties[2].clone()));
        let stranger = another(2).organisation;
        assert!(store::ledger::party_by_token(&mut tx, stranger, [2; 16]).await.unwrap().is_none());

        let known =
            store::ledger::known_parties(&mut tx, organisation, &[[4; 16], [77; 16], [0; 16]]).await.unwrap();
        let mut known: Vec<_> = known.iter().map(|k| (k.token, k.id)).collect();
        known.sort_unstable();
        assert_eq!(known, [([0; 16], parties[0].id), ([4; 16], parties[4].id)], "{:?}", store.engine);
        assert!(store::ledger::known_parties(&mut tx, stranger, &[[4; 16]]).await.unwrap().is_empty());
        assert!(store::ledger::known_parties(&mut tx, organisation, &[]).await.unwrap().is_empty());
    }
}

fn token(n: u64) -> [u8; 16] {
    let mut token = [0; 16];
    token[..8].copy_from_slice(&n.to_be_bytes());
    token
}

/// More than one statement holds on either engine.
#[tokio::test]
async fn thousands_of_parties_and_events_go_in_at_once() {
    for store in stores().await {
        let mut tx = store.write().await;
        let (count, organisation) = (16_000_u64, store.rows.organisation);
        let keys: Vec<[u8; 16]> = (0..count).map(token).collect();
        let mut new = store::ledger::claim_events(&mut tx, organisation, &keys).await.unwrap();
        new.sort_unstable();
        assert_eq!(new, keys, "{:?}", store.engine);
        // Half of them again, and as many new ones.
        let more: Vec<[u8; 16]> = (count / 2..count + count / 2).map(token).collect();
        let mut new = store::ledger::claim_events(&mut tx, organisation, &more).await.unwrap();
        new.sort_unstable();
        assert_eq!(new, more[(count / 2) as usize..].to_vec(), "{:?}", store.engine);
        assert!(store::ledger::claim_events(&mut tx, organisation, &more).await.unwrap().is_empty());
        let stranger = another(2).organisation;
        assert_eq!(store::ledger::claim_events(&mut tx, stranger, &more[..2]).await.unwrap().len(), 2);

        let parties: Vec<Party> = (0..5_000).map(|n| Party { token: token(n), ..party(&store, 1) }).collect();
        let added = store::ledger::insert_parties(&mut tx, &parties).await.unwrap();
        assert_eq!(added.len(), 5_000, "{:?}", store.engine);
        let known = store::ledger::known_parties(&mut tx, organisation, &keys[..9_000]).await.unwrap();
        assert_eq!(known.len(), 5_000, "{:?}", store.engine);
    }
}

#[tokio::test]
async fn segments_are_read_in_order_of_acceptance_by_the_time_they_touch() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let organisation = rows.organisation;
        let extent = store::ledger::extent(&mut tx, organisation).await.unwrap();
        assert_eq!(extent, (0, None, None), "{:?}", store.engine);
        let imports: [Id<kinds::Import>; 2] = [rows.id(), rows.id()];
        assert_eq!(store::ledger::span_of(&mut tx, imports[0]).await.unwrap(), None);
        // Accepted in another order than they happened.
        let segments: Vec<Segment> = [(1, 100, 199), (501, 0, 99), (1001, 150, 160), (1501, 300, 400)]
            .into_iter()
            .zip([0, 0, 1, 1])
            .map(|((first_sequence, from, to), import)| Segment {
                id: rows.id(),
                organisation,
                import: imports[import],
                month: later(rows, from).month(),
                first_sequence,
                events: 500,
                first_at: later(rows, from),
                last_at: later(rows, to),
                digest: Digest([7; 32]),
                sealed: vec![first_sequence.to_le_bytes()[0]; 10],
            })
            .collect();
        for n in [2, 0, 3, 1] {
            store::ledger::append(&mut tx, segments[n].clone()).await.unwrap();
        }
        let mut touching = async |from, to, after, limit| {
            store::ledger::segments(&mut tx, organisation, later(rows, from), later(rows, to), after, limit)
                .await
                .unwrap()
        };
        assert_same(&touching(0, 999, 0, 9).await, &segments);
        assert_same(&touching(0, 999, 501, 1).await, &segments[2..3].to_vec());
        assert_same(&touching(199, 199, 0, 9).await, &segments[..1].to_vec());
        assert_same(&touching(200, 299, 0, 9).await, &Vec::new());
        assert_same(&touching(99, 150, 0, 9).await, &segments[..3].to_vec());
        let extent = store::ledger::extent(&mut tx, organisation).await.unwrap();
        assert_eq!(extent, (2000, Some(later(rows, 0)), Some(later(rows, 400))), "{:?}", store.engine);
        let span = store::ledger::span_of(&mut tx, imports[0]).await.unwrap();
        assert_eq!(span, Some((later(rows, 0), later(rows, 199))), "{:?}", store.engine);
        let stranger = another(2).organisation;
        assert_eq!(store::ledger::extent(&mut tx, stranger).await.unwrap(), (0, None, None));
        let far = rows.at() + Span::days(1000);
        assert!(store::ledger::segments(&mut tx, stranger, rows.at(), far, 0, 9).await.unwrap().is_empty());
        let after = store::ledger::segments_after(&mut tx, organisation, 501, 1).await.unwrap();
        assert_same(&after, &segments[2..3].to_vec());
        assert!(store::ledger::segments_after(&mut tx, stranger, 0, 9).await.unwrap().is_empty());
        let month = rows.at().month();
        assert_eq!(store::ledger::months(&mut tx, organisation).await.unwrap().join(" "), month);
        let of_month = store::ledger::segments_of_month(&mut tx, organisation, &month, 1, 2).await.unwrap();
        assert_same(&of_month, &segments[1..3].to_vec());
        assert!(
            store::ledger::segments_of_month(&mut tx, organisation, "1999-01", 0, 9)
                .await
                .unwrap()
                .is_empty()
        );
    }
}

#[tokio::test]
async fn a_day_of_events_has_one_import_and_the_mark_of_screening_never_goes_back() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let organisation = rows.organisation;
        assert_eq!(store::ledger::last_sequence(&mut tx, organisation).await.unwrap(), 0);
        store::organisations::advance(&mut tx, organisation, "events", 500).await.unwrap();
        assert_eq!(store::ledger::last_sequence(&mut tx, organisation).await.unwrap(), 500);
        let import = rows.import(1);
        store::imports::insert(&mut tx, &import).await.unwrap();
        let day = EventDay { organisation, day: "2026-05-01", source: "Synthetic", lawful_basis: "none" };
        assert_eq!(store::event_days::import_of(&mut tx, day).await.unwrap(), None);
        assert!(store::event_days::organisations(&mut tx).await.unwrap().is_empty());
        store::event_days::insert(&mut tx, day, import.id).await.unwrap();
        assert_eq!(store::event_days::import_of(&mut tx, day).await.unwrap(), Some(import.id));
        let other = EventDay { day: "2026-05-02", ..day };
        assert_eq!(store::event_days::import_of(&mut tx, other).await.unwrap(), None);
        assert_eq!(store::event_days::organisations(&mut tx).await.unwrap(), [organisation]);
        assert_eq!(store::event_days::screened_through(&mut tx, organisation).await.unwrap(), 0);
        for (to, then) in [(40, 40), (30, 40), (90, 90)] {
            store::event_days::move_screened(&mut tx, organisation, to, rows.at()).await.unwrap();
            let through = store::event_days::screened_through(&mut tx, organisation).await.unwrap();
            assert_eq!(through, then, "{:?}", store.engine);
        }
    }
}
