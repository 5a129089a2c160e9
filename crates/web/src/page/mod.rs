//! The server-rendered pages: views of plain display data, each with its template.
//!
//! A handler fills a view from what a use case returned and renders it; a view decides nothing.
//! Small things that many pages show (a moment, a clock, a sealed field) are parts: templates of
//! their own that escape what they are given and are marked as safe HTML, so that a page writes
//! `{{ row.received }}`. Addresses are in [`routes`]. Every page works without the script, under a
//! policy that allows no inline style or script.

use askama::filters::HtmlSafe;

pub mod account;
pub mod alert;
pub mod bank;
pub mod case;
pub mod clock;
pub mod error;
pub mod filing;
pub mod house;
pub mod icon;
pub mod import;
pub mod list;
pub mod record;
pub mod report;
pub mod reveal;
pub mod risk;
pub mod routes;
pub mod sealed;
pub mod search;
pub mod shell;
pub mod sign_in;
pub mod time;
pub mod triage;
pub mod typology;

pub use clock::{ClockChip, ClockState};
pub use icon::Icon;
pub use list::{Choice, Filter, Paging};
pub use record::{JournalLine, Standing};
pub use risk::{Level, RiskBand};
pub use sealed::{SealedField, SensitiveText};
pub use shell::{Csrf, Desk, Notice, Shell, Theme};
pub use time::{Moment, Times};

macro_rules! parts {
    ($($part:ty),+ $(,)?) => { $(impl HtmlSafe for $part {})+ };
}

// Each of these renders through a template that escapes its own fields.
parts!(
    Csrf,
    ClockChip,
    Filter,
    JournalLine,
    Moment,
    Notice,
    Paging,
    RiskBand,
    SealedField,
    SensitiveText,
    Standing,
    reveal::RevealedValue,
    Icon,
);
