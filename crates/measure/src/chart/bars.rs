//! Bars that lie, each with its name before it and its value behind it; and the funnel from a tip to
//! a restored survivor, which is bars in the order of the steps.

use crate::chart::frame::{Frame, Scale};
use crate::chart::scene::{Anchor, Dash, Ink, Rectangle};
use crate::chart::series::cells;
use crate::chart::{Chart, ChartError, belong_together};
use crate::outcomes::Figure;
use crate::sheet::{Caption, Cell, Table, wrapped};
use crate::statistic::Statistic;

/// A bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// Its name.
    pub name: String,
    /// Its figure; none where it is withheld.
    pub figure: Option<Statistic>,
}

impl Bar {
    /// A bar for each figure of [`crate::outcomes::count_by`] or [`crate::outcomes::reached`], named by its
    /// group.
    pub fn of(figures: &[Figure]) -> Vec<Self> {
        let bar = |figure: &Figure| Self {
            name: figure.group.clone().unwrap_or_else(|| figure.name.clone()),
            figure: Some(figure.statistic.clone()),
        };
        figures.iter().map(bar).collect()
    }
}

/// A bar for each figure, with a line for its interval.
pub fn bars(caption: Caption, bars: &[Bar]) -> Result<Chart, ChartError> {
    drawn(caption, bars, "Bar chart")
}

/// How many have reached each step, from [`crate::outcomes::reached`]. A later step is no part of an
/// earlier one's rate: cases still open may reach it.
pub fn funnel(caption: Caption, reached: &[Figure]) -> Result<Chart, ChartError> {
    drawn(caption, &Bar::of(reached), "Funnel")
}

fn drawn(caption: Caption, bars: &[Bar], kind: &str) -> Result<Chart, ChartError> {
    let figures = || bars.iter().filter_map(|bar| bar.figure.as_ref());
    belong_together(&caption, figures())?;
    let upper = |one: &Statistic| one.interval.map_or(one.value, |limits| limits.upper);
    let lower = |one: &Statistic| one.interval.map_or(one.value, |limits| limits.lower);
    let scale = Scale::holding(figures().flat_map(|one| [one.value, upper(one), lower(one)]));

    let names: Vec<Vec<String>> = bars.iter().map(|bar| wrapped(&bar.name, 12.0, false, 170.0)).collect();
    let heights: Vec<f64> =
        names.iter().map(|lines| 14.0_f64.mul_add(lines.len().max(1) as f64, 14.0)).collect();
    let mut frame = Frame::new(&caption, heights.iter().sum(), 190.0, 110.0, 0.0);
    let plot = frame.plot;
    let x = |value: f64| plot.x + scale.part(value) * plot.width;
    let mut y = plot.y;
    for ((bar, lines), height) in bars.iter().zip(&names).zip(heights) {
        let middle = y + height / 2.0;
        let top = middle - 7.0 * (lines.len() as f64 - 1.0) + 4.0;
        for (number, line) in lines.iter().enumerate() {
            frame.scene.words((plot.x - 8.0, top + 14.0 * number as f64), Anchor::End, Ink::Word, line);
        }
        match &bar.figure {
            Some(one) => {
                let (from, to) = (x(one.value.min(0.0)), x(one.value.max(0.0)));
                let at = Rectangle { x: from, y: middle - 8.0, width: (to - from).max(1.0), height: 16.0 };
                frame.scene.hatched(at, Ink::Tint, Ink::Accent, 2);
                let mut end = to;
                if one.interval.is_some() {
                    end = end.max(x(upper(one)));
                    let places = vec![(x(lower(one)), middle), (x(upper(one)), middle)];
                    frame.scene.line(places, Ink::Word, 2.0, Dash::Solid);
                    for limit in [lower(one), upper(one)] {
                        let tick = vec![(x(limit), middle - 5.0), (x(limit), middle + 5.0)];
                        frame.scene.line(tick, Ink::Word, 2.0, Dash::Solid);
                    }
                }
                frame.scene.words(
                    (end + 6.0, middle + 4.0),
                    Anchor::Start,
                    Ink::Word,
                    &Cell::of(one).shown(),
                );
            }
            None => {
                let withheld = Cell::Withheld.shown();
                frame.scene.words((plot.x + 6.0, middle + 4.0), Anchor::Start, Ink::Quiet, &withheld);
            }
        }
        y += height;
    }
    frame.scene.line(vec![(x(0.0), plot.y), (x(0.0), plot.bottom())], Ink::Word, 1.0, Dash::Solid);

    let shown =
        |bar: &Bar| bar.figure.as_ref().map_or_else(|| Cell::Withheld.shown(), |one| Cell::of(one).shown());
    let listed: Vec<String> = bars.iter().map(|bar| format!("{} {}", bar.name, shown(bar))).collect();
    let description = format!("{kind} of {}: {}.", caption.unit(), listed.join("; "));
    let rows = bars
        .iter()
        .map(|bar| {
            let mut row = vec![Cell::text(bar.name.clone())];
            row.extend(bar.figure.as_ref().map_or_else(|| vec![Cell::Withheld], cells));
            row
        })
        .collect();
    let heads = ["what", "value", "lower limit", "upper limit", "numerator", "denominator"];
    Ok(Chart::new(description, Table::new(caption, &heads, rows), frame.scene))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::Dress;
    use crate::chart::tests::{figure, texts};
    use crate::sheet::sample;

    #[test]
    fn a_bar_says_its_value_and_a_withheld_one_only_that() {
        let chart = bars(
            sample("Safeguarded by place"),
            &[
                Bar {
                    name: "Synthetic Province with a rather long name".into(),
                    figure: Some(figure(2024, 1500.0, None)),
                },
                Bar { name: "Synthetic Island".into(), figure: None },
            ],
        )
        .unwrap();
        let words = texts(&chart.svg("b", Dress::File));
        assert!(words.contains(&"1,500".to_owned()) && words.contains(&"withheld".to_owned()));
        assert!(chart.description().ends_with("Synthetic Island withheld."));
        assert_eq!(chart.table().rows[1][1], Cell::Withheld);
        let withheld = [Bar { name: "Synthetic Island".into(), figure: None }];
        assert_eq!(bars(sample("x"), &withheld), Err(ChartError::Empty));
    }
}
