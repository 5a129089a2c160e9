//! The folder an index is kept in.
//!
//! `base-N` holds everything up to generation `N`; `log-N` the changes after it. A new base is begun
//! by beginning `log-N+1`, is written under a name ending in `.part`, synced, renamed, and only then
//! are `base-N` and `log-N` removed. Whatever moment a crash comes at, the highest base and the logs
//! from its generation on are the whole index.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::Write,
    path::{Path, PathBuf},
};

use super::{
    Change, Error,
    base::Base,
    build::Rows,
    layout::Sketch,
    log::{self, Log},
};

const BASE: &str = "base-";
const LOG: &str = "log-";
const PART: &str = "part";

/// A folder that this process alone has open.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// Held as long as the folder is open.
    _lock: File,
    log: Log,
    /// The generation of the log that is written to.
    generation: u64,
}

/// What a folder held.
pub(crate) struct Opened {
    pub(crate) folder: Folder,
    /// None in a folder whose first base is still to come.
    pub(crate) base: Option<Base>,
    pub(crate) changes: Vec<Change>,
}

impl Folder {
    /// Opens a folder, which is made if it does not exist.
    pub(crate) fn open(path: &Path) -> Result<Opened, Error> {
        fs::create_dir_all(path).map_err(Error::io("make", path))?;
        let lock = lock(path)?;
        let (bases, mut logs) = generations(path)?;
        let base = bases.last().map(|generation| open_base(path, *generation)).transpose()?;
        let from = bases.last().copied().unwrap_or(0);
        logs.retain(|generation| *generation >= from);
        if logs.is_empty() && base.is_none() {
            begin_log(path, 0)?;
            logs.push(0);
        }
        let mut changes = Vec::new();
        let mut last = None;
        let mut torn_before = None;
        for (expected, generation) in (from..).zip(&logs) {
            if *generation != expected {
                break;
            }
            let (log, replay) = open_log(path, expected)?;
            if let Some(torn) = torn_before.take_if(|_| !replay.changes.is_empty()) {
                let problem = "its end is torn although a later log follows".to_owned();
                return Err(Error::Corrupt { path: torn, problem });
            }
            if replay.torn > 0 {
                torn_before = Some(log_name(path, expected));
            }
            changes.extend(replay.changes);
            last = Some((log, expected));
        }
        let newest = logs.last().copied().unwrap_or(from);
        let Some((log, generation)) = last.filter(|(_, generation)| *generation == newest) else {
            let missing = (from..=newest).find(|generation| !logs.contains(generation)).unwrap_or(from);
            let problem = "it is missing, and changes with it".to_owned();
            return Err(Error::Corrupt { path: log_name(path, missing), problem });
        };
        let folder = Self { path: path.to_owned(), _lock: lock, log, generation };
        folder.retire(from);
        Ok(Opened { folder, base, changes })
    }

    /// Writes changes down, for good.
    pub(crate) fn append(&mut self, changes: &[Change]) -> Result<(), Error> {
        self.log.append(changes).map_err(Error::io("write", &log_name(&self.path, self.generation)))
    }

    /// Begins the log of the next generation, which is returned.
    pub(crate) fn next_log(&mut self) -> Result<u64, Error> {
        let next = self.generation + 1;
        self.log = begin_log(&self.path, next)?;
        self.generation = next;
        Ok(next)
    }

    /// Where the folder is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Removes what belongs to generations before this one, and what was left half made. What
    /// cannot be removed now is removed at the next opening.
    pub(crate) fn retire(&self, before: u64) {
        let Ok(entries) = fs::read_dir(&self.path) else { return };
        for entry in entries.flatten() {
            let path = entry.path();
            let old = [BASE, LOG]
                .into_iter()
                .any(|kind| generation_of(&path, kind).is_some_and(|generation| generation < before));
            if old || path.extension().is_some_and(|extension| extension == PART) {
                let _ = fs::remove_file(path);
            }
        }
    }
}

/// Writes a base into the folder and maps it.
pub(crate) fn write_base(folder: &Path, rows: &Rows, generation: u64, sketch: Sketch) -> Result<Base, Error> {
    let path = base_name(folder, generation);
    create(folder, &path, |file| rows.write(rows.header(generation, sketch), file).map(drop))?;
    open_base(folder, generation)
}

/// Where the base of a generation lies.
pub(crate) fn base_name(folder: &Path, generation: u64) -> PathBuf {
    folder.join(format!("{BASE}{generation:016x}"))
}

fn log_name(folder: &Path, generation: u64) -> PathBuf {
    folder.join(format!("{LOG}{generation:016x}"))
}

fn generation_of(path: &Path, kind: &str) -> Option<u64> {
    let digits = path.file_name()?.to_str()?.strip_prefix(kind)?;
    (digits.len() == 16).then(|| u64::from_str_radix(digits, 16).ok()).flatten()
}

/// The generations that have a base and those that have a log, in order.
fn generations(path: &Path) -> Result<(Vec<u64>, Vec<u64>), Error> {
    let (mut bases, mut logs) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(path).map_err(Error::io("list", path))? {
        let entry = entry.map_err(Error::io("list", path))?.path();
        bases.extend(generation_of(&entry, BASE));
        logs.extend(generation_of(&entry, LOG));
    }
    bases.sort_unstable();
    logs.sort_unstable();
    Ok((bases, logs))
}

fn lock(folder: &Path) -> Result<File, Error> {
    let path = folder.join("lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(Error::io("open", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::InUse(folder.to_owned())),
        Err(TryLockError::Error(source)) => Err(Error::io("lock", &path)(source)),
    }
}

fn open_base(folder: &Path, generation: u64) -> Result<Base, Error> {
    let path = base_name(folder, generation);
    let file = File::open(&path).map_err(Error::io("open", &path))?;
    let base = Base::map(&file).map_err(Error::io("map", &path))?.map_err(Error::corrupt(&path))?;
    if base.generation() != generation {
        let problem = format!("it calls itself generation {}", base.generation());
        return Err(Error::Corrupt { path, problem });
    }
    Ok(base)
}

fn begin_log(folder: &Path, generation: u64) -> Result<Log, Error> {
    let path = log_name(folder, generation);
    create(folder, &path, |file| file.write_all(&log::header(generation)))?;
    open_log(folder, generation).map(|(log, _)| log)
}

/// Opens a log, cutting off its torn end.
fn open_log(folder: &Path, generation: u64) -> Result<(Log, log::Replay), Error> {
    let path = log_name(folder, generation);
    let mut file = OpenOptions::new().read(true).write(true).open(&path).map_err(Error::io("open", &path))?;
    let replay = log::read(&mut file, generation).map_err(Error::io("read", &path))?;
    let replay = replay.map_err(Error::corrupt(&path))?;
    let records = replay.changes.len();
    if replay.torn > 0 {
        let whole = (log::HEADER + records * log::RECORD) as u64;
        file.set_len(whole).and_then(|()| file.sync_all()).map_err(Error::io("shorten", &path))?;
    }
    Ok((Log::new(file, generation, records as u64), replay))
}

/// Makes a file that is either there whole or not at all.
fn create(
    folder: &Path,
    path: &Path,
    fill: impl FnOnce(&mut File) -> std::io::Result<()>,
) -> Result<(), Error> {
    let part = path.with_extension(PART);
    let made = File::create(&part)
        .and_then(|mut file| fill(&mut file).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&part, path))
        // The new name is safe once the folder is.
        .and_then(|()| File::open(folder)?.sync_all());
    made.map_err(|source| {
        let _ = fs::remove_file(&part);
        Error::io("write", path)(source)
    })
}
