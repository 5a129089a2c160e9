//! Figures over time, each with its interval.

use crate::calendar::day_number;
use crate::chart::frame::{Frame, Scale, apart};
use crate::chart::scene::{Anchor, Dash, Ink};
use crate::chart::{Chart, ChartError, belong_together};
use crate::sheet::{Caption, Cell, Table};
use crate::statistic::{Period, Statistic};

/// A line of a chart: figures of one thing in several periods.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// What the line is called where it ends.
    pub name: String,
    /// Its figures.
    pub figures: Vec<Statistic>,
}

/// A line for each series, with a band where its figures have intervals.
pub fn time_series(caption: Caption, series: &[Series]) -> Result<Chart, ChartError> {
    let all = || series.iter().flat_map(|series| &series.figures);
    belong_together(&caption, all())?;
    let bounds = |one: &Statistic| one.interval.map_or([one.value; 2], |limits| [limits.lower, limits.upper]);
    let scale = Scale::holding(all().flat_map(|one| [one.value].into_iter().chain(bounds(one))));
    let share = all().all(|one| one.denominator.is_some());
    let days = all().map(|one| middle(one.period));
    let (first, last) = days.fold((f64::MAX, f64::MIN), |(first, last), day| (first.min(day), last.max(day)));

    let mut frame = Frame::new(&caption, 260.0, 64.0, 170.0, 22.0);
    frame.rule(&scale, share);
    let plot = frame.plot;
    let inset = 24.0;
    let x = |day: f64| {
        let part = if last > first { (day - first) / (last - first) } else { 0.5 };
        plot.x + inset + part * (plot.width - 2.0 * inset)
    };
    for (place, word) in axis(all().map(|one| one.period), x) {
        frame.scene.words((place, plot.bottom() + 16.0), Anchor::Middle, Ink::Quiet, &word);
    }
    let ordered: Vec<Vec<&Statistic>> = series
        .iter()
        .map(|series| {
            let mut figures: Vec<&Statistic> = series.figures.iter().collect();
            figures.sort_by_key(|one| one.period.first);
            figures
        })
        .collect();
    // All bands before all lines, so that no band hides a line.
    for figures in &ordered {
        if figures.len() > 1 && figures.iter().all(|one| one.interval.is_some()) {
            let limit = |upper: usize| {
                let places = figures.iter().map(move |one| (one, upper));
                places.filter_map(|(one, upper)| Some((middle(one.period), *bounds(one).get(upper)?)))
            };
            let above = limit(1).map(|(day, value)| (x(day), frame.y(&scale, value)));
            let below: Vec<_> = limit(0).map(|(day, value)| (x(day), frame.y(&scale, value))).collect();
            let band = above.chain(below.into_iter().rev()).collect();
            frame.scene.area(band, Ink::Tint, None);
        }
    }
    let ends: Vec<f64> = ordered
        .iter()
        .map(|figures| figures.last().map_or(plot.bottom(), |one| frame.y(&scale, one.value) + 4.0))
        .collect();
    for (number, (figures, label)) in ordered.iter().zip(apart(&ends, 15.0, plot.bottom())).enumerate() {
        let places: Vec<_> =
            figures.iter().map(|one| (x(middle(one.period)), frame.y(&scale, one.value))).collect();
        for (one, place) in figures.iter().zip(&places) {
            if one.interval.is_some() {
                let whisker = bounds(one).map(|value| (place.0, frame.y(&scale, value)));
                frame.scene.line(whisker.to_vec(), Ink::Accent, 1.0, Dash::Solid);
            }
        }
        frame.scene.line(places.clone(), Ink::Accent, 2.0, Dash::of(number));
        for place in &places {
            frame.scene.mark(*place, number, Ink::Accent);
        }
        let name = series.get(number).map_or("", |series| series.name.as_str());
        if !places.is_empty() {
            frame.scene.mark((plot.right() + 10.0, label - 4.0), number, Ink::Accent);
            frame.scene.words((plot.right() + 20.0, label), Anchor::Start, Ink::Word, name);
        }
    }
    let description = described(&caption, series);
    Ok(Chart::new(description, table(caption, series), frame.scene))
}

