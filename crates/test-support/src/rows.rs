//! Rows with something visibly synthetic in every field, for tests to change where they care.

use model::{Clock as _, Compartment, Digest, Id, Instant, Kind, Span, kinds};
use store::{
    alerts::Alert,
    cases::{Case, Person},
    filings::Filing,
    imports::Import,
    reports::Report,
    shares::Share,
    users::User,
};

use crate::{TestClock, TestEntropy};

/// Makes ids, and rows with ids of their own, owned by one organisation.
pub struct Rows {
    clock: TestClock,
    entropy: TestEntropy,
    /// Whose they are.
    pub organisation: Id<kinds::Organisation>,
}

impl Rows {
    /// Rows of an organisation; the ids are the same in every run of the same seed.
    pub fn of(organisation: Id<kinds::Organisation>, seed: u64) -> Self {
        Self { clock: TestClock::default(), entropy: TestEntropy::new(seed), organisation }
    }

    /// A new id.
    pub fn id<K>(&self) -> Id<K> {
        Id::new(&self.clock, &self.entropy)
    }

    /// When everything here happened.
    pub fn at(&self) -> Instant {
        self.clock.now()
    }

    /// An organisation with the id of these rows.
    pub fn organisation(&self, name: &str) -> store::organisations::Organisation {
        store::organisations::Organisation {
            id: self.organisation,
            name: name.to_owned(),
            links_across: false,
            created_at: self.at(),
        }
    }

    /// A person with an account and no way to sign in.
    pub fn user(&self, name: &str) -> User {
        User {
            id: self.id(),
            organisation: self.organisation,
            name: name.to_owned(),
            label: format!("Synthetic {name}"),
            roles: vec!["investigator".to_owned(), "auditor".to_owned()],
            password: String::new(),
            must_change: false,
            totp: None,
            totp_step: None,
            failures: 0,
            locked_until: None,
            disabled_at: None,
            guest_case: None,
            guest_until: None,
            created_at: self.at(),
        }
    }

    /// An import that was received.
    pub fn import(&self, number: i64) -> Import {
        Import {
            id: self.id(),
            organisation: self.organisation,
            number,
            source: "Synthetic source".to_owned(),
            lawful_basis: "Synthetic basis".to_owned(),
            kind: None,
            state: "received".to_owned(),
            name: b"sealed name".to_vec(),
            mapping: None,
            digest: Some(Digest([number.to_le_bytes()[0]; 32])),
            size: 3,
            read: 0,
            accepted: 0,
            known: 0,
            rejected: 0,
            problem: None,
            same_as: None,
            created_by: self.id(),
            created_at: self.at(),
            changed_at: self.at(),
        }
    }

    /// A report that was received in 2026.
    pub fn report(&self, number: i64) -> Report {
        Report {
            id: self.id(),
            organisation: self.organisation,
            number,
            year: 2026,
            source: "Synthetic hotline".to_owned(),
            channel: "tip".to_owned(),
            state: "received".to_owned(),
            received_at: self.at(),
            due_at: self.at() + Span::days(1),
            level: 2,
            score: 40,
            reasons: vec!["A first synthetic reason.".to_owned(), "A second.".to_owned()],
            place: "PH".to_owned(),
            sealed: b"sealed content".to_vec(),
            document: None,
            import: None,
            external: self.id::<kinds::Report>().bytes(),
            links: 0,
            matches: 0,
            assignee: None,
            case: None,
            merged_into: None,
            decided_at: None,
        }
    }

    /// An alert that was raised in 2026.
    pub fn alert(&self, number: i64) -> Alert {
        Alert {
            id: self.id(),
            organisation: self.organisation,
            number,
            year: 2026,
            kind: "typology".to_owned(),
            typology: "synthetic-typology".to_owned(),
            version: "1".to_owned(),
            state: "new".to_owned(),
            score: 50,
            dedup: self.id::<kinds::Alert>().bytes(),
            party: None,
            report: None,
            first_at: self.at(),
            last_at: self.at(),
            sealed: b"sealed evidence".to_vec(),
            created_at: self.at(),
            reviewed_by: None,
            reviewed_at: None,
            outcome: None,
            escalated_to: None,
        }
    }

    /// A case that was opened in 2026.
    pub fn case(&self, number: i64) -> Case {
        Case {
            id: self.id(),
            organisation: self.organisation,
            number,
            year: 2026,
            investigation: "open".to_owned(),
            prosecution: "none".to_owned(),
            aftercare: "none".to_owned(),
            lead: None,
            level: 2,
            sealed: b"sealed summary".to_vec(),
            opened_by: self.id(),
            opened_at: self.at(),
            changed_at: self.at(),
            withdrawn_at: None,
        }
    }

    /// An adult in a case.
    pub fn person(&self, case: Id<kinds::Case>) -> Person {
        Person {
            id: self.id(),
            case,
            organisation: self.organisation,
            role: "witness".to_owned(),
            pseudonym: "Synthetic witness 1".to_owned(),
            child: false,
            sealed: b"sealed identity".to_vec(),
            since: self.at(),
            until: None,
            created_by: self.id(),
        }
    }

    /// A report on its way out of a case, drafted in 2026.
    pub fn filing(&self, case: Id<kinds::Case>, number: i64) -> Filing {
        Filing {
            id: self.id(),
            organisation: self.organisation,
            case,
            number,
            year: 2026,
            kind: "cybertip".to_owned(),
            state: "drafted".to_owned(),
            digest: Digest([7; 32]),
            sealed: b"sealed document".to_vec(),
            external: None,
            drafted_by: self.id(),
            changed_at: self.at(),
        }
    }

    /// A share of a record, in outline and for a day.
    pub fn share<K: Kind>(&self, record: Id<K>, to: Id<kinds::Organisation>) -> Share {
        Share {
            id: self.id(),
            organisation: self.organisation,
            record_kind: K::NAME.to_owned(),
            record: record.uuid(),
            to,
            compartment: Compartment::Intake,
            mask: "outline".to_owned(),
            purpose: "deconfliction".to_owned(),
            ends_at: self.at() + Span::days(1),
            created_by: self.id(),
            created_at: self.at(),
            revoked_at: None,
        }
    }
}
