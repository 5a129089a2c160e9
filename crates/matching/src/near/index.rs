//! The index: one writer at a time, any number of readers that never wait for it.

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
};

use super::{
    Error, Hash256, Lanes, Match, Oriented,
    base::Base,
    build::Rows,
    folder::{Folder, base_name, write_base},
    layout::Sketch,
    state::{Places, State},
};

/// A change of the index. Adding what is there and removing what is not changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// This hash now carries this tag.
    Add(Hash256, u64),
    /// It no longer does.
    Remove(Hash256, u64),
}

/// Hashes, each with the tags it carries, searched by distance.
///
/// Shared between threads as it is: every method takes `&self`.
#[derive(Debug)]
pub struct Index {
    state: RwLock<Arc<State>>,
    writer: Mutex<Writer>,
    /// Held while a new base is made.
    making: Mutex<()>,
    lanes: Lanes,
    sketch: Option<Sketch>,
}

#[derive(Debug)]
struct Writer {
    /// None when the index is kept in memory alone.
    folder: Option<Folder>,
    places: Places,
    /// What was changed since a new base was begun.
    since: Option<Vec<Change>>,
    /// Whether bases are to be copied into memory.
    warm: bool,
    broken: bool,
}

/// How large the index is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Pairs of hash and tag.
    pub pairs: usize,
    /// Distinct hashes in the base.
    pub hashes: usize,
    /// Changes that are in no base yet. A query looks at each added one: beyond some ten thousand it
    /// is time to [`compact`](Index::compact).
    pub pending: usize,
    /// Bytes of the base.
    pub base_bytes: usize,
    /// Whether the base is in memory, not read from its file as needed.
    pub warm: bool,
}

impl Index {
    /// An empty index in memory alone.
    pub fn in_memory() -> Result<Self, Error> {
        Ok(Self::of(None, State::new(empty()?), Places::new()))
    }

