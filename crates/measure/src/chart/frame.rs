//! What the charts have in common: title above, caption below, scales that end on round numbers.

use crate::chart::scene::{Anchor, Dash, Ink, Rectangle, Scene};
use crate::sheet::{Caption, wrapped};

/// The width of every chart.
pub(crate) const WIDTH: f64 = 760.0;

/// A chart with its title and caption, and where its figures go.
pub(crate) struct Frame {
    pub(crate) scene: Scene,
    pub(crate) plot: Rectangle,
}

/// A scale from nought or below to a round number, with its marks.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scale {
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) step: f64,
}

impl Frame {
    /// Room for figures `height` high, with margins at the left and right of them and `below` for the
    /// words of an axis.
    pub(crate) fn new(caption: &Caption, height: f64, left: f64, right: f64, below: f64) -> Self {
        let mut scene = Scene { width: WIDTH, ..Scene::default() };
        let mut y = 22.0;
        for line in wrapped(caption.title(), 16.0, true, WIDTH - 16.0) {
            scene.bold((8.0, y), Anchor::Start, 16.0, &line);
            y += 20.0;
        }
        let plot = Rectangle { x: left, y: y + 4.0, width: WIDTH - left - right, height };
        let mut y = plot.bottom() + below + 14.0;
        for line in caption.lines().iter().flat_map(|line| wrapped(line, 12.0, false, WIDTH - 16.0)) {
            scene.words((8.0, y), Anchor::Start, Ink::Quiet, &line);
            y += 16.0;
        }
        scene.height = y - 6.0;
        Self { scene, plot }
    }

    /// The marks of the upright scale with hairlines across.
    pub(crate) fn rule(&mut self, scale: &Scale, share: bool) {
        for mark in scale.marks() {
            let y = self.plot.bottom() - scale.part(mark) * self.plot.height;
            self.scene.line(vec![(self.plot.x, y), (self.plot.right(), y)], Ink::Line, 1.0, Dash::Solid);
            self.scene.words((self.plot.x - 6.0, y + 4.0), Anchor::End, Ink::Quiet, &scale.word(mark, share));
        }
    }

    /// The place of a value.
    pub(crate) fn y(&self, scale: &Scale, value: f64) -> f64 {
        self.plot.bottom() - scale.part(value) * self.plot.height
    }
}

impl Scale {
    /// A scale that holds every value and nought, of about five steps that are 1, 2 or 5 times a power
    /// of ten.
    pub(crate) fn holding(values: impl Iterator<Item = f64>) -> Self {
        let (mut least, mut most) = (0.0_f64, 0.0_f64);
        for value in values.filter(|value| value.is_finite()) {
            (least, most) = (least.min(value), most.max(value));
        }
        let most = if most > least { most } else { least + 1.0 };
        let rough = (most - least) / 5.0;
        let power = 10_f64.powf(rough.log10().floor());
        let step =
            [1.0, 2.0, 5.0, 10.0].into_iter().map(|one| one * power).find(|step| *step >= rough * 0.999);
        let step = step.unwrap_or(power * 10.0);
        Self { low: (least / step + 1e-9).floor() * step, high: (most / step - 1e-9).ceil() * step, step }
    }

    /// How far up a value lies, nought to one.
    pub(crate) fn part(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    /// The marks from the lowest to the highest.
    pub(crate) fn marks(&self) -> Vec<f64> {
        let count = ((self.high - self.low) / self.step).round() as usize;
        (0..=count).map(|number| self.low + self.step * number as f64).collect()
    }

    /// A mark in words.
    pub(crate) fn word(&self, mark: f64, share: bool) -> String {
        if share {
            let decimals = usize::from(self.step < 0.01);
            return format!("{:.decimals$} %", mark * 100.0);
        }
        let decimals = if self.step < 1.0 { (-self.step.log10()).ceil() as usize } else { 0 };
        format!("{mark:.decimals$}")
    }
}

/// Moves places apart that are nearer than `gap`, keeping their order and staying above `most`.
pub(crate) fn apart(wanted: &[f64], gap: f64, most: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    let of = |number: usize| wanted.get(number).copied().unwrap_or_default();
    order.sort_by(|one, other| of(*one).total_cmp(&of(*other)));
    let mut placed = vec![0.0; wanted.len()];
    let mut last = f64::NEG_INFINITY;
    for number in &order {
        last = of(*number).max(last + gap);
        if let Some(place) = placed.get_mut(*number) {
            *place = last;
        }
    }
    let mut limit = most;
    for number in order.iter().rev() {
        if let Some(place) = placed.get_mut(*number) {
            *place = place.min(limit);
            limit = *place - gap;
        }
    }
    placed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_scale_holds_its_values_with_few_round_marks(values in prop::collection::vec(-1e6..1e6_f64, 0..9)) {
            let scale = Scale::holding(values.iter().copied());
            for value in values.into_iter().chain([0.0]) {
                prop_assert!(scale.low <= value + 1e-6 && value <= scale.high + 1e-6, "{scale:?} {value}");
            }
            let marks = scale.marks();
            prop_assert!((2..=8).contains(&marks.len()), "{scale:?}");
            prop_assert!(scale.low <= 0.0 && scale.high >= 0.0);
            prop_assert!((marks.last().unwrap() - scale.high).abs() < 1e-6 * scale.high.abs().max(1.0));
        }

        #[test]
        fn labels_do_not_stand_on_each_other(wanted in prop::collection::vec(0.0..200.0_f64, 1..8)) {
            let placed = apart(&wanted, 14.0, 220.0);
            let mut sorted = placed.clone();
            sorted.sort_by(f64::total_cmp);
            prop_assert!(sorted.windows(2).all(|pair| pair[1] - pair[0] >= 14.0 - 1e-9));
            prop_assert!(placed.iter().all(|place| *place <= 220.0 + 1e-9));
        }
    }

    #[test]
    fn a_scale_of_counts_begins_at_nought() {
        assert_eq!(Scale::holding([3.0, 40.0].into_iter()), Scale { low: 0.0, high: 40.0, step: 10.0 });
        assert_eq!(Scale::holding([-3.0, -1.0].into_iter()).marks(), [-3.0, -2.0, -1.0, 0.0]);
        assert!(Scale::holding(std::iter::empty()).high > 0.0);
    }

    #[test]
    fn marks_are_written_as_they_are_read() {
        let scale = Scale::holding([0.37].into_iter());
        assert_eq!(scale.word(0.1, true), "10 %");
        assert_eq!(Scale::holding([0.004].into_iter()).word(0.002, false), "0.002");
        assert_eq!(Scale::holding([950.0].into_iter()).word(800.0, false), "800");
    }
}
