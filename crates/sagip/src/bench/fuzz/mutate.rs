//! Inputs: valid documents with something done to them, a function of seed and turn alone. The same seed
//! and turn give the same bytes, so a failure is found again by its number.

use matching::near::sample::Sequence;

/// No input is longer, in bytes, but for what nesting makes of it.
const LONGEST: usize = 128 * 1024;
/// Bytes between which things stand in the formats that are text.
const BETWEEN: &[u8] = b"<>{}[]()\"',;:=/&|. \t\r\n";
/// Bytes that formats treat apart.
const TELLING: [u8; 16] = *b"\0\xff\x7f\x80\x01<>&\",;'\n\r-9";
/// Texts that parsers trip over.
const ODD: [&[u8]; 14] = [
    b"\xef\xbb\xbf",
    b"\0",
    b"\xff\xfe",
    b"\xc0\xaf",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    "\u{202e}".as_bytes(),
    "\u{fffd}".as_bytes(),
    "e\u{301}\u{301}".as_bytes(),
    "\u{1f469}\u{200d}\u{1f467}".as_bytes(),
    "\u{130}\u{df}\u{fb03}".as_bytes(),
    "\u{a0}".as_bytes(),
    b"&#x110000;&lt;&unknown;",
    b"\r\n\r\n",
];
/// Numbers at the ends of what is counted in.
const NUMBERS: [&str; 22] = [
    "0",
    "-1",
    "1",
    "00",
    "127",
    "128",
    "255",
    "256",
    "65535",
    "65536",
    "2147483647",
    "2147483648",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "18446744073709551616",
    "99999999999999999999999999999999999999999",
    "0.000000000000000000000000000000000001",
    "1e308",
    "1e-308",
    "NaN",
];
/// What is nested, and how.
const NESTS: [(&str, &str); 10] = [
    ("<a>", "</a>"),
    ("<a b=\"c\">", "</a>"),
    ("[", "]"),
    ("{\"a\":", "}"),
    ("(", ")"),
    ("\"", "\""),
    ("<!--", "-->"),
    ("<![CDATA[", "]]>"),
    ("[[", "]]"),
    ("!(", ")"),
];

/// Makes inputs of valid documents.
pub(super) struct Mutator {
    pub(super) seeds: Vec<Vec<u8>>,
    pub(super) words: &'static [&'static str],
    pub(super) mend: Option<fn(&mut Vec<u8>)>,
}

impl Mutator {
    /// The input of a turn. The first turns give the documents as they are.
    pub(super) fn input(&self, seed: u64, turn: u64) -> Vec<u8> {
        let chance = &mut Sequence::new(seed.wrapping_mul(0x9e6c_63d0_876a_68ee) ^ turn);
        if let Some(seed) = usize::try_from(turn).ok().and_then(|turn| self.seeds.get(turn)) {
            return seed.clone();
        }
        let mut bytes = self.any_seed(chance).to_vec();
        // Mostly one thing, so that the rest of the document is still what it was.
        let times = if chance.below(3) > 0 { 1 + chance.below(3) } else { 1 + chance.below(24) };
        for _ in 0..times {
            self.change(&mut bytes, chance);
            bytes.truncate(LONGEST);
        }
        if chance.below(40) == 0 {
            nest(&mut bytes, chance);
        }
        if let Some(mend) = self.mend.filter(|_| chance.below(4) > 0) {
            mend(&mut bytes);
        }
        bytes
    }

    fn any_seed<'a>(&'a self, chance: &mut Sequence) -> &'a [u8] {
        self.seeds.get(chance.below(self.seeds.len())).map_or(&[], Vec::as_slice)
    }

    fn change(&self, bytes: &mut Vec<u8>, chance: &mut Sequence) {
        let place = chance.below(bytes.len() + 1);
        match chance.below(18) {
            0 | 1 => {
                if let Some(byte) = bytes.get_mut(place) {
                    *byte ^= 1 << chance.below(8);
                }
            }
            2 => {
                if let (Some(byte), Some(telling)) = (bytes.get_mut(place), pick(&TELLING, chance)) {
                    *byte = *telling;
                }
            }
            3 => set_number(bytes, place, chance),
            4 | 5 => {
                if let (Some(digits), Some(number)) = (digits(bytes, place), pick(&NUMBERS, chance)) {
                    bytes.splice(digits, number.bytes());
                }
            }
            6 => {
                let word = pick(self.words, chance).map_or(&b"x"[..], |word| word.as_bytes());
                bytes.splice(place..place, word.iter().copied());
            }
            7 | 8 => {
                let word = pick(self.words, chance).map_or(&b"x"[..], |word| word.as_bytes());
                bytes.splice(token(bytes, place), word.iter().copied());
            }
            9 => bytes.truncate(place),
            10 => drop(bytes.drain(piece(bytes, place, chance))),
            11 => {
                let range = piece(bytes, place, chance);
                let times = 1 << chance.below(if range.len() < 64 { 10 } else { 4 });
                let copy = bytes.get(range.clone()).unwrap_or_default().repeat(times);
                bytes.splice(range.end..range.end, copy);
            }
            12 => {
                let other = self.any_seed(chance);
                let from = chance.below(other.len() + 1);
                bytes.truncate(place);
                bytes.extend_from_slice(other.get(from..).unwrap_or_default());
            }
            13 | 14 => {
                let other = self.any_seed(chance);
                let range = piece(other, chance.below(other.len() + 1), chance);
                let into = if chance.below(2) == 0 { place..place } else { piece(bytes, place, chance) };
                bytes.splice(into, other.get(range).unwrap_or_default().iter().copied());
            }
            15 => {
                let (one, other) = (token(bytes, place), token(bytes, chance.below(bytes.len() + 1)));
                let copy = bytes.get(one).unwrap_or_default().to_vec();
                bytes.splice(other, copy);
            }
            16 => {
                let odd = pick(&ODD, chance).copied().unwrap_or_default();
                bytes.splice(place..place, odd.iter().copied());
            }
            _ => {
                let byte = pick(&TELLING, chance).copied().unwrap_or_default();
                let length = 1 << chance.below(15);
                bytes.splice(place..place, std::iter::repeat_n(byte, length));
            }
        }
    }
}

