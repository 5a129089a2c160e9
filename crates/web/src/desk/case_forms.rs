//! The forms of a case: what they offer, and what they ask for when they are sent. What is wanted of
//! a value is decided by the use case; here a word becomes a value, or is no choice at all.

use app_casework::{NewPerson, NewRole};
use app_kernel::Error;
use cases::{
    AftercareState, CaseTrack, EndReason, InvestigationState, NoteKind, PersonIdentity, PersonRole,
    ProsecutionState, Relationship, TrackState,
};
use model::{CivilDate, Country, Id, Instant, PartialDate, Span, kinds};
use reports::{IncidentKind, Sex};

use crate::{form::Fields, page::Choice};

/// A word of a vocabulary, and its label.
macro_rules! offered {
    ($type:ty) => {
        <$type>::ALL.iter().map(|word| Choice::new(word.as_str(), word.label())).collect()
    };
}

/// The parts somebody can have in a case.
pub(super) fn roles() -> Vec<Choice> {
    offered!(PersonRole)
}

/// What somebody can be to the child.
pub(super) fn relationships() -> Vec<Choice> {
    offered!(Relationship)
}

/// Sexes, as papers have them.
pub(super) fn sexes() -> Vec<Choice> {
    offered!(Sex)
}

/// What a note can be about.
pub(super) fn note_kinds() -> Vec<Choice> {
    offered!(NoteKind)
}

/// Why a track can end.
pub(super) fn end_reasons() -> Vec<Choice> {
    offered!(EndReason)
}

/// Kinds of incident that the receiver has a word for, with the one that is chosen.
pub(super) fn incidents(chosen: Option<IncidentKind>) -> Vec<Choice> {
    IncidentKind::ALL
        .iter()
        .filter(|kind| **kind != IncidentKind::Other)
        .map(|kind| {
            let choice = Choice::new(kind.as_str(), kind.label());
            if chosen == Some(*kind) { choice.chosen() } else { choice }
        })
        .collect()
}

/// A value that no form of ours offers.
pub(super) fn not_a_choice(field: &'static str) -> Error {
    Error::invalid(field, "not_a_choice", "The form holds something that cannot be chosen.", "Choose again.")
}

fn word<T: std::str::FromStr>(text: &str, field: &'static str) -> Result<T, Error> {
    text.trim().parse().map_err(|_| not_a_choice(field))
}

fn optional<T: std::str::FromStr>(text: &str, field: &'static str) -> Result<Option<T>, Error> {
    if text.trim().is_empty() { Ok(None) } else { word(text, field).map(Some) }
}

/// What a note is about.
pub(super) fn note_kind(text: &str) -> Result<NoteKind, Error> {
    word(text, "kind")
}

/// A kind of incident, or as the reports say.
pub(super) fn incident(text: &str) -> Result<Option<IncidentKind>, Error> {
    optional(text, "incident")
}

/// When it happened, or as the reports say.
pub(super) fn incident_at(text: &str) -> Result<Option<Instant>, Error> {
    if text.is_empty() {
        return Ok(None);
    }
    Instant::parse(text).map(Some).map_err(|_| not_a_choice("incident_at"))
}

/// Somebody with an account, or nobody.
pub(super) fn user_of(text: &str, field: &'static str) -> Result<Option<Id<kinds::User>>, Error> {
    optional(text, field)
}

/// Why a track ended, if it did.
pub(super) fn reason_of(text: &str) -> Result<Option<EndReason>, Error> {
    optional(text, "why")
}

/// A state of a track.
pub(super) fn state_of(track: &str, state: &str) -> Result<TrackState, Error> {
    Ok(match word(track, "track")? {
        CaseTrack::Investigation => TrackState::Investigation(word::<InvestigationState>(state, "state")?),
        CaseTrack::Prosecution => TrackState::Prosecution(word::<ProsecutionState>(state, "state")?),
        CaseTrack::Aftercare => TrackState::Aftercare(word::<AftercareState>(state, "state")?),
    })
}

