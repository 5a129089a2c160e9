use access::{Action, Mask};
use app_intake::{RevealWhat, Revealed};
use app_kernel::{Denied, Error, Op, ProblemKind};
use formats::cybertip::{AssociatedAccount, AssociatedAccountType};
use model::{Compartment, Id, Span, kinds};
use reports::{AccountUse, Decision, DecisionKind, PersonRole, Route};
use test_support::{TestHouse, engines};

use crate::escalate::alert;
use crate::support::{
    CHILD, EMAIL, SECRET, because, decide, details, is_denied, open, problem, report, rules, take_in, tip,
};

async fn reveal(
    house: &TestHouse,
    op: &Op,
    id: Id<kinds::Report>,
    what: RevealWhat,
) -> Result<Revealed, Error> {
    let mut tx = house.begin(op).await.unwrap();
    let revealed = app_intake::reveal(op, &mut tx, id, what).await?;
    tx.commit().await.unwrap();
    Ok(revealed)
}

/// Whether a text is anywhere in what a page is given of a report.
fn shown(view: &app_intake::ReportView, text: &str) -> bool {
    let content = view.content.as_ref().unwrap();
    let plain = format!(
        "{:?}",
        (
            &content.people,
            &content.identifiers,
            &content.files,
            &content.links,
            &content.provenance,
            &content.reasons
        )
    );
    plain.contains(text) || content.journal.iter().any(|line| line.what.contains(text))
}

#[tokio::test]
async fn an_open_report_says_which_fields_there_are_and_not_what_they_say() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["hotline_analyst"]).await;
        let mut told = tip("synthetic_one");
        let mut billing = AssociatedAccount::new(AssociatedAccountType::Billing);
        billing.esp_service = Some("Synthetic Wallet".to_owned());
        billing.esp_identifier = Some("00991234".to_owned());
        told.person_or_user_reported[0].associated_account = vec![billing];
        let other = report(&house, &op, tip("synthetic_two")).await;
        let id = report(&house, &op, told).await;

        let view = open(&house, &op, id).await;
        assert_eq!((view.number.as_str(), view.links), ("R-2026-00002", 1));
        assert_eq!(view.clocks.len(), 2, "{engine:?}: act on the report, begin the investigation");
        let content = view.content.as_ref().unwrap();
        for secret in [SECRET, EMAIL, CHILD, "synthetic_one", "00991234"] {
            assert!(!shown(&view, secret), "{engine:?}: “{secret}” is shown");
        }
        assert!(content.narrative.unwrap().letters >= SECRET.len());
        assert!(content.may_reveal);
        assert_eq!(content.possible, reports::ReportState::Received.possible());
        assert_eq!(content.route, Route::Investigation);

        let people: Vec<(PersonRole, &str)> =
            content.people.iter().map(|person| (person.role, person.age)).collect();
        assert_eq!(people[2], (PersonRole::Victim, "a child"));
        let reported = &content.people[0];
        assert_eq!(
            reported.sealed,
            [("name on a service", 1), ("service", 1), ("e-mail address", 1)],
            "{engine:?}"
        );
        assert_eq!(content.people[1].account_use, Some(AccountUse::Billing));

        let email = content.identifiers.iter().find(|id| id.kind.as_str() == "email" && id.reports == 2);
        assert_eq!(email.unwrap().role, "the person reported");
        assert_eq!(content.links[0].report.id, other);
        assert!(!content.links[0].reasons.is_empty());

        let provenance = &content.provenance;
        assert_eq!(provenance.brought_from.as_deref(), Some("Synthetic Platform"));
        assert!(provenance.digest.is_some() && provenance.has_document);
        // Opening it was the first thing that happened to it after it came.
        assert!(content.journal.iter().any(|line| line.what == "took it in"));
        let again = open(&house, &op, id).await.content.unwrap();
        assert!(again.journal.iter().any(|line| line.what == "opened it" && line.who.contains("Synthetic")));
    }
}

