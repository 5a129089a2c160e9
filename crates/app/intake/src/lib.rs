//! Use cases of intake: every signal becomes a record with its sealed original, its links, its
//! matches and its place in the queue, and nothing is lost on the way.
//!
//! A file comes in two steps. [`receive`] seals it as it streams and knows by its SHA-256 whether
//! it was here before; from then on it is ours to finish. [`process`] reads the sealed original,
//! tells its kind by content and takes its records in, batch by batch, each batch whole. A
//! process that a crash cut short is taken up again and adds nothing twice.

mod admit;
mod banks;
mod clocks;
mod escalate;
mod events;
mod from_cybertip;
mod hashes;
mod imports;
mod link;
mod matches;
mod original;
mod party;
mod payments;
mod process;
mod queue;
mod receive;
mod rejects;
mod report;
mod rules;
mod search;
mod shared;
mod tips;

pub use admit::recount;
pub use banks::{
    Added, Adding, Asking, BankIndex, BankKind, BankRow, BankSettings, BankView, ContentPage, ContentState,
    ContentView, ExchangeAccess, ExchangeKind, ExchangeRow, Extent, FedCensus, FedCounts, FedDetails,
    FedEntry, FedStep, Feedback, Found, HeldBack, OpinionView, Question, Retention, SeenMatch, Standing,
    Swept, Verdict, add_content, add_exchange, bank, bank_named, banks, change_bank, change_note, content,
    contents, delete_bank, disable_until, end_round, exchanges, feedback, forget, give_opinion, look_up,
    look_up_as, make_bank, match_what_was_seen, may_manage_banks, may_match, open_exchange, release,
    remove_content, remove_exchange, seen_and_matched, standing, switch_exchange, take_step, want_fetches,
};
pub use clocks::ClockView;
pub use escalate::escalate;
pub use events::{RefusedLine, Sender, Taken, events};
pub use imports::{ImportPage, ImportRow, ImportView, RejectLine, import, imports, rejected, rejects_csv};
pub use process::{Outcome, Progress, process, unfinished};
pub use queue::{Place, QueueFilter, QueuePage, QueueRow, StateGroup, queue};
pub use receive::{Arriving, Received, Receiver, receive, tidy};
pub use report::{
    CaseRef, DecisionLine, FileHashView, FileView, IdentifierView, IncidentView, JournalLine, LinkView,
    MatchView, PersonView, Provenance, ReportContent, ReportView, RevealWhat, Revealed, Undone, Withheld,
    read, reveal, reveal_identifier,
};
pub use rules::Rules;
pub use search::{Hit, HitKind, search};
pub use shared::{ReportRef, TextLine};
