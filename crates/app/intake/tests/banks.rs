//! Banks: what is known, how near, what is held back, put aside, and found afterwards.

use app_intake::{
    Adding, Arriving, BankKind, BankSettings, ContentState, Found, Question, Retention, Rules, Verdict,
    add_content, bank, banks, change_bank, content, contents, delete_bank, disable_until, forget,
    give_opinion, look_up, make_bank, match_what_was_seen, process, receive, release, remove_content,
};
use app_kernel::{Denied, Error, Op};
use model::{Id, Span, kinds};
use test_support::{TestHouse, engines};

/// A PDQ hash that differs from all zeros in its first `bits` bits.
fn pdq(bits: usize) -> Vec<u8> {
    let mut hash = vec![0; 32];
    for bit in 0..bits {
        hash[bit / 8] |= 0x80 >> (bit % 8);
    }
    hash
}

fn question(digest: Vec<u8>) -> Question {
    Question { algorithm: "pdq".to_owned(), digest }
}

struct Bench {
    house: TestHouse,
    op: Op,
    rules: Rules,
}

impl Bench {
    async fn new(engine: &test_support::TestEngine) -> Self {
        let house = TestHouse::new(engine).await;
        let op = house.op(&["hotline_analyst"]).await;
        Self { house, op, rules: Rules::shipped().unwrap() }
    }

