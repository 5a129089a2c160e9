//! Phone numbers, brought to E.164: `+639005550123`.

use model::{Country, Identifier, IdentifierKind};

use crate::{NotNormal, calling_codes::Plan, fold};

/// The number in E.164 form. A number without `+` or `00` is a national one of `home`, or one of
/// `home` with its code and the plus left out. Separators and an extension are dropped.
pub fn phone(raw: &str, home: Country) -> Result<Identifier, NotNormal> {
    let wrong = |reason| NotNormal::new(IdentifierKind::Phone, raw, reason);
    if raw.len() > 200 {
        return Err(wrong("it is longer than a phone number can be"));
    }
    let (plus, digits) = dialled(raw).map_err(wrong)?;
    let home = Plan::of(home);
    let abroad = if plus {
        Some(digits.as_str())
    } else {
        let outward = home.map_or("00", |plan| plan.outward());
        digits.strip_prefix(outward).or_else(|| digits.strip_prefix("00"))
    };
    let number = match (abroad, home) {
        (Some(digits), _) => international(digits).map_err(wrong)?,
        (None, Some(plan)) => national(plan, &digits).ok_or_else(|| {
            wrong("it does not fit the country's numbers; write it with + and the country code")
        })?,
        (None, None) => {
            return Err(wrong("the country's code is not known; write it with + and the country code"));
        }
    };
    Ok(Identifier { kind: IdentifierKind::Phone, value: number })
}

/// Whether there was a plus, and the digits up to an extension.
fn dialled(raw: &str) -> Result<(bool, String), &'static str> {
    let folded = fold::lower(raw);
    let text = folded.trim();
    let text = text.strip_prefix("tel:").unwrap_or(text);
    let mut plus = false;
    let mut digits = String::new();
    for (place, letter) in text.char_indices() {
        match letter {
            '+' if digits.is_empty() && !plus => plus = true,
            // Marks of writing direction come along when a number is copied from a page.
            '.'
            | '('
            | ')'
            | '/'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{2069}' => {}
            _ if letter.is_whitespace() || fold::is_dash(letter) => {}
            ';' | ',' | '#' if !digits.is_empty() => break,
            _ if fold::digit(letter).is_some() => digits.extend(fold::digit(letter)),
            _ => {
                let rest = text.get(place..).unwrap_or_default();
                let extension = ["ext", "x", "loc"].iter().any(|word| rest.starts_with(word));
                if extension && !digits.is_empty() {
                    break;
                }
                return Err("it has letters; expected digits such as +63 900 555 0123");
            }
        }
    }
    if digits.is_empty() { Err("it has no digits") } else { Ok((plus, digits)) }
}

fn international(digits: &str) -> Result<String, &'static str> {
    let (plan, rest) = Plan::split(digits).ok_or("no country has a code that it begins with")?;
    // People write the trunk zero after the code too: +44 (0)20, +63 0900.
    let rest = if plan.trunk == "0" { rest.trim_start_matches('0') } else { rest };
    if plan.fits(rest) {
        Ok(format!("+{}{rest}", plan.code))
    } else {
        Err("it has too few or too many digits for its country")
    }
}

fn national(plan: Plan, digits: &str) -> Option<String> {
    let e164 = |national: &str| plan.fits(national).then(|| format!("+{}{national}", plan.code));
    let with_trunk = (!plan.trunk.is_empty()).then(|| digits.strip_prefix(plan.trunk)).flatten();
    if let Some(number) = with_trunk.and_then(e164) {
        return Some(number);
    }
    if plan.stands_alone(digits) {
        return e164(digits);
    }
    let with_code = digits.strip_prefix(plan.code).filter(|rest| rest.len() >= 8).and_then(e164);
    with_code.or_else(|| if plan.is_detailed() { None } else { e164(digits) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(raw: &str, home: &str) -> Option<String> {
        phone(raw, home.parse().unwrap()).map(|phone| phone.value).ok()
    }

    // 0900 is not a mobile prefix in use; 555-01xx, 07700 900xxx and 0491 570 xxx are set aside by
    // their regulators for fiction.
    #[test]
    fn writings_of_one_number_are_one() {
        for same in [
            "+639005550123",
            "+63 900 555 0123",
            "0900-555-0123",
            "(0900) 555.0123",
            "639005550123",
            "9005550123",
            "0063 900 555 0123",
            "+63 (0)900 5550123",
            "+63 0900 555 0123",
            "tel:+63-900-555-0123",
            "0900 555 0123 ext. 12",
            "09005550123 local 4",
            "０９００５５５０１２３",
            "٠٩٠٠٥٥٥٠١٢٣",
            "\u{202A}+63 900 555 0123\u{202C}",
            "+63‑900‑555‑0123",
            "Tel: 0900 555 0123",
        ] {
            assert_eq!(value(same, "PH").as_deref(), Some("+639005550123"), "{same}");
        }
        for (raw, home, expected) in [
            ("(202) 555-0123", "US", "+12025550123"),
            ("1-202-555-0123 x9", "CA", "+12025550123"),
            ("011 63 900 555 0123", "US", "+639005550123"),
            ("07700 900123", "GB", "+447700900123"),
            ("+44 (0)7700 900123", "PH", "+447700900123"),
            ("0491 570 156", "AU", "+61491570156"),
            ("0011 44 7700 900123", "AU", "+447700900123"),
            ("02 8555 0123", "PH", "+63285550123"),
            ("030 555012", "DE", "+4930555012"),
            ("4930555012", "DE", "+4930555012"),
            ("06 5550 1234", "IT", "+390655501234"),
        ] {
            assert_eq!(value(raw, home).as_deref(), Some(expected), "{raw}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for wrong in [
            "",
            "+",
            "hello",
            "0900 555 012",
            "0900 555 01234",
            "+63 900 555 012",
            "+1 202 155 0123",
            "+999 12345678",
            "12345",
            "+63 900 call me",
            "2026-02-01",
            "++63 900 555 0123",
        ] {
            assert_eq!(value(wrong, "PH"), None, "{wrong}");
        }
        assert!(phone("0900 555 0123", "QQ".parse().unwrap()).unwrap_err().reason.contains("country code"));
    }
}
