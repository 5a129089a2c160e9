//! What is told on: to whoever follows the ledger that there is more of it, and to open pages that
//! there are alerts.

use model::{Id, kinds};
use tokio::sync::{Notify, broadcast};

/// News that wait for a slow page, at most; one that is slower is told that it missed some.
const WAITING: usize = 1024;

/// An alert was raised, or extended. It says nothing of who the party is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct News {
    /// Whose alert.
    pub organisation: Id<kinds::Organisation>,
    /// The alert.
    pub alert: Id<kinds::Alert>,
    /// Its number within its year.
    pub number: i64,
    /// The year it was raised.
    pub year: i64,
    /// The order on the desk, higher first.
    pub score: i64,
    /// Whether it is new; else it went on.
    pub raised: bool,
}

/// Where those who take events in, those who screen them, and open pages meet.
#[derive(Debug)]
pub struct Live {
    arrived: Notify,
    news: broadcast::Sender<News>,
}

impl Default for Live {
    fn default() -> Self {
        Self { arrived: Notify::new(), news: broadcast::channel(WAITING).0 }
    }
}

impl Live {
    /// Says that events were taken in.
    pub fn events_arrived(&self) {
        self.arrived.notify_one();
    }

    /// Waits until events were taken in; returns at once if some were since it last did.
    pub async fn arrival(&self) {
        self.arrived.notified().await;
    }

    /// Tells news on to whoever listens.
    pub fn tell(&self, news: &[News]) {
        for one in news {
            // Nobody listening is no fault.
            let _ = self.news.send(*one);
        }
    }

    /// Listens to news from now on.
    pub fn listen(&self) -> broadcast::Receiver<News> {
        self.news.subscribe()
    }
}
