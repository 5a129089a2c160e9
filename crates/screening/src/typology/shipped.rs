//! What comes with the program.

use model::{Country, Currency};
use serde::Deserialize;

use crate::engine::{Settings, Zones};

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$((concat!($name, ".toml"), include_str!(concat!("../../../../data/typologies/", $name, ".toml")))),*]
    };
}

/// The typologies that come with the program: name of the file and its text.
pub const fn shipped() -> [(&'static str, &'static str); 8] {
    files![
        "baseline-inward-20",
        "baseline-acams-p95",
        "live-risk",
        "micro-fan-out",
        "osec-pair",
        "osec-receiver",
        "osec-sender",
        "sextortion-victim",
    ]
}

/// Examples of typologies that come with the program: the typology's id and the text of its examples.
pub const fn shipped_examples() -> [(&'static str, &'static str); 4] {
    macro_rules! examples {
        ($($id:literal),* $(,)?) => {
            [$(($id, include_str!(concat!("../../../../data/typologies/examples/", $id, ".toml")))),*]
        };
    }
    examples!["micro-fan-out", "osec-receiver", "osec-sender", "sextortion-victim"]
}

const LOCAL_TIME: &str = include_str!("../../../../data/typologies/settings/local-time.toml");

#[derive(Deserialize)]
struct LocalTime {
    clock: Vec<ClockRow>,
}

#[derive(Deserialize)]
struct ClockRow {
    country: Country,
    zone: String,
}

/// Local time by country, as it comes with the program.
pub fn local_time() -> Zones {
    let mut zones = Zones::none();
    let rows: Vec<ClockRow> =
        toml::from_str::<LocalTime>(LOCAL_TIME).map_or_else(|_| Vec::new(), |file| file.clock);
    for row in rows {
        zones.set(row.country, &row.zone);
    }
    zones
}

impl Settings {
    /// Local time as it comes with the program, and no rates.
    pub fn shipped(currency: Currency) -> Self {
        Self { zones: local_time(), ..Self::plain(currency) }
    }
}
