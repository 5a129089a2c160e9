//! The one door: nothing changes without an entry, nobody gets at what is not theirs, and what is
//! sealed opens only in its place.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail"
)]

use access::{Action, Actor, ActorKind, Mask, Policy};
use app_kernel::{Denied, Error, Internal, Op, Permit, Record, Tx};
use model::{Id, Span, kinds};
use serde_json::json;
use store::{
    alerts::Alert, cases::Case, filings::Filing, imports::Import, jobs::Job, reports::Report, users::User,
};
use test_support::{Rows, TestHouse, engines};
use uuid::Uuid;

fn denied<T>(result: Result<T, Error>) -> Denied {
    match result {
        Err(Error::Denied(denied)) => denied,
        Err(other) => panic!("refused, but not by the door: {other}"),
        Ok(_) => panic!("let through"),
    }
}

/// One record of each kind, all of the main organisation.
struct Records {
    report: Report,
    alert: Alert,
    import: Import,
    case: Case,
    filing: Filing,
    job: Id<kinds::Job>,
    user: User,
}

impl Records {
    async fn put(house: &TestHouse) -> Self {
        let op = house.system();
        let rows = Rows::of(house.organisation, 7);
        let case = rows.case(1);
        let records = Self {
            report: rows.report(1),
            alert: rows.alert(1),
            import: rows.import(1),
            filing: rows.filing(case.id, 1),
            case,
            job: rows.id(),
            user: rows.user("synthetic.keeper"),
        };
        let mut tx = house.begin(&op).await.unwrap();
        let permit = tx.allow(&op, Action::ManageUsers).unwrap();
        let store = tx.store(&permit);
        store::reports::insert(store, &records.report).await.unwrap();
        store::alerts::insert(store, &records.alert).await.unwrap();
        store::imports::insert(store, &records.import).await.unwrap();
        store::cases::insert(store, &records.case).await.unwrap();
        store::filings::insert(store, &records.filing).await.unwrap();
        store::users::insert(store, &records.user).await.unwrap();
        store::jobs::enqueue(store, records.job, house.organisation, "import", "", rows.at()).await.unwrap();
        tx.journal(&op, &permit, json!({})).await.unwrap();
        tx.commit().await.unwrap();
        records
    }

    /// What the door says to each of them, in this order: report, alert, import, case, filing, job,
    /// account.
    async fn open(&self, tx: &mut Tx<'_>, op: &Op, action: Action) -> [Result<Permit, Error>; 7] {
        async fn one<R: Record>(tx: &mut Tx<'_>, op: &Op, action: Action, id: Uuid) -> Result<Permit, Error> {
            tx.open::<R>(op, action, id).await.map(|(row, permit)| {
                assert_eq!(row.id(), id);
                permit
            })
        }
        [
            one::<Report>(tx, op, action, self.report.id.uuid()).await,
            one::<Alert>(tx, op, action, self.alert.id.uuid()).await,
            one::<Import>(tx, op, action, self.import.id.uuid()).await,
            one::<Case>(tx, op, action, self.case.id.uuid()).await,
            one::<Filing>(tx, op, action, self.filing.id.uuid()).await,
            one::<Job>(tx, op, action, self.job.uuid()).await,
            one::<User>(tx, op, action, self.user.id.uuid()).await,
        ]
    }
}

fn every_role() -> Vec<String> {
    Policy::shipped().unwrap().roles().map(|role| role.name.clone()).collect()
}

