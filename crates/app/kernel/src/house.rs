//! What one process holds open: the databases, the keys, the clock, the rules.

use std::{
    collections::HashMap,
    fmt::Write as _,
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
};

use access::{Policy, Profile};
use model::{Clock, Entropy, Id, Instant, Span, kinds};
use store::{ChildKeys, Db};
use uuid::Uuid;
use vault::{Blinder, Key, Place, RootKey, Signer};

use crate::{Denied, Error, Internal, Op, Tx, heads::Heads};

/// How long things last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// A session without use ends after this.
    pub idle: Span,
    /// A session ends after this whatever happens.
    pub session: Span,
    /// A confirmation counts for this long.
    pub strong: Span,
}

impl Default for Times {
    fn default() -> Self {
        Self { idle: Span::minutes(15), session: Span::hours(12), strong: Span::minutes(10) }
    }
}

/// What a house is opened with.
pub struct HouseParts {
    /// The data.
    pub db: Db,
    /// The key store of children's identities.
    pub child_keys: ChildKeys,
    /// The root key.
    pub root: RootKey,
    /// Where the journal's heads are written outside the database.
    pub heads: PathBuf,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
    /// The roles.
    pub policy: Policy,
    /// What the installation is for.
    pub profile: Profile,
    /// How long things last.
    pub times: Times,
    /// The zone pages show times in.
    pub zone: String,
}

/// An organisation's keys, open.
#[derive(Clone)]
pub struct OrganisationSecrets {
    /// Wraps record keys.
    pub(crate) seal: Key,
    /// Makes blind tokens.
    pub(crate) blind: Blinder,
}

impl OrganisationSecrets {
    /// Makes the organisation's blind tokens: the same value of the same kind gives the same
    /// token, and the token tells nothing else.
    pub fn blinder(&self) -> &Blinder {
        &self.blind
    }
}

/// What one process holds open.
pub struct House {
    pub(crate) db: Db,
    pub(crate) child_keys: ChildKeys,
    pub(crate) root: RootKey,
    pub(crate) signer: Signer,
    pub(crate) heads: Heads,
    secrets: RwLock<HashMap<Id<kinds::Organisation>, OrganisationSecrets>>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
    /// The roles.
    pub policy: Policy,
    /// What the installation is for.
    pub profile: Profile,
    /// How long things last.
    pub times: Times,
    /// The zone pages show times in.
    pub zone: String,
}

const SIGNER: &str = "journal_signer";
const ROOT: &str = "root_fingerprint";

/// Where the journal's signing key is sealed.
pub(crate) const SIGNER_PLACE: Place<'static> = Place { kind: "meta", record: [0; 16], field: SIGNER };

/// Where a record's key is wrapped.
pub(crate) fn record_place(record: Uuid) -> Place<'static> {
    Place { kind: "record_key", record: *record.as_bytes(), field: "key" }
}

