//! Credit transfers are read as the table in the module says.

use proptest::prelude::*;

use super::{
    sample::{Form, Heading, written},
    *,
};
use crate::payment::{PartyKind, Payment};

fn read(text: &str) -> Vec<Result<Record<Payment>, Reject>> {
    Iso20022Reader::new(text.as_bytes()).collect()
}

fn one(text: &str) -> Payment {
    let mut all = read(text);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0).unwrap().value
}

fn pacs(group: &str, transfers: &str) -> String {
    format!(
        "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08'><FIToFICstmrCdtTrf>\n<GrpHdr><MsgId>M1</MsgId>{group}</GrpHdr>\n{transfers}</FIToFICstmrCdtTrf></Document>"
    )
}

const TRANSFER: &str = "<CdtTrfTxInf><PmtId><EndToEndId>E1</EndToEndId></PmtId>\
<IntrBkSttlmAmt Ccy='PHP'>2500</IntrBkSttlmAmt><AccptncDtTm>2026-03-01T22:15:00+08:00</AccptncDtTm>\
<Dbtr><Nm>Synthetic Sender</Nm></Dbtr><Cdtr><Nm>Synthetic &amp; Receiver</Nm></Cdtr></CdtTrfTxInf>\n";

#[test]
fn every_field_has_its_source() {
    let payment = one(&pacs(
        "<PmtTpInf><LclInstrm><Cd>INST</Cd></LclInstrm></PmtTpInf>",
        "<CdtTrfTxInf><PmtId><EndToEndId>E1</EndToEndId><TxId>T1</TxId><UETR>8a562c67-ca16-48ba-b074-65581be6f001</UETR></PmtId>\
         <IntrBkSttlmAmt Ccy='PHP'>2500.5</IntrBkSttlmAmt><AccptncDtTm>2026-03-01T22:15:00.5+08:00</AccptncDtTm><InstdAmt Ccy='AUD'>65</InstdAmt>\
         <Dbtr><Nm>Synthetic Sender</Nm><PstlAdr><StrtNm>Example Street</StrtNm><BldgNb>1</BldgNb><PstCd>2000</PstCd><TwnNm>Exampleville</TwnNm><Ctry>AU</Ctry><AdrLine>Unit 2</AdrLine><AdrLine>Rear</AdrLine></PstlAdr>\
         <Id><PrvtId><DtAndPlcOfBirth><BirthDt>1970-05-31</BirthDt></DtAndPlcOfBirth></PrvtId></Id><CtryOfRes>NZ</CtryOfRes>\
         <CtctDtls><PhneNb>+61-491570006</PhneNb><EmailAdr>sender@example.com</EmailAdr></CtctDtls></Dbtr>\
         <DbtrAcct><Id><IBAN>AU00SYNTHETIC1</IBAN></Id></DbtrAcct><DbtrAgt><FinInstnId><BICFI>EXAMAU2SXXX</BICFI></FinInstnId></DbtrAgt>\
         <CdtrAgt><FinInstnId><Nm>Synthetic Remitter</Nm></FinInstnId></CdtrAgt>\
         <Cdtr><Nm>Synthetic Shop</Nm><Id><OrgId><Othr><Id>1</Id></Othr></OrgId></Id><CtryOfRes>PH</CtryOfRes></Cdtr>\
         <CdtrAcct><Id><Othr><Id>WALLET-1</Id></Othr></Id></CdtrAcct>\
         <Purp><Cd>FAMI</Cd></Purp><RmtInf><Ustrd>for</Ustrd><Ustrd> books </Ustrd></RmtInf></CdtTrfTxInf>",
    ));
    assert_eq!(payment.reference.as_deref(), Some("8a562c67-ca16-48ba-b074-65581be6f001"));
    assert_eq!(payment.at.to_string(), "2026-03-01T14:15:00.5Z");
    assert_eq!(payment.amount.to_string(), "AUD 65.00");
    assert_eq!(payment.payout.unwrap().to_string(), "PHP 2,500.50");
    assert_eq!(payment.purpose.as_deref(), Some("for books"));
    assert_eq!(payment.channel.as_deref(), Some("INST"));
    assert_eq!(payment.notes.sentences().count(), 0);
    let (sender, receiver) = (payment.sender, payment.receiver);
    assert_eq!(sender.name.as_deref(), Some("Synthetic Sender"));
    assert_eq!(sender.account.as_deref(), Some("AU00SYNTHETIC1"));
    assert_eq!(sender.institution.as_deref(), Some("EXAMAU2SXXX"));
    assert_eq!(sender.kind, Some(PartyKind::Individual));
    assert_eq!(sender.birth_date.unwrap().to_string(), "1970-05-31");
    assert_eq!(sender.country.unwrap().as_str(), "AU");
    assert_eq!(sender.city.as_deref(), Some("Exampleville"));
    assert_eq!(sender.address.as_deref(), Some("Example Street 1, 2000, Unit 2, Rear"));
    assert_eq!(sender.phone.as_deref(), Some("+61-491570006"));
    assert_eq!(sender.email.as_deref(), Some("sender@example.com"));
    assert_eq!(receiver.kind, Some(PartyKind::Business));
    assert_eq!(receiver.country.unwrap().as_str(), "PH");
    assert_eq!(receiver.account.as_deref(), Some("WALLET-1"));
    assert_eq!(receiver.institution.as_deref(), Some("Synthetic Remitter"));
}

