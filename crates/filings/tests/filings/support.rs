//! What the tests share: a synthetic report, the units' schemas, and `xmllint` as the judge.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::Command,
};

use filings::{
    Account, AccountKind, AccountState, Address, Age, BUILT_IN, Confirmation, Contacts, Device, Document,
    DocumentKind, Draft, FincenReporter, Handle, Institution, Officer, Organisation, Party, Payment,
    PaymentChannel, Person, Phone, PhoneKind, Profile, Reporter, Sex, Side, Str, Subject, SubjectRole, Use,
};
use model::{CivilDate, Currency, Id, Instant, Money, kinds};

pub(crate) const GOAML: &str = "goaml/goAMLSchema-5.0.2.xsd";
pub(crate) const FINCEN: &str = "fincen/EFL_SARXBatchSchema.xsd";

/// A file of the conformance data; `None`, said aloud, where there is none.
pub(crate) fn conformance(name: &str) -> Option<PathBuf> {
    let folder = std::env::var("SAGIP_CONFORMANCE")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/conformance").to_owned());
    let path = Path::new(&folder).join(name);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none(), "no conformance data: {}", path.display());
    println!("SKIPPED (no conformance data): {}", path.display());
    None
}

/// Which of the texts, by their place, `xmllint` finds valid.
pub(crate) fn valid_by_xmllint(schema: &Path, texts: &[Vec<u8>]) -> BTreeSet<usize> {
    let folder = tempfile::tempdir().unwrap();
    let mut valid = BTreeSet::new();
    for (block, texts) in texts.chunks(200).enumerate() {
        let mut lint = Command::new("xmllint");
        lint.args(["--noout", "--nonet", "--schema"]).arg(schema).current_dir(folder.path());
        for (at, text) in texts.iter().enumerate() {
            let name = format!("{}.xml", block * 200 + at);
            std::fs::write(folder.path().join(&name), text).unwrap();
            lint.arg(name);
        }
        let output = lint.output().expect("xmllint is needed on PATH (package libxml2-utils)");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains("failed to compile"), "{said}");
        valid.extend(
            said.lines()
                .filter_map(|line| line.strip_suffix(".xml validates"))
                .filter_map(|number| number.parse::<usize>().ok()),
        );
    }
    valid
}

pub(crate) fn profile(id: &str) -> Profile {
    let file = format!("data/filings/{id}.toml");
    let (file, text) = BUILT_IN.iter().find(|(name, _)| *name == file).unwrap();
    Profile::load(file, text).unwrap()
}

pub(crate) fn user(number: u8) -> Id<kinds::User> {
    format!("00000000-0000-7000-8000-0000000000{number:02x}").parse().unwrap()
}

pub(crate) fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

pub(crate) fn day(text: &str) -> CivilDate {
    text.parse().unwrap()
}

