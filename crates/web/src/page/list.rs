//! What every long list has: a filter that is a plain form, and paging by key that says how many.

use askama::Template;

/// One choice of a select or a radio group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What the person reads.
    pub words: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

impl Choice {
    /// A choice that is not chosen.
    pub fn new(value: &str, words: &str) -> Self {
        Self { value: value.to_owned(), words: words.to_owned(), chosen: false }
    }

    /// The same choice, chosen.
    pub fn chosen(self) -> Self {
        Self { chosen: true, ..self }
    }
}

/// One select of a filter.
#[derive(Clone, Debug)]
pub struct FilterField {
    /// The query parameter.
    pub name: String,
    /// Its label.
    pub label: String,
    /// What can be chosen; the first means “all”.
    pub choices: Vec<Choice>,
}

/// The filter of a list: a GET form.
#[derive(Clone, Debug, Template)]
#[template(path = "part/filter.html")]
pub struct Filter {
    /// The list's address.
    pub action: String,
    /// The selects.
    pub fields: Vec<FilterField>,
    /// Whether anything but “all” is chosen.
    pub narrowed: bool,
}

/// Where a list stands: `Showing 1–50 of 1,204`.
#[derive(Clone, Debug, Template)]
#[template(path = "part/paging.html")]
pub struct Paging {
    /// The first row shown, counted from 1; 0 where there is none.
    pub first: u64,
    /// The last row shown.
    pub last: u64,
    /// How many there are under this filter.
    pub total: u64,
    /// What they are, in the plural: `reports`.
    pub noun: String,
    /// The address of the page before.
    pub previous: Option<String>,
    /// The address of the page after.
    pub next: Option<String>,
}

impl Paging {
    /// A list that is shown whole.
    pub fn whole(rows: usize, noun: &str) -> Self {
        let total = rows as u64;
        Self { first: total.min(1), last: total, total, noun: noun.to_owned(), previous: None, next: None }
    }
}

/// A number with its thousands grouped: `1,204`.
pub fn grouped(number: impl std::fmt::Display) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_how_many_there_are() {
        let paging = Paging { first: 51, last: 100, total: 1204, ..Paging::whole(0, "reports") };
        assert!(paging.to_string().contains("Showing 51–100 of 1,204 reports"), "{paging}");
        assert!(Paging::whole(0, "reports").to_string().contains("No reports"));
        assert!(Paging::whole(3, "alerts").to_string().contains("Showing 1–3 of 3 alerts"));
    }

    #[test]
    fn thousands_are_grouped() {
        let cases = [(0, "0"), (999, "999"), (1204, "1,204"), (1_000_000, "1,000,000")];
        for (number, words) in cases {
            assert_eq!(grouped(number), words);
        }
    }
}
