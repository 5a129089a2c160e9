//! E-mail addresses.

use model::{Identifier, IdentifierKind};

use crate::{NotNormal, domain, fold};

/// `local@domain`, folded to lower case and compatibility form.
///
/// Local parts are folded too: the standard lets a provider tell case apart, none of consequence
/// does. Nothing provider-specific happens here; see [`email_key`].
pub fn email(raw: &str) -> Result<Identifier, NotNormal> {
    let wrong = |reason| NotNormal::new(IdentifierKind::Email, raw, reason);
    if raw.len() > 1_000 {
        return Err(wrong("it is longer than an address can be"));
    }
    let folded = fold::lower(raw);
    let mut text = folded.trim();
    if let Some((_, inside)) = text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
        text = inside.trim();
    }
    text = text.strip_prefix("mailto:").unwrap_or(text);
    let (local, host) =
        text.rsplit_once('@').ok_or_else(|| wrong("expected name@host, such as name@example.com"))?;
    if local.is_empty() || local.len() > 64 {
        return Err(wrong("the part before the @ has 1 to 64 characters"));
    }
    if !local.chars().all(is_local) || local.starts_with('.') || local.ends_with('.') || local.contains("..")
    {
        return Err(wrong("the part before the @ has a character or a full stop where none can be"));
    }
    let host = domain::canonical(host, 2)
        .ok_or_else(|| wrong("the part after the @ is not a host such as example.com"))?;
    Ok(Identifier { kind: IdentifierKind::Email, value: format!("{local}@{host}") })
}

/// A weaker key: the address without a `+tag`, and for Gmail without full stops and under one host.
///
/// Two addresses with one key usually reach one mailbox. That is the provider's custom, not a fact,
/// so use it to propose, not to link. (Gmail: "dots don't matter in Gmail addresses",
/// support.google.com/mail/answer/7436150.)
pub fn email_key(email: &Identifier) -> Option<String> {
    let (local, host) = email.value.rsplit_once('@').filter(|_| email.kind == IdentifierKind::Email)?;
    let local = local.split_once('+').map_or(local, |(local, _)| local);
    match host {
        "gmail.com" | "googlemail.com" => Some(format!("{}@gmail.com", local.replace('.', ""))),
        host => Some(format!("{local}@{host}")),
    }
    .filter(|key| !key.starts_with('@'))
}

/// The characters a local part is written with: RFC 5322's `atext`, full stops and letters beyond
/// ASCII (RFC 6531). Quoted local parts are not used by people.
pub(crate) fn is_local(letter: char) -> bool {
    letter.is_alphanumeric()
        || ".!#$%&'*+-/=?^_`{|}~".contains(letter)
        || unicode_normalization::char::is_combining_mark(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(raw: &str) -> String {
        email(raw).unwrap().value
    }

    #[test]
    fn writings_of_one_address_are_one() {
        for same in [
            "synthetic.name@example.com",
            " Synthetic.Name@EXAMPLE.com ",
            "mailto:synthetic.name@example.com",
            "Synthetic Name <synthetic.name@example.com>",
            "ｓynthetic.name@example.com.",
        ] {
            assert_eq!(value(same), "synthetic.name@example.com", "{same}");
        }
        assert_eq!(value("name@bücher.example"), value("name@XN--bcher-kva.example"));
    }

    #[test]
    fn mailboxes_are_not_guessed_but_offered() {
        assert_ne!(value("synthetic.name+a@gmail.com"), value("syntheticname@gmail.com"));
        let key = |raw| email_key(&email(raw).unwrap());
        assert_eq!(key("synthetic.name+a@googlemail.com"), key("syntheticname@gmail.com"));
        assert_eq!(key("synthetic.name+a@example.com").as_deref(), Some("synthetic.name@example.com"));
        assert_eq!(key("+tag@example.com"), None);
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for wrong in [
            "",
            "name",
            "@example.com",
            "name@",
            "name@host",
            "a b@example.com",
            "a..b@example.com",
            ".a@example.com",
            "a@192.0.2.1",
            "a,b@example.com",
            "a@b@example.com",
        ] {
            assert!(email(wrong).is_err(), "{wrong}");
        }
    }
}
