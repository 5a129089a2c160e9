use access::Action;
use app_intake::RevealWhat;
use app_kernel::{Error, Op, ProblemKind};
use model::{Id, kinds};
use reports::{AccountUse, Channel, PersonRole, Source};
use screening::AlertEvidence;
use store::alerts::Alert;
use test_support::{TestHouse, engines};

use crate::support::{because, details, is_denied, open, problem, rules, take_in};

/// The account an alert of these tests is about, as a person writes it.
pub(crate) const ACCOUNT: &str = "Synthetic Bank:SYN-B1";

const LEDGER: &str = "reference,at,amount,currency,sender_account,sender_institution,sender_name,receiver_account,\
                      receiver_institution,receiver_name,receiver_country\n\
                      SYN-1,2026-02-01T00:00:00Z,10.00,PHP,SYN-A1,Synthetic Bank,Synthetic Sender,SYN-B1,Synthetic Bank,\
                      Synthetic Receiver,PH\n";

/// Takes a ledger in and raises an alert about the receiver, as screening does.
pub(crate) async fn alert(house: &TestHouse, op: &Op) -> Id<kinds::Alert> {
    let outcome = take_in(house, op, "Synthetic Remitter", "ledger.csv", LEDGER.as_bytes()).await;
    assert_eq!(outcome.counts.accepted, 1, "{outcome:?}");
    let mut tx = house.begin(op).await.unwrap();
    let permit = tx.allow(op, Action::ReadTypologies).unwrap();
    let account = linking::account("Synthetic Bank", "SYN-B1").unwrap();
    let blinder = tx.secrets(&permit).await.unwrap().blinder().clone();
    let token = blinder.token("account", account.value.as_bytes());
    let party = store::ledger::party_by_token(tx.store(&permit), permit.owner(), token).await.unwrap();
    let id = house.id();
    let sealer = tx.new_sealer(&permit, "alert", id.uuid()).await.unwrap();
    let evidence = AlertEvidence {
        title: "Synthetic typology".to_owned(),
        lines: vec!["Nine small payments in two hours.".to_owned()],
        hint: None,
    };
    let number = store::organisations::next(tx.store(&permit), permit.owner(), "alerts-2026").await.unwrap();
    let row = Alert {
        id,
        organisation: permit.owner(),
        number,
        year: 2026,
        kind: "typology".to_owned(),
        typology: "synthetic".to_owned(),
        version: "1".to_owned(),
        state: "new".to_owned(),
        score: 50,
        dedup: blinder.token("alert", id.uuid().as_bytes()),
        party: Some(party.expect("the receiver is a party").id),
        report: None,
        first_at: house.now(),
        last_at: house.now(),
        sealed: sealer.seal("evidence", &evidence, &tx).unwrap(),
        created_at: house.now(),
        reviewed_by: None,
        reviewed_at: None,
        outcome: None,
        escalated_to: None,
    };
    store::alerts::insert(tx.store(&permit), &row).await.unwrap();
    let about = tx.about(&permit, &row);
    tx.journal(op, &about, serde_json::json!({ "raised": true })).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn escalate(house: &TestHouse, op: &Op, id: Id<kinds::Alert>) -> Result<Id<kinds::Report>, Error> {
    let mut tx = house.begin(op).await.unwrap();
    let report = app_intake::escalate(op, &mut tx, &rules(), id, "Synthetic note.").await?;
    tx.commit().await.unwrap();
    Ok(report)
}

async fn row(house: &TestHouse, op: &Op, id: Id<kinds::Alert>) -> Alert {
    let mut tx = house.look(op).await.unwrap();
    tx.open::<Alert>(op, Action::ReadAlert, id.uuid()).await.unwrap().0
}

#[tokio::test]
async fn an_escalated_alert_is_a_report_with_its_reasons_and_its_account() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["payment_analyst"]).await;
        let id = alert(&house, &op).await;
        let report = escalate(&house, &op, id).await.unwrap();
        let alert = row(&house, &op, id).await;
        assert_eq!((alert.state.as_str(), alert.escalated_to), ("escalated", Some(report)), "{engine:?}");
        assert_eq!(alert.reviewed_by, Some(op.actor.user));

        let reader = house.op(&["hotline_analyst"]).await;
        let view = open(&house, &reader, report).await;
        let content = view.content.unwrap();
        assert_eq!((content.source, content.channel), (Source::OwnScreening, Channel::Alert));
        let person = &content.people[0];
        assert_eq!((person.role, person.account_use), (PersonRole::Associated, Some(AccountUse::Billing)));
        assert_eq!(view.matches, 1, "{engine:?}: the report knows of the alert");
        let matched = &content.matches[0];
        assert_eq!((matched.alert, matched.of_account, matched.state.as_str()), (id, false, "escalated"));
        assert!(content.journal.iter().any(|line| line.what == "made it from an alert"), "{engine:?}");

        let mut tx = house.begin(&because(&reader)).await.unwrap();
        let told =
            app_intake::reveal(&because(&reader), &mut tx, report, RevealWhat::Narrative).await.unwrap();
        let text = &told.lines[0].text;
        assert!(text.contains("Nine small payments") && text.ends_with("Synthetic note."), "{text}");
        let who =
            app_intake::reveal(&because(&reader), &mut tx, report, RevealWhat::Person(0)).await.unwrap();
        let lines: Vec<_> = who.lines.iter().map(|line| (line.label.as_str(), line.text.as_str())).collect();
        assert!(lines.contains(&("name", "Synthetic Receiver")), "{engine:?}");
        assert!(lines.contains(&("payment account", "Synthetic Bank:SYN-B1")), "{engine:?}");
        tx.commit().await.unwrap();
        assert!(!house.holds("Synthetic Receiver").await && !house.holds("Synthetic note").await);

        let again = escalate(&house, &op, id).await;
        assert_eq!(problem(again), (ProblemKind::Conflict, "alert_escalated"), "{engine:?}");
    }
}

