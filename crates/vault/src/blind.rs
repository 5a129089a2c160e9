//! Blind tokens: the same value gives the same token, and without the key the token says nothing.
//!
//! They let sealed values be linked and looked up. HMAC-SHA256 (RFC 2104) over kind and value,
//! cut to 16 bytes; keyed per organisation, so that two organisations' tokens never meet.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::Key;

/// Makes blind tokens. Holds the key's two hash states ready, so a token costs two compressions.
#[derive(Clone)]
pub struct Blinder(Hmac<Sha256>);

impl Blinder {
    /// The maker of tokens under this key.
    pub fn new(key: &Key) -> Self {
        // HMAC pads a key shorter than a block of 64 bytes with zeros.
        let mut block = Zeroizing::new([0_u8; 64]);
        block.iter_mut().zip(key.bytes()).for_each(|(byte, value)| *byte = *value);
        Self(Hmac::new((&*block).into()))
    }

    /// The token of a value: `HMAC-SHA256(key, kind ‖ 0x00 ‖ value)`, first 16 bytes. The kind
    /// (`phone`, `surname-sound+birth-year`) separates tokens of different fields; it is a word of
    /// this program and holds no NUL, which ends it. The value must be normalised before.
    pub fn token(&self, kind: &str, value: &[u8]) -> [u8; 16] {
        debug_assert!(!kind.contains('\0'), "a kind of blind token holds no NUL");
        let mut mac = self.0.clone();
        mac.update(kind.as_bytes());
        mac.update(&[0]);
        mac.update(value);
        let mut token = [0_u8; 16];
        token.iter_mut().zip(mac.finalize().into_bytes()).for_each(|(byte, value)| *byte = value);
        token
    }
}

impl fmt::Debug for Blinder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Blinder(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_token_is_the_cut_hmac_of_kind_and_value() {
        // HMAC-SHA256 of “phone”, NUL and the value under 32 bytes 0x0b, computed with Python's hmac.
        let token = Blinder::new(&Key::from_bytes([0x0b; 32])).token("phone", b"+15555550100");
        assert_eq!(data_encoding::HEXLOWER.encode(&token), "1e4d39aa2d7d4290f1100d497f3ab92d");
    }

    #[test]
    fn nothing_of_the_key_is_printed() {
        assert_eq!(format!("{:?}", Blinder::new(&Key::from_bytes([1; 32]))), "Blinder(hidden)");
    }

    proptest! {
        #[test]
        fn equal_values_of_one_kind_meet_and_no_others(
            kind in "[a-z]{1,4}", other_kind in "[a-z]{1,4}", value in "[a-z\0]{0,4}", other in "[a-z\0]{0,4}",
        ) {
            let blinder = Blinder::new(&Key::from_bytes([1; 32]));
            prop_assert_eq!(
                blinder.token(&kind, value.as_bytes()) == blinder.token(&other_kind, other.as_bytes()),
                (&kind, &value) == (&other_kind, &other)
            );
        }

        #[test]
        fn organisations_tokens_never_meet(value: Vec<u8>) {
            let of = |byte| Blinder::new(&Key::from_bytes([byte; 32])).token("phone", &value);
            prop_assert_ne!(of(1), of(2));
        }
    }
}
