//! Reports, lists and ledgers for these tests, taken in as files are.

use access::Action;
use app_intake::{Arriving, Outcome, QueueFilter, QueuePage, ReportView, Rules};
use app_kernel::{Error, Op, ProblemKind};
use formats::cybertip::{
    self, ChatImIncident, DateTime, Document, Email, FileDetails, IncidentSummary, IncidentType,
    InternetDetails, Person, PersonOrUserReported, Reporter, Token, Victim,
};
use model::{Id, kinds};
use test_support::TestHouse;

pub(crate) const SECRET: &str = "synthetic words of a chat";
pub(crate) const EMAIL: &str = "synthetic.person@example.com";
pub(crate) const CHILD: &str = "Synthetic Child";

pub(crate) fn rules() -> Rules {
    Rules::shipped().unwrap()
}

/// Takes a file in, whole.
pub(crate) async fn take_in(house: &TestHouse, op: &Op, source: &str, name: &str, bytes: &[u8]) -> Outcome {
    let arriving = Arriving {
        name: name.to_owned(),
        source: source.to_owned(),
        lawful_basis: "synthetic".to_owned(),
        mapping: None,
    };
    let mut receiver = app_intake::receive(op, house, &arriving).await.unwrap();
    receiver.push(bytes).await.unwrap();
    let received = receiver.finish().await.unwrap();
    app_intake::process(op, house, &rules(), received.import, |_| {}).await.unwrap()
}

/// A platform's report about somebody with [`EMAIL`] and a child of nine, told in [`SECRET`].
pub(crate) fn tip(screen_name: &str) -> cybertip::Report {
    let mut tip = cybertip::Report::new(
        IncidentSummary::new(
            IncidentType::OnlineEnticement,
            DateTime::parse("2026-03-01T22:15:00+08:00").unwrap(),
        ),
        Reporter::new(Person {
            email: vec![Email::new("desk@platform.example.com".to_owned())],
            ..Person::default()
        }),
    );
    tip.incident_summary.platform = Some("Synthetic Chat".to_owned());
    tip.internet_details = vec![InternetDetails::Chat(ChatImIncident {
        content: Some(SECRET.to_owned()),
        ..ChatImIncident::default()
    })];
    tip.person_or_user_reported = vec![PersonOrUserReported {
        person: Some(Person { email: vec![Email::new(EMAIL.to_owned())], ..Person::default() }),
        screen_name: Some(screen_name.to_owned()),
        esp_service: Some("Synthetic Chat".to_owned()),
        ..PersonOrUserReported::default()
    }];
    tip.victim =
        vec![Victim::new(Person { first_name: Some(CHILD.to_owned()), age: Some(9), ..Person::default() })];
    tip
}

/// Takes a report in and gives its id.
pub(crate) async fn report(house: &TestHouse, op: &Op, tip: cybertip::Report) -> Id<kinds::Report> {
    let xml = cybertip::write(&Document::Report(tip));
    let outcome = take_in(house, op, "Synthetic Platform", "tip.xml", &xml).await;
    assert_eq!(outcome.counts.accepted, 1, "{outcome:?}");
    let page =
        page(house, op, &QueueFilter { state: Some("all".to_owned()), ..QueueFilter::default() }).await;
    page.rows.iter().max_by_key(|row| row.number.clone()).unwrap().id
}

/// What is said about a file of the CyberTipline report of that number.
pub(crate) fn details(number: i64, md5: &str) -> Vec<u8> {
    let mut details = FileDetails::new(number, Token::new("synthetic-file"));
    details.original_file_name = Some("synthetic-name.mp4".to_owned());
    details.original_file_hash = vec![cybertip::FileHash::new(md5.to_owned(), "MD5".to_owned())];
    details.file_viewed_by_esp = Some(true);
    cybertip::write(&Document::FileDetails(details))
}

pub(crate) async fn page(house: &TestHouse, op: &Op, filter: &QueueFilter) -> QueuePage {
    let mut tx = house.look(op).await.unwrap();
    app_intake::queue(op, &mut tx, &rules(), filter, None, 50).await.unwrap()
}

pub(crate) async fn open(house: &TestHouse, op: &Op, id: Id<kinds::Report>) -> ReportView {
    let mut tx = house.begin(op).await.unwrap();
    let view = app_intake::read(op, &mut tx, &rules(), id).await.unwrap();
    tx.commit().await.unwrap();
    view
}

/// Puts a report into a state by a decision, as casework does.
pub(crate) async fn decide(house: &TestHouse, op: &Op, id: Id<kinds::Report>, decision: reports::Decision) {
    let mut tx = house.begin(op).await.unwrap();
    let (mut row, permit) = tx.open::<store::reports::Report>(op, Action::Triage, id.uuid()).await.unwrap();
    let sealer = tx.sealer(&permit, "report", id.uuid()).await.unwrap();
    let from = row.state.clone();
    let kind = decision.kind();
    kind.leads_to().as_str().clone_into(&mut row.state);
    row.decided_at = Some(house.now());
    store::reports::update(tx.store(&permit), &row).await.unwrap();
    let kept = store::reports::Decision {
        id: house.id(),
        organisation: row.organisation,
        report: id,
        kind: kind.as_str().to_owned(),
        from_state: from,
        to_state: row.state.clone(),
        target: None,
        sealed: sealer.seal("decision", &decision, &tx).unwrap(),
        decided_by: op.actor.user,
        decided_at: house.now(),
        left_house_at: None,
        undone_by: None,
        undone_at: None,
    };
    store::reports::insert_decision(tx.store(&permit), &kept).await.unwrap();
    tx.journal(op, &permit, serde_json::json!({ "kind": kept.kind })).await.unwrap();
    tx.commit().await.unwrap();
}

/// The same, with a reason.
pub(crate) fn because(op: &Op) -> Op {
    Op { reason: Some("synthetic reason".to_owned()), ..op.clone() }
}

pub(crate) fn is_denied<T>(result: Result<T, Error>) -> bool {
    matches!(result, Err(Error::Denied(_)))
}

/// The kind and code of a problem; what is no problem fails the test.
pub(crate) fn problem<T>(result: Result<T, Error>) -> (ProblemKind, &'static str) {
    match result {
        Err(Error::Problem(problem)) => {
            assert!(!problem.next.is_empty() && problem.sentence.ends_with('.'), "{problem:?}");
            (problem.kind, problem.code)
        }
        Err(other) => panic!("expected a problem, found {other}"),
        Ok(_) => panic!("expected a problem, and it was done"),
    }
}
