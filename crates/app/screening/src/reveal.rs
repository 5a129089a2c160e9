//! Opening the party an alert is about.

use access::Action;
use app_kernel::{Error, Op, Tx};
use model::{Id, kinds};
use screening::PartyProfile;
use store::alerts::Alert;

/// Opens who the party is; journalled.
pub async fn reveal_party(op: &Op, tx: &mut Tx<'_>, alert: Id<kinds::Alert>) -> Result<PartyProfile, Error> {
    let (row, permit) = tx.open::<Alert>(op, Action::RevealParty, alert.uuid()).await?;
    let party = match row.party {
        Some(party) => store::ledger::find_party(tx.store(&permit), party).await?,
        None => None,
    };
    let Some(party) = party else {
        return Err(Error::conflict(
            "no_party",
            "This alert is about a report, not about a party to payments.",
            "Open the report it names.",
        ));
    };
    let sealer = tx.sealer(&permit, "party", party.id.uuid()).await?;
    let profile = sealer.open("profile", &party.sealed)?;
    tx.journal(op, &permit, serde_json::json!({ "revealed": "party", "party": party.id.to_string() }))
        .await?;
    Ok(profile)
}
