//! Targets: documents and payments from outside, with documents of our own writers and simulators.

use std::io::BufReader;

use formats::{
    Record, Reject, cybertip, detect,
    iso20022::{
        Iso20022Reader,
        sample::{Form, Heading, written},
    },
    ledger::{LedgerReader, LineReader, Mapping},
    payment::Payment,
};

use super::{
    Target,
    hashes::hash_list_seeds,
    laws::{ends_after_fatal, same, target, values},
    pieces::read_well,
};
use crate::{
    cli::{PRESENT, write_ledger},
    runtime::Seeded,
};

pub(super) const CYBERTIP: Target = target("cybertip", cybertip_seeds, CYBERTIP_WORDS, |_| {
    Ok(Box::new(|bytes| {
        let Ok(document) = cybertip::parse(bytes) else { return Ok(false) };
        let _ = cybertip::validate(&document, PRESENT);
        if let cybertip::Document::Report(report) = &document {
            let _ = cybertip::validate_submission(report, &[], PRESENT);
        }
        same(&cybertip::parse(&cybertip::write(&document)), &Ok(document))
    }))
});
const CYBERTIP_WORDS: &[&str] = &[
    "report",
    "fileDetails",
    "reportResponse",
    "<incidentSummary>",
    "<incidentType>Child Sex Trafficking</incidentType>",
    "<incidentDateTime>2026-02-30T25:61:61+99:99</incidentDateTime>",
    "<reporter>",
    "<victim>",
    "<email>",
    "<ipAddress>2001:db8::1</ipAddress>",
    "<phone countryCallingCode=\"+63\">",
    "<age>-1</age>",
    "<additionalInfo>",
    "<!DOCTYPE a [<!ENTITY b \"c\">]>",
    "xsi:nil=\"true\"",
    "&amp;",
    "true",
    "2026-03-01T00:00:00Z",
];

fn cybertip_seeds() -> anyhow::Result<Vec<Vec<u8>>> {
    let entropy = Seeded::new(1);
    Ok(cybertip::sample::documents(&entropy, 40, PRESENT)
        .map(|(_, document)| cybertip::write(&document))
        .collect())
}

pub(super) const ISO20022: Target = target("iso20022", iso20022_seeds, ISO20022_WORDS, |_| {
    Ok(Box::new(|bytes| {
        let read = read_well(bytes, |source, give| {
            Iso20022Reader::new(BufReader::with_capacity(512, source)).for_each(give);
        })?;
        ends_after_fatal(&read)?;
        let payments: Vec<Payment> = values(read);
        // What is written is cut to its fields' lengths: from then on nothing changes.
        for form in [Form::Pacs008V08, Form::Pacs008V10, Form::Pain001V09] {
            let heading = Heading { message_id: "SYNTHETIC", created: PRESENT };
            let again = |payments: &[Payment]| -> Vec<_> {
                Iso20022Reader::new(written(form, heading, payments).as_bytes()).collect()
            };
            let once = again(&payments);
            if let Some(Err(refused)) = once.iter().find(|one| one.is_err()) {
                return Err(format!("what was written is refused: {refused}"));
            }
            let mut once: Vec<Payment> = values(once);
            let mut twice: Vec<Payment> = values(again(&once));
            if form == Form::Pain001V09 {
                // There the message's own id becomes part of each reference.
                once.iter_mut().chain(&mut twice).for_each(|payment| payment.reference = None);
            }
            same(&twice, &once)?;
        }
        Ok(!payments.is_empty())
    }))
});
const ISO20022_WORDS: &[&str] = &[
    "CdtTrfTxInf",
    "<PmtInf>",
    "<GrpHdr>",
    "<InstdAmt Ccy=\"JPY\">",
    "<IntrBkSttlmAmt Ccy=\"BHD\">1.2345</IntrBkSttlmAmt>",
    "<UETR>",
    "<EndToEndId>NOTPROVIDED</EndToEndId>",
    "<CreDtTm>2026-02-29T24:00:00</CreDtTm>",
    "<PrvtId>",
    "<OrgId>",
    "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03",
    "urn:iso:std:iso:20022:tech:xsd:pacs.008.001.99",
    "PHP",
    "-0.00",
];

