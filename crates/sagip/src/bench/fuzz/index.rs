//! Target: the folder of an index. Damaged files give an error or an index that holds exactly what some
//! whole beginning of its changes makes; never a crash, and never a match that is none.
//!
//! An input says what is done to the files, seven bytes a change, so that every input does something.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use matching::near::{
    Change, Hash256, Index,
    sample::{Sequence, clustered},
};

use super::{Taking, Target};

/// Where the checksum of a base's header stands.
const HEADER: usize = 512;

pub(super) const NEAR_INDEX: Target = Target {
    name: "near-index",
    seeds: || {
        Ok(vec![
            Vec::new(),
            vec![1],
            // A bit of a small base's rows, which only verifying finds, and the end of the log cut off.
            vec![0, 0, 0, 4, 0, 0, 0, 1],
            vec![0, 1, 200, 0, 0, 0, 2, 0],
        ])
    },
    words: &["\0\u{1}\0\0\0\0\u{1}", "\0\0\u{8}\0\0\0\u{1}", "\u{1}\0\0\0\0\0\u{2}"],
    mend: None,
    most_bytes: 320 * 1024 * 1024,
    taking,
};

type Pairs = BTreeSet<(Hash256, u64)>;

/// A folder as it was written, and what it may come to hold.
struct Kept {
    files: Vec<(PathBuf, Vec<u8>)>,
    /// After each change of the log, none first.
    states: Vec<Pairs>,
    hashes: Vec<Hash256>,
}

fn taking(folder: &Path) -> anyhow::Result<Taking> {
    // One base without tables, one with them.
    let kept =
        [(300, 1), (2100, 2)].map(|(rows, seed)| keep(&folder.join(format!("kept-{rows}")), rows, seed));
    let [small, large] = kept;
    let (small, large) = (small?, large?);
    let damaged = folder.join("damaged");
    Ok(Box::new(move |bytes| {
        let (first, rest) = bytes.split_first().map_or((0, bytes), |(first, rest)| (*first, rest));
        take(if first % 8 == 1 { &large } else { &small }, first & 0x80 != 0, rest, &damaged)
            .map_err(|reason| format!("{reason:#}"))
    }))
}

fn keep(folder: &Path, rows: usize, seed: u64) -> anyhow::Result<Kept> {
    let _ = fs::remove_dir_all(folder);
    let hashes = clustered(rows, seed);
    let index = Index::open(folder)?;
    let pairs: Vec<_> = hashes.iter().zip(0..).map(|(hash, tag)| (*hash, tag)).collect();
    index.load(pairs.clone())?;
    let mut now: Pairs = pairs.into_iter().collect();
    let mut states = vec![now.clone()];
    let mut all = hashes.clone();
    let mut changes = Vec::new();
    let mut chance = Sequence::new(seed);
    for tag in 0..24_u64 {
        let hash = chance.hash();
        let change = if tag % 3 == 0 {
            let (hash, tag) = now.iter().nth(chance.below(now.len())).copied().unwrap_or((hash, tag));
            now.remove(&(hash, tag));
            Change::Remove(hash, tag)
        } else {
            all.push(hash);
            now.insert((hash, 1_000_000 + tag));
            Change::Add(hash, 1_000_000 + tag)
        };
        changes.push(change);
        states.push(now.clone());
    }
    index.apply(&changes)?;
    drop(index);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        files.push((path.file_name().unwrap_or_default().into(), fs::read(&path)?));
    }
    files.retain(|(_, bytes)| !bytes.is_empty());
    files.sort();
    Ok(Kept { files, states, hashes: all })
}

fn take(kept: &Kept, mend: bool, edits: &[u8], folder: &Path) -> anyhow::Result<bool> {
    let mut files = kept.files.clone();
    for edit in edits.chunks_exact(7).take(64) {
        let &[file, a, b, c, d, what, value] = edit else { continue };
        let count = files.len();
        let Some((_, bytes)) = files.get_mut(usize::from(file) % count.max(1)) else { continue };
        let at = u32::from_le_bytes([a, b, c, d]) as usize % (bytes.len() + 1);
        match what % 6 {
            0 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= value.max(1);
                }
            }
            1 => bytes.iter_mut().skip(at).take(8).for_each(|byte| *byte = value),
            2 => bytes.truncate(at),
            3 => bytes.extend(std::iter::repeat_n(value, at.min(5000))),
            4 => bytes.iter_mut().skip(at / 512 * 512).take(512).for_each(|byte| *byte = 0),
            _ => drop(bytes.drain(at..(at + usize::from(value)).min(bytes.len()))),
        }
    }
    let touched = files != kept.files;
    // With a header that was made to look right nothing is promised but composure.
    let mut forged = false;
    if mend {
        for ((_, bytes), (_, before)) in files.iter_mut().zip(&kept.files) {
            if bytes.len() >= HEADER && before.len() > HEADER && bytes.get(..HEADER) != before.get(..HEADER) {
                let sum = crc32fast::hash(bytes.get(..HEADER - 4).unwrap_or_default());
                bytes.splice(HEADER - 4..HEADER, sum.to_le_bytes());
                forged = true;
            }
        }
    }
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder)?;
    for (name, bytes) in &files {
        fs::write(folder.join(name), bytes)?;
    }
    let index = match Index::open(folder) {
        Ok(index) => index,
        Err(_) if touched => return Ok(false),
        Err(problem) => anyhow::bail!("an index that is whole is refused: {problem}"),
    };
    let whole = index.verify().is_ok();
    let mut found = Pairs::new();
    for hash in &kept.hashes {
        for one in index.query(*hash, 0) {
            found.insert((one.hash, one.tag));
        }
    }
    // A damaged base may be met by any query: near, far and turned.
    for hash in kept.hashes.iter().step_by(kept.hashes.len().div_ceil(7)) {
        let _ = index.query_any(&[*hash; 8], 31);
        let _ = index.query(*hash, 60);
    }
    let _ = index.add(Hash256::from_words([1, 2, 3, 4]), 5).and_then(|_| index.compact());
    if whole && !forged {
        anyhow::ensure!(
            kept.states.contains(&found),
            "it verifies and holds {} pairs that no beginning of its changes makes",
            found.len()
        );
        anyhow::ensure!(touched || kept.states.last() == Some(&found), "an index that is whole lost changes");
    }
    Ok(true)
}
