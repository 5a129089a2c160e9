//! People and organisations in goAML (`t_person`, `t_entity` and what they are for clients).

use model::Country;

use super::{Page, SHORT};
use crate::{
    subject::{Age, DocumentKind, Organisation, Party, Person, Subject, SubjectRole},
    text,
};

impl<'a> Page<'a> {
    /// A subject under a name such as `from_person`, or `person` in a list of parties.
    pub(super) fn subject(&mut self, way: &str, subject: &'a Subject, client: bool) {
        let in_list = way.is_empty();
        let name = |kind: &str| match (in_list, client) {
            (false, _) => format!("{way}_{kind}"),
            (true, true) => format!("{kind}_my_client"),
            (true, false) => kind.to_owned(),
        };
        match &subject.party {
            Party::Person(person) => self.person(&name("person"), person, subject, client),
            Party::Organisation(organisation) => {
                self.organisation(&name("entity"), organisation, subject, client);
            }
        }
    }

    /// A person. Of a client the unit wants sex, date of birth, number, nationality, residence, telephone and document.
    pub(super) fn person(&mut self, name: &str, person: &'a Person, subject: &'a Subject, client: bool) {
        self.xml.begin(name, &[]);
        self.particulars(person, subject, client);
        self.xml.end();
    }

    fn particulars(&mut self, person: &'a Person, subject: &'a Subject, client: bool) {
        let whose = format!("subject {}", subject.key);
        let goaml = self.goaml;
        let sex = person.sex.map_or("unknown", |sex| sex.as_str());
        if let Some(code) = self.code(&goaml.gender, sex, &whose, "gender") {
            self.xml.text("gender", code);
        }
        for (element, part, what) in [
            ("first_name", &person.given, "the given name"),
            ("middle_name", &person.middle, "the middle name"),
            ("last_name", &person.family, "the family name"),
        ] {
            let part = part.as_deref().filter(|part| !part.trim().is_empty());
            let part = if element == "middle_name" { part } else { self.gaps.need(part, &whose, what) };
            if let Some(part) = part {
                self.name(element, part, &whose, what);
            }
        }
        let birth = person.age.birthday().map(|day| format!("{day}T00:00:00"));
        self.demanded("birthdate", birth.as_deref(), SHORT, client, &whose, "the date of birth, to the day,");
        self.optional("birth_place", person.birth_place.as_deref(), SHORT, &whose, "the place of birth");
        self.optional("alias", person.alias.as_deref(), 100, &whose, "the other name");
        let original = self.original(person);
        self.optional("full_name_frn", original.as_deref(), SHORT, &whose, "the name as written");
        let passport = person.documents.iter().find(|document| document.kind == DocumentKind::Passport);
        if let Some((passport, country)) = passport.and_then(|passport| Some((passport, passport.country?))) {
            self.short("passport_number", &passport.number, SHORT, &whose, "the passport’s number");
            self.xml.text("passport_country", country.as_str());
        }
        let national = person.documents.iter().find(|document| document.kind == DocumentKind::NationalId);
        let number = national.or_else(|| person.documents.first()).map(|document| document.number.as_str());
        self.demanded("id_number", number, SHORT, client, &whose, "the number of an identity document");
        for (element, country, what) in [
            ("nationality1", &person.nationality, "the nationality"),
            ("residence", &person.residence, "the country of residence"),
        ] {
            self.demanded(element, country.as_ref().map(Country::as_str), SHORT, client, &whose, what);
        }
        self.reached(subject, client, &whose);
        if goaml.social_media && !subject.contacts.handles.is_empty() {
            self.xml.begin("social_media", &[]);
            for handle in &subject.contacts.handles {
                self.xml.begin("social_account", &[]);
                self.short("platform", &handle.platform, SHORT, &whose, "the platform");
                self.short("user_name", &handle.name, SHORT, &whose, "the name on the platform");
                self.xml.end();
            }
            self.xml.end();
        }
        self.optional("occupation", person.occupation.as_deref(), SHORT, &whose, "the occupation");
        self.documents(person, client, &whose);
        self.optional("tax_number", person.tax_number.as_deref(), 100, &whose, "the tax number");
        self.tax(person.tax_registered, client, &whose);
        let remarks = remarks(person, subject);
        self.optional("comments", Some(&remarks), goaml.longest_comment, &whose, "the remark");
    }

    /// The name in its own letters, where those above had to be folded.
    fn original(&self, person: &Person) -> Option<String> {
        if person.as_written.is_some() {
            return person.as_written.clone();
        }
        let name = person.name()?;
        (self.goaml.latin_names && text::latin(&name).is_some_and(|plain| plain != text::line(&name)))
            .then_some(name)
    }

    fn documents(&mut self, person: &Person, client: bool, whose: &str) {
        let whole = person
            .documents
            .iter()
            .filter_map(|document| Some((document, document.issued?, document.expires?, document.country?)));
        let whole: Vec<_> = whole.collect();
        if whole.is_empty() {
            if client {
                let what = "an identity document with its dates and country is missing";
                self.gaps.add(whose, what, "enter one, or ask the client for it");
            }
            return;
        }
        self.xml.begin("identifications", &[]);
        for (document, issued, expires, country) in whole {
            let kind = self.code(&self.goaml.documents, document.kind.as_str(), whose, "documents");
            self.xml.begin("identification", &[]);
            self.xml.maybe("type", kind);
            self.short("number", &document.number, SHORT, whose, "the document’s number");
            self.xml.text("issue_date", &format!("{issued}T00:00:00"));
            self.xml.text("expiry_date", &format!("{expires}T00:00:00"));
            self.xml.text("issue_country", country.as_str());
            self.xml.end();
        }
        self.xml.end();
    }

