//! Synthetic documents, for trying out and for testing.
//!
//! Reports, file details and answers as a hotline meets them, all made up and visibly so. Some
//! reports are on the same network of people and share screen names, addresses, phones, devices
//! and wallets; some tell of live-streaming, of sextortion, of a child at risk now. Together the
//! first sixty documents use every element, attribute and word of the schema. The same generator
//! state gives the same documents, and asking for more gives the same ones first.

mod accounts;
mod cast;
mod dice;
mod files;
mod reports;

use std::collections::VecDeque;

use model::{Entropy, Instant};

use super::{Document, ReceivedFiles, ReportDoneResponse, ReportResponse, ResponseCode, Token};
use dice::Dice;

/// So many documents, each with the name of a file to put it in. None lies later than `now`.
pub fn documents(
    entropy: &dyn Entropy,
    count: usize,
    now: Instant,
) -> impl Iterator<Item = (String, Document)> + '_ {
    let mut dice = Dice::new(entropy, now);
    let mut ready = VecDeque::new();
    let mut submission = 0;
    std::iter::from_fn(move || {
        if ready.is_empty() {
            ready.extend(submit(submission, &mut dice));
            submission += 1;
        }
        ready.pop_front()
    })
    .take(count)
}

/// One submission: a report, the details of its files, and now and then what the service answered.
fn submit(number: usize, dice: &mut Dice<'_>) -> Vec<(String, Document)> {
    let report_id = 900_000_000 + i64::try_from(number).unwrap_or(0);
    dice.complete = (number < 32 && matches!(number % 8, 1 | 6)) || number % 40 == 1;
    let batched = number % 16 == 11;
    let report = if batched { reports::batch(number, dice) } else { reports::report(number, dice) };
    let mut made = vec![(format!("report-{number:06}.xml"), Document::Report(report))];

    let files =
        if batched { 1 } else { usize::from(number.is_multiple_of(2)) + usize::from(number % 6 == 4) };
    let mut file_ids = Vec::new();
    for nth in 1..=files {
        dice.complete = nth == 1 && number.is_multiple_of(4);
        let file_id = dice.hex(32);
        let details = if batched {
            files::of_batch(report_id, &file_id)
        } else {
            files::details(report_id, &file_id, number, dice)
        };
        made.push((format!("report-{number:06}-file-{nth}.xml"), Document::FileDetails(details)));
        file_ids.push(file_id);
    }
    if number % 8 == 2 {
        let response = answer(number, report_id, file_ids.first(), dice);
        made.push((format!("report-{number:06}-response.xml"), Document::ReportResponse(response)));
    }
    if number % 8 == 4 {
        let receipt = ReportDoneResponse::new(
            ResponseCode::Success.number(),
            report_id,
            ReceivedFiles { file_id: file_ids },
        );
        made.push((format!("report-{number:06}-receipt.xml"), Document::ReportDoneResponse(receipt)));
    }
    made
}

/// What the service says to an upload; now and then it refuses.
fn answer(number: usize, report_id: i64, file_id: Option<&String>, dice: &mut Dice<'_>) -> ReportResponse {
    let code = if number % 24 == 18 { ResponseCode::ValidationFailed } else { ResponseCode::Success };
    let accepted = code == ResponseCode::Success;
    ReportResponse {
        report_id: accepted.then_some(report_id),
        file_id: file_id.filter(|_| accepted).map(|id| Token::new(id)),
        hash: accepted.then(|| Token::new(&dice.hex(32))),
        ..ReportResponse::new(code.number(), code.description().to_owned())
    }
}
