//! Texts as the units take them: bounded, in Latin letters where a pattern wants them, and harmless in a spreadsheet.

use jiff::{Timestamp, tz::TimeZone};
use model::{Instant, Money};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The length as the strictest reader counts it: in UTF-16 units, of which an emoji has two.
pub(crate) fn length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// The text in pieces of at most `longest`, cut at a blank where there is one in the last tenth.
pub(crate) fn pieces(text: &str, longest: usize) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while length(rest) > longest {
        let (mut size, mut end, mut blank) = (0, 0, None);
        for (at, character) in rest.char_indices() {
            size += character.len_utf16();
            if size > longest {
                break;
            }
            end = at + character.len_utf8();
            if character.is_whitespace() && size > longest - longest / 10 {
                blank = Some(end);
            }
        }
        let (piece, after) =
            rest.split_at(blank.unwrap_or(end).max(rest.chars().next().map_or(1, char::len_utf8)));
        pieces.push(piece.to_owned());
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(rest.to_owned());
    }
    pieces
}

/// One line: every run of blanks, line ends and control characters is one blank, none at the ends.
pub(crate) fn line(text: &str) -> String {
    let blank = |c: char| c.is_whitespace() || c.is_control();
    text.split(blank).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A name in the letters that goAML's pattern allows (`[a-zA-Z0-9 .'-]`); `None` if it is in another script.
pub(crate) fn latin(name: &str) -> Option<String> {
    let mut plain = String::new();
    for character in line(name).nfd().filter(|character| !is_combining_mark(*character)) {
        match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' | '.' | '\'' | '-' => plain.push(character),
            '’' | '‘' | 'ʼ' | '`' => plain.push('\''),
            '–' | '—' | '‐' | '‑' | '/' | '_' => plain.push('-'),
            '&' => plain.push_str("and"),
            ',' | ';' | ':' | '(' | ')' | '"' => {}
            'ø' => plain.push('o'),
            'Ø' => plain.push('O'),
            'ł' => plain.push('l'),
            'Ł' => plain.push('L'),
            'đ' | 'ð' => plain.push('d'),
            'Đ' | 'Ð' => plain.push('D'),
            'ı' => plain.push('i'),
            'æ' => plain.push_str("ae"),
            'Æ' => plain.push_str("Ae"),
            'œ' => plain.push_str("oe"),
            'Œ' => plain.push_str("Oe"),
            'ß' => plain.push_str("ss"),
            'þ' => plain.push_str("th"),
            'Þ' => plain.push_str("Th"),
            _ => return None,
        }
    }
    (!plain.trim().is_empty()).then(|| line(&plain))
}

/// A cell that a spreadsheet does not take for a formula: what begins like one gets an apostrophe before it (OWASP, CSV
/// injection). A blank before the sign, in whatever width, does not hide it; a plain number may be negative.
pub(crate) fn cell(text: &str) -> String {
    let text = line(text);
    let begins =
        text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\''));
    let formula = begins.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '|', '%']);
    let digits = text.strip_prefix('-').unwrap_or(&text);
    let number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if formula && !number { format!("'{text}") } else { text }
}

/// An amount as a plain decimal.
pub(crate) fn amount(money: Money) -> String {
    let digits = money.currency.decimals();
    let scale = 10_u64.pow(digits);
    let (whole, part) = (money.minor.unsigned_abs() / scale, money.minor.unsigned_abs() % scale);
    let sign = if money.minor < 0 { "-" } else { "" };
    if digits == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{part:0width$}", width = digits as usize)
    }
}

/// A moment in a zone, by `jiff`'s format; UTC for an unknown zone.
pub(crate) fn moment(instant: Instant, zone: &str, format: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let stamp = Timestamp::from_microsecond(instant.micros()).unwrap_or(Timestamp::UNIX_EPOCH);
    stamp.to_zoned(zone).strftime(format).to_string()
}

#[cfg(test)]
mod tests {
    use model::Currency;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_folded_and_other_scripts_are_told() {
        assert_eq!(latin("Peña  Muñoz"), Some("Pena Munoz".to_owned()));
        assert_eq!(latin("O’Łukasz-Strauß"), Some("O'Lukasz-Strauss".to_owned()));
        assert_eq!(latin("ليلى"), None);
        assert_eq!(latin("🙂"), None);
        assert_eq!(latin(" "), None);
    }

    #[test]
    fn amounts_are_plain_decimals() {
        let money = |minor, code: &str| Money { minor, currency: code.parse::<Currency>().unwrap() };
        assert_eq!(amount(money(-123_456, "PHP")), "-1234.56");
        assert_eq!(amount(money(5, "KWD")), "0.005");
        assert_eq!(amount(money(500, "JPY")), "500");
    }

    #[test]
    fn a_formula_is_a_text() {
        for formula in [
            "=1+1",
            "+1",
            "-1+1",
            "@SUM(A1)",
            "\t=1",
            " =1",
            "\u{a0}=1",
            "＝1",
            "\u{feff}=1",
            "'=1",
            "\r\n=1",
        ] {
            assert!(cell(formula).starts_with('\''), "{formula:?}");
        }
        for plain in ["Synthetic = text", "-12.50", "12", ""] {
            assert_eq!(cell(plain), plain);
        }
    }

    proptest! {
        #[test]
        fn pieces_make_the_text_and_fit(text in "(?s)[a 🙂é]{0,200}", longest in 2_usize..40) {
            let pieces = pieces(&text, longest);
            prop_assert_eq!(pieces.concat(), text);
            prop_assert!(pieces.iter().all(|piece| !piece.is_empty() && length(piece) <= longest));
        }

        #[test]
        fn no_cell_begins_a_formula(text in "(?s)[=+@|%\t\r\n \u{feff}\u{200b}'-]{0,4}.{0,10}") {
            let cell = cell(&text);
            let number = cell.parse::<f64>().is_ok() || cell.chars().all(|c| "-.0123456789".contains(c));
            prop_assert!(!cell.starts_with(['=', '+', '@', '\t', '\r', '\n']));
            prop_assert!(!cell.starts_with('-') || number);
        }

        #[test]
        fn a_folded_name_keeps_to_the_pattern(name in "\\PC{0,20}") {
            if let Some(plain) = latin(&name) {
                prop_assert!(plain.chars().all(|c| c.is_ascii_alphanumeric() || " .'-".contains(c)));
            }
        }
    }
}
