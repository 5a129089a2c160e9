//! Replaying the ledger: which findings an import can have changed, exactly as a run over the
//! whole ledger would find them.
//!
//! What a party's payments show depends on no other party's, so only the parties an import names are
//! looked at, and only as far before and after it as their episodes reach: from twice the typologies'
//! reach before it to once after, and where an episode touches the edge of that, further, twice as
//! far each time. A typology that looks at first payments reaches over the whole ledger.
//!
//! Memory is bounded: the ledger is read a few segments at a time, first to count each party's
//! payments, then to gather the payments of as many parties as [`AT_ONCE`] allows. What is held is
//! one counter a party, and [`AT_ONCE`] payments (or one party's, should it have more), about 150
//! bytes each with what screening makes of them.

use std::collections::{HashMap, HashSet};

use app_kernel::{Error, Internal, Permit, Tx};
use model::{Id, Instant, Span, kinds};
use screening::{Event, Finding, PartyRef, Screen, Subject, Typology};

/// Payments held at once.
pub(crate) const AT_ONCE: usize = 300_000;
/// Segments read at once, each of a few thousand payments.
const SEGMENTS: i64 = 16;

/// A finding with the typology it is of.
pub(crate) struct Found<'t> {
    pub(crate) typology: &'t Typology,
    pub(crate) finding: Finding,
}

/// What a replay came to.
pub(crate) struct Replayed<'t> {
    /// Payments of the ledger that were looked at.
    pub(crate) events: u64,
    /// What was found, by the order in which it opened.
    pub(crate) findings: Vec<Found<'t>>,
}

/// What a replay reads with.
pub(crate) struct Replay<'a, 'h, 't> {
    pub(crate) tx: &'a mut Tx<'h>,
    pub(crate) permit: &'a Permit,
    pub(crate) typologies: Vec<&'t Typology>,
    pub(crate) at_once: usize,
}

/// A stretch of time, both ends in it.
#[derive(Clone, Copy)]
struct Stretch {
    from: Instant,
    to: Instant,
}

