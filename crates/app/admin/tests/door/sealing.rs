//! Keys, sealed fields and reasons behind the door.

use access::{Action, ActorKind, Mask};
use app_kernel::{Denied, Error, Internal, Op};
use model::{Span, kinds};
use serde_json::json;
use store::reports::Report;
use test_support::{Rows, TestHouse, engines};

use crate::{denied, records::Records, share};

#[tokio::test]
async fn an_entry_says_who_what_which_record_why_and_when() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let records = Records::put(&house).await;
        let reason = "A synthetic reason nobody but the reader of the record sees.";
        let op =
            Op { reason: Some(reason.to_owned()), purpose: "triage", ..house.op(&["investigator"]).await };
        house.clock.advance(Span::minutes(7));

        let mut tx = house.begin(&op).await.unwrap();
        let (report, permit) =
            tx.open::<Report>(&op, Action::RevealReport, records.report.id.uuid()).await.unwrap();
        assert_eq!((permit.mask(), permit.owner()), (Mask::Whole, house.organisation));
        tx.journal(&op, &permit, json!({ "letters": 12 })).await.unwrap();
        tx.commit().await.unwrap();

        let entry = house.entries(house.organisation).await.pop().unwrap();
        assert_eq!(entry.actor, op_name(&op));
        assert_eq!(entry.actor_id, Some(op.actor.user));
        assert_eq!((entry.action.as_str(), entry.purpose.as_str()), ("reveal_report", "triage"));
        assert_eq!((entry.record_kind.as_str(), entry.record), ("report", Some(report.id.uuid())));
        assert_eq!((entry.at, entry.request), (house.now(), op.request));
        assert_eq!(entry.organisation, Some(house.organisation));
        assert_eq!(entry.detail, r#"{"letters":12}"#);
        assert!(!house.holds(reason).await, "{engine:?}: the reason is sealed");

        let mut tx = house.look(&op).await.unwrap();
        assert_eq!(tx.reason(&permit, &entry).await.unwrap().as_deref(), Some(reason), "{engine:?}");
        let other = store::journal::Entry { id: house.id(), ..entry.clone() };
        assert_eq!(tx.reason(&permit, &other).await.unwrap(), None, "of another entry it does not open");
        let none = store::journal::Entry { reason: None, ..entry };
        assert_eq!(tx.reason(&permit, &none).await.unwrap(), None);
    }
}

fn op_name(op: &Op) -> String {
    match &op.actor.kind {
        ActorKind::Person(name) => format!("user:{name}"),
        other => panic!("{other:?} is no person"),
    }
}

#[tokio::test]
async fn a_reason_goes_with_the_key_of_its_record() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let records = Records::put(&house).await;
        let op = Op { reason: Some("Synthetic.".to_owned()), ..house.op(&["investigator"]).await };
        let id = records.report.id.uuid();

        house.clock.advance(Span::seconds(1));
        let mut tx = house.begin(&op).await.unwrap();
        let (_, permit) = tx.open::<Report>(&op, Action::ReadReport, id).await.unwrap();
        tx.journal(&op, &permit, json!({ "before": "the record has a key" })).await.unwrap();
        tx.commit().await.unwrap();
        house.clock.advance(Span::seconds(1));
        let mut tx = house.begin(&op).await.unwrap();
        tx.new_sealer(&permit, "report", id).await.unwrap();
        tx.journal(&op, &permit, json!({ "after": "it has one" })).await.unwrap();
        tx.commit().await.unwrap();

        let entries = house.entries(house.organisation).await;
        let [.., before, after] = entries.as_slice() else { panic!("two entries") };
        let mut tx = house.begin(&op).await.unwrap();
        for entry in [before, after] {
            assert_eq!(tx.reason(&permit, entry).await.unwrap().as_deref(), Some("Synthetic."), "{engine:?}");
        }
        assert_eq!(store::keys::destroy_records(tx.store(&permit), &[id]).await.unwrap(), 1);
        assert_eq!(tx.reason(&permit, after).await.unwrap(), None, "{engine:?}: it went with the key");
        assert!(tx.reason(&permit, before).await.unwrap().is_some());
        assert!(matches!(
            tx.sealer(&permit, "report", id).await,
            Err(Error::Internal(Internal::Sealed { what: "report", .. }))
        ));
    }
}

