//! The lists of known hashes there are.

use access::Action;
use app_kernel::{Error, Op, Tx};
use model::{Id, Instant, kinds};

use crate::shared::needs_room;

/// A list of known hashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HashListRow {
    /// Its id.
    pub id: Id<kinds::HashList>,
    /// Its name: the source its imports came from.
    pub name: String,
    /// How many hashes it knows.
    pub entries: i64,
    /// When it was made.
    pub created_at: Instant,
    /// The import that was finished last: its id, number, and when.
    pub last_import: Option<(Id<kinds::Import>, i64, Instant)>,
}

/// The organisation's lists, by name.
pub async fn hash_lists(op: &Op, tx: &mut Tx<'_>) -> Result<Vec<HashListRow>, Error> {
    let permit = tx.allow(op, Action::ManageHashLists)?;
    needs_room(tx, "hashes")?;
    let owner = permit.owner();
    let mut rows = Vec::new();
    for list in store::hash_lists::list(tx.store(&permit), owner).await? {
        let last = store::imports::last_done(tx.store(&permit), owner, "hashes", &list.name).await?;
        rows.push(HashListRow {
            id: list.id,
            entries: list.entries,
            created_at: list.created_at,
            last_import: last.map(|import| (import.id, import.number, import.changed_at)),
            name: list.name,
        });
    }
    Ok(rows)
}