fn iso20022_seeds() -> anyhow::Result<Vec<Vec<u8>>> {
    let ledger = ledger()?;
    let payments: Vec<Payment> =
        LedgerReader::open(ledger.as_slice())?.into_iter().flatten().map(|r| r.value).collect();
    let heading = Heading { message_id: "SYNTHETIC-1", created: PRESENT };
    Ok([Form::Pacs008V08, Form::Pacs008V10, Form::Pain001V09]
        .into_iter()
        .zip(payments.chunks(8))
        .map(|(form, payments)| written(form, heading, payments).into_bytes())
        .collect())
}

fn ledger() -> anyhow::Result<Vec<u8>> {
    let mut csv = Vec::new();
    write_ledger(60, 1, &mut csv)?;
    Ok(csv)
}

pub(super) const LEDGER: Target = target(
    "ledger",
    || Ok(vec![ledger()?]),
    LEDGER_WORDS,
    |_| Ok(Box::new(|bytes| ledger_law(bytes, &Mapping::default()))),
);
const LEDGER_WORDS: &[&str] = &[
    "reference",
    "at",
    "amount",
    "currency",
    "payout_amount",
    "payout_currency",
    "sender_account",
    "sender_name",
    "receiver_account",
    "receiver_kind",
    "individual",
    "PHP",
    "JPY",
    "2026-02-30",
    "2026-03-01T00:00:00+99:00",
    "\"a\"\"b\"",
    "\"\n\"",
    ";",
    "\t",
    "1,000.00",
    "1.000,00",
    "(5)",
];

/// A row of a ledger.
type Row = Result<Record<Payment>, Reject>;

fn ledger_law(bytes: &[u8], mapping: &Mapping) -> Result<bool, String> {
    let read =
        read_well(
            bytes,
            |source, give: &mut dyn FnMut(Result<Row, String>)| match LedgerReader::open_mapped(
                source, mapping,
            ) {
                Ok(ledger) => ledger.into_iter().for_each(|one| give(Ok(one))),
                Err(e) => give(Err(e.to_string())),
            },
        )?;
    let mut visited = Vec::new();
    if let Ok(mut ledger) = LedgerReader::open_mapped(bytes, mapping) {
        ledger.for_each(|one| {
            visited.push(Ok(one.map(|record| record.map(|payment| payment.to_payment()))));
            std::ops::ControlFlow::Continue(())
        });
        same(&visited, &read)?;
    }
    let rows: Vec<_> = read.into_iter().flatten().collect();
    ends_after_fatal(&rows)?;
    Ok(rows.iter().any(Result::is_ok))
}

pub(super) const LEDGER_LINES: Target = target("ledger-lines", lines_seeds, LEDGER_WORDS, |_| {
    Ok(Box::new(|bytes| {
        let read = read_well(bytes, |source, give: &mut dyn FnMut(Result<Row, String>)| {
            LineReader::new(BufReader::new(source)).into_iter().for_each(|one| give(Ok(one)));
        })?;
        let rows: Vec<_> = read.into_iter().flatten().collect();
        ends_after_fatal(&rows)?;
        Ok(rows.iter().any(Result::is_ok))
    }))
});

fn lines_seeds() -> anyhow::Result<Vec<Vec<u8>>> {
    let mut lines = String::new();
    for record in LedgerReader::open(ledger()?.as_slice())?.into_iter().flatten() {
        lines.push_str(&ledger_line(&record.value).to_string());
        lines.push('\n');
    }
    Ok(vec![lines.into_bytes()])
}

