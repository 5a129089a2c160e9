//! The values answers and requests are made of. Each reads exactly what its schema describes, so
//! that the document cannot promise what the code refuses.

use std::borrow::Cow;

use model::{Id, Instant, Kind, kinds};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ObjectBuilder, RefOr, Schema, SchemaFormat, Type,
        schema::{AnyOfBuilder, SchemaType},
    },
};

/// An id as an example.
const EXAMPLE_ID: &str = "0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6";

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::Type(Type::String))
}

fn formatted(format: &str) -> ObjectBuilder {
    text().format(Some(SchemaFormat::Custom(format.to_owned())))
}

/// The id of a record: a UUID in its usual form.
pub(crate) struct RecordId<K>(pub(crate) Id<K>);

impl<K> Clone for RecordId<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for RecordId<K> {}

impl<K> From<Id<K>> for RecordId<K> {
    fn from(id: Id<K>) -> Self {
        Self(id)
    }
}

impl<K> Serialize for RecordId<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, K: Kind> Deserialize<'de> for RecordId<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let id = text.parse::<Id<K>>().map_err(D::Error::custom)?;
        // A UUID has other spellings, which are not ours.
        if !text.eq_ignore_ascii_case(&id.to_string()) {
            return Err(D::Error::custom(format!("expected a UUID such as {EXAMPLE_ID}")));
        }
        Ok(Self(id))
    }
}

impl<K> PartialSchema for RecordId<K> {
    fn schema() -> RefOr<Schema> {
        formatted("uuid").description(Some("The id of a record.")).examples([EXAMPLE_ID]).into()
    }
}

impl<K> ToSchema for RecordId<K> {
    fn name() -> Cow<'static, str> {
        "RecordId".into()
    }
}

macro_rules! ids {
    ($($name:ident = $kind:ident),+ $(,)?) => {
        $(pub(crate) type $name = RecordId<kinds::$kind>;)+
    };
}

ids! {
    AlertId = Alert, CaseId = Case, DecisionId = Decision, FilingId = Filing, BankId = Bank,
    ImportId = Import, JobId = Job, JournalEntryId = JournalEntry, NoteId = Note, PartyId = Party,
    PersonId = Person, ReportId = Report, RequestId = Request, TaskId = Task, TokenId = ApiToken, UserId = User,
}

/// A moment: RFC 3339, in UTC when it is answered.
#[derive(Clone, Copy)]
pub(crate) struct Moment(pub(crate) Instant);

impl From<Instant> for Moment {
    fn from(at: Instant) -> Self {
        Self(at)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let spelled =
            text.get(10..11).is_some_and(|t| t.eq_ignore_ascii_case("t")) && text.get(16..17) == Some(":");
        if !spelled || text.contains(['[', ',']) {
            return Err(D::Error::custom("expected a time such as 2026-03-01T22:15:00+08:00"));
        }
        Instant::parse(&text).map(Self).map_err(D::Error::custom)
    }
}

impl PartialSchema for Moment {
    fn schema() -> RefOr<Schema> {
        formatted("date-time")
            .description(Some("A moment, RFC 3339; in UTC when it is answered."))
            .examples(["2026-03-01T14:15:00Z"])
            .into()
    }
}

impl ToSchema for Moment {
    fn name() -> Cow<'static, str> {
        "Moment".into()
    }
}

/// A date as far as it is known: a year, a month or a day.
#[derive(Clone, Copy)]
pub(crate) struct KnownDate(pub(crate) model::PartialDate);

impl From<model::PartialDate> for KnownDate {
    fn from(date: model::PartialDate) -> Self {
        Self(date)
    }
}

impl Serialize for KnownDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for KnownDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let date = text.parse::<model::PartialDate>().map_err(D::Error::custom)?;
        if text != date.to_string() {
            return Err(D::Error::custom("expected a date such as 2014, 2014-05 or 2014-05-31"));
        }
        Ok(Self(date))
    }
}

impl PartialSchema for KnownDate {
    fn schema() -> RefOr<Schema> {
        AnyOfBuilder::new()
            .item(formatted("date"))
            .item(text().pattern(Some("^[0-9]{4}$")))
            .item(text().pattern(Some("^[0-9]{4}-(0[1-9]|1[0-2])$")))
            .description(Some("A date as far as it is known: a day, a year or a month."))
            .examples(["2014-05"])
            .into()
    }
}

impl ToSchema for KnownDate {
    fn name() -> Cow<'static, str> {
        "KnownDate".into()
    }
}

/// A day.
#[derive(Clone, Copy)]
pub(crate) struct Day(pub(crate) model::CivilDate);

impl From<model::CivilDate> for Day {
    fn from(day: model::CivilDate) -> Self {
        Self(day)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let day = text.parse::<model::CivilDate>().map_err(D::Error::custom)?;
        if text != day.to_string() {
            return Err(D::Error::custom("expected a day such as 2026-03-01"));
        }
        Ok(Self(day))
    }
}

impl PartialSchema for Day {
    fn schema() -> RefOr<Schema> {
        formatted("date").description(Some("A day.")).examples(["2026-03-01"]).into()
    }
}