#[tokio::test]
async fn an_outline_gives_no_key_of_any_kind() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let records = Records::put(&house).await;
        let (id, person) = (records.report.id.uuid(), house.id::<kinds::Person>());
        let own = Op { reason: Some("Synthetic.".to_owned()), ..house.op(&["investigator"]).await };
        house.clock.advance(Span::seconds(1));
        let mut tx = house.begin(&own).await.unwrap();
        let (_, whole) = tx.open::<Report>(&own, Action::ReadReport, id).await.unwrap();
        let sealer = tx.new_sealer(&whole, "report", id).await.unwrap();
        let sealed = sealer.seal("content", "synthetic", &tx).unwrap();
        assert_eq!(
            tx.sealer(&whole, "report", id).await.unwrap().open::<String>("content", &sealed).unwrap(),
            "synthetic"
        );
        tx.new_child_sealer(&whole, person).await.unwrap();
        tx.journal(&own, &whole, json!({})).await.unwrap();
        tx.commit().await.unwrap();
        let entry = house.entries(house.organisation).await.pop().unwrap();
        share(&house, |_| {}, records.report.id).await;

        let op = Op { reason: Some("Theirs.".to_owned()), ..house.partner_op(&["investigator"]).await };
        house.clock.advance(Span::seconds(1));
        let mut tx = house.begin(&op).await.unwrap();
        let (_, outline) = tx.open::<Report>(&op, Action::ReadReport, id).await.unwrap();
        let forbidden = Denied::Forbidden(Action::ReadReport);
        assert_eq!(denied(tx.sealer(&outline, "report", id).await), forbidden, "{engine:?}");
        let new = house.id::<kinds::Report>().uuid();
        assert_eq!(denied(tx.new_sealer(&outline, "report", new).await), forbidden);
        assert_eq!(denied(tx.prepare_sealer(&outline, "report", new).await), forbidden);
        assert_eq!(denied(tx.child_sealer(&outline, person).await), forbidden);
        assert_eq!(denied(tx.new_child_sealer(&outline, house.id()).await), forbidden);
        assert_eq!(denied(tx.destroy_child_key(&outline, person).await), forbidden);
        assert_eq!(denied(tx.secrets(&outline).await), forbidden);
        assert_eq!(tx.reason(&outline, &entry).await.unwrap(), None);
        // Their own reason is sealed under the record's key all the same: its owner reads it.
        tx.journal(&op, &outline, json!({})).await.unwrap();
        tx.commit().await.unwrap();
        let theirs = house.entries(house.partner).await.pop().unwrap();
        let mut tx = house.look(&own).await.unwrap();
        assert!(tx.child_sealer(&whole, person).await.unwrap().is_some());
        assert_eq!(tx.reason(&whole, &theirs).await.unwrap().as_deref(), Some("Theirs."), "{engine:?}");
    }
}

