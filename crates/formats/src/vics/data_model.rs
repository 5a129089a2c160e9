//! The data model a file says it follows, and the categories that mean something only under it.

use std::fmt;

use crate::record::beginning;

const PATH_1_3: &str = "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml";
const PATH_2_0: &str = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml";

/// A version of VICS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// 1.3, which names no national model.
    V1_3,
    /// 2.0.
    V2_0,
}

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Contents {
    /// A set of media.
    Media,
    /// Cases with the media of each.
    Cases,
}

/// The data model a file says it follows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DataModel {
    /// The version.
    pub version: Version,
    /// Whose numbers the categories are, as the file writes it: `US`, `UK`, `CUSTOM`, `Default`.
    /// `None` where the file does not say, as 1.3 never does.
    pub numbering: Option<String>,
    /// What the file holds.
    pub contents: Contents,
}

/// The text names no data model that is read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” is no data model that is read; expected VICS 1.3 (…/DataModels/1.3.xml#Media) or 2.0 (…/DataModels/2.0.xml/US/$metadata#Media), of #Media or #Cases: export the set again in one of them"
)]
pub struct NotADataModel(pub String);

impl DataModel {
    /// Reads the value of `odata.metadata` or `@odata.context`. Where the address begins does not
    /// matter; tools write different ones.
    pub fn parse(text: &str) -> Result<Self, NotADataModel> {
        Self::read(text.trim()).ok_or_else(|| NotADataModel(beginning(text, 200).to_owned()))
    }

    fn read(text: &str) -> Option<Self> {
        let (_, model) = text.rsplit_once("/DataModels/")?;
        let (model, contents) = model.split_once('#')?;
        let contents = match contents {
            "Media" => Contents::Media,
            "Cases" => Contents::Cases,
            _ => return None,
        };
        let (version, numbering) = match model {
            "1.3.xml" => (Version::V1_3, None),
            model => {
                let numbering = model.strip_prefix("2.0.xml")?.strip_suffix("/$metadata")?;
                let numbering = match numbering.strip_prefix('/') {
                    Some(name) if is_name(name) => Some(name.to_owned()),
                    None if numbering.is_empty() => None,
                    _ => return None,
                };
                (Version::V2_0, numbering)
            }
        };
        Some(Self { version, numbering, contents })
    }

    /// The name a file gives the text in.
    pub(super) const fn key(&self) -> &'static str {
        match self.version {
            Version::V1_3 => "odata.metadata",
            Version::V2_0 => "@odata.context",
        }
    }

    /// The name of the numbering as a taxonomy: `vics-2.0-us`, `vics-1.3` where no numbering is
    /// named.
    pub fn taxonomy(&self) -> String {
        let version = match self.version {
            Version::V1_3 => "vics-1.3",
            Version::V2_0 => "vics-2.0",
        };
        match &self.numbering {
            Some(name) => format!("{version}-{}", name.to_ascii_lowercase()),
            None => version.to_owned(),
        }
    }

    /// Whether equal numbers of both mean the same: only where both name the same numbering and it
    /// is not one an agency made up (`CUSTOM`) or left open (`Default`).
    pub fn numbers_like(&self, other: &Self) -> bool {
        match (&self.numbering, &other.numbering) {
            (Some(a), Some(b)) => {
                let open = ["CUSTOM", "Default"].iter().any(|open| a.eq_ignore_ascii_case(open));
                !open && a.eq_ignore_ascii_case(b)
            }
            _ => false,
        }
    }
}

fn is_name(text: &str) -> bool {
    (1..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

impl fmt::Display for DataModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let contents = match self.contents {
            Contents::Media => "Media",
            Contents::Cases => "Cases",
        };
        match (self.version, &self.numbering) {
            (Version::V1_3, _) => write!(f, "{PATH_1_3}#{contents}"),
            (Version::V2_0, None) => write!(f, "{PATH_2_0}/$metadata#{contents}"),
            (Version::V2_0, Some(name)) => write!(f, "{PATH_2_0}/{name}/$metadata#{contents}"),
        }
    }
}

/// A category with the model it is a number of. The number cannot be had without it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Category {
    number: u16,
    model: DataModel,
}

impl Category {
    /// A category of a model.
    pub const fn new(number: u16, model: DataModel) -> Self {
        Self { number, model }
    }

    /// The code and the taxonomy it is of, such as `1` and `vics-2.0-us`.
    pub fn code_and_taxonomy(&self) -> (String, String) {
        (self.number.to_string(), self.model.taxonomy())
    }

    /// Whether both say the same of a medium; `None` where their numbers cannot be compared.
    pub fn says_the_same_as(&self, other: &Self) -> Option<bool> {
        self.model.numbers_like(&other.model).then_some(self.number == other.number)
    }

    /// The number, if it is one of a model that numbers like `model`, or of that very model.
    pub(super) fn number_under(&self, model: &DataModel) -> Option<u16> {
        let own = DataModel { contents: model.contents, ..self.model.clone() };
        (own == *model || own.numbers_like(model)).then_some(self.number)
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version = match self.model.version {
            Version::V1_3 => "1.3",
            Version::V2_0 => "2.0",
        };
        let numbering = self.model.numbering.as_deref().unwrap_or("country not stated");
        write!(f, "category {} (VICS {version}, {numbering})", self.number)
    }
}
