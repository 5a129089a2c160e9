//! Loading the worked example through the same use cases that people and programs use.

use access::{Actor, ActorKind};
use app_casework::{CybertipChoices, NewNote, NewTask};
use app_intake::{Arriving, HitKind, QueueFilter, Rules};
use app_kernel::{House, Op};
use cases::NoteKind;
use formats::cybertip::{self, Document};
use model::{Id, Span, kinds};
use reports::{Decision, NoActionReason};

use crate::{
    cli::write_ledger,
    demo::{Person, papers},
    out::Out,
    runtime::{self, Seeded, ShiftedClock},
    work,
};

/// Background reports: enough of an ordinary country that every page has something to show.
const BACKGROUND: usize = 96;
/// Ordinary payments around the few that matter.
const PAYMENTS: usize = 8_000;
/// How far back the oldest report came in.
const OLDEST: Span = Span::hours(30);

struct Loader<'a> {
    house: &'a House,
    op: Op,
    rules: Rules,
    clock: &'a ShiftedClock,
}

/// Loads the worked example.
pub(super) async fn load(
    house: &House,
    organisation: Id<kinds::Organisation>,
    people: &[Person],
    clock: &ShiftedClock,
    out: Out,
) -> anyhow::Result<()> {
    let loader =
        Loader { house, op: runtime::operator(house, organisation), rules: Rules::shipped()?, clock };
    let now = house.now();
    let mut ledger = Vec::new();
    write_ledger(PAYMENTS, 7, &mut ledger)?;
    loader.clock.set(OLDEST);
    loader.bring("ledger.csv", "Synthetic Remit", &ledger).await?;
    loader.bring("remittances.csv", "Synthetic Remit", papers::remittances(now - OLDEST).as_bytes()).await?;
    loader.bring("known-hashes.csv", "Synthetic Hotline list", papers::known_hashes().as_bytes()).await?;
    let background: Vec<(String, Document)> =
        cybertip::sample::documents(&Seeded::new(7), BACKGROUND, now - OLDEST)
            .filter(|(_, document)| matches!(document, Document::Report(_) | Document::FileDetails(_)))
            .collect();
    let count = i64::try_from(background.len()).unwrap_or(1).max(1);
    for (n, (name, document)) in (0_i64..).zip(&background) {
        loader.clock.set(Span(OLDEST.0 - OLDEST.0 * n / count));
        out.progress(&format!("taking in report {} of {count}", n + 1));
        loader.bring(name, "Synthetic Platform", &cybertip::write(document)).await?;
    }
    out.progress_done();
    loader.clock.set(Span::hours(4));
    for (name, source, document) in [
        ("abroad.xml", "Synthetic Foreign Police", papers::abroad(now)),
        ("chat.xml", "Synthetic Chat", papers::chat(now)),
        ("video.xml", "Synthetic Video", papers::video(now)),
        ("file.xml", "Synthetic Chat", papers::file()),
    ] {
        loader.bring(name, source, &cybertip::write(&document)).await?;
    }
    work::run_waiting_jobs(house, &loader.rules, out).await?;
    loader.household(people).await?;
    loader.clock.set(Span::hours(1));
    loader.triage(people).await?;
    loader.clock.set(Span(0));
    Ok(())
}

impl Loader<'_> {
    /// Takes a file in to its end.
    async fn bring(&self, name: &str, source: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let arriving = Arriving {
            name: name.to_owned(),
            source: source.to_owned(),
            lawful_basis: "synthetic".to_owned(),
            mapping: None,
        };
        let mut receiver = app_intake::receive(&self.op, self.house, &arriving).await?;
        receiver.push(bytes).await?;
        let received = receiver.finish().await?;
        app_intake::process(&self.op, self.house, &self.rules, received.import, |_| {}).await?;
        Ok(())
    }

    /// The context of one of the example's people.
    fn as_person(&self, people: &[Person], role: &str) -> anyhow::Result<Op> {
        let person = people
            .iter()
            .find(|person| person.role == role)
            .ok_or_else(|| anyhow::anyhow!("the worked example has no {role}"))?;
        Ok(Op {
            actor: Actor {
                user: person.id,
                organisation: self.op.actor.organisation,
                roles: vec![role.to_owned()],
                kind: ActorKind::Person(person.name.to_owned()),
                strong_until: Some(self.house.now() + Span::minutes(5)),
            },
            purpose: "triage",
            reason: None,
            request: self.house.id(),
        })
    }

    /// The household's case: two platforms' reports that name the same telephone number.
    async fn household(&self, people: &[Person]) -> anyhow::Result<()> {
        let op = self.as_person(people, "investigator")?;
        let mut tx = self.house.begin(&op).await?;
        let hits = app_intake::search(&op, &mut tx, &self.rules, papers::PHONE).await?;
        tx.commit().await?;
        let mut case = None;
        for hit in hits.iter().filter(|hit| hit.kind == HitKind::Report) {
            let report = Id::from_uuid(hit.id);
            let mut tx = self.house.begin(&op).await?;
            app_casework::decide(&op, &mut tx, report, Decision::Triage).await?;
            case = match case {
                None => {
                    let title = Some("Streams from one household");
                    app_casework::open_case(&op, &mut tx, report, title).await?.case
                }
                Some(case) => app_casework::attach(&op, &mut tx, report, case).await?.case,
            };
            tx.commit().await?;
        }
        let Some(case) = case else { anyhow::bail!("the worked example's reports were not found") };
        let mut tx = self.house.begin(&op).await?;
        let note = NewNote {
            kind: NoteKind::General,
            text: "Synthetic note. Both platforms name the same telephone number; the remittance firm's account is on \
                   the first report. The social worker is told before anything else happens."
                .to_owned(),
            sensitive: false,
            corrects: None,
        };
        app_casework::add_note(&op, &mut tx, case, note).await?;
        for (title, hours) in [
            ("Ask both platforms to preserve the accounts", 20),
            ("Confirm with the social worker who will be there", 30),
            ("Ask the foreign police what they hold on the buyer", 72),
        ] {
            let task = NewTask {
                title: title.to_owned(),
                due: Some(self.house.now() + Span::hours(hours)),
                assignee: Some(op.actor.user),
            };
            app_casework::add_task(&op, &mut tx, case, task).await?;
        }
        app_casework::draft_cybertip(&op, &mut tx, case, &CybertipChoices::default()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The day's work of a hotline: the least urgent reports are decided, in every way there is.
    async fn triage(&self, people: &[Person]) -> anyhow::Result<()> {
        let op = self.as_person(people, "hotline_analyst")?;
        let mut tx = self.house.look(&op).await?;
        let page = app_intake::queue(&op, &mut tx, &self.rules, &QueueFilter::default(), None, 200).await?;
        drop(tx);
        for (n, row) in page.rows.iter().rev().take(24).enumerate() {
            let decision = match n % 6 {
                0 => Decision::Refer {
                    to: "Synthetic Regional Unit".to_owned(),
                    why: "The place named is theirs.".to_owned(),
                },
                1 => Decision::ReturnForInformation { what: "The time zone of the log-in.".to_owned() },
                2 | 3 => Decision::NoAction { reason: NoActionReason::NothingToActOn, note: String::new() },
                4 => Decision::OpenCase,
                _ => Decision::Triage,
            };
            let mut tx = self.house.begin(&op).await?;
            app_casework::decide(&op, &mut tx, row.id, Decision::Triage).await?;
            if !matches!(decision, Decision::Triage) {
                app_casework::decide(&op, &mut tx, row.id, decision).await?;
            }
            tx.commit().await?;
        }
        Ok(())
    }
}
