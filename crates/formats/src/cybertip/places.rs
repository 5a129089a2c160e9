//! The codes of countries and of states the schema enumerates, and where something is.

use std::{borrow::Cow, fmt};

use model::Country;
use serde::{Deserialize, Serialize};

use super::{table::element, times::DateTime, wire::Simple};

/// ISO 3166-1 with what the schema adds: `A1` anonymous proxy, `A2` satellite provider, `O1` other,
/// `AP` Asia/Pacific, `EU` Europe, `XK` Kosovo, and the former `AN` and `FX`.
const COUNTRIES: &str = "A1 A2 AD AE AF AG AI AL AM AN AO AP AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN \
     BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM \
     DO DZ EC EE EG EH ER ES ET EU FI FJ FK FM FO FR FX GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS \
     GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR \
     KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU \
     MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ O1 OM PA PE PF PG PH PK PL PM PN PR PS PT PW \
     PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG \
     TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM \
     ZW";

/// The states, the district and the territories of the United States.
const STATES: &str = "AK AL AR AZ CA CO CT DC DE FL GA GU HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH \
     NJ NM NV NY OH OK OR PA PR RI SC SD TN TX UT VA VI VT WA WI WV WY";

macro_rules! codes {
    ($(#[$meta:meta])* $Name:ident from $LIST:ident, $expected:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
        pub struct $Name(&'static str);

        impl $Name {
            /// The code, if the schema has it. The schema has the empty text, too.
            pub fn new(code: &str) -> Option<Self> {
                Self::all().find(|known| known.0 == code)
            }

            /// Every code, the empty one first.
            pub fn all() -> impl Iterator<Item = Self> {
                std::iter::once("").chain($LIST.split(' ')).map(Self)
            }

            /// The code, or the empty text.
            pub const fn as_str(&self) -> &'static str {
                self.0
            }
        }

        impl Serialize for $Name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.0)
            }
        }

        impl<'de> Deserialize<'de> for $Name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let code = String::deserialize(deserializer)?;
                let wrong = || serde::de::Error::custom(format!("“{code}” is not {}", $expected));
                Self::new(&code).ok_or_else(wrong)
            }
        }

        impl fmt::Debug for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.0)
            }
        }

        impl Simple for $Name {
            fn expected() -> String {
                $expected.to_owned()
            }

            fn from_text(text: &str) -> Option<Self> {
                Self::new(text)
            }

            fn to_text(&self) -> Cow<'_, str> {
                self.0.into()
            }
        }
    };
}

codes! {
    /// A country as the schema knows it, or nothing: the empty text is one of the schema's values.
    CountryCode from COUNTRIES, "a country code of the schema, two upper-case letters such as “PH”"
}

codes! {
    /// A state or territory of the United States, or nothing.
    StateCode from STATES, "a two-letter code of a state of the United States, such as “CA”"
}

impl CountryCode {
    /// The Philippines.
    pub const PH: Self = Self("PH");

    /// The country; `None` for the empty code.
    pub fn country(&self) -> Option<Country> {
        self.0.parse().ok()
    }
}

element! {
    /// A postal address.
    Address {
        attr kind: super::AddressType = "type", "What the address is used for.";
        opt address: String = "address", "Street and number.";
        opt city: String = "city", "City.";
        opt zip_code: String = "zipCode", "Postal code.";
        opt state: StateCode = "state", "State of the United States.";
        opt non_usa_state: String = "nonUsaState", "State or province elsewhere.";
        opt country: CountryCode = "country", "Country.";
    }
}

element! {
    /// Where the reporter believes a user is.
    EstimatedLocation {
        attr verified: bool = "verified", "Whether the location was verified.";
        attr timestamp: DateTime = "timestamp", "When the user was there.";
        opt city: String = "city", "City.";
        opt region: String = "region", "Region or province.";
        opt country_code: CountryCode = "countryCode", "Country.";
    }
}
