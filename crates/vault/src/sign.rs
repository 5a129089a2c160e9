//! Ed25519 signatures (RFC 8032), for the journal's heads and for packages between installations.

use std::fmt;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

use crate::{Key, KeyFileError, key_text};

const PREFIX: &str = "sagip-public-key-1:";

/// A key that signs.
#[derive(Clone)]
pub struct Signer(SigningKey);

impl Signer {
    /// The signing key whose seed this key is. Derive one for each purpose.
    pub fn from_seed(seed: &Key) -> Self {
        Self(SigningKey::from_bytes(seed.bytes()))
    }

    /// The signature of a message.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }

    /// The key with which others verify.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({:?})", self.public())
    }
}

/// A key that verifies what its [`Signer`] signed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Whether this key's owner signed this message. Signatures and keys that RFC 8032 leaves
    /// open to interpretation are refused, so all verifiers agree.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.0.verify_strict(message, &signature).is_ok())
    }

    /// One line with a checksum: `sagip-public-key-1:…`.
    pub fn to_text(&self) -> String {
        key_text::write(PREFIX, self.0.as_bytes()).to_string()
    }

    /// Reads what [`to_text`](Self::to_text) writes, with comments that start with `#`.
    pub fn parse(text: &str) -> Result<Self, KeyFileError> {
        let (bytes, line) = key_text::read(PREFIX, text)?;
        match VerifyingKey::from_bytes(&bytes) {
            Ok(key) if !key.is_weak() => Ok(Self(key)),
            _ => Err(KeyFileError::NotAPublicKey(line)),
        }
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;
    use proptest::prelude::*;

    use super::*;

    fn signer(byte: u8) -> Signer {
        Signer::from_seed(&Key::from_bytes([byte; 32]))
    }

    #[test]
    fn signatures_are_those_of_rfc_8032() {
        // § 7.1, test 1.
        let seed =
            HEXLOWER.decode(b"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").unwrap();
        let signer = Signer::from_seed(&Key::from_bytes(seed.try_into().unwrap()));
        assert_eq!(
            HEXLOWER.encode(signer.public().0.as_bytes()),
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
        );
        assert_eq!(
            HEXLOWER.encode(&signer.sign(b"")),
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595\
             bbe24655141438e7a100b"
        );
    }

    #[test]
    fn a_public_key_that_verifies_anything_is_refused() {
        // The neutral element: a point of small order.
        let mut neutral = [0_u8; 32];
        neutral[0] = 1;
        let text = key_text::write(PREFIX, &neutral);
        assert_eq!(PublicKey::parse(&text).unwrap_err(), KeyFileError::NotAPublicKey(1));
        let text = key_text::write(PREFIX, &[2; 32]);
        assert_eq!(PublicKey::parse(&text).unwrap_err(), KeyFileError::NotAPublicKey(1));
    }

    proptest! {
        #[test]
        fn only_the_signed_message_verifies(message: Vec<u8>, other: Vec<u8>, at in 0_usize..64, bit in 0_u8..8) {
            let (ours, theirs) = (signer(1), signer(2));
            let mut signature = ours.sign(&message);
            prop_assert!(ours.public().verify(&message, &signature));
            prop_assert!(!theirs.public().verify(&message, &signature));
            prop_assert_eq!(ours.public().verify(&other, &signature), message == other);
            prop_assert!(!ours.public().verify(&message, &signature[..63]));
            signature[at] ^= 1 << bit;
            prop_assert!(!ours.public().verify(&message, &signature));
        }

        #[test]
        fn the_text_of_a_public_key_is_read_back(byte: u8) {
            let public = signer(byte).public();
            prop_assert_eq!(PublicKey::parse(&public.to_text()).unwrap(), public);
        }
    }
}
