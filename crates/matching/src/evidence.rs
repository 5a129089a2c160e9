//! A match in words.

use crate::Algorithm;

/// What a match says: `SHA-1 of file 2 is in the bank “Synthetic bank” as A1 (industry taxonomy)`, or of
/// a perceptual hash that is not the same, `PDQ of file 2 is 5 bits from one in the bank …`.
///
/// `file` counts from one. A classification is repeated only together with the taxonomy it was made
/// in, for the same letter means different things in different ones; without one the bank alone is
/// named, and nothing is inferred from it.
pub fn words(
    algorithm: Algorithm,
    file: usize,
    bank: &str,
    distance: u32,
    classification: Option<(&str, &str)>,
) -> String {
    let label = algorithm.label();
    let found = match distance {
        0 => format!("{label} of file {file} is in the bank “{bank}”"),
        1 => format!("{label} of file {file} is 1 bit from one in the bank “{bank}”"),
        _ => format!("{label} of file {file} is {distance} bits from one in the bank “{bank}”"),
    };
    match classification {
        Some((label, taxonomy)) => format!("{found} as {label} ({taxonomy} taxonomy)"),
        None => format!("{found}, which gives it no classification"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_classification_is_said_with_its_taxonomy() {
        assert_eq!(
            words(Algorithm::Sha1, 2, "Synthetic bank", 0, Some(("A1", "industry"))),
            "SHA-1 of file 2 is in the bank “Synthetic bank” as A1 (industry taxonomy)"
        );
        assert_eq!(
            words(Algorithm::Md5, 1, "Synthetic bank", 0, None),
            "MD5 of file 1 is in the bank “Synthetic bank”, which gives it no classification"
        );
    }

    #[test]
    fn what_is_like_it_is_not_said_to_be_it() {
        assert_eq!(
            words(Algorithm::Pdq, 1, "Synthetic bank", 5, Some(("A1", "industry"))),
            "PDQ of file 1 is 5 bits from one in the bank “Synthetic bank” as A1 (industry taxonomy)"
        );
        assert!(words(Algorithm::Pdq, 1, "Synthetic bank", 1, None).contains("is 1 bit from one"));
    }
}
