//! Hash lists and VICS media sets in a file or a folder, read like an exchange.
//!
//! The checkpoint has the SHA-256 of every file that has been read. A file whose SHA-256 is another
//! is read anew, whole ([`Census`]): what is no longer in it is no longer shared, nor is what was in
//! a file that is gone. A file that cannot be read is told of once, what an earlier version of it
//! shared stays, and it is tried again when it has changed.
//!
//! An entry's key is the file's name and a digest of all that the row says, so that equal rows are
//! one entry and nothing of different rows is lost.

mod entries;

use std::{
    collections::{BTreeMap, VecDeque},
    fs, io,
    path::{Path, PathBuf},
};

use formats::Reject;
use model::Digest;
use serde::{Deserialize, Serialize};

use self::entries::{Entries, OpenError, digest_of};
use crate::{Census, Exchange, ExchangeError, Standing, State, Step, Subject, Update, checkpoint};

/// What the checkpoints are called.
const SOURCE: &str = "lists";
/// How many entries a step has at most.
const BATCH: usize = 5000;

/// Hash lists (delimited text) and media sets (VICS JSON) in a file or a folder.
#[derive(Debug)]
pub struct ListFiles {
    place: PathBuf,
    name: String,
    subject: Subject,
    /// The checkpoint of the last step: what is under way belongs to it.
    last: Option<Vec<u8>>,
    /// The files of the pass under way that are still to be looked at.
    waiting: Option<VecDeque<String>>,
    open: Option<(Reading, Entries)>,
}

/// How far the files have been read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Progress {
    read: BTreeMap<String, Digest>,
    refused: BTreeMap<String, Digest>,
    reading: Option<Reading>,
}

/// A file being read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reading {
    file: String,
    digest: Digest,
    /// How many of its entries and rejects have been given.
    given: u64,
}

impl Reading {
    /// What its keys are marked with: a part of the digest, so that entries of one version of the
    /// file have one mark and those of another have another.
    fn census(&self, whole: bool) -> Census {
        let mark = self.digest.0.iter().take(8).fold(0, |mark, byte| mark << 8 | i64::from(*byte));
        Census { scope: scope(&self.file), mark, whole }
    }
}

impl ListFiles {
    /// The lists of a file, or of the files right in a folder but hidden ones; the operator says what
    /// they are of.
    pub fn new(place: PathBuf, subject: Subject) -> Self {
        let name = format!("lists in {}", place.display());
        Self { place, name, subject, last: None, waiting: None, open: None }
    }

    /// The names of the files there are.
    fn names(&self) -> Result<Vec<String>, ExchangeError> {
        let failed = |error| file_error(&self.place, error);
        if !fs::metadata(&self.place).map_err(failed)?.is_dir() {
            return Ok(vec![file_name(&self.place)?]);
        }
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.place).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if fs::metadata(&path).is_ok_and(|file| file.is_file()) {
                names.push(file_name(&path)?);
            }
        }
        names.retain(|name| !name.starts_with('.'));
        names.sort();
        Ok(names)
    }

    fn path(&self, file: &str) -> PathBuf {
        if self.place.is_dir() { self.place.join(file) } else { self.place.clone() }
    }

    /// The file to begin, or the step that says what became of one.
    fn next_file(&mut self, progress: &Progress) -> Result<Option<Result<Reading, Step>>, ExchangeError> {
        let mut waiting = match self.waiting.take() {
            Some(waiting) => waiting,
            None => {
                let names = self.names()?;
                if names.is_empty() && progress.read.len() + progress.refused.len() > 0 {
                    return Err(file_error(&self.place, emptied()));
                }
                let known = progress.read.keys().chain(progress.refused.keys());
                if let Some(gone) = known.clone().find(|known| !names.contains(known)) {
                    return Ok(Some(Err(forget(progress.clone(), gone))));
                }
                names.into()
            }
        };
        while let Some(file) = waiting.pop_front() {
            let path = self.path(&file);
            let digest = match digest_of(&path) {
                Ok(digest) => digest,
                // It went away while this went through the folder; the next pass says so.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => {
                    self.waiting = Some(waiting);
                    return Ok(Some(Err(unread(progress, &file, &error))));
                }
            };
            let known =
                progress.read.get(&file) == Some(&digest) || progress.refused.get(&file) == Some(&digest);
            if !known {
                self.waiting = Some(waiting);
                return Ok(Some(Ok(Reading { file, digest, given: 0 })));
            }
        }
        Ok(None)
    }

    /// The next batch of a file.
    fn batch(&mut self, mut progress: Progress, mut reading: Reading) -> Result<Step, ExchangeError> {
        let path = self.path(&reading.file);
        let mut entries = match self.open.take() {
            Some((open, entries)) if open == reading => entries,
            _ => match Entries::open(&path, reading.given) {
                Ok(entries) => entries,
                Err(OpenError::Io(error)) if error.kind() == io::ErrorKind::NotFound => {
                    return Ok(forget(progress, &reading.file));
                }
                Err(OpenError::Io(error)) => return Ok(unread(&progress, &reading.file, &error)),
                Err(OpenError::NotAList(reason)) => {
                    let reject = whole_file(&reading.file, reason);
                    return Ok(refuse(progress, &reading, Vec::new(), vec![reject]));
                }
            },
        };
        let (mut updates, mut rejects) = (Vec::new(), Vec::new());
        while updates.len() + rejects.len() < BATCH {
            match entries.next() {
                Some(Ok((identity, details))) => {
                    let key = format!("{}{identity}", scope(&reading.file));
                    updates.push(Update { key, at: None, state: State::Shared(details) });
                }
                Some(Err(reject)) if reject.fatal => {
                    rejects.push(reject);
                    if digest_of(&path).is_ok_and(|digest| digest == reading.digest) {
                        return Ok(refuse(progress, &reading, updates, rejects));
                    }
                    return Ok(self.changed(progress, reading, updates, rejects));
                }
                Some(Err(reject)) => rejects.push(reject),
                None => return Ok(self.finish(progress, reading, updates, rejects, &entries)),
            }
        }
        reading.given = entries.given();
        progress.reading = Some(reading.clone());
        let step = step(&progress, updates, rejects, Some(reading.census(false)));
        self.open = Some((reading, entries));
        Ok(step)
    }

    /// The last batch of a file: if it is still the one that was begun.
    fn finish(
        &mut self,
        mut progress: Progress,
        reading: Reading,
        updates: Vec<Update>,
        rejects: Vec<Reject>,
        entries: &Entries,
    ) -> Step {
        if entries.digest() != reading.digest {
            return self.changed(progress, reading, updates, rejects);
        }
        let census = reading.census(true);
        progress.refused.remove(&reading.file);
        progress.read.insert(reading.file, reading.digest);
        step(&progress, updates, rejects, Some(census))
    }

    /// What was read of a file that is another in the meantime: it is read again.
    fn changed(
        &mut self,
        mut progress: Progress,
        reading: Reading,
        updates: Vec<Update>,
        rejects: Vec<Reject>,
    ) -> Step {
        progress.refused.remove(&reading.file);
        progress.read.remove(&reading.file);
        let path = self.path(&reading.file).display().to_string();
        let step = step(&progress, updates, rejects, Some(reading.census(false)));
        if let Some(waiting) = &mut self.waiting {
            waiting.push_front(reading.file);
        }
        Step { trouble: Some(ExchangeError::Changed { path }), ..step }
    }
}