#[tokio::test]
async fn what_cannot_become_a_report_says_what_to_do() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["hotline_analyst"]).await;
        let md5 = "00112233445566778899aabbccddeeff";
        let list = format!("algorithm,hash\nmd5,{md5}\n");
        take_in(&house, &op, "Synthetic List", "list.csv", list.as_bytes()).await;
        take_in(&house, &op, "Synthetic Platform", "file.xml", &details(900_000_001, md5)).await;
        let mut tx = house.look(&op).await.unwrap();
        let permit = tx.allow(&op, Action::ListAlerts).unwrap();
        let alerts = store::alerts::desk(tx.store(&permit), permit.owner(), None, None, 5).await.unwrap();
        drop(tx);
        let result = escalate(&house, &op, alerts[0].id).await;
        assert!(matches!(&result, Err(Error::Problem(p)) if p.next.contains("R-2026-00001")), "{engine:?}");
        assert_eq!(problem(result), (ProblemKind::Conflict, "alert_has_a_report"));

        let payments = house.op(&["payment_analyst"]).await;
        let id = alert(&house, &payments).await;
        let investigator = house.op(&["investigator"]).await;
        assert!(
            is_denied(escalate(&house, &investigator, id).await),
            "{engine:?}: it is not theirs to review"
        );
        let foreign = house.foreign_op(&["payment_analyst"]).await;
        assert!(is_denied(escalate(&house, &foreign, id).await));
        let mut tx = house.begin(&payments).await.unwrap();
        let long = "x".repeat(5000);
        let result = app_intake::escalate(&payments, &mut tx, &rules(), id, &long).await;
        assert_eq!(problem(result), (ProblemKind::Invalid, "note_too_long"));
        drop(tx);
        assert_eq!(row(&house, &payments, id).await.state, "new", "{engine:?}: nothing was changed");
    }
}
