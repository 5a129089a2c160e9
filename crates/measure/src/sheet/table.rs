//! A table with its caption, and its rows as comma-separated values.

use model::CivilDate;
use serde::Serialize;

use crate::sheet::Caption;
use crate::statistic::Statistic;

/// A table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    /// What it says of itself.
    pub caption: Caption,
    /// The heads of its columns.
    pub columns: Vec<String>,
    /// Its rows, each as long as there are columns.
    pub rows: Vec<Vec<Cell>>,
    /// What a reader must know beside it.
    pub notes: Vec<String>,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// Words.
    Text(String),
    /// A complete count.
    Count(u64),
    /// A number with as many decimals as it deserves.
    Number {
        /// The number.
        value: f64,
        /// How many decimals.
        decimals: u8,
    },
    /// A share, shown in per cent.
    Share(f64),
    /// A day.
    Day(CivilDate),
    /// Withheld so that nobody is found again; one sign for every reason.
    Withheld,
    /// Nothing: unknown or not meant.
    Blank,
}

impl Cell {
    /// Words.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// The value of a statistic: a count, a share or a number.
    pub fn of(statistic: &Statistic) -> Self {
        let value = statistic.value;
        if statistic.denominator.is_some() && (0.0..=1.0).contains(&value) {
            Self::Share(value)
        } else if statistic.interval.is_none() && value >= 0.0 && value.fract() == 0.0 {
            Self::Count(value as u64)
        } else {
            Self::Number { value, decimals: 3 }
        }
    }

    /// Whether it is set to the right.
    pub fn is_number(&self) -> bool {
        matches!(self, Self::Count(_) | Self::Number { .. } | Self::Share(_))
    }

    /// What a page shows.
    pub fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Count(count) => grouped(*count),
            Self::Number { value, decimals } => format!("{value:.*}", usize::from(*decimals)),
            Self::Share(share) => format!("{:.1} %", share * 100.0),
            Self::Day(day) => day.to_string(),
            Self::Withheld => WITHHELD.to_owned(),
            Self::Blank => String::new(),
        }
    }

    /// What a program reads.
    fn plain(&self) -> String {
        match self {
            Self::Count(count) => count.to_string(),
            Self::Share(share) => format!("{share}"),
            Self::Number { value, .. } => format!("{value}"),
            _ => self.shown(),
        }
    }
}

/// The sign of a withheld cell, whether it was small itself or would give away one that was.
pub(crate) const WITHHELD: &str = "withheld";

impl Table {
    /// A table of rows that are as long as its columns; a shorter row is filled with blanks and a longer one cut.
    pub fn new(caption: Caption, columns: &[&str], mut rows: Vec<Vec<Cell>>) -> Self {
        for row in &mut rows {
            row.resize(columns.len(), Cell::Blank);
        }
        Self {
            caption,
            columns: columns.iter().map(|&head| head.to_owned()).collect(),
            rows,
            notes: Vec::new(),
        }
    }

    /// The same with a note.
    #[must_use]
    pub fn noted(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Whether a column holds numbers, and is set to the right with its head.
    pub(crate) fn is_of_numbers(&self, column: usize) -> bool {
        self.rows.iter().filter_map(|row| row.get(column)).any(Cell::is_number)
    }

    /// The rows as comma-separated values (RFC 4180). Every row repeats unit, population, period, as-of
    /// date, definition and source, so that no line loses them when it is copied. A text that a
    /// spreadsheet would take for a formula is written after an apostrophe.
    pub fn csv(&self) -> String {
        let caption = &self.caption;
        let definition = caption.definition();
        let repeated = [
            ("unit", caption.unit().to_owned()),
            ("population", caption.population().to_owned()),
            ("period_first", caption.period().first.to_string()),
            ("period_last", caption.period().last.to_string()),
            ("as_of", caption.as_of().to_string()),
            ("definition", definition.name.clone()),
            ("definition_version", definition.version.to_string()),
            ("source", caption.source().to_owned()),
        ];
        let heads = self.columns.iter().map(String::as_str).chain(repeated.iter().map(|(head, _)| *head));
        let mut out = line(heads.map(|head| field(head, true)));
        for row in &self.rows {
            let own = row.iter().map(|cell| field(&cell.plain(), !cell.is_number()));
            out.push_str(&line(own.chain(repeated.iter().map(|(_, text)| field(text, true)))));
        }
        out
    }
}

/// True for a text that a spreadsheet would run.
pub(crate) fn looks_like_a_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// A count with its thousands apart.
pub(crate) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn field(text: &str, words: bool) -> String {
    let text = if words && looks_like_a_formula(text) { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

fn line(fields: impl Iterator<Item = String>) -> String {
    fields.collect::<Vec<_>>().join(",") + "\r\n"
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sheet::caption::sample;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_text_comes_back_from_the_values_and_none_begins_a_formula(text in "\\PC{0,20}", count in any::<u64>()) {
            let table = Table::new(
                sample("Synthetic table"),
                &["what", "how many"],
                vec![vec![Cell::text(text.clone()), Cell::Count(count)]],
            );
            let values = table.csv();
            let mut reader = csv::Reader::from_reader(values.as_bytes());
            prop_assert_eq!(&reader.headers().unwrap()[2], "unit");
            let record = reader.records().next().unwrap().unwrap();
            prop_assert!(!looks_like_a_formula(&record[0]));
            let escaped = looks_like_a_formula(&text);
            prop_assert_eq!(record[0].strip_prefix('\'').filter(|_| escaped).unwrap_or(&record[0]), text.as_str());
            prop_assert_eq!(record[1].parse::<u64>().unwrap(), count);
            prop_assert_eq!(&record[9], "synthetic cases");
        }
    }

    #[test]
    fn thousands_stand_apart_and_a_short_row_is_filled() {
        assert_eq!(Cell::Count(1_234_567).shown(), "1,234,567");
        assert_eq!(Cell::Count(123).shown(), "123");
        assert_eq!(Cell::Share(0.3704).shown(), "37.0 %");
        let table = Table::new(sample("Synthetic table"), &["a", "b"], vec![vec![Cell::Withheld]]);
        assert_eq!(table.rows[0], [Cell::Withheld, Cell::Blank]);
    }
}
