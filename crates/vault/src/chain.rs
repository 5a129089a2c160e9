//! The journal's chain: batches of entries under a Merkle root, each root in a signed head, each
//! head holding the digest of the one before.
//!
//! A head is hashed with `0x02` before it, leaves and nodes with `0x00` and `0x01`
//! ([`merkle_root`]), so none can pass for another.
//! Changing, removing, adding or reordering an entry changes a root; changing a head breaks its
//! signature; leaving one out breaks the link and the numbers. Only a cut tail leaves no trace
//! here, which is why heads are also written outside the database ([`SignedHead::to_line`]).

use model::{Digest, Instant};

pub use crate::merkle::{leaf, merkle_root};
use crate::{PublicKey, Signer, merkle::hash};

const HEAD: u8 = 2;
/// What is signed begins with this, so that a signature on something else is never a head's.
const SIGNED_AS: &[u8] = b"sagip journal head 1\n";
const LINE: &str = "sagip-head-1";

/// The head of one batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The batch's number, from 1.
    pub batch: u64,
    /// The number of its first entry; the journal's first entry is 1.
    pub first: u64,
    /// The number of its last entry.
    pub last: u64,
    /// The Merkle root over its entries.
    pub root: Digest,
    /// The digest of the head before; [`Head::NONE_BEFORE`] in the first.
    pub previous: Digest,
    /// When the batch was chained.
    pub at: Instant,
}

impl Head {
    /// What the first head holds in place of the digest of the one before.
    pub const NONE_BEFORE: Digest = Digest([0; 32]);

    /// The head of the batch with these leaves after `previous`. `None` without leaves: there are
    /// no empty batches.
    pub fn after(previous: Option<&Self>, leaves: &[Digest], at: Instant) -> Option<Self> {
        let more = (leaves.len() as u64).checked_sub(1)?;
        let first = expected_first(previous);
        Some(Self {
            batch: expected_batch(previous),
            first,
            last: first.saturating_add(more),
            root: merkle_root(leaves),
            previous: expected_link(previous),
            at,
        })
    }

    /// The head as bytes, which are signed: a label, then the fields in their order, numbers of
    /// eight bytes with the highest first.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = SIGNED_AS.to_vec();
        for number in [self.batch, self.first, self.last] {
            bytes.extend_from_slice(&number.to_be_bytes());
        }
        bytes.extend_from_slice(&self.root.0);
        bytes.extend_from_slice(&self.previous.0);
        bytes.extend_from_slice(&self.at.micros().to_be_bytes());
        bytes
    }

    /// What the next head holds of this one.
    pub fn digest(&self) -> Digest {
        hash(HEAD, &[&self.bytes()])
    }
}

/// A head with its signature, as it is kept outside the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedHead {
    /// The head.
    pub head: Head,
    /// The Ed25519 signature over [`Head::bytes`].
    pub signature: [u8; 64],
}

/// The line is not a head.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the {field} of this line is not one of a journal head; expected “sagip-head-1 batch first last root previous \
     time signature”, parted by single spaces; compare it with another copy of the heads"
)]
pub struct NotAHeadLine {
    /// The first word that is wrong or missing.
    pub field: &'static str,
}

impl SignedHead {
    /// Signs a head.
    pub fn new(head: Head, signer: &Signer) -> Self {
        Self { head, signature: signer.sign(&head.bytes()) }
    }

    /// One line without a line break: `sagip-head-1 batch first last root previous time signature`.
    pub fn to_line(&self) -> String {
        let Head { batch, first, last, root, previous, at } = self.head;
        let signature = data_encoding::HEXLOWER.encode(&self.signature);
        format!("{LINE} {batch} {first} {last} {root} {previous} {at} {signature}")
    }

    /// Reads what [`to_line`](Self::to_line) writes.
    pub fn parse_line(line: &str) -> Result<Self, NotAHeadLine> {
        let mut words = line.trim_end().split(' ');
        let mut word = |field| words.next().ok_or(NotAHeadLine { field });
        if word("label")? != LINE {
            return Err(NotAHeadLine { field: "label" });
        }
        let number = |text: &str, field| text.parse::<u64>().map_err(|_| NotAHeadLine { field });
        let digest = |text: &str, field| text.parse::<Digest>().map_err(|_| NotAHeadLine { field });
        let head = Head {
            batch: number(word("batch")?, "batch")?,
            first: number(word("first")?, "first")?,
            last: number(word("last")?, "last")?,
            root: digest(word("root")?, "root")?,
            previous: digest(word("previous")?, "previous")?,
            at: Instant::parse(word("time")?).map_err(|_| NotAHeadLine { field: "time" })?,
        };
        let wrong = NotAHeadLine { field: "signature" };
        let signature = data_encoding::HEXLOWER_PERMISSIVE
            .decode(word("signature")?.as_bytes())
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(wrong)?;
        if word("end").is_ok() {
            return Err(NotAHeadLine { field: "end" });
        }
        Ok(Self { head, signature })
    }
}

