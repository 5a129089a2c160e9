//! What the targets of formats share: the laws of reading, and how a target is written down.

use std::{fmt::Debug, path::Path};

use formats::{Record, Reject};

use super::{LITTLE, Taking, Target};

/// A target without checksums.
pub(super) const fn target(
    name: &'static str,
    seeds: fn() -> anyhow::Result<Vec<Vec<u8>>>,
    words: &'static [&'static str],
    taking: fn(&Path) -> anyhow::Result<Taking>,
) -> Target {
    Target { name, seeds, words, mend: None, most_bytes: LITTLE, taking }
}

/// What was read, without the refusals.
pub(super) fn values<T>(read: Vec<Result<Record<T>, Reject>>) -> Vec<T> {
    read.into_iter().flatten().map(|record| record.value).collect()
}

/// Nothing follows a refusal that says that reading cannot go on, and none carries more than it may.
pub(super) fn ends_after_fatal<T>(read: &[Result<Record<T>, Reject>]) -> Result<(), String> {
    let last = read.len().saturating_sub(1);
    for (place, one) in read.iter().enumerate() {
        if let Err(reject) = one {
            if reject.fatal && place < last {
                return Err(format!("reading went on after “{reject}”"));
            }
            if reject.raw.len() > formats::RAW_LIMIT {
                return Err(format!("a refusal carries {} bytes", reject.raw.len()));
            }
        }
    }
    Ok(())
}

/// Whether two ways came to the same; if so, `Ok(true)`.
pub(super) fn same<T: PartialEq + Debug>(found: &T, expected: &T) -> Result<bool, String> {
    if found == expected {
        return Ok(true);
    }
    let short = |text: String| text.chars().take(1500).collect::<String>();
    Err(format!("{} is not {}", short(format!("{found:?}")), short(format!("{expected:?}"))))
}
