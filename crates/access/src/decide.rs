//! The decision.

use model::{Compartment, Id, Instant, kinds};

use crate::{Action, Policy, Scope};

/// Who wants something.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Their account.
    pub user: Id<kinds::User>,
    /// The organisation they act for.
    pub organisation: Id<kinds::Organisation>,
    /// The names of their roles.
    pub roles: Vec<String>,
    /// What they are.
    pub kind: ActorKind,
    /// Until when they count as having just confirmed who they are.
    pub strong_until: Option<Instant>,
}

/// What an actor is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActorKind {
    /// A person at a page, by the name they sign in with.
    Person(String),
    /// A program with a token, by the token's label.
    Program(String),
    /// Someone from outside who sees one case until a time.
    Guest {
        /// The name they sign in with.
        name: String,
        /// The case.
        case: Id<kinds::Case>,
        /// The end.
        until: Instant,
    },
    /// The house itself, by the name of what runs: `linking`, `screening`, `setup`.
    System(&'static str),
}

/// What is left out of a record for whoever looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mask {
    /// Nothing.
    Whole,
    /// Every sealed field, every narrative, every name: what is left are states, dates, numbers
    /// and counts.
    Outline,
}

impl Mask {
    /// The word kept with a share.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Outline => "outline",
        }
    }

    /// The mask of that word; anything unknown hides the most.
    pub fn of(word: &str) -> Self {
        if word == "whole" { Self::Whole } else { Self::Outline }
    }
}

/// A share of a record with another organisation.
#[derive(Clone, Debug)]
pub struct Share {
    /// With whom.
    pub to: Id<kinds::Organisation>,
    /// What compartment of it.
    pub compartment: Compartment,
    /// What is left out.
    pub mask: Mask,
    /// Until when.
    pub until: Instant,
}

/// What the decision needs to know of a record.
#[derive(Clone, Debug)]
pub struct RecordFacts {
    /// Its owner.
    pub owner: Id<kinds::Organisation>,
    /// Its compartment.
    pub compartment: Compartment,
    /// The case it belongs to, if any.
    pub case: Option<Id<kinds::Case>>,
    /// With whom it is shared.
    pub shares: Vec<Share>,
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Yes; with this left out.
    Allowed(Mask),
    /// Yes, once the actor has confirmed who they are.
    NeedsStrong,
    /// No.
    Forbidden,
    /// No, and not even that there is such a record.
    Hidden,
}

