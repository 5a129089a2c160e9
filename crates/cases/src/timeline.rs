//! The timeline of a case: one line per event, from several sources, in one order.
//!
//! Entries are ordered by time, then by kind in the order of the vocabulary, then by sentence, so that a page shows the
//! same order every time wherever the entries came from. The same entry told by two sources stands once.

use std::{collections::BTreeMap, fmt};

use model::{CivilDate, Instant};
use reports::words;
use serde::{Deserialize, Serialize};

words! {
    /// What a line is about. Of two lines of the same moment the earlier kind comes first.
    pub enum TimelineKind: "a kind of line" {
        /// A report was received, linked or decided on.
        Report = "report", "report";
        /// An alert.
        Alert = "alert", "alert";
        /// A payment, call or message.
        Event = "event", "payment, call or message";
        /// The case was opened, or a track moved.
        Track = "track", "track";
        /// A person was added, or their role changed.
        Person = "person", "person";
        /// A statement was made.
        Statement = "statement", "statement";
        /// A filing moved.
        Filing = "filing", "filing";
        /// A clock began, was met or was breached.
        Clock = "clock", "clock";
        /// A task.
        Task = "task", "task";
        /// A note.
        Note = "note", "note";
    }
}

/// A line of the timeline. The order of the fields is the order of lines.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// When.
    pub at: Instant,
    /// What it is about.
    pub kind: TimelineKind,
    /// What happened, in a sentence.
    pub sentence: String,
    /// The record it opens into, such as `report:0192f0c1-…`.
    pub record: Option<String>,
}

impl fmt::Debug for TimelineEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TimelineEntry({}, {}, …)", self.at, self.kind)
    }
}

/// The entries of several sources in one order, each once.
pub fn merged(sources: impl IntoIterator<Item = Vec<TimelineEntry>>) -> Vec<TimelineEntry> {
    let mut entries: Vec<_> = sources.into_iter().flatten().collect();
    entries.sort();
    entries.dedup();
    entries
}

/// A day of the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineDay<'a> {
    /// The day.
    pub day: CivilDate,
    /// Its entries, in order.
    pub entries: Vec<&'a TimelineEntry>,
}

/// Entries grouped by calendar day in a zone of the IANA database. `None` for an unknown zone.
pub fn by_day<'a>(entries: &'a [TimelineEntry], zone: &str) -> Option<Vec<TimelineDay<'a>>> {
    let mut days: BTreeMap<CivilDate, Vec<&TimelineEntry>> = BTreeMap::new();
    for entry in entries {
        days.entry(entry.at.day_in(zone)?).or_default().push(entry);
    }
    let day = |(day, mut entries): (CivilDate, Vec<&'a TimelineEntry>)| {
        entries.sort();
        TimelineDay { day, entries }
    };
    Some(days.into_iter().map(day).collect())
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample};

    use super::*;

    fn entry(at: &str, kind: TimelineKind, sentence: &str) -> TimelineEntry {
        TimelineEntry { at: Instant::parse(at).unwrap(), kind, sentence: sentence.to_owned(), record: None }
    }

    #[test]
    fn lines_of_one_moment_stand_in_the_order_of_kinds() {
        let at = "2026-11-21T00:00:00Z";
        let note = entry(at, TimelineKind::Note, "A synthetic note.");
        let report = entry(at, TimelineKind::Report, "Z synthetic report.");
        assert_eq!(merged([vec![note.clone(), report.clone()], vec![report.clone()]]), [report, note]);
    }

    #[test]
    fn days_are_those_of_the_zone() {
        let entries = [
            entry("2026-11-20T15:59:00Z", TimelineKind::Note, "Synthetic, before midnight in Manila."),
            entry("2026-11-20T16:00:00Z", TimelineKind::Note, "Synthetic, at midnight in Manila."),
        ];
        let days = |zone| {
            by_day(&entries, zone).unwrap().into_iter().map(|day| day.day.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(days("Asia/Manila"), ["2026-11-20", "2026-11-21"]);
        assert_eq!(days("UTC"), ["2026-11-20"]);
        assert_eq!(by_day(&entries, "Synthetic/Zone"), None);
    }

    #[test]
    fn sentences_stay_out_of_debug() {
        let entry = entry("2026-11-20T15:59:00Z", TimelineKind::Person, "Synthetic secret.");
        assert!(!format!("{entry:?}").contains("secret"));
    }

    fn any_entry() -> impl Strategy<Value = TimelineEntry> {
        (0_i64..20, sample::select(TimelineKind::ALL), "[a-c]").prop_map(|(at, kind, sentence)| {
            TimelineEntry { at: Instant::from_micros(at), kind, sentence, record: None }
        })
    }

    proptest! {
        /// However entries are spread over sources, the timeline is the same, ordered, and loses nothing.
        #[test]
        fn merging_does_not_depend_on_the_sources(entries in vec(any_entry(), 0..40), cut in 0_usize..40) {
            let (left, right) = entries.split_at(cut.min(entries.len()));
            let one = merged([left.to_vec(), right.to_vec()]);
            prop_assert_eq!(&one, &merged([right.to_vec(), left.to_vec(), left.to_vec()]));
            prop_assert!(one.is_sorted_by(|a, b| a < b));
            prop_assert!(entries.iter().all(|entry| one.contains(entry)));
            let days = by_day(&one, "Asia/Manila").unwrap();
            prop_assert_eq!(days.iter().map(|day| day.entries.len()).sum::<usize>(), one.len());
        }
    }
}
