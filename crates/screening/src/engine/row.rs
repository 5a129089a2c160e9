//! The figures of an event's parties.

/// A figure: a whole or a real number, as the feature says, or nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cell(i64);

impl Cell {
    /// There is no figure: too few events, or no rate.
    pub const NONE: Self = Self(i64::MIN);

    pub(crate) const fn whole(value: i64) -> Self {
        Self(value)
    }

    /// Nothing else is written with these bits: they are those of −0, which is written as 0.
    pub(crate) fn real(value: f64) -> Self {
        Self((value + 0.0).to_bits().cast_signed())
    }

    /// Whether there is a figure.
    pub const fn known(self) -> bool {
        self.0 != i64::MIN
    }

    /// The figure of a feature of whole numbers.
    pub const fn as_whole(self) -> i64 {
        self.0
    }

    /// The figure of a feature of real numbers.
    pub const fn as_real(self) -> f64 {
        f64::from_bits(self.0.cast_unsigned())
    }

    /// The figure as its sixty-four bits.
    pub const fn bits(self) -> i64 {
        self.0
    }
}

/// The figures of one event, in the order of the plan's features.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    cells: Vec<Cell>,
    flags: Vec<u8>,
    pair: u32,
}

const CHANGED: u8 = 1;
const CAME: u8 = 2;

impl Row {
    pub(crate) fn new(features: usize) -> Self {
        Self { cells: vec![Cell::NONE; features], flags: vec![0; features], pair: 0 }
    }

    pub(crate) const fn begin(&mut self, pair: u32) {
        self.pair = pair;
    }

    #[inline]
    pub(crate) fn set(&mut self, feature: usize, cell: Cell, changed: bool, came: bool) {
        if let (Some(there), Some(flags)) = (self.cells.get_mut(feature), self.flags.get_mut(feature)) {
            *there = cell;
            *flags = if changed { CHANGED } else { 0 } | if came { CAME } else { 0 };
        }
    }

    /// The figures.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// Whether a figure can differ from the last one of the same key.
    pub fn changed(&self, feature: usize) -> bool {
        self.flags.get(feature).is_some_and(|flags| flags & CHANGED != 0)
    }

    /// Whether the event itself is one a feature is about.
    pub fn came(&self, feature: usize) -> bool {
        self.flags.get(feature).is_some_and(|flags| flags & CAME != 0)
    }

    /// The number of the pair, where the plan knows pairs.
    pub(crate) const fn pair(&self) -> u32 {
        self.pair
    }
}
