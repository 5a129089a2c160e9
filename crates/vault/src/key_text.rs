//! Keys as one line of text that a person can copy, with a checksum that finds a slip.
//!
//! `prefix ‖ base32(key ‖ first four bytes of SHA-256(prefix ‖ key))`. Blank lines and lines that
//! start with `#` are comments. Reading forgives case, spaces and hyphens inside the base32.

use data_encoding::BASE32_NOPAD;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

const CHECK: usize = 4;
const LETTERS: usize = 58;

/// Why a text is not the key that was expected. No variant repeats the text, which may be secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFileError {
    /// Nothing but comments.
    #[error("there is no key in this text; expected one line that starts with “{0}”")]
    Empty(&'static str),
    /// More than one line that is no comment.
    #[error("line {0} is a second key; expected one line with a key, and comments that start with #")]
    SecondLine(usize),
    /// The line starts otherwise.
    #[error("line {line} is not this kind of key; expected it to start with “{expected}”")]
    WrongKind {
        /// The line, from 1.
        line: usize,
        /// How it must start.
        expected: &'static str,
    },
    /// The wrong number of letters.
    #[error(
        "the key on line {line} has {found} letters after its prefix; expected 58: some are missing or too many"
    )]
    Length {
        /// The line, from 1.
        line: usize,
        /// How many letters there are.
        found: usize,
    },
    /// A character outside base32.
    #[error(
        "letter {letter} of the key on line {line} is not one of A–Z and 2–7; compare it with the original"
    )]
    Letter {
        /// The line, from 1.
        line: usize,
        /// Which letter after the prefix, from 1.
        letter: usize,
    },
    /// The checksum does not match.
    #[error("the key on line {0} was mistyped: its checksum does not match; compare it with the original")]
    Checksum(usize),
    /// The bytes are no public key of Ed25519 that can be trusted.
    #[error("the key on line {0} is not a usable Ed25519 public key; ask its owner for the right one")]
    NotAPublicKey(usize),
}

pub(crate) fn write(prefix: &'static str, key: &[u8; 32]) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new([0_u8; 32 + CHECK]);
    let (body, check) = bytes.split_at_mut(32);
    body.copy_from_slice(key);
    check.copy_from_slice(&checksum(prefix, key));
    let letters = Zeroizing::new(BASE32_NOPAD.encode(&*bytes));
    Zeroizing::new([prefix, &letters].concat())
}

/// The key and the number of its line.
pub(crate) fn read(prefix: &'static str, text: &str) -> Result<(Zeroizing<[u8; 32]>, usize), KeyFileError> {
    let mut lines = text
        .lines()
        .zip(1..)
        .map(|(content, line)| (content.trim(), line))
        .filter(|(content, _)| !content.is_empty() && !content.starts_with('#'));
    let (content, line) = lines.next().ok_or(KeyFileError::Empty(prefix))?;
    if let Some((_, second)) = lines.next() {
        return Err(KeyFileError::SecondLine(second));
    }
    let letters = content.strip_prefix(prefix).ok_or(KeyFileError::WrongKind { line, expected: prefix })?;
    let letters: Zeroizing<String> = Zeroizing::new(
        letters.chars().filter(|c| !matches!(c, ' ' | '-')).map(|c| c.to_ascii_uppercase()).collect(),
    );
    if let Some(wrong) = letters.chars().position(|c| !matches!(c, 'A'..='Z' | '2'..='7')) {
        return Err(KeyFileError::Letter { line, letter: wrong + 1 });
    }
    if letters.len() != LETTERS {
        return Err(KeyFileError::Length { line, found: letters.len() });
    }
    let wrong = || KeyFileError::Checksum(line);
    let bytes = Zeroizing::new(BASE32_NOPAD.decode(letters.as_bytes()).map_err(|_| wrong())?);
    let (body, check) = bytes.split_first_chunk::<32>().ok_or_else(wrong)?;
    if checksum(prefix, body) != check {
        return Err(wrong());
    }
    Ok((Zeroizing::new(*body), line))
}

fn checksum(prefix: &str, key: &[u8; 32]) -> [u8; CHECK] {
    let digest = Sha256::new().chain_update(prefix).chain_update(key).finalize();
    let mut check = [0_u8; CHECK];
    check.iter_mut().zip(digest).for_each(|(byte, value)| *byte = value);
    check
}
