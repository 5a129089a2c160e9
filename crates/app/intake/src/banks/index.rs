//! The index that finds perceptual hashes by distance, one for each organisation, following the
//! database.

use std::{
    collections::HashMap,
    fmt,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use app_kernel::{Error, Internal, Permit, Tx};
use matching::near::{Change, Hash256, Index};
use model::{Id, kinds};
use tokio::sync::Mutex;

/// Contents looked through in one go.
const STEP: i64 = 500_000;
/// From how many new hashes on a new base is made at once instead of writing them to the log.
const MANY: usize = 50_000;
/// How many hashes may wait beside the base before it is made anew.
const PENDING: usize = 10_000;
/// The file that says up to which content an index in a folder has read.
const FOLLOWED: &str = "followed";

/// The indices of this process.
pub struct BankIndex {
    /// Where they are kept; in memory alone where nowhere.
    folder: Option<PathBuf>,
    open: Mutex<HashMap<Id<kinds::Organisation>, Arc<Mutex<Following>>>>,
}

/// One organisation's index and how far it has read.
struct Following {
    index: Arc<Index>,
    /// Where `followed` is; nothing for an index in memory.
    folder: Option<PathBuf>,
    followed: i64,
    compacting: Arc<AtomicBool>,
}

impl fmt::Debug for BankIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BankIndex").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl BankIndex {
    /// Indices in memory alone: read from the database when first asked.
    pub fn in_memory() -> Self {
        Self { folder: None, open: Mutex::default() }
    }

    /// Indices kept in a folder, so that a start reads nothing twice. While another process has
    /// one open, this one reads its own into memory.
    pub fn kept_in(folder: &Path) -> Self {
        Self { folder: Some(folder.to_owned()), open: Mutex::default() }
    }

    /// The index of the permit's organisation, having read everything the transaction can see. Not for a
    /// transaction that has itself added contents: they may yet come to nothing.
    pub(crate) async fn current(&self, tx: &mut Tx<'_>, permit: &Permit) -> Result<Arc<Index>, Error> {
        let organisation = permit.owner();
        let following = self.following(organisation).await?;
        let mut following = following.lock().await;
        let head = store::bank_contents::head(tx.store(permit), organisation).await?;
        if head < following.followed {
            // The database is older than the index, from a backup perhaps: begin again.
            *following = self.open_one(organisation, true)?;
        }
        let mut pairs = Vec::new();
        let mut from = following.followed;
        while from < head {
            let until = head.min(from.saturating_add(STEP));
            let pdq = matching::Algorithm::Pdq.as_str();
            let rows =
                store::bank_contents::signals_between(tx.store(permit), organisation, pdq, from, until)
                    .await?;
            pairs.extend(rows.into_iter().filter_map(|(content, digest)| {
                Some((<[u8; 32]>::try_from(digest).ok()?.into(), u64::try_from(content).ok()?))
            }));
            from = until;
        }
        if following.followed < head {
            following.take(pairs, head).await?;
        }
        Ok(following.index.clone())
    }

    async fn following(&self, organisation: Id<kinds::Organisation>) -> Result<Arc<Mutex<Following>>, Error> {
        let mut open = self.open.lock().await;
        if let Some(there) = open.get(&organisation) {
            return Ok(there.clone());
        }
        let opened = Arc::new(Mutex::new(self.open_one(organisation, false)?));
        open.insert(organisation, opened.clone());
        Ok(opened)
    }

    fn open_one(&self, organisation: Id<kinds::Organisation>, anew: bool) -> Result<Following, Error> {
        let compacting = Arc::default();
        if let Some(folder) = &self.folder {
            let folder = folder.join(organisation.uuid().to_string());
            if anew {
                let _ = std::fs::remove_file(folder.join(FOLLOWED));
            }
            match Index::open(&folder) {
                Ok(index) => {
                    let followed = std::fs::read_to_string(folder.join(FOLLOWED))
                        .ok()
                        .and_then(|text| text.trim().parse().ok())
                        .unwrap_or(0);
                    return Ok(Following {
                        index: Arc::new(index),
                        folder: Some(folder),
                        followed,
                        compacting,
                    });
                }
                Err(problem) => {
                    tracing::warn!(%problem, "the index of banks is kept in memory for this run");
                }
            }
        }
        let index = Index::in_memory().map_err(unreadable)?;
        Ok(Following { index: Arc::new(index), folder: None, followed: 0, compacting })
    }
}

impl Following {
    /// Takes in the signals of the contents up to `until`.
    async fn take(&mut self, pairs: Vec<(Hash256, u64)>, until: i64) -> Result<(), Error> {
        let index = self.index.clone();
        let note = self.folder.as_ref().map(|folder| folder.join(FOLLOWED));
        tokio::task::spawn_blocking(move || {
            if pairs.len() > MANY {
                index.load(pairs).map_err(unreadable)?;
            } else if !pairs.is_empty() {
                let changes: Vec<_> = pairs.into_iter().map(|(hash, tag)| Change::Add(hash, tag)).collect();
                index.apply(&changes).map_err(unreadable)?;
            }
            // Should this be lost, the same pairs come again, and a pair that is there is left as it is.
            note.map_or(Ok(()), |note| write_whole(&note, &until.to_string()))
        })
        .await
        .map_err(|e| Internal::Unreadable { what: "index of banks", reason: e.to_string() })??;
        self.followed = until;
        if self.index.size().pending > PENDING && !self.compacting.swap(true, Ordering::AcqRel) {
            let (index, compacting) = (self.index.clone(), self.compacting.clone());
            // Queries go on meanwhile, and nobody waits for it.
            tokio::task::spawn_blocking(move || {
                if let Err(problem) = index.compact() {
                    tracing::warn!(%problem, "the index of banks could not be made anew");
                }
                compacting.store(false, Ordering::Release);
            });
        }
        Ok(())
    }
}

fn write_whole(path: &Path, text: &str) -> Result<(), Error> {
    let part = path.with_extension("new");
    std::fs::write(&part, text)
        .and_then(|()| std::fs::rename(&part, path))
        .map_err(|e| Internal::Unreadable { what: "index of banks", reason: e.to_string() }.into())
}

pub(super) fn unreadable(problem: matching::near::Error) -> Error {
    Internal::Unreadable { what: "index of banks", reason: problem.to_string() }.into()
}
