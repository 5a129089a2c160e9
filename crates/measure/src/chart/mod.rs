//! Charts as SVG, in one style. Each is drawn from figures that belong together, says its unit, period,
//! as-of date, source and definition under the plot, and carries its table.
//!
//! Nothing is told by colour alone: lines differ in dash and mark and are named where they end, areas
//! differ in hatching, and every value of a bar or tile is written on it. Colours are those of the
//! page's tokens, in light and dark; a chart that leaves the page has plain ones.

mod bars;
mod frame;
mod incidence;
mod multiples;
pub(crate) mod scene;
mod series;
mod svg;
mod tiles;

use serde::Serialize;

use crate::sheet::{Caption, NotACaption, Table};
use crate::statistic::{NotComparable, Statistic};
use scene::Scene;

pub use bars::{Bar, bars, funnel};
pub use incidence::incidence;
pub use multiples::small_multiples;
pub use series::{Series, time_series};
pub use svg::Dress;
pub use tiles::{Region, Regions, tile_map};

/// A chart with its table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Chart {
    /// What it says in words, for those who do not see it.
    description: String,
    table: Table,
    #[serde(skip)]
    scene: Scene,
}

/// Why a chart is not drawn.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ChartError {
    /// Nothing to draw.
    #[error("a chart needs at least one figure")]
    Empty,
    /// A caption does not say enough.
    #[error(transparent)]
    Caption(#[from] NotACaption),
    /// Figures that are not shown side by side.
    #[error("figures of one chart must be comparable: {0}")]
    NotComparable(#[from] NotComparable),
    /// The figures are not what the caption says.
    #[error("the caption speaks of {caption}, the figures of {figures}")]
    Disagreement {
        /// The caption's unit, definition or day.
        caption: String,
        /// The figures'.
        figures: String,
    },
    /// A region that is not one.
    #[error("“{0}” is no region's code")]
    Region(String),
}

impl Chart {
    fn new(description: String, table: Table, scene: Scene) -> Self {
        Self { description, table, scene }
    }

    /// The drawing. `id` tells it from others on a page.
    pub fn svg(&self, id: &str, dress: Dress) -> String {
        svg::written(&self.scene, self.caption().title(), &self.description, id, dress)
    }

    /// What it says of itself.
    pub fn caption(&self) -> &Caption {
        &self.table.caption
    }

    /// What it says in words.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The figures that it draws.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The same as comma-separated values.
    pub fn csv(&self) -> String {
        self.table.csv()
    }

    pub(crate) fn scene(&self) -> &Scene {
        &self.scene
    }
}

/// Checks that figures may be shown side by side, and under this caption.
fn belong_together<'s>(
    caption: &Caption,
    figures: impl IntoIterator<Item = &'s Statistic>,
) -> Result<(), ChartError> {
    let mut figures = figures.into_iter();
    let first = figures.next().ok_or(ChartError::Empty)?;
    for other in figures {
        first.compare(other)?;
    }
    let said = |unit: &str, definition: &crate::statistic::Definition, as_of: model::CivilDate| {
        format!("{unit} under {} version {}, as of {as_of}", definition.name, definition.version)
    };
    let caption = said(caption.unit(), caption.definition(), caption.as_of());
    let figures = said(&first.unit, &first.definition, first.as_of);
    if caption == figures { Ok(()) } else { Err(ChartError::Disagreement { caption, figures }) }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::sheet::sample;
    use crate::statistic::{Bounds, Period};

    /// A figure under the sample caption's definition.
    pub(crate) fn figure(year: i16, value: f64, half: Option<f64>) -> Statistic {
        let caption = sample("x");
        Statistic {
            value,
            unit: caption.unit().to_owned(),
            population: caption.population().to_owned(),
            period: Period::year(year).unwrap(),
            as_of: caption.as_of(),
            numerator: None,
            denominator: None,
            definition: caption.definition().clone(),
            method: "complete count".to_owned(),
            interval: half.map(|half| Bounds { lower: value - half, upper: value + half, coverage: 0.95 }),
            source: model::Digest([7; 32]),
        }
    }

    /// Reads a drawing as XML and gives its texts.
    pub(crate) fn texts(svg: &str) -> Vec<String> {
        let mut reader = quick_xml::Reader::from_str(svg);
        let (mut found, mut open) = (Vec::new(), 0_i32);
        loop {
            match reader.read_event().unwrap() {
                quick_xml::events::Event::Start(_) => open += 1,
                quick_xml::events::Event::End(_) => open -= 1,
                quick_xml::events::Event::Text(text) => {
                    found.push(AsRef::<str>::as_ref(&text).trim().to_owned());
                }
                quick_xml::events::Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(open, 0);
        found.retain(|text| !text.is_empty());
        found
    }

    #[test]
    fn figures_that_are_not_comparable_are_not_drawn_together() {
        let caption = sample("Safeguarded");
        let mut other = figure(2024, 4.0, None);
        other.definition.version = 2;
        let one = figure(2023, 3.0, None);
        assert!(matches!(belong_together(&caption, [&one, &other]), Err(ChartError::NotComparable(_))));
        let refused = belong_together(&caption, [&other]).unwrap_err().to_string();
        assert!(refused.contains("version 1") && refused.contains("version 2"), "{refused}");
        assert_eq!(belong_together(&caption, []), Err(ChartError::Empty));
        assert!(belong_together(&caption, [&one]).is_ok());
    }
}