impl Exchange for ListFiles {
    fn name(&self) -> &str {
        &self.name
    }

    fn subject(&self) -> Subject {
        self.subject
    }

    fn step(&mut self, checkpoint: Option<&[u8]>) -> Result<Option<Step>, ExchangeError> {
        let mut progress: Progress = match checkpoint {
            Some(bytes) => checkpoint::read(&self.name, SOURCE, bytes)?,
            None => Progress::default(),
        };
        if self.last.take().as_deref() != checkpoint {
            // The last step was not kept: what is under way is not what the checkpoint says.
            (self.waiting, self.open) = (None, None);
        }
        let step = match progress.reading.take() {
            Some(reading) => self.batch(progress, reading)?,
            None => match self.next_file(&progress)? {
                None => return Ok(None),
                Some(Err(step)) => step,
                Some(Ok(reading)) => self.batch(progress, reading)?,
            },
        };
        self.last = Some(step.checkpoint.clone());
        Ok(Some(step))
    }
}

fn step(progress: &Progress, updates: Vec<Update>, rejects: Vec<Reject>, census: Option<Census>) -> Step {
    let checkpoint = checkpoint::write(SOURCE, progress);
    Step { updates, rejects, census, checkpoint, standing: Standing::Underway, trouble: None }
}

/// Says that nothing of a file is shared any more.
fn forget(mut progress: Progress, file: &str) -> Step {
    progress.read.remove(file);
    progress.refused.remove(file);
    step(&progress, Vec::new(), Vec::new(), Some(Census { scope: scope(file), mark: 0, whole: true }))
}

/// Says that the system does not let a file be read now. Nothing of it changes, and every run says
/// so until it can be.
fn unread(progress: &Progress, file: &str, error: &io::Error) -> Step {
    let reason = format!("{error}; check that this user may read it");
    step(progress, Vec::new(), vec![whole_file(file, reason)], None)
}

/// Says that a file cannot be read, or no further, and keeps what it shared. It counts as read no
/// more, so that going back to the version before cleans up what was taken of this one.
fn refuse(mut progress: Progress, reading: &Reading, updates: Vec<Update>, rejects: Vec<Reject>) -> Step {
    progress.read.remove(&reading.file);
    progress.refused.insert(reading.file.clone(), reading.digest);
    step(&progress, updates, rejects, Some(reading.census(false)))
}

/// What the keys of a file's entries begin with. A file's name has no slash in it, so no scope is
/// the beginning of another.
fn scope(file: &str) -> String {
    format!("{file}/")
}

fn file_name(path: &Path) -> Result<String, ExchangeError> {
    let name = path.file_name().and_then(|name| name.to_str());
    let not_unicode =
        || io::Error::new(io::ErrorKind::InvalidInput, "expected a name in Unicode: rename the file");
    name.map(str::to_owned).ok_or_else(|| file_error(path, not_unicode()))
}

fn file_error(path: &Path, error: io::Error) -> ExchangeError {
    ExchangeError::File { path: path.display().to_string(), reason: error.to_string() }
}

/// A folder that is not mounted must not withdraw every list.
fn emptied() -> io::Error {
    io::Error::other(
        "there were lists in this folder and now there is none, so nothing is taken away; if that is meant, remove this source",
    )
}

fn whole_file(file: &str, reason: String) -> Reject {
    let (path, field, raw) = (file.to_owned(), String::new(), String::new());
    Reject { ordinal: 0, line: 1, path, field, reason, raw, fatal: true }
}
