//! Linking a report with those that name the same thing.
//!
//! Only tokens are compared: no report is opened for it. A token that very many reports name says
//! little and brings no candidates.

use app_kernel::{Error, Op, Permit, Tx};
use linking::{Role, Rules, Seen, Token};
use model::{Id, IdentifierKind, kinds};
use store::identifiers::Named;

/// Reports compared with one report at most.
const CANDIDATES: usize = 200;

/// What was found.
pub(crate) struct Linked {
    /// Links the report has now.
    pub(crate) total: u32,
    /// Reports that gained a link.
    pub(crate) changed: Vec<Id<kinds::Report>>,
}

/// The word kept for a role.
pub(crate) const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Reported => "reported",
        Role::Victim => "victim",
        Role::Recipient => "recipient",
        Role::Reporter => "reporter",
        Role::Incident => "incident",
        Role::Party => "party",
    }
}

fn role_of(word: &str) -> Role {
    match word {
        "reported" => Role::Reported,
        "victim" => Role::Victim,
        "recipient" => Role::Recipient,
        "reporter" => Role::Reporter,
        "party" => Role::Party,
        _ => Role::Incident,
    }
}

fn seen(named: &Named) -> Option<Seen> {
    Some(Seen {
        report: Id::from_uuid(named.record),
        token: Token(named.token),
        kind: named.kind.parse::<IdentifierKind>().ok()?,
        role: role_of(&named.role),
        at: named.seen_at,
    })
}

/// Finds and keeps the links of a report.
pub(crate) async fn find(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    row: &store::reports::Report,
) -> Result<Linked, Error> {
    let rules = Rules::default();
    let own = store::identifiers::of_record(tx.store(permit), row.id.uuid()).await?;
    let mut frequency = std::collections::BTreeMap::new();
    let mut candidates = std::collections::BTreeSet::new();
    for named in own.iter().filter(|named| named.role != "reporter") {
        if frequency.contains_key(&named.token) {
            continue;
        }
        let count =
            store::identifiers::frequency(tx.store(permit), row.organisation, named.token, "report").await?;
        frequency.insert(named.token, u32::try_from(count).unwrap_or(u32::MAX));
        let limit = i64::try_from(CANDIDATES).unwrap_or(i64::MAX);
        let naming =
            store::identifiers::naming(tx.store(permit), row.organisation, named.token, limit).await?;
        candidates.extend(
            naming
                .into_iter()
                .filter(|n| n.record_kind == "report" && n.record != row.id.uuid())
                .map(|n| n.record),
        );
    }
    let here: Vec<Seen> = own.iter().filter_map(seen).collect();
    let mut changed = Vec::new();
    let compared = candidates.len().min(CANDIDATES);
    for candidate in candidates.into_iter().take(CANDIDATES) {
        let there: Vec<Seen> = store::identifiers::of_record(tx.store(permit), candidate)
            .await?
            .iter()
            .filter_map(seen)
            .collect();
        let link =
            linking::link(&here, &there, &rules, |token| frequency.get(&token.0).copied().unwrap_or(1));
        let Some(link) = link else { continue };
        let other = Id::from_uuid(candidate);
        let stored = store::reports::Link {
            organisation: row.organisation,
            first: row.id.min(other),
            second: row.id.max(other),
            strength: link.strength.as_str().to_owned(),
            reasons: link.reasons.iter().map(ToString::to_string).collect(),
            created_at: tx.house().now(),
        };
        if store::reports::put_link(tx.store(permit), &stored).await? {
            changed.push(other);
        }
    }
    if compared > 0 {
        let linking = op.system("linking", "linking");
        let detail = serde_json::json!({ "compared": compared, "linked": changed.len() });
        let about = tx.about(permit, row);
        tx.journal(&linking, &about, detail).await?;
    }
    let total = store::reports::links(tx.store(permit), row.id).await?.len();
    Ok(Linked { total: u32::try_from(total).unwrap_or(u32::MAX), changed })
}
