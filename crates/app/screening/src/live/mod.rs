//! Alerts while payments come in: a desk that follows the ledger.
//!
//! One desk an organisation. It reads the ledger in the order in which payments were accepted and feeds
//! the very screens a run over the whole ledger feeds; what opens or goes on is handed to the same
//! keeping, which raises once and extends. So it does not matter how requests are cut, or whether the
//! process was restarted in between: the alerts are those of [`rescreen_all`](crate::rescreen_all).
//!
//! - **Restart.** A desk that begins reads the whole ledger, month by month and each month in event
//!   order, and hands over what concerns the parties of payments after the mark: the number of the last
//!   payment whose screening was finished, kept in the store.
//! - **Late payments.** Order counts within a party. A payment that comes before one of its sender's or
//!   receiver's that was already taken sets both parties aside: what they show is found anew from all of
//!   their payments, and the desk's own screens no longer speak for them until it is built
//!   again.
//! - **A large backlog** or many late payments, such as a file's, are not followed one by one: the desk is
//!   built again once no file is being read.
//! - **Bursts.** What opens is handed over at once. What goes on is handed over once in [`SETTLE`], so
//!   that a burst does not write the same alert a hundred times; at the end everything is.

mod aside;
mod log;
mod news;

use std::collections::HashSet;

use access::Action;
use app_kernel::{Error, House, Internal, Op, Permit, Tx};
use model::{Id, Instant, Span, kinds};
use screening::{Event, Finding, PartyRef, Screen, Typology};

use self::aside::Aside;
pub use self::news::{Live, News, Word};
use crate::{
    raise,
    replay::{AT_ONCE, Found},
};

/// How often what goes on is handed over.
pub const SETTLE: Span = Span::seconds(1);
/// How often the mark is moved.
const MARK: Span = Span::seconds(10);
/// A file that moved this short a while ago is being read.
const READING: Span = Span::seconds(30);
/// More payments than this to catch up on are not followed one by one.
const BACKLOG: i64 = 500_000;

/// What came of following the ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Followed {
    /// Payments taken.
    pub events: u64,
    /// Of these, payments that came late.
    pub late: u64,
    /// Whether the desk was built from the ledger.
    pub built: bool,
    /// Alerts raised or extended.
    pub news: Vec<News>,
    /// Whether something is still to be handed over or marked: follow again before long.
    pub unsettled: bool,
}

/// How much is followed payment by payment, and held of parties set aside, in payments.
#[derive(Clone, Copy, Debug)]
struct Most {
    backlog: i64,
    aside: usize,
}

/// Screens that follow the ledger of one organisation.
pub struct Desk {
    organisation: Id<kinds::Organisation>,
    screens: Vec<(Typology, Screen)>,
    aside: Aside,
    most: Most,
    /// The number of the last payment taken; `None` until the desk is built.
    through: Option<i64>,
    /// The number of the last payment whose screening is known to be finished, as the store has it.
    marked: i64,
    marked_at: Instant,
    settled_at: Instant,
    unsettled: bool,
}

impl Desk {
    /// A desk that has read nothing yet.
    pub fn new(organisation: Id<kinds::Organisation>, typologies: &[Typology]) -> Self {
        let long_ago = Instant::from_micros(0);
        Self {
            organisation,
            screens: screens(typologies.iter().filter(|typology| crate::typologies::runs_here(typology))),
            aside: Aside::default(),
            most: Most { backlog: BACKLOG, aside: AT_ONCE },
            through: None,
            marked: 0,
            marked_at: long_ago,
            settled_at: long_ago,
            unsettled: false,
        }
    }

    /// Whose ledger it follows.
    pub const fn organisation(&self) -> Id<kinds::Organisation> {
        self.organisation
    }

    /// Reads on in the ledger and hands over what is found. `whole` hands everything over now, also what
    /// has been handed over a moment ago and went on. After an error the desk is built again from the
    /// ledger, so that nothing is missed.
    pub async fn follow(&mut self, op: &Op, house: &House, whole: bool) -> Result<Followed, Error> {
        let followed = self.follow_on(op, house, whole).await;
        if followed.is_err() {
            self.through = None;
        }
        followed
    }

