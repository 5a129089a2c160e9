//! One-time codes of a telephone app: TOTP (RFC 6238) with SHA-1, six digits and 30 seconds,
//! which is what every authenticator app understands.

use std::fmt::{self, Write as _};

use data_encoding::BASE32_NOPAD;
use model::{Entropy, Instant};
use subtle::ConstantTimeEq;
use totp_rs::{Builder, Secret, Totp};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

const STEP_SECONDS: i64 = 30;

/// The secret shared with a person's authenticator app.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct TotpSecret([u8; 20]);

impl TotpSecret {
    /// A new random secret.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut secret = Self([0; 20]);
        entropy.fill(&mut secret.0);
        secret
    }

    /// The secret with these bytes.
    pub const fn from_bytes(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// The bytes, to be sealed.
    pub const fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// For typing into an app: base32 in groups of four.
    pub fn base32(&self) -> Zeroizing<String> {
        let letters = Zeroizing::new(BASE32_NOPAD.encode(&self.0));
        let mut text = Zeroizing::new(String::with_capacity(39));
        for (place, letter) in letters.chars().enumerate() {
            if place > 0 && place % 4 == 0 {
                text.push(' ');
            }
            text.push(letter);
        }
        text
    }

    /// The `otpauth://` address that a QR code carries.
    pub fn uri(&self, issuer: &str, account: &str) -> String {
        let (issuer, account) = (percent(issuer), percent(account));
        let secret = Zeroizing::new(BASE32_NOPAD.encode(&self.0));
        format!(
            "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}&algorithm=SHA1&digits=6&period=30",
            *secret
        )
    }

    /// The code the app shows at this instant.
    pub fn code(&self, at: Instant) -> String {
        code_of_step(&self.generator(), step(at).max(0))
    }

    /// The step whose code this is, if it is the present one or a neighbour (a telephone's clock
    /// may be off by half a minute). Store it: a code of the last used step or an older one is
    /// refused, so a code that was seen over someone's shoulder is worth nothing (RFC 6238 § 5.2).
    pub fn check(&self, code: &str, at: Instant, last_used_step: Option<i64>) -> Option<i64> {
        let code: Zeroizing<String> = Zeroizing::new(code.chars().filter(|c| !c.is_whitespace()).collect());
        let generator = self.generator();
        let present = step(at);
        // The newest first: should two steps share a code, using it once uses both.
        [present + 1, present, present - 1]
            .into_iter()
            .filter(|&step| step >= 0 && last_used_step.is_none_or(|last| step > last))
            .find(|&step| code_of_step(&generator, step).as_bytes().ct_eq(code.as_bytes()).into())
    }

    fn generator(&self) -> Totp {
        // Nothing to check: 20 bytes, six digits and 30 seconds are within RFC 4226 and RFC 6238.
        Builder::new().with_secret(Secret::new_stack(self.0)).build_noncompliant()
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret(hidden)")
    }
}

const fn step(at: Instant) -> i64 {
    at.micros().div_euclid(STEP_SECONDS * 1_000_000)
}

fn code_of_step(generator: &Totp, step: i64) -> String {
    generator.generate((step * STEP_SECONDS).unsigned_abs()).to_string()
}

/// Percent-encodes all but the unreserved characters of RFC 3986.
fn percent(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing into a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::Counting;

    fn seconds(seconds: i64) -> Instant {
        Instant::from_micros(seconds * 1_000_000)
    }

    fn secret() -> TotpSecret {
        TotpSecret::from_bytes(*b"12345678901234567890")
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Appendix B, SHA-1; its eight digits end with these six.
        let vectors = [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ];
        for (at, code) in vectors {
            assert_eq!(secret().code(seconds(at)), code);
            assert_eq!(secret().check(code, seconds(at), None), Some(at / 30));
        }
    }

    #[test]
    fn a_neighbouring_step_is_accepted_and_no_farther_one() {
        let code = secret().code(seconds(3000));
        for (at, step) in [(2969, None), (2970, Some(100)), (3059, Some(100)), (3060, None)] {
            assert_eq!(secret().check(&code, seconds(at), None), step, "{at}");
        }
    }

    #[test]
    fn what_is_no_code_is_refused() {
        let code = secret().code(seconds(3000));
        assert_eq!(
            secret().check(&format!(" {} {}", &code[..3], &code[3..]), seconds(3000), None),
            Some(100)
        );
        for wrong in ["", &code[1..], &format!("{code}0"), "+87082", "abcdef"] {
            assert_eq!(secret().check(wrong, seconds(3000), None), None, "{wrong:?}");
        }
        assert_eq!(secret().check(&code, seconds(-40), None), None);
    }

    #[test]
    fn what_an_app_is_given() {
        assert_eq!(secret().base32().as_str(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(
            secret().uri("Sagip demo", "synthetic.user@example.com"),
            "otpauth://totp/Sagip%20demo:synthetic.user%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Sagip%20demo&algorithm=SHA1&digits=6&period=30"
        );
        assert_eq!(format!("{:?}", secret()), "TotpSecret(hidden)");
    }

    proptest! {
        #[test]
        fn a_code_works_once(seed: u64, at in 30_i64..4_000_000_000, drift in -30_i64..=30) {
            let secret = TotpSecret::generate(&Counting::new(seed));
            let code = secret.code(seconds(at));
            let used = secret.check(&code, seconds(at + drift), None);
            prop_assert!(used.is_some());
            for later in 0..4 {
                prop_assert_eq!(secret.check(&code, seconds(at + drift + 30 * later), used), None);
            }
        }
    }
}