#[test]
fn what_a_transfer_lacks_comes_from_its_message() {
    let bare = TRANSFER.replace("<AccptncDtTm>2026-03-01T22:15:00+08:00</AccptncDtTm>", "");
    let payment =
        one(&pacs("<CreDtTm>2026-03-02T10:00:00</CreDtTm><IntrBkSttlmDt>2026-03-04</IntrBkSttlmDt>", &bare));
    assert_eq!(payment.at.to_string(), "2026-03-02T10:00:00Z");
    assert!(payment.notes.zone_assumed && !payment.notes.day_only);
    assert_eq!(payment.reference.as_deref(), Some("M1/E1"));
    assert_eq!(payment.receiver.name.as_deref(), Some("Synthetic & Receiver"));
    let payment = one(&pacs("<IntrBkSttlmDt>2026-03-04</IntrBkSttlmDt>", &bare));
    assert_eq!(payment.at.to_string(), "2026-03-04T00:00:00Z");
    assert!(payment.notes.day_only);
    let nameless = bare.replace("E1", "NOTPROVIDED");
    assert_eq!(one(&pacs("<IntrBkSttlmDt>2026-03-04Z</IntrBkSttlmDt>", &nameless)).reference, None);
}

#[test]
fn pain_takes_debtor_and_date_from_the_payment_information() {
    let text = "<p:Document xmlns:p='urn:iso:std:iso:20022:tech:xsd:pain.001.001.03'><p:CstmrCdtTrfInitn>\
        <p:GrpHdr><p:MsgId>M1</p:MsgId><p:CreDtTm>2026-03-02T10:00:00Z</p:CreDtTm><p:NbOfTxs>3</p:NbOfTxs></p:GrpHdr>\
        <p:PmtInf><p:PmtInfId>I1</p:PmtInfId><p:ReqdExctnDt>2026-03-03</p:ReqdExctnDt><p:Dbtr><p:Nm>Synthetic One</p:Nm></p:Dbtr>\
        <p:CdtTrfTxInf><p:PmtId><p:EndToEndId>E1</p:EndToEndId></p:PmtId><p:Amt><p:InstdAmt Ccy='EUR'>5</p:InstdAmt></p:Amt><p:Cdtr><p:Nm>Synthetic A</p:Nm></p:Cdtr></p:CdtTrfTxInf>\
        <p:CdtTrfTxInf><p:PmtId><p:InstrId>X</p:InstrId><p:EndToEndId>NOTPROVIDED</p:EndToEndId></p:PmtId><p:Amt><p:EqvtAmt><p:Amt Ccy='EUR'>6</p:Amt><p:CcyOfTrf>PHP</p:CcyOfTrf></p:EqvtAmt></p:Amt><p:Cdtr><p:Nm>Synthetic B</p:Nm></p:Cdtr></p:CdtTrfTxInf>\
        </p:PmtInf><p:PmtInf><p:PmtInfId>I2</p:PmtInfId><p:Dbtr><p:Nm>Synthetic Two</p:Nm></p:Dbtr>\
        <p:CdtTrfTxInf><p:PmtId><p:EndToEndId>E1</p:EndToEndId></p:PmtId><p:Amt><p:InstdAmt Ccy='EUR'>7</p:InstdAmt></p:Amt><p:Cdtr><p:Nm>Synthetic C</p:Nm></p:Cdtr></p:CdtTrfTxInf>\
        </p:PmtInf></p:CstmrCdtTrfInitn></p:Document>";
    let payments: Vec<Payment> = read(text).into_iter().map(|record| record.unwrap().value).collect();
    let told: Vec<_> = payments
        .iter()
        .map(|p| {
            let debtor = p.sender.name.as_deref().unwrap();
            (debtor, p.at.to_string(), p.amount.minor, p.reference.as_deref().unwrap(), p.notes.day_only)
        })
        .collect();
    assert_eq!(
        told,
        [
            ("Synthetic One", "2026-03-03T00:00:00Z".to_owned(), 500, "M1/I1/E1", true),
            ("Synthetic One", "2026-03-03T00:00:00Z".to_owned(), 600, "M1/I1/X", true),
            ("Synthetic Two", "2026-03-02T10:00:00Z".to_owned(), 700, "M1/I2/E1", false),
        ]
    );
}

