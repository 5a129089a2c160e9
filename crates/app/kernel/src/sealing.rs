//! Sealing and opening the personal fields of records.

use access::Mask;
use model::{Id, kinds};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;
use vault::{Key, Place};

use crate::{Denied, Error, Internal, Permit, Tx, house::record_place};

/// A record's open key: seals and opens its fields. It is given out only for a whole view.
#[derive(Clone)]
pub struct Sealer {
    key: Key,
    kind: &'static str,
    record: [u8; 16],
}

impl Sealer {
    fn place(&self, field: &'static str) -> Place<'static> {
        Place { kind: self.kind, record: self.record, field }
    }

    /// Seals a value as a field of the record.
    pub fn seal<T: Serialize + ?Sized>(
        &self,
        field: &'static str,
        value: &T,
        tx: &Tx<'_>,
    ) -> Result<Vec<u8>, Error> {
        let json = serde_json::to_vec(value)
            .map_err(|e| Internal::Unreadable { what: "field", reason: e.to_string() })?;
        Ok(vault::seal(&self.key, self.place(field), &json, &*tx.house.entropy))
    }

    /// Opens a field of the record.
    pub fn open<T: DeserializeOwned>(&self, field: &'static str, sealed: &[u8]) -> Result<T, Error> {
        let json = vault::open(&self.key, self.place(field), sealed)
            .map_err(|e| Internal::Sealed { what: field, reason: e.to_string() })?;
        serde_json::from_slice(&json)
            .map_err(|e| Internal::Unreadable { what: field, reason: e.to_string() }.into())
    }

    /// Seals bytes as a field of the record.
    pub fn seal_bytes(&self, field: &'static str, bytes: &[u8], tx: &Tx<'_>) -> Vec<u8> {
        vault::seal(&self.key, self.place(field), bytes, &*tx.house.entropy)
    }

    /// Opens bytes of a field of the record.
    pub fn open_bytes(&self, field: &'static str, sealed: &[u8]) -> Result<Vec<u8>, Error> {
        let bytes = vault::open(&self.key, self.place(field), sealed)
            .map_err(|e| Internal::Sealed { what: field, reason: e.to_string() })?;
        Ok(bytes.to_vec())
    }

    /// The record's key itself, for the streaming of originals and the batches of the ledger.
    pub const fn key(&self) -> &Key {
        &self.key
    }
}

/// Tries at keeping a child's key while others turn the key store.
const TRIES: u32 = 8;

fn whole(permit: &Permit) -> Result<(), Denied> {
    if permit.mask() == Mask::Whole { Ok(()) } else { Err(Denied::Forbidden(permit.action())) }
}

impl Tx<'_> {
    /// Makes the key of a new record of the permit's owner and keeps it.
    pub async fn new_sealer(
        &mut self,
        permit: &Permit,
        kind: &'static str,
        record: Uuid,
    ) -> Result<Sealer, Error> {
        let (sealer, row) = self.prepare_sealer(permit, kind, record).await?;
        store::keys::insert_records(&mut self.inner, &[row]).await?;
        Ok(sealer)
    }

    /// Makes the key of a new record without keeping it yet: for batches, whose keys are kept
    /// together.
    pub async fn prepare_sealer(
        &mut self,
        permit: &Permit,
        kind: &'static str,
        record: Uuid,
    ) -> Result<(Sealer, store::keys::RecordKey), Error> {
        whole(permit)?;
        let seal = self.secrets_of(permit.owner()).await?.seal;
        let key = Key::generate(&*self.house.entropy);
        let wrapped = vault::wrap(&seal, record_place(record), &key, &*self.house.entropy);
        let row = store::keys::RecordKey { record, organisation: permit.owner(), wrapped };
        Ok((Sealer { key, kind, record: *record.as_bytes() }, row))
    }

    /// The key of a record, for whoever sees it whole.
    pub async fn sealer(
        &mut self,
        permit: &Permit,
        kind: &'static str,
        record: Uuid,
    ) -> Result<Sealer, Error> {
        whole(permit)?;
        let key = self
            .record_key(permit.owner(), record)
            .await?
            .ok_or_else(|| Internal::Sealed { what: kind, reason: "its key was destroyed".to_owned() })?;
        Ok(Sealer { key, kind, record: *record.as_bytes() })
    }

    /// The open key of a record of an organisation, if it has one.
    pub(crate) async fn record_key(
        &mut self,
        owner: Id<kinds::Organisation>,
        record: Uuid,
    ) -> Result<Option<Key>, Error> {
        self.check_root().await?;
        self.house.record_key(&mut self.inner, owner, record).await
    }

    /// Makes the key of a child's identity, kept in the key store apart from the data. It is kept
    /// at once: a key whose person never came to be is harmless, the reverse is not.
    pub async fn new_child_sealer(
        &mut self,
        permit: &Permit,
        person: Id<kinds::Person>,
    ) -> Result<Sealer, Error> {
        whole(permit)?;
        self.check_root().await?;
        let house = self.house;
        let key = Key::generate(&*house.entropy);
        for _ in 0..TRIES {
            let epoch = house.child_keys.epoch().await?;
            let wrapped =
                vault::wrap(&house.root.child_root(epoch), child_place(person), &key, &*house.entropy);
            if house.child_keys.put(person, epoch, &wrapped, house.now()).await? {
                return Ok(Sealer { key, kind: "child", record: person.bytes() });
            }
        }
        let reason = "the key store enters one epoch after the other".to_owned();
        Err(Internal::Sealed { what: "child's identity", reason }.into())
    }

    /// The key of a child's identity. `None` once it was destroyed: nobody can know any more.
    pub async fn child_sealer(
        &mut self,
        permit: &Permit,
        person: Id<kinds::Person>,
    ) -> Result<Option<Sealer>, Error> {
        whole(permit)?;
        self.check_root().await?;
        let Some((epoch, wrapped)) = self.house.child_keys.get(person).await? else { return Ok(None) };
        let key = vault::unwrap(&self.house.root.child_root(epoch), child_place(person), &wrapped)
            .map_err(|e| Internal::Sealed { what: "child's identity", reason: e.to_string() })?;
        Ok(Some(Sealer { key, kind: "child", record: person.bytes() }))
    }

    /// Destroys the key of a child's identity, at once and for good.
    pub async fn destroy_child_key(
        &mut self,
        permit: &Permit,
        person: Id<kinds::Person>,
    ) -> Result<bool, Error> {
        whole(permit)?;
        Ok(self.house.child_keys.destroy(person).await? > 0)
    }
}

pub(crate) fn child_place(person: Id<kinds::Person>) -> Place<'static> {
    Place { kind: "child_key", record: person.bytes(), field: "key" }
}