impl ToSchema for Day {
    fn name() -> Cow<'static, str> {
        "Day".into()
    }
}

/// A country: two letters of ISO 3166-1.
#[derive(Clone, Copy)]
pub(crate) struct CountryCode(pub(crate) model::Country);

impl From<model::Country> for CountryCode {
    fn from(country: model::Country) -> Self {
        Self(country)
    }
}

impl Serialize for CountryCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for CountryCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let country = text.parse::<model::Country>().map_err(D::Error::custom)?;
        if text != country.as_str() {
            return Err(D::Error::custom("expected two letters of ISO 3166-1, such as PH"));
        }
        Ok(Self(country))
    }
}

impl PartialSchema for CountryCode {
    fn schema() -> RefOr<Schema> {
        text()
            .pattern(Some("^[A-Z][A-Z0-9]$"))
            .description(Some("A country, ISO 3166-1 alpha-2."))
            .examples(["PH"])
            .into()
    }
}

impl ToSchema for CountryCode {
    fn name() -> Cow<'static, str> {
        "CountryCode".into()
    }
}

/// A whole number from a least to a most. JSON knows no whole numbers, so 7.0 is 7.
#[derive(Clone, Copy)]
pub(crate) struct Number<const LEAST: u16, const MOST: u16>(pub(crate) u16);

/// A place in a list of a record.
pub(crate) type Place = Number<0, 65_535>;

impl<'de, const LEAST: u16, const MOST: u16> Deserialize<'de> for Number<LEAST, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = f64::deserialize(deserializer)?;
        if number.fract() != 0.0 || !(f64::from(LEAST)..=f64::from(MOST)).contains(&number) {
            return Err(D::Error::custom(format!("expected a whole number from {LEAST} to {MOST}")));
        }
        Ok(Self(number as u16))
    }
}

impl<const LEAST: u16, const MOST: u16> PartialSchema for Number<LEAST, MOST> {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::Integer))
            .minimum(Some(LEAST))
            .maximum(Some(MOST))
            .description(Some("A whole number."))
            .into()
    }
}

impl<const LEAST: u16, const MOST: u16> ToSchema for Number<LEAST, MOST> {
    fn name() -> Cow<'static, str> {
        format!("Number{LEAST}To{MOST}").into()
    }
}

/// One line of text that says something, of at most so many characters.
#[derive(Clone)]
pub(crate) struct Line<const MOST: usize>(pub(crate) String);

/// Text that says something, of at most so many characters; it may have several lines.
#[derive(Clone)]
pub(crate) struct Text<const MOST: usize>(pub(crate) String);

/// A line such as a title or a name.
pub(crate) type ShortLine = Line<200>;
/// A reason or a sentence or two.
pub(crate) type ShortText = Text<4000>;
/// A note.
pub(crate) type LongText = Text<20_000>;

fn read<'de, D: Deserializer<'de>>(
    deserializer: D,
    most: usize,
    allowed: impl Fn(char) -> bool,
) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.trim().is_empty() {
        return Err(D::Error::custom("expected text that says something"));
    }
    if text.chars().count() > most {
        return Err(D::Error::custom(format!("expected at most {most} characters")));
    }
    if !text.chars().all(allowed) {
        return Err(D::Error::custom("expected text without control characters"));
    }
    Ok(text)
}

impl<'de, const MOST: usize> Deserialize<'de> for Line<MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read(deserializer, MOST, |c| !c.is_control()).map(Self)
    }
}

impl<'de, const MOST: usize> Deserialize<'de> for Text<MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read(deserializer, MOST, |c| !c.is_control() || "\n\r\t".contains(c)).map(Self)
    }
}

impl<const MOST: usize> PartialSchema for Line<MOST> {
    fn schema() -> RefOr<Schema> {
        const OTHER: &str = r"\u0000-\u001F\u007F-\u009F";
        text()
            .min_length(Some(1))
            .max_length(Some(MOST))
            .pattern(Some(format!("^[^{OTHER}]*[^\\s{OTHER}][^{OTHER}]*$")))
            .description(Some("One line that says something."))
            .into()
    }
}

impl<const MOST: usize> ToSchema for Line<MOST> {
    fn name() -> Cow<'static, str> {
        format!("Line{MOST}").into()
    }
}

impl<const MOST: usize> PartialSchema for Text<MOST> {
    fn schema() -> RefOr<Schema> {
        const OTHER: &str = r"\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F";
        text()
            .min_length(Some(1))
            .max_length(Some(MOST))
            .pattern(Some(format!("^[^{OTHER}]*[^\\s{OTHER}][^{OTHER}]*$")))
            .description(Some("Text that says something; it may have several lines."))
            .into()
    }
}

impl<const MOST: usize> ToSchema for Text<MOST> {
    fn name() -> Cow<'static, str> {
        format!("Text{MOST}").into()
    }
}

/// Reads a list of at most so many.
pub(crate) fn few<'de, D: Deserializer<'de>, T: Deserialize<'de>, const MOST: usize>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let list = Vec::deserialize(deserializer)?;
    if list.len() > MOST {
        return Err(D::Error::custom(format!("expected at most {MOST} of them")));
    }
    Ok(list)
}
