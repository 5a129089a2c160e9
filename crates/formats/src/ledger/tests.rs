//! Ledgers are read as documented.

use model::Money;
use proptest::prelude::*;

use super::*;
use crate::payment::{PartyKind, tests::payment};

fn read(text: &str) -> Vec<Result<Record<Payment>, Reject>> {
    LedgerReader::open(text.as_bytes()).unwrap().into_iter().collect()
}

fn read_mapped(text: &str, mapping: &str) -> Vec<Result<Record<Payment>, Reject>> {
    let mapping = Mapping::parse(mapping).unwrap();
    LedgerReader::open_mapped(text.as_bytes(), &mapping).unwrap().into_iter().collect()
}

/// A ledger with every column.
fn written(payments: &[Payment], delimiter: u8) -> String {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    writer.write_record(Column::ALL.map(Column::as_str)).unwrap();
    let digits = |money: Money| money.to_string().get(4..).unwrap().replace(',', "");
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    for payment in payments {
        let mut row = vec![
            text(&payment.reference),
            payment.at.to_string(),
            digits(payment.amount),
            payment.amount.currency.to_string(),
            payment.payout.map(digits).unwrap_or_default(),
            payment.payout.map(|money| money.currency.to_string()).unwrap_or_default(),
        ];
        for party in [&payment.sender, &payment.receiver] {
            row.extend([
                text(&party.account),
                text(&party.institution),
                text(&party.name),
                party.kind.map(|kind| kind.to_string()).unwrap_or_default(),
                party.country.map(|country| country.to_string()).unwrap_or_default(),
                text(&party.phone),
                text(&party.email),
                party.birth_date.map(|date| date.to_string()).unwrap_or_default(),
                text(&party.address),
                text(&party.city),
            ]);
        }
        row.extend([text(&payment.purpose), text(&payment.channel)]);
        writer.write_record(row).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        payments in proptest::collection::vec(payment(), 0..4),
        delimiter in proptest::sample::select(b",;\t|".as_slice()),
    ) {
        let read: Vec<Payment> =
            read(&written(&payments, delimiter)).into_iter().map(|row| row.unwrap().value).collect();
        prop_assert_eq!(read, payments);
    }

    #[test]
    fn no_bytes_make_it_fail(bytes in proptest::collection::vec(any::<u8>(), 0..400), cut in 0_usize..200) {
        let mut hostile = b"at,amount,currency,sender_account,receiver_name\n2026-03-01,5,PHP,a,b\n".to_vec();
        hostile.truncate(cut);
        hostile.extend(bytes);
        if let Ok(ledger) = LedgerReader::open(hostile.as_slice()) {
            let rows = hostile.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count();
            prop_assert!(ledger.into_iter().count() <= rows + 1);
        }
    }
}

#[test]
fn headings_in_any_case_and_order_and_empty_fields() {
    let rows = read(
        "\u{feff}Receiver_Name;CURRENCY;amount;at;sender_account;Sender_Kind;comment\n\
         \"Synthetic; Receiver\";php;1250.50;2026-03-01T22:15:00+08:00; ACC-1 ;Individual;x\n\
         Synthetic Receiver;PHP;20;2026-03-01;ACC-2;;\n",
    );
    let first = rows[0].as_ref().unwrap();
    assert_eq!((first.ordinal, first.line), (1, 2));
    assert_eq!(first.value.amount.to_string(), "PHP 1,250.50");
    assert_eq!(first.value.receiver.name.as_deref(), Some("Synthetic; Receiver"));
    assert_eq!(first.value.sender.account.as_deref(), Some("ACC-1"));
    assert_eq!(first.value.sender.kind, Some(PartyKind::Individual));
    let second = &rows[1].as_ref().unwrap().value;
    assert_eq!(second.sender.kind, None);
    assert!(second.notes.day_only && second.notes.zone_assumed);
}

#[test]
fn columns_that_are_not_read_are_named() {
    let text = "at,amount,currency,sender_acount,sender_name,receiver_name\n";
    let ledger = LedgerReader::open(text.as_bytes()).unwrap();
    assert_eq!(ledger.ignored_columns(), ["sender_acount"]);
}

