//! Hashes of a picture or a video as it comes: a picture is gathered in memory, hashed on a thread for
//! that and dropped; of a video only the digests so far are kept.

use std::sync::Arc;

use axum::http::StatusCode;
use md5::Md5;
use perceptual::{Profile, decode};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use super::{
    answer::{Answer, Refused},
    signals::{Medium, SignalType, hex},
};

/// Bytes of a picture at most.
pub(super) const MOST_PICTURE: u64 = 64 * 1024 * 1024;
/// Bytes of a video at most.
pub(super) const MOST_VIDEO: u64 = 1024 * 1024 * 1024;
/// A PDQ hash of less quality says too little (threatexchange `PdqSignal.QUALITY_THRESHOLD`).
const LEAST_QUALITY: u8 = 50;

/// Hashes by the types asked for; a picture that says too little has an empty one.
pub(super) type Hashes = Vec<(SignalType, String)>;

/// Something that is being received.
pub(super) struct Receiving {
    wanted: Vec<SignalType>,
    length: u64,
    so_far: SoFar,
}

enum SoFar {
    Photo(Vec<u8>),
    Video(Box<(Md5, Sha256)>),
}

impl Receiving {
    pub(super) fn new(medium: Medium, wanted: Vec<SignalType>) -> Self {
        let so_far = match medium {
            Medium::Photo => SoFar::Photo(Vec::new()),
            Medium::Video => SoFar::Video(Box::default()),
        };
        Self { wanted, length: 0, so_far }
    }

    /// How many bytes it may have.
    pub(super) const fn most(&self) -> u64 {
        match self.so_far {
            SoFar::Photo(_) => MOST_PICTURE,
            SoFar::Video(_) => MOST_VIDEO,
        }
    }

    /// Takes the next bytes.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Answer<()> {
        self.length = self.length.saturating_add(bytes.len() as u64);
        if self.length > self.most() {
            return Err(too_large());
        }
        match &mut self.so_far {
            SoFar::Photo(all) => all.extend_from_slice(bytes),
            SoFar::Video(digests) => {
                digests.0.update(bytes);
                digests.1.update(bytes);
            }
        }
        Ok(())
    }

    /// The hashes of what came; blocks while a picture is decoded.
    pub(super) fn hash(self) -> Answer<Hashes> {
        match self.so_far {
            SoFar::Photo(bytes) => {
                let pdq = pdq(&bytes)?;
                Ok(self.wanted.into_iter().map(|signal| (signal, pdq.clone())).collect())
            }
            SoFar::Video(digests) => {
                let (md5, sha256) = (hex(&digests.0.finalize()), hex(&digests.1.finalize()));
                let of =
                    |signal| if signal == SignalType::VideoSha256 { sha256.clone() } else { md5.clone() };
                Ok(self.wanted.into_iter().map(|signal| (signal, of(signal))).collect())
            }
        }
    }

    /// The same off the threads that serve, a few pictures at once.
    pub(super) async fn hash_aside(self, decoding: &Arc<Semaphore>) -> Answer<Hashes> {
        if matches!(self.so_far, SoFar::Video(_)) {
            return self.hash();
        }
        let turn = decoding.clone().acquire_owned().await.map_err(|e| Refused::fault(e.to_string()))?;
        aside(move || {
            let hashes = self.hash();
            drop(turn);
            hashes
        })
        .await
    }
}

/// Does something that blocks on a thread for that.
pub(super) async fn aside<T: Send + 'static>(work: impl FnOnce() -> Answer<T> + Send + 'static) -> Answer<T> {
    tokio::task::spawn_blocking(work).await.map_err(|e| Refused::fault(e.to_string()))?
}

pub(super) fn too_large() -> Refused {
    Refused::new(StatusCode::PAYLOAD_TOO_LARGE, "Content too large")
}

fn pdq(bytes: &[u8]) -> Answer<String> {
    let picture = decode::decode(bytes, decode::Limits::default())
        .map_err(|problem| Refused::bad(format!("the photo could not be hashed: {problem}")))?;
    let hashed = perceptual::hash(picture.pixels(), Profile::FullResolution);
    Ok(if hashed.quality < LEAST_QUALITY { String::new() } else { hashed.hash.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(medium: Medium, parts: &[&[u8]]) -> Answer<Hashes> {
        let wanted = super::super::signals::selected(medium, None)?;
        let mut receiving = Receiving::new(medium, wanted);
        for part in parts {
            receiving.push(part)?;
        }
        receiving.hash()
    }

    #[test]
    fn a_video_is_its_digests_however_it_comes() {
        let whole = received(Medium::Video, &[b"abc"]).unwrap();
        // RFC 1321, A.5, and FIPS 180-4's example.
        let md5 = "900150983cd24fb0d6963f7d28e17f72";
        let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(
            whole,
            [(SignalType::VideoMd5, md5.to_owned()), (SignalType::VideoSha256, sha256.to_owned())]
        );
        assert_eq!(received(Medium::Video, &[b"a", b"", b"bc"]).unwrap(), whole);
    }

    #[test]
    fn what_is_no_picture_is_refused_with_the_reason() {
        let refused = received(Medium::Photo, &[b"<html>synthetic</html>"]).unwrap_err();
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    }

    #[test]
    fn nothing_larger_than_the_bound_is_gathered() {
        let mut receiving = Receiving::new(Medium::Photo, vec![SignalType::Pdq]);
        let block = vec![0_u8; 1024 * 1024];
        for _ in 0..64 {
            receiving.push(&block).unwrap();
        }
        assert_eq!(receiving.push(b"x").unwrap_err().status(), StatusCode::PAYLOAD_TOO_LARGE);
        assert!(matches!(receiving.so_far, SoFar::Photo(all) if all.len() as u64 == MOST_PICTURE));
    }
}
