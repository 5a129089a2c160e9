//! Receiving a file: sealed as it streams, so that it is never on the disk in the clear, and
//! known by its SHA-256.

use access::Action;
use app_kernel::{Error, House, Op, Permit, Sealer};
use model::{Digest, Id, Span, kinds};
use store::imports::Import;
use vault::Sha256Stream;

/// Bytes of one sealed chunk.
pub(crate) const CHUNK: usize = 256 * 1024;
/// Chunks written in one transaction.
const AT_ONCE: usize = 32;
/// A file whose bytes stopped coming this long ago is given up.
const STALLED: Span = Span::hours(24);

/// What is said about a file that arrives.
#[derive(Clone)]
pub struct Arriving {
    /// Its name.
    pub name: String,
    /// Where it comes from, such as the name of a platform or a remitter.
    pub source: String,
    /// On what lawful basis it is held.
    pub lawful_basis: String,
    /// The mapping it is to be read through, if it is a ledger with other columns.
    pub mapping: Option<String>,
}

/// A file that has arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The import.
    pub import: Id<kinds::Import>,
    /// Its number.
    pub number: i64,
    /// SHA-256 of the original.
    pub digest: Digest,
    /// Bytes of the original.
    pub size: i64,
    /// The import that brought the very same file before; then nothing is left to do.
    pub same_as: Option<(Id<kinds::Import>, i64)>,
}

/// A file that is arriving.
pub struct Receiver<'h> {
    house: &'h House,
    op: Op,
    row: Import,
    sealer: Sealer,
    hash: Sha256Stream,
    pending: Vec<u8>,
    sealed: Vec<(i64, Vec<u8>)>,
    next: i64,
}

/// Begins to receive a file.
pub async fn receive<'h>(op: &Op, house: &'h House, arriving: &Arriving) -> Result<Receiver<'h>, Error> {
    let mut tx = house.begin(op).await?;
    let permit = tx.allow(op, Action::ImportFile)?;
    check_origin(&arriving.source, &arriving.lawful_basis)?;
    let id = house.id::<kinds::Import>();
    let sealer = tx.new_sealer(&permit, "import", id.uuid()).await?;
    let name = sealer.seal("name", &arriving.name, &tx)?;
    let mapping =
        arriving.mapping.as_ref().map(|mapping| sealer.seal("mapping", mapping, &tx)).transpose()?;
    let number = store::organisations::next(tx.store(&permit), permit.owner(), "imports").await?;
    let now = house.now();
    let row = Import {
        id,
        organisation: permit.owner(),
        number,
        source: arriving.source.trim().to_owned(),
        lawful_basis: arriving.lawful_basis.trim().to_owned(),
        kind: None,
        state: "receiving".to_owned(),
        name,
        mapping,
        digest: None,
        size: 0,
        read: 0,
        accepted: 0,
        known: 0,
        rejected: 0,
        problem: None,
        same_as: None,
        created_by: op.actor.user,
        created_at: now,
        changed_at: now,
    };
    store::imports::insert(tx.store(&permit), &row).await?;
    let permit = tx.about(&permit, &row);
    tx.journal(op, &permit, serde_json::json!({ "state": "receiving", "number": number })).await?;
    tx.commit().await?;
    Ok(Receiver {
        house,
        op: op.clone(),
        row,
        sealer,
        hash: Sha256Stream::new(),
        pending: Vec::with_capacity(CHUNK),
        sealed: Vec::new(),
        next: 0,
    })
}

/// What comes has a source and a lawful basis.
pub(crate) fn check_origin(source: &str, lawful_basis: &str) -> Result<(), Error> {
    if source.trim().is_empty() {
        return Err(Error::invalid(
            "source",
            "source_missing",
            "What is sent has no source.",
            "Name who it comes from, such as the platform or the remitter.",
        ));
    }
    if lawful_basis.trim().is_empty() {
        return Err(Error::invalid(
            "lawful_basis",
            "lawful_basis_missing",
            "What is sent has no lawful basis.",
            "Say on what basis it is held, such as the law or the order under which it was given.",
        ));
    }
    Ok(())
}