/// Where the journal does not hold together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainFault {
    /// The head was changed, or another key signed it.
    #[error(
        "the signature of batch {batch} does not fit: its head was changed, or another root key signed it"
    )]
    Signature {
        /// The batch.
        batch: u64,
    },
    /// Batches are missing or out of order.
    #[error("batch {found} stands where batch {expected} was expected: batches are missing or out of order")]
    Batch {
        /// The number that was expected.
        expected: u64,
        /// The number that was found.
        found: u64,
    },
    /// The head does not hold the digest of the one before.
    #[error("batch {batch} does not continue the batch before it: one of the two was replaced")]
    Link {
        /// The batch.
        batch: u64,
    },
    /// Entries between two batches are missing or doubled.
    #[error("batch {batch} starts at entry {found}, not {expected}: entries between two batches are missing")]
    First {
        /// The batch.
        batch: u64,
        /// The number that was expected.
        expected: u64,
        /// The number that was found.
        found: u64,
    },
    /// The batch has more or fewer entries than its head says.
    #[error(
        "batch {batch} has {found} entries, not {expected}: entries were removed or added after it was chained"
    )]
    Count {
        /// The batch.
        batch: u64,
        /// How many its head says.
        expected: u64,
        /// How many there are.
        found: u64,
    },
    /// An entry was changed, or entries changed places.
    #[error(
        "the entries of batch {batch} are not those that were chained: one was changed, or two changed places"
    )]
    Root {
        /// The batch.
        batch: u64,
    },
}

/// Whether a head is genuine, continues `previous` (`None`: is the journal's first) and covers
/// exactly the entries with these leaves.
pub fn verify(
    previous: Option<&Head>,
    head: &Head,
    signature: &[u8],
    key: &PublicKey,
    leaves: &[Digest],
) -> Result<(), ChainFault> {
    let batch = head.batch;
    if !key.verify(&head.bytes(), signature) {
        return Err(ChainFault::Signature { batch });
    }
    if batch != expected_batch(previous) {
        return Err(ChainFault::Batch { expected: expected_batch(previous), found: batch });
    }
    if head.previous != expected_link(previous) {
        return Err(ChainFault::Link { batch });
    }
    if head.first != expected_first(previous) {
        return Err(ChainFault::First { batch, expected: expected_first(previous), found: head.first });
    }
    let (expected, found) = (head.last.saturating_add(1).saturating_sub(head.first), leaves.len() as u64);
    if found == 0 || expected != found {
        return Err(ChainFault::Count { batch, expected, found });
    }
    if head.root != merkle_root(leaves) {
        return Err(ChainFault::Root { batch });
    }
    Ok(())
}

fn expected_batch(previous: Option<&Head>) -> u64 {
    previous.map_or(1, |head| head.batch.saturating_add(1))
}

fn expected_first(previous: Option<&Head>) -> u64 {
    previous.map_or(1, |head| head.last.saturating_add(1))
}

