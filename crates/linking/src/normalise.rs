//! From any text to an identifier, by kind.

use std::fmt;

use model::{CivilDate, Country, Identifier, IdentifierKind};

use crate::{Name, Scope, account, device, email, handle, iban, ip, person, phone, scope, url, wallet};

/// What a text leaves out because it went without saying where it was written.
#[derive(Clone, Copy, Debug)]
pub struct Defaults<'a> {
    /// Whose national phone numbers are meant.
    pub country: Country,
    /// The service a bare `@name` is on.
    pub service: Option<&'a str>,
    /// The bank, wallet or payment firm a bare account number is held by.
    pub institution: Option<&'a str>,
}

impl Default for Defaults<'_> {
    /// Philippine phone numbers; a bare name or account number is refused.
    fn default() -> Self {
        Self { country: Country::PH, service: None, institution: None }
    }
}

/// The text is not an identifier of the kind.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{raw}” is not a usable {}: {reason}", .kind.label())]
pub struct NotNormal {
    /// The kind that was wanted.
    pub kind: IdentifierKind,
    /// What was given, cut short.
    pub raw: String,
    /// What is wrong and what was expected.
    pub reason: &'static str,
}

impl NotNormal {
    pub(crate) fn new(kind: IdentifierKind, raw: &str, reason: &'static str) -> Self {
        Self { kind, raw: raw.chars().filter(|c| !c.is_control()).take(60).collect(), reason }
    }
}

/// Leaves the text out: what was meant as an identifier is personal data, and debug output ends up
/// in logs.
impl fmt::Debug for NotNormal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NotNormal({}, …: {})", self.kind, self.reason)
    }
}

/// The identifier a text of a known kind stands for.
///
/// Written forms: `name@service` or `@name` for a handle; `institution:number` or an IBAN for an
/// account; `type:value` for a device; a known address or `issuer:id` for a wallet;
/// `family|given|1990-01-31` for a person.
pub fn normalise(kind: IdentifierKind, raw: &str, defaults: &Defaults<'_>) -> Result<Identifier, NotNormal> {
    let wrong = |reason| NotNormal::new(kind, raw, reason);
    match kind {
        IdentifierKind::Email => email(raw),
        IdentifierKind::Phone => phone(raw, defaults.country),
        IdentifierKind::Handle => {
            let name = raw.trim().trim_start_matches('@');
            match (name.rsplit_once('@'), defaults.service) {
                (Some((name, service)), _) => handle(name, service),
                (None, Some(service)) => handle(name, service),
                (None, None) => Err(wrong("expected the service too, such as name@telegram")),
            }
        }
        IdentifierKind::Account => match (raw.split_once(':'), defaults.institution) {
            (Some((institution, number)), _) => account(institution, number),
            (None, Some(institution)) => account(institution, raw),
            (None, None) => iban(raw)
                .map_err(|_| wrong("expected an IBAN, or the institution and the number: bank:0123456789")),
        },
        IdentifierKind::Wallet => wallet(raw, defaults.institution),
        IdentifierKind::Ip => ip(raw),
        IdentifierKind::Device => device(raw),
        IdentifierKind::Person => {
            let parts: Vec<&str> = raw.split('|').collect();
            let [family, given, birth] = parts.as_slice() else {
                return Err(wrong(
                    "expected family name|given names|date of birth, such as Dela Cruz|Juan|1990-01-31",
                ));
            };
            let birth: CivilDate = birth
                .parse()
                .map_err(|_| wrong("the date of birth must be a full date such as 1990-01-31"))?;
            person(&Name { family, given }, birth).map(|person| person.identifier)
        }
        IdentifierKind::Url => url(raw),
    }
}

