use model::{Id, kinds};

use crate::{another, assert_same, later, stores};

#[tokio::test]
async fn shares_of_a_record_are_listed_until_they_are_taken_back() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let partner = another(2);
        store::organisations::insert(&mut tx, &partner.organisation("Synthetic Two")).await.unwrap();
        let report: Id<kinds::Report> = rows.id();
        let mut shares = Vec::new();
        for compartment in ["intake", "investigation", "prosecution", "aftercare"] {
            let mut share = rows.share(report, partner.organisation);
            share.compartment = compartment.parse().unwrap();
            share.created_at = later(rows, shares.len() as i64);
            store::shares::insert(&mut tx, &share).await.unwrap();
            shares.insert(0, share);
        }
        let mut back = rows.share(report, partner.organisation);
        back.revoked_at = Some(rows.at());
        store::shares::insert(&mut tx, &back).await.unwrap();
        assert_same(&store::shares::of_record(&mut tx, report.uuid()).await.unwrap(), &shares);
        assert!(store::shares::of_record(&mut tx, partner.organisation.uuid()).await.unwrap().is_empty());

        assert_eq!(store::shares::revoke(&mut tx, shares[1].id, later(rows, 9)).await.unwrap(), 1);
        assert_eq!(store::shares::revoke(&mut tx, shares[1].id, later(rows, 9)).await.unwrap(), 0);
        shares.remove(1);
        assert_same(&store::shares::of_record(&mut tx, report.uuid()).await.unwrap(), &shares);
    }
}
