//! What a financial intelligence unit wants, as data: codes, switches and columns, each file with its source.

use std::collections::BTreeMap;

use model::{CivilDate, Currency};
use serde::Deserialize;

use crate::field::Field;

/// The version of the schema this loader reads.
const SCHEMA: u32 = 1;

/// A profile: one unit's form.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Its id, such as `fincen-sar-2.0`.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The unit it is for.
    pub unit: String,
    /// The unit's time zone, in which dates are written.
    pub zone: String,
    /// The currency the unit counts in, if it takes only one.
    pub currency: Option<Currency>,
    /// Where codes and order were read.
    pub source: String,
    /// Whether they were read there.
    pub verified: bool,
    /// Whether what it writes can be filed at all; never true of a profile that nobody verified.
    pub on: bool,
    /// The form.
    pub form: Form,
}

/// The form a profile writes.
#[derive(Clone, Debug)]
pub enum Form {
    /// goAML XML.
    Goaml(Box<Goaml>),
    /// A batch of FinCEN's Suspicious Activity Report.
    Fincen(Fincen),
    /// A table with a row for each payment.
    Table(Table),
}

/// How one unit has set up goAML. Codes are the unit's own; what is not in a map has no code there.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Goaml {
    /// The text of `schema_version`; left out where the unit has none.
    pub schema_version: Option<String>,
    /// `E`: electronic.
    pub submission_code: String,
    /// The code of a suspicious transaction report.
    pub report_code: String,
    /// `submission_date` or `report_date`.
    pub date_element: String,
    /// Whether names are in Latin letters only.
    pub latin_names: bool,
    /// Whether the unit's clients have elements of their own (`t_from_my_client`).
    pub client_elements: bool,
    /// Whether devices are taken.
    pub network_devices: bool,
    /// Whether social media are taken.
    pub social_media: bool,
    /// `personal_account_type` or `account_type`.
    pub account_type_element: String,
    /// The text of `transmode_comment`, where the unit wants one.
    pub transmode_comment: Option<String>,
    /// The text of a client's `tax_reg_number` for yes and no.
    pub tax_registered: [String; 2],
    /// The longest comment.
    pub longest_comment: usize,
    /// By [`crate::PaymentChannel`]: `from_funds_code`, `to_funds_code`.
    pub funds: BTreeMap<String, String>,
    /// By [`crate::PaymentChannel`]: `transmode_code`.
    pub transmode: BTreeMap<String, String>,
    /// By [`crate::Sex`], and `unknown`.
    pub gender: BTreeMap<String, String>,
    /// By [`crate::DocumentKind`].
    pub documents: BTreeMap<String, String>,
    /// By [`crate::Use`].
    pub contact: BTreeMap<String, String>,
    /// By [`crate::PhoneKind`].
    pub telephone: BTreeMap<String, String>,
    /// By [`crate::AccountKind`].
    pub account: BTreeMap<String, String>,
    /// By [`crate::AccountState`].
    pub account_state: BTreeMap<String, String>,
    /// By role in an account or entity: `holder`, `director`.
    pub roles: BTreeMap<String, String>,
    /// By typology: the unit's indicators; none where it has no code for it.
    pub indicators: BTreeMap<String, Vec<String>>,
}

/// How a Suspicious Activity Report marks online child sexual exploitation.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fincen {
    /// The type of suspicious activity.
    pub activity_type: String,
    /// Its subtype.
    pub activity_subtype: String,
    /// The term beside “other”.
    pub term: String,
    /// The note to FinCEN, which is also the key term of the narrative.
    pub note: String,
    /// The longest narrative.
    pub longest_narrative: usize,
}

/// A table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Its columns, in order.
    pub column: Vec<Column>,
}

/// A column.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// What its first row says.
    pub header: String,
    /// What stands in it.
    pub field: Field,
    /// Whether it may not be empty.
    pub mandatory: bool,
    /// The longest text.
    pub longest: Option<usize>,
    /// How a time is written, such as `%d/%m/%Y`.
    pub format: Option<String>,
}

/// What is wrong with a profile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {reason}")]
pub struct ProfileFault {
    /// The file.
    pub file: String,
    /// What is wrong, with the line where it is known.
    pub reason: String,
}

impl Profile {
    /// Loads a profile; `file` is its name as a person knows it.
    pub fn load(file: &str, text: &str) -> Result<Self, ProfileFault> {
        let fault = |reason: String| ProfileFault { file: file.to_owned(), reason };
        let wire: ProfileWire = toml::from_str(text).map_err(|error| {
            let before = text.get(..error.span().map_or(0, |span| span.start)).unwrap_or_default();
            fault(format!(
                "line {}: {}",
                before.matches('\n').count() + 1,
                error.message().replace('\n', "; ")
            ))
        })?;
        let profile = wire.profile().map_err(fault)?;
        profile.check().map_err(fault)?;
        Ok(profile)
    }

