//! A map of the Philippines in which every region is a tile of one size: where, and how much, without
//! a large region looking like a large figure.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::chart::frame::{Frame, Scale};
use crate::chart::scene::{Anchor, Ink, Rectangle};
use crate::chart::{Bar, Chart, ChartError, belong_together};
use crate::definitions::{DataFault, check_schema, check_texts, fault, parse};
use crate::outcomes::count::NOT_RECORDED;
use crate::sheet::{Caption, Cell, Table};

const FILE: &str = "data/measure/regions.toml";
const TEXT: &str = include_str!("../../../../data/measure/regions.toml");
const TILE: f64 = 62.0;
/// How many densities of hatching there are, from bare up.
const DENSITIES: f64 = 4.0;

/// A region and where its tile lies.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// The first two digits of the Philippine Standard Geographic Code.
    pub code: String,
    /// What is written on the tile.
    pub short: String,
    /// Its name.
    pub name: String,
    /// The column, counted from the west.
    pub column: u8,
    /// The row, counted from the north.
    pub row: u8,
    /// Where the code comes from.
    pub source: String,
    /// Whether it was read there.
    pub verified: bool,
}

/// The regions of a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regions(Vec<Region>);

impl Regions {
    /// The 18 regions of the Philippines.
    pub fn built_in() -> Result<Self, DataFault> {
        Self::load(FILE, TEXT)
    }

    /// Reads a file of regions; `name` is what a fault calls it.
    pub fn load(name: &str, text: &str) -> Result<Self, DataFault> {
        let wire: Wire = parse(name, text)?;
        check_schema(name, text, &wire.schema)?;
        let mut regions: Vec<Region> = Vec::new();
        for row in wire.region {
            let start = row.span().start;
            let region = row.into_inner();
            let texts = [
                ("code", &region.code),
                ("short", &region.short),
                ("name", &region.name),
                ("source", &region.source),
            ];
            check_texts(name, text, start, &texts)?;
            let clash = |other: &&Region| {
                other.code == region.code || (other.column, other.row) == (region.column, region.row)
            };
            if let Some(other) = regions.iter().find(clash) {
                let reason = format!("{} has the code or the tile of {}", region.name, other.name);
                return Err(fault(name, text, start, reason));
            }
            regions.push(region);
        }
        Ok(Self(regions))
    }

    /// Every region.
    pub fn all(&self) -> &[Region] {
        &self.0
    }

    /// The region with a code.
    pub fn get(&self, code: &str) -> Option<&Region> {
        self.0.iter().find(|region| region.code == code)
    }
}

