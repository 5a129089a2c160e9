//! What a child or a witness says over time, and takes back.
//!
//! Disclosure is a process. A statement is recorded with what surrounded it; none of them is a step of a track, so none
//! ends or slows a case.

use std::fmt;

use model::{Id, Instant, kinds};
use reports::words;
use serde::{Deserialize, Serialize};

words! {
    /// What kind of statement it is (after the recantation vocabulary of the CAC Ontology).
    pub enum StatementKind: "a kind of statement" {
        /// Tells what happened.
        Disclosure = "disclosure", "disclosure";
        /// Tells a part, or hesitantly.
        TentativeDisclosure = "tentative_disclosure", "tentative disclosure";
        /// Denies after having told.
        DenialAfterDisclosure = "denial_after_disclosure", "denial after disclosure";
        /// Takes a part back.
        PartialRecantation = "partial_recantation", "partial recantation";
        /// Takes everything back.
        Recantation = "recantation", "recantation";
        /// Tells again what was taken back.
        Reaffirmation = "reaffirmation", "reaffirmed disclosure";
        /// Declares not to want to go on, usually in an affidavit.
        Desistance = "desistance", "desistance";
    }
}

impl StatementKind {
    /// What the page says when it is recorded, and what to do.
    pub const fn next_step(self) -> &'static str {
        match self {
            Self::Disclosure | Self::TentativeDisclosure | Self::Reaffirmation => {
                "Recorded. The child need not tell it twice: note how it was recorded."
            }
            Self::DenialAfterDisclosure | Self::PartialRecantation | Self::Recantation => {
                "Recorded. The case goes on. Ask the social worker who may be putting pressure on the child."
            }
            Self::Desistance => {
                "Recorded. The case goes on: desistance does not dismiss it (IRR of RA 11930, section 64). \
                 Ask the social worker who may be putting pressure on the family."
            }
        }
    }
}

/// A statement, as it is kept: sealed, in the order of time.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Whose it is.
    pub person: Id<kinds::Person>,
    /// What kind.
    pub kind: StatementKind,
    /// When it was made.
    pub at: Instant,
    /// Who recorded it.
    pub recorded_by: Id<kinds::User>,
    /// What may have pressed the person, in plain words.
    pub pressures: Vec<String>,
    /// What was said: sensitive text.
    pub text: String,
}

impl fmt::Debug for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Statement")
            .field("person", &self.person)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taking_a_statement_back_does_not_end_the_case() {
        for kind in [StatementKind::Recantation, StatementKind::PartialRecantation, StatementKind::Desistance]
        {
            assert!(kind.next_step().contains("The case goes on"), "{kind}");
        }
    }

    #[test]
    fn a_statement_is_kept_whole_and_stays_out_of_debug() {
        let statement = Statement {
            person: "0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6".parse().unwrap(),
            kind: StatementKind::Recantation,
            at: Instant::from_micros(0),
            recorded_by: "0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f7".parse().unwrap(),
            pressures: vec!["Synthetic pressure secret".to_owned()],
            text: "Synthetic text secret".to_owned(),
        };
        let json = serde_json::to_string(&statement).unwrap();
        assert_eq!(serde_json::from_str::<Statement>(&json).unwrap(), statement);
        let shown = format!("{statement:?}");
        assert!(!shown.contains("secret") && !shown.contains("ecantation"), "{shown}");
    }
}
