//! The closed list of what can be done.

use model::Compartment;

/// What an action needs beside a role that grants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Acts on a record of a compartment.
    Record(Compartment),
    /// Acts on the installation or the organisation as such.
    House,
    /// Acts on the actor's own account; everyone may.
    Own,
}

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $scope:expr, $strong:literal, $partner:literal;)+) => {
        /// Something a person, a program or the system may want to do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Action { $($(#[$doc])* $name),+ }

        impl Action {
            /// Every action, in the order of this list.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The word used in data files and in the journal.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }

            /// What it acts on.
            pub const fn scope(self) -> Scope {
                match self { $(Self::$name => $scope),+ }
            }

            /// Whether the actor must have confirmed who they are a short while ago.
            pub const fn needs_strong(self) -> bool {
                match self { $(Self::$name => $strong),+ }
            }

            /// Whether a partner organisation may do it to a record shared with it.
            pub const fn for_partners(self) -> bool {
                match self { $(Self::$name => $partner),+ }
            }
        }
    };
}

use Compartment::{Intake, Investigation};
use Scope::{House, Own, Record};

actions! {
    /// Take a file in.
    ImportFile = "import_file", House, false, false;
    /// See what was taken in, and what was refused of it.
    ReadImports = "read_imports", House, false, false;
    /// List the queue.
    ListReports = "list_reports", House, false, false;
    /// Open a report.
    ReadReport = "read_report", Record(Intake), false, true;
    /// Open a sealed field of a report.
    RevealReport = "reveal_report", Record(Intake), false, false;
    /// Decide on a report in triage, or undo a decision.
    Triage = "triage", Record(Intake), false, false;
    /// List alerts.
    ListAlerts = "list_alerts", House, false, false;
    /// Open an alert.
    ReadAlert = "read_alert", Record(Intake), false, true;
    /// Open the party an alert is about.
    RevealParty = "reveal_party", Record(Intake), false, false;
    /// Escalate or dismiss an alert.
    ReviewAlert = "review_alert", Record(Intake), false, false;
    /// Look an identifier or a number up.
    Search = "search", House, false, false;
    /// See banks of known hashes, add to them and set them.
    ManageBanks = "manage_banks", House, false, false;
    /// Look a hash up in the banks.
    MatchHashes = "match_hashes", House, false, false;
    /// See typologies and run them again.
    ReadTypologies = "read_typologies", House, false, false;
    /// List cases.
    ListCases = "list_cases", House, false, false;
    /// Open a case.
    ReadCase = "read_case", Record(Investigation), false, true;
    /// Add people and tasks to a case, change its lead and state.
    EditCase = "edit_case", Record(Investigation), false, false;
    /// Add a note to a case.
    AddNote = "add_note", Record(Investigation), false, false;
    /// Open the identity of an adult in a case.
    RevealPerson = "reveal_person", Record(Investigation), false, false;
    /// Open the identity of a child.
    RevealChild = "reveal_child", Record(Investigation), true, false;
    /// See a report on its way out.
    ReadFiling = "read_filing", Record(Investigation), false, false;
    /// Draft a report from a case.
    DraftFiling = "draft_filing", Record(Investigation), false, false;
    /// Review a draft someone else made.
    ReviewFiling = "review_filing", Record(Investigation), false, false;
    /// Let a report leave the house, and record what came back.
    SendFiling = "send_filing", Record(Investigation), true, false;
    /// Share a record with a partner, or take a share back.
    ShareRecord = "share_record", Record(Investigation), true, false;
    /// Add users, change their roles, close their accounts.
    ManageUsers = "manage_users", House, true, false;
    /// See who has an account.
    ReadUsers = "read_users", House, false, false;
    /// Let a guest see one case for a time.
    ManageGuests = "manage_guests", Record(Investigation), true, false;
    /// Rotate keys.
    ManageKeys = "manage_keys", House, true, false;
    /// Read and verify the journal.
    ReadJournal = "read_journal", House, false, false;
    /// See jobs, and give a dead one another life.
    RunJobs = "run_jobs", House, false, false;
    /// Make and take back tokens for programs.
    ManageTokens = "manage_tokens", House, true, false;
    /// Read and change one's own account.
    OwnAccount = "own_account", Own, false, false;
}

impl std::str::FromStr for Action {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.iter().copied().find(|a| a.as_str() == word).ok_or(())
    }
}
