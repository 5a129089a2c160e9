//! Who is linked through whom: parties that share counterparts with parties already flagged, and the
//! surroundings of a confirmed one.
//!
//! Figures of the network are taken at fixed ticks of event time, never in between, so that live and
//! replay see the same: [`Network::tick`] says when the next is due. Links older than the window do not
//! count. What is found is ranked and explained; it is a reason to look, never a verdict. Source: AUSTRAC
//! (one identified offender led to the others by way of a shared beneficiary, ABC News, 19 November 2025).

use std::collections::{BTreeMap, BTreeSet};

use model::{Instant, Span};

use crate::engine::{Activity, Kind};

/// Payments between parties, as far back as the window.
#[derive(Clone, Debug)]
pub struct Network {
    window: Span,
    every: Span,
    next: Option<Instant>,
    /// The last payment of each sender to each receiver, and how many there were.
    sent: BTreeMap<(u32, u32), Link>,
    /// The same the other way round.
    received: BTreeSet<(u32, u32)>,
}

/// Payments of one party to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The latest.
    pub last: Instant,
    /// How many since the link was last forgotten.
    pub payments: u32,
}

/// A party that shares counterparts with flagged ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// The party.
    pub party: u32,
    /// Whether it is one who is paid, rather than one who pays.
    pub receives: bool,
    /// The flagged parties it is linked to, in order.
    pub flagged: Vec<u32>,
}

/// A party near a confirmed one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Near {
    /// The party.
    pub party: u32,
    /// How many payments lead there, one after the other.
    pub steps: u8,
    /// The parties on the shortest way, from the confirmed one; the first in order of number.
    pub way: Vec<u32>,
    /// Payments over the last link of that way, and of others as short.
    pub payments: u32,
    /// How many ways as short there are.
    pub ways: u32,
}

/// Counterparts of a party beyond which it says nothing: shops, collectors.
pub const HUB: usize = 200;

impl Network {
    /// A network of nobody; ticks fall on multiples of `every` since 1970.
    pub const fn new(window: Span, every: Span) -> Self {
        Self { window, every, next: None, sent: BTreeMap::new(), received: BTreeSet::new() }
    }

    /// The tick that is due before this event is taken: the last multiple of the interval up to it, if
    /// none of that has been. Asked with events in event order.
    pub fn tick(&mut self, event: &Activity) -> Option<Instant> {
        let every = self.every.0.max(1);
        let at = event.at.micros();
        let tick = Instant::from_micros(at - at.rem_euclid(every));
        let due = self.next.is_some_and(|next| next <= tick);
        if due || self.next.is_none() {
            self.next = Some(tick + Span(every));
        }
        if due {
            let gone = tick - self.window;
            self.sent.retain(|_, link| link.last > gone);
            self.received.retain(|(receiver, sender)| self.sent.contains_key(&(*sender, *receiver)));
        }
        due.then_some(tick)
    }

    /// Takes the next event; only payments link.
    pub fn take(&mut self, event: &Activity) {
        if event.kind != Kind::Payment || event.amount <= 0 {
            return;
        }
        let link =
            self.sent.entry((event.sender, event.receiver)).or_insert(Link { last: event.at, payments: 0 });
        link.last = link.last.max(event.at);
        link.payments = link.payments.saturating_add(1);
        self.received.insert((event.receiver, event.sender));
    }

    /// Those who receive from, or pay to, at least `least` flagged parties; most flagged first. Flagged
    /// parties themselves and hubs are left out.
    pub fn shared(&self, flagged: &BTreeSet<u32>, least: usize) -> Vec<Shared> {
        let mut near: BTreeMap<(bool, u32), Vec<u32>> = BTreeMap::new();
        for party in flagged {
            for receiver in self.receivers(*party) {
                near.entry((true, receiver)).or_default().push(*party);
            }
            for sender in self.senders(*party) {
                near.entry((false, sender)).or_default().push(*party);
            }
        }
        let mut shared: Vec<Shared> = near
            .into_iter()
            .filter(|((_, party), by)| by.len() >= least && !flagged.contains(party))
            .filter(|((receives, party), _)| {
                let others = if *receives {
                    self.senders(*party).take(HUB + 1).count()
                } else {
                    self.receivers(*party).take(HUB + 1).count()
                };
                others <= HUB
            })
            .map(|((receives, party), flagged)| Shared { party, receives, flagged })
            .collect();
        shared.sort_by_key(|s| (std::cmp::Reverse(s.flagged.len()), s.party, s.receives));
        shared
    }

    /// The parties within so many steps of a confirmed one, nearest first, then by payments. The ways
    /// do not go through hubs.
    pub fn around(&self, confirmed: u32, steps: u8) -> Vec<Near> {
        let mut found: BTreeMap<u32, Near> = BTreeMap::new();
        let mut edge = vec![(confirmed, vec![confirmed])];
        for step in 1..=steps {
            let mut next: BTreeMap<u32, Near> = BTreeMap::new();
            for (party, way) in &edge {
                let out = self.receivers(*party).map(|other| (other, (*party, other)));
                let back = self.senders(*party).map(|other| (other, (other, *party)));
                let links: Vec<(u32, (u32, u32))> = out.chain(back).take(2 * HUB + 1).collect();
                if links.len() > HUB && *party != confirmed {
                    continue;
                }
                for (other, link) in links {
                    if other == confirmed || found.contains_key(&other) {
                        continue;
                    }
                    let payments = self.sent.get(&link).map_or(0, |link| link.payments);
                    let near = next.entry(other).or_insert_with(|| {
                        let way = way.iter().copied().chain([other]).collect();
                        Near { party: other, steps: step, way, payments: 0, ways: 0 }
                    });
                    near.payments = near.payments.saturating_add(payments);
                    near.ways += 1;
                }
            }
            edge = next.values().map(|near| (near.party, near.way.clone())).collect();
            found.append(&mut next);
        }
        let mut found: Vec<Near> = found.into_values().collect();
        found.sort_by_key(|near| (near.steps, std::cmp::Reverse(near.payments), near.party));
        found
    }

