//! Payment accounts: `institution:number`, or an IBAN.

use model::{Identifier, IdentifierKind};

use crate::{NotNormal, fold, iban};

/// An account by the institution that holds it and its number. A number that is a valid IBAN names
/// its institution itself and stands alone.
pub fn account(institution: &str, number: &str) -> Result<Identifier, NotNormal> {
    let wrong = |reason| NotNormal::new(IdentifierKind::Account, number, reason);
    if let Ok(iban) = iban(number) {
        return Ok(iban);
    }
    if number.len() > 200 || institution.len() > 400 {
        return Err(wrong("it is longer than an account number can be"));
    }
    let institution = issuer(institution).ok_or_else(|| wrong("the institution is not named"))?;
    if institution == "iban" {
        return iban(number);
    }
    let folded = fold::lower(number);
    let value: String = folded
        .chars()
        .filter(|c| !(c.is_whitespace() || fold::is_dash(*c) || matches!(c, '.' | '/')))
        .map(|c| fold::digit(c).unwrap_or(c))
        .collect();
    // What is an IBAN once stops and strokes are gone is one too, or its normal form would have another.
    if let Ok(iban) = iban(&value) {
        return Ok(iban);
    }
    if value.contains(['*', '•', '●']) || value.contains("xxx") || folded.contains("..") {
        return Err(wrong("part of the number is masked, so it names no one account"));
    }
    if !value.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(wrong("an account number has letters and digits only"));
    }
    if !(4..=40).contains(&value.len()) || !value.contains(|c: char| c.is_ascii_digit()) {
        return Err(wrong("an account number has 4 to 40 letters and digits, one digit at least"));
    }
    Ok(Identifier {
        kind: IdentifierKind::Account,
        value: format!("{institution}:{}", value.to_ascii_uppercase()),
    })
}

/// The folded name of an institution or issuer: `Synthetic Bank, Inc.` is `synthetic bank`.
pub(crate) fn issuer(name: &str) -> Option<String> {
    let folded = fold::plain(name);
    let mut words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
    while words.len() > 1
        && words
            .last()
            .is_some_and(|word| matches!(*word, "inc" | "corp" | "corporation" | "ltd" | "co" | "plc"))
    {
        words.pop();
    }
    (!words.is_empty()).then(|| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writings_of_one_account_are_one() {
        for (institution, number) in [
            ("Synthetic Bank", "0012-3456-78"),
            ("SYNTHETIC BANK, INC.", "0012 3456 78"),
            (" synthetic  bank ", "0012345678"),
        ] {
            assert_eq!(account(institution, number).unwrap().value, "synthetic bank:0012345678");
        }
        assert_ne!(account("Synthetic Bank", "012345678"), account("Synthetic Bank", "0012345678"));
        assert_ne!(account("Synthetic Bank", "12345678"), account("Synthetic Wallet", "12345678"));
        for number in
            ["GB29 NWBK 6016 1331 9268 19", "GB29 NWBK 6016 1331．9268 19", "GB29/NWBK/6016.1331.9268.19"]
        {
            assert_eq!(account("Any Bank", number).unwrap().value, "GB29NWBK60161331926819", "{number}");
        }
    }

    #[test]
    fn a_masked_number_names_no_account() {
        for masked in ["****1234", "XXXX1234", "XX-X1234", "12…34", "12••••34"] {
            assert!(account("Synthetic Bank", masked).unwrap_err().reason.contains("masked"), "{masked}");
        }
        for wrong in ["", "123", "abcd", "1234;5678"] {
            assert!(account("Synthetic Bank", wrong).is_err(), "{wrong}");
        }
        assert!(account("", "12345678").unwrap_err().reason.contains("institution"));
        assert!(account("IBAN", "GB28NWBK60161331926819").unwrap_err().reason.contains("check digits"));
    }
}