    /// Opens the index kept in a folder, which is made if it does not exist. Its base is mapped, not
    /// read, so this takes no longer for ten million hashes than for ten.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let opened = Folder::open(folder)?;
        let base = opened.base.map_or_else(empty, Ok)?;
        let (mut state, mut places) = (State::new(base), Places::new());
        for change in &opened.changes {
            state.apply(change, &mut places);
        }
        Ok(Self::of(Some(opened.folder), state, places))
    }

    fn of(folder: Option<Folder>, state: State, places: Places) -> Self {
        Self {
            state: RwLock::new(Arc::new(state)),
            writer: Mutex::new(Writer { folder, places, since: None, warm: false, broken: false }),
            making: Mutex::new(()),
            lanes: Lanes::best(),
            sketch: None,
        }
    }

    /// The same index searched with these instructions, not the best ones.
    #[must_use]
    pub fn with_lanes(self, lanes: Lanes) -> Self {
        Self { lanes, ..self }
    }

    /// The same index whose next bases keep this sketch, however many rows they have.
    #[cfg(test)]
    pub(crate) fn with_sketch(self, sketch: Sketch) -> Self {
        Self { sketch: Some(sketch), ..self }
    }

    /// Which instructions it is searched with.
    pub fn lanes(&self) -> Lanes {
        self.lanes
    }

    /// Everything within the radius, the nearest first, then by tag.
    ///
    /// Nothing within the radius is ever missed. Up to a radius of 47 only a small part of the index
    /// is looked at; above that every hash is, which is then the faster way.
    pub fn query(&self, hash: Hash256, radius: u32) -> Vec<Match> {
        self.query_batch(&[(hash, radius)]).pop().unwrap_or_default()
    }

    /// The answers to many queries, each with its own radius, in their order. From a few hundred on
    /// they share their way through the index.
    pub fn query_batch(&self, queries: &[(Hash256, u32)]) -> Vec<Vec<Match>> {
        self.now().search(self.lanes, queries)
    }

    /// Everything within the radius of any of the eight orientations of a picture, in one pass; each
    /// pair once, with the orientation that is nearest.
    pub fn query_any(&self, orientations: &[Hash256; 8], radius: u32) -> Vec<Oriented> {
        self.now().search_any(self.lanes, orientations, radius)
    }

    /// Whether the hash carries the tag.
    pub fn contains(&self, hash: Hash256, tag: u64) -> bool {
        self.now().contains(&hash, tag)
    }

    /// How large the index is now.
    pub fn size(&self) -> Size {
        let state = self.now();
        Size {
            pairs: state.len(),
            hashes: state.base.rows(),
            pending: state.pending(),
            base_bytes: state.base.bytes(),
            warm: state.base.is_warm(),
        }
    }

    /// Adds one pair; see [`apply`](Self::apply).
    pub fn add(&self, hash: Hash256, tag: u64) -> Result<bool, Error> {
        self.apply(&[Change::Add(hash, tag)]).map(|changed| changed == 1)
    }

    /// Removes one pair; see [`apply`](Self::apply).
    pub fn remove(&self, hash: Hash256, tag: u64) -> Result<bool, Error> {
        self.apply(&[Change::Remove(hash, tag)]).map(|changed| changed == 1)
    }

    /// Makes changes, in order; returns how many changed anything. When this returns they are on the
    /// disk and every query that begins later sees them all. One call is one wait for the disk, so
    /// many changes belong in one call.
    pub fn apply(&self, changes: &[Change]) -> Result<usize, Error> {
        let mut writer = self.writer();
        if writer.broken {
            return Err(Error::Broken);
        }
        if changes.is_empty() {
            return Ok(0);
        }
        if let Some(folder) = &mut writer.folder
            && let Err(error) = folder.append(changes)
        {
            writer.broken = true;
            return Err(error);
        }
        let mut next = State::clone(&self.now());
        let changed = changes.iter().filter(|change| next.apply(change, &mut writer.places)).count();
        if let Some(since) = &mut writer.since {
            since.extend_from_slice(changes);
        }
        self.replace(next);
        Ok(changed)
    }

    /// Makes a new base of all there is, so that queries look at few things one by one again.
    /// Queries and changes go on meanwhile; run it on a thread of its own.
    pub fn compact(&self) -> Result<(), Error> {
        self.load(Vec::new())
    }

    /// Adds very many pairs at once, by making a new base that has them. They are seen together,
    /// when this returns; after a crash before that, either all of them are there or none.
    pub fn load(&self, pairs: Vec<(Hash256, u64)>) -> Result<(), Error> {
        let _making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        let (snapshot, generation, path, warm) = {
            let mut writer = self.writer();
            if writer.broken {
                return Err(Error::Broken);
            }
            let snapshot = self.now();
            let (generation, path) = match &mut writer.folder {
                Some(folder) => (folder.next_log()?, Some(folder.path().to_owned())),
                None => (snapshot.base.generation() + 1, None),
            };
            writer.since = Some(Vec::new());
            (snapshot, generation, path, writer.warm)
        };
        let made = self.make(&snapshot, pairs, generation, path.as_deref()).and_then(|base| match path {
            Some(folder) if warm => warmed(&base, &folder),
            _ => Ok(base),
        });
        drop(snapshot);
        let mut writer = self.writer();
        let since = writer.since.take().unwrap_or_default();
        let mut next = State::new(made?);
        writer.places.clear();
        for change in &since {
            next.apply(change, &mut writer.places);
        }
        self.replace(next);
        if let Some(folder) = &writer.folder {
            folder.retire(generation);
        }
        Ok(())
    }

    fn make(
        &self,
        snapshot: &State,
        pairs: Vec<(Hash256, u64)>,
        generation: u64,
        folder: Option<&Path>,
    ) -> Result<Base, Error> {
        let rows = snapshot.rows_with(pairs).ok_or(Error::TooMany)?;
        let sketch = self.sketch.unwrap_or_else(|| rows.fitting());
        let Some(folder) = folder else {
            return Base::in_memory(&rows, generation, sketch).map_err(Error::Memory);
        };
        write_base(folder, &rows, generation, sketch)
    }

    /// Copies the base into memory, on huge pages where there are any, and verifies it. Bases made
    /// later are then copied too. Queries and changes go on meanwhile.
    pub fn warm(&self) -> Result<(), Error> {
        let _making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        self.writer().warm = true;
        let base = Arc::clone(&self.now().base);
        let Some(folder) = self.folder().filter(|_| !base.is_warm()) else { return Ok(()) };
        let warm = Arc::new(warmed(&base, &folder)?);
        let _writer = self.writer();
        let mut next = State::clone(&self.now());
        next.base = warm;
        self.replace(next);
        Ok(())
    }

    /// Holds every byte of the base against its checksums.
    pub fn verify(&self) -> Result<(), Error> {
        let base = Arc::clone(&self.now().base);
        let path = self.folder().map(|folder| base_name(&folder, base.generation())).unwrap_or_default();
        base.verify().map_err(Error::corrupt(&path))
    }

    fn folder(&self) -> Option<std::path::PathBuf> {
        self.writer().folder.as_ref().map(|folder| folder.path().to_owned())
    }

    fn now(&self) -> Arc<State> {
        Arc::clone(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Only while holding the writer, or another change would be lost.
    fn replace(&self, next: State) {
        let next = Arc::new(next);
        let before =
            std::mem::replace(&mut *self.state.write().unwrap_or_else(PoisonError::into_inner), next);
        // Giving back gigabytes takes a while: not under the lock.
        drop(before);
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn empty() -> Result<Base, Error> {
    let rows = Rows::of(std::iter::empty()).ok_or(Error::TooMany)?;
    Base::in_memory(&rows, 0, Sketch::None).map_err(Error::Memory)
}

fn warmed(base: &Base, folder: &Path) -> Result<Base, Error> {
    base.warmed().map_err(Error::Memory)?.map_err(Error::corrupt(&base_name(folder, base.generation())))
}
