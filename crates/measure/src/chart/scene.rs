//! What a chart is made of, before it becomes SVG or a page of PDF: lines, areas and words in inks
//! that have a role and no colour of their own.

/// The role of an ink.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    /// Words and lines that carry the figures.
    Word,
    /// Words beside them.
    Quiet,
    /// Hairlines.
    Line,
    /// The figures themselves.
    Accent,
    /// Areas of uncertainty and of figures.
    Tint,
    /// The ground.
    Surface,
}

/// How a line is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dash {
    /// Not at all.
    Solid,
    /// Long strokes.
    Long,
    /// Short strokes.
    Short,
    /// Stroke and dot.
    Mixed,
}

impl Dash {
    /// The dash of a line by its number, so that neighbours differ.
    pub(crate) fn of(number: usize) -> Self {
        match number % 4 {
            0 => Self::Solid,
            1 => Self::Long,
            2 => Self::Short,
            _ => Self::Mixed,
        }
    }

    /// Lengths of strokes and gaps.
    pub(crate) fn pattern(self) -> &'static str {
        match self {
            Self::Solid => "",
            Self::Long => "9 4",
            Self::Short => "3 3",
            Self::Mixed => "9 3 2 3",
        }
    }
}

/// To which side of its place a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    /// It begins there.
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

/// A place: to the right and down from the upper left.
pub(crate) type Place = (f64, f64);

/// A shape.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    /// A line through places.
    Line { places: Vec<Place>, ink: Ink, width: f64, dash: Dash },
    /// An area with its edge.
    Area { places: Vec<Place>, ink: Ink, edge: Option<Ink> },
    /// Words; the place is on their base line.
    Words { place: Place, anchor: Anchor, size: f64, bold: bool, ink: Ink, text: String },
}

/// A drawing.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Scene {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) shapes: Vec<Shape>,
}

/// A rectangle by its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rectangle {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Scene {
    pub(crate) fn line(&mut self, places: Vec<Place>, ink: Ink, width: f64, dash: Dash) {
        self.shapes.push(Shape::Line { places, ink, width, dash });
    }

    pub(crate) fn area(&mut self, places: Vec<Place>, ink: Ink, edge: Option<Ink>) {
        self.shapes.push(Shape::Area { places, ink, edge });
    }

    pub(crate) fn words(&mut self, place: Place, anchor: Anchor, ink: Ink, text: &str) {
        self.shapes.push(Shape::Words { place, anchor, size: 12.0, bold: false, ink, text: text.to_owned() });
    }

    pub(crate) fn bold(&mut self, place: Place, anchor: Anchor, size: f64, text: &str) {
        self.shapes.push(Shape::Words {
            place,
            anchor,
            size,
            bold: true,
            ink: Ink::Word,
            text: text.to_owned(),
        });
    }

    pub(crate) fn rectangle(&mut self, at: Rectangle, ink: Ink, edge: Option<Ink>) {
        self.area(at.corners(), ink, edge);
    }

    /// A rectangle hatched so densely as its number says, for areas that must be told apart unaided by
    /// colour; number 0 is bare.
    pub(crate) fn hatched(&mut self, at: Rectangle, ink: Ink, edge: Ink, density: usize) {
        self.rectangle(at, ink, Some(edge));
        if density == 0 {
            return;
        }
        let step = 20.0 / density as f64;
        let mut offset = step;
        // Lines on which x + y is constant, cut to the rectangle.
        while offset < at.width + at.height {
            let from = if offset <= at.width {
                (at.x + offset, at.y)
            } else {
                (at.x + at.width, at.y + offset - at.width)
            };
            let to = if offset <= at.height {
                (at.x, at.y + offset)
            } else {
                (at.x + offset - at.height, at.y + at.height)
            };
            self.line(vec![from, to], edge, 0.75, Dash::Solid);
            offset += step;
        }
    }

    /// The mark of a series by its number.
    pub(crate) fn mark(&mut self, (x, y): Place, number: usize, ink: Ink) {
        let half = 3.5;
        let places = match number % 4 {
            0 => vec![(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)],
            1 => vec![(x, y - half - 1.0), (x + half + 1.0, y), (x, y + half + 1.0), (x - half - 1.0, y)],
            2 => vec![(x, y - half - 0.5), (x + half + 0.5, y + half), (x - half - 0.5, y + half)],
            _ => vec![(x - half - 0.5, y - half), (x + half + 0.5, y - half), (x, y + half + 0.5)],
        };
        let inside = if number < 4 { ink } else { Ink::Surface };
        self.area(places, inside, Some(ink));
    }
}

impl Rectangle {
    pub(crate) fn corners(self) -> Vec<Place> {
        let (right, bottom) = (self.x + self.width, self.y + self.height);
        vec![(self.x, self.y), (right, self.y), (right, bottom), (self.x, bottom)]
    }

    pub(crate) fn bottom(self) -> f64 {
        self.y + self.height
    }

    pub(crate) fn right(self) -> f64 {
        self.x + self.width
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn hatching_stays_inside(width in 1.0..300.0_f64, height in 1.0..300.0_f64, density in 0_usize..6) {
            let mut scene = Scene::default();
            scene.hatched(Rectangle { x: 10.0, y: 20.0, width, height }, Ink::Tint, Ink::Word, density);
            prop_assert!(density < 2 || width + height < 11.0 || scene.shapes.len() > 1);
            for shape in scene.shapes {
                let (Shape::Line { places, .. } | Shape::Area { places, .. }) = shape else { continue };
                for (x, y) in places {
                    prop_assert!(x >= 10.0 - 1e-9 && x <= 10.0 + width + 1e-9);
                    prop_assert!(y >= 20.0 - 1e-9 && y <= 20.0 + height + 1e-9);
                }
            }
        }
    }
}
