//! Country calling codes and what little of national numbering plans is needed.
//!
//! Codes: ITU-T E.164 list of assigned country codes. Lengths for the Philippines, the North American
//! plan, the United Kingdom and Australia: the national plans as libphonenumber's metadata has them
//! (8.13). Every other country has the general rule alone: 8 to 15 digits with its code.

use model::Country;

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// The code, such as `63`.
    pub(crate) code: &'static str,
    /// The countries that use it.
    countries: &'static str,
    /// The digits put before a national number at home and left out from abroad.
    pub(crate) trunk: &'static str,
}

impl Plan {
    /// The plan a country uses.
    pub(crate) fn of(country: Country) -> Option<Self> {
        PLANS.iter().map(plan).find(|plan| plan.countries.split(' ').any(|code| code == country.as_str()))
    }

    /// The plan whose code a number begins with, and the rest of the number.
    pub(crate) fn split(digits: &str) -> Option<(Self, &str)> {
        // No code is the beginning of another.
        PLANS.iter().map(plan).find_map(|plan| Some((plan, digits.strip_prefix(plan.code)?)))
    }

    /// What is dialled at home to reach abroad, apart from `00`, which people write everywhere.
    pub(crate) fn outward(&self) -> &'static str {
        match self.code {
            "1" => "011",
            "61" => "0011",
            "81" => "010",
            "65" | "66" | "82" | "852" | "853" => "001",
            _ => "00",
        }
    }

    /// Whether digits can be a national number, without trunk prefix, of this plan.
    pub(crate) fn fits(&self, national: &str) -> bool {
        let bytes = national.as_bytes();
        let first = bytes.first().copied().unwrap_or(b'0');
        let length = bytes.len();
        match self.code {
            // Mobile 9xx + 7; fixed area code + 5 to 8; toll-free 1800 + 7 to 9.
            "63" => match first {
                b'9' => length == 10,
                b'2'..=b'8' => (8..=10).contains(&length),
                b'1' => national.starts_with("1800") && (11..=13).contains(&length),
                _ => false,
            },
            // Area code and exchange begin with 2 to 9.
            "1" => length == 10 && first >= b'2' && bytes.get(3).is_some_and(|digit| *digit >= b'2'),
            "44" => (first >= b'1') && (length == 10 || (length == 9 && first != b'7')),
            "61" => match first {
                b'2' | b'3' | b'4' | b'7' | b'8' => length == 9,
                b'1' => (6..=10).contains(&length),
                _ => false,
            },
            code => length >= 4 && (8..=15).contains(&(code.len() + length)),
        }
    }

    /// Whether digits are a national number that is recognised without its trunk prefix: a mobile one,
    /// or any of the North American plan.
    pub(crate) fn stands_alone(&self, national: &str) -> bool {
        let mobile = match self.code {
            "63" => "9",
            "44" => "7",
            "61" => "4",
            _ => "",
        };
        self.is_detailed() && national.starts_with(mobile) && self.fits(national)
    }

    /// Whether the plan's lengths are known, not just the general rule.
    pub(crate) fn is_detailed(&self) -> bool {
        matches!(self.code, "63" | "1" | "44" | "61")
    }
}