fn pick<'a, T>(of: &'a [T], chance: &mut Sequence) -> Option<&'a T> {
    of.get(chance.below(of.len()))
}

/// Puts a number at the end of what its width counts where it stands.
fn set_number(bytes: &mut [u8], place: usize, chance: &mut Sequence) {
    const VALUES: [u64; 9] = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0xffff_ffff, u64::MAX];
    let value = pick(&VALUES, chance).copied().unwrap_or_default();
    let width = 1 << chance.below(4);
    let forward = chance.below(2) == 0;
    let number = if forward { value.to_le_bytes() } else { value.to_be_bytes() };
    let from = if forward { 0 } else { 8 - width };
    for (byte, digit) in bytes.iter_mut().skip(place).zip(number.iter().skip(from).take(width)) {
        *byte = *digit;
    }
}

/// The first decimal number from a place on.
fn digits(bytes: &[u8], place: usize) -> Option<std::ops::Range<usize>> {
    let start = place + bytes.get(place..)?.iter().position(u8::is_ascii_digit)?;
    let rest = bytes.get(start..)?;
    Some(start..start + rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len()))
}

/// What stands at a place between two bytes that part things.
fn token(bytes: &[u8], place: usize) -> std::ops::Range<usize> {
    let parts = |byte: &u8| BETWEEN.contains(byte);
    let start = bytes.get(..place).unwrap_or_default().iter().rposition(parts).map_or(0, |at| at + 1);
    let rest = bytes.get(place..).unwrap_or_default();
    start..place + rest.iter().position(parts).unwrap_or(rest.len())
}

/// Some bytes from a place on: half the time from the beginning of a line, an element or a list to that
/// of another.
fn piece(bytes: &[u8], place: usize, chance: &mut Sequence) -> std::ops::Range<usize> {
    let whole = chance.below(2) == 0;
    let sign = pick(b"<{[\n,\"", chance).copied().unwrap_or_default();
    let mut signs = bytes.iter().enumerate().skip(place).filter(|(_, byte)| **byte == sign);
    if whole
        && let Some((start, _)) = signs.next()
        && let Some((end, _)) = signs.nth(chance.below(4))
    {
        return start..end;
    }
    place..place + chance.below((bytes.len() - place.min(bytes.len())).min(4096) + 1)
}

/// Puts a piece into many shells, or only their openings.
fn nest(bytes: &mut Vec<u8>, chance: &mut Sequence) {
    let inner = piece(bytes, chance.below(bytes.len() + 1), chance);
    let Some((open, close)) = pick(&NESTS, chance) else { return };
    let deep = 1 << chance.below(17);
    let mut nested = open.repeat(deep).into_bytes();
    nested.extend_from_slice(bytes.get(inner.clone()).unwrap_or_default());
    if chance.below(4) > 0 {
        nested.extend(close.repeat(deep).bytes());
    }
    bytes.splice(inner, nested);
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn mutator() -> Mutator {
        let seeds = vec![b"<a>12</a>\n".repeat(20), b"{\"b\": [3, \"c\"]}".to_vec(), Vec::new()];
        Mutator { seeds, words: &["word"], mend: None }
    }

    #[test]
    fn a_turn_gives_the_same_bytes_each_time_and_others_than_its_neighbours() {
        let inputs: Vec<_> = (0..4000).map(|turn| mutator().input(7, turn)).collect();
        assert!((0..4000).all(|turn| mutator().input(7, turn) == inputs[turn as usize]));
        assert_eq!(inputs[..3], mutator().seeds[..], "first the documents as they are");
        let different: HashSet<_> = inputs.iter().collect();
        assert!(different.len() > 2500, "{} different inputs of 4000", different.len());
        assert_ne!(mutator().input(8, 100), inputs[100]);
    }

    #[test]
    fn tokens_and_numbers_are_found_at_any_place() {
        let text = b"<at>2026-11</at>";
        assert_eq!(token(text, 1), 1..3);
        assert_eq!(token(text, 6), 4..11);
        assert_eq!(digits(text, 0), Some(4..8));
        assert_eq!(digits(text, 9), Some(9..11));
        assert_eq!((digits(text, 11), token(text, 16)), (None, 16..16));
    }
}
