//! A report as a batch of FinCEN's Suspicious Activity Report (XML schema 2.0), marked as online child sexual exploitation:
//! “other” with the term OCSE, the notice's key term in the note to FinCEN and in the narrative (FIN-2021-NTC3).
//!
//! Suspects alone are subjects of the form. Victims and other parties are never subjects: the narrative tells of them.

mod subject;

use std::collections::BTreeSet;

use model::{Country, Money};

use crate::{
    gap::{Gaps, Gathered},
    profile::{Fincen, Profile},
    report::{FincenReporter, Str},
    subject::{Address, Document, Phone, PhoneKind, Subject, SubjectRole, Use},
    text,
    xml::Writer,
};

/// The namespace of the form.
const NAMESPACE: &str = "www.fincen.gov/base";
/// The longest block of a narrative; there are five.
const BLOCK: usize = 4000;

/// Writes the batch with the one report; an error names everything that is missing.
pub(crate) fn render(report: &Str, profile: &Profile, fincen: &Fincen) -> Result<Vec<u8>, Gaps> {
    let mut page =
        Page { report, profile, fincen, xml: Writer::new("fc2:"), gaps: Gathered::default(), number: 0 };
    page.batch();
    page.gaps.finish(&profile.id, page.xml.finish())
}

struct Page<'a> {
    report: &'a Str,
    profile: &'a Profile,
    fincen: &'a Fincen,
    xml: Writer,
    gaps: Gathered,
    /// The number of the element that was numbered last.
    number: u64,
}

