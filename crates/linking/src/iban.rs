//! International bank account numbers (ISO 13616).

use model::{Identifier, IdentifierKind};

use crate::{NotNormal, fold};

/// Country and length, from the SWIFT IBAN registry.
#[rustfmt::skip]
const LENGTHS: &[(&str, usize)] = &[
    ("AD", 24), ("AE", 23), ("AL", 28), ("AT", 20), ("AZ", 28), ("BA", 20), ("BE", 16), ("BG", 22), ("BH", 22),
    ("BI", 27), ("BR", 29), ("BY", 28), ("CH", 21), ("CR", 22), ("CY", 28), ("CZ", 24), ("DE", 22), ("DJ", 27),
    ("DK", 18), ("DO", 28), ("EE", 20), ("EG", 29), ("ES", 24), ("FI", 18), ("FK", 18), ("FO", 18), ("FR", 27),
    ("GB", 22), ("GE", 22), ("GI", 23), ("GL", 18), ("GR", 27), ("GT", 28), ("HR", 21), ("HU", 28), ("IE", 22),
    ("IL", 23), ("IQ", 23), ("IS", 26), ("IT", 27), ("JO", 30), ("KW", 30), ("KZ", 20), ("LB", 28), ("LC", 32),
    ("LI", 21), ("LT", 20), ("LU", 20), ("LV", 21), ("LY", 25), ("MC", 27), ("MD", 24), ("ME", 22), ("MK", 19),
    ("MN", 20), ("MR", 27), ("MT", 31), ("MU", 30), ("NI", 28), ("NL", 18), ("NO", 15), ("OM", 23), ("PK", 24),
    ("PL", 28), ("PS", 29), ("PT", 25), ("QA", 29), ("RO", 24), ("RS", 22), ("RU", 33), ("SA", 24), ("SC", 31),
    ("SD", 18), ("SE", 24), ("SI", 19), ("SK", 24), ("SM", 27), ("SO", 23), ("ST", 25), ("SV", 28), ("TL", 23),
    ("TN", 24), ("TR", 26), ("UA", 29), ("VA", 22), ("VG", 24), ("XK", 20), ("YE", 30),
];

/// An IBAN in electronic form: upper case, no spaces. Its country's length and its check digits
/// (ISO 7064, MOD 97-10) must be right.
pub fn iban(raw: &str) -> Result<Identifier, NotNormal> {
    let wrong = |reason| NotNormal::new(IdentifierKind::Account, raw, reason);
    if raw.len() > 200 {
        return Err(wrong("it is longer than an IBAN can be"));
    }
    let folded = fold::lower(raw);
    let text = folded.trim();
    let text = text.strip_prefix("iban").unwrap_or(text).trim_start_matches([':', ' ']);
    let value: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !fold::is_dash(*c))
        .map(|c| c.to_ascii_uppercase())
        .collect();
    if !has_shape(&value) {
        return Err(wrong(
            "expected two letters, two check digits and the account, as long as its country's IBANs",
        ));
    }
    if remainder(&value) != Some(1) {
        return Err(wrong("the check digits do not fit; a digit is wrong or two are swapped"));
    }
    Ok(Identifier { kind: IdentifierKind::Account, value })
}

fn has_shape(value: &str) -> bool {
    value.bytes().all(|b| b.is_ascii_alphanumeric())
        && value.get(2..4).is_some_and(|check| check.bytes().all(|b| b.is_ascii_digit()))
        && value.get(..2).is_some_and(|country| LENGTHS.contains(&(country, value.len())))
}

/// The remainder by 97 of the number the letters and digits make with the first four at the end.
fn remainder(value: &str) -> Option<u32> {
    let (head, tail) = value.split_at_checked(4)?;
    tail.chars().chain(head.chars()).try_fold(0_u32, |rest, letter| {
        let digit = letter.to_digit(36)?;
        Some((rest * if digit > 9 { 100 } else { 10 } + digit) % 97)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grouped_and_electronic_forms_are_one() {
        // The registry's own examples.
        for same in
            ["GB29NWBK60161331926819", "GB29 NWBK 6016 1331 9268 19", "iban: gb29 nwbk 6016 1331 9268 19"]
        {
            assert_eq!(iban(same).unwrap().value, "GB29NWBK60161331926819", "{same}");
        }
        for fine in ["DE89370400440532013000", "NO9386011117947", "MT84MALT011000012345MTLCAST001S"] {
            assert_eq!(iban(fine).unwrap().value, fine);
        }
    }

    #[test]
    fn a_slip_of_the_pen_is_noticed() {
        for wrong in ["GB29NWBK60161331926891", "GB28NWBK60161331926819"] {
            assert!(iban(wrong).unwrap_err().reason.contains("check digits"), "{wrong}");
        }
        for wrong in ["", "GB29", "GB29NWBK6016133192681", "ZZ29NWBK60161331926819", "PH29NWBK60161331926819"]
        {
            assert!(iban(wrong).unwrap_err().reason.contains("two letters"), "{wrong}");
        }
    }
}
