//! Session and API tokens, and the receipt code of someone who reported something.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use model::Entropy;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::sha256;

/// A secret of 32 bytes given to a browser or a program. Only its hash is stored.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Token([u8; 32]);

impl Token {
    /// A new random token.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut token = Self([0; 32]);
        entropy.fill(&mut token.0);
        token
    }

    /// 43 characters of base64url without padding (RFC 4648 § 5).
    pub fn to_text(&self) -> String {
        BASE64URL_NOPAD.encode(&self.0)
    }

    /// What is stored of this token.
    pub fn hash(&self) -> [u8; 32] {
        sha256(&self.0).0
    }

    /// What would be stored of a token received as text: SHA-256 of its 32 bytes. `None` if the
    /// text is no token. A token is random, so a plain hash suffices, and looking the hash up
    /// needs no comparison in constant time.
    pub fn hash_of(text: &str) -> Option<[u8; 32]> {
        let bytes: [u8; 32] = BASE64URL_NOPAD.decode(text.trim().as_bytes()).ok()?.try_into().ok()?;
        Some(Self(bytes).hash())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(hidden)")
    }
}

/// No vowels, so that no word arises by chance, and none of the pairs that are mistaken for one
/// another in handwriting or on the telephone screen (0 O, 1 I L, 2 Z, 5 S, 8 B, U V).
const RECEIPT_LETTERS: &[u8; 22] = b"34679CDFGHJKMNPQRTVWXY";
const RECEIPT_LENGTH: usize = 16;

/// A new receipt code, such as `7KXM-4RTD-9WPC-H3QN`: 16 letters in groups of four, 71 bits.
pub fn receipt_code(entropy: &dyn Entropy) -> String {
    let mut random = [0_u8; 16];
    entropy.fill(&mut random);
    // 128 bits onto 22^16 codes: uneven by less than one part in 2^56.
    let mut number = u128::from_be_bytes(random);
    let letters = std::iter::repeat_with(|| {
        let letter = RECEIPT_LETTERS.get((number % 22) as usize).copied().unwrap_or_default();
        number /= 22;
        char::from(letter)
    });
    grouped(letters.take(RECEIPT_LENGTH))
}

/// A receipt code as a person typed it, in the form [`receipt_code`] gives: case, spaces and
/// hyphens are forgiven. `None` if it cannot be one.
pub fn read_receipt_code(text: &str) -> Option<String> {
    let letters: Vec<char> = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}'))
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let known = |c: &char| u8::try_from(*c).is_ok_and(|byte| RECEIPT_LETTERS.contains(&byte));
    (letters.len() == RECEIPT_LENGTH && letters.iter().all(known)).then(|| grouped(letters.into_iter()))
}

fn grouped(letters: impl Iterator<Item = char>) -> String {
    let mut code = String::with_capacity(RECEIPT_LENGTH + 3);
    for (place, letter) in letters.enumerate() {
        if place > 0 && place % 4 == 0 {
            code.push('-');
        }
        code.push(letter);
    }
    code
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::Counting;

    #[test]
    fn what_is_stored_is_the_hash_of_the_bytes() {
        let token = Token([0; 32]);
        assert_eq!(token.to_text(), "A".repeat(43));
        // SHA-256 of 32 zero bytes.
        let hash = data_encoding::HEXLOWER
            .decode(b"66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925");
        assert_eq!(token.hash().to_vec(), hash.unwrap());
        assert_eq!(format!("{token:?}"), "Token(hidden)");
    }

    #[test]
    fn what_is_no_token_has_no_hash() {
        let text = Token::generate(&Counting::new(1)).to_text();
        for wrong in
            ["", "abc", &text[1..], &format!("{text}A"), &format!("{text}="), &text.replace(&text[3..4], "+")]
        {
            assert_eq!(Token::hash_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_cannot_be_a_receipt_code_is_refused() {
        for wrong in
            ["", "7KXM-4RTD-9WPC", "7KXM-4RTD-9WPC-H3QN-7", "OKXM-4RTD-9WPC-H3QN", "7KXM_4RTD_9WPC_H3QN"]
        {
            assert_eq!(read_receipt_code(wrong), None, "{wrong}");
        }
        assert_eq!(read_receipt_code("7kxm 4rtd–9wpch3qn\n").as_deref(), Some("7KXM-4RTD-9WPC-H3QN"));
    }

    proptest! {
        #[test]
        fn a_received_token_is_found_by_its_hash(seed: u64) {
            let token = Token::generate(&Counting::new(seed));
            prop_assert_eq!(Token::hash_of(&token.to_text()), Some(token.hash()));
            prop_assert_eq!(Token::hash_of(&format!(" {}\n", token.to_text())), Some(token.hash()));
            prop_assert_ne!(token.hash(), Token::generate(&Counting::new(seed.wrapping_add(1))).hash());
        }

        #[test]
        fn a_receipt_code_is_grouped_and_read_back(seed: u64) {
            let code = receipt_code(&Counting::new(seed));
            prop_assert_eq!(code.split('-').map(str::len).collect::<Vec<_>>(), vec![4; 4]);
            let spoken = code.to_lowercase().replace('-', " ");
            prop_assert_eq!(read_receipt_code(&spoken), Some(code.clone()));
            prop_assert_ne!(code, receipt_code(&Counting::new(seed.wrapping_add(1))));
        }
    }
}