/// Where an organisation's keys are wrapped.
pub(crate) fn keys_place(organisation: Id<kinds::Organisation>, field: &'static str) -> Place<'static> {
    Place { kind: "organisation_keys", record: organisation.bytes(), field }
}

impl House {
    /// Opens the house. The first time, the journal's signing key is made and sealed under the
    /// root key; from then on, another root key is refused.
    pub async fn open(parts: HouseParts) -> Result<Self, Internal> {
        let mut tx = parts.db.write().await?;
        // Two servers may open a new installation at once: one makes the signing key, both use it.
        store::journal::take_turn(&mut tx).await?;
        let signer = if let Some(want) = store::organisations::setting(&mut tx, ROOT).await? {
            same_root(&parts.root, want)?;
            stored_signer(&mut tx, &parts.root).await?
        } else {
            let key = Key::generate(&*parts.entropy);
            put_signer(&mut tx, &parts.root, &key, &*parts.entropy).await?;
            key
        };
        let last = store::journal::last_head(&mut tx).await?.map_or(0, |head| head.batch);
        tx.commit().await?;
        let signer = Signer::from_seed(&signer);
        let house = Self {
            db: parts.db,
            child_keys: parts.child_keys,
            root: parts.root,
            heads: Heads::new(parts.heads, signer.public()),
            signer,
            secrets: RwLock::new(HashMap::new()),
            clock: parts.clock,
            entropy: parts.entropy,
            policy: parts.policy,
            profile: parts.profile,
            times: parts.times,
            zone: parts.zone,
        };
        house.mend_heads(last).await?;
        Ok(house)
    }

    /// Brings the heads outside the database up to those in it, and says when more was amiss than a
    /// crash explains.
    async fn mend_heads(&self, last: i64) -> Result<(), Internal> {
        let outside = self.heads.last()?;
        if outside > last.unsigned_abs() {
            tracing::error!(
                database = last,
                outside,
                "the journal ends before its heads outside the database do: it was cut off, or an older copy of the \
                 data was put in place; `sagip journal verify` names the first entry that is missing"
            );
        }
        let written = self.write_missing_heads().await?;
        if written > 1 {
            tracing::warn!(
                after = outside,
                written,
                "heads of the journal were missing outside the database and were written there anew; a journal that \
                 was cut off before could not be seen"
            );
        }
        Ok(())
    }

    /// Whether the root key of this house is still the one the data is sealed under.
    pub(crate) async fn check_root(&self, tx: &mut store::Tx) -> Result<(), Internal> {
        match store::organisations::setting(tx, ROOT).await? {
            Some(want) => same_root(&self.root, want),
            None => Ok(()),
        }
    }

    /// The present instant.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// A new id.
    pub fn id<K>(&self) -> Id<K> {
        Id::new(&*self.clock, &*self.entropy)
    }

    /// Begins a transaction that may write.
    pub async fn begin(&self, op: &Op) -> Result<Tx<'_>, Error> {
        Ok(Tx::new(self, self.db.write().await?, op, true))
    }

    /// Begins a transaction that only lists: nothing in it is journalled.
    pub async fn look(&self, op: &Op) -> Result<Tx<'_>, Error> {
        Ok(Tx::new(self, self.db.read().await?, op, false))
    }

    /// The open keys of an organisation, for a transaction that has checked the root key.
    pub(crate) async fn secrets(
        &self,
        tx: &mut store::Tx,
        organisation: Id<kinds::Organisation>,
    ) -> Result<OrganisationSecrets, Internal> {
        let held = self.secrets.read().unwrap_or_else(PoisonError::into_inner).get(&organisation).cloned();
        if let Some(secrets) = held {
            return Ok(secrets);
        }
        let row = store::keys::of_organisation(tx, organisation).await?.ok_or_else(|| Internal::Sealed {
            what: "organisation key",
            reason: format!("{organisation:?} has none"),
        })?;
        let open = |field, sealed: &[u8]| {
            vault::unwrap(self.root.key(), keys_place(organisation, field), sealed)
                .map_err(|e| Internal::Sealed { what: "organisation key", reason: e.to_string() })
        };
        let secrets = OrganisationSecrets {
            seal: open("seal", &row.seal)?,
            blind: Blinder::new(&open("blind", &row.blind)?),
        };
        self.secrets.write().unwrap_or_else(PoisonError::into_inner).insert(organisation, secrets.clone());
        Ok(secrets)
    }

    /// The open key of a record of an organisation, if it has one, for a transaction that has checked
    /// the root key.
    pub(crate) async fn record_key(
        &self,
        tx: &mut store::Tx,
        owner: Id<kinds::Organisation>,
        record: Uuid,
    ) -> Result<Option<Key>, Error> {
        let seal = self.secrets(tx, owner).await?.seal;
        let Some(row) = store::keys::record(tx, record).await? else { return Ok(None) };
        if row.organisation != owner {
            return Err(Denied::NotFound.into());
        }
        let key = vault::unwrap(&seal, record_place(record), &row.wrapped)
            .map_err(|e| Internal::Sealed { what: "record key", reason: e.to_string() })?;
        Ok(Some(key))
    }

    /// The organisation's own key, for what is sealed of it that is no record's. Like every record's
    /// it stays through rotations, which the key that wraps it does not.
    pub(crate) async fn own_key(
        &self,
        tx: &mut store::Tx,
        organisation: Id<kinds::Organisation>,
    ) -> Result<Key, Error> {
        store::keys::keep(tx).await?;
        self.check_root(tx).await?;
        let key = self.record_key(tx, organisation, organisation.uuid()).await?;
        key.ok_or_else(|| {
            let reason = format!("{organisation:?} has none");
            Internal::Sealed { what: "organisation's own key", reason }.into()
        })
    }

    /// Makes the keys of a new organisation, and one for what is sealed of it that is no record's.
    /// Only the use case that adds an organisation calls this.
    pub async fn make_keys(
        &self,
        tx: &mut Tx<'_>,
        permit: &crate::Permit,
        organisation: Id<kinds::Organisation>,
    ) -> Result<(), Error> {
        tx.check_root().await?;
        let wrap = |field, key: &Key| {
            vault::wrap(self.root.key(), keys_place(organisation, field), key, &*self.entropy)
        };
        let seal = Key::generate(&*self.entropy);
        let row = store::keys::OrganisationKeys {
            organisation,
            seal: wrap("seal", &seal),
            blind: wrap("blind", &Key::generate(&*self.entropy)),
            root: self.root.fingerprint(),
            rotated_at: self.now(),
        };
        store::keys::insert_organisation(tx.store(permit), &row).await?;
        let own = Key::generate(&*self.entropy);
        let wrapped = vault::wrap(&seal, record_place(organisation.uuid()), &own, &*self.entropy);
        let own = store::keys::RecordKey { record: organisation.uuid(), organisation, wrapped };
        store::keys::insert_records(tx.store(permit), &[own]).await?;
        Ok(())
    }

    /// Fingerprint of the root key in force.
    pub fn root_fingerprint(&self) -> String {
        self.root.fingerprint()
    }

    /// Closes the databases.
    pub async fn close(&self) {
        self.db.close().await;
        self.child_keys.close().await;
    }

    /// Copies the embedded database, whole and consistent, to a new file. `false` where the data
    /// is on a server, which has its own tools for that.
    pub async fn copy_data_to(&self, path: &std::path::Path) -> Result<bool, Internal> {
        Ok(self.db.copy_to(path).await?)
    }
}