impl<'t> Replay<'_, '_, 't> {
    /// The whole ledger.
    pub(crate) async fn all(&mut self) -> Result<Replayed<'t>, Error> {
        let Some(ledger) = self.extent().await? else { return Ok(Replayed::nothing()) };
        Ok(self.run(ledger, None).await?.sorted())
    }

    /// What an import can have changed.
    pub(crate) async fn import(&mut self, import: Id<kinds::Import>) -> Result<Replayed<'t>, Error> {
        let span = store::ledger::span_of(self.tx.store(self.permit), import).await?;
        let (Some((first, last)), Some(ledger)) = (span, self.extent().await?) else {
            return Ok(Replayed::nothing());
        };
        let mut wanted = self.named_by(import, Stretch { from: first, to: last }).await?;
        let window = self.typologies.iter().map(|t| t.reach()).max().unwrap_or_default();
        let times = |n: i64| Span(window.0.saturating_mul(n));
        let mut done = Replayed::nothing();
        let mut reach = 1_i64;
        loop {
            let stretch = Stretch {
                from: (first - times(reach.saturating_mul(2))).max(ledger.from),
                to: (last + times(reach)).min(ledger.to),
            };
            let mut round = self.run(stretch, Some(&wanted)).await?;
            // Episodes wholly before the import, or opened a window or more after it, it cannot
            // have changed.
            round
                .findings
                .retain(|found| found.finding.last_at >= first && found.finding.opened_at <= last + window);
            // An opening is exact two windows after the beginning of the stretch: the payment
            // before it is then one window after it, with all that counts for it in sight. An
            // end is exact where a whole window without a payment follows in sight.
            let cut = |finding: &Finding| {
                (stretch.from > ledger.from && finding.opened_at < stretch.from + times(2))
                    || (stretch.to < ledger.to && finding.last_at + window > stretch.to)
            };
            wanted =
                round.findings.iter().map(|f| &f.finding).filter(|f| cut(f)).map(|f| f.subject).collect();
            round.findings.retain(|found| !wanted.contains(&found.finding.subject));
            done.findings.append(&mut round.findings);
            done.events = done.events.max(round.events);
            if wanted.is_empty() {
                return Ok(done.sorted());
            }
            reach = reach.saturating_mul(2);
        }
    }

    async fn extent(&mut self) -> Result<Option<Stretch>, Error> {
        let (_, from, to) = store::ledger::extent(self.tx.store(self.permit), self.permit.owner()).await?;
        Ok(from.zip(to).map(|(from, to)| Stretch { from, to }))
    }

    /// The parties an import may lead to an alert about.
    async fn named_by(
        &mut self,
        import: Id<kinds::Import>,
        stretch: Stretch,
    ) -> Result<HashSet<PartyRef>, Error> {
        let typologies = self.typologies.clone();
        let mut named = HashSet::new();
        self.walk(stretch, Some(import), |event| named.extend(subjects(&typologies, &event))).await?;
        Ok(named)
    }

    /// Runs the typologies over the payments of a stretch to the parties wanted, or to all.
    async fn run(
        &mut self,
        stretch: Stretch,
        wanted: Option<&HashSet<PartyRef>>,
    ) -> Result<Replayed<'t>, Error> {
        let typologies = self.typologies.clone();
        let least = typologies.iter().map(|t| t.evidence.at_least).min().unwrap_or(u32::MAX);
        let mut replayed = Replayed::nothing();
        let mut counts: HashMap<PartyRef, u32> = HashMap::new();
        self.walk(stretch, None, |event| {
            replayed.events += 1;
            for party in subjects(&typologies, &event) {
                if wanted.is_none_or(|wanted| wanted.contains(&party)) {
                    *counts.entry(party).or_insert(0) += 1;
                }
            }
        })
        .await?;
        counts.retain(|_, count| *count >= least);
        for (parties, payments) in groups(counts, self.at_once) {
            let mut held = Vec::with_capacity(payments);
            self.walk(stretch, None, |event| {
                if subjects(&typologies, &event).any(|party| parties.contains(&party)) {
                    held.push(event);
                }
            })
            .await?;
            held.sort_unstable_by_key(|event| (event.at, event.sequence));
            for typology in &typologies {
                let mut screen = Screen::new(typology);
                for event in &held {
                    screen
                        .push(event)
                        .map_err(|e| Internal::Unreadable { what: "ledger", reason: e.to_string() })?;
                }
                // Of other parties only some payments are at hand.
                let findings = screen.finish().findings.into_iter();
                let findings = findings.filter(|finding| parties.contains(&finding.subject));
                replayed.findings.extend(findings.map(|finding| Found { typology, finding }));
            }
        }
        Ok(replayed)
    }

    /// Goes through the payments of a stretch in order of acceptance; only one import's, if asked.
    async fn walk(
        &mut self,
        stretch: Stretch,
        import: Option<Id<kinds::Import>>,
        mut take: impl FnMut(Event) + Send,
    ) -> Result<(), Error> {
        let Stretch { from, to } = stretch;
        let owner = self.permit.owner();
        let mut after = i64::MIN;
        loop {
            let segments =
                store::ledger::segments(self.tx.store(self.permit), owner, from, to, after, SEGMENTS).await?;
            let Some(last) = segments.last() else { return Ok(()) };
            after = last.first_sequence;
            for segment in segments.iter().filter(|s| import.is_none_or(|import| s.import == import)) {
                let sealer = self.tx.sealer(self.permit, "segment", segment.id.uuid()).await?;
                let plain = sealer.open_bytes("events", &segment.sealed)?;
                let events = screening::decode_segment(&plain)
                    .map_err(|e| Internal::Unreadable { what: "segment", reason: e.to_string() })?;
                events.into_iter().filter(|e| from <= e.at && e.at <= to).for_each(&mut take);
            }
        }
    }
}

impl<'t> Replayed<'t> {
    const fn nothing() -> Self {
        Self { events: 0, findings: Vec::new() }
    }

    fn sorted(mut self) -> Self {
        self.findings.sort_by(|a, b| {
            let order = |f: &Found<'t>| (f.finding.opened_at, f.finding.opened_sequence);
            order(a).cmp(&order(b)).then_with(|| a.typology.id.cmp(&b.typology.id))
        });
        self
    }
}

