//! Banks, from outside through the router.

use axum::http::StatusCode;
use test_support::{TestEngine, TestHouse};

use crate::browser::Browser;

const SETTINGS: [(&str, &str); 6] = [
    ("name", "Synthetic bank"),
    ("kind", "known"),
    ("taxonomy", "industry"),
    ("distance", "31"),
    ("share", "12.5"),
    ("flood_limit", "100"),
];

fn with<'a>(name: &str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    SETTINGS.iter().map(|(field, before)| (*field, if *field == name { value } else { *before })).collect()
}

#[tokio::test]
async fn a_bank_is_made_set_and_taken_away() {
    let house = TestHouse::new(&TestEngine::Sqlite).await;
    let mut browser = Browser::signed_in(&house, &["hotline_analyst"]).await;
    assert!(browser.see("/banks").await.has("No banks."));
    let refused = browser.fill("/banks", &with("distance", "64")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    // What was typed is still there.
    assert!(
        refused.has("Give 0 to 63 bits.") && refused.has("value=\"64\"") && refused.has("value=\"12.5\"")
    );
    let made = browser.follow("/banks", &SETTINGS).await;
    assert!(made.has("The bank is made.") && made.has("up to 31 bits away, in 12.5 % of look-ups"));
    assert!(made.has("No entries yet."));
    let bank = made.between("action=\"", "/settings\"").rsplit('"').next().unwrap().to_owned();
    let twice = browser.fill("/banks", &SETTINGS).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
    assert!(twice.has("There is a bank of this name."));

    let changed = browser.follow(&format!("{bank}/settings"), &with("share", "0")).await;
    assert!(changed.has("settings are changed") && changed.has("switched off"));
    let kept = browser.fill(&format!("{bank}/remove"), &[("name", "another")]).await;
    assert_eq!(kept.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(kept.has("Nothing was taken away."));
    let gone = browser.follow(&format!("{bank}/remove"), &[("name", "Synthetic bank")]).await;
    assert!(gone.has("are gone") && gone.has("No banks."));
    assert_eq!(browser.get(&bank).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_entry_is_added_judged_switched_off_and_taken_out() {
    let house = TestHouse::new(&TestEngine::Sqlite).await;
    let mut browser = Browser::signed_in(&house, &["hotline_analyst"]).await;
    let made = browser.follow("/banks", &SETTINGS).await;
    let bank = made.between("action=\"", "/settings\"").rsplit('"').next().unwrap().to_owned();
    let add = format!("{bank}/contents");
    for (hashes, says) in [
        ("0123", "does not read as a hash"),
        (&*"0f".repeat(32), "does not read as a hash"),
        ("  ", "Give at least one hash."),
    ] {
        let refused = browser.fill(&add, &[("hashes", hashes)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{hashes}");
        assert!(refused.has(says), "{hashes}");
    }
    let hashes = format!("{}\npdq:{}", "0F".repeat(16), "a1".repeat(32));
    let added = browser.follow(&add, &[("hashes", &hashes), ("code", "A1"), ("note", "synthetic")]).await;
    assert!(added.has("Added.") && added.has(&"0f".repeat(16)) && added.has("A1 (industry taxonomy)"));
    let again = browser.follow(&add, &[("hashes", &hashes)]).await;
    assert!(again.has("The bank knew this hash already."));

    let entry = format!("{bank}/contents/1");
    let decide = format!("{entry}/decide");
    let refused = browser.fill(&decide, &[("what", "deconfirmed"), ("reason", " ")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.has("needs a reason"));
    let denied = browser.follow(&decide, &[("what", "deconfirmed"), ("reason", "A synthetic sunset.")]).await;
    assert!(denied.has("It matches nothing here any more.") && denied.has("A synthetic sunset."));
    assert!(browser.see(&bank).await.has("Not what its source says"));
    assert_eq!(browser.fill(&decide, &[("what", "release")]).await.status, StatusCode::CONFLICT);
    let confirmed = browser.follow(&decide, &[("what", "confirmed"), ("reason", "Seen again.")]).await;
    assert!(confirmed.has("Confirmed, with your reason."));
    let refused = browser.fill(&decide, &[("what", "off"), ("until", "tomorrow")]).await;
    assert!(refused.has("Write the day as 2026-12-31."));
    let off = browser.follow(&decide, &[("what", "off"), ("until", "2099-12-31")]).await;
    assert!(off.has("off until") && off.has("Switch it on again"));
    assert!(browser.follow(&decide, &[("what", "on")]).await.has("It is on again."));
    assert!(browser.follow(&decide, &[("what", "remove")]).await.has("It is out of the bank."));
    assert_eq!(browser.get(&entry).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn banks_are_for_those_who_keep_them() {
    let house = TestHouse::new(&TestEngine::Sqlite).await;
    let mut keeper = Browser::signed_in(&house, &["supervisor"]).await;
    let made = keeper.follow("/banks", &SETTINGS).await;
    let bank = made.between("action=\"", "/settings\"").rsplit('"').next().unwrap().to_owned();
    let mut other = Browser::signed_in(&house, &["investigator"]).await;
    assert_eq!(other.get("/banks").await.status, StatusCode::FORBIDDEN);
    assert_eq!(other.get(&bank).await.status, StatusCode::FORBIDDEN);
}
