//! The worker beside the worker: follows the ledgers that are sent events over HTTP, so that an alert is
//! raised while its payments come, and tells open pages.

use std::{collections::HashMap, sync::Arc};

use app_kernel::{Error, House};
use app_screening::{
    TypologyFile,
    live::{Desk, Live, Word, followed},
};
use model::{Id, Instant, Span, kinds};
use screening::Typology;
use tokio::sync::watch;

use crate::{runtime, work};

/// How often open pages are told that the house is still there.
const BEAT: Span = Span::seconds(15);

/// The desks of an installation.
struct Desks {
    house: Arc<House>,
    live: Arc<Live>,
    typologies: Vec<Typology>,
    desks: HashMap<Id<kinds::Organisation>, Desk>,
}

impl Desks {
    /// Brings every desk up to date.
    async fn follow(&mut self, whole: bool) -> Result<(), Error> {
        let nobody = runtime::operator(&self.house, Id::from_uuid(uuid::Uuid::nil()));
        for organisation in followed(&nobody, &self.house).await? {
            let op = runtime::operator(&self.house, organisation).system("screening", "screening");
            let desk =
                self.desks.entry(organisation).or_insert_with(|| Desk::new(organisation, &self.typologies));
            let before = self.house.now();
            let done = match desk.follow(&op, &self.house, whole).await {
                Ok(done) => done,
                Err(e) => {
                    tracing::error!(%organisation, error = %e, "a ledger could not be followed");
                    continue;
                }
            };
            if done.built {
                let took = self.house.now().since(before);
                tracing::info!(
                    payments = done.events,
                    milliseconds = took.0 / 1000,
                    alerts = done.news.len(),
                    "a desk was built from the ledger"
                );
            }
            if done.late > 0 {
                tracing::info!(payments = done.late, "payments came late; their parties are set aside");
            }
            for news in done.news {
                self.live.tell(Word::Alert(news));
            }
        }
        Ok(())
    }
}

/// Follows until told to stop; then hands over what is left.
pub(crate) async fn run(
    house: Arc<House>,
    typologies: Arc<Vec<TypologyFile>>,
    live: Arc<Live>,
    mut stop: watch::Receiver<bool>,
) {
    let typologies = app_screening::in_force(&typologies);
    let mut desks = Desks { house: house.clone(), live: live.clone(), typologies, desks: HashMap::new() };
    let mut beat = Instant::from_micros(0);
    while !*stop.borrow() {
        if let Err(e) = desks.follow(false).await {
            tracing::error!(error = %e, "it could not be looked which ledgers to follow");
        }
        if house.now().since(beat) >= BEAT {
            beat = house.now();
            live.tell(Word::StillHere);
        }
        tokio::select! {
            () = live.arrival() => {}
            () = work::pause() => {}
            _ = stop.changed() => {}
        }
    }
    if let Err(e) = desks.follow(true).await {
        tracing::error!(error = %e, "it could not be looked which ledgers to follow");
    }
}