#[test]
fn a_bad_transfer_is_a_reject_and_the_rest_goes_on() {
    let bad = [
        TRANSFER.replace("2500", "2500.005"),
        TRANSFER.replace("Ccy='PHP'", ""),
        TRANSFER.replace("<Nm>Synthetic Sender</Nm>", ""),
        TRANSFER.replace("22:15:00+08:00", "half past ten"),
        TRANSFER.replace("</Nm></Dbtr>", "</Nm><Nm>Another</Nm></Dbtr>"),
        TRANSFER.replace("<Nm>Synthetic Sender</Nm>", "<Nm>S</Nm><PstlAdr><Ctry>Australia</Ctry></PstlAdr>"),
        TRANSFER.replace("2500", "0"),
        TRANSFER.replace("Synthetic Sender", &"x".repeat(9000)),
    ]
    .concat();
    let records = read(&pacs("", &format!("{TRANSFER}{bad}{TRANSFER}")));
    let told: Vec<_> = records
        .iter()
        .map(|record| {
            record
                .as_ref()
                .err()
                .map(|r| (r.ordinal, r.field.as_str(), r.path.rsplit("Inf/").next().unwrap()))
        })
        .collect();
    assert_eq!(
        told,
        [
            None,
            Some((2, "amount", "IntrBkSttlmAmt")),
            Some((3, "currency", "IntrBkSttlmAmt")),
            Some((4, "sender", "Dbtr")),
            Some((5, "at", "AccptncDtTm")),
            Some((6, "", "Dbtr/Nm")),
            Some((7, "country", "Dbtr/PstlAdr/Ctry")),
            Some((8, "amount", "")),
            Some((9, "", "Dbtr/Nm")),
            None,
        ]
    );
    let reject = records[1].as_ref().unwrap_err();
    assert_eq!(reject.line, 4);
    assert_eq!(reject.path, "Document/FIToFICstmrCdtTrf/CdtTrfTxInf/IntrBkSttlmAmt");
    assert_eq!(reject.raw, TRANSFER.trim().replace("2500", "2500.005"));
    assert!(records.iter().filter_map(|record| record.as_ref().err()).all(|reject| !reject.fatal));
    assert_eq!(records[9].as_ref().unwrap().ordinal, 10);
}

#[test]
fn a_broken_file_gives_what_came_before_and_one_fatal_reject() {
    let whole = pacs("", &TRANSFER.repeat(3));
    let second = whole.find(TRANSFER).unwrap() + TRANSFER.len() + 60;
    let records = read(&whole[..second]);
    assert_eq!(records.len(), 2);
    assert_eq!(records[0].as_ref().unwrap().ordinal, 1);
    let reject = records[1].as_ref().unwrap_err();
    assert!(reject.fatal && reject.ordinal == 2, "{reject}");
    assert!(TRANSFER.starts_with(&reject.raw) && reject.raw.len() > 20, "{}", reject.raw);
}

