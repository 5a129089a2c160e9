//! Identifiers out of running text: narratives, chat lines, what a sender wrote as a purpose.
//!
//! One pass, each stretch of text looked at a bounded number of times. Better to miss one than to
//! make one up: a date, an amount or a reference number is no phone number, and a name counts only
//! where its service is known.

use std::ops::Range;

use model::Identifier;

use crate::{Defaults, calling_codes::Plan, email, email::is_local, fold, handle, handle::known, phone, url};

/// An identifier and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The bytes of the text it was read from.
    pub range: Range<usize>,
    /// Its normal form.
    pub identifier: Identifier,
}

/// The e-mail addresses, phone numbers, pages and `@names` in a text, in order, none overlapping.
///
/// A `@name` is taken where a service is named within a few words of it (`telegram @name`), else on
/// the default service if there is one.
pub fn extract(text: &str, defaults: &Defaults<'_>) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut before = ' ';
    let mut place = 0;
    while let Some((rest, letter)) = text.get(place..).and_then(|rest| Some((rest, rest.chars().next()?))) {
        let step = match read(text, place, rest, letter, before, defaults) {
            Step::Found(length, identifier) => {
                found.push(Found { range: place..place + length, identifier });
                length
            }
            Step::Skip(length) => length.max(letter.len_utf8()),
        };
        before = text.get(place..place + step).and_then(|passed| passed.chars().next_back()).unwrap_or(' ');
        place += step;
    }
    found
}

enum Step {
    /// An identifier of so many bytes.
    Found(usize, Identifier),
    /// So many bytes hold none.
    Skip(usize),
}

fn read(text: &str, place: usize, rest: &str, letter: char, before: char, defaults: &Defaults<'_>) -> Step {
    if is_word(before) {
        return Step::Skip(run(rest, is_word));
    }
    // An address may begin with www, a page never has a name and an @ before its path.
    if is_word(letter) {
        let local = run(start(rest, LONGEST_LOCAL + 1), in_address);
        if let Some(host) = rest.get(local..).and_then(|after| after.strip_prefix('@')) {
            let host = run(start(host, LONGEST_HOST), |c| c.is_alphanumeric() || c == '.' || c == '-');
            let address = rest.get(..local + 1 + host).unwrap_or_default().trim_end_matches(['.', '-']);
            return match email(address) {
                Ok(identifier) => Step::Found(address.len(), identifier),
                Err(_) => Step::Skip(local),
            };
        }
    }
    if ["http://", "https://", "www."].iter().any(|start| begins(rest, start)) {
        let token = run(rest, |c| !c.is_whitespace() && !c.is_control() && !"<>\"“”«»".contains(c));
        let page =
            rest.get(..token).unwrap_or_default().trim_end_matches(|c: char| ".,;:!?)]}'’*_".contains(c));
        return match url(page) {
            Ok(identifier) => Step::Found(page.len(), identifier),
            Err(_) => Step::Skip(token),
        };
    }
    if letter == '@' {
        return name(text, place, rest, defaults);
    }
    if letter == '+' || fold::digit(letter).is_some() {
        // A number that hangs on something is part of an amount, a date, a reference.
        if ".,-/#₱$€£".contains(before) {
            return Step::Skip(run(rest, is_word));
        }
        return number(rest, defaults).unwrap_or_else(|| Step::Skip(run(rest, |c| fold::digit(c).is_some())));
    }
    Step::Skip(run(rest, is_word))
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// What the part of an address before the @ is made of in running text: the rarer characters are more
/// often the sentence's own.
fn in_address(letter: char) -> bool {
    is_local(letter) && (letter.is_alphanumeric() || "._+-%".contains(letter))
}

/// How much of an address is looked at: beyond this it is none.
const LONGEST_LOCAL: usize = 64;
const LONGEST_HOST: usize = 253;

/// At most so many bytes of the beginning.
fn start(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most)).unwrap_or(text)
}

