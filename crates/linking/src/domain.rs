//! Host names.
//!
//! The canonical form is the Unicode one in lower case: `XN--…` labels are decoded (RFC 3492) where
//! the decoded label is itself canonical, so both writings of an internationalised name are equal.

use crate::fold;

/// The canonical form of a host name of at least `labels` labels, or `None` if it is none.
pub(crate) fn canonical(raw: &str, labels: usize) -> Option<String> {
    let folded = fold::lower(raw).replace('。', ".");
    let folded = folded.strip_suffix('.').unwrap_or(&folded);
    if folded.len() > 253 || folded.split('.').count() < labels {
        return None;
    }
    let parts: Vec<String> = folded
        .split('.')
        .map(|part| {
            let part = part.strip_prefix("xn--").and_then(unicode).unwrap_or_else(|| part.to_owned());
            is_label(&part).then_some(part)
        })
        .collect::<Option<_>>()?;
    let numeric = parts.last().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
    let out = parts.join(".");
    (!numeric && out.len() <= 253).then_some(out)
}

fn is_label(label: &str) -> bool {
    let fine = |c: char| {
        c == '-' || c == '_' || c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c)
    };
    (1..=63).contains(&label.chars().count())
        && label.chars().all(fine)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// The Unicode form of what follows `xn--`, if it has one that is canonical.
fn unicode(encoded: &str) -> Option<String> {
    let decoded = decode(encoded)?;
    (!decoded.is_ascii() && fold::lower(&decoded) == decoded && !decoded.contains('。') && is_label(&decoded))
        .then_some(decoded)
}

/// Punycode (RFC 3492, section 6.2).
fn decode(encoded: &str) -> Option<String> {
    const BASE: u32 = 36;
    const LEAST: u32 = 1;
    const MOST: u32 = 26;
    const SKEW: u32 = 38;
    const DAMP: u32 = 700;
    if encoded.len() > 63 {
        return None;
    }
    let (basic, rest) = encoded.rsplit_once('-').unwrap_or(("", encoded));
    let mut out: Vec<char> = basic.chars().collect();
    let (mut code, mut place, mut bias) = (128_u32, 0_u32, 72_u32);
    let mut digits = rest.chars().peekable();
    while digits.peek().is_some() {
        let before = place;
        let (mut weight, mut step) = (1_u32, BASE);
        loop {
            let digit = match digits.next()? {
                letter @ 'a'..='z' => u32::from(letter) - u32::from('a'),
                number @ '0'..='9' => u32::from(number) - u32::from('0') + 26,
                _ => return None,
            };
            place = place.checked_add(digit.checked_mul(weight)?)?;
            let threshold = step.saturating_sub(bias).clamp(LEAST, MOST);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(BASE - threshold)?;
            step += BASE;
        }
        let length = u32::try_from(out.len()).ok()? + 1;
        let mut delta = (place - before) / if before == 0 { DAMP } else { 2 };
        delta += delta / length;
        let mut steps = 0;
        while delta > (BASE - LEAST) * MOST / 2 {
            delta /= BASE - LEAST;
            steps += BASE;
        }
        bias = steps + (BASE - LEAST + 1) * delta / (delta + SKEW);
        code = code.checked_add(place / length)?;
        place %= length;
        out.insert(place as usize, char::from_u32(code)?);
        place += 1;
    }
    Some(out.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_writings_of_an_international_name_are_one() {
        // The test names of RFC 3492 and of IANA's evaluation.
        for (ascii, unicode) in [
            ("xn--bcher-kva.example", "bücher.example"),
            ("XN--MNCHEN-3YA.example", "münchen.example"),
            ("xn--hxajbheg2az3al.xn--jxalpdlp", "παράδειγμα.δοκιμή"),
            ("xn--fsqu00a.xn--0zwm56d", "例子.测试"),
        ] {
            let canonical_form = canonical(ascii, 2).unwrap();
            assert_eq!(canonical(unicode, 2), Some(canonical_form.clone()), "{ascii}");
            assert_eq!(canonical_form, fold::lower(unicode));
        }
        assert_eq!(canonical("Example．COM.", 2).as_deref(), Some("example.com"));
        assert_eq!(canonical("例子。测试", 2).as_deref(), Some("例子.测试"));
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for wrong in [
            "",
            "example",
            "exa mple.com",
            "-a.com",
            "a-.com",
            "a..com",
            ".com",
            "192.0.2.1",
            "a.com/",
            "a@b.com",
        ] {
            assert_eq!(canonical(wrong, 2), None, "{wrong}");
        }
        // A label that decodes to something else than a canonical name stays as it is.
        assert_eq!(canonical("xn--zzzzzzzz99999.test", 2).as_deref(), Some("xn--zzzzzzzz99999.test"));
    }
}
