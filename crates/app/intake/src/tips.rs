//! CyberTipline documents: a report becomes a report; what is said about a file joins the report
//! it belongs to, or waits under that report's number.

use std::io::Read;

use app_kernel::{Error, Op, Permit, Sealer, Tx};
use formats::cybertip::{self, Document, FileDetails};
use reports::{Channel, Report, Source};
use store::imports::Import;

use crate::{
    Rules, admit, from_cybertip,
    process::{Batch, Batches, Counted, read_whole},
    rejects::Rejected,
};

/// A document that was read, or why not.
pub(crate) enum Tip {
    /// A report or what is said about a file.
    Document(Box<Document>),
    /// What is wrong with it: line and words.
    Problems(Vec<(u64, Rejected)>),
}

/// Reads the document.
pub(crate) fn read(original: impl Read, out: &Batches) {
    let bytes = match read_whole(original, cybertip::MOST_BYTES) {
        Ok(bytes) => bytes,
        Err(reason) => {
            let _ = out.send(Batch::Failed(reason));
            return;
        }
    };
    let tip = match cybertip::parse(&bytes) {
        Ok(document @ (Document::Report(_) | Document::FileDetails(_))) => Tip::Document(Box::new(document)),
        Ok(Document::ReportResponse(_) | Document::ReportDoneResponse(_)) => {
            let _ = out.send(Batch::Failed(
                "this is NCMEC's answer to a report that was filed, not a report; record it at the filing in the outbox"
                    .to_owned(),
            ));
            return;
        }
        Err(problems) => Tip::Problems(
            problems
                .into_iter()
                .map(|problem| {
                    let rejected = Rejected {
                        field: problem.path.rsplit('/').next().unwrap_or_default().to_owned(),
                        path: problem.path,
                        reason: problem.reason,
                        raw: String::new(),
                    };
                    (u64::from(problem.line), rejected)
                })
                .collect(),
        ),
    };
    let _ = out.send(Batch::Tip(Box::new(tip)));
}

/// Takes the document in.
pub(crate) async fn take_in(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    rules: &Rules,
    import: &Import,
    sealer: &Sealer,
    tip: Tip,
) -> Result<Counted, Error> {
    let mut counted = Counted { read: 1, ..Counted::default() };
    match tip {
        Tip::Problems(problems) => {
            let rows = problems.into_iter().zip(1_u64..).map(|((line, rejected), n)| (n, line, rejected));
            let rows = crate::rejects::seal(tx, sealer, rows)?;
            store::imports::put_rejects(tx.store(permit), import.id, rows).await?;
            counted.rejected = 1;
        }
        Tip::Document(document) => {
            let known = match *document {
                Document::FileDetails(details) => file(op, tx, permit, rules, import, details).await?,
                document => report(op, tx, permit, rules, import, document).await?,
            };
            if known {
                counted.known = 1;
            } else {
                counted.accepted = 1;
            }
        }
    }
    Ok(counted)
}

async fn report(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    rules: &Rules,
    import: &Import,
    document: Document,
) -> Result<bool, Error> {
    let Document::Report(tip) = &document else { return Ok(true) };
    let content = from_cybertip::report(tip, Source::Platform, import.created_at);
    let token = tx
        .secrets(permit)
        .await?
        .blinder()
        .token("original", import.digest.as_ref().map_or(&[] as &[u8], |digest| digest.0.as_slice()));
    let arrival =
        admit::Arrival { content, documents: vec![document], external: token, import: Some(import.id) };
    Ok(admit::admit(op, tx, permit, rules, arrival).await?.known)
}

/// What is said about a file belongs to the report of its number. The first of a number makes the
/// record, the next ones join it.
async fn file(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    rules: &Rules,
    import: &Import,
    details: FileDetails,
) -> Result<bool, Error> {
    let number = details.report_id;
    let external =
        tx.secrets(permit).await?.blinder().token("cybertip_number", number.to_string().as_bytes());
    let owner = permit.owner();
    let file = from_cybertip::file(&details);
    match store::reports::by_external(tx.store(permit), owner, external).await? {
        None => {
            let mut content = Report::new(Source::Platform, Channel::CyberTipline, import.created_at);
            content.references.push(from_cybertip::reference(number));
            content.files.push(file);
            let documents = vec![Document::FileDetails(details)];
            let arrival = admit::Arrival { content, documents, external, import: Some(import.id) };
            Ok(admit::admit(op, tx, permit, rules, arrival).await?.known)
        }
        Some(row) => admit::add_file(op, tx, permit, rules, row, file, details).await,
    }
}
