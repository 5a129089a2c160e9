//! Persons by name and full date of birth.
//!
//! Names are folded as Filipino, Spanish and English registers vary them: letters without marks,
//! “Ma.” for Maria (the usual abbreviation in Philippine civil registers), surnames of several words
//! as one (Dela Cruz, De la Cruz, Delacruz), Jr and III set apart because one register writes them
//! and another does not.

use model::{CivilDate, Identifier, IdentifierKind};

use crate::{NotNormal, fold};

/// A name as a document has it.
#[derive(Clone, Copy)]
pub struct Name<'a> {
    /// The family name.
    pub family: &'a str,
    /// The given names.
    pub given: &'a str,
}

/// A person's identifier and what was set apart from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// `family|given|1990-01-31`.
    pub identifier: Identifier,
    /// `jr`, `iii`: tells a father from his son where dates are doubtful.
    pub suffix: Option<String>,
}

/// The exact key of a person. Without the full date of birth there is none: names alone join
/// thousands (see [`blocking_keys`](crate::blocking_keys) for proposing).
pub fn person(name: &Name<'_>, birth: CivilDate) -> Result<Person, NotNormal> {
    let wrong = |reason| NotNormal::new(IdentifierKind::Person, name.family, reason);
    if name.family.len() > 400 || name.given.len() > 400 {
        return Err(wrong("it is longer than a name can be"));
    }
    let (family, suffix) = family(name.family);
    let (given, given_suffix) = given(name.given);
    if family.is_empty() || given.is_empty() {
        return Err(wrong("a person needs a family name and a given name"));
    }
    let mut surname = family.concat();
    spell_out(&mut surname);
    Ok(Person {
        identifier: Identifier {
            kind: IdentifierKind::Person,
            value: format!("{surname}|{}|{birth}", given.join(" ")),
        },
        suffix: suffix.or(given_suffix),
    })
}

/// The folded words of a family name, and its suffix.
pub(crate) fn family(text: &str) -> (Vec<String>, Option<String>) {
    let (mut words, suffix) = without_suffix(text);
    words.iter_mut().for_each(spell_out);
    (words, suffix)
}

/// “Sto.” and “Sta.” begin many surnames.
fn spell_out(word: &mut String) {
    match word.as_str() {
        "sto" => "santo".clone_into(word),
        "sta" => "santa".clone_into(word),
        _ => {}
    }
}

/// The folded words of given names, and a suffix that was written after them.
pub(crate) fn given(text: &str) -> (Vec<String>, Option<String>) {
    let (mut words, suffix) = without_suffix(text);
    for word in words.iter_mut().filter(|word| *word == "ma") {
        "maria".clone_into(word);
    }
    (words, suffix)
}

fn without_suffix(text: &str) -> (Vec<String>, Option<String>) {
    let folded = fold::plain(text);
    let mut words: Vec<String> =
        folded.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let mut suffix = None;
    while words.len() > 1 {
        let found = match words.last().map(String::as_str) {
            Some("jr" | "junior") => "jr",
            Some("sr" | "senior") => "sr",
            Some("ii" | "2nd") => "ii",
            Some("iii" | "3rd") => "iii",
            Some("iv" | "4th") => "iv",
            _ => break,
        };
        suffix = Some(found.to_owned());
        words.pop();
    }
    (words, suffix)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(family: &str, given: &str) -> Person {
        person(&Name { family, given }, "1990-01-31".parse().unwrap()).unwrap()
    }

    #[test]
    fn writings_of_one_name_are_one() {
        for (family, given) in [
            ("Dela Cruz", "Ma. Synthetica"),
            ("DE LA CRUZ", "MARIA SYNTHETICA"),
            ("dela cruz", "Maria Synthética"),
            ("Delacruz", " Ma  Synthetica "),
            ("De-la-Cruz", "Maria Synthetica"),
        ] {
            assert_eq!(
                value(family, given).identifier.value,
                "delacruz|maria synthetica|1990-01-31",
                "{family}, {given}"
            );
        }
        assert_eq!(value("Peña", "Synthetico").identifier, value("Pena", "Synthetico").identifier);
        assert_eq!(value("Sto. Niño", "Synthetico").identifier, value("Santo Nino", "Synthetico").identifier);
        assert_ne!(value("Cruz", "Synthetica").identifier, value("Cruz", "Synthetico").identifier);
    }

    #[test]
    fn a_suffix_is_set_apart() {
        for (family, given) in
            [("Reyes Jr.", "Synthetico"), ("Reyes", "Synthetico Jr"), ("Reyes, Junior", "Synthetico")]
        {
            let person = value(family, given);
            assert_eq!(
                (person.identifier.value.as_str(), person.suffix.as_deref()),
                ("reyes|synthetico|1990-01-31", Some("jr"))
            );
        }
        assert_eq!(value("Junior", "Synthetico").identifier.value, "junior|synthetico|1990-01-31");
        assert!(person(&Name { family: "Reyes", given: "…" }, "1990-01-31".parse().unwrap()).is_err());
    }
}