    async fn follow_on(&mut self, op: &Op, house: &House, whole: bool) -> Result<Followed, Error> {
        let mut tx = house.look(op).await?;
        let permit = tx.allow(op, Action::ReadTypologies)?;
        let last = store::ledger::last_sequence(tx.store(&permit), self.organisation).await?;
        if self.through == Some(last) && !self.unsettled {
            return Ok(Followed::default());
        }
        let mut followed = Followed::default();
        let behind =
            self.through.is_some_and(|through| last - through > self.most.backlog) || self.overflows();
        if behind || self.through.is_none() {
            let since = house.now() - READING;
            if behind && store::imports::any_being_read(tx.store(&permit), self.organisation, since).await? {
                return Ok(Followed { unsettled: true, ..followed });
            }
            let findings = self.build(&mut tx, &permit, last, &mut followed).await?;
            drop(tx);
            self.keep(op, house, findings, &mut followed).await?;
            (self.unsettled, self.settled_at) = (true, house.now());
            return self.mark(op, house, followed, true).await;
        }
        let events = log::after(&mut tx, &permit, self.through.unwrap_or_default()).await?;
        self.through = Some(last);
        self.unsettled |= !events.is_empty();
        self.take(&events, &mut followed);
        let due = whole || house.now().since(self.marked_at) >= MARK;
        let whole = whole || house.now().since(self.settled_at) >= SETTLE;
        let mut findings = self.changed(whole);
        if whole {
            findings.extend(self.aside.findings(&mut tx, &permit, &self.screens, self.most.aside).await?);
        }
        drop(tx);
        self.keep(op, house, findings, &mut followed).await?;
        if whole {
            self.settled_at = house.now();
        }
        let due = whole && due && !self.overflows();
        self.mark(op, house, followed, due).await
    }

    /// Whether more is set aside than should be.
    fn overflows(&self) -> bool {
        self.aside.payments() > self.most.aside
    }

    /// Feeds payments to the screens. One that comes late for its parties sets them aside.
    fn take(&mut self, events: &[Event], followed: &mut Followed) {
        for event in events {
            self.aside.take(event);
            let mut late = false;
            for (_, screen) in &mut self.screens {
                late |= screen.push(event).is_err();
            }
            if late {
                followed.late += 1;
                self.aside.set_aside([event.sender, event.receiver]);
            }
        }
        followed.events += events.len() as u64;
    }

    /// What the screens have found since they were last asked, but of parties set aside.
    fn changed(&mut self, whole: bool) -> Vec<(usize, Finding)> {
        let mut findings = Vec::new();
        for (place, (_, screen)) in self.screens.iter_mut().enumerate() {
            let changed = if whole { screen.take_changed() } else { screen.take_opened() };
            let own = changed.into_iter().filter(|finding| !self.aside.holds(finding.subject));
            findings.extend(own.map(|finding| (place, finding)));
        }
        findings
    }

    /// Reads the whole ledger anew; what it finds about the parties of payments after the mark.
    async fn build(
        &mut self,
        tx: &mut Tx<'_>,
        permit: &Permit,
        last: i64,
        followed: &mut Followed,
    ) -> Result<Vec<(usize, Finding)>, Error> {
        self.screens = screens(self.screens.iter().map(|(typology, _)| typology));
        self.aside = Aside::default();
        self.marked = store::event_days::screened_through(tx.store(permit), self.organisation).await?;
        let mut concerned: HashSet<PartyRef> = HashSet::new();
        for month in store::ledger::months(tx.store(permit), self.organisation).await? {
            let events = log::of_month(tx, permit, &month).await?;
            for event in &events {
                if event.sequence.cast_signed() > self.marked {
                    concerned.extend([event.sender, event.receiver]);
                }
                for (_, screen) in &mut self.screens {
                    screen
                        .push(event)
                        .map_err(|e| Internal::Unreadable { what: "ledger", reason: e.to_string() })?;
                }
            }
            followed.events += events.len() as u64;
        }
        (self.through, followed.built) = (Some(last), true);
        let mut findings = self.changed(true);
        findings.retain(|(_, finding)| concerned.contains(&finding.subject));
        Ok(findings)
    }

