//! The parts people have in a case, over time.
//!
//! A person has a role from one day to another, and may have several: a child who was made to recruit a cousin is a
//! victim. Somebody who is or may be under eighteen is given a role on the accused's side only by a person who
//! acknowledges in writing what that means. The law keeps children out of the offender registry too (IRR of RA 11930,
//! section 35).

use std::fmt;

use model::{CivilDate, Id, Instant, PartialDate, kinds};
use reports::{Minority, words};
use serde::{Deserialize, Serialize};

words! {
    /// A part in a case.
    pub enum PersonRole: "a role in a case" {
        /// A child who was harmed.
        ChildVictim = "child_victim", "the child";
        /// A child who may be harmed, such as a sibling.
        AtRiskChild = "at_risk_child", "a child at risk";
        /// Somebody near the child who carries it out or lets it happen.
        Facilitator = "facilitator", "facilitator";
        /// Somebody who pays for and directs it from afar.
        RemoteOffender = "remote_offender", "remote offender";
        /// Somebody who cares for the child.
        Caregiver = "caregiver", "caregiver";
        /// Somebody who saw or knows something.
        Witness = "witness", "witness";
        /// Somebody who reported it.
        Reporter = "reporter", "reporter";
        /// A social worker, officer, interviewer, lawyer or physician.
        Professional = "professional", "professional";
    }
}

words! {
    /// What somebody is to the child.
    pub enum Relationship: "a relationship to the child" {
        /// Mother or father.
        Parent = "parent", "parent";
        /// Step-parent, or partner of a parent.
        StepParent = "step_parent", "step-parent or parent's partner";
        /// Grandparent.
        Grandparent = "grandparent", "grandparent";
        /// Brother or sister.
        Sibling = "sibling", "sibling";
        /// Aunt or uncle.
        AuntOrUncle = "aunt_or_uncle", "aunt or uncle";
        /// Cousin.
        Cousin = "cousin", "cousin";
        /// Another relative.
        OtherRelative = "other_relative", "other relative";
        /// Guardian or foster carer.
        Guardian = "guardian", "guardian or foster carer";
        /// Friend of the family.
        FamilyFriend = "family_friend", "friend of the family";
        /// Neighbour.
        Neighbour = "neighbour", "neighbour";
        /// Friend or schoolmate of the child.
        Peer = "peer", "friend or schoolmate";
        /// Teacher or another person with authority.
        Authority = "authority", "teacher or other authority";
        /// Known only online.
        OnlineOnly = "online_only", "known only online";
        /// No relationship.
        Stranger = "stranger", "none";
        /// Not known.
        Unknown = "unknown", "not known";
    }
}

words! {
    /// How far a court has come with a person.
    pub enum Standing: "a standing before the court" {
        /// No judgment.
        NotJudged = "not_judged", "not judged";
        /// Convicted.
        Convicted = "convicted", "convicted";
        /// Acquitted.
        Acquitted = "acquitted", "acquitted";
    }
}

impl PersonRole {
    /// True for the roles on the accused's side.
    pub const fn is_accused(self) -> bool {
        matches!(self, Self::Facilitator | Self::RemoteOffender)
    }

    /// What a page calls the person. Accused until judgment; a child is called a child.
    pub const fn words(self, standing: Standing, minority: Minority) -> &'static str {
        if !self.is_accused() {
            return self.label();
        }
        match (self, standing, minority) {
            (_, Standing::Acquitted, _) => "acquitted",
            (_, _, Minority::Child | Minority::Possibly) => "young person, safeguarding first",
            (Self::Facilitator, Standing::NotJudged, _) => "accused of facilitating",
            (Self::Facilitator, Standing::Convicted, _) => "convicted of facilitating",
            (_, Standing::NotJudged, _) => "accused of paying or directing",
            (_, Standing::Convicted, _) => "convicted of paying or directing",
        }
    }
}

/// A person's written word that somebody who is or may be a child is given a role on the accused's side, and that
/// safeguarding comes first.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// Who acknowledges.
    pub by: Id<kinds::User>,
    /// When.
    pub at: Instant,
    /// What is known about the age, and which safeguards stand.
    pub why: String,
}

impl fmt::Debug for Acknowledgement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Acknowledgement").field("by", &self.by).field("at", &self.at).finish_non_exhaustive()
    }
}

/// A role a person has or had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleHeld {
    /// The role.
    pub role: PersonRole,
    /// Since when, as far as it is known.
    pub from: Option<PartialDate>,
    /// Until when, as far as it is known; `None` while it lasts.
    pub to: Option<PartialDate>,
    /// What the person is to the child.
    pub relationship: Option<Relationship>,
    /// The word given where the person is or may be a child.
    pub acknowledgement: Option<Acknowledgement>,
}