    /// How many links there are.
    pub fn len(&self) -> usize {
        self.sent.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.sent.is_empty()
    }

    fn receivers(&self, party: u32) -> impl Iterator<Item = u32> + '_ {
        self.sent.range((party, 0)..=(party, u32::MAX)).map(|((_, receiver), _)| *receiver)
    }

    fn senders(&self, party: u32) -> impl Iterator<Item = u32> + '_ {
        self.received.range((party, 0)..=(party, u32::MAX)).map(|(_, sender)| *sender)
    }
}

impl Shared {
    /// The link in words.
    pub fn sentence(&self) -> String {
        let (what, which) = if self.receives { ("Receives from", "sender") } else { ("Pays to", "receiver") };
        let n = self.flagged.len();
        format!(
            "{what} {n} flagged {which}{}. This links accounts, not guilt.",
            if n == 1 { "" } else { "s" }
        )
    }
}

impl Near {
    /// The link in words.
    pub fn sentence(&self) -> String {
        let plural = |n: u32, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
        format!(
            "{} from the confirmed party by {}, with {} on the last of them. This links accounts, not guilt.",
            plural(u32::from(self.steps), "step"),
            plural(self.ways, "way"),
            plural(self.payments, "payment"),
        )
    }
}

#[cfg(test)]
mod tests {
    use model::Currency;
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::engine::{Channel, Marks};

    fn pay(hours: i64, sender: u32, receiver: u32) -> Activity {
        Activity {
            sequence: 0,
            at: Instant::parse("2026-01-01T00:00:00Z").unwrap() + Span::hours(hours),
            amount: 100,
            marks: Marks(0),
            sender,
            receiver,
            lasting: 0,
            currency: Currency::PHP,
            sender_country: None,
            receiver_country: None,
            kind: Kind::Payment,
            channel: Channel::Unknown,
        }
    }

    fn network(payments: &[(u32, u32)]) -> Network {
        let mut network = Network::new(Span::days(90), Span::days(1));
        for (sender, receiver) in payments {
            network.take(&pay(0, *sender, *receiver));
        }
        network
    }

    #[test]
    fn a_shared_receiver_of_flagged_senders_comes_first() {
        let network = network(&[(1, 10), (2, 10), (3, 10), (1, 11), (2, 11), (4, 12), (7, 1), (7, 2)]);
        let shared = network.shared(&BTreeSet::from([1, 2, 3]), 2);
        let said: Vec<(u32, bool, usize)> =
            shared.iter().map(|s| (s.party, s.receives, s.flagged.len())).collect();
        assert_eq!(said, [(10, true, 3), (7, false, 2), (11, true, 2)]);
        assert!(shared[0].sentence().contains("3 flagged senders"), "{}", shared[0].sentence());
    }

    #[test]
    fn a_confirmed_party_leads_to_those_around_it_step_by_step() {
        let network = network(&[(1, 10), (1, 10), (2, 10), (2, 20), (3, 20), (4, 30)]);
        let around = network.around(1, 3);
        let said: Vec<(u32, u8, u32)> = around.iter().map(|n| (n.party, n.steps, n.payments)).collect();
        assert_eq!(said, [(10, 1, 2), (2, 2, 1), (20, 3, 1)]);
        assert_eq!(around[2].way, [1, 10, 2, 20]);
        assert!(around[1].sentence().starts_with("2 steps from"), "{}", around[1].sentence());
    }

    #[test]
    fn a_shop_is_no_bridge() {
        let mut payments: Vec<(u32, u32)> = (0..300).map(|n| (1_000 + n, 50)).collect();
        payments.push((1, 50));
        let network = network(&payments);
        assert_eq!(network.around(1, 3).iter().map(|near| near.party).collect::<Vec<_>>(), [50]);
        assert_eq!(network.shared(&BTreeSet::from([1, 1_000]), 2), []);
    }

    proptest! {
        #[test]
        fn ticks_fall_on_the_clock_whatever_the_events(times in vec(0_i64..400, 1..60)) {
            let mut times = times;
            times.sort_unstable();
            let mut network = Network::new(Span::days(5), Span::days(1));
            let mut ticks = Vec::new();
            for hours in &times {
                ticks.extend(network.tick(&pay(*hours, 1, (*hours % 7) as u32)));
                network.take(&pay(*hours, 1, (*hours % 7) as u32));
            }
            let days: BTreeSet<i64> = times.iter().map(|hours| hours / 24).collect();
            let expected: Vec<Instant> =
                days.iter().skip(1).map(|day| pay(24 * day, 0, 0).at).collect();
            prop_assert_eq!(ticks, expected);
            let last = times[times.len() - 1] / 24 * 24;
            let kept: BTreeSet<i64> = times.iter().filter(|t| **t > last - 120).map(|t| t % 7).collect();
            prop_assert!(network.len() >= kept.len() && network.len() <= 7);
        }
    }
}
