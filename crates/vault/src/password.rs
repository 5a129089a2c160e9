//! Passwords: Argon2id (RFC 9106) as PHC text, and what is too weak to be one.
//!
//! The rules follow NIST SP 800-63B: length counts, composition rules do not, and passwords that
//! everybody tries first are refused, the names of the service and the user among them. Text is
//! brought to Unicode form C first, since one keyboard sends `ñ` as one character and the next as two.

use argon2::{
    ARGON2ID_IDENT, Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version,
    password_hash::phc::PasswordHash,
};
use model::Entropy;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// What one guess costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

/// 19 MiB, two passes, one lane: the OWASP Password Storage Cheat Sheet's setting for Argon2id.
impl Default for PasswordCost {
    fn default() -> Self {
        Self { memory_kib: 19_456, passes: 2, lanes: 1 }
    }
}

/// Why a password could not be hashed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Argon2 does not work with this cost.
    #[error(
        "passwords cannot be hashed with {} KiB, {} passes and {} lanes; \
         expected at least 1 pass, 1 lane and 8 KiB a lane, such as 19456, 2 and 1",
        .0.memory_kib, .0.passes, .0.lanes
    )]
    Cost(PasswordCost),
    /// The hash failed.
    #[error("the password could not be hashed ({0}); try again, and report it if it happens twice")]
    Failed(String),
}

/// Hashes a password with Argon2id and a random salt of 16 bytes. The text holds salt and cost.
pub fn hash_password(
    password: &str,
    cost: &PasswordCost,
    entropy: &dyn Entropy,
) -> Result<String, PasswordError> {
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None)
        .map_err(|_| PasswordError::Cost(*cost))?;
    let mut salt = [0_u8; 16];
    entropy.fill(&mut salt);
    let hash: PasswordHash = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_with_salt(composed(password).as_bytes(), &salt)
        .map_err(|error| PasswordError::Failed(error.to_string()))?;
    Ok(hash.to_string())
}

/// Whether this is the password that was hashed. False for a text that is no hash. Takes as long
/// as hashing does, whatever the answer; for an unknown user, verify against any hash, so that the
/// time does not tell who exists.
pub fn verify_password(password: &str, phc: &str) -> bool {
    Argon2::default().verify_password(composed(password).as_bytes(), phc).is_ok()
}

/// Whether a hash was made otherwise than with Argon2id at this cost, so that it should be made
/// anew when the password is next known.
pub fn needs_rehash(phc: &str, cost: &PasswordCost) -> bool {
    let Ok(hash) = PasswordHash::new(phc) else { return true };
    let Ok(params) = Params::try_from(&hash) else { return true };
    hash.algorithm != ARGON2ID_IDENT
        || hash.hash.is_none()
        || hash.version != Some(Version::V0x13.into())
        || (params.m_cost(), params.t_cost(), params.p_cost()) != (cost.memory_kib, cost.passes, cost.lanes)
}

/// Why a password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Fewer than twelve characters.
    #[error(
        "This password has {0} characters. Use at least 12; four or five unrelated words are easy to remember."
    )]
    TooShort(usize),
    /// More characters than anybody types.
    #[error("This password has {0} characters. Use at most 256.")]
    TooLong(usize),
    /// Common words, runs and repetitions and little besides.
    #[error("This password is one of those that are tried first. Use four or five unrelated words instead.")]
    Common,
    /// The user's name and little besides.
    #[error("This password is little more than the user name. Use four or five unrelated words instead.")]
    UserName,
}

const LEAST: usize = 12;
const MOST: usize = 256;
/// So many characters must remain when everything that is easily guessed is taken away.
const UNGUESSED: usize = 6;

/// Whether a password may be chosen: at least 12 characters, not common, not the user's name.
pub fn check_password(password: &str, user_name: &str) -> Result<(), WeakPassword> {
    let password = composed(password);
    match password.chars().count() {
        short if short < LEAST => return Err(WeakPassword::TooShort(short)),
        long if long > MOST => return Err(WeakPassword::TooLong(long)),
        _ => {}
    }
    let plain = Zeroizing::new(simplified(&password));
    if unguessed(&plain) < UNGUESSED {
        return Err(WeakPassword::Common);
    }
    for name in [user_name, user_name.split('@').next().unwrap_or_default()].map(simplified) {
        if name.chars().count() >= 3 && unguessed(&Zeroizing::new(plain.replace(&name, ""))) < UNGUESSED {
            return Err(WeakPassword::UserName);
        }
    }
    Ok(())
}

