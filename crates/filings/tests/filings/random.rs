//! Random reports: whatever people write, what is written is well formed, and valid whenever it says that it is filable.

use filings::{Official, PaymentChannel, Standing, Str, SubjectRole, render};
use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};

use super::support::{FINCEN, GOAML, conformance, draft, profile, valid_by_xmllint};

/// Texts that hurt: control characters, markup, emoji, blanks in every place, and plain ones.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        12 => "[a-zA-Z0-9 .]{1,30}",
        4 => "(?s).{1,20}",
        4 => "[\\]>&<\"'\u{0}-\u{1f}\u{7f}\u{85}\u{fffe}🙂é ]{1,20}",
        1 => Just("🙂 ".repeat(4_500)),
        2 => Just("]]>".to_owned()),
    ]
}

fn reports(local: &'static str) -> impl Strategy<Value = Str> {
    (
        proptest::collection::vec(text(), 9),
        0_usize..PaymentChannel::ALL.len(),
        0_usize..4,
        (any::<bool>(), any::<bool>()),
        0_i64..10_000_000,
    )
        .prop_filter_map("a report", move |(texts, channel, payments, (client, hostile), minor)| {
            let [reason, reference, purpose, action, place, name, handle, note, number] = &texts[..] else {
                return None;
            };
            let mut draft = draft(local);
            draft.reason.clone_from(reason);
            draft.reference.clone_from(reference);
            draft.action = Some(action.clone());
            draft.payments.truncate(payments);
            for (at, payment) in draft.payments.iter_mut().enumerate() {
                payment.purpose = Some(purpose.clone());
                payment.place = Some(place.clone()).filter(|_| at > 0);
                payment.channel = PaymentChannel::ALL[channel];
                payment.local.iter_mut().for_each(|local| local.minor = minor);
                payment.reference = format!("{number}{at}");
            }
            draft.subjects[0].is_client = client;
            draft.subjects[0].contacts.handles[0].name.clone_from(handle);
            draft.subjects[2].note = Some(note.clone());
            if let filings::Party::Organisation(shop) = &mut draft.subjects[3].party {
                // Most names are told before anything else is looked at.
                if hostile {
                    shop.name.clone_from(name);
                }
            }
            Str::new(draft).ok()
        })
}

fn hold(id: &str, schema: &str, local: &'static str) {
    let Some(schema) = conformance(schema) else { return };
    let profile = profile(id);
    let official = Official::load(&profile, &std::fs::read(&schema).unwrap()).unwrap();
    let mut runner = TestRunner::deterministic();
    let (mut files, mut filable, mut gaps) = (Vec::new(), Vec::new(), 0);
    for _ in 0..200 {
        let report = reports(local).new_tree(&mut runner).unwrap().current();
        match render(&report, &profile, Some(&official)) {
            Ok(rendered) => {
                if matches!(rendered.standing, Standing::Filable { .. }) {
                    filable.push(files.len());
                }
                files.push(rendered.bytes);
            }
            Err(told) => {
                assert!(told.gaps.iter().all(|gap| !gap.whose.is_empty() && !gap.action.is_empty()));
                gaps += 1;
            }
        }
    }
    let valid: Vec<usize> = valid_by_xmllint(&schema, &files).into_iter().collect();
    assert_eq!(filable, valid, "{id}");
    assert!(filable.len() > 20 && gaps > 5, "{id}: {} filable, {gaps} with gaps", filable.len());
}

#[test]
fn goaml_files_say_truly_whether_they_are_valid() {
    hold("goaml-5.0.2-ae", GOAML, "AED");
}

#[test]
fn fincen_files_say_truly_whether_they_are_valid() {
    hold("fincen-sar-2.0", FINCEN, "USD");
}

/// A table is read back as it was meant: a row for each payment, a cell for each column, and no formula.
#[test]
fn tables_are_read_back_whole() {
    let profile = profile("fintrac");
    let mut runner = TestRunner::deterministic();
    let mut read = 0;
    for _ in 0..200 {
        let report = reports("CAD").new_tree(&mut runner).unwrap().current();
        let Ok(rendered) = render(&report, &profile, None) else { continue };
        let mut reader = csv::Reader::from_reader(&rendered.bytes[..]);
        let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), report.content().payments.len().max(1));
        for cell in rows.iter().flatten() {
            assert!(!cell.starts_with(['=', '+', '@', '\t', '\r', '\n']), "{cell:?}");
        }
        read += 1;
    }
    assert!(read > 50, "{read}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A victim's role never becomes another in any form.
    #[test]
    fn no_form_marks_a_victim(report in reports("USD")) {
        let child = report.content().subjects.iter().find(|subject| subject.key == "child").unwrap();
        prop_assert_eq!(child.role, SubjectRole::Victim);
        if let Ok(rendered) = render(&report, &profile("goaml-5.0.2-ae"), None) {
            let text = String::from_utf8(rendered.bytes).unwrap();
            for party in text.split("<report_party>").skip(1).filter(|party| party.contains("<last_name>Child<")) {
                let party = party.split("</report_party>").next().unwrap();
                prop_assert!(!party.contains("is_suspected"));
                prop_assert!(party.contains("Named as a victim"));
            }
        }
        if let Ok(rendered) = render(&report, &profile("fincen-sar-2.0"), None) {
            prop_assert!(!String::from_utf8(rendered.bytes).unwrap().contains(">Child<"));
        }
    }
}
