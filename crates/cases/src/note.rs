//! Notes in a case.

use std::fmt;

use model::{Id, Instant, kinds};
use reports::words;
use serde::{Deserialize, Serialize};

words! {
    /// What a note is about.
    pub enum NoteKind: "a kind of note" {
        /// Anything.
        General = "general", "note";
        /// A call, message or meeting.
        Contact = "contact", "contact";
        /// A conference of several agencies.
        Conference = "conference", "case conference";
        /// Why something was decided.
        Decision = "decision", "reasons for a decision";
    }
}

/// A note. Never changed: a later note corrects it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// What it is about.
    pub kind: NoteKind,
    /// Who wrote it.
    pub author: Id<kinds::User>,
    /// When.
    pub at: Instant,
    /// True if the text describes abuse: collapsed until opened with a reason.
    pub sensitive: bool,
    /// The text.
    pub text: String,
    /// The note this one corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<Id<kinds::Note>>,
}

impl fmt::Debug for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Note")
            .field("kind", &self.kind)
            .field("author", &self.author)
            .field("at", &self.at)
            .field("sensitive", &self.sensitive)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_kept_whole_and_its_text_stays_out_of_debug() {
        let note = Note {
            kind: NoteKind::Contact,
            author: "0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6".parse().unwrap(),
            at: Instant::from_micros(0),
            sensitive: true,
            text: "Synthetic secret".to_owned(),
            corrects: None,
        };
        let json = serde_json::to_string(&note).unwrap();
        assert_eq!(serde_json::from_str::<Note>(&json).unwrap(), note);
        assert!(!format!("{note:?}").contains("secret"));
    }
}
