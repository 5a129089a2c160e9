use model::{Id, kinds};
use store::{
    hash_lists::{HashEntry, Match},
    reports::FileHash,
};

use crate::{Store, another, later, stores};

fn entry(store: &Store, list: Id<kinds::HashList>, byte: u8, import: Id<kinds::Import>) -> HashEntry {
    HashEntry {
        list,
        organisation: store.rows.organisation,
        algorithm: "sha256".to_owned(),
        digest: vec![byte; 32],
        taxonomy: Some("synthetic-taxonomy".to_owned()),
        classification: (byte.is_multiple_of(2)).then(|| "A1".to_owned()),
        note: None,
        import,
    }
}

#[tokio::test]
async fn a_list_is_made_once_by_its_name_and_counts_its_entries() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let organisation = rows.organisation;
        let named = async |tx: &mut store::Tx, name, seconds| {
            let id = rows.id();
            let found =
                store::hash_lists::named(tx, id, organisation, name, later(rows, seconds)).await.unwrap();
            (id, found)
        };
        let (made, list) = named(&mut tx, "Synthetic B", 0).await;
        assert_eq!(list, made);
        let (other, again) = named(&mut tx, "Synthetic B", 9).await;
        assert!(again == list && again != other, "{:?}", store.engine);
        let (_, second) = named(&mut tx, "Synthetic A", 1).await;

        let import = rows.id();
        let entries = [1, 2, 3].map(|byte| entry(&store, list, byte, import));
        assert_eq!(store::hash_lists::insert(&mut tx, &entries).await.unwrap(), 3);
        let again = [entry(&store, list, 3, rows.id()), entry(&store, list, 4, rows.id())];
        assert_eq!(store::hash_lists::insert(&mut tx, &again).await.unwrap(), 1, "{:?}", store.engine);
        assert_eq!(store::hash_lists::insert(&mut tx, &[]).await.unwrap(), 0);

        let lists = store::hash_lists::list(&mut tx, organisation).await.unwrap();
        let lists: Vec<_> = lists.iter().map(|l| (l.id, l.name.as_str(), l.created_at, l.entries)).collect();
        let wanted = [(second, "Synthetic A", later(rows, 1), 0), (list, "Synthetic B", rows.at(), 4)];
        assert_eq!(lists, wanted, "{:?}", store.engine);
        assert!(store::hash_lists::list(&mut tx, another(2).organisation).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_hash_matches_exactly_in_ones_own_lists() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let organisation = rows.organisation;
        let mut lists = Vec::new();
        for name in ["Synthetic B", "Synthetic A"] {
            let made =
                store::hash_lists::named(&mut tx, rows.id(), organisation, name, rows.at()).await.unwrap();
            lists.push(made);
        }
        let import = rows.id();
        let mut md5 = entry(&store, lists[0], 2, import);
        md5.algorithm = "md5".to_owned();
        let both = [entry(&store, lists[0], 2, import), entry(&store, lists[1], 2, import), md5];
        store::hash_lists::insert(&mut tx, &both).await.unwrap();

        let found = store::hash_lists::matching(&mut tx, organisation, "sha256", &[2; 32]).await.unwrap();
        let wanted = [(lists[1], "Synthetic A"), (lists[0], "Synthetic B")].map(|(list, name)| Match {
            list,
            list_name: name.to_owned(),
            algorithm: "sha256".to_owned(),
            digest: vec![2; 32],
            taxonomy: Some("synthetic-taxonomy".to_owned()),
            classification: Some("A1".to_owned()),
        });
        assert_eq!(found, wanted, "{:?}", store.engine);
        for (organisation, algorithm, digest) in [
            (organisation, "sha1", vec![2; 32]),
            (organisation, "sha256", vec![2; 31]),
            (organisation, "sha256", vec![3; 32]),
            (another(2).organisation, "sha256", vec![2; 32]),
        ] {
            let none = store::hash_lists::matching(&mut tx, organisation, algorithm, &digest).await.unwrap();
            assert_eq!(none, [], "{:?} {algorithm}", store.engine);
        }
    }
}

#[tokio::test]
async fn what_was_seen_before_the_list_knew_it_is_found() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let organisation = rows.organisation;
        let list =
            store::hash_lists::named(&mut tx, rows.id(), organisation, "Synthetic", rows.at()).await.unwrap();
        let imports = [rows.id(), rows.id()];
        let mut reports = Vec::new();
        for n in 1..=3 {
            let report = rows.report(n);
            store::reports::insert(&mut tx, &report).await.unwrap();
            let hash = |file, byte: i64| FileHash {
                file,
                algorithm: "sha256".to_owned(),
                digest: vec![byte.to_le_bytes()[0]; 32],
            };
            // The first names hash 1 twice, the second hashes 1 and 2, the third hash 3.
            let files = match n {
                1 => vec![hash(0, 1), hash(1, 1)],
                2 => vec![hash(0, 1), hash(1, 2)],
                _ => vec![hash(0, 3)],
            };
            store::reports::put_hashes(&mut tx, report.id, organisation, &files).await.unwrap();
            reports.push(report.id);
        }
        let entries = [entry(&store, list, 1, imports[0]), entry(&store, list, 2, imports[1])];
        store::hash_lists::insert(&mut tx, &entries).await.unwrap();
        let mut matching =
            async |import| store::hash_lists::reports_matching_import(&mut tx, import).await.unwrap();
        let mut wanted = vec![reports[0], reports[1]];
        wanted.sort_unstable();
        assert_eq!(matching(imports[0]).await, wanted, "{:?}", store.engine);
        assert_eq!(matching(imports[1]).await, [reports[1]], "{:?}", store.engine);
        assert_eq!(matching(rows.id()).await, []);
    }
}