    /// Telephones, addresses, devices and e-mail addresses, which people and organisations have alike.
    fn reached(&mut self, subject: &'a Subject, must: bool, whose: &str) {
        let contacts = &subject.contacts;
        if !contacts.phones.is_empty() {
            self.xml.begin("phones", &[]);
            contacts.phones.iter().for_each(|phone| self.phone(phone, whose));
            self.xml.end();
        } else if must {
            self.gaps.add(whose, "the telephone is missing", "enter it, or ask the client for it");
        }
        if !contacts.addresses.is_empty() {
            self.xml.begin("addresses", &[]);
            contacts.addresses.iter().for_each(|address| self.address("address", address, whose));
            self.xml.end();
        }
        if self.goaml.network_devices && !contacts.devices.is_empty() {
            self.xml.begin("network_devices", &[]);
            contacts.devices.iter().for_each(|device| self.device(device, whose));
            self.xml.end();
        }
        if !contacts.emails.is_empty() {
            self.xml.begin("emails", &[]);
            contacts
                .emails
                .iter()
                .for_each(|email| self.short("email", email.trim(), SHORT, whose, "the e-mail address"));
            self.xml.end();
        }
    }

    /// An organisation. Of a client the unit wants what stands in its register, and a director.
    pub(super) fn organisation(
        &mut self,
        name: &str,
        one: &'a Organisation,
        subject: &'a Subject,
        client: bool,
    ) {
        let whose = format!("subject {}", subject.key);
        self.xml.begin(name, &[]);
        self.name("name", &one.name, &whose, "the name");
        if let Some(trading) = &one.trading_name {
            self.name("commercial_name", trading, &whose, "the trading name");
        }
        self.demanded(
            "incorporation_legal_form",
            one.legal_form.as_deref(),
            SHORT,
            client,
            &whose,
            "the legal form",
        );
        self.demanded(
            "incorporation_number",
            one.number.as_deref(),
            50,
            client,
            &whose,
            "the register number",
        );
        self.demanded("business", one.business.as_deref(), SHORT, client, &whose, "the business");
        if client && subject.contacts.addresses.is_empty() {
            self.gaps.add(&whose, "the address is missing", "enter it, or ask the client for it");
        }
        self.reached(subject, false, &whose);
        self.demanded(
            "incorporation_state",
            one.state.as_deref(),
            SHORT,
            client,
            &whose,
            "the state of the seat",
        );
        let country = one.country.as_ref().map(Country::as_str);
        self.demanded(
            "incorporation_country_code",
            country,
            SHORT,
            client,
            &whose,
            "the country of the seat",
        );
        let directors: Vec<&Subject> =
            one.directors.iter().filter_map(|key| self.report.subject(key)).collect();
        let role = if directors.is_empty() {
            None
        } else {
            self.code(&self.goaml.roles, "director", &whose, "roles")
        };
        if client && directors.is_empty() {
            self.gaps.add(
                &whose,
                "a director is missing",
                "add the director as a subject and name them here",
            );
        }
        for director in directors {
            match &director.party {
                Party::Person(person) => self.director(person, director, role),
                Party::Organisation(_) => {
                    self.gaps.add(&whose, "a director is an organisation", "name the person who directs it");
                }
            }
        }
        let founded = one.founded.map(|day| format!("{day}T00:00:00"));
        self.demanded(
            "incorporation_date",
            founded.as_deref(),
            SHORT,
            client,
            &whose,
            "the day of foundation",
        );
        self.tax(one.tax_registered, client, &whose);
        let label = role_remark(subject.role);
        self.xml.maybe("comments", label);
        self.xml.end();
    }

    /// A director is a person with a role after all else.
    fn director(&mut self, person: &'a Person, subject: &'a Subject, role: Option<&str>) {
        self.xml.begin("director_id", &[]);
        self.particulars(person, subject, false);
        self.xml.maybe("role", role);
        self.xml.end();
    }

    fn tax(&mut self, registered: Option<bool>, client: bool, whose: &str) {
        let [yes, no] = &self.goaml.tax_registered;
        let word = registered.map(|registered| if registered { yes.as_str() } else { no.as_str() });
        self.demanded("tax_reg_number", word, SHORT, client, whose, "whether the tax office knows them");
    }
}

/// What the elements have no place for: the role of whoever is no suspect, and an age known in part.
fn remarks(person: &Person, subject: &Subject) -> String {
    let age = match person.age {
        Age::Born(date) if person.age.birthday().is_none() => Some(format!("Born in {date}.")),
        Age::Minor => Some("Under 18 at the time.".to_owned()),
        Age::Unknown => Some("Age not known.".to_owned()),
        Age::Born(_) | Age::Adult => None,
    };
    let parts = [role_remark(subject.role).map(str::to_owned), age];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

const fn role_remark(role: SubjectRole) -> Option<&'static str> {
    match role {
        SubjectRole::Suspect => None,
        SubjectRole::Victim => Some("Named as a victim, not as a suspect."),
        SubjectRole::Other => Some("Named as the other party of a payment, not as a suspect."),
    }
}
