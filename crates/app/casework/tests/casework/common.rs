//! Reports as intake leaves them, for tests of what is done with them.

use access::{Action, Mask};
use app_kernel::{Denied, Error, Op, Problem, Tx};
use formats::cybertip::Document;
use model::{Compartment, Id, Identifier, IdentifierKind, PartialDate, Span, kinds};
use reports::{
    Attestation, Attestor, Channel, FileHash, Incident, IncidentKind, PersonRole, RawIdentifier, Report,
    ReportedFile, ReportedPerson, Source,
};
use store::identifiers::Named;
use test_support::TestHouse;

/// Words that must never be in the clear on the disk.
pub(crate) const SECRETS: [&str; 7] = [
    "Synthetic Elder Testname",
    "Synthetic Younger Testname",
    "Synthetic Buyer Othername",
    "synthetic_buyer_screen",
    "buyer@example.com",
    "Synthetic narrative of the report",
    "child@example.com",
];

/// A report of two sisters and an adult who paid.
pub(crate) fn content(house: &TestHouse) -> Report {
    let mut report = Report::new(Source::Platform, Channel::CyberTipline, house.now());
    SECRETS[5].clone_into(&mut report.narrative);
    report.platform = Some("Synthetic Live".to_owned());
    report.incident = Some(Incident {
        kind: IncidentKind::LivestreamedAbuse,
        at: Some(house.now() - Span::days(2)),
        ongoing: None,
        description: None,
    });
    report.people = vec![
        ReportedPerson { age: Some(11), ..person(PersonRole::Victim, SECRETS[0]) },
        ReportedPerson {
            identifiers: vec![raw(IdentifierKind::Email, SECRETS[6])],
            ..person(PersonRole::Victim, SECRETS[1])
        },
        ReportedPerson {
            birth_date: Some("1975-05-31".parse::<PartialDate>().unwrap()),
            screen_names: vec![SECRETS[3].to_owned()],
            identifiers: vec![
                raw(IdentifierKind::Email, SECRETS[4]),
                raw(IdentifierKind::Ip, "192.0.2.17"),
                raw(IdentifierKind::Account, "SYNTHPAY:000017"),
            ],
            ..person(PersonRole::Reported, SECRETS[2])
        },
        ReportedPerson { age: Some(40), ..person(PersonRole::Reporter, "Synthetic Reporter Testname") },
    ];
    report.files.push(ReportedFile {
        name: Some("synthetic-name.bin".to_owned()),
        hashes: vec![FileHash { algorithm: "md5".to_owned(), hex: "0f".repeat(16) }],
        viewed: Some(Attestation {
            viewed: true,
            by: Attestor::Tool("Synthetic Viewer 1".to_owned()),
            at: None,
        }),
        ..ReportedFile::default()
    });
    report.files.push(ReportedFile::default());
    report
}

pub(crate) fn person(role: PersonRole, name: &str) -> ReportedPerson {
    ReportedPerson { names: vec![name.to_owned()], ..ReportedPerson::new(role) }
}

pub(crate) fn raw(kind: IdentifierKind, text: &str) -> RawIdentifier {
    RawIdentifier { kind, raw: text.to_owned(), observed_at: None }
}

/// Puts a report in, as intake does: sealed, ranked, its identifiers as tokens.
pub(crate) async fn put(house: &TestHouse, content: &Report) -> Id<kinds::Report> {
    put_as(house, house.organisation, content, &[], "triaged").await
}