pub(crate) async fn put_signer(
    tx: &mut store::Tx,
    root: &RootKey,
    signer: &Key,
    entropy: &dyn Entropy,
) -> Result<(), Internal> {
    let sealed = vault::wrap(root.key(), SIGNER_PLACE, signer, entropy);
    let text = sealed.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    store::organisations::set(tx, SIGNER, &text).await?;
    store::organisations::set(tx, ROOT, &root.fingerprint()).await?;
    Ok(())
}

pub(crate) async fn stored_signer(tx: &mut store::Tx, root: &RootKey) -> Result<Key, Internal> {
    let text = store::organisations::setting(tx, SIGNER).await?.unwrap_or_default();
    open_signer(root, &text)
}

fn same_root(root: &RootKey, want: String) -> Result<(), Internal> {
    let have = root.fingerprint();
    if have == want { Ok(()) } else { Err(Internal::OtherRoot { have, want }) }
}

fn open_signer(root: &RootKey, text: &str) -> Result<Key, Internal> {
    let wrong = |reason: &str| Internal::Sealed { what: "journal signing key", reason: reason.to_owned() };
    let sealed: Option<Vec<u8>> = text
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    let sealed = sealed.ok_or_else(|| wrong("it is not hexadecimal"))?;
    vault::unwrap(root.key(), SIGNER_PLACE, &sealed).map_err(|e| wrong(&e.to_string()))
}
