//! What is told on: to whoever follows the ledger that there is more of it, and to open pages that
//! there are alerts.

use std::sync::atomic::{AtomicBool, Ordering};

use model::{Id, kinds};
use tokio::sync::{Notify, broadcast};

/// Words that wait for a slow listener, at most; one that is slower is told that it missed some.
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

/// What listeners hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// Of an alert.
    Alert(News),
    /// That the house is still there, now and then.
    StillHere,
    /// That the house closes.
    Closing,
}

/// Where those who take events in, those who screen them, and open pages meet.
#[derive(Debug)]
pub struct Live {
    arrived: Notify,
    words: broadcast::Sender<Word>,
    closed: AtomicBool,
}

impl Default for Live {
    fn default() -> Self {
        Self { arrived: Notify::new(), words: broadcast::channel(WAITING).0, closed: AtomicBool::new(false) }
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

    /// Tells a word on to whoever listens; nobody listening is no fault.
    pub fn tell(&self, word: Word) {
        let _ = self.words.send(word);
    }

    /// The house closes: whoever listens is told, and nobody listens any more.
    pub fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.tell(Word::Closing);
    }

    /// Whether the house closes.
    pub fn closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    /// Listens from now on.
    pub fn listen(&self) -> broadcast::Receiver<Word> {
        self.words.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_arrival_before_one_waits_is_not_missed_and_closing_is_heard() {
        let live = Live::default();
        live.events_arrived();
        live.arrival().await;
        let mut heard = live.listen();
        live.tell(Word::StillHere);
        live.close();
        assert_eq!(heard.recv().await, Ok(Word::StillHere));
        assert_eq!(heard.recv().await, Ok(Word::Closing));
        assert!(live.closed());
    }
}