#[test]
fn a_bad_row_is_a_reject_and_the_rest_goes_on() {
    let rows = read(
        "reference,at,amount,currency,payout_amount,payout_currency,sender_account,sender_country,receiver_name,receiver_birth_date\n\
         1,2026-03-01T00:00:00Z,5,PHP,,,A,PH,Synthetic,2001-01-01\n\
         2,,5,PHP,,,A,PH,Synthetic,\n\
         3,2026-03-01T00:00:00Z,1.005,PHP,,,A,PH,Synthetic,\n\
         4,2026-03-01T00:00:00Z,0.00,PHP,,,A,PH,Synthetic,\n\
         5,2026-03-01T00:00:00Z,5,PHP,3,,A,PH,Synthetic,\n\
         6,2026-03-01T00:00:00Z,5,PHP,,,,PH,Synthetic,\n\
         7,2026-03-01T00:00:00Z,5,PHP,,,A,Philippines,Synthetic,\n\
         8,2026-03-01T00:00:00Z,5,PHP,,,A,PH,Synthetic,2001\n\
         9,2026-03-01T00:00:00Z,-5,PHP,,,A,PH,Synthetic,\n\
         10,2026-03-01T00:00:00Z,5,PHP,0,PHP,A,PH,Synthetic,\n\
         11,2026-03-01T00:00:00Z,5,PHP,5,PHP,A,PH,,\n\
         12,2026-03-01T00:00:00Z,5,PHP,300.25,PHP,A,PH,Synthetic,\n",
    );
    let fields: Vec<_> = rows.iter().map(|row| row.as_ref().err().map(|r| r.field.as_str())).collect();
    assert_eq!(
        fields,
        [
            None,
            Some("at"),
            Some("amount"),
            Some("amount"),
            Some("payout_currency"),
            Some("sender_account"),
            Some("sender_country"),
            Some("receiver_birth_date"),
            Some("amount"),
            Some("payout_amount"),
            Some("receiver_account"),
            None,
        ]
    );
    let too_precise = rows[2].as_ref().unwrap_err();
    assert_eq!((too_precise.ordinal, too_precise.line, too_precise.fatal), (3, 4, false));
    assert_eq!(too_precise.path, "amount");
    assert!(too_precise.reason.contains("more decimals than PHP has"), "{too_precise}");
    assert_eq!(too_precise.raw, "3,2026-03-01T00:00:00Z,1.005,PHP,,,A,PH,Synthetic,");
}

#[test]
fn a_mapping_reads_other_columns() {
    let rows = read_mapped(
        "Von|Nach|Betrag|Datum\nA-1|B-1|1.250,505|01.07.2026 22:15\nA-1||5|01.07.2026 22:15\n",
        r#"
[columns]
sender_account = "von"
receiver_account = "Nach"
amount = "Betrag"
at = "Datum"
[constants]
currency = "EUR"
sender_kind = "individual"
receiver_country = "ph"
[time]
format = "%d.%m.%Y %H:%M"
zone = "Europe/Berlin"
[amount]
decimal = ","
thousands = "."
round = "half-even"
"#,
    );
    let payment = &rows[0].as_ref().unwrap().value;
    assert_eq!(payment.at.to_string(), "2026-07-01T20:15:00Z");
    assert_eq!(payment.amount.to_string(), "EUR 1,250.50");
    assert!(payment.notes.amount_rounded && !payment.notes.zone_assumed);
    assert_eq!(payment.sender.kind, Some(PartyKind::Individual));
    assert_eq!(payment.receiver.country.unwrap().as_str(), "PH");
    let reject = rows[1].as_ref().unwrap_err();
    assert_eq!((reject.field.as_str(), reject.path.as_str()), ("receiver_account", "Nach"));
}

#[test]
fn a_file_without_the_columns_is_not_opened() {
    let found = "at,amount,sender_account,receiver_account\n";
    let error = LedgerReader::open(found.as_bytes()).unwrap_err();
    assert!(matches!(&error, LedgerError::Missing { missing, .. } if missing == &["currency"]), "{error}");
    let mapping =
        "[columns]\nat='t'\namount='a'\nsender_account='s'\nreceiver_name='r'\n[constants]\ncurrency='PHP'\n";
    let mapping = Mapping::parse(mapping).unwrap();
    let error = LedgerReader::open_mapped(&b"T,A,S,x\n"[..], &mapping).unwrap_err();
    assert!(matches!(&error, LedgerError::Absent { absent, .. } if absent == &["r"]), "{error}");
}

#[test]
fn a_visitor_may_break_off_and_go_on() {
    let text = "at,amount,currency,sender_account,receiver_account\n".to_owned()
        + &"2026-03-01T00:00:00Z,5,PHP,A,B\n".repeat(5);
    let mut ledger = LedgerReader::open(text.as_bytes()).unwrap();
    let mut seen = Vec::new();
    ledger.for_each(|row| {
        seen.push(row.unwrap().ordinal);
        if seen.len() == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    ledger.for_each(|row| {
        seen.push(row.unwrap().ordinal);
        ControlFlow::Continue(())
    });
    assert_eq!(seen, [1, 2, 3, 4, 5]);
}