pub(crate) fn currency(code: &str) -> Currency {
    code.parse().unwrap()
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn phone(purpose: Use) -> Phone {
    Phone { prefix: some("1"), number: "2025550143".to_owned(), purpose, kind: PhoneKind::Mobile }
}

fn address(purpose: Use) -> Address {
    Address {
        line: "1 Synthetic Street".to_owned(),
        city: some("Exampleton"),
        state: some("NY"),
        postcode: some("10001"),
        country: Some("US".parse().unwrap()),
        purpose,
    }
}

fn device(number: u8) -> Device {
    Device {
        address: format!("198.51.100.{number}").parse().unwrap(),
        number: some("SYN-DEVICE-1"),
        provider: some("Synthetic Net"),
        first_seen: Some(at("2026-10-01T10:00:00Z")),
        last_seen: None,
        proxy: true,
        country: Some("AU".parse().unwrap()),
    }
}

fn person(given: &str, family: &str, age: Age) -> Person {
    Person { given: some(given), family: some(family), ..Person::of_age(age) }
}

pub(crate) fn subject(key: &str, role: SubjectRole, party: Party) -> Subject {
    Subject {
        key: key.to_owned(),
        role,
        party,
        is_client: false,
        note: None,
        contacts: Contacts::default(),
        confirmation: None,
    }
}

/// A buyer abroad, a client, pays an aunt; a child is a victim, a shop is another party.
pub(crate) fn draft(local: &str) -> Draft {
    let buyer = Person {
        sex: Some(Sex::Male),
        middle: some("Q."),
        alias: some("synthbuyer"),
        birth_place: some("Exampleton"),
        nationality: Some("AU".parse().unwrap()),
        residence: Some("AU".parse().unwrap()),
        occupation: some("synthetic occupation"),
        tax_registered: Some(false),
        documents: vec![Document {
            kind: DocumentKind::Passport,
            number: "SYN0000001".to_owned(),
            issued: Some(day("2020-01-15")),
            expires: Some(day("2030-01-14")),
            country: Some("AU".parse().unwrap()),
        }],
        ..person("Synthetic", "Buyer", Age::Born("1970-05-31".parse().unwrap()))
    };
    let mut buyer = subject("buyer", SubjectRole::Suspect, Party::Person(buyer));
    buyer.is_client = true;
    buyer.contacts = Contacts {
        phones: vec![phone(Use::Private)],
        addresses: vec![address(Use::Private)],
        emails: vec!["synthetic.buyer@example.com".to_owned()],
        handles: vec![Handle { platform: "example.test".to_owned(), name: "synthbuyer".to_owned() }],
        devices: vec![device(7), Device { address: "2001:db8::1".parse().unwrap(), ..device(8) }],
    };
    let aunt = person("Syntética", "Muñoz", Age::Born("1985".parse().unwrap()));
    let mut child =
        subject("child", SubjectRole::Victim, Party::Person(person("Synthetic", "Child", Age::Minor)));
    child.confirmation = Some(Confirmation { by: user(2), at: at("2026-11-20T09:00:00Z") });
    let shop = Organisation {
        name: "Synthetic Sari-Sari Store".to_owned(),
        trading_name: None,
        number: some("SYN-REG-1"),
        legal_form: None,
        business: some("retail"),
        state: None,
        country: Some("PH".parse().unwrap()),
        tax_registered: None,
        founded: Some(day("2001-02-03")),
        directors: vec!["aunt".to_owned()],
    };
    let payment = |number: u8, account: Option<Account>, receiver: &str| Payment {
        reference: format!("SYN-{number}"),
        at: at(&format!("2026-11-0{number}T12:30:00Z")),
        amount: Money { minor: 4_999, currency: currency("AUD") },
        local: Some(Money { minor: 3_301, currency: currency(local) }),
        channel: PaymentChannel::Remittance,
        purpose: some("school uniform ]]> <b> & “gift” 🙂"),
        place: None,
        device: Some(device(number)),
        sender: Side { subject: some("buyer"), account: None, country: Some("AU".parse().unwrap()) },
        receiver: Side { subject: some(receiver), account, country: Some("PH".parse().unwrap()) },
    };
    Draft {
        reference: "SYN-STR-0001".to_owned(),
        author: user(1),
        reporter: Reporter {
            name: "Synthetic Remit".to_owned(),
            number: some("101"),
            branch: None,
            address: Some(address(Use::Work)),
            phone: Some(phone(Use::Work)),
            officer: Officer {
                given: "Synthetic".to_owned(),
                family: "Officer".to_owned(),
                post: some("Compliance officer"),
                email: some("officer@example.com"),
                phone: Some(phone(Use::Work)),
            },
            fincen: Some(FincenReporter {
                ein: "000000000".to_owned(),
                transmitter_control_code: "TSYN0000".to_owned(),
                regulator: "7".to_owned(),
                institution_type: "4".to_owned(),
            }),
        },
        suspicion_formed: at("2026-11-20T08:00:00Z"),
        written: at("2026-11-21T08:00:00Z"),
        currency_local: currency(local),
        reason: "Many small payments to one receiver after calls. ".repeat(250),
        action: some("Account restricted."),
        indicators: vec!["osec-sender".to_owned(), "osec-receiver".to_owned()],
        subjects: vec![
            buyer,
            subject("aunt", SubjectRole::Suspect, Party::Person(aunt)),
            child,
            subject("shop", SubjectRole::Other, Party::Organisation(shop)),
        ],
        payments: vec![
            payment(1, Some(account()), "aunt"),
            payment(2, None, "shop"),
            payment(3, None, "aunt"),
        ],
        replaces: None,
    }
}

pub(crate) fn account() -> Account {
    Account {
        number: "SYN-ACC-1".to_owned(),
        name: some("Synthetic Account"),
        institution: Institution {
            name: some("Synthetic Bank"),
            code: some("SYNBANK"),
            swift: None,
            branch: some("Main"),
            country: Some("PH".parse().unwrap()),
            is_bank: Some(true),
        },
        currency: Some(currency("PHP")),
        kind: Some(AccountKind::Savings),
        opened: Some(day("2019-01-01")),
        state: Some(AccountState::Active),
    }
}

pub(crate) fn report(local: &str) -> Str {
    Str::new(draft(local)).unwrap()
}
