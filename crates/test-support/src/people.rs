//! People with roles, and what the journal says of them.

use std::sync::LazyLock;

use access::{Action, Actor, ActorKind};
use app_kernel::Op;
use model::{Id, Span, kinds};
use store::{journal::Entry, users::User};
use vault::PasswordCost;

use crate::{EmptyHouse, TestEntropy, TestHouse};

/// The password of everyone a [`TestHouse`] makes.
pub const PASSWORD: &str = "synthetic ladder orchid river";

/// Its hash, at the least cost there is: a test is not attacked.
static HASH: LazyLock<String> = LazyLock::new(|| {
    let cost = PasswordCost { memory_kib: 8, passes: 1, lanes: 1 };
    vault::hash_password(PASSWORD, &cost, &TestEntropy::new(2)).expect("the hash of a password")
});

impl TestHouse {
    /// Someone of the main organisation with these roles, who has just confirmed who they are and
    /// counts so for a year; set `actor.strong_until` to `None` for one who has not. They have an
    /// account and sign in with `PASSWORD`.
    pub async fn op(&self, roles: &[&str]) -> Op {
        self.op_of(self.organisation, roles).await
    }

    /// The same, of the partner organisation.
    pub async fn partner_op(&self, roles: &[&str]) -> Op {
        self.op_of(self.partner, roles).await
    }

    /// The same, of the organisation that nothing is shared with.
    pub async fn foreign_op(&self, roles: &[&str]) -> Op {
        self.op_of(self.foreign, roles).await
    }
}

impl EmptyHouse {
    /// Someone of an organisation with these roles; see [`TestHouse::op`].
    pub async fn op_of(&self, organisation: Id<kinds::Organisation>, roles: &[&str]) -> Op {
        let user = self.add_user(organisation, roles).await;
        Op {
            actor: Actor {
                user: user.id,
                organisation,
                roles: user.roles,
                kind: ActorKind::Person(user.name),
                strong_until: Some(self.now() + Span::days(365)),
            },
            purpose: "test",
            reason: None,
            request: self.id(),
        }
    }

    /// Adds someone with an account: `investigator-1`, then by their number in the organisation.
    pub async fn add_user(&self, organisation: Id<kinds::Organisation>, roles: &[&str]) -> User {
        let op = self.system_op(organisation);
        let mut tx = self.begin(&op).await.expect("a transaction");
        let permit = tx.allow(&op, Action::ManageUsers).expect("the system's leave");
        let all = store::users::list(tx.store(&permit), None).await.expect("the accounts");
        let number = all.len() + 1;
        let word = roles.first().copied().unwrap_or("nobody");
        let user = User {
            id: self.id(),
            organisation,
            name: format!("{}-{number}", word.replace('_', "-")),
            label: format!("Synthetic {} {number}", word.replace('_', " ")),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            password: HASH.clone(),
            must_change: false,
            totp: None,
            totp_step: None,
            failures: 0,
            locked_until: None,
            disabled_at: None,
            guest_case: None,
            guest_until: None,
            created_at: self.now(),
        };
        store::users::insert(tx.store(&permit), &user).await.expect("an account");
        let permit = tx.about(&permit, &user);
        tx.journal(&op, &permit, serde_json::json!({"roles": roles})).await.expect("an entry");
        tx.commit().await.expect("an account");
        user
    }

    /// Every journal entry of an organisation, oldest first; entries of one instant in no order.
    pub async fn entries(&self, organisation: Id<kinds::Organisation>) -> Vec<Entry> {
        let op = self.system_op(organisation);
        let mut tx = self.look(&op).await.expect("a transaction");
        let permit = tx.allow(&op, Action::ReadJournal).expect("the system's leave");
        let mut entries = store::journal::newest(tx.store(&permit), organisation, None, i64::MAX)
            .await
            .expect("the journal");
        entries.reverse();
        entries
    }
}
