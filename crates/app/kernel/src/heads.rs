//! The journal's heads outside the database: a file that is only ever appended to. Without it a
//! tail cut off the database could not be seen.
//!
//! Several processes may append to the same file, each under its lock. A line that a crash cut
//! short is ended and written again, whole, on the next one.

use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::PathBuf,
};

use vault::{
    PublicKey,
    chain::{Head, SignedHead},
};

use crate::Internal;

/// The file of heads.
pub(crate) struct Heads {
    path: PathBuf,
    key: PublicKey,
}

/// What the file holds.
#[derive(Default)]
pub(crate) struct Outside {
    /// The genuine heads, by batch.
    pub(crate) heads: BTreeMap<u64, Head>,
    /// The first line that is not a head of this journal: its number, and why.
    pub(crate) wrong: Option<(usize, String)>,
}

/// Much longer than a line.
const TAIL: u64 = 8192;

impl Heads {
    /// The file at a path, whose heads are signed under `key`.
    pub(crate) const fn new(path: PathBuf, key: PublicKey) -> Self {
        Self { path, key }
    }

    fn fault(&self, reason: impl ToString) -> Internal {
        Internal::File { path: self.path.display().to_string(), reason: reason.to_string() }
    }

    fn genuine(&self, line: &str) -> Result<Head, String> {
        let SignedHead { head, signature } = SignedHead::parse_line(line).map_err(|e| e.to_string())?;
        if self.key.verify(&head.bytes(), &signature) {
            Ok(head)
        } else {
            Err(format!("the signature of batch {} does not fit: the line was changed", head.batch))
        }
    }

    /// The last batch in the file; 0 without any.
    pub(crate) fn last(&self) -> Result<u64, Internal> {
        match File::open(&self.path) {
            Ok(mut file) => Ok(self.end(&mut file).map_err(|e| self.fault(e))?.last),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(e) => Err(self.fault(e)),
        }
    }

    /// Appends those of `heads` that follow the last one in the file, and waits until they are on
    /// the disk.
    pub(crate) fn append(&self, heads: &[SignedHead]) -> Result<(), Internal> {
        let write = || {
            let mut file = OpenOptions::new().create(true).read(true).append(true).open(&self.path)?;
            file.lock()?;
            let End { last, cut_short } = self.end(&mut file)?;
            let mut text = String::new();
            for head in heads.iter().filter(|head| head.head.batch > last) {
                text.push_str(if cut_short && text.is_empty() { "\n" } else { "" });
                text.push_str(&head.to_line());
                text.push('\n');
            }
            file.write_all(text.as_bytes())?;
            file.sync_data()
        };
        write().map_err(|e: io::Error| self.fault(e))
    }

    fn end(&self, file: &mut File) -> io::Result<End> {
        let size = file.seek(SeekFrom::End(0))?;
        let mut text = Vec::new();
        file.seek(SeekFrom::Start(size.saturating_sub(TAIL)))?;
        file.read_to_end(&mut text)?;
        let mut found = self.end_of(&text);
        if found.last == 0 && size > TAIL {
            text.clear();
            file.rewind()?;
            file.read_to_end(&mut text)?;
            found = self.end_of(&text);
        }
        Ok(found)
    }

    fn end_of(&self, text: &[u8]) -> End {
        let text = String::from_utf8_lossy(text);
        let last = text.lines().rev().find_map(|line| self.genuine(line).ok()).map_or(0, |head| head.batch);
        End { last, cut_short: !text.is_empty() && !text.ends_with('\n') }
    }

