//! A small model of the exchange, for tests: records that change while they are read page by page
//! in an order that has nothing to do with time, tokens that go stale, answers that go wrong.

use std::collections::BTreeMap;

use model::{Instant, Span};
use serde_json::json;

/// What a record became at a second, and when that began to show.
#[derive(Clone, Debug)]
pub(super) struct Version {
    pub(super) at: i64,
    pub(super) shows_at: i64,
    pub(super) status: &'static str,
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
    /// The page leads back to the second.
    Circle,
}

#[derive(Debug)]
pub(super) struct Server {
    pub(super) records: BTreeMap<u8, Vec<Version>>,
    pub(super) page: usize,
    /// Whether what was changed in the very second asked for belongs to the answer.
    pub(super) inclusive: bool,
    pub(super) faults: Vec<Fault>,
    pub(super) asked: usize,
}

impl Server {
    /// How each stands at the end.
    pub(super) fn standing(&self) -> BTreeMap<u8, &'static str> {
        let last = |versions: &Vec<Version>| versions.last().map(|version| version.status);
        self.records.iter().filter_map(|(key, versions)| Some((*key, last(versions)?))).collect()
    }

    /// The answer to a path, if there is one.
    pub(super) fn answer(&mut self, path: &str, now: Instant) -> Option<Vec<u8>> {
        self.asked += 1;
        let fault = self.faults.pop().unwrap_or(Fault::None);
        let second = now.micros() / 1_000_000;
        let query: BTreeMap<&str, &str> = path
            .strip_prefix("/FetchHashes?")
            .unwrap()
            .split('&')
            .map(|pair| pair.split_once('=').unwrap())
            .collect();
        let start: i64 = query["startTimestamp"].parse().unwrap();
        assert_eq!(query["pageSize"], "800");
        // A token: the first keys of the page before and of this one, when the pass was opened and when
        // the token was given.
        let token = query.get("nextPageToken").map(|token| token.replace("%3A", ":").replace("%2B", "+"));
        let (before, from, opened, issued) = match &token {
            None => (0, 0, second, second),
            Some(token) => {
                let parts: Vec<i64> = token
                    .strip_prefix("+RID:")
                    .unwrap()
                    .split(':')
                    .map(|part| part.parse().unwrap())
                    .collect();
                (parts[0], parts[1], parts[2], parts[3])
            }
        };
        let older = |since: i64, life: Span| at(since) + life < now;
        let stale = older(issued, Span::hours(1)) || older(opened, Span::hours(12));
        let from = if fault == Fault::PageBefore { before } else { from };
        let mut shown = Vec::new();
        for (key, versions) in self.records.range(u8::try_from(from).unwrap_or(255)..) {
            let version = versions.iter().rev().find(|version| version.shows_at <= second);
            let within = |at: i64| at > start || self.inclusive && at == start;
            if let Some(version) = version.filter(|version| within(version.at)) {
                shown.push((*key, version));
            }
        }
        let more = shown.len() > self.page && !stale;
        let next = shown.get(self.page).map(|(key, _)| i64::from(*key)).unwrap_or_default();
        shown.truncate(if stale { 0 } else { self.page });
        let next = match fault {
            Fault::Circle => format!("+RID:0:1:{opened}:{second}"),
            Fault::PageBefore if token.is_some() => token.unwrap_or_default(),
            _ => format!("+RID:{from}:{next}:{opened}:{second}"),
        };
        let records: Vec<_> = shown
            .iter()
            .map(|(key, version)| {
                json!({"lastModtimestamp": version.at, "hashValue": format!("{key:02x}").repeat(16), "hashStatus": version.status,
                    "signalType": "VideoMD5", "caseNumbers": {"synthetic": version.status}})
            })
            .collect();
        let latest = shown.iter().map(|(_, version)| version.at).max().unwrap_or(second);
        let whole = json!({"count": records.len(), "nextSetTimestamp": latest, "nextPageToken": more.then_some(next),
            "hasMoreRecords": more, "hashRecords": records});
        let whole = whole.to_string().into_bytes();
        match fault {
            Fault::Silent => None,
            Fault::CutOff => Some(whole[..whole.len() * 2 / 3].to_vec()),
            Fault::Html => Some(b"<html>Synthetic maintenance</html>".to_vec()),
            _ => Some(whole),
        }
    }
}

const fn at(second: i64) -> Instant {
    Instant::from_micros(second * 1_000_000)
}