#[tokio::test]
async fn a_sealed_field_opens_with_a_reason_and_the_journal_says_so() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let plain = house.op(&["hotline_analyst"]).await;
        let id = report(&house, &plain, tip("synthetic_one")).await;
        let without = reveal(&house, &plain, id, RevealWhat::Narrative).await;
        assert_eq!(problem(without), (ProblemKind::Invalid, "reason_missing"), "{engine:?}");

        let op = because(&plain);
        let narrative = reveal(&house, &op, id, RevealWhat::Narrative).await.unwrap();
        assert!(narrative.lines.iter().any(|line| line.text.contains(SECRET)));
        let child = reveal(&house, &op, id, RevealWhat::Person(1)).await.unwrap();
        assert_eq!(child.label, "the child");
        let lines: Vec<_> =
            child.lines.iter().map(|line| (line.label.as_str(), line.text.as_str())).collect();
        assert_eq!(lines, [("name", CHILD), ("age", "9")]);
        for nothing in [RevealWhat::Person(9), RevealWhat::FileName(0), RevealWhat::FileName(1)] {
            assert!(is_denied(reveal(&house, &op, id, nothing).await), "{nothing:?}");
        }

        let content = open(&house, &op, id).await.content.unwrap();
        let ordinal = content.identifiers.iter().find(|id| id.role == "the person reported").unwrap().ordinal;
        let mut tx = house.begin(&op).await.unwrap();
        let revealed = app_intake::reveal_identifier(&op, &mut tx, id, ordinal).await.unwrap();
        assert!(is_denied(app_intake::reveal_identifier(&op, &mut tx, id, 999).await));
        tx.commit().await.unwrap();
        assert_eq!(revealed.lines[0].text, EMAIL);

        let content = open(&house, &op, id).await.content.unwrap();
        let opened: Vec<_> =
            content.journal.iter().filter(|line| line.what.starts_with("opened a")).collect();
        assert_eq!(opened.len(), 3, "{engine:?}");
        assert!(opened.iter().all(|line| line.reason.as_deref() == Some("synthetic reason")));
        assert!(!house.holds("synthetic reason").await, "{engine:?}: a reason is sealed");
        assert!(!house.holds(SECRET).await && !house.holds(EMAIL).await && !house.holds(CHILD).await);
    }
}

#[tokio::test]
async fn a_known_file_is_told_with_its_list_and_its_alert() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["hotline_analyst"]).await;
        let md5 = "00112233445566778899aabbccddeeff";
        let list = format!("algorithm,hash,classification,taxonomy\nmd5,{md5},A1,industry\n");
        take_in(&house, &op, "Synthetic List", "list.csv", list.as_bytes()).await;
        take_in(&house, &op, "Synthetic Platform", "file.xml", &details(900_000_001, md5)).await;
        let id = crate::support::page(&house, &op, &app_intake::QueueFilter::default()).await.rows[0].id;

        let view = open(&house, &op, id).await;
        assert_eq!(view.matches, 1, "{engine:?}");
        let content = view.content.as_ref().unwrap();
        let file = &content.files[0];
        assert_eq!(file.banks, ["Synthetic List"]);
        assert_eq!((file.hashes[0].algorithm.as_str(), file.hashes[0].hex.as_str()), ("MD5", md5));
        assert_eq!(file.viewed.as_deref(), Some("viewed by a person, says whoever reported"));
        assert_eq!(file.exif_viewed, None);
        assert!(file.named && !shown(&view, "synthetic-name.mp4"));
        let alert = &content.matches[0];
        assert_eq!((alert.kind.as_str(), alert.state.as_str(), alert.of_account), ("hash", "new", false));
        assert!(alert.evidence.as_ref().unwrap().lines[0].contains("Synthetic List"), "{engine:?}");
        assert_eq!(content.provenance.references[0].number, "900000001");
        let name = reveal(&house, &because(&op), id, RevealWhat::FileName(1)).await.unwrap();
        assert_eq!(name.lines[0].text, "synthetic-name.mp4");

        let mut tx = house.look(&op).await.unwrap();
        let lists = app_intake::banks(&op, &mut tx).await.unwrap();
        assert_eq!((lists[0].settings.name.as_str(), lists[0].contents), ("Synthetic List", 1));
        assert_eq!(lists[0].last_import.unwrap().1, 1);
        let auditor = house.op(&["auditor"]).await;
        assert!(is_denied(app_intake::banks(&auditor, &mut tx).await));
    }
}

