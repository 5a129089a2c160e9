//! Sentences with places to fill.

use std::{collections::BTreeMap, fmt};

/// The words the sentence of a typology may leave a place for.
pub(crate) const PLACES: [&str; 10] =
    ["count", "amount", "first", "last", "sum", "senders", "receivers", "countries", "window", "threshold"];

/// A sentence such as `{count} payments of at most {amount} …`, checked when it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// Text before a place, and the place; the last has none.
    pieces: Vec<(String, Option<String>)>,
}

impl Sentence {
    /// Reads the sentence, or says which of its places nothing can fill.
    pub fn parse(text: &str, places: &[&str]) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) =
                after.split_once('}').ok_or_else(|| "a “{” in the sentence is never closed".to_owned())?;
            if !places.contains(&name) {
                let known: Vec<String> = places.iter().map(|place| format!("{{{place}}}")).collect();
                return Err(format!("nothing fills “{{{name}}}”; a sentence may use {}", known.join(", ")));
            }
            pieces.push((before.to_owned(), Some(name.to_owned())));
            rest = after;
        }
        pieces.push((rest.to_owned(), None));
        Ok(Self { pieces })
    }

    /// Whether the sentence has this place.
    pub fn has(&self, place: &str) -> bool {
        self.pieces.iter().any(|(_, name)| name.as_deref() == Some(place))
    }

    /// The sentence with its places filled.
    pub(crate) fn fill(&self, values: &BTreeMap<&str, String>) -> String {
        self.pieces.iter().fold(String::new(), |mut out, (text, place)| {
            out.push_str(text);
            out.push_str(place.as_deref().and_then(|place| values.get(place)).map_or("", String::as_str));
            out
        })
    }
}

/// The sentence as it was written, with its places.
impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces.iter().try_for_each(|(text, place)| {
            f.write_str(text)?;
            place.as_deref().map_or(Ok(()), |place| write!(f, "{{{place}}}"))
        })
    }
}

/// `1 sender`, `9 senders`.
pub(crate) fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// `1st`, `22nd`, `113th`.
pub(crate) fn ordinal(n: u32) -> String {
    let ending = match (n % 10, n % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{n}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_and_unknown_ones_refused() {
        let sentence = Sentence::parse("{count} payments, {sum} in all.", &PLACES).unwrap();
        let values = BTreeMap::from([("count", "23".to_owned()), ("sum", "PHP 61,300.00".to_owned())]);
        assert_eq!(sentence.fill(&values), "23 payments, PHP 61,300.00 in all.");
        assert!(sentence.has("sum") && !sentence.has("first"));
        assert_eq!(sentence.to_string(), "{count} payments, {sum} in all.");
        assert!(Sentence::parse("{name} was paid", &PLACES).unwrap_err().contains("{name}"));
        assert!(Sentence::parse("{count payments", &PLACES).unwrap_err().contains("never closed"));
    }

    #[test]
    fn numbers_are_said_as_people_say_them() {
        assert_eq!(
            [1, 2, 3, 11, 13, 20, 22, 111].map(ordinal).join(" "),
            "1st 2nd 3rd 11th 13th 20th 22nd 111th"
        );
        assert_eq!(counted(1, "country", "countries"), "1 country");
    }
}
