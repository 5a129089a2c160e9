//! The receivers' typology on a labelled ledger of others (IBM AMLSim, Apache-2.0), which is not part of this project.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests are tests"
)]

use std::{fs::File, io::Read, path::PathBuf};

use flate2::read::GzDecoder;
use trial::amlsim::{precision, read};

/// The ledger's two files out of its archive.
fn unpacked() -> Option<[Vec<u8>; 2]> {
    let folder = std::env::var_os("SAGIP_CONFORMANCE").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/conformance")),
        PathBuf::from,
    );
    let archive = folder.join("payments/amlsim-20K-fanin200.tgz");
    let Ok(file) = File::open(&archive) else {
        assert!(std::env::var_os("CI").is_none(), "{} is not there", archive.display());
        println!("SKIPPED (no conformance data): {} is not there", archive.display());
        return None;
    };
    let mut found = [Vec::new(), Vec::new()];
    for entry in tar::Archive::new(GzDecoder::new(file)).entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().into_owned();
        let place = ["nodes.csv", "transactions.csv"].iter().position(|name| path.ends_with(name));
        if let Some(place) = place {
            entry.read_to_end(&mut found[place]).unwrap();
        }
    }
    Some(found)
}

#[test]
fn fan_ins_are_ranked_above_both_baselines() {
    let Some([nodes, transactions]) = unpacked() else { return };
    let sample = read(&nodes[..], &transactions[..]).unwrap();
    // What metadata.txt says of the ledger: 20,000 accounts, 118,250 payments, 200 fan-ins.
    assert_eq!(sample.ledger.events.len(), 118_250);
    let precision = precision(&sample).unwrap().unwrap();
    println!("average precision: {precision:#?}");
    assert!(precision.receivers_typology > precision.baseline_inward_20);
    assert!(precision.receivers_typology > precision.baseline_acams_p95);
    assert!(precision.receivers_typology > precision.chance);
}