/// What recurs at the head of every published count of leaked passwords, this system's own words,
/// and one famous passphrase; in the spelling of [`simplified`], long before short.
const COMMON: &[&str] = &[
    "correcthorsebatterystaple",
    "administrator",
    "philippines",
    "qwertyuiop",
    "1q2w3e4r5t",
    "1qaz2wsx3edc",
    "basketball",
    "pilipinas",
    "asdfghjkl",
    "superstar",
    "iloveyou",
    "password",
    "passwort",
    "passwrd",
    "changeme",
    "mahalkita",
    "princess",
    "football",
    "baseball",
    "sunshine",
    "computer",
    "internet",
    "whatever",
    "trustno1",
    "starwars",
    "superman",
    "1qaz2wsx",
    "1q2w3e4r",
    "q1w2e3r4",
    "mahalko",
    "zxcvbnm",
    "welcome",
    "letmein",
    "default",
    "charlie",
    "michael",
    "jessica",
    "pokemon",
    "shadow",
    "dragon",
    "monkey",
    "master",
    "qwerty",
    "azerty",
    "secret",
    "summer",
    "winter",
    "spring",
    "autumn",
    "manila",
    "sagip",
    "admin",
    "login",
    "hello",
    "lovely",
    "jesus",
    "angel",
    "guest",
    "user",
    "pass",
    "test",
    "temp",
];

/// Lower case, usual substitutions undone, spaces and punctuation dropped.
fn simplified(text: &str) -> String {
    composed(text)
        .chars()
        .flat_map(char::to_lowercase)
        .filter_map(|c| match c {
            '@' => Some('a'),
            '$' => Some('s'),
            '!' | '|' => Some('i'),
            c if c.is_alphanumeric() => Some(c),
            _ => None,
        })
        .collect()
}

/// How many characters a guesser must still find once common words are taken away, digits read
/// as themselves or as the letters they stand in for (`p4ssw0rd`), whichever leaves less.
fn unguessed(simplified: &str) -> usize {
    let as_letters: Zeroizing<String> = Zeroizing::new(
        simplified
            .chars()
            .map(|c| match c {
                '0' => 'o',
                '1' => 'i',
                '3' => 'e',
                '4' => 'a',
                '5' => 's',
                '7' => 't',
                c => c,
            })
            .collect(),
    );
    distinct_beyond_runs(&without_common(simplified)).min(distinct_beyond_runs(&without_common(&as_letters)))
}

fn without_common(text: &str) -> Zeroizing<String> {
    COMMON.iter().fold(Zeroizing::new(text.to_owned()), |rest, word| Zeroizing::new(rest.replace(word, "")))
}

/// How many different characters there are that do not merely continue or repeat the one before:
/// `aaaa`, `1234` and `dcba` count once.
fn distinct_beyond_runs(text: &str) -> usize {
    let mut seen = Vec::new();
    let mut before: Option<u32> = None;
    for c in text.chars() {
        let code = u32::from(c);
        let continues = before.is_some_and(|before| code.abs_diff(before) <= 1);
        if !continues && !seen.contains(&c) {
            seen.push(c);
        }
        before = Some(code);
    }
    seen.len()
}

