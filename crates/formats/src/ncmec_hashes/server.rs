//! A small model of the service, for tests: a moving set of entries, answered page by page out of
//! order, with bursts, entries that show late, addresses that go stale and answers that go wrong.

use std::collections::BTreeMap;

use model::{Instant, Span};

/// What an entry became at a second, and when that began to show.
#[derive(Clone, Debug)]
pub(super) struct Version {
    pub(super) at: i64,
    pub(super) shows_at: i64,
    /// `None` when it was deleted.
    pub(super) md5: Option<u8>,
}

/// What goes wrong with one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    None,
    Silent,
    CutOff,
    /// The page before the one asked for.
    PageBefore,
    /// A page of the web.
    Html,
    /// The page leads back to the first.
    Circle,
    /// The page has older versions of its entries as well, behind the present ones.
    OldToo,
}

#[derive(Debug)]
pub(super) struct Server {
    pub(super) entries: BTreeMap<u8, Vec<Version>>,
    pub(super) page: usize,
    /// Whether the bounds of a window belong to it.
    pub(super) bounds: (bool, bool),
    pub(super) cursor_life: Span,
    pub(super) faults: Vec<Fault>,
    pub(super) asked: usize,
    cursors: Vec<Cursor>,
}

/// The entries of a window as they stood when it was opened.
#[derive(Debug)]
struct Cursor {
    opened: Instant,
    items: Vec<(u8, String)>,
    window: String,
}

impl Server {
    pub(super) fn new(page: usize, bounds: (bool, bool), faults: Vec<Fault>) -> Self {
        let cursor_life = Span::hours(12);
        Self { entries: BTreeMap::new(), page, bounds, cursor_life, faults, asked: 0, cursors: Vec::new() }
    }

    /// What stands at the end.
    pub(super) fn present(&self) -> BTreeMap<u8, u8> {
        let last = |versions: &Vec<Version>| versions.last().and_then(|version| version.md5);
        self.entries.iter().filter_map(|(key, versions)| Some((*key, last(versions)?))).collect()
    }

    /// The answer to a path, if there is one.
    pub(super) fn answer(&mut self, path: &str, now: Instant) -> Option<Vec<u8>> {
        self.asked += 1;
        let fault = self.faults.pop().unwrap_or(Fault::None);
        let query: BTreeMap<&str, &str> = path
            .strip_prefix("/v2/entries?")
            .unwrap()
            .split('&')
            .map(|pair| pair.split_once('=').unwrap())
            .collect();
        let (cursor, start) = match query.get("cursor") {
            Some(cursor) => (cursor.parse().unwrap(), query["start"].parse().unwrap()),
            None => (self.open(&query, now), 0),
        };
        let Cursor { opened, items, window } = &self.cursors[cursor];
        let stale = *opened + self.cursor_life < now;
        let start = if fault == Fault::PageBefore { usize::saturating_sub(start, self.page) } else { start };
        let end = items.len().min(start + self.page);
        let mut shown: String = items[start..end].iter().map(|(_, item)| item.as_str()).collect();
        if fault == Fault::OldToo {
            for (key, item) in &items[start..end] {
                let first = &self.entries[key][0];
                let older = self.entries[key].last().is_some_and(|last| first.at < last.at);
                shown.extend(older.then(|| element(*key, first)).filter(|older| older != item));
            }
        }
        if stale {
            shown.clear();
        }
        let next = match fault {
            _ if stale || end >= items.len() => String::new(),
            Fault::Circle => {
                format!("<paging><next>/v2/entries?{window}&amp;start=0&amp;cursor={cursor}</next></paging>")
            }
            _ => format!(
                "<paging><next>/v2/entries?{window}&amp;start={end}&amp;cursor={cursor}</next></paging>"
            ),
        };
        let whole = format!(
            "<queryResult xmlns=\"{}\"><images count=\"1\">{shown}</images>{next}</queryResult>",
            super::NAMESPACE
        );
        match fault {
            Fault::Silent => None,
            Fault::CutOff => Some(whole.as_bytes()[..whole.len() * 2 / 3].to_vec()),
            Fault::Html => Some(b"<html><body>Synthetic maintenance</body></html>".to_vec()),
            _ => Some(whole.into_bytes()),
        }
    }

    fn open(&mut self, query: &BTreeMap<&str, &str>, now: Instant) -> usize {
        let second = |name: &str| {
            let text = query[name].replace("%3A", ":");
            assert!(text.ends_with('Z'), "{text}");
            Instant::parse(&text).unwrap().micros() / 1_000_000
        };
        let (from, to, now_second) = (second("from"), second("to"), now.micros() / 1_000_000);
        let within =
            |at: i64| (at > from || self.bounds.0 && at == from) && (at < to || self.bounds.1 && at == to);
        let mut items: Vec<(u64, (u8, String))> = Vec::new();
        for (key, versions) in &self.entries {
            let shown = versions.iter().rev().find(|version| version.shows_at <= now_second);
            if let Some(version) = shown.filter(|version| within(version.at)) {
                // An order that has nothing to do with time, and differs from window to window.
                let order =
                    (u64::from(*key) + self.asked as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23);
                items.push((order, (*key, element(*key, version))));
            }
        }
        items.sort();
        let window = format!("from={}&amp;to={}", query["from"], query["to"]);
        let items = items.into_iter().map(|(_, item)| item).collect();
        self.cursors.push(Cursor { opened: now, items, window });
        self.cursors.len() - 1
    }
}

fn element(key: u8, version: &Version) -> String {
    let at = Instant::from_micros(version.at * 1_000_000);
    let head = format!(
        "<member id=\"{}\">Synthetic Member</member><timestamp>{at}</timestamp><id>synthetic{key}</id>",
        key % 3
    );
    match version.md5 {
        Some(md5) => {
            let md5 = format!("{md5:02x}").repeat(16);
            format!(
                "<image>{head}<classification>A1</classification><fingerprints><md5>{md5}</md5></fingerprints></image>"
            )
        }
        None => format!("<deletedImage>{head}</deletedImage>"),
    }
}
