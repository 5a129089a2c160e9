//! The transaction of a use case: authorise, act, journal, commit.

use access::{Action, Decision, Mask, RecordFacts, Scope, Share};
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
    may_write: bool,
    root_checked: bool,
    journalled: usize,
}

impl<'h> Tx<'h> {
    pub(crate) const fn new(house: &'h House, inner: store::Tx, op: &Op, may_write: bool) -> Self {
        let organisation = op.actor.organisation;
        Self { house, inner, organisation, may_write, root_checked: false, journalled: 0 }
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
        // Of all records only one's own account is one's own.
        if action.scope() == Scope::Own && row.id() != op.actor.user.uuid() {
            return Err(Denied::NotFound.into());
        }
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
        if permit.mask != Mask::Whole {
            return Err(Denied::Forbidden(permit.action).into());
        }
        Ok(self.secrets_of(permit.owner).await?)
    }

    pub(crate) async fn secrets_of(
        &mut self,
        organisation: Id<kinds::Organisation>,
    ) -> Result<OrganisationSecrets, Internal> {
        self.check_root().await?;
        self.house.secrets(&mut self.inner, organisation).await
    }

    /// Makes sure, before the first key is used, that the keys this house holds are those in force;
    /// where something may be sealed, they stay so until the transaction ends.
    pub(crate) async fn check_root(&mut self) -> Result<(), Internal> {
        if self.root_checked {
            return Ok(());
        }
        if self.may_write {
            store::keys::keep(&mut self.inner).await?;
        }
        self.house.check_root(&mut self.inner).await?;
        self.root_checked = true;
        Ok(())
    }

    /// Writes a journal entry: what the permit allowed was done. `detail` holds counts, digests
    /// and states; nothing personal.
    pub async fn journal(&mut self, op: &Op, permit: &Permit, detail: Value) -> Result<(), Error> {
        let id = self.house.id();
        let reason = self.seal_reason(op, permit, id).await?;
        self.write_entry(op, permit, id, reason, detail).await
    }

    pub(crate) async fn write_entry(
        &mut self,
        op: &Op,
        permit: &Permit,
        id: Id<kinds::JournalEntry>,
        reason: Option<Vec<u8>>,
        detail: Value,
    ) -> Result<(), Error> {
        let entry = store::journal::Entry {
            id,
            // The house itself acts for no organisation.
            organisation: Some(self.organisation).filter(|id| !id.uuid().is_nil()),
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

    /// Seals what the actor wrote under the record's own key where it has one, so that erasing the
    /// record erases the reason; else under the organisation's own.
    pub(crate) async fn seal_reason(
        &mut self,
        op: &Op,
        permit: &Permit,
        entry: Id<kinds::JournalEntry>,
    ) -> Result<Option<Vec<u8>>, Error> {
        let Some(text) = &op.reason else { return Ok(None) };
        for record in reason_records(permit) {
            if let Some(key) = self.record_key(permit.owner, record).await? {
                let sealed = vault::seal(&key, reason_place(entry), text.as_bytes(), &*self.house.entropy);
                return Ok(Some(sealed));
            }
        }
        let reason = format!("{:?} has no key", permit.owner);
        Err(Internal::Sealed { what: "reason", reason }.into())
    }

    /// The reason of a journal entry, for whoever may open the record it is about. `None` where
    /// none was given, where the record is seen in outline, or where its key was destroyed.
    pub async fn reason(
        &mut self,
        permit: &Permit,
        entry: &store::journal::Entry,
    ) -> Result<Option<String>, Error> {
        let Some(sealed) = entry.reason.as_ref().filter(|_| permit.mask == Mask::Whole) else {
            return Ok(None);
        };
        for record in reason_records(permit) {
            if let Some(key) = self.record_key(permit.owner, record).await?
                && let Ok(text) = vault::open(&key, reason_place(entry.id), sealed)
            {
                return Ok(Some(String::from_utf8_lossy(&text).into_owned()));
            }
        }
        Ok(None)
    }

    /// Makes everything done here durable. A change without a journal entry is refused.
    pub async fn commit(self) -> Result<(), Error> {
        if self.inner.wrote() && self.journalled == 0 {
            return Err(Internal::NotJournalled.into());
        }
        Ok(self.inner.commit().await?)
    }
}

/// Under whose keys a reason may be sealed: the record's, then the organisation's own.
fn reason_records(permit: &Permit) -> impl Iterator<Item = Uuid> + use<> {
    permit.record.into_iter().chain([permit.owner.uuid()])
}

fn reason_place(entry: Id<kinds::JournalEntry>) -> vault::Place<'static> {
    vault::Place { kind: "journal_entry", record: entry.bytes(), field: "reason" }
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
