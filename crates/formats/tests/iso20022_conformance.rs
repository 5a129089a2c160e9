//! Messages that others made are read, and messages made here are valid by the published schemas.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests are tests")]

use std::{fs, path::PathBuf, process::Command};

use formats::{
    Record, Reject,
    detect::{Detected, detect},
    iso20022::{
        Iso20022Reader, Message,
        sample::{Form, Heading, written},
    },
    payment::{Party, PartyKind, Payment},
};
use model::{CivilDate, Instant, Money};

/// A file of the conformance data, or `None` (said aloud) when there is none here.
fn conformance(file: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("SAGIP_CONFORMANCE").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/conformance")),
        PathBuf::from,
    );
    if folder.is_dir() {
        return Some(folder.join(file));
    }
    assert!(std::env::var_os("CI").is_none(), "no conformance data in {}", folder.display());
    println!("SKIPPED (no conformance data): {file}");
    None
}

fn read(bytes: &[u8]) -> Vec<Result<Record<Payment>, Reject>> {
    Iso20022Reader::new(bytes).collect()
}

#[test]
fn a_pacs_008_in_an_envelope_is_read() {
    let Some(path) = conformance("iso20022/pacs.008.001.07.xml") else { return };
    let bytes = fs::read(path).unwrap();
    assert_eq!(detect(&bytes), Detected::Iso20022 { message: Message::Pacs008, version: 7 });
    let records = read(&bytes);
    assert_eq!(records.len(), 1);
    let payment = &records[0].as_ref().unwrap().value;
    assert_eq!(payment.reference.as_deref(), Some("123452342"));
    assert_eq!(payment.at.to_string(), "2018-04-28T20:54:39Z");
    assert!(payment.notes.zone_assumed);
    assert_eq!((payment.amount.to_string(), payment.payout), ("USD 5,000.00".to_owned(), None));
    assert_eq!(payment.sender.name.as_deref(), Some("JOHN DOE"));
    assert_eq!(payment.sender.country.unwrap().as_str(), "AR");
    assert_eq!(payment.sender.city.as_deref(), Some("Buenos Aires"));
    assert_eq!(payment.sender.institution.as_deref(), Some("ITUSUSP1XXX"));
    assert_eq!(payment.receiver.name.as_deref(), Some("Mike Smith"));
    assert_eq!(payment.receiver.institution.as_deref(), Some("USTBUS31XXX"));
}

#[test]
fn a_generated_pain_001_is_read_to_its_end_with_reasons() {
    let Some(path) = conformance("iso20022/pain.001.001.09.xml") else { return };
    let bytes = fs::read(path).unwrap();
    assert_eq!(detect(&bytes), Detected::Iso20022 { message: Message::Pain001, version: 9 });
    let records = read(&bytes);
    // Two transfers whose amounts have five decimals in currencies that do not exist, announced as
    // nine.
    let rejects: Vec<&Reject> = records.iter().map(|record| record.as_ref().unwrap_err()).collect();
    assert_eq!(rejects.iter().map(|reject| reject.ordinal).collect::<Vec<_>>(), [1, 2, 0]);
    for reject in rejects.iter().take(2) {
        assert!(
            reject.reason.contains("more decimals") && reject.raw.starts_with("<CdtTrfTxInf>"),
            "{reject}"
        );
    }
    assert!(rejects.iter().all(|reject| !reject.fatal));
}

#[test]
fn other_messages_are_refused_by_name() {
    let Some(path) = conformance("iso20022/camt.053.001.07.xml") else { return };
    let bytes = fs::read(path).unwrap();
    let records = read(&bytes);
    assert_eq!(records.len(), 1);
    let reject = records[0].as_ref().unwrap_err();
    assert!(reject.fatal && reject.reason.contains("camt.053.001.07"), "{reject}");
    match detect(&bytes) {
        Detected::NotSupported { reason } => assert!(reason.contains("camt.053.001.07"), "{reason}"),
        other => panic!("{other:?}"),
    }
}

/// Payments that use every field and every limit of the writer.
fn payments() -> Vec<Payment> {
    let whole = Payment {
        reference: Some("8a562c67-ca16-48ba-b074-65581be6f001".to_owned()),
        at: Instant::parse("2026-03-01T22:15:00.5+08:00").unwrap(),
        amount: Money { minor: 6_550, currency: "AUD".parse().unwrap() },
        payout: Some(Money { minor: 250_075, currency: "PHP".parse().unwrap() }),
        sender: Party {
            account: Some("AU00SYNTHETIC1".to_owned()),
            institution: Some("EXAMAU2SXXX".to_owned()),
            name: Some("Synthetic Sender & <Son>".to_owned()),
            kind: Some(PartyKind::Individual),
            country: Some("AU".parse().unwrap()),
            phone: Some("+61491570006".to_owned()),
            email: Some("sender@example.com".to_owned()),
            birth_date: CivilDate::new(1970, 5, 31),
            address: Some("1 Example Street".to_owned()),
            city: Some("Exampleville".to_owned()),
        },
        receiver: Party {
            account: Some("wallet/1".to_owned()),
            institution: Some("Synthetic Remitter".to_owned()),
            name: Some("Synthetic Sari-Sari Store".to_owned()),
            kind: Some(PartyKind::Business),
            country: Some("PH".parse().unwrap()),
            phone: Some("0917 000 0000".to_owned()),
            ..Party::default()
        },
        purpose: Some("x".repeat(500)),
        channel: Some("app".to_owned()),
        notes: formats::payment::Notes::default(),
    };
    let mut bare = whole.clone();
    bare.reference = Some("ñ".repeat(60));
    bare.payout = None;
    bare.amount.currency = "JPY".parse().unwrap();
    bare.purpose = None;
    bare.channel = None;
    bare.sender = Party { name: Some("Synthetic\u{7} Sender".to_owned()), ..Party::default() };
    bare.receiver = Party { account: Some("1".repeat(50)), ..Party::default() };
    let mut unknown = bare.clone();
    unknown.reference = None;
    unknown.sender.country = Some("A1".parse().unwrap());
    unknown.sender.kind = Some(PartyKind::Individual);
    vec![whole, bare, unknown]
}

#[test]
fn what_is_written_is_valid_by_the_schemas() {
    for (form, schema) in
        [(Form::Pacs008V08, "pacs.008.001.08.xsd"), (Form::Pacs008V10, "pacs.008.001.10.xsd")]
    {
        let Some(schema) = conformance(&format!("iso20022/{schema}")) else { return };
        let heading =
            Heading { message_id: "SYNTHETIC-1", created: Instant::parse("2026-03-02T00:00:00Z").unwrap() };
        let text = written(form, heading, &payments());
        let records = read(text.as_bytes());
        assert!(records.len() == 3 && records.iter().all(Result::is_ok), "{records:?}");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("message.xml");
        fs::write(&file, &text).unwrap();
        let Ok(output) =
            Command::new("xmllint").arg("--noout").arg("--schema").arg(schema).arg(&file).output()
        else {
            assert!(std::env::var_os("CI").is_none(), "xmllint is not installed");
            println!("SKIPPED (no xmllint): the schema of {form:?}");
            return;
        };
        assert!(output.status.success(), "{}\n{text}", String::from_utf8_lossy(&output.stderr));
    }
}