    async fn bank(&self, settings: BankSettings) -> Id<kinds::Bank> {
        let mut tx = self.house.begin(&self.op).await.unwrap();
        let id = make_bank(&self.op, &mut tx, &self.rules, settings).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    async fn add(&self, bank: Id<kinds::Bank>, algorithm: &str, digest: Vec<u8>) -> i64 {
        let mut tx = self.house.begin(&self.op).await.unwrap();
        let adding = Adding { signals: vec![(algorithm.to_owned(), digest)], ..Adding::default() };
        let added = add_content(&self.op, &mut tx, bank, adding).await.unwrap();
        assert!(!added.known);
        tx.commit().await.unwrap();
        added.content
    }

    async fn ask(&self, bits: usize) -> Vec<Found> {
        let asked = [question(pdq(bits))];
        look_up(&self.op, &self.house, &self.rules, &asked, None, None).await.unwrap().remove(0)
    }

    /// What counts of the answer: content and distance.
    async fn counting(&self, bits: usize) -> Vec<(i64, u32)> {
        let found = self.ask(bits).await;
        found.iter().filter(|found| found.counts()).map(|found| (found.content, found.distance)).collect()
    }

    async fn state(&self, bank: Id<kinds::Bank>, number: i64) -> ContentState {
        let mut tx = self.house.look(&self.op).await.unwrap();
        content(&self.op, &mut tx, bank, number).await.unwrap().state
    }

    async fn opine(&self, number: i64, verdict: Verdict, reason: &str) -> Result<(), Error> {
        let mut tx = self.house.begin(&self.op).await.unwrap();
        give_opinion(&self.op, &mut tx, number, verdict, reason).await?;
        tx.commit().await
    }

    async fn tip(&self, number: u32, pdq_hash: &[u8]) {
        let hash = matching::FileHash::from_bytes(matching::Algorithm::Pdq, pdq_hash).unwrap();
        let details = format!(
            "<fileDetails><reportId>{number}</reportId><fileId>{number:032x}</fileId>\
             <originalFileHash hashType=\"PDQ\">{hash}</originalFileHash></fileDetails>"
        );
        self.bring("Synthetic Platform", &format!("{number}.xml"), details.as_bytes()).await;
    }

    async fn bring(&self, source: &str, name: &str, bytes: &[u8]) -> app_intake::Outcome {
        let arriving = Arriving {
            name: name.to_owned(),
            source: source.to_owned(),
            lawful_basis: "synthetic".to_owned(),
            mapping: None,
        };
        let mut receiver = receive(&self.op, &self.house, &arriving).await.unwrap();
        receiver.push(bytes).await.unwrap();
        let received = receiver.finish().await.unwrap();
        process(&self.op, &self.house, &self.rules, received.import, |_| {}).await.unwrap()
    }

    async fn sweep(&self) -> app_intake::Swept {
        match_what_was_seen(&self.house.system(), &self.house, &self.rules, None).await.unwrap()
    }

    async fn alerts(&self) -> i64 {
        let mut tx = self.house.look(&self.op).await.unwrap();
        let permit = tx.allow(&self.op, access::Action::ListAlerts).unwrap();
        store::alerts::count(tx.store(&permit), permit.owner(), Some("new")).await.unwrap()
    }
}

fn refused_as(result: Result<impl std::fmt::Debug, Error>, code: &str) {
    match result.unwrap_err() {
        Error::Problem(problem) => assert_eq!(problem.code, code),
        other => unreachable!("{other:?}"),
    }
}

#[tokio::test]
async fn a_bank_matches_as_near_as_it_is_set_and_at_once() {
    for engine in engines() {
        let it = Bench::new(&engine).await;
        let near = it.bank(BankSettings { distance: 4, ..BankSettings::named("Synthetic near") }).await;
        let far = it.bank(BankSettings::named("Synthetic far")).await;
        assert!(it.ask(0).await.is_empty(), "{engine:?}");
        let (one, two) = (it.add(near, "pdq", pdq(0)).await, it.add(far, "pdq", pdq(1)).await);
        assert_eq!(it.counting(0).await, [(one, 0), (two, 1)], "{engine:?}");
        assert_eq!(it.counting(5).await, [(two, 4)]);
        assert_eq!(it.counting(32).await, [(two, 31)]);
        assert!(it.counting(33).await.is_empty());

        // A setting holds from the next look-up on, and so does what is taken out.
        let mut tx = it.house.begin(&it.op).await.unwrap();
        let wider = BankSettings { distance: 63, ..BankSettings::named("Synthetic near") };
        change_bank(&it.op, &mut tx, &it.rules, near, wider).await.unwrap();
        remove_content(&it.op, &mut tx, two).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(it.counting(33).await, [(one, 33)], "{engine:?}");
        let mut tx = it.house.begin(&it.op).await.unwrap();
        delete_bank(&it.op, &mut tx, near).await.unwrap();
        tx.commit().await.unwrap();
        assert!(it.ask(0).await.is_empty(), "{engine:?}");
    }
}

#[tokio::test]
async fn other_hashes_match_when_equal() {
    for engine in engines() {
        let it = Bench::new(&engine).await;
        let bank = it.bank(BankSettings::named("Synthetic")).await;
        let number = it.add(bank, "md5", vec![7; 16]).await;
        let asked = [
            Question { algorithm: "md5".to_owned(), digest: vec![7; 16] },
            Question { algorithm: "md5".to_owned(), digest: vec![8; 16] },
            Question { algorithm: "sha1".to_owned(), digest: vec![7; 20] },
        ];
        let found = look_up(&it.op, &it.house, &it.rules, &asked, None, None).await.unwrap();
        let numbers: Vec<Vec<i64>> =
            found.iter().map(|found| found.iter().map(|found| found.content).collect()).collect();
        assert_eq!(numbers, [vec![number], vec![], vec![]], "{engine:?}");
        // The same once more is the same content.
        let mut tx = it.house.begin(&it.op).await.unwrap();
        let again = Adding { signals: vec![("md5".to_owned(), vec![7; 16])], ..Adding::default() };
        let added = add_content(&it.op, &mut tx, bank, again).await.unwrap();
        assert_eq!((added.content, added.known), (number, true));
        for (signals, code) in [
            (vec![], "signals_count"),
            (vec![("md5".to_owned(), vec![1; 20])], "signal_unfit"),
            (vec![("photodna".to_owned(), vec![1; 144])], "signal_unfit"),
        ] {
            refused_as(
                add_content(&it.op, &mut tx, bank, Adding { signals, ..Adding::default() }).await,
                code,
            );
        }
    }
}

#[tokio::test]
async fn what_must_not_match_holds_others_back_and_says_so() {
    for engine in engines() {
        let it = Bench::new(&engine).await;
        let known = it.bank(BankSettings::named("Synthetic known")).await;
        let negative = BankSettings { kind: BankKind::Negative, ..BankSettings::named("Synthetic logos") };
        let negative = it.bank(negative).await;
        let number = it.add(known, "pdq", pdq(10)).await;
        let logo = it.add(negative, "pdq", pdq(0)).await;
        assert!(it.counting(3).await.is_empty(), "{engine:?}: the logo is nearer");
        let held = it.ask(3).await.remove(0).held_back.unwrap();
        assert_eq!((held.bank_name.as_str(), held.content, held.distance), ("Synthetic logos", logo, 3));
        assert_eq!(it.counting(9).await, [(number, 1)], "{engine:?}: the known one is nearer");
        it.tip(900_000_001, &pdq(1)).await;
        assert_eq!(it.alerts().await, 0, "{engine:?}");
        it.tip(900_000_002, &pdq(9)).await;
        assert_eq!(it.alerts().await, 1, "{engine:?}");
    }
}

#[tokio::test]
async fn what_people_find_lasts_and_has_its_reason() {
    for engine in engines() {
        let it = Bench::new(&engine).await;
        let bank = it.bank(BankSettings::named("Synthetic")).await;
        let number = it.add(bank, "pdq", pdq(0)).await;
        refused_as(it.opine(number, Verdict::Deconfirmed, "  ").await, "reason_missing");
        it.opine(number, Verdict::Deconfirmed, "A synthetic landscape.").await.unwrap();
        assert!(it.counting(0).await.is_empty(), "{engine:?}");
        it.opine(number, Verdict::Confirmed, "Looked at again.").await.unwrap();
        assert_eq!(it.counting(0).await, [(number, 0)]);
        assert!(it.ask(0).await[0].confirmed);
        let mut tx = it.house.look(&it.op).await.unwrap();
        let view = content(&it.op, &mut tx, bank, number).await.unwrap();
        let said: Vec<_> = view.opinions.iter().map(|o| (o.verdict, o.reason.as_str())).collect();
        let wanted =
            [(Verdict::Confirmed, "Looked at again."), (Verdict::Deconfirmed, "A synthetic landscape.")];
        assert_eq!(said, wanted, "{engine:?}");
        drop(tx);

        let mut tx = it.house.begin(&it.op).await.unwrap();
        disable_until(&it.op, &mut tx, number, Some(it.house.now() + Span::hours(1))).await.unwrap();
        tx.commit().await.unwrap();
        assert!(it.counting(0).await.is_empty(), "{engine:?}");
        it.house.clock.advance(Span::hours(1));
        assert_eq!(it.counting(0).await, [(number, 0)], "{engine:?}: on again by itself");
    }
}

#[tokio::test]
async fn a_new_hash_that_floods_is_put_aside_until_a_person_looks() {
    for engine in engines() {
        let it = Bench::new(&engine).await;
        let few = BankSettings { flood_limit: 3, ..BankSettings::named("Synthetic") };
        let bank = it.bank(few).await;
        let number = it.add(bank, "pdq", pdq(0)).await;
        for _ in 0..3 {
            assert_eq!(it.counting(1).await.len(), 1, "{engine:?}");
        }
        it.counting(1).await;
        assert_eq!(it.state(bank, number).await, ContentState::Quarantined, "{engine:?}");
        assert!(it.counting(1).await.is_empty());
        let mut tx = it.house.look(&it.op).await.unwrap();
        assert_eq!(banks(&it.op, &mut tx).await.unwrap()[0].quarantined, 1);
        let page = contents(&it.op, &mut tx, bank, Some(ContentState::Quarantined), None, 10).await.unwrap();
        assert_eq!(page.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [number]);
        drop(tx);

        // Confirmed, it matches however often it is met.
        it.opine(number, Verdict::Confirmed, "It is widely shared.").await.unwrap();
        for _ in 0..9 {
            assert_eq!(it.counting(1).await.len(), 1, "{engine:?}");
        }
        let mut tx = it.house.begin(&it.op).await.unwrap();
        refused_as(release(&it.op, &mut tx, number).await, "content_not_aside");
        drop(tx);

        // What would match too much of what is here already makes not one alert.
        for tip in 0..5 {
            it.tip(900_000_100 + tip, &pdq(128 + usize::try_from(tip).unwrap())).await;
        }
        let flooding = it.add(bank, "pdq", pdq(130)).await;
        let swept = it.sweep().await;
        assert_eq!((swept.put_aside, swept.reports), (vec![flooding], 0), "{engine:?}");
        assert_eq!(it.alerts().await, 0);
        let mut tx = it.house.begin(&it.op).await.unwrap();
        release(&it.op, &mut tx, flooding).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(it.state(bank, flooding).await, ContentState::Live);
        // Let match again, it makes its alerts, and is not put aside before it can.
        let again =
            match_what_was_seen(&it.house.system(), &it.house, &it.rules, Some(flooding)).await.unwrap();
        assert_eq!((again.reports, again.put_aside), (5, vec![]), "{engine:?}");
        assert!(it.alerts().await > 0, "{engine:?}");
    }
}

#[tokio::test]
async fn what_was_seen_before_is_found_within_the_stated_time() {
    for engine in engines() {
        let mut it = Bench::new(&engine).await;
        let bank = it.bank(BankSettings::named("Synthetic")).await;
        it.tip(900_000_001, &pdq(0)).await;
        it.house.clock.advance(Span::days(400));
        it.tip(900_000_002, &pdq(2)).await;
        it.tip(900_000_003, &pdq(90)).await;
        it.add(bank, "pdq", pdq(4)).await;
        let swept = it.sweep().await;
        assert_eq!((swept.reports, swept.look_ups), (1, 0), "{engine:?}: one is too old, one too far");
        assert_eq!(it.alerts().await, 1);
        assert_eq!(it.sweep().await, app_intake::Swept::default(), "{engine:?}: once");

        // Look-ups are not remembered unless that is switched on.
        it.rules.retention = Retention { look_ups: Span::days(30), ..Retention::default() };
        let asked = [question(pdq(128))];
        let found = look_up(&it.op, &it.house, &it.rules, &asked, None, Some("upload 7")).await.unwrap();
        assert!(found[0].is_empty());
        let number = it.add(bank, "pdq", pdq(127)).await;
        assert_eq!(it.sweep().await.look_ups, 1, "{engine:?}");
        let mut tx = it.house.look(&it.op).await.unwrap();
        let seen = app_intake::seen_and_matched(&it.op, &mut tx, 10).await.unwrap();
        drop(tx);
        assert_eq!((seen[0].reference.as_str(), seen[0].content), ("upload 7", number));
        it.house.clock.advance(Span::days(31));
        assert_eq!(forget(&it.house.system(), &it.house, &it.rules).await.unwrap(), 1, "{engine:?}");
    }
}

#[tokio::test]
async fn a_media_set_comes_in_with_every_hash_of_a_file() {
    for engine in engines() {
        let it = Bench::new(&engine).await;
        let set = format!(
            "{{\"@odata.context\": \"http://github.com/ICMEC/ProjectVic/DataModels/2.0.xml/US/$metadata#Media\", \"value\": [\
             {{\"MediaID\": 1, \"Category\": 1, \"MD5\": \"{}\", \"SHA1\": \"{}\"}}, {{\"MediaID\": 2, \"Category\": 0, \"MD5\": \"{}\"}}]}}",
            "11".repeat(16),
            "22".repeat(20),
            "33".repeat(16)
        );
        let outcome = it.bring("Synthetic Set", "set.json", set.as_bytes()).await;
        assert_eq!(
            (outcome.kind.as_deref(), outcome.counts.accepted),
            (Some("hashes"), 2),
            "{engine:?} {outcome:?}"
        );
        let by = |algorithm: &str, digest: Vec<u8>| Question { algorithm: algorithm.to_owned(), digest };
        let asked = [by("md5", vec![0x11; 16]), by("sha1", vec![0x22; 20])];
        let found = look_up(&it.op, &it.house, &it.rules, &asked, None, None).await.unwrap();
        assert_eq!(found[0][0].content, found[1][0].content, "{engine:?}: two hashes of one file");
        assert_eq!(found[0][0].bank_name, "Synthetic Set");
        assert!(found[0][0].classification.is_some() && found[0][0].taxonomy.is_some());
    }
}

#[tokio::test]
async fn settings_are_held_to_their_ranges() {
    for engine in engines() {
        let it = Bench::new(&engine).await;
        it.bank(BankSettings::named("Synthetic")).await;
        let with = |change: fn(&mut BankSettings)| {
            let mut settings = BankSettings::named("Synthetic other");
            change(&mut settings);
            settings
        };
        for (settings, code) in [
            (BankSettings::named("Synthetic"), "bank_name_taken"),
            (BankSettings::named("  "), "bank_name"),
            (BankSettings::named("two\nlines"), "bank_name"),
            (with(|s| s.distance = 64), "bank_range"),
            (with(|s| s.distance = -1), "bank_range"),
            (with(|s| s.enabled_ppm = 1_000_001), "bank_range"),
            (with(|s| s.flood_limit = -1), "bank_range"),
            (with(|s| s.taxonomy = Some("synthetic".to_owned())), "taxonomy_unknown"),
        ] {
            let mut tx = it.house.begin(&it.op).await.unwrap();
            refused_as(make_bank(&it.op, &mut tx, &it.rules, settings).await, code);
        }
    }
}

#[tokio::test]
async fn banks_are_their_organisation_s_own_and_their_keepers() {
    for engine in engines() {
        let it = Bench::new(&engine).await;
        let id = it.bank(BankSettings::named("Synthetic")).await;
        let number = it.add(id, "pdq", pdq(0)).await;
        let foreign = it.house.foreign_op(&["hotline_analyst"]).await;
        let found = look_up(&foreign, &it.house, &it.rules, &[question(pdq(0))], None, None).await.unwrap();
        assert!(found[0].is_empty(), "{engine:?}");
        let mut tx = it.house.begin(&foreign).await.unwrap();
        assert!(matches!(bank(&foreign, &mut tx, id).await, Err(Error::Denied(Denied::NotFound))));
        assert!(matches!(
            remove_content(&foreign, &mut tx, number).await,
            Err(Error::Denied(Denied::NotFound))
        ));
        drop(tx);
        let program = it.house.op(&["matching_program"]).await;
        let found = look_up(&program, &it.house, &it.rules, &[question(pdq(0))], None, None).await.unwrap();
        assert_eq!(found[0].len(), 1, "{engine:?}: it may look up");
        let mut tx = it.house.begin(&program).await.unwrap();
        assert!(matches!(banks(&program, &mut tx).await, Err(Error::Denied(Denied::Forbidden(_)))));
        drop(tx);
        let auditor = it.house.op(&["auditor"]).await;
        let refused = look_up(&auditor, &it.house, &it.rules, &[question(pdq(0))], None, None).await;
        assert!(matches!(refused, Err(Error::Denied(Denied::Forbidden(_)))), "{engine:?}");
    }
}

#[tokio::test]
async fn an_index_in_a_folder_follows_what_others_wrote() {
    for engine in engines() {
        let folder = tempfile::tempdir().unwrap();
        let mut it = Bench::new(&engine).await;
        let bank = it.bank(BankSettings::named("Synthetic")).await;
        it.rules = it.rules.clone().with_banks(folder.path(), Retention::default());
        let one = it.add(bank, "pdq", pdq(0)).await;
        assert_eq!(it.counting(1).await, [(one, 1)], "{engine:?}");
        // Another process has the folder: it reads into memory and sees the same, both ways.
        let other = Rules::shipped().unwrap().with_banks(folder.path(), Retention::default());
        let two = it.add(bank, "pdq", pdq(2)).await;
        let found = look_up(&it.op, &it.house, &other, &[question(pdq(1))], None, None).await.unwrap();
        assert_eq!(found[0].iter().map(|found| found.content).collect::<Vec<_>>(), [one, two], "{engine:?}");
        drop(other);
        // Opened again, it goes on where it was.
        it.rules = Rules::shipped().unwrap();
        it.rules = it.rules.clone().with_banks(folder.path(), Retention::default());
        assert_eq!(it.counting(1).await, [(one, 1), (two, 1)], "{engine:?}");
        let followed = walk(folder.path()).into_iter().find(|path| path.ends_with("followed")).unwrap();
        assert_eq!(std::fs::read_to_string(followed).unwrap(), two.to_string());
    }
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(walk(&path));
        } else {
            found.push(path);
        }
    }
    found
}
