//! Taxonomies of material, as data. A code means something in its own taxonomy only.
//!
//! Category “A” of one and “A1” of another are different things, and category numbers differ by country, so two
//! classifications are compared only within one taxonomy.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::{DataFault, DataFile, Report};

/// How somebody classified a file: a code, and the taxonomy it belongs to. Has no order on purpose.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Classification {
    /// The taxonomy's id, such as `industry`.
    pub taxonomy: String,
    /// The code, such as `A1`.
    pub code: String,
}

impl Classification {
    /// Whether two readers agree. Refused where they used different taxonomies.
    pub fn agrees_with(&self, other: &Self) -> Result<bool, DifferentTaxonomies> {
        if self.taxonomy == other.taxonomy {
            return Ok(self.code == other.code);
        }
        Err(DifferentTaxonomies { one: self.taxonomy.clone(), other: other.taxonomy.clone() })
    }
}

/// Two classifications of different taxonomies cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a classification by “{one}” cannot be compared with one by “{other}”; classify under the same taxonomy first"
)]
pub struct DifferentTaxonomies {
    /// The one.
    pub one: String,
    /// The other.
    pub other: String,
}

/// One code of a taxonomy.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// The code as it is written.
    pub code: String,
    /// What it means, in plain words.
    pub meaning: String,
    /// Whether material with this code is abuse material.
    pub abuse: bool,
    /// Where the meaning was read.
    pub source: String,
    /// Whether it was read there.
    pub verified: bool,
}

/// A taxonomy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taxonomy {
    /// Its id, as a classification names it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it comes from.
    pub source: String,
    /// Whether it was read there.
    pub verified: bool,
    codes: Vec<Code>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TaxonomyWire {
    schema: Spanned<u32>,
    id: Spanned<String>,
    name: String,
    source: String,
    verified: bool,
    code: Vec<Spanned<Code>>,
}

impl Taxonomy {
    /// Loads a taxonomy from its data file.
    pub fn load(file: &DataFile<'_>) -> Result<Self, DataFault> {
        let wire: TaxonomyWire = file.parse()?;
        file.check_schema(&wire.schema)?;
        let top = wire.id.span();
        let id = wire.id.into_inner();
        file.check_texts(&top, &[("id", &id), ("name", &wire.name), ("source", &wire.source)])?;
        if wire.code.is_empty() {
            return Err(file.fault(&top, "the taxonomy has no codes; expected at least one [[code]]"));
        }
        let mut codes: Vec<Code> = Vec::new();
        for row in wire.code {
            let at = row.span();
            let row = row.into_inner();
            file.check_texts(
                &at,
                &[("code", &row.code), ("meaning", &row.meaning), ("source", &row.source)],
            )?;
            if codes.iter().any(|known| known.code == row.code) {
                return Err(file.fault(&at, format!("code “{}” is there twice", row.code)));
            }
            codes.push(row);
        }
        Ok(Self { id, name: wire.name, source: wire.source, verified: wire.verified, codes })
    }

    /// Its codes, in the order of the file.
    pub fn codes(&self) -> &[Code] {
        &self.codes
    }

    /// The code of that name.
    pub fn code(&self, code: &str) -> Option<&Code> {
        self.codes.iter().find(|row| row.code == code)
    }
}

/// The taxonomies an installation knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taxonomies(BTreeMap<String, Taxonomy>);

impl Taxonomies {
    /// Loads several files; a taxonomy that is there twice is a fault.
    pub fn load(files: &[DataFile<'_>]) -> Result<Self, DataFault> {
        let mut all = BTreeMap::new();
        for file in files {
            let taxonomy = Taxonomy::load(file)?;
            let id = taxonomy.id.clone();
            if all.insert(id.clone(), taxonomy).is_some() {
                return Err(file.fault(&(0..0), format!("taxonomy “{id}” is in another file too")));
            }
        }
        Ok(Self(all))
    }

    /// The taxonomies, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Taxonomy> {
        self.0.values()
    }

    /// What a classification means; refused where the taxonomy or the code is not known.
    pub fn meaning(&self, classification: &Classification) -> Result<&Code, UnknownCode> {
        let Some(taxonomy) = self.0.get(&classification.taxonomy) else {
            return Err(UnknownCode::Taxonomy {
                taxonomy: classification.taxonomy.clone(),
                known: self.0.keys().cloned().collect::<Vec<_>>().join(", "),
            });
        };
        taxonomy.code(&classification.code).ok_or_else(|| UnknownCode::Code {
            taxonomy: taxonomy.id.clone(),
            code: classification.code.clone(),
            known: taxonomy.codes.iter().map(|row| row.code.as_str()).collect::<Vec<_>>().join(", "),
        })
    }

