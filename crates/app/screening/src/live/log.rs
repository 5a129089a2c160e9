//! The ledger's payments, opened.

use app_kernel::{Error, Internal, Permit, Tx};
use screening::Event;
use store::ledger::Segment;

/// Segments read at once.
const SEGMENTS: i64 = 64;

/// The payments accepted after one, in event order.
pub(super) async fn after(tx: &mut Tx<'_>, permit: &Permit, through: i64) -> Result<Vec<Event>, Error> {
    let mut events = Vec::new();
    let mut after = through;
    loop {
        let segments =
            store::ledger::segments_after(tx.store(permit), permit.owner(), after, SEGMENTS).await?;
        let Some(last) = segments.last() else { break };
        after = last.first_sequence;
        for segment in &segments {
            events.append(&mut opened(tx, permit, segment).await?);
        }
    }
    in_order(&mut events);
    Ok(events)
}

/// The payments of a month, in event order.
pub(super) async fn of_month(tx: &mut Tx<'_>, permit: &Permit, month: &str) -> Result<Vec<Event>, Error> {
    let mut events = Vec::new();
    let mut after = i64::MIN;
    loop {
        let segments =
            store::ledger::segments_of_month(tx.store(permit), permit.owner(), month, after, SEGMENTS)
                .await?;
        let Some(last) = segments.last() else { break };
        after = last.first_sequence;
        for segment in &segments {
            events.append(&mut opened(tx, permit, segment).await?);
        }
    }
    in_order(&mut events);
    Ok(events)
}

/// The payments of a segment, in the order in which they were accepted.
pub(super) async fn opened(tx: &mut Tx<'_>, permit: &Permit, segment: &Segment) -> Result<Vec<Event>, Error> {
    let sealer = tx.sealer(permit, "segment", segment.id.uuid()).await?;
    let plain = sealer.open_bytes("events", &segment.sealed)?;
    let events = screening::decode_segment(&plain)
        .map_err(|e| Internal::Unreadable { what: "segment", reason: e.to_string() })?;
    Ok(events)
}

fn in_order(events: &mut [Event]) {
    events.sort_unstable_by_key(|event| (event.at, event.sequence));
}
