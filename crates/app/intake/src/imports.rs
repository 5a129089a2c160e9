//! What was taken in, how far it got, and what was refused of it.
//!
//! Administrators and auditors see that a file came and how it fared; its name and the records
//! refused of it are for those who take files in.

use std::fmt::Write as _;

use access::Action;
use app_kernel::{Error, Op, Sealer, Tx};
use model::{Digest, Id, Instant, kinds};
use store::imports::Import;

use crate::{
    process::Progress,
    rejects::Rejected,
    shared::{Names, bounded, cut, may},
};

/// Rows of one look into the refused records, when all are wanted.
const AT_ONCE: i64 = 1000;

/// A page of imports.
#[derive(Clone, Debug)]
pub struct ImportPage {
    /// The rows, newest first.
    pub rows: Vec<ImportRow>,
    /// What to pass as `before` to read on; `None` at the end.
    pub next: Option<String>,
    /// How many there are in all.
    pub total: i64,
}

/// A file that was taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRow {
    /// Its id.
    pub id: Id<kinds::Import>,
    /// Its number.
    pub number: i64,
    /// Who it came from, in the words of who brought it.
    pub source: String,
    /// What it turned out to be, in words.
    pub kind: &'static str,
    /// The state's word.
    pub state: String,
    /// What happens next, in words.
    pub next_step: &'static str,
    /// Records looked at, taken in, known already and refused.
    pub counts: Progress,
    /// Bytes of the original.
    pub size: i64,
    /// When it came.
    pub created_at: Instant,
    /// When something last happened to it.
    pub changed_at: Instant,
}

/// A file that was taken in, open.
pub struct ImportView {
    /// What the list says of it.
    pub row: ImportRow,
    /// Its name; `None` for whoever does not take files in.
    pub name: Option<String>,
    /// On what lawful basis it is held.
    pub lawful_basis: String,
    /// SHA-256 of the original, once it is whole.
    pub digest: Option<Digest>,
    /// Who brought it.
    pub brought_by: String,
    /// What went wrong with the file as a whole.
    pub problem: Option<String>,
    /// The import that brought the very same file before, by id and number.
    pub same_as: Option<(Id<kinds::Import>, i64)>,
    /// Whether whoever looks may see the records that were refused.
    pub may_see_rejects: bool,
}

/// A record that was refused. It has no `Debug`: it can hold anything.
#[derive(Clone, PartialEq, Eq)]
pub struct RejectLine {
    /// Its number in the file, from one.
    pub ordinal: i64,
    /// The line it begins on.
    pub line: i64,
    /// Column or path, as the file names it.
    pub path: String,
    /// The field, in words of the house.
    pub field: String,
    /// What was expected and what was found.
    pub reason: String,
    /// The record, cut at a bound.
    pub record: String,
}

/// The organisation's imports before a place in the list, newest first. Not journalled.
pub async fn imports(
    op: &Op,
    tx: &mut Tx<'_>,
    before: Option<&str>,
    limit: i64,
) -> Result<ImportPage, Error> {
    let permit = tx.allow(op, Action::ReadImports)?;
    let before = before.map(place).transpose()?;
    let limit = bounded(limit);
    let mut found = store::imports::list(tx.store(&permit), permit.owner(), before, limit + 1).await?;
    let more = cut(&mut found, limit);
    let next = found.last().filter(|_| more).map(|last| format!("{}_{}", last.created_at.micros(), last.id));
    let total = store::imports::count(tx.store(&permit), permit.owner()).await?;
    Ok(ImportPage { rows: found.iter().map(row).collect(), next, total })
}

/// Opens an import; journalled.
pub async fn import(op: &Op, tx: &mut Tx<'_>, import: Id<kinds::Import>) -> Result<ImportView, Error> {
    let (found, permit) = tx.open::<Import>(op, Action::ReadImports, import.uuid()).await?;
    let takes_in = may(tx, op, Action::ImportFile, &found).await?;
    let name = if takes_in {
        let sealer = tx.sealer(&permit, "import", found.id.uuid()).await?;
        Some(sealer.open("name", &found.name)?)
    } else {
        None
    };
    let same_as = match found.same_as {
        Some(id) => store::imports::find(tx.store(&permit), id).await?.map(|same| (same.id, same.number)),
        None => None,
    };
    let view = ImportView {
        row: row(&found),
        name,
        digest: found.digest,
        brought_by: Names::default().of(tx, &permit, found.created_by).await?,
        same_as,
        may_see_rejects: takes_in,
        lawful_basis: found.lawful_basis,
        problem: found.problem,
    };
    tx.journal(op, &permit, serde_json::json!({ "state": found.state, "named": takes_in })).await?;
    Ok(view)
}

