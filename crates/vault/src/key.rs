//! Keys of 32 bytes, and the root key at their top.

use std::fmt;

use hkdf::Hkdf;
use model::Entropy;
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{KeyFileError, Signer, key_text};

const ROOT_PREFIX: &str = "sagip-root-key-1:";

/// A secret key of 32 bytes, wiped from memory when dropped and never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Key([u8; 32]);

impl Key {
    /// A new random key.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut key = Self([0; 32]);
        entropy.fill(&mut key.0);
        key
    }

    /// The key with these bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key below this one that `info` names: HKDF-SHA256 (RFC 5869) without salt. The same
    /// name gives the same key for as long as this one exists, so what must be erased one day
    /// needs a random key, not a derived one.
    pub fn derive(&self, info: &str) -> Self {
        expand(&self.0, info.as_bytes())
    }

    pub(crate) const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Compares in constant time.
impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Key {}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(hidden)")
    }
}

/// The key from which an installation's other keys descend. It lives in a file of its own, away
/// from the database and its backups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootKey(Key);

impl RootKey {
    /// A new random root key.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(Key::generate(entropy))
    }

    /// Reads the text of a key file: one line `sagip-root-key-1:…`, and comments that start
    /// with `#`. A mistyped letter is found.
    pub fn parse(text: &str) -> Result<Self, KeyFileError> {
        let (bytes, _) = key_text::read(ROOT_PREFIX, text)?;
        Ok(Self(Key(*bytes)))
    }

    /// The line that [`parse`](Self::parse) reads, without a line break.
    pub fn to_text(&self) -> Zeroizing<String> {
        key_text::write(ROOT_PREFIX, &self.0.0)
    }

    /// Tells two root keys apart and gives nothing of the key away: `1a2b-3c4d-5e6f-7a8b`.
    pub fn fingerprint(&self) -> String {
        let digits = data_encoding::HEXLOWER.encode(self.0.derive("fingerprint").bytes());
        let mut text = String::with_capacity(19);
        for (place, digit) in digits.chars().take(16).enumerate() {
            if place > 0 && place % 4 == 0 {
                text.push('-');
            }
            text.push(digit);
        }
        text
    }

    /// The key itself, to derive organisations' keys from.
    pub const fn key(&self) -> &Key {
        &self.0
    }

    /// The Ed25519 key that signs the heads of the journal.
    pub fn signing(&self) -> Signer {
        Signer::from_seed(&self.0.derive("journal"))
    }

    /// The key that wraps children's keys during one epoch. Each erasure turns the epoch: what
    /// remains is wrapped anew, and the old wrapping in a backup is of no use once its epoch's
    /// key store is gone.
    pub fn child_root(&self, epoch: u64) -> Key {
        self.0.derive(&format!("child-root:{epoch}"))
    }
}

fn expand(key: &[u8; 32], info: &[u8]) -> Key {
    let mut below = Key([0; 32]);
    #[expect(clippy::expect_used, reason = "HKDF-SHA256 refuses only outputs above 8,160 bytes")]
    Hkdf::<Sha256>::new(None, key).expand(info, &mut below.0).expect("32 bytes can be expanded");
    below
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::Counting;

    #[test]
    fn keys_are_derived_by_hkdf() {
        // HKDF-SHA256 of 32 bytes 0x0b, no salt, info “journal”, computed with Python's hmac.
        let derived = Key::from_bytes([0x0b; 32]).derive("journal");
        assert_eq!(
            data_encoding::HEXLOWER.encode(derived.bytes()),
            "6632e5040c2df99260a25a4a45ec54a1ed8751a320e14a8dbaeef7cf82d4dac3"
        );
    }

    #[test]
    fn each_name_and_each_epoch_has_a_key_of_its_own() {
        let root = RootKey::generate(&Counting::new(1));
        assert_eq!(root.key().derive("blind"), root.key().derive("blind"));
        assert_ne!(root.key().derive("blind"), root.key().derive("journal"));
        assert_ne!(root.child_root(1), root.child_root(2));
        assert_ne!(root.child_root(1), RootKey::generate(&Counting::new(2)).child_root(1));
    }

    #[test]
    fn nothing_of_a_key_is_printed() {
        let root = RootKey(Key::from_bytes([0xab; 32]));
        assert_eq!(format!("{root:?}"), "RootKey(Key(hidden))");
        assert!(!format!("{:?}", root.signing()).to_lowercase().contains("abab"));
    }

    #[test]
    fn a_fingerprint_tells_root_keys_apart() {
        let fingerprint = RootKey(Key::from_bytes([1; 32])).fingerprint();
        assert_eq!(fingerprint.len(), 19);
        assert_eq!(fingerprint, RootKey(Key::from_bytes([1; 32])).fingerprint());
        assert_ne!(fingerprint, RootKey(Key::from_bytes([2; 32])).fingerprint());
    }

    #[test]
    fn a_key_file_may_hold_comments_and_is_forgiving_about_case_and_spaces() {
        let root = RootKey::generate(&Counting::new(1));
        let line = root.to_text();
        let letters = line.strip_prefix(ROOT_PREFIX).unwrap().to_lowercase();
        let (head, tail) = letters.split_at(20);
        let text =
            format!("# keep this file away from the database\n\n{ROOT_PREFIX}{head} {tail}\r\n\n# end\n");
        assert_eq!(RootKey::parse(&text).unwrap(), root);
    }

    #[test]
    fn what_is_no_key_file_is_named() {
        let line = RootKey::generate(&Counting::new(1)).to_text().to_string();
        let fault = |text: &str| RootKey::parse(text).unwrap_err();
        assert_eq!(fault("# nothing\n"), KeyFileError::Empty(ROOT_PREFIX));
        assert_eq!(fault(&format!("{line}\n{line}")), KeyFileError::SecondLine(2));
        assert_eq!(fault("\nAGE-SECRET-KEY-1"), KeyFileError::WrongKind { line: 2, expected: ROOT_PREFIX });
        assert_eq!(fault(&line[..line.len() - 1]), KeyFileError::Length { line: 1, found: 57 });
        assert_eq!(fault(&format!("{line}A")), KeyFileError::Length { line: 1, found: 59 });
        assert_eq!(
            fault(&line.replace(ROOT_PREFIX, "sagip-root-key-1:1")),
            KeyFileError::Letter { line: 1, letter: 1 }
        );
        let public = RootKey::generate(&Counting::new(1)).signing().public().to_text();
        assert!(matches!(fault(&public), KeyFileError::WrongKind { .. }));
    }

    proptest! {
        #[test]
        fn the_text_of_a_root_key_is_read_back(bytes: [u8; 32]) {
            let root = RootKey(Key::from_bytes(bytes));
            prop_assert_eq!(RootKey::parse(&root.to_text()).unwrap(), root);
        }

        #[test]
        fn one_wrong_letter_is_found(bytes: [u8; 32], place in 0_usize..58, letter in 0_usize..32) {
            let line = RootKey(Key::from_bytes(bytes)).to_text().to_string();
            let mut letters = line.clone().into_bytes();
            let at = ROOT_PREFIX.len() + place;
            letters[at] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[letter];
            let mistyped = String::from_utf8(letters).unwrap();
            prop_assume!(mistyped != line);
            prop_assert_eq!(RootKey::parse(&mistyped).unwrap_err(), KeyFileError::Checksum(1));
        }
    }
}
