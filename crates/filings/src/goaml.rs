//! A report as goAML XML (UNODC), in the order of the schema's sequences and with one unit's codes.
//!
//! The elements are those of goAML 5.0.2; which of the optional ones a unit takes is the profile's business. A demand of
//! the unit that the report does not meet is a gap, never an invented value.

mod party;

use std::collections::BTreeMap;

use model::{Country, Instant, Money};

use crate::{
    field,
    gap::{Gaps, Gathered},
    profile::{Goaml, Profile},
    report::{Account, Payment, Side, Str},
    subject::{Address, Device, Party, Phone, Subject, SubjectRole},
    text,
    xml::Writer,
};

/// The most characters of a short text, such as a name or a reference.
const SHORT: usize = 255;

/// Writes the report; an error names everything that is missing.
pub(crate) fn render(report: &Str, profile: &Profile, goaml: &Goaml) -> Result<Vec<u8>, Gaps> {
    let mut page = Page { report, profile, goaml, xml: Writer::new(""), gaps: Gathered::default() };
    page.report();
    page.gaps.finish(&profile.id, page.xml.finish())
}

/// The report being written.
struct Page<'a> {
    report: &'a Str,
    profile: &'a Profile,
    goaml: &'a Goaml,
    xml: Writer,
    gaps: Gathered,
}

impl<'a> Page<'a> {
    fn report(&mut self) {
        let (draft, goaml) = (self.report.content(), self.goaml);
        let reporter = &draft.reporter;
        self.xml.begin("report", &[]);
        self.xml.maybe("schema_version", goaml.schema_version.as_deref());
        let number = reporter.number.as_deref().filter(|number| number.parse::<i32>().is_ok_and(|n| n > 0));
        if let Some(number) =
            self.gaps.need(number, "the reporter", "the number the unit gave the reporting entity")
        {
            self.xml.text("rentity_id", number);
        }
        self.optional("rentity_branch", reporter.branch.as_deref(), SHORT, "the reporter", "the branch");
        self.xml.text("submission_code", &goaml.submission_code);
        self.xml.text("report_code", &goaml.report_code);
        self.short("entity_reference", &draft.reference, SHORT, "the report", "the reference");
        self.optional(
            "prev_rejected_ref_number",
            draft.replaces.as_deref(),
            SHORT,
            "the report",
            "the number it replaces",
        );
        self.time(&goaml.date_element.clone(), draft.written);
        self.xml.text("currency_code_local", draft.currency_local.as_str());
        self.officer();
        if let Some(address) = &reporter.address {
            self.address("location", address, "the reporter");
        }
        let mut reason = text::pieces(&draft.reason, goaml.longest_comment).into_iter();
        self.xml.maybe("reason", reason.next().as_deref());
        self.optional(
            "action",
            draft.action.as_deref(),
            goaml.longest_comment,
            "the report",
            "the action taken",
        );
        for payment in &draft.payments {
            self.transaction(payment);
        }
        self.activity();
        self.indicators();
        let rest: Vec<String> = reason.collect();
        if !rest.is_empty() {
            self.xml.within("additional_information", |xml| {
                for (number, piece) in rest.iter().enumerate() {
                    xml.within("additional_info", |xml| {
                        xml.text("info_subject", &format!("Continuation {} of the reason", number + 1));
                        xml.text("info_text", piece);
                    });
                }
            });
        }
        self.xml.end();
    }

    fn officer(&mut self) {
        let officer = &self.report.content().reporter.officer;
        let whose = "the compliance officer";
        self.xml.begin("reporting_person", &[]);
        self.name("first_name", &officer.given, whose, "the given name");
        self.name("last_name", &officer.family, whose, "the family name");
        if let Some(phone) = &officer.phone {
            self.xml.begin("phones", &[]);
            self.phone(phone, whose);
            self.xml.end();
        }
        self.xml.maybe("email", officer.email.as_deref());
        self.optional("occupation", officer.post.as_deref(), SHORT, whose, "the post");
        self.xml.end();
    }