impl Receiver<'_> {
    /// The import this is the receiving of.
    pub const fn import(&self) -> Id<kinds::Import> {
        self.row.id
    }

    /// Takes the next bytes.
    pub async fn push(&mut self, mut bytes: &[u8]) -> Result<(), Error> {
        self.hash.update(bytes);
        self.row.size += i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        while !bytes.is_empty() {
            if self.pending.len() == CHUNK {
                self.seal_pending(false);
                if self.sealed.len() >= AT_ONCE {
                    self.write().await?;
                }
            }
            let room = CHUNK - self.pending.len();
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.pending.extend_from_slice(now);
            bytes = later;
        }
        Ok(())
    }

    fn seal_pending(&mut self, last: bool) {
        let sealed = vault::seal_chunk(
            self.sealer.key(),
            self.row.id.bytes(),
            self.next.unsigned_abs(),
            last,
            &self.pending,
            &*self.house.entropy,
        );
        self.sealed.push((self.next, sealed));
        self.next += 1;
        self.pending.clear();
    }

    async fn write(&mut self) -> Result<(), Error> {
        let mut tx = self.house.begin(&self.op).await?;
        let permit = self.permit(&tx)?;
        let chunks = self.sealed.len();
        for (ordinal, sealed) in self.sealed.drain(..) {
            store::imports::put_chunk(tx.store(&permit), self.row.id, ordinal, sealed).await?;
        }
        self.row.changed_at = self.house.now();
        store::imports::update(tx.store(&permit), &self.row).await?;
        tx.journal(&self.op, &permit, serde_json::json!({ "state": "receiving", "chunks": chunks })).await?;
        tx.commit().await
    }

    fn permit(&self, tx: &app_kernel::Tx<'_>) -> Result<Permit, Error> {
        let permit = tx.allow(&self.op, Action::ImportFile)?;
        Ok(tx.about(&permit, &self.row))
    }

    /// The file is whole. If it was here before, nothing is kept of it and the earlier import is
    /// named; otherwise it is accepted, and from now on it is not lost.
    pub async fn finish(mut self) -> Result<Received, Error> {
        self.seal_pending(true);
        self.write().await?;
        let digest = std::mem::take(&mut self.hash).finish();
        self.row.digest = Some(digest);
        let mut tx = self.house.begin(&self.op).await?;
        let permit = self.permit(&tx)?;
        let earlier = store::imports::by_digest(tx.store(&permit), permit.owner(), digest).await?;
        self.row.changed_at = self.house.now();
        if let Some(earlier) = &earlier {
            "known".clone_into(&mut self.row.state);
            self.row.same_as = Some(earlier.id);
            self.row.kind.clone_from(&earlier.kind);
            store::imports::drop_original(tx.store(&permit), self.row.id).await?;
        } else {
            "received".clone_into(&mut self.row.state);
            let job = self.house.id();
            let subject = self.row.id.to_string();
            let now = self.house.now();
            store::jobs::enqueue(tx.store(&permit), job, permit.owner(), "import", &subject, now).await?;
        }
        store::imports::update(tx.store(&permit), &self.row).await?;
        let detail = serde_json::json!({
            "state": self.row.state, "sha256": digest.to_string(), "bytes": self.row.size,
        });
        tx.journal(&self.op, &permit, detail).await?;
        tx.commit().await?;
        Ok(Received {
            import: self.row.id,
            number: self.row.number,
            digest,
            size: self.row.size,
            same_as: earlier.map(|row| (row.id, row.number)),
        })
    }
}

/// Gives up files whose bytes stopped coming a day ago: an upload that broke off. What there was
/// of them is removed; their row stays and says so.
pub async fn tidy(op: &Op, house: &House) -> Result<u64, Error> {
    let op = op.system("tidy", "housekeeping");
    let mut tx = house.begin(&op).await?;
    let permit = tx.allow(&op, Action::ImportFile)?;
    let stalled = store::imports::stalled(tx.store(&permit), house.now() - STALLED).await?;
    let mut given_up = 0;
    for mut row in stalled.into_iter().filter(|row| row.organisation == permit.owner()) {
        store::imports::drop_original(tx.store(&permit), row.id).await?;
        "abandoned".clone_into(&mut row.state);
        row.problem = Some("The file stopped coming before it was whole. Send it again.".to_owned());
        row.changed_at = house.now();
        store::imports::update(tx.store(&permit), &row).await?;
        let permit = tx.about(&permit, &row);
        tx.journal(&op, &permit, serde_json::json!({ "state": "abandoned" })).await?;
        given_up += 1;
    }
    tx.commit().await?;
    Ok(given_up)
}
