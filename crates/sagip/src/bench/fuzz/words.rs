//! Targets: what people write. Identifiers in words and in running text, and typologies.

use linking::{
    Defaults, Name, blocking_keys, email_key, extract, links_alone, normalise, phonetic, scope, service,
};
use model::{CivilDate, Country, Currency, IdentifierKind, Money, PartialDate};
use screening::{Sentence, Typology, shipped};

use super::{LITTLE, Target, laws::same, pieces};

pub(super) const IDENTIFIER: Target = Target {
    name: "identifier",
    seeds: || {
        let texts = [
            "Call (0900) 555-0123 or +63 900 555 0124, write to Synthetic.Name+tag@Example.com, on Telegram @synthetic_name",
            "https://www.Example.com:443/a/../b?utm_source=x&y=%C3%B1#f and 192.0.2.7, 2001:db8::7, mac:00-00-5E-00-53-01",
            "Dela Cruz, Jr.|Ma. Juana|1990-01-31",
            "bitcoin:bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
            "GB82 WEST 1234 5698 7654 32",
            "Synthetic Bank:0012-345 678",
            "imei:490154203237518",
            "pag-ibig ñ Ñ İstanbul ﬃ ß ὈΔΥΣΣΕΎΣ e\u{301}",
            "1,234.56",
            "2014-05",
        ];
        Ok(texts.map(|text| text.as_bytes().to_vec()).to_vec())
    },
    words: &[
        "@",
        "+",
        "http://",
        "www.",
        "xn--",
        "mailto:",
        "tel:",
        "mac:",
        "imei:",
        "bitcoin:",
        "@telegram",
        "Facebook",
        "Sto.",
        "de la",
        "Ma.",
        "Jr",
        "III",
        "|",
        "1990-01-31",
        "::ffff:192.0.2.1",
        "[2001:db8::1]",
        "%00",
        "%zz",
        "\u{200b}",
        "\u{661}\u{662}",
        "\u{ff10}",
        "．",
        "\u{1e9e}",
        "\u{345}",
    ],
    mend: None,
    most_bytes: LITTLE,
    taking: |_| {
        Ok(Box::new(|bytes| {
            let text = &*String::from_utf8_lossy(bytes);
            let mut any = false;
            let all = Defaults {
                country: Country::PH,
                service: Some("Telegram"),
                institution: Some("Synthetic Bank"),
            };
            for kind in IdentifierKind::ALL {
                let Ok(once) = normalise(kind, text, &all) else { continue };
                any = true;
                let value = |raw: &str, defaults| {
                    normalise(kind, raw, defaults).map(|one| one.value).map_err(|e| e.to_string())
                };
                same(&value(&once.value, &all), &Ok(once.value.clone()))?;
                same(&value(&once.value, &Defaults::default()), &Ok(once.value.clone()))?;
                let _ = (links_alone(&once), email_key(&once), scope(&once.value));
            }
            let mut end = 0;
            for found in extract(text, &all) {
                any = true;
                if found.range.start < end || text.get(found.range.clone()).is_none_or(str::is_empty) {
                    return Err(format!("{:?} is no place in the text after {end}", found.range));
                }
                end = found.range.end;
                let again = normalise(found.identifier.kind, &found.identifier.value, &Defaults::default());
                same(
                    &again.map(|one| one.value).map_err(|e| e.to_string()),
                    &Ok(found.identifier.value.clone()),
                )?;
            }
            let (family, given) = text.split_once(',').unwrap_or((text, "Synthetic"));
            let birth: Option<PartialDate> = given.trim().parse().ok();
            let keys = blocking_keys(&Name { family, given }, birth);
            if keys.len() > 4096 {
                return Err(format!("one name has {} blocking keys", keys.len()));
            }
            let _ = (phonetic(family), service(text));
            any |= numbers(text)?;
            Ok(any)
        }))
    },
};

/// Dates, times and amounts, which are read back as they are written.
fn numbers(text: &str) -> Result<bool, String> {
    let mut any = false;
    if let Ok(date) = text.parse::<PartialDate>() {
        any |= same(&date.to_string().parse(), &Ok(date))?;
    }
    if let Ok(date) = text.parse::<CivilDate>() {
        any |= same(&date.to_string().parse(), &Ok(date))?;
    }
    if let Ok(at) = model::Instant::parse(text) {
        any |= same(&model::Instant::parse(&at.to_string()), &Ok(at))?;
    }
    if let Ok(money) = Money::parse(text, Currency::PHP) {
        let written = money.to_string();
        let amount: String =
            written.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | '-')).collect();
        any |= same(&Money::parse(&amount, Currency::PHP), &Ok(money))?;
    }
    Ok(any)
}

pub(super) const TYPOLOGY: Target = Target {
    name: "typology",
    seeds: || Ok(shipped().iter().map(|(_, text)| text.as_bytes().to_vec()).collect()),
    words: &[
        "[window]",
        "[conditions]",
        "id = \"synthetic-one\"",
        "days = 99999999",
        "{count}",
        "{amount",
        "'''",
        "\"\"\"",
        "source",
        "verified = false",
        "= []",
        "[[a]]",
        "1e400",
        "0x7fffffffffffffff",
        "2026-02-30",
        "status",
        "hint",
    ],
    mend: None,
    most_bytes: LITTLE,
    taking: |_| {
        let plan = screening::sample::Plan { rows: 300, start: crate::cli::PRESENT, days: 30 };
        let ledger = screening::sample::Ledger::generate(&plan, &crate::runtime::Seeded::new(1));
        let events: Vec<_> = ledger.events().collect();
        Ok(Box::new(move |bytes| {
            let text = &*String::from_utf8_lossy(bytes);
            let _ = Sentence::parse(text, &["count", "amount"]);
            let Ok(typology) = Typology::parse("synthetic.toml", text) else { return Ok(false) };
            // What is read can be run, and gives the same whatever comes before it.
            if typology.runs() && pieces::of(bytes).is_multiple_of(4) {
                let once = format!("{:?}", screening::screen(&typology, &events));
                same(&format!("{:?}", screening::screen(&typology, events.iter().rev())), &once)?;
            }
            Ok(true)
        }))
    },
};
