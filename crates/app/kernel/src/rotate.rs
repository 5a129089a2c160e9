//! Rotating keys: a new root key, a new key for every organisation, every record's and every
//! child's key wrapped anew. What is sealed stays as it is; blind tokens stay too, for their key
//! is only wrapped anew.
//!
//! The new root key is on the disk before anything is wrapped under it, and takes the old one's
//! place only when everything is. A rotation that a crash cut short is finished by the next start.

use access::Action;
use uuid::Uuid;
use vault::{Key, Place, RootKey};

use crate::{Error, House, HouseParts, Internal, KeyFile, KeyFileFault, Op, house, sealing::child_place};

/// What a rotation wrapped anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// Fingerprint of the root key now in force.
    pub fingerprint: String,
    /// Organisations.
    pub organisations: u64,
    /// Records.
    pub records: u64,
    /// Children.
    pub children: u64,
}

impl From<KeyFileFault> for Error {
    fn from(fault: KeyFileFault) -> Self {
        Internal::File { path: "root key".to_owned(), reason: fault.to_string() }.into()
    }
}

fn sealed(what: &'static str, reason: impl ToString) -> Internal {
    Internal::Sealed { what, reason: reason.to_string() }
}

impl House {
    /// Rotates all keys. The house must be opened anew afterwards: this one still holds the old.
    pub async fn rotate(&self, op: &Op, file: &KeyFile) -> Result<Rotated, Error> {
        let next = file.next();
        let root = if next.exists() { next.read()? } else { next.create(&*self.entropy)? };
        let rotated = self.wrap_anew(op, &root).await?;
        file.replace(&next)?;
        Ok(rotated)
    }

    /// Opens a house and first finishes a rotation that was cut short.
    pub async fn open_from(file: &KeyFile, parts: impl Fn(RootKey) -> HouseParts) -> Result<Self, Error> {
        let root = file.read()?;
        let next = file.next();
        if !next.exists() {
            return Ok(Self::open(parts(root)).await?);
        }
        let new = next.read()?;
        match Self::open(parts(root)).await {
            // Nothing was committed under the new key: the rotation did not happen. Children's
            // keys may have been turned already, and are turned again to the same new key.
            Ok(house) => {
                let op = Op {
                    actor: access::Actor {
                        user: model::Id::from_uuid(Uuid::nil()),
                        organisation: model::Id::from_uuid(Uuid::nil()),
                        roles: Vec::new(),
                        kind: access::ActorKind::System("rotation"),
                        strong_until: None,
                    },
                    purpose: "finish_rotation",
                    reason: None,
                    request: house.id(),
                };
                house.wrap_anew(&op, &new).await?;
                file.replace(&next)?;
            }
            Err(Internal::OtherRoot { .. }) => file.replace(&next)?,
            Err(e) => return Err(e.into()),
        }
        Ok(Self::open(parts(new)).await?)
    }

    async fn wrap_anew(&self, op: &Op, new: &RootKey) -> Result<Rotated, Error> {
        let mut tx = self.begin(op).await?;
        let permit = tx.allow(op, Action::ManageKeys)?;
        let signer = house::stored_signer(&mut tx.inner, &self.root).await?;
        let mut rotated =
            Rotated { fingerprint: new.fingerprint(), organisations: 0, records: 0, children: 0 };
        for mut row in store::keys::organisations(&mut tx.inner).await? {
            let seal_place = house::keys_place(row.organisation, "seal");
            let blind_place = house::keys_place(row.organisation, "blind");
            let old = vault::unwrap(self.root.key(), seal_place, &row.seal)
                .map_err(|e| sealed("organisation key", e))?;
            let blind = vault::unwrap(self.root.key(), blind_place, &row.blind)
                .map_err(|e| sealed("organisation key", e))?;
            let seal = Key::generate(&*self.entropy);
            let mut after = Uuid::nil();
            loop {
                let keys = store::keys::records_after(&mut tx.inner, row.organisation, after, 5000).await?;
                let Some(last) = keys.last() else { break };
                after = last.record;
                for key in &keys {
                    let place = record_place(key.record);
                    let open =
                        vault::unwrap(&old, place, &key.wrapped).map_err(|e| sealed("record key", e))?;
                    let wrapped = vault::wrap(&seal, place, &open, &*self.entropy);
                    store::keys::rewrap_record(&mut tx.inner, key.record, &wrapped).await?;
                    rotated.records += 1;
                }
            }
            row.seal = vault::wrap(new.key(), seal_place, &seal, &*self.entropy);
            row.blind = vault::wrap(new.key(), blind_place, &blind, &*self.entropy);
            row.root = new.fingerprint();
            row.rotated_at = self.now();
            store::keys::put_organisation(&mut tx.inner, &row).await?;
            rotated.organisations += 1;
        }
        rotated.children = self.turn_children(new).await?;
        house::put_signer(&mut tx.inner, new, &signer, &*self.entropy).await?;
        let detail = serde_json::json!({
            "root": rotated.fingerprint,
            "organisations": rotated.organisations,
            "records": rotated.records,
            "children": rotated.children,
        });
        tx.journal(op, &permit, detail).await?;
        tx.commit().await?;
        Ok(rotated)
    }

    async fn turn_children(&self, new: &RootKey) -> Result<u64, Error> {
        let epoch = self.child_keys.epoch().await? + 1;
        let mut turned = Vec::new();
        for (person, of, wrapped) in self.child_keys.all().await? {
            let place = child_place(person);
            let key = vault::unwrap(&self.root.child_root(of), place, &wrapped)
                .or_else(|_| vault::unwrap(&new.child_root(of), place, &wrapped))
                .map_err(|e| sealed("child's key", e))?;
            turned.push((person, vault::wrap(&new.child_root(epoch), place, &key, &*self.entropy)));
        }
        self.child_keys.turn(epoch, &turned).await?;
        Ok(turned.len() as u64)
    }
}

fn record_place(record: Uuid) -> Place<'static> {
    Place { kind: "record_key", record: *record.as_bytes(), field: "key" }
}
