//! A synthetic ledger for the tests: imports as intake leaves them, sealed segments and parties.

use std::collections::BTreeMap;

use access::Action;
use model::{Country, Id, Instant, Money, Span, kinds};
use screening::{Event, PartyProfile, PartyRef, Typology, encode_segment};
use store::{
    imports::Import,
    ledger::{Party, Segment},
};
use test_support::TestHouse;

/// A payment of the synthetic ledger: from whom, to whom, when, how much.
#[derive(Clone, Debug)]
pub(crate) struct Pay {
    pub(crate) at: Instant,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) minor: i64,
    pub(crate) individual: Option<bool>,
}

/// The day so many days after the beginning of the ledger.
pub(crate) fn day(n: i64) -> Instant {
    Instant::parse("2025-01-01T04:00:00Z").unwrap() + Span::days(n)
}

/// A payment of PHP 1,000 from abroad to a person, on a day.
pub(crate) fn pay(n: i64, from: &str, to: &str) -> Pay {
    Pay { at: day(n), from: from.to_owned(), to: to.to_owned(), minor: 100_000, individual: Some(true) }
}

/// So many payments to a person, one a day from a day on, from three senders in turn.
pub(crate) fn daily(from: i64, count: i64, to: &str) -> Vec<Pay> {
    (0..count).map(|n| pay(from + n, &format!("SYNTHETIC-PAYER-{}", n % 3), to)).collect()
}

/// The shipped baseline: twenty payments within thirty days.
pub(crate) fn baseline() -> Vec<Typology> {
    let (file, text) = screening::shipped()[0];
    vec![Typology::parse(file, text).unwrap()]
}

/// The blind token of an account.
pub(crate) async fn token(house: &TestHouse, account: &str) -> [u8; 16] {
    let op = house.system();
    let mut tx = house.look(&op).await.unwrap();
    let permit = tx.allow(&op, Action::ImportFile).unwrap();
    tx.secrets(&permit).await.unwrap().blinder().token("account", account.as_bytes())
}

/// Takes payments in: new parties, and segments of at most `size` payments of a month each.
pub(crate) async fn import_in(house: &TestHouse, payments: &[Pay], size: usize) -> Id<kinds::Import> {
    let op = house.system();
    let mut tx = house.begin(&op).await.unwrap();
    let permit = tx.allow(&op, Action::ImportFile).unwrap();
    let blinder = tx.secrets(&permit).await.unwrap().blinder().clone();
    let id = house.id::<kinds::Import>();
    let sealer = tx.new_sealer(&permit, "import", id.uuid()).await.unwrap();
    let number = store::organisations::next(tx.store(&permit), permit.owner(), "imports").await.unwrap();
    let now = house.now();
    let row = Import {
        id,
        organisation: permit.owner(),
        number,
        source: "Synthetic Remitter".to_owned(),
        lawful_basis: "synthetic".to_owned(),
        kind: Some("payments".to_owned()),
        state: "done".to_owned(),
        name: sealer.seal("name", "synthetic.csv", &tx).unwrap(),
        mapping: None,
        digest: None,
        size: 0,
        read: 0,
        accepted: 0,
        known: 0,
        rejected: 0,
        problem: None,
        same_as: None,
        created_by: op.actor.user,
        created_at: now,
        changed_at: now,
    };
    store::imports::insert(tx.store(&permit), &row).await.unwrap();

    let mut parties = BTreeMap::new();
    for payment in payments {
        parties.insert(payment.from.clone(), "AU");
        parties.insert(payment.to.clone(), "PH");
    }
    for (account, country) in parties {
        let token = blinder.token("account", account.as_bytes());
        if store::ledger::party_by_token(tx.store(&permit), permit.owner(), token).await.unwrap().is_some() {
            continue;
        }
        let id = house.id::<kinds::Party>();
        let sealer = tx.new_sealer(&permit, "party", id.uuid()).await.unwrap();
        let profile = PartyProfile {
            account: Some(account.clone()),
            name: Some(format!("Synthetic Holder of {account}")),
            ..PartyProfile::default()
        };
        let party = Party {
            id,
            organisation: permit.owner(),
            token,
            kind: Some("individual".to_owned()),
            country: Some(country.to_owned()),
            sealed: sealer.seal("profile", &profile, &tx).unwrap(),
            import: row.id,
            created_at: now,
        };
        store::ledger::insert_parties(tx.store(&permit), &[party]).await.unwrap();
    }

    let count = i64::try_from(payments.len()).unwrap();
    let first =
        store::organisations::advance(tx.store(&permit), permit.owner(), "events", count).await.unwrap();
    let mut months: BTreeMap<String, Vec<Event>> = BTreeMap::new();
    for (payment, sequence) in payments.iter().zip(first.unsigned_abs()..) {
        months.entry(payment.at.month()).or_default().push(Event {
            sequence,
            at: payment.at,
            amount: Money { minor: payment.minor, currency: "PHP".parse().unwrap() },
            sender: PartyRef(blinder.token("account", payment.from.as_bytes())),
            receiver: PartyRef(blinder.token("account", payment.to.as_bytes())),
            receiver_is_individual: payment.individual,
            sender_country: Some("AU".parse().unwrap()),
            receiver_country: Some(Country::PH),
        });
    }
    for (month, events) in months {
        for events in events.chunks(size) {
            let id = house.id::<kinds::Segment>();
            let sealer = tx.new_sealer(&permit, "segment", id.uuid()).await.unwrap();
            let plain = encode_segment(events);
            let segment = Segment {
                id,
                organisation: permit.owner(),
                import: row.id,
                month: month.clone(),
                first_sequence: i64::try_from(events[0].sequence).unwrap(),
                events: i64::try_from(events.len()).unwrap(),
                first_at: events.iter().map(|e| e.at).min().unwrap(),
                last_at: events.iter().map(|e| e.at).max().unwrap(),
                digest: vault::sha256(&plain),
                sealed: sealer.seal_bytes("events", &plain, &tx),
            };
            store::ledger::append(tx.store(&permit), segment).await.unwrap();
        }
    }
    tx.journal(&op, &permit, serde_json::json!({ "accepted": count })).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// Takes payments in, a few a segment, so that there are many.
pub(crate) async fn import(house: &TestHouse, payments: &[Pay]) -> Id<kinds::Import> {
    import_in(house, payments, 7).await
}