/// A tile for each region; a bar's name is its region's code. Regions without a figure are drawn as
/// such, and withheld ones as withheld. What lies in no recorded region has no tile and stands in a note.
pub fn tile_map(caption: Caption, regions: &Regions, figures: &[Bar]) -> Result<Chart, ChartError> {
    belong_together(&caption, figures.iter().filter_map(|bar| bar.figure.as_ref()))?;
    let (nowhere, figures): (Vec<&Bar>, Vec<&Bar>) = figures.iter().partition(|bar| bar.name == NOT_RECORDED);
    if let Some(bar) = figures.iter().find(|bar| regions.get(&bar.name).is_none()) {
        return Err(ChartError::Region(bar.name.clone()));
    }
    let by_code: BTreeMap<&str, &Bar> = figures.iter().map(|bar| (bar.name.as_str(), *bar)).collect();
    let scale = Scale::holding(figures.iter().filter_map(|bar| bar.figure.as_ref()).map(|one| one.value));
    let rows = regions.all().iter().map(|region| region.row).max().unwrap_or(1);
    let mut frame = Frame::new(&caption, f64::from(rows) * TILE, 40.0, 300.0, 8.0);
    let plot = frame.plot;
    let cell = |region: &Region| match by_code.get(region.code.as_str()) {
        None => Cell::Blank,
        Some(Bar { figure: None, .. }) => Cell::Withheld,
        Some(Bar { figure: Some(one), .. }) => Cell::of(one),
    };
    for region in regions.all() {
        let at = Rectangle {
            x: plot.x + f64::from(region.column.saturating_sub(1)) * TILE,
            y: plot.y + f64::from(region.row.saturating_sub(1)) * TILE,
            width: TILE - 4.0,
            height: TILE - 4.0,
        };
        let figure = by_code.get(region.code.as_str()).and_then(|bar| bar.figure.as_ref());
        let density = figure.map_or(0, |one| (scale.part(one.value) * DENSITIES).ceil() as usize);
        let ground = if figure.is_some() { Ink::Tint } else { Ink::Surface };
        frame.scene.hatched(at, ground, Ink::Quiet, density);
        // The words stand on a plate of their own, so that hatching never crosses them.
        let plate =
            Rectangle { x: at.x + 3.0, y: at.y + 12.0, width: at.width - 6.0, height: at.height - 24.0 };
        frame.scene.rectangle(plate, Ink::Surface, None);
        let middle = at.x + at.width / 2.0;
        frame.scene.bold((middle, plate.y + 14.0), Anchor::Middle, 12.0, &region.short);
        let words = match cell(region) {
            Cell::Blank => "no figure".to_owned(),
            other => other.shown(),
        };
        frame.scene.words((middle, plate.y + 29.0), Anchor::Middle, Ink::Word, &words);
    }
    legend(&mut frame, &scale);
    let described: Vec<String> = regions
        .all()
        .iter()
        .filter(|region| by_code.contains_key(region.code.as_str()))
        .map(|region| format!("{} {}", region.name, cell(region).shown()))
        .collect();
    let description = format!("Tile map of {} by region: {}.", caption.unit(), described.join("; "));
    let table = regions
        .all()
        .iter()
        .map(|region| vec![Cell::text(region.code.clone()), Cell::text(region.name.clone()), cell(region)])
        .collect();
    let mut table = Table::new(caption, &["code", "region", "value"], table);
    for bar in nowhere {
        let shown = bar.figure.as_ref().map_or_else(|| Cell::Withheld.shown(), |one| Cell::of(one).shown());
        table = table.noted(format!("No region recorded: {shown}."));
    }
    Ok(Chart::new(description, table, frame.scene))
}

/// What the hatching means.
fn legend(frame: &mut Frame, scale: &Scale) {
    let (x, mut y) = (frame.plot.right() + 30.0, frame.plot.y);
    for density in 1..=DENSITIES as usize {
        let at = Rectangle { x, y, width: 28.0, height: 20.0 };
        frame.scene.hatched(at, Ink::Tint, Ink::Quiet, density);
        let limit = |part: f64| {
            let value = scale.low + part / DENSITIES * (scale.high - scale.low);
            if scale.high >= DENSITIES { format!("{value:.0}") } else { format!("{value:.2}") }
        };
        let words = format!("above {} to {}", limit(density as f64 - 1.0), limit(density as f64));
        frame.scene.words((x + 36.0, y + 14.0), Anchor::Start, Ink::Quiet, &words);
        y += 26.0;
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    schema: Spanned<u32>,
    region: Vec<Spanned<Region>>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::Dress;
    use crate::chart::tests::{figure, texts};
    use crate::sheet::sample;

    #[test]
    fn eighteen_regions_have_a_tile_each_and_every_tile_says_its_figure() {
        let regions = Regions::built_in().unwrap();
        assert_eq!(regions.all().len(), 18);
        let figures = [
            Bar { name: NOT_RECORDED.into(), figure: Some(figure(2024, 3.0, None)) },
            Bar { name: "07".into(), figure: Some(figure(2024, 40.0, None)) },
            Bar { name: "13".into(), figure: Some(figure(2024, 12.0, None)) },
            Bar { name: "19".into(), figure: None },
        ];
        let chart = tile_map(sample("Safeguarded by region"), &regions, &figures).unwrap();
        let words = texts(&chart.svg("t", Dress::Page));
        assert_eq!(words.iter().filter(|word| *word == "no figure").count(), 15);
        assert!(words.contains(&"40".to_owned()) && words.contains(&"withheld".to_owned()));
        assert!(chart.description().contains("Central Visayas 40"));
        assert_eq!(chart.table().notes, ["No region recorded: 3."]);
        let unknown = [Bar { name: "99".into(), figure: Some(figure(2024, 1.0, None)) }];
        let refused = tile_map(sample("x"), &regions, &unknown);
        assert_eq!(refused, Err(ChartError::Region("99".into())));
    }

    #[test]
    fn no_two_regions_share_a_tile() {
        let twice = TEXT.replace("code = \"19\"", "code = \"13\"");
        assert!(Regions::load("test.toml", &twice).unwrap_err().reason.contains("National Capital Region"));
    }
}
