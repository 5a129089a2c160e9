//! XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) under a random nonce of 24 bytes.
//!
//! The nonce is long enough to be drawn at random for every message without counting messages
//! per key, which a database that is restored from a backup could not do.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use model::Entropy;
use zeroize::Zeroizing;

use crate::Key;

const NONCE: usize = 24;
const TAG: usize = 16;

/// Why something sealed does not open.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// There are fewer bytes than the smallest sealed value has.
    #[error(
        "these {found} bytes are too few to be sealed data; expected at least {expected}; the value was cut"
    )]
    TooShort {
        /// How many bytes there are.
        found: usize,
        /// How many there must be at least.
        expected: usize,
    },
    /// The first byte names no version this program knows.
    #[error(
        "sealed data of version {0} is unknown here; it was changed, or written by a newer release: upgrade"
    )]
    UnknownVersion(u8),
    /// The authentication tag does not match.
    #[error(
        "the sealed data does not open: it was changed, moved from another place, or sealed under another key; \
         check that the right root key is loaded, then restore the record from a backup"
    )]
    Refused,
    /// It opened, but what was inside is not a key.
    #[error("what was wrapped is {0} bytes long and no key, which has 32")]
    NotAKey(usize),
}

/// `header ‖ nonce ‖ ciphertext ‖ tag`. The header is authenticated with the rest.
pub(crate) fn encrypt(key: &Key, header: u8, place: &[u8], plain: &[u8], entropy: &dyn Entropy) -> Vec<u8> {
    let mut nonce = [0_u8; NONCE];
    entropy.fill(&mut nonce);
    #[expect(
        clippy::expect_used,
        reason = "the cipher refuses only messages above 256 GiB, which no memory holds"
    )]
    let body = XChaCha20Poly1305::new(key.bytes().into())
        .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: &authenticated(header, place) })
        .expect("a message in memory is short enough to be sealed");
    [&[header], nonce.as_slice(), &body].concat()
}

/// The header and the plain bytes, if nothing was changed. The caller judges the header first.
pub(crate) fn decrypt(
    key: &Key,
    known: impl Fn(u8) -> bool,
    place: &[u8],
    sealed: &[u8],
) -> Result<(u8, Zeroizing<Vec<u8>>), OpenError> {
    let too_short = || OpenError::TooShort { found: sealed.len(), expected: 1 + NONCE + TAG };
    let (&header, rest) = sealed.split_first().ok_or_else(too_short)?;
    if !known(header) {
        return Err(OpenError::UnknownVersion(header));
    }
    let (nonce, body) = rest.split_first_chunk::<NONCE>().ok_or_else(too_short)?;
    if body.len() < TAG {
        return Err(too_short());
    }
    let plain = XChaCha20Poly1305::new(key.bytes().into())
        .decrypt(&XNonce::from(*nonce), Payload { msg: body, aad: &authenticated(header, place) })
        .map_err(|_| OpenError::Refused)?;
    Ok((header, Zeroizing::new(plain)))
}

fn authenticated(header: u8, place: &[u8]) -> Vec<u8> {
    [&[header], place].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Counting;

    /// draft-irtf-cfrg-xchacha-03, appendix A.3.1: the same key, nonce and plaintext. The
    /// authenticated data differs there, so the ciphertext is compared and not the tag.
    #[test]
    fn the_cipher_is_the_one_of_the_draft() {
        struct Nonce;
        impl Entropy for Nonce {
            fn fill(&self, bytes: &mut [u8]) {
                for (byte, value) in bytes.iter_mut().zip(0x40..) {
                    *byte = value;
                }
            }
        }
        let key = Key::from_bytes(std::array::from_fn(|i| 0x80 + u8::try_from(i).unwrap()));
        let plain: &[u8] =
            b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, \
              sunscreen would be it.";
        let sealed = encrypt(&key, 1, b"", plain, &Nonce);
        assert_eq!(
            data_encoding::HEXLOWER.encode(&sealed[25..25 + 32]),
            "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb"
        );
    }

    #[test]
    fn two_seals_of_the_same_value_differ() {
        let (key, entropy) = (Key::from_bytes([1; 32]), Counting::new(1));
        assert_ne!(encrypt(&key, 1, b"", b"same", &entropy), encrypt(&key, 1, b"", b"same", &entropy));
    }
}