#[tokio::test]
async fn an_account_with_an_alert_leads_to_it_and_its_evidence_stays_there() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let alert = alert(&house, &house.op(&["payment_analyst"]).await).await;
        let op = house.op(&["hotline_analyst"]).await;
        let mut told = tip("synthetic_one");
        let mut billing = AssociatedAccount::new(AssociatedAccountType::Billing);
        billing.esp_service = Some("Synthetic Bank".to_owned());
        billing.esp_identifier = Some("SYN-B1".to_owned());
        told.person_or_user_reported[0].associated_account = vec![billing];
        let id = report(&house, &op, told).await;
        let view = open(&house, &op, id).await;
        assert_eq!(view.matches, 1, "{engine:?}");
        let content = view.content.unwrap();
        let matched = &content.matches[0];
        assert_eq!((matched.alert, matched.of_account, matched.may_open), (alert, true, true), "{engine:?}");
        assert!(matched.evidence.is_none());
        assert!(content.reasons.iter().any(|reason| reason.contains("alert")), "{:?}", content.reasons);
    }
}

#[tokio::test]
async fn decisions_are_told_newest_first_and_only_the_latest_can_be_undone() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["hotline_analyst"]).await;
        let id = report(&house, &op, tip("synthetic_one")).await;
        decide(&house, &op, id, Decision::Triage).await;
        house.clock.advance(Span::hours(1));
        let refer = Decision::Refer { to: "Synthetic Desk".to_owned(), why: "the child is there".to_owned() };
        decide(&house, &op, id, refer).await;

        let view = open(&house, &op, id).await;
        let content = view.content.as_ref().unwrap();
        let kinds: Vec<_> = content.decisions.iter().map(|line| (line.kind, line.can_undo)).collect();
        assert_eq!(kinds, [(DecisionKind::Refer, true), (DecisionKind::Triage, false)], "{engine:?}");
        let said: Vec<_> = content.decisions[0].said.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(said, ["Synthetic Desk", "the child is there"]);
        assert!(view.clocks.iter().all(|clock| clock.words == "done in time"), "{engine:?}");
        assert!(content.journal.iter().any(|line| line.what == "decided: Refer to another agency"));

        // An investigator of another desk may read it; somebody who may not decide is offered nothing.
        let analyst = house.op(&["payment_analyst"]).await;
        let mut tx = house.begin(&analyst).await.unwrap();
        assert!(is_denied(app_intake::read(&analyst, &mut tx, &rules(), id).await));
    }
}

#[tokio::test]
async fn a_partner_with_an_outline_sees_states_dates_numbers_and_counts() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["supervisor"]).await;
        let id = report(&house, &op, tip("synthetic_one")).await;
        let partner = house.partner_op(&["hotline_analyst"]).await;
        let mut tx = house.begin(&partner).await.unwrap();
        let hidden = app_intake::read(&partner, &mut tx, &rules(), id).await;
        assert!(matches!(hidden, Err(Error::Denied(Denied::NotFound))), "{engine:?}");
        drop(tx);

        share(&house, &op, id, Mask::Outline).await;
        let view = open(&house, &partner, id).await;
        assert!(view.content.is_none());
        assert_eq!((view.number.as_str(), view.identifiers > 0), ("R-2026-00001", true));
        assert_eq!(view.clocks.len(), 2);
        let revealed = reveal(&house, &because(&partner), id, RevealWhat::Narrative).await;
        assert!(is_denied(revealed), "{engine:?}");

        share(&house, &op, id, Mask::Whole).await;
        let content = open(&house, &partner, id).await.content.unwrap();
        assert!(!content.may_reveal && content.possible.is_empty());
        let foreign = house.foreign_op(&["hotline_analyst"]).await;
        let mut tx = house.begin(&foreign).await.unwrap();
        assert!(is_denied(app_intake::read(&foreign, &mut tx, &rules(), id).await));
    }
}

async fn share(house: &TestHouse, op: &Op, id: Id<kinds::Report>, mask: Mask) {
    let mut tx = house.begin(op).await.unwrap();
    let (row, permit) = tx.open::<store::reports::Report>(op, Action::ReadReport, id.uuid()).await.unwrap();
    let share = store::shares::Share {
        id: house.id(),
        organisation: row.organisation,
        record_kind: "report".to_owned(),
        record: id.uuid(),
        to: house.partner,
        compartment: Compartment::Intake,
        mask: mask.as_str().to_owned(),
        purpose: "synthetic".to_owned(),
        ends_at: house.now() + Span::days(1),
        created_by: op.actor.user,
        created_at: house.now(),
        revoked_at: None,
    };
    store::shares::insert(tx.store(&permit), &share).await.unwrap();
    tx.journal(op, &permit, serde_json::json!({ "mask": mask.as_str() })).await.unwrap();
    tx.commit().await.unwrap();
}