    fn transaction(&mut self, payment: &'a Payment) {
        let (draft, goaml) = (self.report.content(), self.goaml);
        let whose = format!("payment {}", payment.reference);
        self.xml.begin("transaction", &[]);
        self.short("transactionnumber", &payment.reference, 100, &whose, "the reference");
        let place = payment.place.as_deref().or(draft.reporter.branch.as_deref());
        self.short("transaction_location", place.unwrap_or(&draft.reporter.name), SHORT, &whose, "the place");
        let told = match payment.purpose.as_deref().map(str::trim) {
            Some(purpose) if !purpose.is_empty() => purpose.to_owned(),
            _ => format!("Paid by {}; no purpose was given", payment.channel.label()),
        };
        self.short("transaction_description", &told, goaml.longest_comment, &whose, "the purpose");
        self.time("date_transaction", payment.at);
        if let Some(code) = self.code(&goaml.transmode, payment.channel.as_str(), &whose, "transmode") {
            self.xml.text("transmode_code", code);
        }
        self.xml.maybe("transmode_comment", goaml.transmode_comment.as_deref());
        let what = format!("the amount in {}", draft.currency_local);
        if let Some(amount) = self.gaps.need(payment.amount_in(draft.currency_local), &whose, &what) {
            self.xml.text("amount_local", &text::amount(amount));
        }
        self.side(payment, &payment.sender, "from", &whose);
        self.side(payment, &payment.receiver, "to", &whose);
        self.xml.end();
    }

    /// One side: funds, device, foreign currency, who or which account, and the country.
    fn side(&mut self, payment: &'a Payment, side: &'a Side, way: &'static str, payment_name: &str) {
        let whose = format!("{payment_name}, {}", if way == "from" { "sender" } else { "receiver" });
        let subject = self.report.on(side);
        let client = self.goaml.client_elements && subject.is_some_and(|subject| subject.is_client);
        self.xml.begin(&format!("t_{way}{}", if client { "_my_client" } else { "" }), &[]);
        if let Some(code) = self.code(&self.goaml.funds, payment.channel.as_str(), &whose, "funds") {
            self.xml.text(&format!("{way}_funds_code"), code);
        }
        if let Some(device) = payment.device.as_ref().filter(|_| way == "from" && self.goaml.network_devices)
        {
            self.xml.begin("from_transaction_additional_info", &[]);
            self.device(device, &whose);
            self.xml.end();
        }
        if payment.amount.currency != self.report.content().currency_local {
            self.foreign(&format!("{way}_foreign_currency"), payment.amount);
        }
        let suspected = subject.is_some_and(|subject| subject.role == SubjectRole::Suspect);
        if suspected {
            self.xml.text(&format!("{way}_is_suspected"), "true");
        }
        match (&side.account, subject) {
            (Some(account), _) => self.account(&format!("{way}_account"), account, subject, client, &whose),
            (None, Some(subject)) => self.subject(way, subject, client),
            (None, None) => {
                self.gaps.add(
                    &whose,
                    "neither a subject nor an account is named",
                    "enter at least one of them",
                );
            }
        }
        let country = self.gaps.need(field::country(self.report, side), &whose, "the country");
        self.xml.maybe(&format!("{way}_country"), country.as_ref().map(Country::as_str));
        self.xml.end();
    }

    fn foreign(&mut self, name: &str, money: Money) {
        self.xml.within(name, |xml| {
            xml.text("foreign_currency_code", money.currency.as_str());
            xml.text("foreign_amount", &text::amount(money));
        });
    }

    /// Subjects that no payment names; a report without payments consists of them.
    fn activity(&mut self) {
        let apart: Vec<&Subject> = self.report.apart().collect();
        if apart.is_empty() {
            if self.report.content().payments.is_empty() {
                self.gaps.add(
                    "the report",
                    "it has neither a payment nor a subject",
                    "add at least one of them",
                );
            }
            return;
        }
        self.xml.begin("activity", &[]);
        self.xml.begin("report_parties", &[]);
        for subject in apart {
            self.xml.begin("report_party", &[]);
            let client = self.goaml.client_elements && subject.is_client;
            self.subject("", subject, client);
            if subject.role == SubjectRole::Suspect {
                self.xml.text("is_suspected", "true");
            }
            let note = subject.note.as_deref().unwrap_or("Named in the reason for the report");
            let whose = format!("subject {}", subject.key);
            self.short("reason", note, self.goaml.longest_comment, &whose, "the note");
            self.xml.end();
        }
        self.xml.end();
        self.xml.end();
    }

