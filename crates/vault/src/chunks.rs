//! Sealing an original in chunks, so that a file of any size streams through little memory.
//!
//! Each chunk authenticates the original's id, its own ordinal and whether it is the last, so
//! chunks that were reordered, dropped, doubled or moved to another original do not open, and a
//! cut tail shows as an end without a last chunk (the STREAM construction of Hoang, Reyhanitabar,
//! Rogaway and Vizár, 2015, with random nonces). Layout: `0x10` (more follow) or `0x11` (last)
//! `‖ nonce (24) ‖ ciphertext ‖ tag (16)`.

use model::Entropy;
use zeroize::Zeroizing;

use crate::{Key, OpenError, cipher};

const MORE_FOLLOW: u8 = 0x10;
const LAST: u8 = 0x11;

/// Seals one chunk. Ordinals count from 0 without gaps; exactly the final chunk is `last`. An
/// empty original is one empty last chunk.
pub fn seal_chunk(
    key: &Key,
    original: [u8; 16],
    ordinal: u64,
    last: bool,
    plain: &[u8],
    entropy: &dyn Entropy,
) -> Vec<u8> {
    let header = if last { LAST } else { MORE_FOLLOW };
    cipher::encrypt(key, header, &place(original, ordinal), plain, entropy)
}

/// Opens one chunk and tells whether it is the last. The original is whole only if the final
/// chunk read is the last one and no other is: an end before it means that the tail was cut.
pub fn open_chunk(
    key: &Key,
    original: [u8; 16],
    ordinal: u64,
    sealed: &[u8],
) -> Result<(Zeroizing<Vec<u8>>, bool), OpenError> {
    let known = |header| matches!(header, MORE_FOLLOW | LAST);
    let (header, plain) = cipher::decrypt(key, known, &place(original, ordinal), sealed)?;
    Ok((plain, header == LAST))
}

fn place(original: [u8; 16], ordinal: u64) -> Vec<u8> {
    [original.as_slice(), &ordinal.to_be_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::Counting;

    const ORIGINAL: [u8; 16] = [5; 16];

    fn key() -> Key {
        Key::from_bytes([6; 32])
    }

    fn sealed(plain: &[u8], size: usize) -> Vec<Vec<u8>> {
        let entropy = Counting::new(1);
        let pieces: Vec<&[u8]> = if plain.is_empty() { vec![plain] } else { plain.chunks(size).collect() };
        let last = pieces.len() - 1;
        (0..)
            .zip(pieces)
            .map(|(n, piece)| seal_chunk(&key(), ORIGINAL, n, n == last as u64, piece, &entropy))
            .collect()
    }

    /// Reads as a caller must: every chunk in turn, and the last one last.
    fn read(chunks: &[Vec<u8>]) -> Option<Vec<u8>> {
        let mut plain = Vec::new();
        let mut ended = false;
        for (ordinal, chunk) in (0..).zip(chunks) {
            let (piece, last) = open_chunk(&key(), ORIGINAL, ordinal, chunk).ok().filter(|_| !ended)?;
            plain.extend_from_slice(&piece);
            ended = last;
        }
        ended.then_some(plain)
    }

    #[test]
    fn a_chunk_of_another_original_does_not_open() {
        let chunk = seal_chunk(&key(), [1; 16], 0, true, b"x", &Counting::new(1));
        assert_eq!(open_chunk(&key(), ORIGINAL, 0, &chunk).unwrap_err(), OpenError::Refused);
    }

    #[test]
    fn an_empty_original_is_one_empty_last_chunk() {
        let chunks = sealed(b"", 4);
        assert_eq!(chunks.len(), 1);
        assert_eq!(read(&chunks), Some(Vec::new()));
    }

    proptest! {
        #[test]
        fn an_original_is_read_back(plain in prop::collection::vec(any::<u8>(), 0..200), size in 1_usize..50) {
            prop_assert_eq!(read(&sealed(&plain, size)), Some(plain));
        }

        #[test]
        fn chunks_out_of_order_dropped_doubled_or_cut_are_found(
            plain in prop::collection::vec(any::<u8>(), 20..200), one: prop::sample::Index, other: prop::sample::Index,
        ) {
            let chunks = sealed(&plain, 10);
            let (one, other) = (one.index(chunks.len()), other.index(chunks.len()));
            if one != other {
                let mut reordered = chunks.clone();
                reordered.swap(one, other);
                prop_assert_eq!(read(&reordered), None);
            }
            let mut dropped = chunks.clone();
            dropped.remove(one);
            prop_assert_eq!(read(&dropped), None);
            let mut doubled = chunks.clone();
            doubled.insert(one, chunks[one].clone());
            prop_assert_eq!(read(&doubled), None);
            prop_assert_eq!(read(&chunks[..one]), None);
        }

        #[test]
        fn the_mark_of_the_last_chunk_cannot_be_set_or_taken_away(last: bool, plain: Vec<u8>) {
            let mut chunk = seal_chunk(&key(), ORIGINAL, 3, last, &plain, &Counting::new(1));
            chunk[0] ^= 1;
            prop_assert_eq!(open_chunk(&key(), ORIGINAL, 3, &chunk).unwrap_err(), OpenError::Refused);
        }

        #[test]
        fn any_flipped_bit_is_found(plain in prop::collection::vec(any::<u8>(), 0..80), at: prop::sample::Index, bit in 0_u8..8) {
            let mut chunk = seal_chunk(&key(), ORIGINAL, 3, true, &plain, &Counting::new(1));
            let at = at.index(chunk.len());
            chunk[at] ^= 1 << bit;
            prop_assert!(open_chunk(&key(), ORIGINAL, 3, &chunk).is_err());
        }
    }
}