fn expected_link(previous: Option<&Head>) -> Digest {
    previous.map_or(Head::NONE_BEFORE, Head::digest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{RootKey, testing::Counting};

    fn signer() -> Signer {
        RootKey::generate(&Counting::new(1)).signing()
    }

    fn leaves(entries: &[Vec<u8>]) -> Vec<Digest> {
        entries.iter().map(|entry| leaf(entry)).collect()
    }

    /// Two batches of three and two entries.
    fn journal() -> [(SignedHead, Vec<Digest>); 2] {
        let entry = |n: u8| leaf(&[n]);
        let (one, two) = (vec![entry(1), entry(2), entry(3)], vec![entry(4), entry(5)]);
        let first = Head::after(None, &one, Instant::from_micros(1)).unwrap();
        let second = Head::after(Some(&first), &two, Instant::from_micros(2)).unwrap();
        [(SignedHead::new(first, &signer()), one), (SignedHead::new(second, &signer()), two)]
    }

    fn fault(previous: Option<&Head>, head: Head, leaves: &[Digest]) -> ChainFault {
        let signed = SignedHead::new(head, &signer());
        verify(previous, &head, &signed.signature, &signer().public(), leaves).unwrap_err()
    }

    #[test]
    fn a_whole_journal_verifies() {
        let [(first, one), (second, two)] = journal();
        let key = signer().public();
        assert_eq!(verify(None, &first.head, &first.signature, &key, &one), Ok(()));
        assert_eq!(verify(Some(&first.head), &second.head, &second.signature, &key, &two), Ok(()));
        assert_eq!((second.head.batch, second.head.first, second.head.last), (2, 4, 5));
        assert_eq!(Head::after(None, &[], Instant::from_micros(1)), None);
    }

    #[test]
    fn every_field_of_a_head_is_signed() {
        let [(first, _), (SignedHead { head, signature }, two)] = journal();
        let changed = [
            Head { batch: 3, ..head },
            Head { first: 3, ..head },
            Head { last: 6, ..head },
            Head { root: leaf(b""), ..head },
            Head { previous: leaf(b""), ..head },
            Head { at: Instant::from_micros(3), ..head },
        ];
        for changed in changed {
            let fault = verify(Some(&first.head), &changed, &signature, &signer().public(), &two);
            assert_eq!(fault, Err(ChainFault::Signature { batch: changed.batch }));
            assert_ne!(changed.digest(), head.digest());
        }
        let stranger = RootKey::generate(&Counting::new(2)).signing().public();
        let fault = verify(Some(&first.head), &head, &signature, &stranger, &two);
        assert_eq!(fault, Err(ChainFault::Signature { batch: 2 }));
    }

    /// What a thief of the signing key could still not hide from a copy of the heads.
    #[test]
    fn heads_that_do_not_follow_are_found_though_signed() {
        let [(SignedHead { head: first, .. }, one), (SignedHead { head: second, .. }, two)] = journal();
        assert_eq!(fault(None, second, &two), ChainFault::Batch { expected: 1, found: 2 });
        assert_eq!(fault(Some(&second), second, &two), ChainFault::Batch { expected: 3, found: 2 });
        assert_eq!(fault(None, Head { previous: leaf(b""), ..first }, &one), ChainFault::Link { batch: 1 });
        let replaced = Head { root: leaf(b"other"), ..first };
        assert_eq!(fault(Some(&replaced), second, &two), ChainFault::Link { batch: 2 });
        let gap = Head { first: 5, last: 6, ..second };
        assert_eq!(fault(Some(&first), gap, &two), ChainFault::First { batch: 2, expected: 4, found: 5 });
        let long = Head { last: 6, ..second };
        assert_eq!(fault(Some(&first), long, &two), ChainFault::Count { batch: 2, expected: 3, found: 2 });
        let empty = Head { last: 3, root: merkle_root(&[]), ..second };
        assert_eq!(fault(Some(&first), empty, &[]), ChainFault::Count { batch: 2, expected: 0, found: 0 });
    }

    #[test]
    fn a_line_that_is_no_head_names_the_word_that_is_wrong() {
        let line = journal()[0].0.to_line();
        let words: Vec<&str> = line.split(' ').collect();
        let fields = ["label", "batch", "first", "last", "root", "previous", "time", "signature"];
        for (place, field) in fields.into_iter().enumerate() {
            let mut wrong = words.clone();
            wrong[place] = "x";
            assert_eq!(SignedHead::parse_line(&wrong.join(" ")), Err(NotAHeadLine { field }));
            // Without the words from here on; no words at all is an empty label.
            assert_eq!(SignedHead::parse_line(&words[..place].join(" ")), Err(NotAHeadLine { field }));
        }
        assert_eq!(SignedHead::parse_line(&format!("{line} more")), Err(NotAHeadLine { field: "end" }));
        assert_eq!(SignedHead::parse_line(&format!("{line}\r\n")), Ok(journal()[0].0));
    }

    proptest! {
        #[test]
        fn a_line_is_read_back(
            batch: u64, first: u64, last: u64, root: [u8; 32], previous: [u8; 32],
            micros in -60_000_000_000_000_000_i64..200_000_000_000_000_000,
        ) {
            let at = Instant::from_micros(micros);
            let head = Head { batch, first, last, root: Digest(root), previous: Digest(previous), at };
            let signed = SignedHead::new(head, &signer());
            prop_assert_eq!(SignedHead::parse_line(&signed.to_line()), Ok(signed));
        }

        #[test]
        fn a_changed_removed_added_or_moved_entry_is_found(
            entries in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..4), 1..40),
            one: prop::sample::Index, other: prop::sample::Index, extra: Vec<u8>,
        ) {
            let honest = leaves(&entries);
            let head = Head::after(None, &honest, Instant::from_micros(1)).unwrap();
            let signature = SignedHead::new(head, &signer()).signature;
            let check = |leaves: &[Digest]| verify(None, &head, &signature, &signer().public(), leaves);
            prop_assert_eq!(check(&honest), Ok(()));
            let (one, other) = (one.index(entries.len()), other.index(entries.len()));

            let mut changed = entries.clone();
            changed[one].push(0);
            prop_assert_eq!(check(&leaves(&changed)), Err(ChainFault::Root { batch: 1 }));

            let mut removed = honest.clone();
            removed.remove(one);
            let fault = check(&removed).unwrap_err();
            prop_assert_eq!(fault, ChainFault::Count { batch: 1, expected: head.last, found: head.last - 1 });
            prop_assert_ne!(merkle_root(&removed), head.root);

            let mut added = honest.clone();
            added.insert(one, leaf(&extra));
            let fault = check(&added).unwrap_err();
            prop_assert_eq!(fault, ChainFault::Count { batch: 1, expected: head.last, found: head.last + 1 });
            prop_assert_ne!(merkle_root(&added), head.root);

            let mut moved = honest.clone();
            moved.swap(one, other);
            prop_assert_eq!(check(&moved).is_err(), moved != honest);
        }
    }
}