/// The word of a state.
pub(super) const fn state_word(state: TrackState) -> &'static str {
    match state {
        TrackState::Investigation(state) => state.as_str(),
        TrackState::Prosecution(state) => state.as_str(),
        TrackState::Aftercare(state) => state.as_str(),
    }
}

/// The end of a day in the house's zone.
pub(super) fn task_due(text: &str, zone: &str) -> Result<Option<Instant>, Error> {
    let Some(day) = day(text, "due")? else { return Ok(None) };
    let start = day.start_in(zone).or_else(|| day.start_in("UTC"));
    let end = start.map(|start| start + Span::days(1) - Span::seconds(1));
    end.map(Some).ok_or_else(|| not_a_day("due"))
}

/// A day, or none.
pub(super) fn day(text: &str, field: &'static str) -> Result<Option<CivilDate>, Error> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| not_a_day(field))
}

fn not_a_day(field: &'static str) -> Error {
    Error::invalid(field, "not_a_day", "This is not a day.", "Write it as 2026-11-21.")
}

/// A role, and what is known about the age.
pub(super) fn new_role(fields: &Fields) -> Result<NewRole, Error> {
    let age = optional(fields.get("age"), "age").map_err(|_| {
        Error::invalid(
            "age",
            "not_an_age",
            "This is not an age in years.",
            "Write a whole number, such as 9.",
        )
    })?;
    Ok(NewRole {
        age,
        relationship: optional::<Relationship>(fields.get("relationship"), "relationship")?,
        acknowledgement: fields.given("acknowledgement").map(str::to_owned),
        ..NewRole::new(word(fields.get("role"), "role")?)
    })
}

/// Somebody who is added, as the form has them.
pub(super) fn new_person(fields: &Fields) -> Result<NewPerson, Error> {
    let birth = optional::<PartialDate>(fields.get("birth"), "birth").map_err(|_| {
        Error::invalid(
            "birth",
            "not_a_date",
            "This is not a date of birth.",
            "Write what is known of it: 2014, 2014-05 or 2014-05-31.",
        )
    })?;
    let nationality = optional::<Country>(fields.get("nationality"), "nationality").map_err(|_| {
        Error::invalid(
            "nationality",
            "not_a_country",
            "This is no country.",
            "Write its two letters, such as PH.",
        )
    })?;
    let identity = PersonIdentity {
        names: lines(fields.get("names")),
        aliases: lines(fields.get("aliases")),
        birth,
        sex: optional::<Sex>(fields.get("sex"), "sex")?,
        nationality,
        identifiers: Vec::new(),
        note: fields.given("note").map(str::to_owned),
    };
    Ok(NewPerson { identity, role: new_role(fields)? })
}

/// The lines of a text that say something.
pub(super) fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_due_when_its_day_ends_where_the_house_is() {
        let due = task_due("2026-11-21", "Asia/Manila").unwrap().unwrap();
        assert_eq!(due, Instant::parse("2026-11-21T15:59:59Z").unwrap());
        assert_eq!(task_due(" ", "Asia/Manila").unwrap(), None);
        assert!(task_due("tomorrow", "Asia/Manila").is_err());
    }

    #[test]
    fn every_state_that_is_offered_reads_back() {
        for track in CaseTrack::ALL {
            let state = cases::Tracks::default().state(*track);
            for next in state.next() {
                assert_eq!(state_of(track.as_str(), state_word(next)).unwrap(), next);
            }
        }
        assert!(state_of("investigation", "acquitted").is_err());
    }

    #[test]
    fn a_person_is_read_as_far_as_the_form_tells() {
        let text =
            "role=child_victim&names=Synthetic+Child%0D%0A%0D%0ASynthetic+Other&birth=2014-05&age=&sex=";
        let person = new_person(&Fields::parse(text)).unwrap();
        assert_eq!(person.identity.names, ["Synthetic Child", "Synthetic Other"]);
        assert_eq!((person.role.role, person.role.age), (PersonRole::ChildVictim, None));
        assert!(new_person(&Fields::parse("role=child_victim&birth=soon")).is_err());
        assert!(new_person(&Fields::parse("role=")).is_err());
    }
}
