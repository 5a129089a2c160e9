use model::{Id, kinds};
use store::identifiers::Named;

use crate::{Store, another, assert_same, stores};

fn named(store: &Store, record: Id<kinds::Report>, ordinal: i64, token: u8) -> Named {
    Named {
        organisation: store.rows.organisation,
        kind: "phone".to_owned(),
        token: [token; 16],
        record_kind: "report".to_owned(),
        record: record.uuid(),
        ordinal,
        role: "suspect".to_owned(),
        seen_at: (ordinal > 0).then(|| store.rows.at()),
        sealed: vec![token, 0],
    }
}

#[tokio::test]
async fn identifiers_tell_which_records_name_the_same_thing() {
    for store in stores().await {
        let mut tx = store.write().await;
        let (mut one, mut other): (Id<kinds::Report>, Id<kinds::Report>) = (store.rows.id(), store.rows.id());
        if other < one {
            std::mem::swap(&mut one, &mut other);
        }
        let of_one = [named(&store, one, 0, 7), named(&store, one, 1, 8), named(&store, one, 2, 7)];
        let mut of_case = named(&store, store.rows.id(), 0, 7);
        of_case.record_kind = "case".to_owned();
        let of_other = [named(&store, other, 0, 7)];
        store::identifiers::insert(&mut tx, &of_other).await.unwrap();
        let mut turned = of_one.to_vec();
        turned.reverse();
        store::identifiers::insert(&mut tx, &turned).await.unwrap();
        store::identifiers::insert(&mut tx, &[of_case]).await.unwrap();
        store::identifiers::insert(&mut tx, &[]).await.unwrap();

        let found = store::identifiers::of_record(&mut tx, one.uuid()).await.unwrap();
        assert_same(&found, &of_one.to_vec());
        let organisation = store.rows.organisation;
        let naming = store::identifiers::naming(&mut tx, organisation, [7; 16], 100).await.unwrap();
        let reports: Vec<_> = naming.iter().filter(|n| n.record_kind == "report").cloned().collect();
        assert_same(&reports, &vec![of_one[0].clone(), of_one[2].clone(), of_other[0].clone()]);
        assert_eq!(naming.len(), 4, "{:?}", store.engine);
        let few = store::identifiers::naming(&mut tx, organisation, [7; 16], 2).await.unwrap();
        assert_same(&few, &naming[..2].to_vec());
        let stranger = another(2).organisation;
        assert!(store::identifiers::naming(&mut tx, stranger, [7; 16], 100).await.unwrap().is_empty());

        for (organisation, token, kind, wanted) in [
            (organisation, 7, "report", 2),
            (organisation, 7, "case", 1),
            (organisation, 8, "report", 1),
            (organisation, 9, "report", 0),
            (stranger, 7, "report", 0),
        ] {
            let found =
                store::identifiers::frequency(&mut tx, organisation, [token; 16], kind).await.unwrap();
            assert_eq!(found, wanted, "{:?} {token} {kind}", store.engine);
        }
    }
}
