//! A record of every kind for an organisation, so that every address has something to name.

use app_casework::{
    CybertipChoices, Handover, NewNote, NewTask, acknowledge, add_note, add_task, complete_task, decide,
    draft_cybertip, mark_ready, open_case, read, review, send, undo,
};
use app_intake::{Arriving, QueueFilter, Rules, queue};
use app_kernel::Op;
use cases::NoteKind;
use model::{Compartment, Id, Span, kinds};
use reports::{Decision, NoActionReason};
use screening::sample::{Ledger, Plan, write_csv};
use test_support::{START, TestEntropy, TestHouse};

/// The ids of an organisation's records, by the words that addresses and forms use for them.
pub(crate) struct Records(Vec<(&'static str, String)>);

/// The words, each with what it stands for. The longer of two that begin alike comes first.
pub(crate) const WORDS: [&str; 18] = [
    "$bank_name",
    "$case_report",
    "$case",
    "$report",
    "$ordinal",
    "$decision",
    "$task_done",
    "$task",
    "$person",
    "$note",
    "$filing",
    "$alert",
    "$import",
    "$job",
    "$token",
    "$user",
    "$bank",
    "$content",
];

/// What only guests are.
pub(crate) const GUEST: &str = "$guest";

impl Records {
    /// An address or a form with the ids in their places.
    pub(crate) fn fill(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (word, id)| text.replace(word, id))
    }

    /// Ids of nothing at all.
    pub(crate) fn nothing(house: &TestHouse) -> Self {
        let id = |word: &&'static str| {
            let text = match *word {
                "$ordinal" | "$content" => "7777".to_owned(),
                _ => house.id::<kinds::Report>().to_string(),
            };
            (*word, text)
        };
        Self(WORDS.iter().chain([&GUEST]).map(id).collect())
    }

    /// The id behind a word.
    pub(crate) fn id<K: model::Kind>(&self, word: &str) -> Id<K> {
        let (_, id) = self.0.iter().find(|(known, _)| *known == word).unwrap();
        id.parse().unwrap()
    }
}

/// Does one thing in a transaction of its own, a minute after the last.
macro_rules! done {
    ($house:expr, $op:expr, $use_case:path $(, $argument:expr)* $(,)?) => {{
        $house.clock.advance(Span::minutes(1));
        let mut tx = $house.begin($op).await.unwrap();
        let done = $use_case($op, &mut tx $(, $argument)*).await.unwrap();
        tx.commit().await.unwrap();
        done
    }};
}

/// A platform's report about a child and an adult, told apart from others by its number.
fn tip(number: u32) -> Vec<u8> {
    format!(
        "<report>\n<incidentSummary>\n<incidentType>Child Sex Trafficking</incidentType>\n\
         <incidentDateTime>2026-02-28T00:00:00Z</incidentDateTime>\n</incidentSummary>\n\
         <reporter>\n<reportingPerson><email>reporter@example.com</email></reportingPerson>\n</reporter>\n\
         <personOrUserReported><personOrUserReportedPerson><firstName>Synthetic</firstName>\
         <email>reported-{number}@example.com</email><age>41</age></personOrUserReportedPerson>\
         </personOrUserReported>\n<victim><victimPerson><firstName>Synthetic Child</firstName><age>9</age>\
         </victimPerson></victim>\n<additionalInfo>Synthetic words {number}</additionalInfo>\n</report>"
    )
    .into_bytes()
}

/// Takes a file in and reads it, as the pages and the worker do.
async fn take_in(house: &TestHouse, op: &Op, name: &str, bytes: Vec<u8>) -> Id<kinds::Import> {
    let arriving = Arriving {
        name: name.to_owned(),
        source: "Synthetic Platform".to_owned(),
        lawful_basis: "synthetic law".to_owned(),
        mapping: None,
    };
    let mut receiver = app_intake::receive(op, house, &arriving).await.unwrap();
    receiver.push(&bytes).await.unwrap();
    let received = receiver.finish().await.unwrap();
    let rules = Rules::shipped().unwrap();
    let worker = house.system_op(op.actor.organisation);
    let outcome = app_intake::process(&worker, house, &rules, received.import, |_| {}).await.unwrap();
    assert!(outcome.counts.accepted > 0, "{outcome:?}");
    received.import
}

/// The report that a file brings in, and the import; `known` is one that was there before.
async fn report(
    house: &TestHouse,
    op: &Op,
    number: u32,
    known: Option<Id<kinds::Report>>,
) -> (Id<kinds::Report>, Id<kinds::Import>) {
    let import = take_in(house, op, "synthetic.xml", tip(number)).await;
    let (rules, filter) = (Rules::shipped().unwrap(), QueueFilter::default());
    let mut tx = house.look(op).await.unwrap();
    let queue = queue(op, &mut tx, &rules, &filter, None, 10).await.unwrap();
    (queue.rows.iter().find(|row| Some(row.id) != known).unwrap().id, import)
}

