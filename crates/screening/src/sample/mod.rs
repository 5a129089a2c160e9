//! A made-up ledger for tests, benchmarks and the demonstration.
//!
//! Families that receive support from abroad, shops and their customers, neighbours who send each
//! other money; and one planted receiver that shows the baseline pattern. Every party is visibly
//! made up: accounts begin with `SYN-`, names and institutions with `Synthetic`. The same bytes of
//! entropy give the same ledger.

mod chance;
mod csv;

use model::{Country, Currency, Entropy, Instant, Money, Span};

use self::chance::Chance;
pub use self::csv::{COLUMNS, write_csv};
use crate::{Event, PartyRef};

/// What to make.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How many payments; at least the planted ones are made.
    pub rows: usize,
    /// When the ledger begins.
    pub start: Instant,
    /// Over how many days it runs, at least 30.
    pub days: u16,
}

/// What kind of party.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartyKind {
    /// A person.
    Individual,
    /// A business.
    Business,
    /// The institution does not say.
    Unknown,
}

/// A made-up party.
#[derive(Clone, Debug)]
pub struct Party {
    /// Account number, `SYN-…`.
    pub account: String,
    /// The institution that holds the account.
    pub institution: &'static str,
    /// Name, `Synthetic …`.
    pub name: String,
    /// What kind of party.
    pub kind: PartyKind,
    /// Where the account is held.
    pub country: Country,
}

/// A made-up payment.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// When.
    pub at: Instant,
    /// How much was paid out.
    pub amount: Money,
    /// Who paid: a place in [`Ledger::parties`].
    pub sender: u32,
    /// Who was paid: a place in [`Ledger::parties`].
    pub receiver: u32,
    /// What the sender wrote.
    pub purpose: &'static str,
    /// How it was sent.
    pub channel: &'static str,
}

/// A made-up ledger, ordered by time.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// The parties.
    pub parties: Vec<Party>,
    /// The payments.
    pub rows: Vec<Row>,
    /// The receiver that shows the baseline pattern: a place in `parties`.
    pub planted: u32,
}

/// How many payments the planted receiver gets.
pub const PLANTED_PAYMENTS: usize = 24;
const PLANTED_SENDERS: u32 = 9;
/// The planted payments come a little more than a day apart, all within thirty days.
const PLANTED_GAP: Span = Span::hours(28);

impl Ledger {
    /// Makes the ledger.
    pub fn generate(plan: &Plan, entropy: &dyn Entropy) -> Self {
        let mut chance = Chance::new(entropy);
        let span = Span::days(i64::from(plan.days.max(30)));
        let seconds = u64::from(plan.days.max(30)) * 86_400;
        let ordinary = plan.rows.saturating_sub(PLANTED_PAYMENTS);
        let mut parties = Parties::default();
        let planted = parties.add("Synthetic Receiver", PartyKind::Individual, Country::PH);
        let planted_from: Vec<u32> = (0..PLANTED_SENDERS)
            .map(|n| parties.add("Synthetic Sender", PartyKind::Individual, abroad(n as usize % 3)))
            .collect();
        // About two payments a month to a family, a dozen to a shop from each of its customers.
        let months = usize::from(plan.days.max(30)) / 30;
        let families = (ordinary / (4 * months)).max(10);
        let shops = (ordinary / 400).max(4);
        let workers = parties.many("Synthetic Worker", families, |n| (PartyKind::Individual, abroad(n)));
        let homes = parties.many("Synthetic Family", families, |n| {
            (if n % 20 == 0 { PartyKind::Unknown } else { PartyKind::Individual }, Country::PH)
        });
        let traders = parties.many("Synthetic Shop", shops, |_| (PartyKind::Business, Country::PH));

        let mut rows = Vec::with_capacity(ordinary + PLANTED_PAYMENTS);
        for _ in 0..ordinary {
            let at = plan.start + Span::seconds(chance.below(seconds).cast_signed());
            let family = chance.below(families as u64) as u32;
            let (sender, receiver, pesos, purpose, channel) = match chance.below(100) {
                0..50 => {
                    let small = chance.below(100) < 15;
                    let pesos =
                        if small { 500 + 50 * chance.below(80) } else { 6_000 + 250 * chance.below(80) };
                    (workers + family, homes + family, pesos, pick(&mut chance, &FAMILY), "remittance")
                }
                50..80 => {
                    let shop = traders + chance.below(shops as u64) as u32;
                    (homes + family, shop, 40 + chance.below(2_400), "order", "wallet")
                }
                80..88 => {
                    let shop = traders + chance.below(shops as u64) as u32;
                    (workers + family, shop, 200 + chance.below(4_000), "order", "card")
                }
                _ => {
                    let neighbour = homes + chance.below(families as u64) as u32;
                    (homes + family, neighbour, 100 + 10 * chance.below(300), "share of a bill", "wallet")
                }
            };
            rows.push(Row { at, amount: php(pesos), sender, receiver, purpose, channel });
        }
        let begin = plan.start + Span((span.0 - PLANTED_GAP.0 * PLANTED_PAYMENTS as i64).max(0) / 2);
        for (n, sender) in planted_from.iter().cycle().take(PLANTED_PAYMENTS).enumerate() {
            rows.push(Row {
                at: begin + Span(PLANTED_GAP.0 * n as i64),
                amount: php(500 + 100 * chance.below(45)),
                sender: *sender,
                receiver: planted,
                purpose: pick(&mut chance, &FAMILY),
                channel: "remittance",
            });
        }
        rows.sort_by_key(|row| row.at);
        Self { parties: parties.made, rows, planted }
    }

