//! Use cases of screening: run typologies over the ledger, review the alerts they raise.
//!
//! [`screen_import`] replays the part of the ledger that an import can have changed, so an alert
//! is the same however the payments came: at once, in pieces, or late. What is found becomes an
//! alert, or extends the one that is there; running again raises nothing twice. People then work
//! the [`desk()`], [`read()`] an alert, [`reveal_party`] where they must, and [`dismiss`] it with a
//! reason or escalate it (which is intake's).

mod desk;
#[cfg(test)]
#[path = "../tests/screening/ledger.rs"]
#[expect(dead_code, reason = "the tests from outside use all of it")]
mod ledger;
pub mod live;
mod raise;
mod read;
mod replay;
mod reveal;
mod review;
mod run;
mod typologies;
mod words;

pub use desk::{AlertRow, DeskPage, desk};
pub use read::{AlertView, JournalLine, OtherAlert, PartyView, ReportHit, SameAccount, read};
pub use reveal::reveal_party;
pub use review::{DismissReason, Outcome, dismiss, reopen};
pub use run::{Screened, ask_rescreen, rescreen_all, screen_import};
pub use typologies::{Loaded, TypologyFile, TypologyRow, in_force, list, load};
pub use words::{AlertState, Band};
