use model::{Id, kinds};
use store::exchanges::Exchange;

use super::banks::bank;
use crate::{Store, another, assert_same, later, stores};

fn exchange(store: &Store, bank: Id<kinds::Bank>, name: &str) -> Exchange {
    Exchange {
        id: store.rows.id(),
        organisation: store.rows.organisation,
        bank,
        name: name.to_owned(),
        kind: "ncmec".to_owned(),
        enabled: true,
        sealed: b"sealed".to_vec(),
        checkpoint: None,
        taken: 0,
        run_at: None,
        problem: None,
        created_at: store.rows.at(),
    }
}

#[tokio::test]
async fn an_exchange_keeps_how_far_it_was_read() {
    for store in stores().await {
        let mut tx = store.write().await;
        let organisation = store.rows.organisation;
        let bank = bank(&store, "Synthetic");
        store::banks::insert(&mut tx, &bank).await.unwrap();
        let mut first = exchange(&store, bank.id, "Synthetic B");
        let second = exchange(&store, bank.id, "Synthetic A");
        for one in [&first, &second] {
            assert!(store::exchanges::insert(&mut tx, one).await.unwrap(), "{:?}", store.engine);
        }
        assert!(!store::exchanges::insert(&mut tx, &exchange(&store, bank.id, "Synthetic A")).await.unwrap());

        first.checkpoint = Some(b"as far as here".to_vec());
        first.taken = 7;
        first.run_at = Some(later(&store.rows, 9));
        first.problem = Some("The exchange refused the password.".to_owned());
        first.enabled = false;
        store::exchanges::update(&mut tx, &first).await.unwrap();
        let found = store::exchanges::named(&mut tx, organisation, "Synthetic B").await.unwrap();
        assert_same(&found, &Some(first.clone()));
        assert_same(
            &store::exchanges::list(&mut tx, organisation).await.unwrap(),
            &vec![second.clone(), first],
        );
        assert!(store::exchanges::list(&mut tx, another(2).organisation).await.unwrap().is_empty());

        store::exchanges::delete(&mut tx, second.id).await.unwrap();
        assert!(store::exchanges::named(&mut tx, organisation, "Synthetic A").await.unwrap().is_none());
    }
}
