//! The transaction of a use case: authorise, act, journal, commit.

use access::{Action, Decision, Mask, RecordFacts, Share};
use model::{Id, kinds};
use serde_json::Value;
use uuid::Uuid;

use crate::{Denied, Error, House, Internal, Op, OrganisationSecrets, Record};

/// Leave to do one thing to one record, or to the house. Only [`Tx`] makes one.
#[derive(Clone, Debug)]
pub struct Permit {
    action: Action,
    mask: Mask,
    kind: &'static str,
    record: Option<Uuid>,
    owner: Id<kinds::Organisation>,
}

impl Permit {
    /// What is left out for this actor.
    pub const fn mask(&self) -> Mask {
        self.mask
    }

    /// The organisation whose record, or whose house, it is.
    pub const fn owner(&self) -> Id<kinds::Organisation> {
        self.owner
    }

    /// What it allows.
    pub const fn action(&self) -> Action {
        self.action
    }
}

/// A transaction of a use case. Dropped without [`Tx::commit`], it never happened.
pub struct Tx<'h> {
    pub(crate) house: &'h House,
    pub(crate) inner: store::Tx,
    organisation: Id<kinds::Organisation>,
    journalled: usize,
}

impl<'h> Tx<'h> {
    pub(crate) const fn new(house: &'h House, inner: store::Tx, op: &Op) -> Self {
        Self { house, inner, organisation: op.actor.organisation, journalled: 0 }
    }

    /// The house this is a transaction of.
    pub const fn house(&self) -> &'h House {
        self.house
    }

    /// Asks leave for something that is about no one record.
    pub fn allow(&self, op: &Op, action: Action) -> Result<Permit, Denied> {
        let decision = access::decide(&self.house.policy, &op.actor, action, None, self.house.now());
        grant(decision, action, "house", None, op.actor.organisation)
    }

    /// Loads a record and asks leave to do something to it. The row is given out only with the
    /// leave.
    pub async fn open<R: Record>(&mut self, op: &Op, action: Action, id: Uuid) -> Result<(R, Permit), Error> {
        let Some(row) = R::load(&mut self.inner, id).await? else {
            return Err(Denied::NotFound.into());
        };
        let permit = self.permit(op, action, &row).await?;
        Ok((row, permit))
    }

    /// Asks leave to do something more to a record that is open already.
    pub async fn permit<R: Record>(&mut self, op: &Op, action: Action, row: &R) -> Result<Permit, Error> {
        let shares = if row.owner() == op.actor.organisation {
            Vec::new()
        } else {
            store::shares::of_record(&mut self.inner, row.id())
                .await?
                .into_iter()
                .map(|s| Share {
                    to: s.to,
                    compartment: s.compartment,
                    mask: Mask::of(&s.mask),
                    until: s.ends_at,
                })
                .collect()
        };
        let facts =
            RecordFacts { owner: row.owner(), compartment: row.compartment(), case: row.case(), shares };
        let now = self.house.now();
        let decision = access::decide(&self.house.policy, &op.actor, action, Some(&facts), now);
        Ok(grant(decision, action, R::KIND, Some(row.id()), row.owner())?)
    }

    /// Names the record that a permit for the house turned out to be about, for the journal: one
    /// that the use case has just made.
    pub fn about<R: Record>(&self, permit: &Permit, row: &R) -> Permit {
        Permit { kind: R::KIND, record: Some(row.id()), ..permit.clone() }
    }

    /// The store, for whoever has leave.
    pub const fn store(&mut self, _permit: &Permit) -> &mut store::Tx {
        &mut self.inner
    }

    /// The keys of the organisation whose record it is.
    pub async fn secrets(&mut self, permit: &Permit) -> Result<OrganisationSecrets, Error> {
        Ok(self.house.secrets(&mut self.inner, permit.owner).await?)
    }

    /// Writes a journal entry: what the permit allowed was done. `detail` holds counts, digests
    /// and states; nothing personal.
    pub async fn journal(&mut self, op: &Op, permit: &Permit, detail: Value) -> Result<(), Error> {
        let id = self.house.id();
        let reason = match &op.reason {
            Some(text) => Some(self.seal_reason(permit, id, text).await?),
            None => None,
        };
        let entry = store::journal::Entry {
            id,
            organisation: Some(self.organisation),
            at: self.house.now(),
            actor: op.actor_name(),
            actor_id: op.actor_id(),
            action: permit.action.as_str().to_owned(),
            record_kind: permit.kind.to_owned(),
            record: permit.record,
            purpose: op.purpose.to_owned(),
            reason,
            request: op.request,
            detail: detail.to_string(),
        };
        store::journal::append(&mut self.inner, &entry).await?;
        self.journalled += 1;
        Ok(())
    }

    async fn seal_reason(
        &mut self,
        permit: &Permit,
        entry: Id<kinds::JournalEntry>,
        text: &str,
    ) -> Result<Vec<u8>, Error> {
        let place = vault::Place { kind: "journal_entry", record: entry.bytes(), field: "reason" };
        let key = self.reason_key(permit).await?;
        Ok(vault::seal(&key, place, text.as_bytes(), &*self.house.entropy))
    }

    /// The reason of a journal entry, for whoever may open the record it is about. `None` where
    /// none was given, or the record's key was destroyed.
    pub async fn reason(
        &mut self,
        permit: &Permit,
        entry: &store::journal::Entry,
    ) -> Result<Option<String>, Error> {
        let Some(sealed) = &entry.reason else { return Ok(None) };
        let place = vault::Place { kind: "journal_entry", record: entry.id.bytes(), field: "reason" };
        let key = self.reason_key(permit).await?;
        let text = vault::open(&key, place, sealed).ok();
        Ok(text.map(|t| String::from_utf8_lossy(&t).into_owned()))
    }

    /// The record's own key where it has one, so that erasing the record erases the reason; the
    /// organisation's otherwise.
    async fn reason_key(&mut self, permit: &Permit) -> Result<vault::Key, Error> {
        if let Some(record) = permit.record
            && store::keys::record(&mut self.inner, record).await?.is_some()
        {
            let whole = Permit { mask: Mask::Whole, ..permit.clone() };
            return Ok(self.sealer(&whole, permit.kind, record).await?.key().clone());
        }
        Ok(self.house.secrets(&mut self.inner, permit.owner).await?.seal.derive("journal reasons"))
    }

    /// Makes everything done here durable. A change without a journal entry is refused.
    pub async fn commit(self) -> Result<(), Error> {
        if self.inner.wrote() && self.journalled == 0 {
            return Err(Internal::NotJournalled.into());
        }
        Ok(self.inner.commit().await?)
    }
}

fn grant(
    decision: Decision,
    action: Action,
    kind: &'static str,
    record: Option<Uuid>,
    owner: Id<kinds::Organisation>,
) -> Result<Permit, Denied> {
    match decision {
        Decision::Allowed(mask) => Ok(Permit { action, mask, kind, record, owner }),
        Decision::NeedsStrong => Err(Denied::NeedsStrong(action)),
        Decision::Forbidden => Err(Denied::Forbidden(action)),
        Decision::Hidden => Err(Denied::NotFound),
    }
}
