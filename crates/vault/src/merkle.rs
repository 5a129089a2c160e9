//! The tree over the entries of a batch: that of RFC 6962 § 2.1 (Certificate Transparency), where
//! a leaf is hashed with `0x00` before it and an inner node with `0x01`.

use model::Digest;
use sha2::{Digest as _, Sha256};

const LEAF: u8 = 0;
const NODE: u8 = 1;

/// The leaf of one entry.
pub fn leaf(entry: &[u8]) -> Digest {
    hash(LEAF, &[entry])
}

/// The root over the leaves of a batch, in their order. For none, SHA-256 of nothing.
pub fn merkle_root(leaves: &[Digest]) -> Digest {
    // Pairing each level and passing an odd last node up gives the tree of RFC 6962.
    let mut level = leaves.to_vec();
    while level.len() > 1 {
        level = level
            .chunks(2)
            .filter_map(|pair| match pair {
                [left, right] => Some(hash(NODE, &[&left.0, &right.0])),
                alone => alone.first().copied(),
            })
            .collect();
    }
    level.first().copied().unwrap_or_else(|| crate::sha256(b""))
}

/// SHA-256 of the parts after one byte that says what they are.
pub(crate) fn hash(prefix: u8, parts: &[&[u8]]) -> Digest {
    let mut hash = Sha256::new_with_prefix([prefix]);
    for part in parts {
        hash.update(part);
    }
    Digest(hash.finalize().into())
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;

    #[test]
    fn roots_are_those_of_certificate_transparency() {
        // github.com/google/certificate-transparency, merkle_tree_test.cc: roots over the first 1 to 8 leaves.
        let entries = [
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        ];
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let leaves: Vec<_> =
            entries.iter().map(|entry| leaf(&HEXLOWER.decode(entry.as_bytes()).unwrap())).collect();
        for (count, root) in (1..).zip(roots) {
            assert_eq!(merkle_root(&leaves[..count]).to_string(), root, "{count}");
        }
        assert_eq!(merkle_root(&[]), crate::sha256(b""));
    }
}
