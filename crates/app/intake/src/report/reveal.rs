//! Opening a sealed field of a report: with a reason, journalled, and no more than was asked for.

use access::Action;
use app_kernel::{Denied, Error, Op, Tx};
use model::{Id, Identifier, kinds};
use reports::Report;

use super::people;
use crate::shared::{TextLine, word};

/// A sealed field of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevealWhat {
    /// What was told: narrative, time in words, why it is to be read first.
    Narrative,
    /// What it says of the person at this place.
    Person(usize),
    /// The name of the file of this number, from one.
    FileName(usize),
    /// The places and addresses of the incident.
    Places,
}

/// An opened field. It has no `Debug`: what is in it is not for logs.
pub struct Revealed {
    /// What it is.
    pub label: String,
    /// What it says.
    pub lines: Vec<TextLine>,
}

/// Opens a sealed field; the reason goes into the journal, sealed.
pub async fn reveal(
    op: &Op,
    tx: &mut Tx<'_>,
    report: Id<kinds::Report>,
    what: RevealWhat,
) -> Result<Revealed, Error> {
    let (row, permit) = tx.open::<store::reports::Report>(op, Action::RevealReport, report.uuid()).await?;
    needs_reason(op)?;
    let sealer = tx.sealer(&permit, "report", row.id.uuid()).await?;
    let content: Report = sealer.open("content", &row.sealed)?;
    let zone = &tx.house().zone;
    let (revealed, field) = match what {
        RevealWhat::Narrative => {
            (Revealed { label: "what was told".to_owned(), lines: told(&content) }, "narrative")
        }
        RevealWhat::Person(index) => {
            let person = content.people.get(index).ok_or(Denied::NotFound)?;
            let lines = people::lines(person, zone);
            (Revealed { label: person.role.label().to_owned(), lines }, person.role.as_str())
        }
        RevealWhat::FileName(number) => {
            let file = number.checked_sub(1).and_then(|index| content.files.get(index));
            let name = file.and_then(|file| file.name.as_ref()).ok_or(Denied::NotFound)?;
            let lines = vec![TextLine::new("name", name)];
            (Revealed { label: format!("name of file {number}"), lines }, "file name")
        }
        RevealWhat::Places => {
            let mut lines: Vec<TextLine> = content.locations.iter().map(people::place).collect();
            lines.extend(content.identifiers.iter().map(|identifier| people::raw(identifier, zone)));
            (Revealed { label: "where it happened".to_owned(), lines }, "places")
        }
    };
    let detail = serde_json::json!({ "revealed": field, "lines": revealed.lines.len() });
    tx.journal(op, &permit, detail).await?;
    Ok(revealed)
}

/// Opens the value of an identifier; the reason goes into the journal, sealed.
pub async fn reveal_identifier(
    op: &Op,
    tx: &mut Tx<'_>,
    report: Id<kinds::Report>,
    ordinal: i64,
) -> Result<Revealed, Error> {
    let (row, permit) = tx.open::<store::reports::Report>(op, Action::RevealReport, report.uuid()).await?;
    needs_reason(op)?;
    let rows = store::identifiers::of_record(tx.store(&permit), row.id.uuid()).await?;
    let named = rows.iter().find(|named| named.ordinal == ordinal).ok_or(Denied::NotFound)?;
    let sealer = tx.sealer(&permit, "report", row.id.uuid()).await?;
    let identifier: Identifier = sealer.open("identifier", &named.sealed)?;
    let kind: model::IdentifierKind = word("kind of identifier", &named.kind)?;
    let label = format!("{} of {}", kind.label(), people::role(&named.role));
    let detail =
        serde_json::json!({ "revealed": "identifier", "identifier": named.kind, "ordinal": ordinal });
    tx.journal(op, &permit, detail).await?;
    Ok(Revealed { label, lines: vec![TextLine::new(kind.label(), identifier.value)] })
}

/// How long the narrative is; `None` if nothing was told.
pub(super) fn length(report: &Report) -> Option<usize> {
    let letters = told(report).iter().map(|line| line.text.chars().count()).sum();
    (letters > 0).then_some(letters)
}

fn told(report: &Report) -> Vec<TextLine> {
    let description = report.incident.as_ref().and_then(|incident| incident.description.as_ref());
    let all = [
        ("why it is to be read first", report.escalated.as_ref()),
        ("about what happened", description),
        ("what was told", Some(&report.narrative)),
    ];
    all.into_iter()
        .filter_map(|(label, text)| Some((label, text?)))
        .filter(|(_, text)| !text.trim().is_empty())
        .map(|(label, text)| TextLine::new(label, text))
        .collect()
}

fn needs_reason(op: &Op) -> Result<(), Error> {
    if op.reason.as_ref().is_some_and(|reason| !reason.trim().is_empty()) {
        return Ok(());
    }
    Err(Error::invalid(
        "reason",
        "reason_missing",
        "A sealed field is opened with a reason.",
        "Say in a few words what it is needed for. The journal keeps them sealed.",
    ))
}
