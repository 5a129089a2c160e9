//! goAML: every file is valid by the unit's schema, in our eyes and in `xmllint`'s.

use filings::{Account, Official, Party, Side, Standing, Str, SubjectRole, Xsd, render};

use super::support::{GOAML, account, conformance, draft, profile, report, valid_by_xmllint};

#[test]
fn the_sample_of_others_is_valid() {
    let (Some(schema), Some(sample)) = (conformance(GOAML), conformance("goaml/sample-STR-5.0.2.xml")) else {
        return;
    };
    let xsd = Xsd::load(&std::fs::read(schema).unwrap()).unwrap();
    assert_eq!(xsd.check(&std::fs::read(sample).unwrap()), []);
}

/// The unit publishes its schema with patterns in the manner of .NET: anchors, and a hyphen where the standard wants none.
#[test]
fn the_schema_as_the_unit_publishes_it_passes_the_same_files() {
    let Some(schema) = conformance(GOAML) else { return };
    let text = std::fs::read_to_string(schema).unwrap();
    let published = text
        .replace("value=\"[a-zA-Z0-9 .'-]*\"", "value=\"^[a-zA-Z0-9 .'-]*$\"")
        .replace("[_a-zA-Z0-9+-]", "[_a-zA-Z0-9-+]");
    assert_ne!(text, published);
    let profile = profile("goaml-5.0.2-ae");
    let official = Official::load(&profile, published.as_bytes()).unwrap();
    let rendered = render(&report("AED"), &profile, Some(&official)).unwrap();
    assert_eq!(rendered.standing, Standing::Filable { official: official.digest() });
}

#[test]
fn a_whole_report_is_filable_and_valid() {
    let Some(schema) = conformance(GOAML) else { return };
    let profile = profile("goaml-5.0.2-ae");
    let official = Official::load(&profile, &std::fs::read(&schema).unwrap()).unwrap();
    let mut drafts = vec![draft("AED")];
    // An account of the client's own.
    let mut own = draft("AED");
    own.payments[0].sender.account = Some(account());
    drafts.push(own);
    // No payment at all.
    let mut none = draft("AED");
    none.payments.clear();
    drafts.push(none);
    // An account of nobody known, and a report that replaces another.
    let mut unknown = draft("AED");
    unknown.payments[0].receiver = Side {
        subject: None,
        account: Some(Account { name: Some("Synthetic Nobody".to_owned()), ..account() }),
        country: Some("PH".parse().unwrap()),
    };
    unknown.replaces = Some("FIU-0".to_owned());
    drafts.push(unknown);
    // An organisation with an account.
    let mut shop = draft("AED");
    shop.payments[1].receiver.account = Some(account());
    drafts.push(shop);
    // An organisation that is a client, directed by somebody the report names.
    let mut client = draft("AED");
    client.subjects[3].is_client = true;
    client.subjects[3].contacts.addresses = client.subjects[0].contacts.addresses.clone();
    let Party::Organisation(organisation) = &mut client.subjects[3].party else { panic!("the shop is one") };
    organisation.legal_form = Some("CIVEN".to_owned());
    organisation.state = Some("Synthetic".to_owned());
    organisation.tax_registered = Some(true);
    drafts.push(client);
    let mut files = Vec::new();
    for draft in drafts {
        let rendered = render(&Str::new(draft).unwrap(), &profile, Some(&official)).unwrap();
        assert_eq!(rendered.standing, Standing::Filable { official: official.digest() });
        assert_eq!(rendered.file_name, "goaml-5.0.2-ae-SYN-STR-0001.xml");
        files.push(rendered.bytes);
    }
    assert_eq!(valid_by_xmllint(&schema, &files).len(), files.len());
}

