//! The same small chart many times, all on one scale, so that they are read against each other.

use crate::chart::frame::{Frame, Scale};
use crate::chart::scene::{Anchor, Dash, Ink, Rectangle};
use crate::chart::series::{Series, middle, table};
use crate::chart::{Chart, ChartError, belong_together};
use crate::sheet::{Caption, Cell};
use crate::statistic::Statistic;

const ACROSS: usize = 4;
const HIGH: f64 = 110.0;

/// A small line for each series, with its name above and its last value beside it.
pub fn small_multiples(caption: Caption, series: &[Series]) -> Result<Chart, ChartError> {
    let all = || series.iter().flat_map(|series| &series.figures);
    belong_together(&caption, all())?;
    let scale = Scale::holding(all().map(|one| one.value));
    let share = all().all(|one| one.denominator.is_some());
    let days = all().map(|one| middle(one.period));
    let (first, last) = days.fold((f64::MAX, f64::MIN), |(first, last), day| (first.min(day), last.max(day)));
    let rows = series.len().div_ceil(ACROSS);
    let mut frame = Frame::new(&caption, rows as f64 * HIGH, 8.0, 8.0, 4.0);
    let plot = frame.plot;
    let width = plot.width / ACROSS as f64;
    for (number, one) in series.iter().enumerate() {
        let at = Rectangle {
            x: plot.x + (number % ACROSS) as f64 * width + 4.0,
            y: plot.y + (number / ACROSS) as f64 * HIGH + 20.0,
            width: width - 68.0,
            height: HIGH - 36.0,
        };
        frame.scene.bold((at.x, at.y - 6.0), Anchor::Start, 12.0, &one.name);
        for value in [scale.low, scale.high] {
            let y = at.bottom() - scale.part(value) * at.height;
            frame.scene.line(vec![(at.x, y), (at.right(), y)], Ink::Line, 1.0, Dash::Solid);
            frame.scene.words(
                (at.right() + 4.0, y + 4.0),
                Anchor::Start,
                Ink::Quiet,
                &scale.word(value, share),
            );
        }
        let mut figures: Vec<&Statistic> = one.figures.iter().collect();
        figures.sort_by_key(|figure| figure.period.first);
        let part = |day: f64| if last > first { (day - first) / (last - first) } else { 0.5 };
        let place = |figure: &Statistic| {
            let x = at.x + part(middle(figure.period)) * at.width;
            (x, at.bottom() - scale.part(figure.value) * at.height)
        };
        frame.scene.line(figures.iter().map(|figure| place(figure)).collect(), Ink::Accent, 2.0, Dash::Solid);
        if let Some(end) = figures.last() {
            frame.scene.mark(place(end), 0, Ink::Accent);
            let words = format!("{} {}", end.period.last.year(), Cell::of(end).shown());
            frame.scene.words((at.x, at.bottom() + 14.0), Anchor::Start, Ink::Word, &words);
        }
    }
    let ends: Vec<String> = series
        .iter()
        .filter_map(|one| Some(format!("{} {}", one.name, Cell::of(one.figures.last()?).shown())))
        .collect();
    let description = format!(
        "{} small line charts of {} on one scale; last values: {}.",
        series.len(),
        caption.unit(),
        ends.join("; ")
    );
    Ok(Chart::new(description, table(caption, series), frame.scene))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::Dress;
    use crate::chart::tests::{figure, texts};
    use crate::sheet::sample;

    #[test]
    fn all_are_on_one_scale() {
        let series: Vec<Series> = (0..5_u8)
            .map(|number| Series {
                name: format!("Synthetic Place {number}"),
                figures: vec![
                    figure(2023, f64::from(number), None),
                    figure(2024, f64::from(number) * 10.0, None),
                ],
            })
            .collect();
        let chart = small_multiples(sample("Safeguarded by place"), &series).unwrap();
        let words = texts(&chart.svg("m", Dress::Page));
        assert_eq!(words.iter().filter(|word| *word == "40").count(), 5, "{words:?}");
        assert!(words.contains(&"2024 30".to_owned()));
        assert_eq!(chart.table().rows.len(), 10);
    }
}