    /// The reference of the payment at a place, `SYN-T000000001` for the first.
    pub fn reference(place: usize) -> String {
        format!("SYN-T{:09}", place + 1)
    }

    /// The id that stands for a party in events.
    pub fn party_ref(party: u32) -> PartyRef {
        let mut bytes = *b"synthetic\0\0\0\0\0\0\0";
        if let Some(tail) = bytes.last_chunk_mut::<4>() {
            *tail = party.to_be_bytes();
        }
        PartyRef(bytes)
    }

    /// The payments as events, numbered from one in their order.
    pub fn events(&self) -> impl Iterator<Item = Event> + '_ {
        let party = |place: u32| self.parties.get(place as usize);
        self.rows.iter().zip(1_u64..).map(move |(row, sequence)| Event {
            sequence,
            at: row.at,
            amount: row.amount,
            sender: Self::party_ref(row.sender),
            receiver: Self::party_ref(row.receiver),
            receiver_is_individual: party(row.receiver).and_then(|party| match party.kind {
                PartyKind::Individual => Some(true),
                PartyKind::Business => Some(false),
                PartyKind::Unknown => None,
            }),
            sender_country: party(row.sender).map(|party| party.country),
            receiver_country: party(row.receiver).map(|party| party.country),
        })
    }
}

const FAMILY: [&str; 6] = ["family support", "school fees", "birthday gift", "medicine", "groceries", "rent"];
const INSTITUTIONS: [&str; 4] =
    ["Synthetic Remit", "Synthetic Wallet", "Synthetic Bank", "Synthetic Rural Bank"];

/// One of the countries payments come from in this ledger.
fn abroad(n: usize) -> Country {
    const CODES: [&str; 8] = ["US", "AU", "GB", "SA", "AE", "SG", "HK", "CA"];
    CODES.get(n % CODES.len()).and_then(|code| code.parse().ok()).unwrap_or(Country::PH)
}

fn pick(chance: &mut Chance, words: &[&'static str]) -> &'static str {
    words.get(chance.below(words.len() as u64) as usize).copied().unwrap_or_default()
}

fn php(pesos: u64) -> Money {
    Money { minor: (pesos * 100).cast_signed(), currency: Currency::PHP }
}

#[derive(Default)]
struct Parties {
    made: Vec<Party>,
}

impl Parties {
    fn add(&mut self, what: &str, kind: PartyKind, country: Country) -> u32 {
        let place = self.made.len();
        self.made.push(Party {
            account: format!("SYN-{:08}", place + 1),
            institution: INSTITUTIONS.get(place % INSTITUTIONS.len()).copied().unwrap_or_default(),
            name: format!("{what} {}", place + 1),
            kind,
            country,
        });
        place as u32
    }

    /// Adds `n` parties side by side and gives back the place of the first.
    fn many(&mut self, what: &str, n: usize, of: impl Fn(usize) -> (PartyKind, Country)) -> u32 {
        let first = self.made.len() as u32;
        for place in 0..n {
            let (kind, country) = of(place);
            self.add(what, kind, country);
        }
        first
    }
}
