//! Folding of text that several kinds share.

use unicode_normalization::UnicodeNormalization;

/// Compatibility form in lower case, so that `Ａ`, `A` and `a` are one letter. Repeated until nothing
/// changes, because lower-casing can undo normalisation and the other way round.
pub(crate) fn lower(text: &str) -> String {
    let mut folded: String = text.nfkc().collect();
    for _ in 0..8 {
        let next: String = folded.to_lowercase().nfkc().collect();
        if next == folded {
            break;
        }
        folded = next;
    }
    folded
}

/// Letters and digits without marks, in lower case; anything else becomes a single space, except
/// apostrophes and full stops, which vanish (`O'Brien` is `obrien`, `J.P.` is `jp`).
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in lower(text).nfkd() {
        match letter {
            'ø' => out.push('o'),
            'đ' | 'ð' => out.push('d'),
            'ł' => out.push('l'),
            'ı' => out.push('i'),
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'þ' => out.push_str("th"),
            '\'' | '’' | '‘' | 'ʼ' | '`' | '.' => {}
            letter if unicode_normalization::char::is_combining_mark(letter) => {}
            letter if letter.is_alphanumeric() => out.push(letter),
            _ if out.ends_with(' ') || out.is_empty() => {}
            _ => out.push(' '),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Lower case without spaces and dashes, digits of every script as ASCII.
pub(crate) fn compact(text: &str) -> String {
    let kept: String = lower(text)
        .chars()
        .filter(|c| !c.is_whitespace() && !is_dash(*c))
        .map(|c| digit(c).unwrap_or(c))
        .collect();
    // What stood apart may combine now.
    lower(&kept)
}

/// The decimal digit a character stands for, in any script that has its own.
pub(crate) fn digit(letter: char) -> Option<char> {
    // The zero of each block of decimal digits (Unicode, general category Nd) likely to be typed.
    const ZEROS: [u32; 20] = [
        0x30, 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50,
        0xED0, 0xF20, 0x1040, 0x17E0, 0x1810, 0xFF10,
    ];
    let code = u32::from(letter);
    let zero = ZEROS.into_iter().find(|zero| (*zero..zero + 10).contains(&code))?;
    char::from_digit(code - zero, 10)
}

/// Whether a character is a hyphen or a dash.
pub(crate) fn is_dash(letter: char) -> bool {
    matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn marks_case_and_punctuation_fold() {
        assert_eq!(plain("  Peña-Núñez,  Ma. O'BRIEN "), "pena nunez ma obrien");
        assert_eq!(plain("Łukasz Straße Ødegård"), "lukasz strasse odegard");
        assert_eq!(lower("ＡＢＣ①ﬁ"), "abc1fi");
        assert_eq!("٠٩۱７".chars().filter_map(digit).collect::<String>(), "0917");
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,30}") {
            prop_assert_eq!(lower(&lower(&text)), lower(&text));
            prop_assert_eq!(plain(&plain(&text)), plain(&text));
            prop_assert_eq!(compact(&compact(&text)), compact(&text));
        }
    }
}