/// The refused records of an import after one, in order; journalled.
pub async fn rejected(
    op: &Op,
    tx: &mut Tx<'_>,
    import: Id<kinds::Import>,
    after: i64,
    limit: i64,
) -> Result<Vec<RejectLine>, Error> {
    let (found, permit) = tx.open::<Import>(op, Action::ImportFile, import.uuid()).await?;
    let sealer = tx.sealer(&permit, "import", found.id.uuid()).await?;
    let rows = store::imports::rejects(tx.store(&permit), found.id, after, bounded(limit)).await?;
    let lines = rows.into_iter().map(|row| line(&sealer, row)).collect::<Result<Vec<_>, _>>()?;
    tx.journal(op, &permit, serde_json::json!({ "rejects": lines.len() })).await?;
    Ok(lines)
}

/// Every refused record of an import as a table (RFC 4180), to be mended and sent again;
/// journalled.
pub async fn rejects_csv(op: &Op, tx: &mut Tx<'_>, import: Id<kinds::Import>) -> Result<String, Error> {
    let (found, permit) = tx.open::<Import>(op, Action::ImportFile, import.uuid()).await?;
    let sealer = tx.sealer(&permit, "import", found.id.uuid()).await?;
    let mut csv = String::from("ordinal,line,path,field,reason,record\r\n");
    let (mut after, mut count) = (0, 0_u64);
    loop {
        let rows = store::imports::rejects(tx.store(&permit), found.id, after, AT_ONCE).await?;
        let Some(last) = rows.last() else { break };
        after = last.ordinal;
        for row in rows {
            let RejectLine { ordinal, line, path, field, reason, record } = line(&sealer, row)?;
            let cells = [&path, &field, &reason, &record].map(|text| cell(text));
            let _ = write!(csv, "{ordinal},{line},{}\r\n", cells.join(","));
            count += 1;
        }
    }
    tx.journal(op, &permit, serde_json::json!({ "rejects": count, "table": true })).await?;
    Ok(csv)
}

fn line(sealer: &Sealer, row: store::imports::Rejected) -> Result<RejectLine, Error> {
    let Rejected { path, field, reason, raw } = sealer.open("reject", &row.sealed)?;
    Ok(RejectLine { ordinal: row.ordinal, line: row.line, path, field, reason, record: raw })
}

fn row(import: &Import) -> ImportRow {
    ImportRow {
        id: import.id,
        number: import.number,
        source: import.source.clone(),
        kind: kind(import.kind.as_deref()),
        state: import.state.clone(),
        next_step: next_step(import),
        counts: Progress {
            read: import.read.unsigned_abs(),
            accepted: import.accepted.unsigned_abs(),
            known: import.known.unsigned_abs(),
            rejected: import.rejected.unsigned_abs(),
        },
        size: import.size,
        created_at: import.created_at,
        changed_at: import.changed_at,
    }
}

fn kind(word: Option<&str>) -> &'static str {
    match word {
        Some("cybertip") => "CyberTipline document",
        Some("payments") => "payments",
        Some("hashes") => "hash list",
        _ => "not known yet",
    }
}

fn next_step(import: &Import) -> &'static str {
    match import.state.as_str() {
        "receiving" => "The file is on its way. If it stops coming it is given up after a day.",
        "received" => "The whole file is here and sealed. It is read next.",
        "processing" => "It is being read. If that is cut short it goes on where it stopped.",
        "done" if import.rejected > 0 => "Mend the refused records and send them again as a new file.",
        "done" => "Nothing is due.",
        "failed" => "Nothing of it went in. Read what was wrong, mend the file and send it again.",
        "known" => "The very same file was here before. Nothing is due.",
        "abandoned" => "It never came whole and was given up. Send it again.",
        _ => "Tell whoever keeps the house: the state is not known.",
    }
}

/// A cell that a spreadsheet takes for text: one that begins like a formula gets an apostrophe
/// before it (OWASP, CSV injection).
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

fn place(text: &str) -> Result<(Instant, Id<kinds::Import>), Error> {
    let read = text.split_once('_').and_then(|(at, id)| {
        let at = at.parse().ok().filter(|at| (0..253_402_300_800_000_000).contains(at))?;
        Some((Instant::from_micros(at), id.parse().ok()?))
    });
    read.ok_or_else(|| {
        Error::invalid(
            "before",
            "not_a_place",
            "This is not a place in the list of imports.",
            "Go back to the first page of imports.",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula() {
        for (text, cell_text) in [
            ("plain", "plain"),
            ("=1+1", "'=1+1"),
            ("@sum", "'@sum"),
            ("-5,3", "\"'-5,3\""),
            ("say \"it\"", "\"say \"\"it\"\"\""),
            ("", ""),
        ] {
            assert_eq!(cell(text), cell_text);
        }
    }

    #[test]
    fn a_place_in_the_list_is_read_back_and_nothing_else_is() {
        let id = "0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6";
        assert_eq!(place(&format!("17_{id}")).unwrap().0, Instant::from_micros(17));
        for wrong in ["", "17", "17_", &format!("x_{id}"), &format!("{}_{id}", i64::MIN)] {
            assert!(place(wrong).is_err(), "{wrong}");
        }
    }
}
