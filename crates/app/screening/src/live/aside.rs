//! Parties set aside: those a late payment named. All of their payments are held, and what they show
//! is found anew from these whenever one is added.

use std::collections::{HashMap, HashSet};

use app_kernel::{Error, Permit, Tx};
use screening::{Event, Finding, PartyRef, Screen, Typology};

use super::log;

/// The payments of parties that were set aside.
#[derive(Default)]
pub(super) struct Aside {
    held: HashMap<PartyRef, Held>,
    /// Set aside, and their payments not read yet.
    new: HashSet<PartyRef>,
    payments: usize,
}

/// The payments of one party, and what was last found of it.
#[derive(Default)]
struct Held {
    events: Vec<Event>,
    changed: bool,
    told: Vec<(usize, Finding)>,
}

impl Aside {
    /// Whether a party is set aside.
    pub(super) fn holds(&self, party: PartyRef) -> bool {
        self.held.contains_key(&party) || self.new.contains(&party)
    }

    /// How many payments are held.
    pub(super) const fn payments(&self) -> usize {
        self.payments
    }

    /// Whether something is still to be found anew.
    pub(super) fn waits(&self) -> bool {
        !self.new.is_empty() || self.held.values().any(|held| held.changed)
    }

    /// Sets parties aside. Their payments are read with the next findings.
    pub(super) fn set_aside(&mut self, parties: [PartyRef; 2]) {
        self.new.extend(parties.into_iter().filter(|party| !self.held.contains_key(party)));
    }

    /// Adds a payment to those of its parties that are held.
    pub(super) fn take(&mut self, event: &Event) {
        for party in [event.sender, event.receiver] {
            if let Some(held) = self.held.get_mut(&party)
                && !held.has(event)
            {
                held.events.push(*event);
                held.changed = true;
                self.payments += 1;
            }
        }
    }

    /// What parties show whose payments have changed; what was given before and is the same is left out.
    /// With more than `most` payments to hold nothing is found any more: the desk is to be built again.
    pub(super) async fn findings(
        &mut self,
        tx: &mut Tx<'_>,
        permit: &Permit,
        screens: &[(Typology, Screen)],
        most: usize,
    ) -> Result<Vec<(usize, Finding)>, Error> {
        self.read_new(tx, permit, most).await?;
        if self.payments > most {
            return Ok(Vec::new());
        }
        let mut findings = Vec::new();
        for (party, held) in self.held.iter_mut().filter(|(_, held)| held.changed) {
            held.events.sort_unstable_by_key(|event| (event.at, event.sequence));
            let mut found = Vec::new();
            for (place, (typology, _)) in screens.iter().enumerate() {
                let of_all = screening::screen(typology, &held.events).findings;
                found.extend(
                    of_all.into_iter().filter(|f| f.subject == *party).map(|finding| (place, finding)),
                );
            }
            findings.extend(found.iter().filter(|one| !held.told.contains(one)).cloned());
            (held.told, held.changed) = (found, false);
        }
        Ok(findings)
    }

    /// Reads the payments of the parties newly set aside, through the whole ledger once.
    async fn read_new(&mut self, tx: &mut Tx<'_>, permit: &Permit, most: usize) -> Result<(), Error> {
        if self.new.is_empty() {
            return Ok(());
        }
        let new = std::mem::take(&mut self.new);
        for party in &new {
            self.held.insert(*party, Held { changed: true, ..Held::default() });
        }
        for month in store::ledger::months(tx.store(permit), permit.owner()).await? {
            if self.payments > most {
                return Ok(());
            }
            for event in log::of_month(tx, permit, &month).await? {
                let senders = new.contains(&event.sender).then_some(event.sender);
                let receivers = new.contains(&event.receiver).then_some(event.receiver);
                for party in senders.into_iter().chain(receivers.filter(|party| senders != Some(*party))) {
                    if let Some(held) = self.held.get_mut(&party) {
                        held.events.push(event);
                        self.payments += 1;
                    }
                }
            }
        }
        Ok(())
    }
}

impl Held {
    /// Whether the payment is the last one held: one between an account and itself names it twice.
    fn has(&self, event: &Event) -> bool {
        self.events.last().is_some_and(|last| last.sequence == event.sequence)
    }
}