    /// Raises or extends an alert for each finding, a few in one transaction.
    async fn keep(
        &self,
        op: &Op,
        house: &House,
        mut findings: Vec<(usize, Finding)>,
        followed: &mut Followed,
    ) -> Result<(), Error> {
        findings.sort_by_key(|(place, finding)| (finding.opened_at, finding.opened_sequence, *place));
        let found: Vec<Found<'_>> = findings
            .into_iter()
            .filter_map(|(place, finding)| {
                self.screens.get(place).map(|(typology, _)| Found { typology, finding })
            })
            .collect();
        for batch in found.chunks(raise::AT_ONCE) {
            let kept = raise::keep(op, house, batch).await?;
            followed.news.extend(kept.news);
        }
        Ok(())
    }

    /// Moves the mark to what has been taken, if everything found has been handed over.
    async fn mark(
        &mut self,
        op: &Op,
        house: &House,
        mut followed: Followed,
        due: bool,
    ) -> Result<Followed, Error> {
        let through = self.through.unwrap_or_default();
        if due && through > self.marked {
            let mut tx = house.begin(op).await?;
            let permit = tx.allow(op, Action::ReadTypologies)?;
            let now = house.now();
            store::event_days::move_screened(tx.store(&permit), self.organisation, through, now).await?;
            let detail = serde_json::json!({ "screened": through - self.marked, "through": through });
            tx.journal(op, &permit, detail).await?;
            tx.commit().await?;
            (self.marked, self.marked_at) = (through, now);
        }
        self.unsettled = self.marked < through || self.aside.waits();
        followed.unsettled = self.unsettled;
        Ok(followed)
    }
}

fn screens<'t>(typologies: impl Iterator<Item = &'t Typology>) -> Vec<(Typology, Screen)> {
    typologies.map(|typology| (typology.clone(), Screen::new(typology))).collect()
}

/// The organisations whose ledgers are followed: those that are sent events over HTTP.
pub async fn followed(op: &Op, house: &House) -> Result<Vec<Id<kinds::Organisation>>, Error> {
    if !house.profile.has("payments") || !house.profile.has("alerts") {
        return Ok(Vec::new());
    }
    let mut tx = house.look(op).await?;
    let permit = tx.allow(op, Action::ReadTypologies)?;
    Ok(store::event_days::organisations(tx.store(&permit)).await?)
}

#[cfg(test)]
mod tests {
    use test_support::{TestHouse, engines};

    use super::*;
    use crate::{
        ledger::{baseline, daily, import, pay},
        rescreen_all,
    };

    /// What a desk makes of a ledger of which much comes late, with little room.
    async fn followed_with(most: Most) {
        for engine in engines() {
            let house = TestHouse::new(&engine).await;
            let (op, typologies) = (house.system(), baseline());
            let mut desk = Desk { most, ..Desk::new(house.organisation, &typologies) };
            import(&house, &daily(30, 25, "SYNTHETIC-ONE")).await;
            assert!(desk.follow(&op, &house, true).await.unwrap().built);
            import(&house, &daily(20, 25, "SYNTHETIC-TWO")).await;
            import(&house, &[pay(10, "SYNTHETIC-PAYER-0", "SYNTHETIC-ONE")]).await;
            let mut built = 0;
            for _ in 0..3 {
                built += u32::from(desk.follow(&op, &house, true).await.unwrap().built);
            }
            assert_eq!(built, 1, "{engine:?} {most:?}");
            assert_eq!(desk.follow(&op, &house, true).await.unwrap(), Followed::default());
            let whole = rescreen_all(&op, &house, &typologies).await.unwrap();
            assert_eq!((whole.findings, whole.raised, whole.extended), (2, 0, 0), "{engine:?} {most:?}");
        }
    }

    #[tokio::test]
    async fn where_too_many_come_late_the_desk_is_built_again() {
        followed_with(Most { backlog: BACKLOG, aside: 5 }).await;
    }

    #[tokio::test]
    async fn a_backlog_is_not_followed_one_by_one() {
        followed_with(Most { backlog: 5, aside: AT_ONCE }).await;
    }
}
