//! The keys: which root key is in force, and turning all of them.

use access::Action;
use app_kernel::{Error, House, KeyFile, Op, Rotated, Tx};
use model::{Id, Instant, kinds};

/// The state of the keys.
#[derive(Clone, Debug)]
pub struct KeysView {
    /// Fingerprint of the root key in force.
    pub root: String,
    /// Every organisation's keys.
    pub organisations: Vec<OrganisationKeysView>,
}

/// The state of an organisation's keys.
#[derive(Clone, Debug)]
pub struct OrganisationKeysView {
    /// The organisation.
    pub organisation: Id<kinds::Organisation>,
    /// Its name.
    pub name: String,
    /// When its key was made or last turned.
    pub rotated_at: Instant,
    /// Whether it is wrapped by the root key in force.
    pub under_root: bool,
}

/// The state of the keys of the installation.
pub async fn state(op: &Op, tx: &mut Tx<'_>) -> Result<KeysView, Error> {
    let permit = tx.allow(op, Action::ManageKeys)?;
    let root = tx.house().root_fingerprint();
    let keys = store::keys::organisations(tx.store(&permit)).await?;
    let mut organisations = Vec::with_capacity(keys.len());
    for row in store::organisations::list(tx.store(&permit)).await? {
        let Some(keys) = keys.iter().find(|keys| keys.organisation == row.id) else { continue };
        organisations.push(OrganisationKeysView {
            organisation: row.id,
            name: row.name,
            rotated_at: keys.rotated_at,
            under_root: keys.root == root,
        });
    }
    Ok(KeysView { root, organisations })
}

/// Turns every key: a new root key in the key file, a new key for every organisation, every
/// record's and child's key wrapped anew. The house must be opened anew afterwards.
pub async fn rotate(house: &House, op: &Op, key_file: &KeyFile) -> Result<Rotated, Error> {
    house.rotate(op, key_file).await
}