#[test]
fn without_the_schema_it_is_a_draft_by_name_and_not_inside() {
    let rendered = render(&report("AED"), &profile("goaml-5.0.2-ae"), None).unwrap();
    let Standing::Draft { reasons } = &rendered.standing else { panic!("filable without a schema") };
    assert!(reasons[0].contains("schema of UAE Financial Intelligence Unit is not loaded"), "{reasons:?}");
    assert_eq!(rendered.file_name, "goaml-5.0.2-ae-SYN-STR-0001.DRAFT-not-filable.xml");
    let text = String::from_utf8(rendered.bytes).unwrap();
    assert!(!text.to_lowercase().contains("draft"));
}

#[test]
fn a_code_the_schema_does_not_know_makes_a_draft_that_says_where() {
    let Some(schema) = conformance(GOAML) else { return };
    let profile = profile("goaml-5.0.2-ae");
    let official = Official::load(&profile, &std::fs::read(schema).unwrap()).unwrap();
    let mut draft = draft("AED");
    draft.indicators.push("code:NOSUCH".to_owned());
    let rendered = render(&Str::new(draft).unwrap(), &profile, Some(&official)).unwrap();
    let Standing::Draft { reasons } = rendered.standing else { panic!("filable with a wrong code") };
    assert_eq!(reasons.len(), 1);
    assert!(
        reasons[0].contains("report/report_indicators/indicator") && reasons[0].contains("NOSUCH"),
        "{reasons:?}"
    );
}

#[test]
fn what_the_unit_demands_is_named_all_at_once() {
    let mut draft = draft("AED");
    draft.reporter.number = None;
    draft.indicators.push("synthetic-typology".to_owned());
    draft.payments[0].local = None;
    draft.subjects[0].contacts.phones.clear();
    let Party::Person(buyer) = &mut draft.subjects[0].party else { panic!("the buyer is a person") };
    buyer.given = Some("ليلى".to_owned());
    buyer.documents[0].expires = None;
    let gaps = render(&Str::new(draft).unwrap(), &profile("goaml-5.0.2-ae"), None).unwrap_err();
    let told = gaps.to_string();
    for wanted in [
        "the reporter: the number the unit gave",
        "synthetic-typology",
        "payment SYN-1: the amount in AED is missing",
        "subject buyer: the telephone is missing",
        "subject buyer: the given name is not in Latin letters",
        "subject buyer: an identity document with its dates",
    ] {
        assert!(told.contains(wanted), "{wanted}: {told}");
    }
    assert_eq!(gaps.gaps.len(), 6, "{told}");
    assert!(gaps.gaps.iter().all(|gap| !gap.action.is_empty()));
}

#[test]
fn a_long_reason_is_carried_whole_and_names_keep_their_letters() {
    let report = report("AED");
    let rendered = render(&report, &profile("goaml-5.0.2-ae"), None).unwrap();
    let text = String::from_utf8(rendered.bytes).unwrap();
    let inside = |name: &str| -> Vec<&str> {
        let close = format!("</{name}>");
        text.split(&format!("<{name}>")).skip(1).filter_map(|rest| rest.split(&close).next()).collect()
    };
    let told = [inside("reason")[0], inside("info_text")[0]].concat();
    assert_eq!(told, report.content().reason);
    assert!(text.contains("<last_name>Munoz</last_name>"));
    assert!(text.contains("<full_name_frn>Syntética Muñoz</full_name_frn>"));
    assert!(text.contains("<ipv6>2001:db8:0:0:0:0:0:1</ipv6>"));
}

#[test]
fn only_suspects_are_marked_as_suspected() {
    let mut changed = draft("AED");
    for subject in &mut changed.subjects {
        if subject.role == SubjectRole::Suspect {
            subject.role = SubjectRole::Other;
        }
    }
    let profile = profile("goaml-5.0.2-ae");
    let marks = |draft| {
        let rendered = render(&Str::new(draft).unwrap(), &profile, None).unwrap();
        String::from_utf8(rendered.bytes).unwrap().matches("is_suspected").count()
    };
    assert_eq!(marks(changed), 0);
    // Three senders, two receivers, each with two tags.
    assert_eq!(marks(draft("AED")), 10);
}