#[tokio::test]
async fn what_is_sealed_opens_only_in_its_place_and_is_nowhere_in_the_clear() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["hotline_analyst"]).await;
        let rows = Rows::of(house.organisation, 7);
        let (mut one, mut other) = (rows.report(1), rows.report(2));
        let secret = "Synthetic Narrative Of Nobody 4711";
        let child_secret = "Synthetic Child Of Nobody 4712";
        let (child, sibling) = (rows.id::<kinds::Person>(), rows.id::<kinds::Person>());

        let mut tx = house.begin(&op).await.unwrap();
        let permit = tx.allow(&op, Action::ImportFile).unwrap();
        let sealers = [
            tx.new_sealer(&permit, "report", one.id.uuid()).await.unwrap(),
            tx.new_sealer(&permit, "report", other.id.uuid()).await.unwrap(),
        ];
        one.sealed = sealers[0].seal("content", secret, &tx).unwrap();
        other.sealed = sealers[1].seal("content", "other", &tx).unwrap();
        one.document = Some(sealers[0].seal_bytes("document", secret.as_bytes(), &tx));
        let own = [
            tx.new_child_sealer(&permit, child).await.unwrap(),
            tx.new_child_sealer(&permit, sibling).await.unwrap(),
        ];
        let identity = own[0].seal("identity", child_secret, &tx).unwrap();
        other.document = Some(identity.clone());
        for row in [&one, &other] {
            assert!(store::reports::insert(tx.store(&permit), row).await.unwrap());
        }
        tx.journal(&op, &permit, json!({ "reports": 2 })).await.unwrap();
        tx.commit().await.unwrap();

        let mut tx = house.look(&op).await.unwrap();
        let found = store::reports::find(tx.store(&permit), one.id).await.unwrap().unwrap();
        let own_sealer = tx.sealer(&permit, "report", one.id.uuid()).await.unwrap();
        assert_eq!(own_sealer.open::<String>("content", &found.sealed).unwrap(), secret, "{engine:?}");
        assert_eq!(own_sealer.open_bytes("document", &found.document.unwrap()).unwrap(), secret.as_bytes());
        let opened = tx.child_sealer(&permit, child).await.unwrap().unwrap();
        assert_eq!(opened.open::<String>("identity", &identity).unwrap(), child_secret);

        // In another field, of another record, as another kind of record, as another child.
        let kind = tx.sealer(&permit, "alert", one.id.uuid()).await.unwrap();
        let another = tx.sealer(&permit, "report", other.id.uuid()).await.unwrap();
        let sibling = tx.child_sealer(&permit, sibling).await.unwrap().unwrap();
        for (sealer, field, sealed) in [
            (&own_sealer, "document", &found.sealed),
            (&another, "content", &found.sealed),
            (&kind, "content", &found.sealed),
            (&sibling, "identity", &identity),
            (&own_sealer, "identity", &identity),
        ] {
            let refused = sealer.open_bytes(field, sealed).unwrap_err();
            assert!(matches!(refused, Error::Internal(Internal::Sealed { .. })), "{engine:?}: {refused}");
        }
        let mut bent = found.sealed.clone();
        let last = bent.len() - 1;
        bent[last] ^= 1;
        assert!(own_sealer.open::<String>("content", &bent).is_err());

        // The same text sealed twice is not the same bytes, and neither is anywhere in the clear.
        assert_ne!(sealers[0].seal("content", secret, &tx).unwrap(), one.sealed);
        for plain in [secret, child_secret] {
            assert!(!house.holds(plain).await, "{engine:?}: {plain}");
        }
        assert!(house.holds("Synthetic hotline").await, "{engine:?}: what is clear is found");
    }
}

#[tokio::test]
async fn a_key_belongs_to_its_organisation() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let rows = Rows::of(house.organisation, 7);
        let id = rows.id::<kinds::Report>().uuid();
        let op = house.op(&["hotline_analyst"]).await;
        let mut tx = house.begin(&op).await.unwrap();
        let permit = tx.allow(&op, Action::ImportFile).unwrap();
        tx.new_sealer(&permit, "report", id).await.unwrap();
        let ours = tx.secrets(&permit).await.unwrap().blinder().token("phone", b"+63 0000 000 000");
        tx.journal(&op, &permit, json!({})).await.unwrap();
        tx.commit().await.unwrap();

        let foreign = house.foreign_op(&["hotline_analyst"]).await;
        let mut tx = house.begin(&foreign).await.unwrap();
        let permit = tx.allow(&foreign, Action::ImportFile).unwrap();
        assert_eq!(denied(tx.sealer(&permit, "report", id).await), Denied::NotFound, "{engine:?}");
        let theirs = tx.secrets(&permit).await.unwrap().blinder().token("phone", b"+63 0000 000 000");
        assert_ne!(ours, theirs, "{engine:?}: two organisations cannot compare tokens");
        drop(tx);
        // An organisation that has keys gets no others: nothing of it could be read any more.
        let system = house.system();
        let mut tx = house.begin(&system).await.unwrap();
        let permit = tx.allow(&system, Action::ManageUsers).unwrap();
        let refused = house.make_keys(&mut tx, &permit, house.organisation).await.unwrap_err();
        assert!(
            matches!(&refused, Error::Internal(Internal::Store(store::StoreError::AlreadyThere(_)))),
            "{engine:?}: {refused}"
        );
    }
}