/// How many bytes the characters of a kind at the beginning take.
fn run(text: &str, kind: impl Fn(char) -> bool) -> usize {
    text.find(|c: char| !kind(c)).unwrap_or(text.len())
}

fn begins(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

/// A `@name`, if the service is known.
fn name(text: &str, place: usize, rest: &str, defaults: &Defaults<'_>) -> Step {
    let after = rest.get(1..).unwrap_or_default();
    let length = run(after, |c| c.is_ascii_alphanumeric() || "._-".contains(c));
    let name = after.get(..length).unwrap_or_default().trim_end_matches(['.', '-']);
    let end = 1 + name.len();
    let fine = (2..=40).contains(&name.len()) && name.bytes().any(|b| !b.is_ascii_digit());
    let head = text.get(..place).unwrap_or_default();
    let service = || {
        near(words_back(head), 3)
            .or_else(|| near(words_on(rest.get(end..).unwrap_or_default()), 3))
            .or(defaults.service)
    };
    match fine.then(service).flatten().and_then(|service| handle(name, service).ok()) {
        Some(identifier) => Step::Found(end, identifier),
        None => Step::Skip(end),
    }
}

/// The service the nearest few words name.
fn near<'t>(words: impl Iterator<Item = &'t str>, most: usize) -> Option<&'static str> {
    words.take(most).find_map(known)
}

/// How far around a name its service is looked for, in bytes.
const AROUND: usize = 60;

fn words_back(text: &str) -> impl Iterator<Item = &str> {
    let from = text.ceil_char_boundary(text.len().saturating_sub(AROUND));
    words(text.get(from..).unwrap_or_default()).rev()
}

fn words_on(text: &str) -> impl Iterator<Item = &str> {
    words(start(text, AROUND))
}

fn words(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.split(|c: char| !is_word(c)).filter(|word| !word.is_empty())
}

/// A phone number at the beginning of the text.
fn number(rest: &str, defaults: &Defaults<'_>) -> Option<Step> {
    const MOST: usize = 17;
    let mut digits = String::new();
    // Where a number may end, how many digits it then has, and whether they stand in groups.
    let mut ends = Vec::new();
    let (mut gap, mut grouped) = (0, false);
    for (place, letter) in rest.char_indices() {
        if let Some(digit) = fold::digit(letter) {
            digits.push(digit);
            grouped |= gap > 0;
            gap = 0;
            let end = place + letter.len_utf8();
            let next = rest.get(end..).and_then(|after| after.chars().next()).unwrap_or(' ');
            if digits.len() >= 8 && !is_word(next) && next != '@' {
                ends.push((end, digits.len(), grouped));
            }
            if digits.len() == MOST {
                break;
            }
        } else if letter != '+' || place > 0 {
            let separates = matches!(letter, ' ' | '\u{A0}' | '.' | '(' | ')') || fold::is_dash(letter);
            gap += 1;
            if !separates || gap > 2 {
                break;
            }
        }
    }
    let home = Plan::of(defaults.country);
    ends.into_iter().rev().find_map(|(end, count, grouped)| {
        let plausible = rest.starts_with('+')
            || home.is_some_and(|home| is_plausible(home, digits.get(..count).unwrap_or_default(), grouped));
        let identifier = plausible.then(|| phone(rest.get(..end)?, defaults.country).ok()).flatten()?;
        Some(Step::Found(end, identifier))
    })
}

