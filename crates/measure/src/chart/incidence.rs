//! Cumulative incidence: for each ending, the share for whom it had come by a day, as steps with a band.

use crate::chart::frame::{Frame, Scale, apart};
use crate::chart::scene::{Anchor, Dash, Ink, Place};
use crate::chart::{Chart, ChartError};
use crate::numeric::normal_quantile;
use crate::outcomes::Curves;
use crate::sheet::{Caption, Cell, Table};
use crate::survival::Step;

/// The curves of endings that compete.
pub fn incidence(caption: Caption, curves: &Curves) -> Result<Chart, ChartError> {
    let last = curves.steps.last().ok_or(ChartError::Empty)?;
    let share = |step: &Step, ending: usize| step.incidence.get(ending).copied().unwrap_or_default();
    let half = |step: &Step, ending: usize| {
        step.incidence_error.get(ending).copied().unwrap_or_default() * normal_quantile(0.975)
    };
    let endings = 0..curves.endings.len();
    let scale =
        Scale::holding(endings.clone().map(|ending| (share(last, ending) + half(last, ending)).min(1.0)));
    let across = Scale::holding([last.time].into_iter());

    let mut frame = Frame::new(&caption, 260.0, 64.0, 190.0, 36.0);
    frame.rule(&scale, true);
    let plot = frame.plot;
    let x = |days: f64| plot.x + across.part(days) * plot.width;
    for mark in across.marks() {
        frame.scene.words(
            (x(mark), plot.bottom() + 16.0),
            Anchor::Middle,
            Ink::Quiet,
            &across.word(mark, false),
        );
    }
    frame.scene.words(
        (plot.x + plot.width / 2.0, plot.bottom() + 32.0),
        Anchor::Middle,
        Ink::Quiet,
        curves.time_unit,
    );
    for ending in endings.clone() {
        let above = stairs(curves, |step| (share(step, ending) + half(step, ending)).min(1.0));
        let below = stairs(curves, |step| (share(step, ending) - half(step, ending)).max(0.0));
        let place = |(days, value): Place| (x(days), frame.y(&scale, value));
        let band = above.into_iter().chain(below.into_iter().rev()).map(place).collect();
        frame.scene.area(band, Ink::Tint, None);
    }
    let ends: Vec<f64> = endings.clone().map(|ending| frame.y(&scale, share(last, ending)) + 4.0).collect();
    let labels = apart(&ends, 15.0, plot.bottom());
    for ((ending, label), name) in endings.clone().zip(labels).zip(&curves.endings) {
        let curve = stairs(curves, |step| share(step, ending));
        let places: Vec<Place> =
            curve.into_iter().map(|(days, value)| (x(days), frame.y(&scale, value))).collect();
        frame.scene.line(places, Ink::Accent, 2.0, Dash::of(ending));
        let key = vec![(plot.right() + 4.0, label - 4.0), (plot.right() + 28.0, label - 4.0)];
        frame.scene.line(key, Ink::Accent, 2.0, Dash::of(ending));
        frame.scene.words((plot.right() + 32.0, label), Anchor::Start, Ink::Word, name);
    }

    let ended: Vec<String> = endings
        .zip(&curves.endings)
        .map(|(ending, name)| format!("{name} {}", Cell::Share(share(last, ending)).shown()))
        .collect();
    let description = format!(
        "Cumulative incidence over {} {} among {} followed, of whom {} still wait: {}.",
        last.time,
        curves.time_unit,
        curves.followed,
        curves.waiting,
        ended.join("; "),
    );
    Ok(Chart::new(description, table(caption, curves), frame.scene))
}

/// The places of a curve that moves at its steps only.
fn stairs(curves: &Curves, value: impl Fn(&Step) -> f64) -> Vec<Place> {
    let mut places = vec![(0.0, 0.0)];
    for step in &curves.steps {
        let before = places.last().map_or(0.0, |(_, value)| *value);
        places.extend([(step.time, before), (step.time, value(step))]);
    }
    places
}

fn table(caption: Caption, curves: &Curves) -> Table {
    let mut heads = vec![curves.time_unit.to_owned(), "still followed".to_owned()];
    for name in &curves.endings {
        heads.extend([(*name).to_owned(), format!("{name}, standard error")]);
    }
    let rows = curves
        .steps
        .iter()
        .map(|step| {
            let mut row =
                vec![Cell::Number { value: step.time, decimals: 0 }, Cell::Count(step.at_risk as u64)];
            for (share, error) in step.incidence.iter().zip(&step.incidence_error) {
                row.extend([Cell::Share(*share), Cell::Number { value: *error, decimals: 4 }]);
            }
            row
        })
        .collect();
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let left_out = curves.left_out;
    Table::new(caption, &heads, rows)
        .noted(format!("{} were followed, {} still wait.", curves.followed, curves.waiting))
        .noted(format!("{left_out} were left out because their end is recorded before their beginning."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::Dress;
    use crate::chart::tests::texts;
    use crate::outcomes::Passage;
    use crate::sheet::sample;
    use crate::survival::Followed;

    #[test]
    fn every_ending_is_named_where_its_curve_ends() {
        let followed: Vec<Followed> = [(10.0, Some(0)), (20.0, Some(1)), (30.0, Some(0)), (90.0, None)]
            .into_iter()
            .map(|(time, event)| Followed { time, event })
            .collect();
        let caption = sample("From charge to verdict");
        let curves = Curves::new("days", Passage::ChargeToVerdict.endings(), followed).unwrap();
        let chart = incidence(caption.clone(), &curves).unwrap();
        let words = texts(&chart.svg("i", Dress::Page));
        for wanted in ["convicted", "acquitted", "dismissed", "days", "100", "0 %"] {
            assert!(words.iter().any(|word| word == wanted), "{wanted}: {words:?}");
        }
        assert!(chart.description().contains("of whom 1 still wait: convicted 50.0 %; acquitted 25.0 %"));
        assert_eq!(chart.table().columns.len(), 8);
        let none = Curves { steps: Vec::new(), ..curves };
        assert_eq!(incidence(caption, &none), Err(ChartError::Empty));
    }
}
