//! Banks of known hashes: their settings, their contents, what people here think of them, and
//! looking something up in all of them at once.
//!
//! The database is the truth. What finds perceptual hashes by distance is an index beside it
//! ([`BankIndex`]) that follows the database by the numbers of the contents; what it finds is always
//! held against the rows before it counts, so an index that still knows what a bank has forgotten
//! can cost time but never make a match.

mod change;
mod exchange;
mod feed;
mod feedback;
mod index;
mod look_up;
mod programs;
mod read;
mod retro;
mod settings;
mod words;

pub use change::{Added, Adding, add_content, disable_until, give_opinion, release, remove_content};
pub use exchange::{
    ExchangeAccess, ExchangeRow, FedCensus, FedCounts, FedDetails, FedEntry, FedStep, add_exchange,
    end_round, exchanges, open_exchange, remove_exchange, switch_exchange, take_step, want_fetches,
};
pub use feedback::{Feedback, feedback};
pub use index::BankIndex;
pub use look_up::{Asking, Extent, Found, HeldBack, Question, look_up, look_up_as};
pub use programs::{Standing, bank_named, change_note, may_manage_banks, may_match, standing};
pub use read::{
    BankRow, BankView, ContentPage, ContentView, OpinionView, SeenMatch, bank, banks, content, contents,
    seen_and_matched,
};
pub use retro::{Retention, Swept, forget, match_what_was_seen};
pub use settings::{BankSettings, change_bank, delete_bank, make_bank};
pub use words::{BankKind, ContentState, ExchangeKind, Verdict};

pub(crate) use change::want_match;
pub(crate) use feed::{NewEntry, bank_for_import, take};
pub(crate) use look_up::{count, find};