    /// How many files of a report somebody classified as abuse material under a taxonomy that is known.
    pub fn abuse_files(&self, report: &Report) -> u32 {
        let classified = report.files.iter().filter_map(|file| file.classification.as_ref());
        let abuse = classified.filter(|given| self.meaning(given).is_ok_and(|code| code.abuse));
        u32::try_from(abuse.count()).unwrap_or(u32::MAX)
    }
}

/// A classification nobody here knows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnknownCode {
    /// The taxonomy is not loaded.
    #[error("taxonomy “{taxonomy}” is not loaded; known: {known}")]
    Taxonomy {
        /// What was given.
        taxonomy: String,
        /// What there is.
        known: String,
    },
    /// The taxonomy has no such code.
    #[error("“{code}” is not a code of the taxonomy “{taxonomy}”; expected one of: {known}")]
    Code {
        /// The taxonomy.
        taxonomy: String,
        /// What was given.
        code: String,
        /// What there is.
        known: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Channel, INDUSTRY_TAXONOMY, IWF_TAXONOMY, ReportedFile, Source};

    fn built_in() -> Taxonomies {
        Taxonomies::load(&[INDUSTRY_TAXONOMY, IWF_TAXONOMY]).unwrap()
    }

    fn given(taxonomy: &str, code: &str) -> Classification {
        Classification { taxonomy: taxonomy.to_owned(), code: code.to_owned() }
    }

    #[test]
    fn the_built_in_taxonomies_have_their_codes_and_sources() {
        let all = built_in();
        let codes = |id: &str| {
            let taxonomy = all.iter().find(|taxonomy| taxonomy.id == id).unwrap();
            taxonomy.codes().iter().map(|row| row.code.clone()).collect::<Vec<_>>()
        };
        assert_eq!(codes("industry"), ["A1", "A2", "B1", "B2"]);
        assert_eq!(codes("iwf"), ["A", "B", "C"]);
        assert!(all.iter().flat_map(Taxonomy::codes).all(|row| !row.source.is_empty()));
    }

    #[test]
    fn a_code_of_another_taxonomy_is_refused_with_the_choice() {
        let all = built_in();
        assert!(all.meaning(&given("industry", "A1")).is_ok());
        assert_eq!(
            all.meaning(&given("industry", "A")).unwrap_err().to_string(),
            "“A” is not a code of the taxonomy “industry”; expected one of: A1, A2, B1, B2"
        );
        assert_eq!(
            all.meaning(&given("synthetic", "A")).unwrap_err().to_string(),
            "taxonomy “synthetic” is not loaded; known: industry, iwf"
        );
    }

    #[test]
    fn readers_are_compared_within_one_taxonomy_only() {
        assert_eq!(given("iwf", "A").agrees_with(&given("iwf", "A")), Ok(true));
        assert_eq!(given("iwf", "A").agrees_with(&given("iwf", "C")), Ok(false));
        assert!(given("iwf", "A").agrees_with(&given("vics", "A")).is_err());
    }

    #[test]
    fn only_codes_that_are_known_and_mean_abuse_are_counted() {
        let mut report = Report::new(Source::Platform, Channel::File, model::Instant::from_micros(0));
        for classification in [Some(given("industry", "B2")), Some(given("synthetic", "A1")), None] {
            report.files.push(ReportedFile { classification, ..Default::default() });
        }
        assert_eq!(built_in().abuse_files(&report), 1);
        assert_eq!(Taxonomies::default().abuse_files(&report), 0);
    }

    #[test]
    fn a_faulty_file_is_refused_at_its_line() {
        let head = "schema = 1\nid = \"s\"\nname = \"n\"\nsource = \"s\"\nverified = true\n";
        let row = "[[code]]\ncode = \"A\"\nmeaning = \"m\"\nabuse = true\nsource = \"s\"\nverified = true\n";
        let load = |text: &str| Taxonomy::load(&DataFile { name: "synthetic.toml", text });
        assert!(load(&format!("{head}{row}")).is_ok());
        for (text, line, reason) in [
            (format!("{head}{row}{row}"), 12, "twice"),
            (
                format!("{head}{row}").replace("source = \"s\"\nverified = true\n[", "verified = true\n["),
                1,
                "source",
            ),
            (format!("{head}{}", row.replace("meaning = \"m\"", "meaning = \"\"")), 6, "meaning"),
            (format!("{head}{row}").replace("schema = 1", "schema = 2"), 1, "schema"),
            (format!("{head}{row}colour = \"red\"\n"), 12, "colour"),
            (format!("{head}code = []\n"), 2, "no codes"),
        ] {
            let fault = load(&text).unwrap_err();
            assert_eq!(fault.line, line, "{fault}");
            assert!(fault.reason.contains(reason), "{fault}");
        }
    }
}
