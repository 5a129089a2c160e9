//! Reading a typology's file.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use model::{CivilDate, Country, Instant};
use serde::Deserialize;
use toml::Spanned;

use super::{
    BadTypology, Evidence, Indicator, Required, Route, Severity, Status, Subject, Typology,
    condition::{Condition, Name, Type},
    parameters::{fill, line},
    tables::{FeatureTable, FilterTable, Wrong, currency, window},
};
use crate::{
    Sentence,
    engine::{Feature, Plan, Settings, What},
    sentence::PLACES,
};

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: Spanned<String>,
    version: Spanned<u32>,
    title: Spanned<String>,
    status: Status,
    subject: Subject,
    route: Route,
    severity: Severity,
    sentence: Spanned<String>,
    source: Spanned<String>,
    verified: Spanned<String>,
    zone: Spanned<String>,
    currency: Spanned<String>,
    #[serde(default)]
    alert_at: Option<Spanned<f64>>,
    #[serde(default)]
    relief_at_most: Option<Spanned<f64>>,
    #[serde(default)]
    required: Option<Spanned<String>>,
    evidence: Spanned<EvidenceTable>,
    #[serde(default)]
    feature: Vec<FeatureTable>,
    #[serde(default)]
    indicator: Vec<IndicatorTable>,
    #[serde(default, rename = "parameters")]
    _parameters: BTreeMap<String, toml::Value>,
    #[serde(default, rename = "jurisdiction")]
    _jurisdiction: BTreeMap<String, BTreeMap<String, toml::Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EvidenceTable {
    window: Spanned<String>,
    at_least: Spanned<u32>,
    #[serde(default)]
    filter: FilterTable,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IndicatorTable {
    id: Spanned<String>,
    condition: Spanned<String>,
    weight: Spanned<f64>,
    sentence: Spanned<String>,
    source: Spanned<String>,
    verified: Spanned<Verified>,
}

/// `false`, or the day on which a person held it against its source.
#[derive(Deserialize)]
#[serde(untagged)]
enum Verified {
    Not(bool),
    On(String),
}

/// Indicators of a typology, at most: their truths are bits.
const INDICATORS: usize = 24;
/// The heaviest an indicator can be, either way.
const HEAVIEST: f64 = 10.0;

impl Typology {
    /// Reads a typology as it is without a jurisdiction; `file` is only used to say where an error is.
    pub fn parse(file: &str, text: &str) -> Result<Self, BadTypology> {
        Self::parse_for(file, text, None)
    }

    /// Reads a typology with the parameters of a jurisdiction.
    pub fn parse_for(file: &str, text: &str, place: Option<Country>) -> Result<Self, BadTypology> {
        let filled = fill(file, text, place)?;
        let raw: File = toml::from_str(&filled.text).map_err(|error| BadTypology {
            file: file.to_owned(),
            line: line(&filled.text, error.span().unwrap_or_default().start),
            reason: error.message().to_owned(),
        })?;
        read(raw, &filled.numbers).map_err(|(span, reason)| BadTypology {
            file: file.to_owned(),
            line: line(&filled.text, span.start),
            reason,
        })
    }
}

fn check(fine: bool, span: Range<usize>, reason: &str) -> Result<(), Wrong> {
    if fine { Ok(()) } else { Err((span, reason.to_owned())) }
}

fn read(raw: File, numbers: &BTreeMap<String, toml::Value>) -> Result<Typology, Wrong> {
    check(
        is_id(raw.id.get_ref()),
        raw.id.span(),
        "an id has 3 to 60 lower-case letters, digits and hyphens",
    )?;
    check(*raw.version.get_ref() > 0, raw.version.span(), "versions count from 1")?;
    for (text, name) in [(&raw.title, "title"), (&raw.source, "source")] {
        let reason = format!("“{name}” is empty; every typology says its {name}");
        check(!text.get_ref().trim().is_empty(), text.span(), &reason)?;
    }
    let verified = date(&raw.verified, raw.verified.get_ref())?;
    let zone = raw.zone.get_ref();
    check(
        Instant::from_micros(0).day_in(zone).is_some(),
        raw.zone.span(),
        &format!("“{zone}” is not a zone of the IANA database, such as Asia/Manila"),
    )?;
    let currency = currency(&raw.currency)?;
    let evidence = raw.evidence.get_ref();
    let at_least = *evidence.at_least.get_ref();
    check(
        (1..=1_000_000).contains(&at_least),
        evidence.at_least.span(),
        "a count of payments is 1 to 1,000,000",
    )?;
    let evidence = Evidence { window: window(&evidence.window)?, at_least, filter: evidence.filter.read()? };
    let sentence = Sentence::parse(raw.sentence.get_ref(), &PLACES).map_err(|r| (raw.sentence.span(), r))?;
    check(
        sentence.has("count"),
        raw.sentence.span(),
        "the sentence never says {count}, how many payments it was",
    )?;
    let features = features(&raw)?;
    // Two features of the same name would be one name for two things, so names are looked up once.
    let scale = 10_f64.powi(i32::try_from(currency.decimals()).unwrap_or(2));
    let names = |word: &str| {
        let feature = features.iter().position(|feature| feature.name == word);
        feature.and_then(|at| features.get(at).map(|feature| cell(at, feature, scale))).or_else(|| {
            match numbers.get(word)? {
                toml::Value::Integer(number) => Some(Name::Whole(*number)),
                toml::Value::Float(number) => Some(Name::Real(*number)),
                _ => None,
            }
        })
    };
    let mut places: Vec<&str> = vec!["amount", "window", "last"];
    places.extend(features.iter().map(|feature| feature.name.as_str()));
    places.extend(numbers.keys().map(String::as_str));
    let mut indicators: Vec<Indicator> = Vec::new();
    for table in &raw.indicator {
        let id = table.id.get_ref();
        check(is_name(id), table.id.span(), "an indicator's id has lower-case letters, digits and _")?;
        let twice = indicators.iter().any(|known| known.id == *id);
        check(!twice, table.id.span(), &format!("“{id}” is the id of an indicator before it too"))?;
        let weight = *table.weight.get_ref();
        check(
            weight != 0.0 && weight.abs() <= HEAVIEST,
            table.weight.span(),
            "a weight is between -10.0 and 10.0, and not nothing",
        )?;
        let source = table.source.get_ref();
        check(
            !source.trim().is_empty(),
            table.source.span(),
            "“source” is empty; every indicator says its source",
        )?;
        let ready = Condition::parse(table.condition.get_ref(), &names)
            .map_err(|reason| (table.condition.span(), reason))?;
        let sentence = Sentence::parse(table.sentence.get_ref(), &places)
            .map_err(|reason| (table.sentence.span(), reason))?;
        indicators.push(Indicator {
            id: id.clone(),
            condition: table.condition.get_ref().clone(),
            weight,
            sentence,
            source: source.clone(),
            verified: match table.verified.get_ref() {
                Verified::On(day) => date(&table.verified, day).map(|_| true)?,
                Verified::Not(said) => {
                    check(
                        !said,
                        table.verified.span(),
                        "`verified` is false or the day it was, such as \"2026-11-21\"",
                    )?;
                    false
                }
            },
            ready: Arc::new(ready),
        });
    }
    check(indicators.len() <= INDICATORS, raw.id.span(), "a typology has at most 24 indicators")?;
    let required = raw.required.as_ref().map(|text| required(text, &indicators)).transpose()?;
    let (alert_at, relief_at_most) = weights(&raw, &indicators)?;
    let typology = Typology {
        id: raw.id.get_ref().clone(),
        version: *raw.version.get_ref(),
        title: raw.title.get_ref().clone(),
        status: raw.status,
        subject: raw.subject,
        route: raw.route,
        severity: raw.severity,
        sentence,
        source: raw.source.get_ref().clone(),
        verified,
        zone: zone.clone(),
        currency,
        evidence,
        numbers: numbers.iter().map(|(name, value)| (name.clone(), value.to_string())).collect(),
        features,
        indicators,
        alert_at,
        relief_at_most,
        required,
    };
    // What a plan cannot take is said now, at the line of the feature.
    Plan::new(crate::watch::features_of(&typology), Settings::plain(currency)).map_err(|bad| {
        let place = raw.feature.iter().find(|table| *table.name.get_ref() == bad.feature);
        (place.map_or_else(|| raw.evidence.span(), |table| table.name.span()), bad.reason)
    })?;
    Ok(typology)
}

fn features(raw: &File) -> Result<Vec<Feature>, Wrong> {
    let mut features: Vec<Feature> = Vec::new();
    for table in &raw.feature {
        let (name, span) = (table.name.get_ref(), table.name.span());
        check(
            is_name(name) && !PLACES.contains(&name.as_str()) && !["true", "false"].contains(&name.as_str()),
            span.clone(),
            "a feature's name has lower-case letters, digits and _, begins with a letter, and is no place of a sentence",
        )?;
        let twice = features.iter().any(|known| known.name == *name);
        check(!twice, span, &format!("“{name}” is the name of a feature before it too"))?;
        let feature = table.read()?;
        check(
            Typology::may_name(raw.subject, feature.of),
            table.of.span(),
            "a typology looks at its subject's own features and at those of the pair, not at the other party's",
        )?;
        features.push(feature);
    }
    Ok(features)
}

fn required(text: &Spanned<String>, indicators: &[Indicator]) -> Result<Required, Wrong> {
    let bits = |word: &str| {
        let bit = indicators.iter().position(|indicator| indicator.id == word)?;
        Some(Name::Bit(u32::try_from(bit).ok()?))
    };
    let ready = Condition::parse(text.get_ref(), &bits).map_err(|reason| (text.span(), reason))?;
    Ok(Required { text: text.get_ref().clone(), ready: Arc::new(ready) })
}

/// The weight that makes a finding, and the most that can be taken away.
fn weights(raw: &File, indicators: &[Indicator]) -> Result<(f64, f64), Wrong> {
    let most: f64 = indicators.iter().map(|indicator| indicator.weight.max(0.0)).sum();
    let alert_at = match &raw.alert_at {
        Some(weight) => {
            check(
                *weight.get_ref() > 0.0 && *weight.get_ref() <= most,
                weight.span(),
                &format!("`alert_at` is more than nothing and at most {most}, all weights together"),
            )?;
            *weight.get_ref()
        }
        None if indicators.is_empty() => 0.0,
        None => return Err((raw.id.span(), "a typology with indicators says `alert_at`".to_owned())),
    };
    let against = indicators.iter().any(|indicator| indicator.weight < 0.0);
    match &raw.relief_at_most {
        Some(relief) => {
            check(
                (0.0..=HEAVIEST).contains(relief.get_ref()),
                relief.span(),
                "`relief_at_most` is between 0.0 and 10.0",
            )?;
            Ok((alert_at, *relief.get_ref()))
        }
        None if against => {
            Err((raw.id.span(), "a typology with a weight below zero says `relief_at_most`".to_owned()))
        }
        None => Ok((alert_at, 0.0)),
    }
}

fn cell(at: usize, feature: &Feature, scale: f64) -> Name {
    let (of, scale) = match feature.what {
        What::Count | What::DistinctParties | What::DistinctCountries => (Type::Whole, 1.0),
        What::Sum | What::Median | What::AmountSlope => (Type::Real, scale),
        _ => (Type::Real, 1.0),
    };
    Name::Cell { at, of, whole_in_row: feature.whole(), scale }
}

fn date<T>(place: &Spanned<T>, text: &str) -> Result<CivilDate, Wrong> {
    text.parse::<CivilDate>().map_err(|error| (place.span(), error.to_string()))
}

fn is_id(text: &str) -> bool {
    (3..=60).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

fn is_name(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}
