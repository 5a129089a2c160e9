//! Answers kept under the keys that programs give their changes, so that a change sent twice is
//! done once. Like a session's sign of life this says nothing that was done, so it is not
//! journalled; the change itself is.

use model::Digest;
use vault::Place;

use crate::{Error, House, Internal, Op};

/// What is known of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Nobody used it: it is this request's now, to be answered or freed.
    Free,
    /// The same request was answered.
    Answered {
        /// The answer's status.
        status: u16,
        /// The answer, as it was kept.
        answer: Vec<u8>,
    },
    /// The same request has no answer yet.
    Running,
    /// Another request used it.
    Other,
}

/// The answer's place, so that it opens for its user and key only.
fn place(op: &Op, key: &str) -> Place<'static> {
    let mut named = op.actor.user.bytes().to_vec();
    named.extend_from_slice(key.as_bytes());
    let Digest(digest) = vault::sha256(&named);
    let mut record = [0; 16];
    record.copy_from_slice(digest.split_at(16).0);
    Place { kind: "idempotency_key", record, field: "answer" }
}

impl House {
    /// Claims a key of whoever acts for a request, which is known by its digest.
    pub async fn claim_key(&self, op: &Op, key: &str, request: Digest) -> Result<Claim, Error> {
        let mut tx = self.db.write().await?;
        let known = store::users::claim_key(&mut tx, op.actor.user, key, request.0, self.now()).await?;
        let own = self.own_key(&mut tx, op.actor.organisation).await?;
        tx.commit().await?;
        let Some(known) = known else { return Ok(Claim::Free) };
        if known.request != request.0 {
            return Ok(Claim::Other);
        }
        let Some((status, sealed)) = known.answer else { return Ok(Claim::Running) };
        let answer = vault::open(&own.derive(ANSWERS), place(op, key), &sealed)
            .map_err(|e| Internal::Sealed { what: "answer", reason: e.to_string() })?;
        Ok(Claim::Answered { status: u16::try_from(status).unwrap_or(500), answer: answer.to_vec() })
    }

    /// Keeps the answer to the request that has the key.
    pub async fn keep_answer(&self, op: &Op, key: &str, status: u16, answer: &[u8]) -> Result<(), Error> {
        let mut tx = self.db.write().await?;
        let own = self.own_key(&mut tx, op.actor.organisation).await?;
        let sealed = vault::seal(&own.derive(ANSWERS), place(op, key), answer, &*self.entropy);
        store::users::answer_key(&mut tx, op.actor.user, key, status.into(), sealed).await?;
        Ok(tx.commit().await?)
    }

    /// Frees a key whose request changed nothing, so that it can be sent again, mended.
    pub async fn free_key(&self, op: &Op, key: &str) -> Result<(), Error> {
        let mut tx = self.db.write().await?;
        store::users::free_key(&mut tx, op.actor.user, key).await?;
        Ok(tx.commit().await?)
    }
}

/// What the organisation's own key is derived for.
const ANSWERS: &str = "idempotent answers";
