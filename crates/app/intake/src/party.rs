//! Interning parties: one token for an account, however often the ledger names it.

use std::collections::HashMap;

use formats::payment::{PartyKind, PartyRef};
use model::Country;
use screening::PartyProfile;
use vault::Blinder;

/// Parties remembered while one file is read. Beyond it the memory starts anew: a party may then
/// be offered twice, and the store takes it once.
const REMEMBERED: usize = 200_000;

/// A party that was not met before in this file.
pub(crate) struct NewParty {
    pub(crate) token: [u8; 16],
    pub(crate) kind: Option<PartyKind>,
    pub(crate) country: Option<Country>,
    pub(crate) profile: PartyProfile,
}

/// Interns the parties of one file.
pub(crate) struct Parties {
    source: String,
    blinder: Blinder,
    seen: HashMap<Vec<u8>, [u8; 16]>,
    key: Vec<u8>,
}

impl Parties {
    pub(crate) fn new(source: &str, blinder: Blinder) -> Self {
        Self { source: source.to_owned(), blinder, seen: HashMap::new(), key: Vec::with_capacity(128) }
    }

    /// The party's token; the first time also the party itself.
    pub(crate) fn token(&mut self, party: &PartyRef<'_>) -> ([u8; 16], Option<NewParty>) {
        self.key.clear();
        // An account is one party whatever else a row says of it; without one the name must do.
        if let Some(account) = party.account {
            self.key.push(b'a');
            push(&mut self.key, party.institution.unwrap_or_default());
            push(&mut self.key, account);
        } else {
            self.key.push(b'n');
            push(&mut self.key, party.institution.unwrap_or_default());
            push(&mut self.key, party.name.unwrap_or_default());
            push(&mut self.key, party.country.as_ref().map_or("", Country::as_str));
            if let Some(born) = party.birth_date {
                push(&mut self.key, &born.to_string());
            }
        }
        if let Some(token) = self.seen.get(self.key.as_slice()) {
            return (*token, None);
        }
        let token = if let Some(account) = party.account {
            let value = account_value(party.institution.unwrap_or(&self.source), account);
            self.blinder.token("account", value.as_bytes())
        } else {
            let mut value = self.source.clone().into_bytes();
            value.push(0);
            value.extend(String::from_utf8_lossy(&self.key).to_lowercase().into_bytes());
            self.blinder.token("party_name", &value)
        };
        if self.seen.len() >= REMEMBERED {
            self.seen.clear();
        }
        self.seen.insert(self.key.clone(), token);
        let text = |field: Option<&str>| field.map(str::to_owned);
        let new = NewParty {
            token,
            kind: party.kind,
            country: party.country,
            profile: PartyProfile {
                account: text(party.account),
                institution: text(party.institution),
                name: text(party.name),
                kind: party.kind.map(|k| k.as_str().to_owned()),
                country: party.country.map(|c| c.to_string()),
                phone: text(party.phone),
                email: text(party.email),
                birth_date: party.birth_date.map(|d| d.to_string()),
                address: text(party.address),
                city: text(party.city),
            },
        };
        (token, Some(new))
    }
}

/// The normal form of an account, the same that a report's account has; an account that has none
/// stands for itself.
fn account_value(institution: &str, account: &str) -> String {
    linking::account(institution, account)
        .map_or_else(|_| format!("{institution}:{account}").to_lowercase(), |identifier| identifier.value)
}

fn push(key: &mut Vec<u8>, part: &str) {
    key.extend_from_slice(part.as_bytes());
    key.push(0);
}