fn plan(row: &(&'static str, &'static str, &'static str)) -> Plan {
    Plan { code: row.0, countries: row.1, trunk: row.2 }
}

/// Code, countries, trunk prefix. An empty trunk prefix means that a leading zero belongs to the
/// number (Italy) or that there is none to leave out.
#[rustfmt::skip]
const PLANS: &[(&str, &str, &str)] = &[
    ("1", "US CA PR GU AS MP VI JM DO BS BB AG AI VG KY BM GD TC MS SX LC DM VC TT KN UM", "1"),
    ("7", "RU KZ", "8"),
    ("20", "EG", "0"), ("27", "ZA", "0"),
    ("30", "GR", ""), ("31", "NL", "0"), ("32", "BE", "0"), ("33", "FR", "0"), ("34", "ES", ""),
    ("36", "HU", "06"), ("39", "IT VA", ""),
    ("40", "RO", "0"), ("41", "CH", "0"), ("43", "AT", "0"), ("44", "GB GG JE IM", "0"), ("45", "DK", ""),
    ("46", "SE", "0"), ("47", "NO SJ", ""), ("48", "PL", ""), ("49", "DE", "0"),
    ("51", "PE", "0"), ("52", "MX", ""), ("53", "CU", "0"), ("54", "AR", "0"), ("55", "BR", "0"),
    ("56", "CL", ""), ("57", "CO", ""), ("58", "VE", "0"),
    ("60", "MY", "0"), ("61", "AU CX CC", "0"), ("62", "ID", "0"), ("63", "PH", "0"), ("64", "NZ", "0"),
    ("65", "SG", ""), ("66", "TH", "0"),
    ("81", "JP", "0"), ("82", "KR", "0"), ("84", "VN", "0"), ("86", "CN", "0"),
    ("90", "TR", "0"), ("91", "IN", "0"), ("92", "PK", "0"), ("93", "AF", "0"), ("94", "LK", "0"),
    ("95", "MM", "0"), ("98", "IR", "0"),
    ("211", "SS", "0"), ("212", "MA EH", "0"), ("213", "DZ", "0"), ("216", "TN", ""), ("218", "LY", "0"),
    ("220", "GM", ""), ("221", "SN", ""), ("222", "MR", ""), ("223", "ML", ""), ("224", "GN", ""),
    ("225", "CI", ""), ("226", "BF", ""), ("227", "NE", ""), ("228", "TG", ""), ("229", "BJ", ""),
    ("230", "MU", ""), ("231", "LR", "0"), ("232", "SL", "0"), ("233", "GH", "0"), ("234", "NG", "0"),
    ("235", "TD", ""), ("236", "CF", ""), ("237", "CM", ""), ("238", "CV", ""), ("239", "ST", ""),
    ("240", "GQ", ""), ("241", "GA", ""), ("242", "CG", ""), ("243", "CD", "0"), ("244", "AO", ""),
    ("245", "GW", ""), ("246", "IO", ""), ("247", "AC", ""), ("248", "SC", ""), ("249", "SD", "0"),
    ("250", "RW", "0"), ("251", "ET", "0"), ("252", "SO", "0"), ("253", "DJ", ""), ("254", "KE", "0"),
    ("255", "TZ", "0"), ("256", "UG", "0"), ("257", "BI", ""), ("258", "MZ", ""),
    ("260", "ZM", "0"), ("261", "MG", "0"), ("262", "RE YT", "0"), ("263", "ZW", "0"), ("264", "NA", "0"),
    ("265", "MW", "0"), ("266", "LS", ""), ("267", "BW", ""), ("268", "SZ", ""), ("269", "KM", ""),
    ("290", "SH TA", ""), ("291", "ER", "0"), ("297", "AW", ""), ("298", "FO", ""), ("299", "GL", ""),
    ("350", "GI", ""), ("351", "PT", ""), ("352", "LU", ""), ("353", "IE", "0"), ("354", "IS", ""),
    ("355", "AL", "0"), ("356", "MT", ""), ("357", "CY", ""), ("358", "FI AX", "0"), ("359", "BG", "0"),
    ("370", "LT", "0"), ("371", "LV", ""), ("372", "EE", ""), ("373", "MD", "0"), ("374", "AM", "0"),
    ("375", "BY", "8"), ("376", "AD", ""), ("377", "MC", ""), ("378", "SM", ""),
    ("380", "UA", "0"), ("381", "RS", "0"), ("382", "ME", "0"), ("383", "XK", "0"), ("385", "HR", "0"),
    ("386", "SI", "0"), ("387", "BA", "0"), ("389", "MK", "0"),
    ("420", "CZ", ""), ("421", "SK", "0"), ("423", "LI", ""),
    ("500", "FK GS", ""), ("501", "BZ", ""), ("502", "GT", ""), ("503", "SV", ""), ("504", "HN", ""),
    ("505", "NI", ""), ("506", "CR", ""), ("507", "PA", ""), ("508", "PM", "0"), ("509", "HT", ""),
    ("590", "GP BL MF", "0"), ("591", "BO", "0"), ("592", "GY", ""), ("593", "EC", "0"), ("594", "GF", "0"),
    ("595", "PY", "0"), ("596", "MQ", "0"), ("597", "SR", ""), ("598", "UY", "0"), ("599", "CW BQ", ""),
    ("670", "TL", ""), ("672", "NF AQ", ""), ("673", "BN", ""), ("674", "NR", ""), ("675", "PG", ""),
    ("676", "TO", ""), ("677", "SB", ""), ("678", "VU", ""), ("679", "FJ", ""), ("680", "PW", ""),
    ("681", "WF", ""), ("682", "CK", ""), ("683", "NU", ""), ("685", "WS", ""), ("686", "KI", ""),
    ("687", "NC", ""), ("688", "TV", ""), ("689", "PF", ""), ("690", "TK", ""), ("691", "FM", ""),
    ("692", "MH", "1"),
    ("800", "", ""), ("808", "", ""), ("850", "KP", "0"), ("852", "HK", ""), ("853", "MO", ""),
    ("855", "KH", "0"), ("856", "LA", "0"), ("870", "", ""), ("878", "", ""), ("880", "BD", "0"),
    ("881", "", ""), ("882", "", ""), ("883", "", ""), ("886", "TW", "0"), ("888", "", ""),
    ("960", "MV", ""), ("961", "LB", "0"), ("962", "JO", "0"), ("963", "SY", "0"), ("964", "IQ", "0"),
    ("965", "KW", ""), ("966", "SA", "0"), ("967", "YE", "0"), ("968", "OM", ""), ("970", "PS", "0"),
    ("971", "AE", "0"), ("972", "IL", "0"), ("973", "BH", ""), ("974", "QA", ""), ("975", "BT", ""),
    ("976", "MN", "0"), ("977", "NP", "0"), ("979", "", ""),
    ("992", "TJ", ""), ("993", "TM", "8"), ("994", "AZ", "0"), ("995", "GE", "0"), ("996", "KG", "0"),
    ("998", "UZ", ""),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_code_begins_another_and_no_country_has_two() {
        let mut seen = BTreeSet::new();
        for (code, countries, _) in PLANS {
            assert_eq!(Plan::split(&format!("{code}99999")).map(|(plan, _)| plan.code), Some(*code));
            for country in countries.split_whitespace() {
                assert!(seen.insert(country), "{country}");
                assert_eq!(Plan::of(country.parse().unwrap()).unwrap().code, *code);
            }
        }
        assert_eq!(Plan::of("QQ".parse().unwrap()), None);
    }
}
