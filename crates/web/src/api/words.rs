//! The fixed vocabularies of the house in answers and requests: each word as the data has it, and
//! the schema lists them from the same table.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type, schema::SchemaType},
};

macro_rules! vocabularies {
    ($($(#[$doc:meta])* $name:ident = $inner:path, $says:literal;)+) => {$(
        #[doc = $says]
        #[derive(Clone, Copy, PartialEq, Eq)]
        pub(crate) struct $name(pub(crate) $inner);

        impl From<$inner> for $name {
            fn from(word: $inner) -> Self {
                Self(word)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.0.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                <$inner>::ALL.iter().copied().find(|word| word.as_str() == text).map(Self).ok_or_else(|| {
                    let all: Vec<_> = <$inner>::ALL.iter().map(|word| word.as_str()).collect();
                    D::Error::custom(format!("expected one of: {}", all.join(", ")))
                })
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(SchemaType::Type(Type::String))
                    .description(Some($says))
                    .enum_values(Some(<$inner>::ALL.iter().map(|word| word.as_str())))
                    .into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )+};
}

vocabularies! {
    Action = access::Action, "Something that can be done, as roles grant it.";
    AccountUse = reports::AccountUse, "What the account of an associated person is to the one reported.";
    AftercareState = cases::AftercareState, "Where aftercare stands.";
    AlertState = app_screening::AlertState, "Where an alert is on its way.";
    CaseTrack = cases::CaseTrack, "A track of a case.";
    Channel = reports::Channel, "The way a report came.";
    Confidence = reports::Confidence, "How sure it is.";
    DecisionKind = reports::DecisionKind, "What a decision does.";
    DismissReason = app_screening::DismissReason, "Why an alert is dismissed.";
    EndReason = cases::EndReason, "Why a track ended.";
    FilingKind = cases::FilingKind, "What is filed.";
    FilingState = cases::FilingState, "Where a filing stands.";
    FilingStepKind = cases::FilingStepKind, "What is done with a filing.";
    IdentifierKind = model::IdentifierKind, "What an identifier names.";
    IncidentKind = reports::IncidentKind, "What happened.";
    HitKind = app_intake::HitKind, "What was found.";
    InvestigationState = cases::InvestigationState, "Where the investigation stands.";
    NoActionReason = reports::NoActionReason, "Why nothing is to be done.";
    NoteKind = cases::NoteKind, "What a note is about.";
    PersonRole = cases::PersonRole, "A part in a case. On the accused's side nobody is judged.";
    Phase = cases::Phase, "The phase a case is in.";
    ProsecutionState = cases::ProsecutionState, "Where the prosecution stands.";
    Relationship = cases::Relationship, "What somebody is to the child.";
    ReportedRole = reports::PersonRole, "The part a report gives somebody.";
    ReportFlag = reports::ReportFlag, "What a reporter marked a report with.";
    ReportState = reports::ReportState, "Where a report stands.";
    Route = reports::Route, "Whom a report is for first.";
    Sex = reports::Sex, "Sex as a document gave it.";
    Source = reports::Source, "Who a report comes from.";
    TaskState = cases::TaskState, "Where a task stands.";
    TimelineKind = cases::TimelineKind, "What a line of the timeline is about.";
}

/// The word of a group of states, or of one.
pub(crate) struct StatesOfReports(pub(crate) String);

fn state_words() -> impl Iterator<Item = &'static str> {
    let groups = app_intake::StateGroup::ALL.iter().map(|group| group.as_str());
    groups
        .chain(reports::ReportState::ALL.iter().map(|state| state.as_str()).filter(|word| *word != "closed"))
}

impl<'de> Deserialize<'de> for StatesOfReports {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if state_words().any(|word| word == text) {
            return Ok(Self(text));
        }
        let all: Vec<_> = state_words().collect();
        Err(D::Error::custom(format!("expected one of: {}", all.join(", "))))
    }
}

impl PartialSchema for StatesOfReports {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .description(Some("A group of states of reports, or one state."))
            .enum_values(Some(state_words()))
            .into()
    }
}

impl ToSchema for StatesOfReports {
    fn name() -> Cow<'static, str> {
        "StatesOfReports".into()
    }
}