/// Shares a record of the main organisation with the partner.
async fn share(house: &TestHouse, change: impl FnOnce(&mut store::shares::Share), report: Id<kinds::Report>) {
    let op = house.system();
    let mut row =
        Rows::of(house.organisation, house.now().micros().unsigned_abs()).share(report, house.partner);
    row.ends_at = house.now() + Span::days(1);
    row.id = house.id();
    change(&mut row);
    let mut tx = house.begin(&op).await.unwrap();
    let permit = tx.allow(&op, Action::ManageUsers).unwrap();
    store::shares::insert(tx.store(&permit), &row).await.unwrap();
    tx.journal(&op, &permit, json!({})).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_change_without_a_journal_entry_is_not_committed() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["administrator"]).await;
        let before = house.entries(house.organisation).await.len();

        let mut tx = house.begin(&op).await.unwrap();
        let permit = tx.allow(&op, Action::ManageUsers).unwrap();
        store::organisations::set(tx.store(&permit), "synthetic", "changed").await.unwrap();
        let refused = tx.commit().await.unwrap_err();
        assert!(matches!(refused, Error::Internal(Internal::NotJournalled)), "{engine:?}: {refused}");

        // Nor is one that was journalled, and then thought better of.
        let mut tx = house.begin(&op).await.unwrap();
        store::organisations::set(tx.store(&permit), "synthetic", "changed").await.unwrap();
        tx.journal(&op, &permit, json!({})).await.unwrap();
        drop(tx);

        let mut tx = house.look(&op).await.unwrap();
        assert_eq!(store::organisations::setting(tx.store(&permit), "synthetic").await.unwrap(), None);
        assert_eq!(house.entries(house.organisation).await.len(), before, "{engine:?}");

        // What only looks may be ended either way, and cannot write.
        tx.commit().await.unwrap();
        let mut tx = house.look(&op).await.unwrap();
        store::organisations::set(tx.store(&permit), "synthetic", "changed").await.unwrap_err();
        let mut tx = house.look(&op).await.unwrap();
        tx.journal(&op, &permit, json!({})).await.unwrap_err();
    }
}

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
async fn a_record_of_another_organisation_is_not_there_for_anyone_whatever_they_want() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let records = Records::put(&house).await;
        let roles = every_role();
        let roles: Vec<&str> = roles.iter().map(String::as_str).collect();
        let person = house.foreign_op(&roles).await;
        let system = house.system_op(house.foreign);
        let guest = Op {
            actor: Actor {
                kind: ActorKind::Guest {
                    name: "synthetic.guest".to_owned(),
                    case: records.case.id,
                    until: house.now() + Span::days(1),
                },
                ..person.actor.clone()
            },
            ..person.clone()
        };
        let program = Op {
            actor: Actor { kind: ActorKind::Program("synthetic".to_owned()), ..person.actor.clone() },
            ..person.clone()
        };
        for op in [&person, &system, &guest, &program] {
            let mut tx = house.begin(op).await.unwrap();
            for action in Action::ALL {
                for opened in records.open(&mut tx, op, *action).await {
                    let said = denied(opened);
                    assert_eq!(said, Denied::NotFound, "{engine:?} {:?} {}", op.actor.kind, action.as_str());
                }
            }
            // Word for word what is said of a record that is not there at all.
            let nowhere =
                denied(tx.open::<Report>(op, Action::ReadReport, house.id::<kinds::Report>().uuid()).await);
            assert_eq!(nowhere, Denied::NotFound);
        }

        // The owner gets at each, so the refusals above say something.
        let own = house.op(&roles).await;
        let mut tx = house.begin(&own).await.unwrap();
        let opened: Vec<bool> = {
            let mut any = [false; 7];
            for action in Action::ALL {
                for (any, opened) in any.iter_mut().zip(records.open(&mut tx, &own, *action).await) {
                    *any |= opened.is_ok();
                }
            }
            any.to_vec()
        };
        assert_eq!(opened, [true; 7], "{engine:?}");
        // One's own account is one's own; a colleague's is not.
        denied(tx.open::<User>(&own, Action::OwnAccount, records.user.id.uuid()).await);
        tx.open::<User>(&own, Action::OwnAccount, own.actor.user.uuid()).await.unwrap();
    }
}

#[tokio::test]
async fn a_partner_sees_what_is_shared_in_outline_and_as_long_as_it_is_shared() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let report = Records::put(&house).await.report.id;
        let op = house.partner_op(&["investigator", "hotline_analyst", "supervisor"]).await;
        let id = report.uuid();
        let read = async || {
            let mut tx = house.look(&op).await.unwrap();
            tx.open::<Report>(&op, Action::ReadReport, id).await.map(|(_, permit)| permit)
        };
        assert_eq!(denied(read().await), Denied::NotFound, "{engine:?}: nothing is shared yet");

        // Shares that are not for this: run out, taken back, of another compartment, with another.
        share(&house, |row| row.ends_at = house.now(), report).await;
        share(&house, |row| row.revoked_at = Some(house.now()), report).await;
        share(&house, |row| row.compartment = model::Compartment::Investigation, report).await;
        share(&house, |row| row.to = house.foreign, report).await;
        share(&house, |row| row.record = house.id::<kinds::Report>().uuid(), report).await;
        assert_eq!(denied(read().await), Denied::NotFound, "{engine:?}");

        share(&house, |_| {}, report).await;
        let permit = read().await.unwrap();
        assert_eq!((permit.mask(), permit.owner()), (Mask::Outline, house.organisation), "{engine:?}");
        let mut tx = house.begin(&op).await.unwrap();
        for action in [Action::RevealReport, Action::Triage] {
            let said = denied(tx.open::<Report>(&op, action, id).await);
            assert_eq!(said, Denied::Forbidden(action), "{engine:?}");
        }
        drop(tx);
        // A mask that nobody knows hides the most; a whole one shows the whole.
        let mask = |word: &'static str| move |row: &mut store::shares::Share| row.mask = word.to_owned();
        share(&house, mask("synthetic"), report).await;
        assert_eq!(read().await.unwrap().mask(), Mask::Outline);
        share(&house, mask("whole"), report).await;
        assert_eq!(read().await.unwrap().mask(), Mask::Whole);

        // To the microsecond.
        house.clock.advance(Span(Span::days(1).0 - 1));
        read().await.unwrap();
        house.clock.advance(Span(1));
        assert_eq!(denied(read().await), Denied::NotFound, "{engine:?}: it has run out");
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
