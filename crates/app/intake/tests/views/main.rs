//! What people see of intake: the queue, an open report, imports, lists, search, and an alert that
//! becomes a report. On every engine there is.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on must fail"
)]

mod escalate;
mod imports;
mod queue;
mod report;
mod search;
mod support;