impl RoleHeld {
    /// Gives a role. `minority` is the person's at the time the role is about.
    pub fn give(
        role: PersonRole,
        minority: Minority,
        relationship: Option<Relationship>,
        acknowledgement: Option<Acknowledgement>,
    ) -> Result<Self, NeedsSafeguarding> {
        let acknowledged = acknowledgement.as_ref().is_some_and(|word| !word.why.trim().is_empty());
        if role.is_accused() && minority.may_be_child() && !acknowledged {
            return Err(NeedsSafeguarding { role, minority });
        }
        Ok(Self { role, from: None, to: None, relationship, acknowledgement })
    }

    /// The same role with the dates between which it was held.
    pub fn between(self, from: Option<PartialDate>, to: Option<PartialDate>) -> Self {
        Self { from, to, ..self }
    }

    /// Whether the role may have been held on `day`; a date known in part counts from its first to its last day.
    pub fn may_be_held_on(&self, day: CivilDate) -> bool {
        self.from.is_none_or(|from| begins(from) <= key(day)) && self.to.is_none_or(|to| key(day) <= ends(to))
    }
}

type DayKey = (i16, i8, i8);

fn key(day: CivilDate) -> DayKey {
    (day.year(), day.month(), day.day())
}

fn begins(date: PartialDate) -> DayKey {
    match date {
        PartialDate::Year(year) => (year, 1, 1),
        PartialDate::Month(year, month) => (year, month, 1),
        PartialDate::Day(day) => key(day),
    }
}

fn ends(date: PartialDate) -> DayKey {
    match date {
        PartialDate::Year(year) => (year, 12, 31),
        PartialDate::Month(year, month) => (year, month, 31),
        PartialDate::Day(day) => key(day),
    }
}

/// The person is or may be a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the person {}: the role “{}” needs an acknowledgement that says what is known about the age and which safeguards \
     stand; consider “the child” or “a child at risk” instead",
    match minority {
        Minority::Child => "is a child",
        Minority::Possibly => "may be a child",
        Minority::Unknown | Minority::Adult => "has no known age and may be a child",
    },
    role.label()
)]
pub struct NeedsSafeguarding {
    /// The role that was tried.
    pub role: PersonRole,
    /// What is known about the age.
    pub minority: Minority,
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample};

    use super::*;

    const MINORITIES: [Minority; 4] =
        [Minority::Child, Minority::Possibly, Minority::Adult, Minority::Unknown];

    fn acknowledgement(why: &str) -> Acknowledgement {
        Acknowledgement {
            by: "0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6".parse().unwrap(),
            at: Instant::from_micros(0),
            why: why.to_owned(),
        }
    }

    #[test]
    fn before_judgment_everybody_is_accused_and_a_child_is_a_child() {
        let accused = PersonRole::RemoteOffender;
        assert_eq!(accused.words(Standing::NotJudged, Minority::Unknown), "accused of paying or directing");
        assert_eq!(accused.words(Standing::Convicted, Minority::Adult), "convicted of paying or directing");
        assert_eq!(accused.words(Standing::Acquitted, Minority::Adult), "acquitted");
        assert_eq!(
            PersonRole::Facilitator.words(Standing::NotJudged, Minority::Child),
            "young person, safeguarding first"
        );
        for role in PersonRole::ALL {
            for minority in MINORITIES {
                let words = role.words(Standing::NotJudged, minority);
                for wrong in ["offender", "suspect", "facilitator", "convicted"] {
                    assert!(!words.contains(wrong), "{words}");
                }
            }
        }
    }

    #[test]
    fn a_role_is_held_between_dates_known_in_part() {
        let held =
            RoleHeld::give(PersonRole::Caregiver, Minority::Adult, Some(Relationship::AuntOrUncle), None)
                .unwrap()
                .between(Some("2024-02".parse().unwrap()), Some("2025".parse().unwrap()));
        for (day, expected) in
            [("2024-01-31", false), ("2024-02-01", true), ("2025-12-31", true), ("2026-01-01", false)]
        {
            assert_eq!(held.may_be_held_on(day.parse().unwrap()), expected, "{day}");
        }
        let always = held.between(None, None);
        assert!(always.may_be_held_on("1999-01-01".parse().unwrap()));
    }

    #[test]
    fn what_was_acknowledged_stays_out_of_debug() {
        assert!(!format!("{:?}", acknowledgement("Synthetic secret")).contains("secret"));
    }

    #[test]
    fn the_refusal_says_what_to_do() {
        let error = RoleHeld::give(PersonRole::Facilitator, Minority::Child, None, None).unwrap_err();
        assert!(
            error.to_string().starts_with("the person is a child: the role “facilitator” needs"),
            "{error}"
        );
    }

    proptest! {
        #[test]
        fn nobody_who_may_be_a_child_is_accused_without_a_word(
            role in sample::select(PersonRole::ALL), minority in sample::select(MINORITIES.to_vec()), why in "[ a-z]{0,6}"
        ) {
            let guarded = role.is_accused() && minority != Minority::Adult;
            prop_assert_eq!(RoleHeld::give(role, minority, None, None).is_err(), guarded);
            let with_word = RoleHeld::give(role, minority, None, Some(acknowledgement(&why)));
            prop_assert_eq!(with_word.is_err(), guarded && why.trim().is_empty());
        }
    }
}
