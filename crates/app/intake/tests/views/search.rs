use std::collections::BTreeSet;

use app_intake::{Hit, HitKind};
use app_kernel::{Op, ProblemKind};
use test_support::{TestHouse, engines};

use crate::{
    escalate::{ACCOUNT, alert},
    support::{EMAIL, details, is_denied, problem, report, rules, take_in, tip},
};

async fn search(house: &TestHouse, op: &Op, text: &str) -> Vec<Hit> {
    let mut tx = house.begin(op).await.unwrap();
    let hits = app_intake::search(op, &mut tx, &rules(), text).await.unwrap();
    tx.commit().await.unwrap();
    hits
}

#[tokio::test]
async fn what_is_exactly_equal_is_found_and_says_why() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["hotline_analyst"]).await;
        let one = report(&house, &op, tip("synthetic_one")).await;
        let two = report(&house, &op, tip("synthetic_two")).await;

        for text in ["R-2026-00001", " r-2026-1 "] {
            let hits = search(&house, &op, text).await;
            assert_eq!(hits.iter().map(|hit| hit.id).collect::<Vec<_>>(), [one.uuid()], "{engine:?} {text}");
        }
        let hits = search(&house, &op, &EMAIL.to_uppercase()).await;
        let ids: BTreeSet<_> = hits.iter().map(|hit| hit.id).collect();
        assert_eq!(ids, BTreeSet::from([one.uuid(), two.uuid()]), "{engine:?}");
        assert_eq!(hits[0].why, ["It names this e-mail address for the person reported."]);
        let hits = search(&house, &op, "@Synthetic_Two@synthetic chat").await;
        assert_eq!(hits.iter().map(|hit| hit.id).collect::<Vec<_>>(), [two.uuid()], "{engine:?}");
        for nothing in ["synthetic", "R-2026-00099", "person@example.com", "F-2026-00001", "C-2026-00001"] {
            assert!(search(&house, &op, nothing).await.is_empty(), "{engine:?} {nothing}");
        }
        let foreign = house.foreign_op(&["hotline_analyst"]).await;
        assert!(search(&house, &foreign, EMAIL).await.is_empty(), "{engine:?}: another organisation");
    }
}

#[tokio::test]
async fn a_hash_and_an_outside_number_are_found() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["hotline_analyst"]).await;
        let md5 = "00112233445566778899aabbccddeeff";
        let list = format!("algorithm,hash\nmd5,{md5}\n");
        take_in(&house, &op, "Synthetic List", "list.csv", list.as_bytes()).await;
        take_in(&house, &op, "Synthetic Platform", "file.xml", &details(900_000_001, md5)).await;
        let kinds = |hits: &[Hit]| hits.iter().map(|hit| hit.kind).collect::<Vec<_>>();
        let hits = search(&house, &op, &md5.to_uppercase()).await;
        assert_eq!(kinds(&hits), [HitKind::Report, HitKind::Bank], "{engine:?}");
        assert_eq!(hits[0].why, ["It names a file of this MD5 hash."]);
        assert_eq!(hits[1].number, "Synthetic List");
        assert_eq!(kinds(&search(&house, &op, "900000001").await), [HitKind::Report], "{engine:?}");
        assert_eq!(kinds(&search(&house, &op, "A-2026-00001").await), [HitKind::Alert], "{engine:?}");
    }
}

#[tokio::test]
async fn an_account_leads_to_its_alerts_and_nobody_sees_what_they_may_not_list() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let hotline = house.op(&["hotline_analyst"]).await;
        report(&house, &hotline, tip("synthetic_one")).await;
        let op = house.op(&["payment_analyst"]).await;
        let alert = alert(&house, &op).await;
        let hits = search(&house, &op, ACCOUNT).await;
        let found: Vec<_> = hits.iter().map(|hit| (hit.kind, hit.number.as_str())).collect();
        assert_eq!(found, [(HitKind::Alert, "A-2026-00001"), (HitKind::Party, "")], "{engine:?}");
        assert_eq!(hits[0].id, alert.uuid());

        assert!(
            search(&house, &op, EMAIL).await.is_empty(),
            "{engine:?}: an analyst of payments lists no reports"
        );
        assert!(search(&house, &op, "R-2026-00001").await.is_empty());
        let auditor = house.op(&["auditor"]).await;
        let mut tx = house.begin(&op).await.unwrap();
        let empty = app_intake::search(&op, &mut tx, &rules(), "  ").await;
        assert_eq!(problem(empty), (ProblemKind::Invalid, "nothing_to_look_up"));
        assert!(is_denied(app_intake::search(&auditor, &mut tx, &rules(), EMAIL).await));
        drop(tx);

        let entries = house.entries(house.organisation).await;
        let told = |entry: &store::journal::Entry| {
            entry.action == "search"
                && entry.detail.contains("\"hits\":2")
                && entry.detail.contains("account")
        };
        assert!(entries.iter().any(told), "{engine:?}");
        assert!(entries.iter().all(|entry| !entry.detail.contains("SYN-B")), "{engine:?}");
    }
}

#[tokio::test]
async fn rooms_that_are_not_there_are_not_looked_into() {
    for engine in engines() {
        for profile in ["remitter", "police", "prosecution"] {
            let house = TestHouse::with_profile(&engine, profile).await;
            let op = house.op(&["supervisor"]).await;
            for text in
                ["R-2026-00001", "A-2026-00001", "C-2026-00001", "F-2026-00001", EMAIL, ACCOUNT, "900000001"]
            {
                assert!(search(&house, &op, text).await.is_empty(), "{engine:?} {profile} {text}");
            }
            let md5 = "00112233445566778899aabbccddeeff";
            assert!(search(&house, &op, md5).await.is_empty(), "{engine:?} {profile}");
        }
    }
}
