//! What programs say of a content besides its signals: a note, and metadata (HMA
//! `BankedContentMetadata`: the program's own id and address of the content, and any JSON object).
//!
//! A bank keeps one note for people to read. Metadata is its last line, so that nothing is lost and
//! nobody has to look elsewhere.

use serde_json::{Map, Value, json};

use super::{
    answer::{Answer, Refused},
    signals::shortened,
};

/// Letters a note may have (`_validate_note`).
const NOTE: usize = 255;
/// Letters metadata may have, as JSON.
const METADATA: usize = 3000;
/// How the line of metadata begins.
const LINE: &str = "metadata ";

/// A note and metadata.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Words {
    pub(super) note: Option<String>,
    pub(super) metadata: Option<Metadata>,
}

/// Metadata: what was given of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Metadata(Map<String, Value>);

impl Metadata {
    fn read(value: &Value) -> Answer<Option<Self>> {
        let Value::Object(map) = value else { return Err(Refused::bad("metadata should be a json object")) };
        let mut kept = Map::new();
        for (name, value) in map {
            let fits = match name.as_str() {
                // Where a content came from is for the house to say.
                "collab" => continue,
                "content_id" | "content_uri" => value.is_string(),
                "json" => value.is_object(),
                _ => {
                    let name = shortened(name);
                    return Err(Refused::bad(format!(
                        "Invalid metadata: {name}: Extra inputs are not permitted"
                    )));
                }
            };
            if value.is_null() {
                continue;
            }
            if !fits {
                let name = shortened(name);
                return Err(Refused::bad(format!("Invalid metadata: {name} is not of the expected type")));
            }
            kept.insert(name.clone(), value.clone());
        }
        if json!(kept).to_string().chars().count() > METADATA {
            return Err(Refused::bad(format!("metadata must be at most {METADATA} characters of JSON")));
        }
        Ok((!kept.is_empty()).then_some(Self(kept)))
    }

    /// What was given.
    pub(super) fn given(self) -> Value {
        Value::Object(self.0)
    }

    /// With everything that might have been given.
    pub(super) fn shown(self) -> Value {
        let mut all = self.0;
        for name in ["content_id", "content_uri", "json", "collab"] {
            all.entry(name).or_insert(Value::Null);
        }
        Value::Object(all)
    }
}

impl Words {
    /// From the fields of a form.
    pub(super) fn of_form(note: Option<&str>, metadata: Option<&str>) -> Answer<Self> {
        let parsed = metadata.map(serde_json::from_str::<Value>).transpose();
        let parsed = parsed.map_err(|_| Refused::bad("metadata form field must be valid JSON"))?;
        Self::of_json(note.map(|note| json!(note)).as_ref(), parsed.as_ref())
    }

    /// From a body of JSON.
    pub(super) fn of_json(note: Option<&Value>, metadata: Option<&Value>) -> Answer<Self> {
        let note = match note {
            None | Some(Value::Null) => None,
            Some(Value::String(note)) if note.chars().count() > NOTE => {
                return Err(Refused::bad("note must be at most 255 characters"));
            }
            Some(Value::String(note)) => Some(note.trim().to_owned()).filter(|note| !note.is_empty()),
            Some(_) => return Err(Refused::bad("note should be a string")),
        };
        let metadata = metadata.filter(|value| !value.is_null());
        Ok(Self { note, metadata: metadata.map(Metadata::read).transpose()?.flatten() })
    }

    /// The note as a bank keeps it.
    pub(super) fn written(&self) -> Option<String> {
        let line = self.metadata.as_ref().map(|metadata| format!("{LINE}{}", json!(metadata.0)));
        match (&self.note, line) {
            (Some(note), Some(line)) => Some(format!("{note}\n{line}")),
            (Some(note), None) => Some(note.clone()),
            (None, line) => line,
        }
    }

    /// From a note a bank keeps; whatever its last line is.
    pub(super) fn read(kept: Option<&str>) -> Self {
        let Some(kept) = kept else { return Self::default() };
        let (before, last) =
            kept.rsplit_once('\n').map_or((None, kept), |(before, last)| (Some(before), last));
        let metadata = last.strip_prefix(LINE).and_then(|text| serde_json::from_str::<Value>(text).ok());
        match metadata.as_ref().map(Metadata::read) {
            Some(Ok(Some(metadata))) => Self { note: before.map(str::to_owned), metadata: Some(metadata) },
            _ => Self { note: Some(kept.to_owned()), metadata: None },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn metadata_is_what_hma_takes_for_it() {
        let given = json!({ "content_id": "1197433091", "json": { "asdf": {} }, "collab": { "X": ["y"] } });
        let words = Words::of_json(None, Some(&given)).unwrap();
        let shown = words.metadata.clone().unwrap().shown();
        let wanted = json!({ "content_id": "1197433091", "content_uri": null, "json": { "asdf": {} }, "collab": null });
        assert_eq!(shown, wanted);
        assert_eq!(words.written().unwrap(), r#"metadata {"content_id":"1197433091","json":{"asdf":{}}}"#);
        for wrong in [json!({ "invalid_metadata": 5 }), json!({ "content_id": 5 }), json!([]), json!("x")] {
            assert!(Words::of_json(None, Some(&wrong)).is_err(), "{wrong}");
        }
        assert!(Words::of_form(None, Some("{")).is_err());
        assert!(Words::of_json(Some(&json!("x".repeat(256))), None).is_err());
    }

    #[test]
    fn a_note_of_another_source_is_left_as_it_is() {
        for kept in
            ["synthetic", "two\nlines", "metadata of a camera", "metadata {}", "metadata {\"other\":1}"]
        {
            let words = Words::read(Some(kept));
            assert_eq!(words, Words { note: Some(kept.to_owned()), metadata: None });
            assert_eq!(words.written().as_deref(), Some(kept));
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(note in "[a-z]{1,9}( [a-z]{1,9}){0,3}", id in "[^\\p{C}]{1,20}", with in any::<(bool, bool)>()) {
            let metadata = json!({ "content_id": id });
            let words = Words::of_json(
                with.0.then(|| json!(note)).as_ref(),
                with.1.then_some(&metadata),
            ).unwrap();
            prop_assert_eq!(Words::read(words.written().as_deref()), words);
        }
    }
}
