//! Escalating an alert about payments: it becomes a report of this house, with the reasons in
//! words and the party as an associated account. A pattern of payments accuses nobody.

use access::Action;
use app_kernel::{Error, Op, Permit, Tx};
use cases::Prefix;
use model::{Id, IdentifierKind, PartialDate, kinds};
use reports::{
    AccountUse, Channel, Confidence, Location, PersonRole, RawIdentifier, Report, ReportedPerson, Source,
};
use screening::{AlertEvidence, PartyProfile};
use store::alerts::Alert;

use crate::{
    Rules,
    admit::{self, Arrival},
    shared::{alert_number, number, report_number},
};

/// Letters a note may have.
const NOTE: usize = 4000;

/// Makes a report of an open alert about payments, with what the reviewer noted.
pub async fn escalate(
    op: &Op,
    tx: &mut Tx<'_>,
    rules: &Rules,
    alert: Id<kinds::Alert>,
    note: &str,
) -> Result<Id<kinds::Report>, Error> {
    let (mut row, permit) = tx.open::<Alert>(op, Action::ReviewAlert, alert.uuid()).await?;
    check(tx, &permit, &row).await?;
    let note = note.trim();
    if note.chars().count() > NOTE {
        return Err(Error::invalid(
            "note",
            "note_too_long",
            format!("A note has at most {NOTE} letters."),
            "Shorten the note.",
        ));
    }
    let sealer = tx.sealer(&permit, "alert", row.id.uuid()).await?;
    let evidence: AlertEvidence = sealer.open("evidence", &row.sealed)?;
    let mut content = Report::new(Source::OwnScreening, Channel::Alert, tx.house().now());
    content.narrative = narrative(&alert_number(&row), &evidence, note);
    content.people.extend(party(tx, &permit, &row).await?);
    let external = tx.secrets(&permit).await?.blinder().token("escalated_alert", &row.id.bytes());
    let arrival = Arrival { content, documents: Vec::new(), external, import: None };
    let report = admit::admit(op, tx, &permit, rules, arrival).await?;
    let before = std::mem::replace(&mut row.state, "escalated".to_owned());
    row.reviewed_by = Some(op.actor.user);
    row.reviewed_at = Some(tx.house().now());
    row.escalated_to = Some(report.id);
    if !store::alerts::review(tx.store(&permit), &row, &before).await? {
        return Err(Error::conflict(
            "somebody_was_quicker",
            "Somebody decided on this alert a moment ago.",
            "Open it again to see what they decided.",
        ));
    }
    let number = number(Prefix::Report, report.year, report.number);
    let detail = serde_json::json!({
        "before": before, "state": row.state, "report": number, "noted": !note.is_empty(),
    });
    tx.journal(op, &permit, detail).await?;
    Ok(report.id)
}

/// Whether the alert can become a report.
async fn check(tx: &mut Tx<'_>, permit: &Permit, row: &Alert) -> Result<(), Error> {
    if !tx.house().profile.has("reports") {
        return Err(Error::conflict(
            "no_reports_here",
            "This installation keeps no reports.",
            "Pass the matter on by the way your organisation has agreed.",
        ));
    }
    if let Some(report) = row.report {
        let number = store::reports::find(tx.store(permit), report).await?.map(|row| report_number(&row));
        return Err(Error::conflict(
            "alert_has_a_report",
            "This alert is about files of a report that is here already.",
            format!("Decide on the report {}.", number.unwrap_or_else(|| "it names".to_owned())),
        ));
    }
    match row.state.as_str() {
        "new" | "reviewed" => Ok(()),
        "escalated" => {
            Err(Error::conflict("alert_escalated", "This alert became a report.", "Go on with the report."))
        }
        _ => Err(Error::conflict(
            "alert_dismissed",
            "This alert was dismissed.",
            "Reopen it first if there is something new.",
        )),
    }
}

fn narrative(number: &str, evidence: &AlertEvidence, note: &str) -> String {
    let mut lines = vec![format!("Alert {number}: {}", evidence.title)];
    lines.extend(evidence.lines.iter().cloned());
    if !note.is_empty() {
        lines.push(String::new());
        lines.push("Note of the reviewer".to_owned());
        lines.push(note.to_owned());
    }
    lines.join("\n")
}

/// The party the alert is about, as somebody whose account is tied to what is reported.
async fn party(tx: &mut Tx<'_>, permit: &Permit, row: &Alert) -> Result<Option<ReportedPerson>, Error> {
    let Some(id) = row.party else { return Ok(None) };
    let Some(party) = store::ledger::find_party(tx.store(permit), id).await? else { return Ok(None) };
    let source = store::imports::find(tx.store(permit), party.import).await?.map(|import| import.source);
    let sealer = tx.sealer(permit, "party", party.id.uuid()).await?;
    let profile: PartyProfile = sealer.open("profile", &party.sealed)?;
    Ok(Some(person(profile, source)))
}

/// `source` is who the ledger came from: an account without an institution is held there.
fn person(profile: PartyProfile, source: Option<String>) -> ReportedPerson {
    let mut person = ReportedPerson::new(PersonRole::Associated);
    person.account_use = Some(AccountUse::Billing);
    person.names.extend(profile.name);
    person.birth_date = profile.birth_date.as_deref().and_then(|text| text.parse::<PartialDate>().ok());
    let institution = profile.institution.or(source);
    let raw = |kind, raw: String| RawIdentifier { kind, raw, observed_at: None };
    if let Some(account) = profile.account {
        let account = match &institution {
            Some(institution) => format!("{}:{account}", institution.replace(':', " ")),
            None => account,
        };
        person.identifiers.push(raw(IdentifierKind::Account, account));
    }
    person.identifiers.extend(profile.phone.map(|text| raw(IdentifierKind::Phone, text)));
    person.identifiers.extend(profile.email.map(|text| raw(IdentifierKind::Email, text)));
    person.services.extend(institution);
    let country = profile.country.as_deref().and_then(|code| code.parse().ok());
    if country.is_some() || profile.city.is_some() || profile.address.is_some() {
        person.locations.push(Location {
            country,
            region: None,
            city: profile.city,
            address: profile.address,
            confidence: Confidence::Medium,
        });
    }
    person.note = Some("A party to the payments the alert is about.".to_owned());
    person
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_the_same_normal_form_as_in_the_ledger() {
        let profile = PartyProfile {
            account: Some("0099-1234".to_owned()),
            country: Some("PH".to_owned()),
            name: Some("Synthetic Party".to_owned()),
            ..PartyProfile::default()
        };
        let person = person(profile, Some("Synthetic: Wallet".to_owned()));
        assert_eq!((person.role, person.account_use), (PersonRole::Associated, Some(AccountUse::Billing)));
        let account = &person.identifiers[0];
        let normal = linking::normalise(account.kind, &account.raw, &linking::Defaults::default()).unwrap();
        assert_eq!(normal, linking::account("Synthetic: Wallet", "0099-1234").unwrap());
    }

    #[test]
    fn a_note_is_told_apart_from_the_evidence() {
        let evidence = AlertEvidence {
            title: "Synthetic title".to_owned(),
            lines: vec!["One reason.".to_owned()],
            hint: None,
        };
        assert_eq!(
            narrative("A-2026-00001", &evidence, ""),
            "Alert A-2026-00001: Synthetic title\nOne reason."
        );
        assert!(narrative("A-2026-00001", &evidence, "Seen.").ends_with("\n\nNote of the reviewer\nSeen."));
    }
}