    fn check(&self) -> Result<(), String> {
        for (field, text) in
            [("id", &self.id), ("name", &self.name), ("unit", &self.unit), ("source", &self.source)]
        {
            if text.trim().is_empty() {
                return Err(format!("`{field}` is empty; every profile needs one"));
            }
        }
        if !self.id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.')) {
            return Err(format!("the id “{}” may hold letters, digits, points and hyphens only", self.id));
        }
        if self.on && !self.verified {
            return Err(
                "`on` is true but `verified` is false; have it confirmed first, or switch it off".to_owned()
            );
        }
        if CivilDate::new(2000, 1, 1).and_then(|day| day.start_in(&self.zone)).is_none() {
            return Err(format!("“{}” is not a zone of the IANA database, such as Asia/Manila", self.zone));
        }
        match &self.form {
            Form::Goaml(goaml) => {
                one_of("date_element", &goaml.date_element, &["submission_date", "report_date"])?;
                one_of(
                    "account_type_element",
                    &goaml.account_type_element,
                    &["personal_account_type", "account_type"],
                )?;
                at_least_one("longest_comment", goaml.longest_comment)
            }
            Form::Fincen(fincen) => at_least_one("longest_narrative", fincen.longest_narrative),
            Form::Table(table) if table.column.is_empty() => Err("a table needs columns".to_owned()),
            Form::Table(table) => table
                .column
                .iter()
                .try_for_each(|column| at_least_one(&column.header, column.longest.unwrap_or(1))),
        }
    }

    /// The end of the file's name.
    pub const fn extension(&self) -> &'static str {
        match self.form {
            Form::Goaml(_) | Form::Fincen(_) => "xml",
            Form::Table(_) => "csv",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProfileWire {
    schema: u32,
    id: String,
    name: String,
    unit: String,
    zone: String,
    currency: Option<Currency>,
    source: String,
    verified: bool,
    on: bool,
    goaml: Option<Box<Goaml>>,
    fincen: Option<Fincen>,
    table: Option<Table>,
}

impl ProfileWire {
    fn profile(self) -> Result<Profile, String> {
        if self.schema != SCHEMA {
            return Err(format!("schema is {}; this version reads schema {SCHEMA}", self.schema));
        }
        let form = match (self.goaml, self.fincen, self.table) {
            (Some(goaml), None, None) => Form::Goaml(goaml),
            (None, Some(fincen), None) => Form::Fincen(fincen),
            (None, None, Some(table)) => Form::Table(table),
            _ => return Err("a profile has one of [goaml], [fincen] and [[table.column]]".to_owned()),
        };
        Ok(Profile {
            id: self.id,
            name: self.name,
            unit: self.unit,
            zone: self.zone,
            currency: self.currency,
            source: self.source,
            verified: self.verified,
            on: self.on,
            form,
        })
    }
}

fn one_of(field: &str, given: &str, words: &[&str]) -> Result<(), String> {
    if words.contains(&given) {
        return Ok(());
    }
    Err(format!("`{field}` is “{given}”; expected one of: {}", words.join(", ")))
}

fn at_least_one(field: &str, number: usize) -> Result<(), String> {
    if number > 0 { Ok(()) } else { Err(format!("the length of `{field}` is 0; expected 1 or more")) }
}

/// The profiles that come with the program, by file. An operator's own take their place without a release.
pub const BUILT_IN: [(&str, &str); 6] = [
    ("data/filings/goaml-5.0.2-ae.toml", include_str!("../../../data/filings/goaml-5.0.2-ae.toml")),
    ("data/filings/fincen-sar-2.0.toml", include_str!("../../../data/filings/fincen-sar-2.0.toml")),
    ("data/filings/amlc.toml", include_str!("../../../data/filings/amlc.toml")),
    ("data/filings/austrac.toml", include_str!("../../../data/filings/austrac.toml")),
    ("data/filings/uk-nca.toml", include_str!("../../../data/filings/uk-nca.toml")),
    ("data/filings/fintrac.toml", include_str!("../../../data/filings/fintrac.toml")),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_with_the_program_loads_and_ids_are_file_names() {
        for (file, text) in BUILT_IN {
            let profile = Profile::load(file, text).unwrap();
            assert_eq!(file, format!("data/filings/{}.toml", profile.id));
        }
    }

    #[test]
    fn a_wrong_profile_is_refused_with_the_reason() {
        let (file, good) = BUILT_IN[2];
        for (from, to, reason) in [
            ("schema = 1", "schema = 2", "reads schema 1"),
            ("on = false", "on = true", "confirmed first"),
            ("Asia/Manila", "Asia/Atlantis", "zone"),
            ("field = \"reference\"", "field = \"moon\"", "moon"),
            ("id = \"amlc\"", "id = \"../amlc\"", "letters, digits"),
            ("verified = false\n", "", "verified"),
        ] {
            let changed = good.replacen(from, to, 1);
            assert_ne!(changed, good, "{from}");
            let fault = Profile::load(file, &changed).unwrap_err();
            assert!(fault.to_string().contains(reason), "{fault}");
        }
    }
}
