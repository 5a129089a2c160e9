use crate::{another, stores};

#[tokio::test]
async fn organisations_are_listed_by_name_and_found_by_id() {
    for store in stores().await {
        let mut tx = store.write().await;
        let mut other = another(2).organisation("Synthetic A");
        other.links_across = true;
        store::organisations::insert(&mut tx, &other).await.unwrap();
        let all = store::organisations::list(&mut tx).await.unwrap();
        let one = store.rows.organisation("Synthetic One");
        assert_eq!(all, [other.clone(), one], "{:?}", store.engine);
        assert_eq!(store::organisations::find(&mut tx, other.id).await.unwrap(), Some(other.clone()));
        assert_eq!(store::organisations::find(&mut tx, store.rows.id()).await.unwrap(), None);
        store::organisations::lock(&mut tx, other.id).await.unwrap();
        store::organisations::lock(&mut tx, store.rows.id()).await.unwrap();
    }
}

#[tokio::test]
async fn a_series_counts_from_one_for_each_organisation_and_name() {
    for store in stores().await {
        let (one, other) = (store.rows.organisation, another(2).organisation);
        let mut tx = store.write().await;
        let mut next = async |organisation, series| {
            store::organisations::next(&mut tx, organisation, series).await.unwrap()
        };
        assert_eq!(next(one, "reports-2026").await, 1);
        assert_eq!(next(one, "reports-2026").await, 2);
        assert_eq!(next(one, "reports-2027").await, 1);
        assert_eq!(next(other, "reports-2026").await, 1);
        let mut advance = async |by| store::organisations::advance(&mut tx, one, "events", by).await.unwrap();
        assert_eq!(advance(1000).await, 1);
        assert_eq!(advance(5).await, 1001);
        assert_eq!(advance(1).await, 1006);
        tx.commit().await.unwrap();
        // A number of a transaction that did not happen is given again.
        for _ in 0..2 {
            let mut tx = store.write().await;
            assert_eq!(store::organisations::next(&mut tx, one, "reports-2026").await.unwrap(), 3);
        }
    }
}

#[tokio::test]
async fn a_setting_is_what_it_was_set_to_last() {
    for store in stores().await {
        let mut tx = store.write().await;
        assert_eq!(store::organisations::setting(&mut tx, "synthetic").await.unwrap(), None);
        for value in ["one", "", "“two”"] {
            store::organisations::set(&mut tx, "synthetic", value).await.unwrap();
            assert_eq!(
                store::organisations::setting(&mut tx, "synthetic").await.unwrap().as_deref(),
                Some(value)
            );
        }
        assert_eq!(store::organisations::setting(&mut tx, "other").await.unwrap(), None);
    }
}