    /// Everything in the file. What a crash cut short is left out.
    pub(crate) fn read(&self) -> Result<Outside, Internal> {
        let mut text = Vec::new();
        match File::open(&self.path).and_then(|mut file| file.read_to_end(&mut text)) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Outside::default()),
            other => other.map_err(|e| self.fault(e))?,
        };
        let text = String::from_utf8_lossy(&text);
        let mut outside = Outside::default();
        let mut lines = text.lines().enumerate().peekable();
        while let Some((i, line)) = lines.next() {
            match self.genuine(line) {
                Ok(head) => {
                    outside.heads.entry(head.batch).or_insert(head);
                }
                Err(_) if lines.peek().is_none() && !text.ends_with('\n') => {}
                Err(_) if lines.peek().is_some_and(|(_, next)| next.starts_with(line)) => {}
                Err(reason) => outside.wrong = outside.wrong.or(Some((i + 1, reason))),
            }
        }
        Ok(outside)
    }
}

/// How the file ends.
struct End {
    /// The last batch; 0 without any.
    last: u64,
    /// Whether the last line has no end: a crash cut it short.
    cut_short: bool,
}

#[cfg(test)]
mod tests {
    use model::{Digest, Entropy, Instant};
    use vault::{Key, Signer};

    use super::*;

    struct Seven;

    impl Entropy for Seven {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    fn signer() -> Signer {
        Signer::from_seed(&Key::generate(&Seven))
    }

    fn chain(count: u8) -> Vec<SignedHead> {
        let mut heads: Vec<SignedHead> = Vec::new();
        for n in 0..count {
            let head = Head::after(
                heads.last().map(|h| &h.head),
                &[Digest([n; 32])],
                Instant::from_micros(n.into()),
            );
            heads.push(SignedHead::new(head.unwrap(), &signer()));
        }
        heads
    }

    #[test]
    fn what_is_there_is_not_written_twice() {
        let folder = tempfile::tempdir().unwrap();
        let heads = Heads::new(folder.path().join("heads"), signer().public());
        assert_eq!(heads.last().unwrap(), 0);
        let chain = chain(40);
        heads.append(&chain[..30]).unwrap();
        assert_eq!(heads.last().unwrap(), 30);
        heads.append(&chain).unwrap();
        heads.append(&chain[..10]).unwrap();
        let text = std::fs::read_to_string(folder.path().join("heads")).unwrap();
        assert_eq!(text.lines().count(), 40);
        let outside = heads.read().unwrap();
        assert_eq!(
            outside.heads.into_values().collect::<Vec<_>>(),
            chain.iter().map(|h| h.head).collect::<Vec<_>>()
        );
        assert_eq!(outside.wrong, None);
    }

    #[test]
    fn a_line_cut_short_at_any_place_is_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("heads");
        let heads = Heads::new(path.clone(), signer().public());
        let chain = chain(3);
        let whole = chain.iter().map(|h| h.to_line() + "\n").collect::<String>();
        let two = whole.len() - chain[2].to_line().len() - 1;
        for cut in two + 1..whole.len() {
            std::fs::write(&path, &whole[..cut]).unwrap();
            assert_eq!(heads.read().unwrap().wrong, None, "{cut}");
            heads.append(&chain).unwrap();
            let outside = heads.read().unwrap();
            assert_eq!((outside.heads.len(), outside.wrong), (3, None), "{cut}");
        }
    }

    #[test]
    fn a_line_that_was_changed_is_named_and_counts_for_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("heads");
        let heads = Heads::new(path.clone(), signer().public());
        let chain = chain(3);
        let mut forged = chain.clone();
        forged[2].head.batch = 900;
        let text = forged.iter().map(|h| h.to_line() + "\n").collect::<String>();
        std::fs::write(&path, &text).unwrap();
        assert_eq!(heads.last().unwrap(), 2);
        let (line, reason) = heads.read().unwrap().wrong.unwrap();
        assert_eq!(line, 3);
        assert!(reason.contains("signature of batch 900"), "{reason}");
        std::fs::write(&path, text.replacen("sagip-head-1 2 ", "sagip-head-1 two ", 1)).unwrap();
        let (line, reason) = heads.read().unwrap().wrong.unwrap();
        assert_eq!(line, 2);
        assert!(reason.contains("batch"), "{reason}");
    }
}
