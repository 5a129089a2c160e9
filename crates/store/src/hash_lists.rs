//! Lists of known hashes and exact membership in them.

use model::{Id, Instant, kinds};

use crate::{StoreError, Tx, engine::args};

/// A list of known hashes.
#[derive(Clone, Debug)]
pub struct HashList {
    /// Its id.
    pub id: Id<kinds::HashList>,
    /// Whose list.
    pub organisation: Id<kinds::Organisation>,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created_at: Instant,
    /// How many entries it has.
    pub entries: i64,
}

/// The list of that name, made if it is not there.
pub async fn named(
    tx: &mut Tx,
    id: Id<kinds::HashList>,
    organisation: Id<kinds::Organisation>,
    name: &str,
    at: Instant,
) -> Result<Id<kinds::HashList>, StoreError> {
    tx.run(
        "INSERT INTO hash_lists (id, organisation_id, name, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (organisation_id, name) DO NOTHING",
        args![id, organisation, name, at],
    )
    .await?;
    let row = tx
        .one("SELECT id FROM hash_lists WHERE organisation_id = $1 AND name = $2", args![organisation, name])
        .await?;
    row.map_or(Ok(id), |row| row.get(0))
}

/// The lists of an organisation, by name.
pub async fn list(tx: &mut Tx, organisation: Id<kinds::Organisation>) -> Result<Vec<HashList>, StoreError> {
    let rows = tx
        .all(
            "SELECT l.id, l.organisation_id, l.name, l.created_at, \
             (SELECT COUNT(*) FROM hash_entries e WHERE e.list_id = l.id) \
             FROM hash_lists l WHERE l.organisation_id = $1 ORDER BY l.name",
            args![organisation],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(HashList {
                id: row.get(0)?,
                organisation: row.get(1)?,
                name: row.get(2)?,
                created_at: row.get(3)?,
                entries: row.get(4)?,
            })
        })
        .collect()
}

/// One known hash.
#[derive(Clone, Debug)]
pub struct HashEntry {
    /// In which list.
    pub list: Id<kinds::HashList>,
    /// Whose list.
    pub organisation: Id<kinds::Organisation>,
    /// The algorithm's word.
    pub algorithm: String,
    /// The hash.
    pub digest: Vec<u8>,
    /// The taxonomy of its classification.
    pub taxonomy: Option<String>,
    /// Its classification under that taxonomy.
    pub classification: Option<String>,
    /// What the list's maker noted.
    pub note: Option<String>,
    /// The import that brought it.
    pub import: Id<kinds::Import>,
}

/// Adds entries; returns how many were new.
pub async fn insert(tx: &mut Tx, rows: &[HashEntry]) -> Result<usize, StoreError> {
    let values = rows
        .iter()
        .map(|e| {
            args![
                e.list,
                e.organisation,
                &e.algorithm,
                &e.digest,
                e.taxonomy.clone(),
                e.classification.clone(),
                e.note.clone(),
                e.import
            ]
        })
        .collect();
    let new = tx
        .many(
            "INSERT INTO hash_entries (list_id, organisation_id, algorithm, digest, taxonomy, classification, note, \
             import_id) VALUES",
            values,
            "ON CONFLICT (list_id, algorithm, digest) DO NOTHING RETURNING algorithm",
        )
        .await?;
    Ok(new.len())
}

/// An entry that a hash is equal to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The list.
    pub list: Id<kinds::HashList>,
    /// The list's name.
    pub list_name: String,
    /// The algorithm's word.
    pub algorithm: String,
    /// The hash.
    pub digest: Vec<u8>,
    /// The taxonomy of its classification.
    pub taxonomy: Option<String>,
    /// Its classification.
    pub classification: Option<String>,
}

/// Every entry of the organisation's lists equal to this hash.
pub async fn matching(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    algorithm: &str,
    digest: &[u8],
) -> Result<Vec<Match>, StoreError> {
    let rows = tx
        .all(
            "SELECT e.list_id, l.name, e.algorithm, e.digest, e.taxonomy, e.classification FROM hash_entries e \
             JOIN hash_lists l ON l.id = e.list_id \
             WHERE e.organisation_id = $1 AND e.digest = $2 AND e.algorithm = $3 ORDER BY l.name",
            args![organisation, digest, algorithm],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Match {
                list: row.get(0)?,
                list_name: row.get(1)?,
                algorithm: row.get(2)?,
                digest: row.get(3)?,
                taxonomy: row.get(4)?,
                classification: row.get(5)?,
            })
        })
        .collect()
}

/// Reports that hold a hash which this import brought: what was seen before the list knew it.
pub async fn reports_matching_import(
    tx: &mut Tx,
    import: Id<kinds::Import>,
) -> Result<Vec<Id<kinds::Report>>, StoreError> {
    let rows = tx
        .all(
            "SELECT DISTINCT h.report_id FROM hash_entries e JOIN report_hashes h \
             ON h.organisation_id = e.organisation_id AND h.digest = e.digest AND h.algorithm = e.algorithm \
             WHERE e.import_id = $1 ORDER BY h.report_id",
            args![import],
        )
        .await?;
    rows.iter().map(|row| row.get(0)).collect()
}
