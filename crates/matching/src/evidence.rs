//! A match in words.

use crate::Algorithm;

/// What a match says: `SHA-1 of file 2 is in list “Synthetic list” as A1 (industry taxonomy)`.
///
/// `file` counts from one. A classification is repeated only together with the taxonomy it was made
/// in, for the same letter means different things in different ones; without one the list alone is
/// named, and nothing is inferred from it.
pub fn words(algorithm: Algorithm, file: usize, list: &str, classification: Option<(&str, &str)>) -> String {
    let found = format!("{} of file {file} is in list “{list}”", algorithm.label());
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
            words(Algorithm::Sha1, 2, "Synthetic list", Some(("A1", "industry"))),
            "SHA-1 of file 2 is in list “Synthetic list” as A1 (industry taxonomy)"
        );
        assert_eq!(
            words(Algorithm::Md5, 1, "Synthetic list", None),
            "MD5 of file 1 is in list “Synthetic list”, which gives it no classification"
        );
    }
}