/// A payment as a line of JSON.
fn ledger_line(payment: &Payment) -> serde_json::Value {
    let amount = payment.amount.to_string();
    serde_json::json!({
        "reference": payment.reference,
        "at": payment.at.to_string(),
        "amount": amount.get(4..).unwrap_or_default().replace(',', ""),
        "currency": payment.amount.currency.to_string(),
        "sender_account": payment.sender.account,
        "sender_country": payment.sender.country.map(|country| country.to_string()),
        "receiver_account": payment.receiver.account,
        "receiver_name": payment.receiver.name,
        "purpose": payment.purpose,
    })
}

pub(super) const LEDGER_MAPPING: Target = target("ledger-mapping", mapping_seeds, MAPPING_WORDS, |_| {
    Ok(Box::new(|bytes| {
        let Ok(mapping) = Mapping::parse(&String::from_utf8_lossy(bytes)) else { return Ok(false) };
        let rows = "Transaction No,Date,Sent,Paid out,Customer,Beneficiary,Reason\n\
                    1,24.12.2026 18:00,\"1.000,50\",60000,C-1,Synthetic Receiver,school\n\
                    2,31/02/2026,9e99,-1,,,\n\
                    3,1766599200,1000,0.001,C-2,Synthetic Other,\n";
        ledger_law(rows.as_bytes(), &mapping)?;
        Ok(true)
    }))
});
const MAPPING_WORDS: &[&str] = &[
    "[columns]",
    "[constants]",
    "[time]",
    "[amount]",
    "format",
    "zone",
    "epoch",
    "decimal",
    "thousands",
    "\"days\"",
    "\"unix\"",
    "\"%Y-%m-%dT%H:%M:%S%.f%z\"",
    "\"%%%:::z%Q\"",
    "\"+99:99\"",
    "\"Asia/Manila\"",
    "\"\"",
    "= [",
    "'''",
    "currency = \"PHP\"",
    "\"\\u0000\"",
    "rounding",
];

fn mapping_seeds() -> anyhow::Result<Vec<Vec<u8>>> {
    let columns = "[columns]\nreference = \"Transaction No\"\nat = \"Date\"\namount = \"Sent\"\n\
         payout_amount = \"Paid out\"\nsender_account = \"Customer\"\nreceiver_name = \"Beneficiary\"\n\
         purpose = \"Reason\"\n\n[constants]\ncurrency = \"EUR\"\npayout_currency = \"PHP\"\n\
         sender_kind = \"individual\"\nreceiver_country = \"PH\"\n\n";
    let european = "[time]\nformat = \"%d.%m.%Y %H:%M\"\nzone = \"Europe/Berlin\"\n\n[amount]\ndecimal = \",\"\n\
         thousands = \".\"\n";
    let days = "[time]\nformat = \"days\"\nepoch = \"2017-01-01T00:00:00Z\"\n";
    Ok([european, days].map(|rest| format!("{columns}{rest}").into_bytes()).to_vec())
}

pub(super) const DETECT: Target = target("detect", detect_seeds, CYBERTIP_WORDS, |_| {
    Ok(Box::new(|bytes| {
        let head = bytes.get(..detect::HEAD).unwrap_or(bytes);
        let found = detect::detect(head);
        same(&detect::detect(head), &found)?;
        if let detect::Detected::NotSupported { reason } = &found
            && (reason.is_empty() || reason.len() > 2000)
        {
            return Err(format!("the reason has {} bytes", reason.len()));
        }
        Ok(!matches!(found, detect::Detected::NotSupported { .. }))
    }))
});

fn detect_seeds() -> anyhow::Result<Vec<Vec<u8>>> {
    let first = |all: Vec<Vec<u8>>| all.into_iter().take(2);
    Ok(first(cybertip_seeds()?)
        .chain(first(iso20022_seeds()?))
        .chain([ledger()?])
        .chain(first(hash_list_seeds()?))
        .collect())
}