/// Whether an identifier can link reports by itself.
///
/// Private and reserved Internet addresses are the same in every house, and a device address marked
/// as made up changes by the day: neither says that two reports belong together.
pub fn links_alone(identifier: &Identifier) -> bool {
    match identifier.kind {
        IdentifierKind::Ip => scope(&identifier.value) == Scope::Public,
        IdentifierKind::Device => !device::is_made_up(&identifier.value),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::select};

    use super::*;

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            "\\PC{0,40}",
            "[0-9+() .x-]{0,24}",
            "[a-zA-Z0-9.@:/%?&=_-]{0,60}",
            "(https?://|www\\.|mac:|imei:|bitcoin:)?[a-zA-Z0-9.:/%#?&=-]{0,40}",
            "[A-Za-zñÑ .'-]{0,20}\\|[A-Za-zñÑ .'-]{0,20}\\|19[0-9]{2}-0[1-9]-[0-2][1-9]",
            "[A-Za-z0-9._+]{1,12}@[A-Za-zéÉ0-9-]{1,12}\\.(com|PH|test)",
        ]
    }

    proptest! {
        #[test]
        fn a_normal_form_is_its_own_normal_form(kind in select(IdentifierKind::ALL.to_vec()), raw in text(), more in any::<bool>()) {
            let defaults = Defaults { country: Country::PH, service: more.then_some("Telegram"), institution: more.then_some("Synthetic Bank") };
            if let Ok(once) = normalise(kind, &raw, &defaults) {
                prop_assert_eq!(once.kind, kind);
                prop_assert_eq!(&normalise(kind, &once.value, &defaults).unwrap().value, &once.value);
                prop_assert_eq!(&normalise(kind, &once.value, &Defaults::default()).unwrap().value, &once.value);
            }
        }

        #[test]
        fn spaces_around_change_nothing(kind in select(IdentifierKind::ALL.to_vec()), raw in text()) {
            let defaults = Defaults { service: Some("telegram"), institution: Some("Synthetic Bank"), ..Defaults::default() };
            let spaced = format!("  {raw}\t");
            prop_assert_eq!(
                normalise(kind, &spaced, &defaults).map(|identifier| identifier.value).ok(),
                normalise(kind, &raw, &defaults).map(|identifier| identifier.value).ok()
            );
        }

        #[test]
        fn case_changes_nothing(kind in select(vec![IdentifierKind::Email, IdentifierKind::Handle, IdentifierKind::Account, IdentifierKind::Device, IdentifierKind::Person, IdentifierKind::Ip]), raw in text()) {
            let raw: String = raw.chars().filter(char::is_ascii).collect();
            let defaults = Defaults { service: Some("telegram"), institution: Some("Synthetic Bank"), ..Defaults::default() };
            let value = |raw: &str| normalise(kind, raw, &defaults).map(|identifier| identifier.value).ok();
            prop_assert_eq!(value(&raw.to_ascii_uppercase()), value(&raw.to_ascii_lowercase()));
        }
    }

    #[test]
    fn a_refusal_says_what_was_expected_and_hides_the_text_from_logs() {
        let error = normalise(IdentifierKind::Handle, "synthetic_name", &Defaults::default()).unwrap_err();
        assert!(error.to_string().contains("name@telegram"), "{error}");
        assert!(!format!("{error:?}").contains("synthetic_name"));
        let long = normalise(IdentifierKind::Email, &"x".repeat(10_000), &Defaults::default()).unwrap_err();
        assert_eq!(long.raw.len(), 60);
    }

    #[test]
    fn what_every_house_has_links_nothing_alone() {
        for (kind, raw, alone) in [
            (IdentifierKind::Ip, "203.0.113.7", true),
            (IdentifierKind::Ip, "192.168.1.10", false),
            (IdentifierKind::Device, "mac:00-00-5E-00-53-01", true),
            (IdentifierKind::Device, "mac:02-00-5E-00-53-01", false),
            (IdentifierKind::Email, "synthetic@example.com", true),
        ] {
            let identifier = normalise(kind, raw, &Defaults::default()).unwrap();
            assert_eq!(links_alone(&identifier), alone, "{raw}");
        }
    }
}