fn composed(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.nfc().collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::Counting;

    /// The least Argon2 allows, so that tests are quick.
    const CHEAP: PasswordCost = PasswordCost { memory_kib: 8, passes: 1, lanes: 1 };

    #[test]
    fn a_hash_of_the_reference_implementation_verifies() {
        // github.com/P-H-C/phc-winner-argon2, src/test.c: Argon2id, version 0x13.
        let phc = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assert!(verify_password("password", phc));
        assert!(!verify_password("Password", phc));
    }

    #[test]
    fn the_default_cost_is_written_into_the_hash() {
        let phc = hash_password("Synthetic passphrase", &PasswordCost::default(), &Counting::new(1)).unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert!(verify_password("Synthetic passphrase", &phc));
    }

    #[test]
    fn both_ways_of_typing_an_accent_are_one_password() {
        let phc = hash_password("pi\u{f1}a colada in Ca\u{f1}ao", &CHEAP, &Counting::new(1)).unwrap();
        assert!(verify_password("pin\u{303}a colada in Can\u{303}ao", &phc));
        assert!(!verify_password("pina colada in Canao", &phc));
    }

    #[test]
    fn the_salt_differs_each_time() {
        let entropy = Counting::new(1);
        let hash = || hash_password("Synthetic passphrase", &CHEAP, &entropy).unwrap();
        assert_ne!(hash(), hash());
    }

    #[test]
    fn a_text_that_is_no_hash_verifies_nothing() {
        for phc in ["", "secret", "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ", "$2b$12$abcdefghijklmnopqrstuv"] {
            assert!(!verify_password("", phc), "{phc}");
            assert!(needs_rehash(phc, &CHEAP), "{phc}");
        }
    }

    #[test]
    fn a_hash_of_another_cost_or_kind_is_due_again() {
        let phc = hash_password("Synthetic passphrase", &CHEAP, &Counting::new(1)).unwrap();
        assert!(!needs_rehash(&phc, &CHEAP));
        for cost in [
            PasswordCost { memory_kib: 16, ..CHEAP },
            PasswordCost { passes: 2, ..CHEAP },
            PasswordCost { memory_kib: 16, lanes: 2, ..CHEAP },
        ] {
            assert!(needs_rehash(&phc, &cost));
        }
        assert!(needs_rehash(&phc.replace("argon2id", "argon2i"), &CHEAP));
        assert!(needs_rehash(&phc.replace("v=19", "v=16"), &CHEAP));
    }

    #[test]
    fn an_impossible_cost_is_named() {
        let cost = PasswordCost { memory_kib: 8, passes: 1, lanes: 4 };
        let error = hash_password("Synthetic passphrase", &cost, &Counting::new(1)).unwrap_err();
        assert_eq!(error, PasswordError::Cost(cost));
        assert!(error.to_string().contains("4 lanes"));
    }

    #[test]
    fn short_common_and_named_passwords_are_refused() {
        let check = |password: &str| check_password(password, "synthetic.maria@example.org");
        assert_eq!(check("elevenchars"), Err(WeakPassword::TooShort(11)));
        assert_eq!(check("ñañañañañañ"), Err(WeakPassword::TooShort(11)));
        assert_eq!(check(&"tricycle mango ".repeat(20)), Err(WeakPassword::TooLong(300)));
        for common in [
            "Password1234!",
            "P@$$w0rd2026",
            "p4ssw0rdp4ssw0rd",
            "passwordpassword",
            "123456789012",
            "aaaaaaaaaaaa",
            "qwertyuiop12",
            "abcdefghijklmn",
            "Iloveyou2026",
            "sagip admin 2026",
            "Welcome!Welcome!",
            "ababababababab",
            "correct horse battery staple",
            "Pilipinas123",
            "1q2w3e4r5t6y",
        ] {
            assert_eq!(check(common), Err(WeakPassword::Common), "{common}");
        }
        for named in ["synthetic.maria", "SyntheticMaria2026", "synthetic.maria@example.org!"] {
            assert_eq!(check(named), Err(WeakPassword::UserName), "{named}");
        }
        assert_eq!(check_password("angelacruz2026", "angela.cruz"), Err(WeakPassword::UserName));
    }

    #[test]
    fn unrelated_words_and_random_letters_are_accepted() {
        for good in [
            "tricycle mango lantern",
            "manila rooftop gecko sampaguita",
            "kX9#vQ2m!rTz",
            "bundok at dagat sa umaga",
            "ulan sa bubong na yero",
            "winter mangga password jeepney kalabaw",
        ] {
            assert_eq!(check_password(good, "synthetic.maria"), Ok(()), "{good}");
        }
    }

    #[test]
    fn common_words_stand_in_the_spelling_they_are_compared_in() {
        for word in COMMON {
            assert_eq!(simplified(word), *word);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn only_the_password_verifies(password in ".{0,20}", other in ".{0,20}", seed: u64) {
            let phc = hash_password(&password, &CHEAP, &Counting::new(seed)).unwrap();
            prop_assert!(verify_password(&password, &phc));
            prop_assert_eq!(verify_password(&other, &phc), composed(&password) == composed(&other));
        }
    }
}
