//! A bank's settings.

use access::Action;
use app_kernel::{Denied, Error, Op, Permit, Tx};
use model::{Id, kinds};
use store::banks::Bank;

use super::{
    look_up::{FARTHEST, WHOLE},
    words::BankKind,
};
use crate::{Rules, shared::needs_room};

/// Letters a name may have.
const NAME: usize = 200;
/// In how many bits a PDQ hash of a bank may differ where nothing else is said: what the reference
/// implementation's README calls the same picture (ThreatExchange, pdq/README.md).
const DISTANCE: i64 = 31;
/// How many matches a day are more than one content of a bank has where nothing else is said.
const FLOOD_LIMIT: i64 = 100;

/// What people set of a bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankSettings {
    /// Its name, one of its kind in the organisation.
    pub name: String,
    /// What a match with it means.
    pub kind: BankKind,
    /// The taxonomy its contents are classified under, where they name none themselves.
    pub taxonomy: Option<String>,
    /// In how many bits a PDQ hash may differ, 0 to 63.
    pub distance: i64,
    /// The share of look-ups it answers, in millionths.
    pub enabled_ppm: i64,
    /// How many matches a day put a new content aside.
    pub flood_limit: i64,
}

impl BankSettings {
    /// The settings a bank has before anybody sets any.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            kind: BankKind::Known,
            taxonomy: None,
            distance: DISTANCE,
            enabled_ppm: WHOLE,
            flood_limit: FLOOD_LIMIT,
        }
    }

    pub(super) fn of(bank: &Bank) -> Result<Self, Error> {
        Ok(Self {
            name: bank.name.clone(),
            kind: crate::shared::word("kind of bank", &bank.kind)?,
            taxonomy: bank.taxonomy.clone(),
            distance: bank.distance,
            enabled_ppm: bank.enabled_ppm,
            flood_limit: bank.flood_limit,
        })
    }

    fn checked(mut self, rules: &Rules) -> Result<Self, Error> {
        self.name = self.name.trim().to_owned();
        self.taxonomy = self.taxonomy.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        if self.name.is_empty() || self.name.chars().count() > NAME {
            return Err(Error::invalid(
                "name",
                "bank_name",
                format!("A bank’s name has 1 to {NAME} letters."),
                "Give it a name that says whose hashes they are.",
            ));
        }
        if self.name.chars().any(char::is_control) {
            return Err(Error::invalid(
                "name",
                "bank_name",
                "A name is one line.",
                "Take the line breaks out.",
            ));
        }
        let ranges = [
            ("distance", self.distance, FARTHEST, "bits"),
            ("enabled_ppm", self.enabled_ppm, WHOLE, "millionths"),
            ("flood_limit", self.flood_limit, 1_000_000_000, "matches a day"),
        ];
        for (field, value, most, unit) in ranges {
            if !(0..=most).contains(&value) {
                return Err(Error::invalid(
                    field,
                    "bank_range",
                    format!("{value} {unit} is out of range."),
                    format!("Give 0 to {most} {unit}."),
                ));
            }
        }
        if let Some(name) = &self.taxonomy
            && !rules.taxonomies.iter().any(|taxonomy| &taxonomy.id == name)
        {
            let known: Vec<_> = rules.taxonomies.iter().map(|taxonomy| taxonomy.id.clone()).collect();
            return Err(Error::invalid(
                "taxonomy",
                "taxonomy_unknown",
                format!("“{name}” is no taxonomy of this house."),
                format!("Give one of: {}, or none.", known.join(", ")),
            ));
        }
        Ok(self)
    }
}

/// Makes a bank.
pub async fn make_bank(
    op: &Op,
    tx: &mut Tx<'_>,
    rules: &Rules,
    settings: BankSettings,
) -> Result<Id<kinds::Bank>, Error> {
    let permit = tx.allow(op, Action::ManageBanks)?;
    needs_room(tx, "hashes")?;
    let bank = new_bank(op, tx, &permit, settings.checked(rules)?).await?;
    bank.map(|bank| bank.id).ok_or_else(name_taken)
}

fn name_taken() -> Error {
    Error::conflict("bank_name_taken", "There is a bank of this name.", "Give it another name.")
}

/// Makes a bank under a permit that lets things in; nothing if there is one of that name.
pub(super) async fn new_bank(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    settings: BankSettings,
) -> Result<Option<Bank>, Error> {
    let now = tx.house().now();
    let bank = Bank {
        id: tx.house().id(),
        organisation: permit.owner(),
        name: settings.name,
        kind: settings.kind.as_str().to_owned(),
        taxonomy: settings.taxonomy,
        distance: settings.distance,
        enabled_ppm: settings.enabled_ppm,
        flood_limit: settings.flood_limit,
        contents: 0,
        created_at: now,
        changed_at: now,
    };
    if !store::banks::insert(tx.store(permit), &bank).await? {
        return Ok(None);
    }
    let about = tx.about(permit, &bank);
    tx.journal(op, &about, journal_line(&bank, "made")).await?;
    Ok(Some(bank))
}

fn journal_line(bank: &Bank, what: &str) -> serde_json::Value {
    serde_json::json!({
        what: true, "kind": bank.kind, "distance": bank.distance, "enabled_ppm": bank.enabled_ppm,
        "flood_limit": bank.flood_limit,
    })
}

/// Changes a bank's settings.
pub async fn change_bank(
    op: &Op,
    tx: &mut Tx<'_>,
    rules: &Rules,
    id: Id<kinds::Bank>,
    settings: BankSettings,
) -> Result<(), Error> {
    let (mut bank, permit) = owned(op, tx, id).await?;
    let settings = settings.checked(rules)?;
    if let Some(other) = store::banks::named(tx.store(&permit), permit.owner(), &settings.name).await?
        && other.id != id
    {
        return Err(name_taken());
    }
    bank.name = settings.name;
    settings.kind.as_str().clone_into(&mut bank.kind);
    bank.taxonomy = settings.taxonomy;
    bank.distance = settings.distance;
    bank.enabled_ppm = settings.enabled_ppm;
    bank.flood_limit = settings.flood_limit;
    bank.changed_at = tx.house().now();
    store::banks::update(tx.store(&permit), &bank).await?;
    tx.journal(op, &permit, journal_line(&bank, "changed")).await
}

/// Removes a bank with everything in it and every exchange that feeds it.
pub async fn delete_bank(op: &Op, tx: &mut Tx<'_>, id: Id<kinds::Bank>) -> Result<(), Error> {
    let (bank, permit) = owned(op, tx, id).await?;
    store::banks::delete(tx.store(&permit), &bank).await?;
    tx.journal(op, &permit, serde_json::json!({ "removed": true, "contents": bank.contents })).await
}

/// A bank of the actor's own organisation, and leave to manage it.
pub(super) async fn owned(op: &Op, tx: &mut Tx<'_>, id: Id<kinds::Bank>) -> Result<(Bank, Permit), Error> {
    let permit = tx.allow(op, Action::ManageBanks)?;
    needs_room(tx, "hashes")?;
    let bank = store::banks::find(tx.store(&permit), id).await?;
    let bank = bank.filter(|bank| bank.organisation == permit.owner()).ok_or(Denied::NotFound)?;
    let permit = tx.about(&permit, &bank);
    Ok((bank, permit))
}
