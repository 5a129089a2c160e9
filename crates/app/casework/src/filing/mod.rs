//! Reports on their way out of the house: drafted from a case, reviewed by a second person, ready,
//! sent, and acknowledged or rejected. What was said at each step is kept with it.

mod accounts;
mod cybertip;
mod draft;
mod files;
mod sources;
mod steps;
mod view;

pub use cybertip::CybertipChoices;
pub use draft::{attachments, document, draft_cybertip, export_cybertip, redraft};
pub use files::FiledDocument;
pub use steps::{Handover, acknowledge, mark_ready, reject, review, send, withdraw};
pub use view::{FilingRow, FilingStepView, FilingView, filings, read_filing};

pub(crate) use view::of_case;