/// The words below the plot: the year of each period that is one, or its first day; as many as have room.
pub(crate) fn axis(periods: impl Iterator<Item = Period>, x: impl Fn(f64) -> f64) -> Vec<(f64, String)> {
    let mut periods: Vec<Period> = periods.collect();
    periods.sort_by_key(|period| (period.first, period.last));
    periods.dedup();
    let mut marks: Vec<(f64, String)> = Vec::new();
    for period in periods {
        let whole = Period::year(period.first.year()) == Some(period);
        let word = if whole { period.first.year().to_string() } else { period.first.to_string() };
        let place = x(middle(period));
        let room = if whole { 34.0 } else { 72.0 };
        if marks.last().is_none_or(|(last, _)| place - last >= room) {
            marks.push((place, word));
        }
    }
    marks
}

/// The middle day of a period.
pub(crate) fn middle(period: Period) -> f64 {
    f64::midpoint(day_number(period.first) as f64, day_number(period.last) as f64)
}

pub(crate) fn table(caption: Caption, series: &[Series]) -> Table {
    let heads = ["series", "from", "to", "value", "lower limit", "upper limit", "numerator", "denominator"];
    let mut rows = Vec::new();
    for one in series {
        for figure in &one.figures {
            let mut row = vec![
                Cell::text(one.name.clone()),
                Cell::Day(figure.period.first),
                Cell::Day(figure.period.last),
            ];
            row.extend(cells(figure));
            rows.push(row);
        }
    }
    Table::new(caption, &heads, rows)
}

/// Value, limits, numerator and denominator of a figure.
pub(crate) fn cells(figure: &Statistic) -> Vec<Cell> {
    let limit = |value: f64| Cell::Number { value, decimals: 3 };
    let part = |part: Option<u64>| part.map_or(Cell::Blank, Cell::Count);
    vec![
        Cell::of(figure),
        figure.interval.map_or(Cell::Blank, |limits| limit(limits.lower)),
        figure.interval.map_or(Cell::Blank, |limits| limit(limits.upper)),
        part(figure.numerator),
        part(figure.denominator),
    ]
}

fn described(caption: &Caption, series: &[Series]) -> String {
    let mut words = format!("Line chart of {}, {}.", caption.unit(), caption.period());
    for one in series {
        if let (Some(first), Some(last)) = (one.figures.first(), one.figures.last()) {
            words.push_str(&format!(
                " {}: from {} in {} to {} in {}.",
                one.name,
                Cell::of(first).shown(),
                first.period,
                Cell::of(last).shown(),
                last.period,
            ));
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::Dress;
    use crate::chart::tests::{figure, texts};
    use crate::sheet::sample;

    #[test]
    fn a_series_is_named_where_it_ends_and_carries_its_table_unit_period_and_source() {
        let figures =
            vec![figure(2023, 12.0, Some(3.0)), figure(2024, 18.0, Some(4.0)), figure(2025, 15.0, None)];
        let other = Series { name: "Synthetic Island".into(), figures: vec![figure(2024, 17.0, None)] };
        let chart = time_series(
            sample("Safeguarded"),
            &[Series { name: "Synthetic Province".into(), figures }, other],
        )
        .unwrap();
        let svg = chart.svg("one", Dress::Page);
        let words = texts(&svg);
        for wanted in ["Synthetic Province", "Synthetic Island", "2023", "2024", "2025", "20"] {
            assert!(words.iter().any(|word| word == wanted), "{wanted}: {words:?}");
        }
        assert!(
            words
                .iter()
                .any(|word| word.starts_with("children, cases of the Synthetic Task Force, 2023-01-01"))
        );
        assert!(words.iter().any(|word| word.ends_with("Source: synthetic cases")));
        assert!(
            words.iter().any(|word| word.contains("from 12.000 in 2023-01-01 to 2023-12-31 to 15 in")),
            "{words:?}"
        );
        assert_eq!(chart.table().rows.len(), 4);
        assert!(chart.csv().contains("Synthetic Province,2023-01-01,2023-12-31,12,9,15,,,children,"));
        assert!(svg.contains("stroke-dasharray"), "lines differ without colour");
        assert_eq!(time_series(sample("none"), &[]), Err(ChartError::Empty));
    }
}