pub(crate) async fn put_as(
    house: &TestHouse,
    organisation: Id<kinds::Organisation>,
    content: &Report,
    documents: &[Document],
    state: &str,
) -> Id<kinds::Report> {
    let op = house.system_op(organisation);
    let mut tx = house.begin(&op).await.unwrap();
    let permit = tx.allow(&op, Action::ImportFile).unwrap();
    let id = house.id::<kinds::Report>();
    let sealer = tx.new_sealer(&permit, "report", id.uuid()).await.unwrap();
    let number = store::organisations::next(tx.store(&permit), organisation, "reports-2026").await.unwrap();
    let documents = (!documents.is_empty()).then(|| sealer.seal("document", documents, &tx).unwrap());
    let row = store::reports::Report {
        id,
        organisation,
        number,
        year: 2026,
        source: content.source.as_str().to_owned(),
        channel: content.channel.as_str().to_owned(),
        state: state.to_owned(),
        received_at: content.received_at,
        due_at: content.received_at,
        level: 2,
        score: 10,
        reasons: vec!["A live stream is involved.".to_owned()],
        place: "PH".to_owned(),
        sealed: sealer.seal("content", content, &tx).unwrap(),
        document: documents,
        import: None,
        external: id.bytes(),
        links: 0,
        matches: 0,
        assignee: None,
        case: None,
        merged_into: None,
        decided_at: None,
    };
    assert!(store::reports::insert(tx.store(&permit), &row).await.unwrap());
    let blinder = tx.secrets(&permit).await.unwrap().blinder().clone();
    let mut named = Vec::new();
    for person in &content.people {
        for raw in &person.identifiers {
            let identifier = Identifier { kind: raw.kind, value: raw.raw.clone() };
            named.push(Named {
                organisation,
                kind: raw.kind.as_str().to_owned(),
                token: blinder.token(raw.kind.as_str(), raw.raw.as_bytes()),
                record_kind: "report".to_owned(),
                record: id.uuid(),
                ordinal: i64::try_from(named.len() + 1).unwrap(),
                role: person.role.as_str().to_owned(),
                seen_at: Some(house.now()),
                sealed: sealer.seal("identifier", &identifier, &tx).unwrap(),
            });
        }
    }
    store::identifiers::insert(tx.store(&permit), &named).await.unwrap();
    let permit = tx.about(&permit, &row);
    tx.journal(&op, &permit, serde_json::json!({})).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// A report's row as it stands.
pub(crate) async fn row(house: &TestHouse, id: Id<kinds::Report>) -> store::reports::Report {
    let op = house.system();
    let mut tx = house.look(&op).await.unwrap();
    tx.open::<store::reports::Report>(&op, Action::ReadReport, id.uuid()).await.unwrap().0
}

/// Shares a record with the partner organisation, in outline.
pub(crate) async fn share(house: &TestHouse, kind: &str, record: uuid::Uuid) {
    let op = house.system();
    let mut tx = house.begin(&op).await.unwrap();
    let permit = tx.allow(&op, Action::ManageUsers).unwrap();
    let row = store::shares::Share {
        id: house.id(),
        organisation: house.organisation,
        record_kind: kind.to_owned(),
        record,
        to: house.partner,
        compartment: Compartment::Investigation,
        mask: Mask::Outline.as_str().to_owned(),
        purpose: "synthetic".to_owned(),
        ends_at: house.now() + Span::days(30),
        created_by: op.actor.user,
        created_at: house.now(),
        revoked_at: None,
    };
    store::shares::insert(tx.store(&permit), &row).await.unwrap();
    tx.journal(&op, &permit, serde_json::json!({})).await.unwrap();
    tx.commit().await.unwrap();
}

/// Sets a setting of the main organisation.
pub(crate) async fn set(house: &TestHouse, key: &str, value: &str) {
    let op = house.system();
    let mut tx = house.begin(&op).await.unwrap();
    let permit = tx.allow(&op, Action::ManageUsers).unwrap();
    let key = format!("{key}:{}", house.organisation);
    store::organisations::set(tx.store(&permit), &key, value).await.unwrap();
    tx.journal(&op, &permit, serde_json::json!({})).await.unwrap();
    tx.commit().await.unwrap();
}

/// Does one use case in a transaction of its own, a minute later than the one before.
macro_rules! run {
    ($house:expr, $op:expr, $use_case:path $(, $argument:expr)* $(,)?) => {{
        $house.clock.advance(model::Span::minutes(1));
        let mut tx = $house.begin($op).await.unwrap();
        let done = $use_case($op, &mut tx $(, $argument)*).await;
        if done.is_ok() {
            $crate::common::commit(tx).await;
        }
        done
    }};
}

pub(crate) async fn commit(tx: Tx<'_>) {
    tx.commit().await.unwrap();
}

pub(crate) use run;

/// The problem that was met, by its code.
#[track_caller]
pub(crate) fn problem<T>(result: Result<T, Error>) -> Problem {
    match result {
        Err(Error::Problem(problem)) => {
            assert!(problem.sentence.ends_with('.') && problem.next.ends_with('.'), "{problem:?}");
            *problem
        }
        Err(other) => panic!("expected a problem, found {other}"),
        Ok(_) => panic!("expected a problem, found none"),
    }
}

#[track_caller]
pub(crate) fn code<T>(result: Result<T, Error>) -> &'static str {
    problem(result).code
}

#[track_caller]
pub(crate) fn denied<T>(result: Result<T, Error>) -> Denied {
    match result {
        Err(Error::Denied(denied)) => denied,
        Err(other) => panic!("expected a denial, found {other}"),
        Ok(_) => panic!("expected a denial, found none"),
    }
}

/// Somebody whose confirmation has run out.
pub(crate) fn unconfirmed(op: &Op) -> Op {
    let mut op = op.clone();
    op.actor.strong_until = None;
    op
}