impl Page<'_> {
    /// Begins an element with the next number.
    fn begin(&mut self, name: &str) {
        self.number += 1;
        let number = self.number.to_string();
        self.xml.begin(name, &[("SeqNum", &number)]);
    }

    fn batch(&mut self) {
        let report = self.report;
        let suspects: Vec<&Subject> =
            report.content().subjects.iter().filter(|subject| subject.role == SubjectRole::Suspect).collect();
        let total = self.total().to_string();
        // The form counts its subjects alone; one that nobody knows is a subject too.
        let parties = suspects.len().max(1).to_string();
        self.xml.begin(
            "EFilingBatchXML",
            &[
                ("xmlns:fc2", NAMESPACE),
                ("TotalAmount", &total),
                ("PartyCount", &parties),
                ("ActivityCount", "1"),
                ("ActivityAttachmentCount", "0"),
                ("AttachmentCount", "0"),
            ],
        );
        self.xml.text("FormTypeCode", "SARX");
        self.begin("Activity");
        let draft = report.content();
        if let Some(replaces) = &draft.replaces {
            if replaces.len() <= 14 && replaces.bytes().all(|byte| byte.is_ascii_digit()) {
                self.xml.text("EFilingPriorDocumentNumber", replaces);
            } else {
                let action = "enter the BSA identifier of up to 14 digits";
                self.gaps.add("the report", "the number it replaces is not a BSA identifier", action);
            }
        }
        self.xml.text("FilingDateText", &text::moment(draft.written, &self.profile.zone, "%Y%m%d"));
        self.short("FilingInstitutionNotetoFinCEN", &self.fincen.note, 50, "the profile", "the note");
        self.begin("ActivityAssociation");
        let kind = if draft.replaces.is_some() {
            "CorrectsAmendsPriorReportIndicator"
        } else {
            "InitialReportIndicator"
        };
        self.xml.text(kind, "Y");
        self.xml.end();
        if let Some(codes) = self.gaps.need(
            draft.reporter.fincen.as_ref(),
            "the reporter",
            "what only FinCEN asks (EIN, transmitter control code, regulator, type)",
        ) {
            self.institution("35", codes);
            self.contact("37");
            self.institution("30", codes);
            self.contact("8");
            self.institution("34", codes);
        }
        if suspects.is_empty() {
            self.begin("Party");
            self.xml.text("ActivityPartyTypeCode", "33");
            self.xml.text("AllCriticalSubjectInformationUnavailableIndicator", "Y");
            self.begin("PartyName");
            self.xml.text("EntityLastNameUnknownIndicator", "Y");
            self.xml.text("FirstNameUnknownIndicator", "Y");
            self.xml.text("PartyNameTypeCode", "L");
            self.xml.end();
            self.xml.end();
        }
        for suspect in suspects {
            self.suspect(suspect);
        }
        self.activity();
        self.addresses();
        self.narrative();
        self.xml.end();
        self.xml.end();
    }

    /// The whole amount in dollars, each payment counted as it is and the sum rounded up, as the form wants.
    fn total(&mut self) -> u64 {
        let draft = self.report.content();
        let mut cents: i64 = 0;
        for payment in &draft.payments {
            let whose = format!("payment {}", payment.reference);
            let amount: Option<Money> =
                self.gaps.need(payment.amount_in(draft.currency_local), &whose, "the amount in USD");
            cents = cents.saturating_add(amount.map_or(0, |amount| amount.minor));
        }
        // A payment taken back counts against the others.
        u64::try_from(cents).unwrap_or(0).div_ceil(100)
    }

    /// The institution as transmitter (35), filing institution (30) or place of the transactions (34).
    fn institution(&mut self, code: &str, codes: &FincenReporter) {
        let reporter = &self.report.content().reporter;
        let whose = "the reporter";
        self.begin("Party");
        self.xml.text("ActivityPartyTypeCode", code);
        if code != "35" {
            if code == "34" && reporter.branch.is_none() {
                self.xml.text("NoBranchActivityInvolvedIndicator", "Y");
            }
            self.short("PrimaryRegulatorTypeCode", &codes.regulator, 2, whose, "the regulator’s code");
        }
        self.named(&reporter.name, whose);
        if let Some(address) = self.gaps.need(reporter.address.as_ref(), whose, "the address") {
            self.address(address, whose);
        }
        if code == "35" {
            if let Some(phone) = self.gaps.need(reporter.phone.as_ref(), whose, "the telephone") {
                self.phone(phone, whose);
            }
            self.identified("28", &codes.transmitter_control_code, None, whose);
            self.identified("4", &codes.ein, None, whose);
        } else {
            self.identified("2", &codes.ein, None, whose);
            self.begin("OrganizationClassificationTypeSubtype");
            self.xml.text("OrganizationTypeID", &codes.institution_type);
            self.xml.end();
        }
        self.xml.end();
    }

    /// The officer as the transmitter's contact (37) or the contact for assistance (8).
    fn contact(&mut self, code: &str) {
        let officer = &self.report.content().reporter.officer;
        let whose = "the compliance officer";
        self.begin("Party");
        self.xml.text("ActivityPartyTypeCode", code);
        self.named(&format!("{} {}", officer.given, officer.family), whose);
        if code == "8"
            && let Some(phone) = self.gaps.need(officer.phone.as_ref(), whose, "the telephone")
        {
            self.phone(phone, whose);
        }
        self.xml.end();
    }

    fn named(&mut self, name: &str, whose: &str) {
        self.begin("PartyName");
        self.xml.text("PartyNameTypeCode", "L");
        self.short("RawPartyFullName", name, 150, whose, "the name");
        self.xml.end();
    }

    fn address(&mut self, address: &Address, whose: &str) {
        let abroad = address.country.is_some_and(|country| !matches!(country.as_str(), "US" | "CA" | "MX"));
        let unknown = |xml: &mut Writer, name: &str, missing: bool| {
            if missing {
                xml.text(name, "Y");
            }
        };
        self.begin("Address");
        unknown(&mut self.xml, "CityUnknownIndicator", address.city.is_none());
        unknown(&mut self.xml, "CountryCodeUnknownIndicator", address.country.is_none());
        if let Some(city) = &address.city {
            self.short("RawCityText", city, 50, whose, "the city");
        }
        self.xml.maybe("RawCountryCodeText", address.country.as_ref().map(Country::as_str));
        if let Some(state) = address.state.as_ref().filter(|_| !abroad) {
            self.short("RawStateCodeText", state, 3, whose, "the state’s code");
        }
        self.short("RawStreetAddress1Text", &address.line, 100, whose, "the street");
        if let Some(postcode) = &address.postcode {
            let plain: String = postcode.chars().filter(char::is_ascii_alphanumeric).collect();
            self.short("RawZIPCode", &plain, 9, whose, "the postal code");
        }
        unknown(&mut self.xml, "StateCodeUnknownIndicator", address.state.is_none() && !abroad);
        unknown(&mut self.xml, "ZIPCodeUnknownIndicator", address.postcode.is_none());
        self.xml.end();
    }

    fn phone(&mut self, phone: &Phone, whose: &str) {
        let prefix = phone.prefix.as_deref().filter(|prefix| *prefix != "1").unwrap_or_default();
        let digits: String =
            format!("{prefix}{}", phone.number).chars().filter(char::is_ascii_digit).collect();
        self.begin("PhoneNumber");
        self.short("PhoneNumberText", &digits, 16, whose, "the telephone number");
        let kind = match (phone.kind, phone.purpose) {
            (PhoneKind::Mobile, _) => "M",
            (PhoneKind::Landline, Use::Private) => "R",
            (PhoneKind::Landline, Use::Work) => "W",
        };
        self.xml.text("PhoneNumberTypeCode", kind);
        self.xml.end();
    }

    fn identified(&mut self, code: &str, number: &str, document: Option<&Document>, whose: &str) {
        self.begin("PartyIdentification");
        if let Some(document) = document {
            self.xml.maybe("OtherIssuerCountryText", document.country.as_ref().map(Country::as_str));
            if code == "999" {
                self.xml.text("OtherPartyIdentificationTypeText", document.kind.label());
            }
        }
        self.short("PartyIdentificationNumberText", number, 25, whose, "the number");
        self.xml.text("PartyIdentificationTypeCode", code);
        self.xml.end();
    }

    fn activity(&mut self) {
        let draft = self.report.content();
        let total = self.total();
        let times = || draft.payments.iter().map(|payment| payment.at);
        let day = |at| text::moment(at, &self.profile.zone, "%Y%m%d");
        let (first, last) = (times().min().unwrap_or(draft.suspicion_formed), times().max());
        let (first, last) = (day(first), last.map(day));
        self.begin("SuspiciousActivity");
        if draft.payments.is_empty() {
            self.xml.text("NoAmountInvolvedIndicator", "Y");
        }
        self.xml.text("SuspiciousActivityFromDateText", &first);
        self.xml.maybe("SuspiciousActivityToDateText", last.as_deref());
        if !draft.payments.is_empty() {
            self.xml.text("TotalSuspiciousAmountText", &total.to_string());
        }
        self.begin("SuspiciousActivityClassification");
        self.short("OtherSuspiciousActivityTypeText", &self.fincen.term, 50, "the profile", "the term");
        self.xml.text("SuspiciousActivitySubtypeID", &self.fincen.activity_subtype);
        self.xml.text("SuspiciousActivityTypeID", &self.fincen.activity_type);
        self.xml.end();
        self.xml.end();
    }

    /// The network addresses payments were ordered from and suspects were seen at.
    fn addresses(&mut self) {
        let draft = self.report.content();
        let suspects = draft.subjects.iter().filter(|subject| subject.role == SubjectRole::Suspect);
        let seen = suspects
            .flat_map(|subject| &subject.contacts.devices)
            .map(|device| (device.address, device.first_seen));
        let ordered = draft
            .payments
            .iter()
            .filter_map(|payment| Some((payment.device.as_ref()?.address, Some(payment.at))));
        let all: BTreeSet<_> = seen.chain(ordered).collect();
        if all.len() > 99 {
            let what = format!("{} network addresses; the form takes 99", all.len());
            self.gaps.add("the report", what, "keep those that matter most");
        }
        for (address, at) in all {
            self.begin("ActivityIPAddress");
            if let Some(at) = at {
                self.xml.text("ActivityIPAddressDateText", &text::moment(at, "UTC", "%Y%m%d"));
                self.xml.text("ActivityIPAddressTimeStampText", &text::moment(at, "UTC", "%H:%M:%S"));
            }
            self.xml.text("IPAddressText", &address.to_string());
            self.xml.end();
        }
    }

    fn narrative(&mut self) {
        let draft = self.report.content();
        let mut told = text::line(&draft.reason);
        if let Some(action) = &draft.action {
            told = format!("{told} Action taken: {}", text::line(action));
        }
        if !told.contains(&self.fincen.note) {
            told = format!("{} {told}", self.fincen.note);
        }
        let told = self.gaps.fit(&told, self.fincen.longest_narrative, "the report", "the narrative");
        for (number, block) in text::pieces(&told, BLOCK).iter().enumerate() {
            self.begin("ActivityNarrativeInformation");
            self.xml.text("ActivityNarrativeSequenceNumber", &(number + 1).to_string());
            self.xml.text("ActivityNarrativeText", block.trim());
            self.xml.end();
        }
    }

    /// A text on one line without blanks at its ends, as the form's pattern wants.
    fn short(&mut self, name: &str, text: &str, longest: usize, whose: &str, what: &str) {
        let text = self.gaps.fit(&text::line(text), longest, whose, what);
        self.xml.text(name, &text);
    }
}