/// The parties a payment may lead to an alert about.
fn subjects(typologies: &[&Typology], event: &Event) -> impl Iterator<Item = PartyRef> + use<> {
    let of = |receiver: bool| typologies.iter().any(|t| (t.subject == Subject::Receiver) == receiver);
    let sender = of(false).then_some(event.sender);
    let receiver = of(true).then_some(event.receiver);
    sender.into_iter().chain(receiver.filter(|receiver| sender != Some(*receiver)))
}

/// Parties in groups that have at most `at_once` payments together, or are one party alone; with
/// how many payments each group has.
fn groups(counts: HashMap<PartyRef, u32>, at_once: usize) -> Vec<(HashSet<PartyRef>, usize)> {
    let mut parties: Vec<(PartyRef, u32)> = counts.into_iter().collect();
    parties.sort_unstable();
    let mut groups: Vec<(HashSet<PartyRef>, usize)> = Vec::new();
    for (party, count) in parties {
        let count = count as usize;
        match groups.last_mut() {
            Some((group, payments)) if *payments + count <= at_once => {
                group.insert(party);
                *payments += count;
            }
            _ => groups.push((HashSet::from([party]), count)),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use access::Action;
    use proptest::{collection::hash_map, prelude::*};
    use test_support::{TestHouse, engines};

    use super::*;
    use crate::{
        ledger::{baseline, daily, import},
        raise, rescreen_all,
    };

    /// A house whose ledger has three findings, and what a replay of so many payments at once
    /// makes of it.
    async fn replayed<'t>(house: &TestHouse, typologies: &'t [Typology], at_once: usize) -> Replayed<'t> {
        let op = house.system();
        let mut tx = house.look(&op).await.unwrap();
        let permit = tx.allow(&op, Action::ReadTypologies).unwrap();
        let typologies = typologies.iter().collect();
        Replay { tx: &mut tx, permit: &permit, typologies, at_once }.all().await.unwrap()
    }

    async fn three_findings(engine: &test_support::TestEngine) -> TestHouse {
        let house = TestHouse::new(engine).await;
        let payments: Vec<_> =
            (0..4).flat_map(|n| daily(n, 22 - n, &format!("SYNTHETIC-PARTY-{n}"))).collect();
        import(&house, &payments).await;
        house
    }

    #[tokio::test]
    async fn how_much_is_held_at_once_changes_nothing() {
        for engine in engines() {
            let house = three_findings(&engine).await;
            let typologies = baseline();
            let findings = async |at_once| {
                let replayed = replayed(&house, &typologies, at_once).await;
                replayed.findings.into_iter().map(|found| found.finding).collect::<Vec<_>>()
            };
            let expected = findings(AT_ONCE).await;
            assert_eq!(expected.len(), 3);
            for at_once in [1, 30, 45] {
                assert_eq!(findings(at_once).await, expected);
            }
        }
    }

    #[tokio::test]
    async fn a_run_that_broke_off_is_finished_by_the_next() {
        for engine in engines() {
            let house = three_findings(&engine).await;
            let (typologies, op) = (baseline(), house.system());
            let found = replayed(&house, &typologies, AT_ONCE).await.findings;
            assert_eq!(raise::keep(&op, &house, &found[..2]).await.unwrap().raised, 2);
            let run = rescreen_all(&op, &house, &typologies).await.unwrap();
            assert_eq!((run.findings, run.raised, run.extended), (3, 1, 0));
        }
    }

    proptest! {
        #[test]
        fn every_party_is_in_one_group_and_no_group_is_too_large(
            counts in hash_map(any::<[u8; 16]>().prop_map(PartyRef), 1_u32..50, 0..40), at_once in 1_usize..80,
        ) {
            let groups = groups(counts.clone(), at_once);
            let mut seen = 0;
            for (parties, payments) in &groups {
                prop_assert!(*payments <= at_once || parties.len() == 1);
                prop_assert_eq!(parties.iter().map(|p| counts[p] as usize).sum::<usize>(), *payments);
                seen += parties.len();
            }
            prop_assert_eq!(seen, counts.len());
        }
    }
}