    fn indicators(&mut self) {
        let (draft, goaml) = (self.report.content(), self.goaml);
        let mut codes: Vec<&str> = Vec::new();
        for indicator in &draft.indicators {
            // An analyst may name the unit's own code.
            if let Some(code) = indicator.strip_prefix("code:") {
                codes.push(code);
                continue;
            }
            match goaml.indicators.get(indicator) {
                Some(mapped) => codes.extend(mapped.iter().map(String::as_str)),
                None => self.gaps.add(
                    "the report",
                    format!("the profile says nothing of the indicator {indicator}"),
                    "add it under [goaml.indicators]: the unit’s codes, or [] where it has none",
                ),
            }
        }
        codes.sort_unstable();
        codes.dedup();
        if codes.is_empty() {
            let action = "add one the unit has, as `code:…`, or map a typology in the profile";
            self.gaps.add("the report", "no indicator of the unit is left", action);
        }
        self.xml.within("report_indicators", |xml| codes.iter().for_each(|code| xml.text("indicator", code)));
    }

    /// The unit's code for a word of ours.
    fn code(
        &mut self,
        codes: &'a BTreeMap<String, String>,
        word: &str,
        whose: &str,
        map: &str,
    ) -> Option<&'a str> {
        let code = codes.get(word).map(String::as_str);
        if code.is_none() {
            let what = format!("the unit has no code for “{word}” in the profile");
            self.gaps.add(whose, what, format!("add it under [goaml.{map}], or change the report"));
        }
        code
    }

    fn time(&mut self, name: &str, at: Instant) {
        self.xml.text(name, &text::moment(at, &self.profile.zone, "%Y-%m-%dT%H:%M:%S"));
    }

    fn short(&mut self, name: &str, text: &str, longest: usize, whose: &str, what: &str) {
        let text = self.gaps.fit(text, longest, whose, what);
        self.xml.text(name, &text);
    }

    fn optional(&mut self, name: &str, text: Option<&str>, longest: usize, whose: &str, what: &str) {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            self.short(name, text, longest, whose, what);
        }
    }

    /// A name, in Latin letters where the unit's pattern wants them.
    fn name(&mut self, name: &str, text: &str, whose: &str, what: &str) {
        let longest = if name.ends_with("_name") && name != "account_name" { 100 } else { SHORT };
        if !self.goaml.latin_names {
            return self.short(name, &text::line(text), longest, whose, what);
        }
        match text::latin(text) {
            Some(plain) => self.short(name, &plain, longest, whose, what),
            None => self.gaps.add(
                whose,
                format!("{what} is not in Latin letters"),
                "enter its Latin spelling; keep the original under “as written”",
            ),
        }
    }

    fn phone(&mut self, phone: &Phone, whose: &str) {
        let goaml = self.goaml;
        let contact = self.code(&goaml.contact, phone.purpose.as_str(), whose, "contact");
        let kind = self.code(&goaml.telephone, phone.kind.as_str(), whose, "telephone");
        self.xml.begin("phone", &[]);
        self.xml.maybe("tph_contact_type", contact);
        self.xml.maybe("tph_communication_type", kind);
        self.optional("tph_country_prefix", phone.prefix.as_deref(), 4, whose, "the country prefix");
        self.short("tph_number", &phone.number, 50, whose, "the telephone number");
        self.xml.end();
    }

    fn address(&mut self, name: &str, address: &Address, whose: &str) {
        let goaml = self.goaml;
        let contact = self.code(&goaml.contact, address.purpose.as_str(), whose, "contact");
        self.xml.begin(name, &[]);
        self.xml.maybe("address_type", contact);
        self.short("address", &text::line(&address.line), 100, whose, "the address");
        let needed = |gaps: &mut Gathered, text: &Option<String>, what| {
            gaps.need(text.clone().filter(|text| !text.trim().is_empty()), whose, what)
        };
        if let Some(city) = needed(&mut self.gaps, &address.city, "the city of the address") {
            self.short("city", &city, SHORT, whose, "the city");
        }
        self.optional("zip", address.postcode.as_deref(), 10, whose, "the postal code");
        let country = self.gaps.need(address.country, whose, "the country of the address");
        self.xml.maybe("country_code", country.as_ref().map(Country::as_str));
        if let Some(state) = needed(&mut self.gaps, &address.state, "the state of the address") {
            self.short("state", &state, SHORT, whose, "the state");
        }
        self.xml.end();
    }

    fn device(&mut self, device: &Device, whose: &str) {
        self.xml.begin("network_device", &[]);
        self.optional("device_number", device.number.as_deref(), 50, whose, "the number of the device");
        self.optional("service_provider", device.provider.as_deref(), SHORT, whose, "the provider");
        self.xml.begin("ip_address", &[]);
        match device.address {
            std::net::IpAddr::V4(address) => self.xml.text("ipv4", &address.to_string()),
            // The pattern has no place for the short form.
            std::net::IpAddr::V6(address) => {
                let groups: Vec<String> =
                    address.segments().iter().map(|group| format!("{group:x}")).collect();
                self.xml.text("ipv6", &groups.join(":"));
            }
        }
        for (name, at) in [("first_seen_date", device.first_seen), ("last_seen_date", device.last_seen)] {
            if let Some(at) = at {
                self.time(name, at);
            }
        }
        if device.proxy {
            self.xml.text("using_proxy", "1");
        }
        self.xml.maybe("country", device.country.as_ref().map(Country::as_str));
        self.xml.end();
        self.xml.end();
    }

    /// An account. A client's account is asked for more.
    fn account(
        &mut self,
        name: &str,
        account: &'a Account,
        subject: Option<&'a Subject>,
        client: bool,
        whose: &str,
    ) {
        let (goaml, institution) = (self.goaml, &account.institution);
        let whose = format!("{whose}, account {}", account.number);
        self.xml.begin(name, &[]);
        self.demanded(
            "institution_name",
            institution.name.as_deref(),
            SHORT,
            client,
            &whose,
            "the institution’s name",
        );
        match (&institution.code, &institution.swift) {
            (Some(code), _) => self.short("institution_code", code, 50, &whose, "the institution’s code"),
            (None, Some(swift)) => self.short("swift", swift, 11, &whose, "the BIC"),
            (None, None) => {
                self.gaps.add(&whose, "the institution’s code or BIC is missing", "enter one of them");
            }
        }
        self.xml.maybe("institution_country", institution.country.as_ref().map(Country::as_str));
        match institution.is_bank {
            Some(is_bank) => self.xml.text("non_bank_institution", if is_bank { "false" } else { "true" }),
            None if client => {
                self.gaps.add(&whose, "whether the institution is a bank is missing", "enter it");
            }
            None => {}
        }
        self.demanded("branch", institution.branch.as_deref(), SHORT, client, &whose, "the branch");
        self.short("account", &account.number, SHORT, &whose, "the account number");
        let currency = account.currency.as_ref().map(model::Currency::as_str);
        self.demanded("currency_code", currency, SHORT, client, &whose, "the account’s currency");
        let runs_under = account.name.clone().or_else(|| subject.and_then(field::name));
        let beneficiary = runs_under.clone();
        if let Some(name) = self.gaps.need(runs_under, &whose, "the name the account runs under") {
            self.name("account_name", &name, &whose, "the name of the account");
        }
        let kind = account.kind.and_then(|kind| self.code(&goaml.account, kind.as_str(), &whose, "account"));
        self.demanded(&goaml.account_type_element, kind, SHORT, client, &whose, "the kind of account");
        self.holder(subject, client, &whose);
        let opened = account.opened.map(|day| format!("{day}T00:00:00"));
        self.demanded("opened", opened.as_deref(), SHORT, client, &whose, "when the account was opened");
        let state = account
            .state
            .and_then(|state| self.code(&goaml.account_state, state.as_str(), &whose, "account_state"));
        self.demanded("status_code", state, SHORT, client, &whose, "how the account stands");
        if client {
            self.demanded("beneficiary", beneficiary.as_deref(), 50, true, &whose, "the beneficiary");
        }
        self.xml.end();
    }

    fn holder(&mut self, subject: Option<&'a Subject>, client: bool, whose: &str) {
        match subject.map(|subject| (&subject.party, subject)) {
            Some((Party::Organisation(organisation), subject)) => {
                self.organisation("t_entity", organisation, subject, client);
            }
            Some((Party::Person(person), subject)) => {
                let role = self.code(&self.goaml.roles, "holder", whose, "roles");
                self.xml.begin("signatory", &[]);
                // The schema fixes the value `1`, and some readers compare the letters.
                self.xml.text("is_primary", "1");
                self.person("t_person", person, subject, client);
                self.xml.maybe("role", role);
                self.xml.end();
            }
            None => {}
        }
    }

    /// A text that clients' elements must have and others may.
    fn demanded(
        &mut self,
        name: &str,
        text: Option<&str>,
        longest: usize,
        must: bool,
        whose: &str,
        what: &str,
    ) {
        let text = text.map(str::trim).filter(|text| !text.is_empty());
        let text = if must { self.gaps.need(text, whose, what) } else { text };
        if let Some(text) = text {
            self.short(name, text, longest, whose, what);
        }
    }
}
