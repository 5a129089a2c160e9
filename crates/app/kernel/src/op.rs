//! Who acts, why, and in which request.

use access::{Actor, ActorKind};
use model::{Id, kinds};

/// The context of everything that is done: it says who, why and which request.
#[derive(Clone, Debug)]
pub struct Op {
    /// Who acts.
    pub actor: Actor,
    /// What for, in a word of the house such as `triage`. Clear in the journal, so never what
    /// the actor wrote.
    pub purpose: &'static str,
    /// What the actor wrote as their reason. Sealed in the journal under the record's key.
    pub reason: Option<String>,
    /// The request, as logs and error pages name it.
    pub request: Id<kinds::Request>,
}

impl Op {
    /// The actor as the journal writes it.
    pub(crate) fn actor_name(&self) -> String {
        match &self.actor.kind {
            ActorKind::Person(name) => format!("user:{name}"),
            ActorKind::Guest { name, .. } => format!("guest:{name}"),
            ActorKind::Program(label) => format!("program:{label}"),
            ActorKind::System(name) => format!("system:{name}"),
        }
    }

    /// The user behind the actor; the system has none.
    pub(crate) fn actor_id(&self) -> Option<Id<kinds::User>> {
        (!matches!(self.actor.kind, ActorKind::System(_))).then_some(self.actor.user)
    }

    /// The same request carried on by the house itself, for the same organisation.
    pub fn system(&self, name: &'static str, purpose: &'static str) -> Self {
        Self {
            actor: Actor { kind: ActorKind::System(name), ..self.actor.clone() },
            purpose,
            reason: None,
            request: self.request,
        }
    }
}