/// An alert of the organisation's own screening.
async fn alert(house: &TestHouse, op: &Op) -> Id<kinds::Alert> {
    let plan = Plan { rows: 6_000, start: START - Span::days(200), days: 90 };
    let mut csv = Vec::new();
    write_csv(&Ledger::generate(&plan, &TestEntropy::new(3)), &mut csv).unwrap();
    let import = take_in(house, op, "ledger.csv", csv).await;
    let typologies = app_screening::in_force(&app_screening::load(&[]).files);
    let worker = house.system_op(op.actor.organisation);
    app_screening::screen_import(&worker, house, &typologies, import).await.unwrap();
    let mut tx = house.look(op).await.unwrap();
    app_screening::desk(op, &mut tx, None, None, 1).await.unwrap().rows[0].id
}

/// A bank with a hash in it: its id and name, and the number of the content.
async fn bank(house: &TestHouse, op: &Op, number: u32) -> (Id<kinds::Bank>, String, i64) {
    let (name, rules) = (format!("SYNTHETIC_{number}"), Rules::shipped().unwrap());
    let bank = done!(house, op, app_intake::make_bank, &rules, app_intake::BankSettings::named(&name));
    let signals = vec![("pdq".to_owned(), vec![u8::try_from(number).unwrap(); 32])];
    let adding = app_intake::Adding { signals, ..app_intake::Adding::default() };
    (bank, name, done!(house, op, app_intake::add_content, bank, adding).content)
}

/// Makes a record of every kind for an organisation.
pub(crate) async fn make(house: &TestHouse, organisation: Id<kinds::Organisation>, number: u32) -> Records {
    house.put_setting(&format!("contact_email:{organisation}"), "desk@example.com").await;
    let worker = house.op_of(organisation, &["supervisor"]).await;
    let second = house.op_of(organisation, &["supervisor"]).await;
    let keeper = house.op_of(organisation, &["administrator"]).await;
    let op = &worker;
    let alert = alert(house, op).await;

    let (decided, import) = report(house, op, number * 10, None).await;
    done!(house, op, decide, decided, Decision::Triage);
    let reason = NoActionReason::Other;
    let nothing = Decision::NoAction { reason, note: "synthetic".to_owned() };
    let decision = done!(house, op, decide, decided, nothing).decision;
    done!(house, op, undo, decision);

    let (case_report, _) = report(house, op, number * 10 + 1, Some(decided)).await;
    done!(house, op, decide, case_report, Decision::Triage);
    let case = done!(house, op, open_case, case_report, Some("Synthetic case")).case.unwrap();
    let words = NewNote {
        kind: NoteKind::General,
        text: "Synthetic words".to_owned(),
        sensitive: true,
        corrects: None,
    };
    let note = done!(house, op, add_note, case, words);
    let to_do = || NewTask { title: "Synthetic task".to_owned(), due: None, assignee: None };
    let task = done!(house, op, add_task, case, to_do());
    let task_done = done!(house, op, add_task, case, to_do());
    done!(house, op, complete_task, task_done);
    let filing = done!(house, op, draft_cybertip, case, &CybertipChoices::default()).id;
    done!(house, &second, review, filing);
    done!(house, &second, mark_ready, filing);
    let by_hand = Handover { to: "NCMEC".to_owned(), how: "by hand".to_owned(), at: None };
    done!(house, &second, send, filing, &by_hand);
    done!(house, &second, acknowledge, filing, "900000001", None);
    let view = done!(house, op, read, case);
    let person = view.people.iter().find(|person| person.child).unwrap().id;
    let ordinal = view.identifiers[0].sealed.as_ref().unwrap().ordinal;

    let user = house.add_user(organisation, &["auditor"]).await.id;
    let until = house.now() + Span::days(20);
    let name = format!("guest-{number}");
    let guest = done!(house, op, app_admin::guests::invite_guest, case, &name, "Synthetic Guest", until);
    let (token, _) = done!(house, &keeper, app_admin::tokens::create, user, "synthetic", 30);
    let (bank, bank_name, content) = bank(house, op, number).await;
    let mut tx = house.look(op).await.unwrap();
    let job = app_admin::jobs::open_jobs(op, &mut tx).await.unwrap()[0].id;
    drop(tx);

    Records(vec![
        ("$bank_name", bank_name),
        ("$case_report", case_report.to_string()),
        ("$case", case.to_string()),
        ("$report", decided.to_string()),
        ("$ordinal", ordinal.to_string()),
        ("$decision", decision.to_string()),
        ("$task_done", task_done.to_string()),
        ("$task", task.to_string()),
        ("$person", person.to_string()),
        ("$note", note.to_string()),
        ("$filing", filing.to_string()),
        ("$alert", alert.to_string()),
        ("$import", import.to_string()),
        ("$job", job.to_string()),
        ("$token", token.to_string()),
        ("$user", user.to_string()),
        ("$bank", bank.to_string()),
        ("$content", content.to_string()),
        (GUEST, guest.user.to_string()),
    ])
}

/// Lets the main organisation see what a partner may share, in outline.
pub(crate) async fn share(house: &TestHouse, theirs: &Records) {
    let (from, to) = (house.partner, house.organisation);
    let case: Id<kinds::Case> = theirs.id("$case");
    house.share(from, to, "case", case, Compartment::Investigation).await;
    for word in ["$report", "$case_report"] {
        let report: Id<kinds::Report> = theirs.id(word);
        house.share(from, to, "report", report, Compartment::Intake).await;
    }
    let alert: Id<kinds::Alert> = theirs.id("$alert");
    house.share(from, to, "alert", alert, Compartment::Intake).await;
}
