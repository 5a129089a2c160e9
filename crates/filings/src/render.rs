//! From a report and a profile to a file, and whether that file may be filed.

use model::Digest;
use sha2::{Digest as _, Sha256};

use crate::{
    fincen,
    gap::{Gap, Gaps},
    goaml,
    profile::{Form, Profile},
    report::Str,
    table,
    xsd::{Xsd, XsdFault},
};

/// What the unit publishes and the operator has loaded.
#[derive(Clone, Debug)]
pub enum Official {
    /// The unit's own XML schema.
    Xsd(Xsd),
    /// The unit's own table: the columns of its first row.
    Template(Template),
}

/// A unit's own table.
#[derive(Clone, Debug)]
pub struct Template {
    headers: Vec<String>,
    digest: Digest,
}

/// Why an official file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OfficialFault {
    /// The schema is not read.
    #[error(transparent)]
    Xsd(#[from] XsdFault),
    /// The template is not read.
    #[error(
        "the template cannot be used: {0}. Load the unit’s template as CSV, its columns in the first row"
    )]
    Template(String),
}

impl Official {
    /// Loads what the profile's unit publishes: an XSD for an XML form, a template for a table.
    pub fn load(profile: &Profile, bytes: &[u8]) -> Result<Self, OfficialFault> {
        match profile.form {
            Form::Goaml(_) | Form::Fincen(_) => Ok(Self::Xsd(Xsd::load(bytes)?)),
            Form::Table(_) => {
                let headers = table::headers(bytes).map_err(OfficialFault::Template)?;
                Ok(Self::Template(Template { headers, digest: Digest(Sha256::digest(bytes).into()) }))
            }
        }
    }

    /// The SHA-256 digest of the file.
    pub const fn digest(&self) -> Digest {
        match self {
            Self::Xsd(xsd) => xsd.digest(),
            Self::Template(template) => template.digest,
        }
    }
}

/// Whether a file may be filed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A draft, not filable, for these reasons.
    Draft {
        /// Why, each with what to do.
        reasons: Vec<String>,
    },
    /// It keeps to what the unit publishes.
    Filable {
        /// The digest of the schema or template it was held against.
        official: Digest,
    },
}

/// A report in a unit's form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The id of the profile.
    pub profile: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// Its name. A draft's says `DRAFT-not-filable`; nothing is put into the file, which the schema would refuse.
    pub file_name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Whether it may be filed.
    pub standing: Standing,
}

impl Rendered {
    /// The SHA-256 digest of the file.
    pub fn digest(&self) -> Digest {
        Digest(Sha256::digest(&self.bytes).into())
    }
}

/// Writes a report in a unit's form and holds it against what the unit publishes.
///
/// An error names every field the unit demands and the report lacks.
pub fn render(report: &Str, profile: &Profile, official: Option<&Official>) -> Result<Rendered, Gaps> {
    let draft = report.content();
    if let Some(currency) = profile.currency.filter(|currency| *currency != draft.currency_local) {
        let gap = Gap {
            whose: "the report".to_owned(),
            what: format!("it counts in {}, the unit in {currency}", draft.currency_local),
            action: format!("set its currency to {currency} and enter each payment’s amount in it"),
        };
        return Err(Gaps { profile: profile.id.clone(), gaps: vec![gap] });
    }
    let bytes = match &profile.form {
        Form::Goaml(goaml) => goaml::render(report, profile, goaml)?,
        Form::Fincen(fincen) => fincen::render(report, profile, fincen)?,
        Form::Table(columns) => table::render(report, profile, columns)?,
    };
    let reasons = reasons(profile, official, &bytes);
    let standing = match official {
        Some(official) if reasons.is_empty() => Standing::Filable { official: official.digest() },
        _ => Standing::Draft { reasons },
    };
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '.') { c } else { '_' };
    let reference: String = draft.reference.trim().chars().take(80).map(plain).collect();
    let mark = if matches!(standing, Standing::Filable { .. }) { "" } else { ".DRAFT-not-filable" };
    let file_name = format!("{}-{reference}{mark}.{}", profile.id, profile.extension());
    let media_type = if profile.extension() == "csv" { "text/csv; charset=utf-8" } else { "application/xml" };
    Ok(Rendered { profile: profile.id.clone(), bytes, file_name, media_type, standing })
}

/// Why the file cannot be filed; empty when it can.
fn reasons(profile: &Profile, official: Option<&Official>, bytes: &[u8]) -> Vec<String> {
    let mut reasons = Vec::new();
    if !profile.on {
        reasons.push(format!(
            "The profile {} is off: nobody has verified it with {}. Have it verified, then switch it on.",
            profile.id, profile.unit
        ));
    }
    match (official, &profile.form) {
        (None, Form::Table(_)) => {
            reasons
                .push(format!("The template of {} is not loaded. Load it, then render again.", profile.unit));
        }
        (None, _) => {
            reasons.push(format!(
                "The schema of {} is not loaded. Load its XSD, then render again.",
                profile.unit
            ));
        }
        (Some(Official::Xsd(xsd)), Form::Goaml(_) | Form::Fincen(_)) => {
            reasons.extend(xsd.check(bytes).iter().map(ToString::to_string));
        }
        (Some(Official::Template(template)), Form::Table(table)) => {
            let ours: Vec<&str> = table.column.iter().map(|column| column.header.as_str()).collect();
            if ours != template.headers {
                reasons.push(format!(
                    "The columns of the profile {} are not those of the template; expected: {}",
                    profile.id,
                    template.headers.join(", ")
                ));
            }
        }
        (Some(_), _) => {
            reasons.push("What is loaded belongs to another kind of form. Load the right file.".to_owned());
        }
    }
    reasons
}