/// Whether digits without a plus are written the way people write a phone number: with their trunk zero
/// and in groups, or as a number that is known by its beginning.
fn is_plausible(home: Plan, digits: &str, grouped: bool) -> bool {
    if home.code == "1" {
        return grouped && home.stands_alone(digits.strip_prefix('1').unwrap_or(digits));
    }
    let national = digits.strip_prefix('0').or_else(|| digits.strip_prefix(home.code));
    national.is_some_and(|national| home.stands_alone(national)) || (grouped && digits.starts_with('0'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values(text: &str) -> Vec<String> {
        extract(text, &Defaults::default()).into_iter().map(|found| found.identifier.value).collect()
    }

    #[test]
    fn what_people_write_is_found() {
        for (text, expected) in [
            ("Write to Synthetic.Name@Example.com.", vec!["synthetic.name@example.com"]),
            (
                "mail<synthetic@example.com>, or (0900) 555-0123!",
                vec!["synthetic@example.com", "+639005550123"],
            ),
            ("call +63 900 555 0123 or 09005550124 tonight", vec!["+639005550123", "+639005550124"]),
            ("09005550123 09005550124", vec!["+639005550123", "+639005550124"]),
            ("0900 555 0123 500 pesos", vec!["+639005550123"]),
            (
                "see https://Example.com/a?utm_source=x, then www.example.org/b).",
                vec!["https://example.com/a", "https://www.example.org/b"],
            ),
            ("on Telegram @synthetic_name, thanks", vec!["synthetic_name@telegram"]),
            ("add @synthetic.name sa insta", vec!["synthetic.name@instagram"]),
            (
                "tg:@synthetic_one ig:@synthetic_two",
                vec!["synthetic_one@telegram", "synthetic_two@instagram"],
            ),
            ("name+tag@example.com", vec!["name+tag@example.com"]),
            ("www.synthetic@example.com", vec!["www.synthetic@example.com"]),
            ("www.example.com/@synthetic", vec!["https://www.example.com/@synthetic"]),
            ("09005550123@example.com", vec!["09005550123@example.com"]),
            ("пишите на имя@example.com", vec!["имя@example.com"]),
        ] {
            assert_eq!(values(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_meant_is_left() {
        for text in [
            "",
            "paid PHP 5,000.00 on 2026-02-01 at 10:30",
            "ref 0012345678901",
            "reference 123456789012",
            "01-02-2026 18:00",
            "@synthetic_name",
            "@ home",
            "we meet @ 12",
            "user@localhost",
            "account 1234-5678-9012",
            "v1.2.3.4",
            "20260201123456",
            "₱09005550123",
            "a+09005550123b",
            "the 12345678 files",
        ] {
            assert_eq!(values(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_name_is_on_the_default_service_where_none_is_named() {
        let defaults = Defaults { service: Some("kik"), ..Defaults::default() };
        let found = extract("ask @synthetic_name", &defaults);
        assert_eq!(
            (found[0].identifier.value.as_str(), found[0].range.clone()),
            ("synthetic_name@kik", 4..19)
        );
    }

    #[test]
    fn long_text_without_end_is_read_in_one_pass() {
        // A reader that looked at the rest of the text at every step would not come to an end here.
        for piece in ["a", "1 ", "+", "@", "a.", "http://", "www.", "@a ", "0900 ", "a@", "é@", "-1"] {
            let text = piece.repeat(50_000 / piece.len());
            let found = extract(&text, &Defaults::default());
            assert!(found.len() <= text.len() / 8, "{piece}");
        }
    }

    proptest! {
        #[test]
        fn ranges_are_in_order_and_lead_back_to_the_text(text in "(\\PC|[a-z0-9@.+ -]|@kik |09005550123 |a@example.com ){0,60}") {
            let mut end = 0;
            for found in extract(&text, &Defaults { service: Some("kik"), ..Defaults::default() }) {
                prop_assert!(end <= found.range.start && found.range.start < found.range.end);
                prop_assert!(text.get(found.range.clone()).is_some());
                end = found.range.end;
            }
        }

        #[test]
        fn an_address_in_a_sentence_is_found(word in "[a-z]{1,12}", digits in "[0-9]{7}", before in "[A-Za-z ,:(]{0,20}") {
            let text = format!("{before} {word}.synthetic@example.com; 0900{digits}, end");
            prop_assert_eq!(values(&text), vec![format!("{word}.synthetic@example.com"), format!("+63900{digits}")]);
        }
    }
}
