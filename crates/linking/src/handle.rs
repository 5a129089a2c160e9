//! Names on services: `name@service`.

use model::{Identifier, IdentifierKind};

use crate::{NotNormal, fold};

/// Other names of services: short names people use, and the services' own short link domains
/// (fb.com, m.me, t.me, wa.me, youtu.be) and former names (twitter.com, now x.com).
const ALIASES: &[(&str, &str)] = &[
    ("fb", "facebook"),
    ("fbmessenger", "facebook"),
    ("facebookmessenger", "facebook"),
    ("messenger", "facebook"),
    ("m.me", "facebook"),
    ("ig", "instagram"),
    ("insta", "instagram"),
    ("twitter", "x"),
    ("tg", "telegram"),
    ("t.me", "telegram"),
    ("telegram.me", "telegram"),
    ("wa", "whatsapp"),
    ("wa.me", "whatsapp"),
    ("sc", "snapchat"),
    ("snap", "snapchat"),
    ("tik-tok", "tiktok"),
    ("yt", "youtube"),
    ("youtu.be", "youtube"),
    ("kikmessenger", "kik"),
    ("kakao", "kakaotalk"),
    ("linemessenger", "line"),
];

/// Services a name in running text may stand beside, also under their aliases. Those whose names are
/// ordinary words (line, signal, session, x) are left out.
const KNOWN: &[&str] = &[
    "discord",
    "facebook",
    "instagram",
    "kakaotalk",
    "kik",
    "omegle",
    "onlyfans",
    "paypal",
    "reddit",
    "roblox",
    "skype",
    "snapchat",
    "telegram",
    "tiktok",
    "viber",
    "vk",
    "wechat",
    "whatsapp",
    "wickr",
    "youtube",
];

/// A name on a service, both folded: `@Synthetic.Name` on `Facebook.com` is `synthetic.name@facebook`.
pub fn handle(name: &str, on: &str) -> Result<Identifier, NotNormal> {
    let wrong = |reason| NotNormal::new(IdentifierKind::Handle, name, reason);
    if name.len() > 400 || on.len() > 400 {
        return Err(wrong("it is longer than a name on a service can be"));
    }
    let service = service(on).ok_or_else(|| wrong("the service is not named"))?;
    let folded = fold::lower(name);
    let folded = folded.trim().trim_start_matches('@').trim_start();
    if folded.is_empty() || folded.chars().count() > 100 {
        return Err(wrong("a name on a service has 1 to 100 characters"));
    }
    if folded.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(wrong("it has a space; expected the account's name, not the displayed one"));
    }
    Ok(Identifier { kind: IdentifierKind::Handle, value: format!("{folded}@{service}") })
}

/// The one name of a service: `Facebook.com`, `www.fb.com` and `FB` are `facebook`.
pub fn service(name: &str) -> Option<String> {
    let folded = fold::lower(name);
    let mut text = folded.trim();
    for prefix in ["https://", "http://", "www."] {
        text = text.strip_prefix(prefix).unwrap_or(text);
    }
    let mut name: String = text
        .split('/')
        .next()?
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))
        .collect();
    loop {
        let next = alias(name.trim_matches(['.', '-', '_']));
        if next == name {
            return (!name.is_empty()).then_some(name);
        }
        name = next;
    }
}

/// The service a word names, if it is a well-known one.
pub(crate) fn known(word: &str) -> Option<&'static str> {
    let alias =
        ALIASES.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(word)).map(|(_, service)| *service);
    KNOWN
        .iter()
        .copied()
        .find(|name| alias.map_or_else(|| name.eq_ignore_ascii_case(word), |alias| alias == *name))
}

fn alias(name: &str) -> String {
    if let Some((_, service)) = ALIASES.iter().find(|(alias, _)| *alias == name) {
        return (*service).to_owned();
    }
    let name = name.strip_prefix("www.").unwrap_or(name);
    [".com", ".net", ".org"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writings_of_one_name_are_one() {
        for (name, on) in [
            ("Synthetic.Name", "facebook"),
            ("@synthetic.name", "Facebook.com"),
            (" synthetic.name ", "FB"),
            ("SYNTHETIC.NAME", "https://www.fb.com/"),
            ("synthetic.name", "Facebook Messenger"),
            ("synthetic.name", "m.me"),
        ] {
            assert_eq!(handle(name, on).unwrap().value, "synthetic.name@facebook", "{name} on {on}");
        }
        assert_eq!(handle("synthetic#0001", "Discord").unwrap().value, "synthetic#0001@discord");
        assert_eq!(service("Twitter.com"), service("X"));
        assert_eq!(service("mail.example").as_deref(), Some("mail.example"));
    }

    #[test]
    fn a_name_needs_its_service_and_no_spaces() {
        assert!(handle("synthetic", " ").is_err());
        assert!(handle("@", "telegram").is_err());
        assert!(handle("Synthetic Displayed Name", "telegram").unwrap_err().reason.contains("space"));
    }

    #[test]
    fn every_alias_leads_to_a_name_that_stays() {
        for (alias, name) in ALIASES {
            assert_eq!(service(alias).as_deref(), Some(*name));
            assert_eq!(service(name).as_deref(), Some(*name));
        }
        assert!(KNOWN.iter().all(|name| service(name).as_deref() == Some(*name)));
    }
}