/// Decides whether `actor` may do `action` to the record of `facts` at `now`. An action on the
/// house itself may have facts too: rows such as imports and accounts, which have an owner.
pub fn decide(
    policy: &Policy,
    actor: &Actor,
    action: Action,
    facts: Option<&RecordFacts>,
    now: Instant,
) -> Decision {
    if matches!(actor.kind, ActorKind::System(_)) {
        return match facts {
            Some(facts) if facts.owner != actor.organisation => Decision::Hidden,
            _ => Decision::Allowed(Mask::Whole),
        };
    }
    let strong = |allowed| {
        let confirmed = actor.strong_until.is_some_and(|until| until > now);
        // A program cannot confirm who it is: what asks for that is not for programs.
        match (&actor.kind, action.needs_strong()) {
            (ActorKind::Program(_), true) => Decision::Forbidden,
            (_, true) if !confirmed => Decision::NeedsStrong,
            _ => allowed,
        }
    };
    match (action.scope(), facts) {
        (Scope::Own, _) => Decision::Allowed(Mask::Whole),
        (Scope::House, Some(facts)) if facts.owner != actor.organisation => Decision::Hidden,
        (Scope::House, _) => match &actor.kind {
            ActorKind::Guest { .. } => Decision::Forbidden,
            _ if policy.grants(&actor.roles, action) => strong(Decision::Allowed(Mask::Whole)),
            _ => Decision::Forbidden,
        },
        (Scope::Record(_), None) => Decision::Hidden,
        (Scope::Record(compartment), Some(facts)) => {
            if facts.compartment != compartment {
                return Decision::Hidden;
            }
            if let ActorKind::Guest { case, until, .. } = &actor.kind {
                let theirs = facts.owner == actor.organisation && facts.case == Some(*case) && *until > now;
                return match action {
                    _ if !theirs => Decision::Hidden,
                    Action::ReadCase | Action::AddNote => Decision::Allowed(Mask::Whole),
                    _ => Decision::Forbidden,
                };
            }
            if facts.owner == actor.organisation {
                return if policy.grants(&actor.roles, action) {
                    strong(Decision::Allowed(Mask::Whole))
                } else {
                    Decision::Forbidden
                };
            }
            let share = facts
                .shares
                .iter()
                .filter(|s| s.to == actor.organisation && s.compartment == compartment && s.until > now)
                .max_by_key(|s| s.mask == Mask::Whole);
            match share {
                None => Decision::Hidden,
                Some(share) if action.for_partners() && policy.grants(&actor.roles, action) => {
                    strong(Decision::Allowed(share.mask))
                }
                Some(_) => Decision::Forbidden,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Instant = Instant::from_micros(1_000_000);

    fn id<K>(n: u8) -> Id<K> {
        let mut bytes = [0; 16];
        bytes[15] = n;
        Id::from_uuid(bytes_to_uuid(bytes))
    }

    fn bytes_to_uuid(bytes: [u8; 16]) -> uuid::Uuid {
        uuid::Uuid::from_bytes(bytes)
    }

    fn person(roles: &[&str]) -> Actor {
        Actor {
            user: id(1),
            organisation: id(10),
            roles: roles.iter().map(|r| (*r).to_owned()).collect(),
            kind: ActorKind::Person("synthetic".to_owned()),
            strong_until: Some(Instant::from_micros(2_000_000)),
        }
    }

    fn facts(owner: u8, compartment: Compartment, shares: Vec<Share>) -> RecordFacts {
        RecordFacts { owner: id(owner), compartment, case: None, shares }
    }

    fn share(until: i64, compartment: Compartment) -> Share {
        Share { to: id(10), compartment, mask: Mask::Outline, until: Instant::from_micros(until) }
    }

    #[test]
    fn privilege_needs_a_fresh_confirmation_and_is_not_for_programs() {
        let policy = Policy::shipped().unwrap();
        let mut actor = person(&["administrator"]);
        assert_eq!(decide(&policy, &actor, Action::ManageKeys, None, NOW), Decision::Allowed(Mask::Whole));
        actor.strong_until = Some(NOW);
        assert_eq!(decide(&policy, &actor, Action::ManageKeys, None, NOW), Decision::NeedsStrong);
        actor.kind = ActorKind::Program("synthetic".to_owned());
        assert_eq!(decide(&policy, &actor, Action::ManageKeys, None, NOW), Decision::Forbidden);
    }

    #[test]
    fn a_guest_sees_their_case_until_their_time_ends() {
        let policy = Policy::shipped().unwrap();
        let guest = |until| Actor {
            kind: ActorKind::Guest { name: "guest".into(), case: id(5), until: Instant::from_micros(until) },
            ..person(&["investigator"])
        };
        let mut record = facts(10, Compartment::Investigation, vec![]);
        record.case = Some(id(5));
        let ask =
            |actor: &Actor, action, record: &RecordFacts| decide(&policy, actor, action, Some(record), NOW);
        assert_eq!(ask(&guest(2_000_000), Action::ReadCase, &record), Decision::Allowed(Mask::Whole));
        assert_eq!(ask(&guest(2_000_000), Action::EditCase, &record), Decision::Forbidden);
        assert_eq!(ask(&guest(1_000_000), Action::ReadCase, &record), Decision::Hidden);
        record.case = Some(id(6));
        assert_eq!(ask(&guest(2_000_000), Action::ReadCase, &record), Decision::Hidden);
        assert_eq!(decide(&policy, &guest(2_000_000), Action::ListCases, None, NOW), Decision::Forbidden);
    }

    fn any_action() -> impl Strategy<Value = Action> {
        (0..Action::ALL.len()).prop_map(|i| Action::ALL[i])
    }

    fn any_roles() -> impl Strategy<Value = Vec<String>> {
        let names = [
            "administrator",
            "auditor",
            "hotline_analyst",
            "investigator",
            "payment_analyst",
            "prosecutor",
            "social_worker",
            "supervisor",
            "nobody",
        ];
        proptest::collection::vec((0..names.len()).prop_map(move |i| names[i].to_owned()), 0..4)
    }

    fn any_compartment() -> impl Strategy<Value = Compartment> {
        (0..4_usize).prop_map(|i| Compartment::ALL[i])
    }

    proptest! {
        #[test]
        fn a_foreign_record_does_not_exist(action in any_action(), roles in any_roles(), c in any_compartment()) {
            let policy = Policy::shipped().unwrap();
            let actor = Actor { roles, ..person(&[]) };
            let expired = facts(20, c, vec![share(1_000_000, c)]);
            for record in [facts(20, c, vec![]), expired] {
                if matches!(action.scope(), Scope::Record(_)) {
                    prop_assert_eq!(decide(&policy, &actor, action, Some(&record), NOW), Decision::Hidden);
                }
            }
        }

        #[test]
        fn another_role_never_takes_away(action in any_action(), roles in any_roles(), more in any_roles(), c in any_compartment(), owner in prop_oneof![Just(10_u8), Just(20)]) {
            let policy = Policy::shipped().unwrap();
            let record = facts(owner, c, vec![share(2_000_000, c)]);
            let fewer = Actor { roles: roles.clone(), ..person(&[]) };
            let all = Actor { roles: roles.into_iter().chain(more).collect(), ..person(&[]) };
            if let Decision::Allowed(mask) = decide(&policy, &fewer, action, Some(&record), NOW) {
                prop_assert_eq!(decide(&policy, &all, action, Some(&record), NOW), Decision::Allowed(mask));
            }
        }

        #[test]
        fn a_partner_only_looks_and_sees_the_outline(action in any_action(), roles in any_roles(), c in any_compartment()) {
            let policy = Policy::shipped().unwrap();
            let actor = Actor { roles, ..person(&[]) };
            let record = facts(20, c, vec![share(2_000_000, c)]);
            if let (Scope::Record(_), Decision::Allowed(mask)) = (action.scope(), decide(&policy, &actor, action, Some(&record), NOW)) {
                prop_assert!(action.for_partners());
                prop_assert_eq!(mask, Mask::Outline);
            }
        }

        #[test]
        fn no_role_no_right(action in any_action(), c in any_compartment()) {
            let policy = Policy::shipped().unwrap();
            let record = facts(10, c, vec![]);
            let nobody = person(&["nobody"]);
            let decision = decide(&policy, &nobody, action, Some(&record), NOW);
            prop_assert!(action.scope() == Scope::Own || !matches!(decision, Decision::Allowed(_)));
        }
    }
}
