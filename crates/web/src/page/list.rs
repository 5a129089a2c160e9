//! What every long list has: a filter that is a plain form, and paging by key that says how many.

use askama::Template;

use super::routes::encode;

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
    /// The address of the first page, where this is another.
    pub start: Option<String>,
    /// The address of the page after.
    pub next: Option<String>,
}

impl Paging {
    /// A list that is shown whole.
    pub fn whole(rows: usize, noun: &str) -> Self {
        let total = rows as u64;
        Self { first: total.min(1), last: total, total, noun: noun.to_owned(), start: None, next: None }
    }

    /// A page of a list that is read on by key. `seen` rows came before it; `query` is the list's
    /// address with its filter, and `after` where the next page begins.
    pub fn page(query: &str, seen: u64, rows: usize, total: u64, noun: &str, after: Option<&str>) -> Self {
        let rows = rows as u64;
        let joint = if query.contains('?') { '&' } else { '?' };
        let last = seen.saturating_add(rows);
        Self {
            first: if rows == 0 { 0 } else { seen.saturating_add(1) },
            last: if rows == 0 { 0 } else { last },
            total,
            noun: noun.to_owned(),
            start: (seen > 0).then(|| query.to_owned()),
            next: after.map(|after| format!("{query}{joint}after={}&seen={last}", encode(after))),
        }
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
    fn a_list_is_read_on_by_key_and_keeps_its_filter() {
        let paging = Paging::page("/queue?level=1", 50, 50, 1204, "reports", Some("1_2_3"));
        assert_eq!((paging.first, paging.last), (51, 100));
        assert_eq!(paging.next.as_deref(), Some("/queue?level=1&after=1_2_3&seen=100"));
        assert_eq!(paging.start.as_deref(), Some("/queue?level=1"));
        let paging = Paging::page("/queue", 0, 0, 0, "reports", None);
        assert_eq!((paging.first, paging.start, paging.next), (0, None, None));
    }

    #[test]
    fn thousands_are_grouped() {
        let cases = [(0, "0"), (999, "999"), (1204, "1,204"), (1_000_000, "1,000,000")];
        for (number, words) in cases {
            assert_eq!(grouped(number), words);
        }
    }
}
