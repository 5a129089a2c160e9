//! Sealing one field of one record, and wrapping one key under another.
//!
//! The place (kind, record, field) is authenticated, so a sealed value copied to another row or
//! column does not open there. Layout: `0x01 ‖ nonce (24) ‖ ciphertext ‖ tag (16)`.

use model::Entropy;
use zeroize::Zeroizing;

use crate::{Key, OpenError, cipher};

const VERSION: u8 = 1;

/// Where a sealed value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The kind of record, such as `report`.
    pub kind: &'a str,
    /// The record's id.
    pub record: [u8; 16],
    /// The field, such as `narrative`.
    pub field: &'a str,
}

/// Seals a field's value.
pub fn seal(key: &Key, place: Place<'_>, plain: &[u8], entropy: &dyn Entropy) -> Vec<u8> {
    cipher::encrypt(key, VERSION, &place.encode("field"), plain, entropy)
}

/// Opens what [`seal`](fn@seal) sealed under the same key for the same place.
pub fn open(key: &Key, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let (_, plain) = cipher::decrypt(key, |version| version == VERSION, &place.encode("field"), sealed)?;
    Ok(plain)
}

/// Wraps a key under another, to be kept beside what it seals. A wrapped key and a sealed field
/// cannot stand in for one another.
pub fn wrap(outer: &Key, place: Place<'_>, inner: &Key, entropy: &dyn Entropy) -> Vec<u8> {
    cipher::encrypt(outer, VERSION, &place.encode("key"), inner.bytes(), entropy)
}

/// The key that [`wrap`] wrapped under the same key for the same place.
pub fn unwrap(outer: &Key, place: Place<'_>, wrapped: &[u8]) -> Result<Key, OpenError> {
    let (_, plain) = cipher::decrypt(outer, |version| version == VERSION, &place.encode("key"), wrapped)?;
    let bytes = plain.as_slice().try_into().map_err(|_| OpenError::NotAKey(plain.len()))?;
    Ok(Key::from_bytes(bytes))
}

impl Place<'_> {
    /// Every part with its length before it: two places never share an encoding.
    fn encode(&self, purpose: &str) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(48 + purpose.len() + self.kind.len() + self.field.len());
        for part in [purpose.as_bytes(), self.kind.as_bytes(), &self.record, self.field.as_bytes()] {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part);
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::Counting;

    const PLACE: Place<'static> = Place { kind: "report", record: [7; 16], field: "narrative" };

    fn key() -> Key {
        Key::from_bytes([3; 32])
    }

    #[test]
    fn a_value_opens_in_its_own_place_only() {
        let sealed = seal(&key(), PLACE, b"Synthetic narrative", &Counting::new(1));
        assert_eq!(open(&key(), PLACE, &sealed).unwrap().as_slice(), b"Synthetic narrative");
        let elsewhere = [
            Place { kind: "case", ..PLACE },
            Place { record: [8; 16], ..PLACE },
            Place { field: "reporter", ..PLACE },
            Place { kind: "reportn", field: "arrative", ..PLACE },
            Place { kind: "", field: "", ..PLACE },
        ];
        for place in elsewhere {
            assert_eq!(open(&key(), place, &sealed).unwrap_err(), OpenError::Refused, "{place:?}");
        }
        assert_eq!(open(&Key::from_bytes([4; 32]), PLACE, &sealed).unwrap_err(), OpenError::Refused);
    }

    #[test]
    fn a_wrapped_key_and_a_sealed_field_cannot_stand_in_for_one_another() {
        let inner = Key::from_bytes([9; 32]);
        let wrapped = wrap(&key(), PLACE, &inner, &Counting::new(1));
        assert_eq!(unwrap(&key(), PLACE, &wrapped).unwrap(), inner);
        assert_eq!(open(&key(), PLACE, &wrapped).unwrap_err(), OpenError::Refused);
        let sealed = seal(&key(), PLACE, &[9; 32], &Counting::new(1));
        assert_eq!(unwrap(&key(), PLACE, &sealed).unwrap_err(), OpenError::Refused);
    }

    #[test]
    fn what_was_wrapped_must_be_a_key() {
        let odd = cipher::encrypt(&key(), VERSION, &PLACE.encode("key"), &[9; 31], &Counting::new(1));
        assert_eq!(unwrap(&key(), PLACE, &odd).unwrap_err(), OpenError::NotAKey(31));
    }

    #[test]
    fn a_version_of_the_future_is_named() {
        let mut sealed = seal(&key(), PLACE, b"x", &Counting::new(1));
        sealed[0] = 2;
        assert_eq!(open(&key(), PLACE, &sealed).unwrap_err(), OpenError::UnknownVersion(2));
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens(plain: Vec<u8>, seed: u64) {
            let sealed = seal(&key(), PLACE, &plain, &Counting::new(seed));
            prop_assert_eq!(sealed.len(), plain.len() + 41);
            let opened = open(&key(), PLACE, &sealed).unwrap();
            prop_assert_eq!(opened.as_slice(), plain.as_slice());
        }

        #[test]
        fn any_flipped_bit_is_found(plain in prop::collection::vec(any::<u8>(), 0..80), at: prop::sample::Index, bit in 0_u8..8) {
            let mut sealed = seal(&key(), PLACE, &plain, &Counting::new(1));
            let at = at.index(sealed.len());
            sealed[at] ^= 1 << bit;
            prop_assert!(open(&key(), PLACE, &sealed).is_err());
        }

        #[test]
        fn any_cut_is_found(plain in prop::collection::vec(any::<u8>(), 0..80), at: prop::sample::Index) {
            let sealed = seal(&key(), PLACE, &plain, &Counting::new(1));
            prop_assert!(open(&key(), PLACE, &sealed[..at.index(sealed.len())]).is_err());
        }

        #[test]
        fn places_never_share_an_encoding(a in "[ab\0]{0,2}", b in "[ab\0]{0,2}", c in "[ab\0]{0,2}", d in "[ab\0]{0,2}") {
            let place = |kind, field| Place { kind, record: [0; 16], field };
            prop_assert_eq!(place(&a, &b).encode("field") == place(&c, &d).encode("field"), (&a, &b) == (&c, &d));
        }
    }
}