#[test]
fn a_message_that_announces_other_numbers_is_told() {
    assert_eq!(read(&pacs("<NbOfTxs>2</NbOfTxs>", &TRANSFER.repeat(2))).len(), 2);
    let records = read(&pacs("<NbOfTxs>3</NbOfTxs>", &TRANSFER.repeat(2)));
    let reject = records[2].as_ref().unwrap_err();
    assert!(!reject.fatal && reject.ordinal == 0 && reject.reason.contains("holds 2"), "{reject}");
}

#[test]
fn several_messages_in_one_envelope() {
    let text = format!(
        "<batch><one>{}</one>{}</batch>",
        pacs("", TRANSFER),
        pacs("", &TRANSFER.replace("E1", "E2"))
    );
    let references: Vec<_> = read(&text).into_iter().map(|r| r.unwrap().value.reference.unwrap()).collect();
    assert_eq!(references, ["M1/E1", "M1/E2"]);
}

#[test]
fn other_messages_and_versions_are_named() {
    for (from, to, word) in [
        ("pacs.008.001.08", "pacs.008.001.15", "pacs.008.001.15"),
        ("pacs.008.001.08", "pain.001.001.09", "pain.001.001.09 with <FIToFICstmrCdtTrf>"),
        ("pacs.008.001.08", "camt.053.001.07", "camt.053.001.07"),
        ("FIToFICstmrCdtTrf", "BkToCstmrStmt", "are read"),
        ("urn:iso:std:iso:20022:tech:xsd:", "urn:example:", "without a namespace"),
    ] {
        let records = read(&pacs("", TRANSFER).replace(from, to));
        assert_eq!(records.len(), 1);
        let reject = records[0].as_ref().unwrap_err();
        assert!(
            reject.fatal && reject.reason.contains(word) && reject.reason.contains(".02 to .14"),
            "{reject}"
        );
    }
    let records = read(&format!("<!DOCTYPE Document [<!ENTITY a 'b'>]>{}", pacs("", TRANSFER)));
    assert!(records.len() == 1 && records[0].as_ref().unwrap_err().reason.contains("DOCTYPE"));
}

/// What a message can hold of a payment.
fn as_message_holds(mut payment: Payment, form: Form) -> Payment {
    let is_pain = form == Form::Pain001V09;
    if is_pain || payment.payout.is_some_and(|payout| payout.currency == payment.amount.currency) {
        payment.payout = None;
    }
    if is_pain {
        payment.reference = payment.reference.map(|reference| format!("SYNTHETIC/1/{reference}"));
    }
    for party in [&mut payment.sender, &mut payment.receiver] {
        if party.kind != Some(PartyKind::Individual) {
            party.birth_date = None;
        }
        party.phone = None;
    }
    payment
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(payment in crate::payment::tests::payment()) {
        let heading = Heading { message_id: "SYNTHETIC", created: payment.at };
        for form in [Form::Pacs008V08, Form::Pacs008V10, Form::Pain001V09] {
            let mut expected = as_message_holds(payment.clone(), form);
            let mut given = expected.clone();
            given.reference.clone_from(&payment.reference);
            given.sender.phone = Some("+1-5550100".to_owned());
            expected.sender.phone = given.sender.phone.clone();
            prop_assert_eq!(one(&written(form, heading, &[given])), expected);
        }
    }

    #[test]
    fn no_bytes_make_it_fail(bytes in proptest::collection::vec(any::<u8>(), 0..40), at in 0_usize..400, cut in 0_usize..40) {
        let mut text = pacs("<NbOfTxs>2</NbOfTxs>", &TRANSFER.repeat(2)).into_bytes();
        let end = (at + cut).min(text.len());
        text.splice(at..end.max(at), bytes);
        let records: Vec<_> = Iso20022Reader::new(text.as_slice()).collect();
        prop_assert!(records.len() <= 4, "{:?}", records);
    }
}
