//! Reading a sealed original back as a stream of bytes, in bounded memory, for parsers that know
//! nothing of where it comes from.

use std::io::{self, Read};

use app_kernel::{Error, House, Internal, Op, Sealer};
use model::{Id, kinds};
use tokio::sync::mpsc;

/// Chunks on the way from the database to the parser.
const AHEAD: usize = 4;

/// The sending half: opens chunk after chunk.
pub(crate) struct Chunks {
    sender: mpsc::Sender<io::Result<Vec<u8>>>,
}

/// The reading half: blocks until the next chunk is there.
pub(crate) struct Original {
    receiver: mpsc::Receiver<io::Result<Vec<u8>>>,
    chunk: Vec<u8>,
    at: usize,
}

pub(crate) fn pipe() -> (Chunks, Original) {
    let (sender, receiver) = mpsc::channel(AHEAD);
    (Chunks { sender }, Original { receiver, chunk: Vec::new(), at: 0 })
}

impl Chunks {
    /// Sends the whole original, or until the reader has had enough. A chunk that does not open is
    /// an error for both sides.
    pub(crate) async fn send(
        self,
        op: &Op,
        house: &House,
        import: Id<kinds::Import>,
        sealer: &Sealer,
    ) -> Result<(), Error> {
        let mut ordinal = 0_i64;
        loop {
            let mut tx = house.look(op).await?;
            let permit = tx.allow(op, access::Action::ImportFile)?;
            let sealed = store::imports::chunk(tx.store(&permit), import, ordinal).await?;
            drop(tx);
            let opened = match sealed {
                Some(sealed) => {
                    vault::open_chunk(sealer.key(), import.bytes(), ordinal.unsigned_abs(), &sealed)
                        .map_err(|e| e.to_string())
                }
                None => Err("a chunk of it is missing".to_owned()),
            };
            match opened {
                Ok((bytes, last)) => {
                    if self.sender.send(Ok(bytes.to_vec())).await.is_err() || last {
                        return Ok(());
                    }
                }
                Err(reason) => {
                    let _ = self.sender.send(Err(io::Error::other(reason.clone()))).await;
                    return Err(Internal::Sealed { what: "original", reason }.into());
                }
            }
            ordinal += 1;
        }
    }
}

impl Original {
    /// Up to `most` bytes from the start, without using them up.
    pub(crate) fn head(&mut self, most: usize) -> io::Result<&[u8]> {
        while self.chunk.len() < most {
            match self.receiver.blocking_recv() {
                Some(next) => self.chunk.extend_from_slice(&next?),
                None => break,
            }
        }
        Ok(self.chunk.get(..most.min(self.chunk.len())).unwrap_or_default())
    }
}

impl Read for Original {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.chunk.len() {
            match self.receiver.blocking_recv() {
                Some(next) => {
                    self.chunk = next?;
                    self.at = 0;
                }
                None => return Ok(0),
            }
        }
        let rest = self.chunk.get(self.at..).unwrap_or_default();
        let n = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..n), rest.get(..n)) {
            to.copy_from_slice(from);
        }
        self.at += n;
        Ok(n)
    }
}
