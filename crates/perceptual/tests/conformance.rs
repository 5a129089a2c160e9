//! The reference's own pictures and hashes: the C++ command line with libjpeg-turbo (profile A), as
//! its `pdq-photo-hasher` prints them. Another JPEG decoder may differ in ten bits at quality 80 and
//! more (pdq/README.md of ThreatExchange).

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests are tests")]

use std::path::PathBuf;

use perceptual::{Hash, Hashed, Orientation, Profile, decode};

/// The reference's hashes of its test pictures, with their quality.
const PICTURES: &str = "\
0007001f003f003f007f00ff00ff00ff01ff01ff01ff03ff03ff03ff03ff03ff,0,small.jpg
6227401f601ff4ccafcc9fad4b0d95d371a2eb7265a3285234d228ca94deeb2d,100,wee.jpg
d0f8f1ccc0f4a84d0a370a3a228f67f0b36e2ed5b6623e1d33e6339c4e9c9b22,100,shrink-a-lot.jpg
d8f8f1eec0f4a84f0e37022a078f63f0b36e2ed596621e1d33e6239c4e9c9b22,100,square-128x128.jpg
d8f8f0cec4f4a84f0637022a078f67f0b36e2ee5b6621e1d33e6239c4e9c9b22,100,square-256x256.jpg
d8f8f0cec0f4a84f0637022a278f67f0b36e2ed596621e1d33e6339c4e9c9b22,100,square-512x512.jpg
d8f8f0cee0f4a84f0637022a078f67f0b36e2ed596621e1d33e6339c4e9c9b22,100,bridge-1-original.jpg
30a10efdf1c83f429013d48d0ffffc52e34e0e35ada952a9d29605215aa9e5af,100,bridge-2-rotate-90.jpg
2dad5a64b1a142e7d362a09857da895ae63b8c7fc23794b766b319361fc93188,100,bridge-3-rotate-180.jpg
a5f0a457248995e8c9065c275aaa5498b61ba4bdf8fcf80387c32f8b5bfc4f05,100,bridge-4-rotate-270.jpg
d8f80f33e0f417b20e37f5cd028f980fb36ed02a9662c1e233e64c634e9c64dd,100,bridge-5-flipx.jpg
2da9259bb1a1bd1a5362576552da32a5e63b7380c2774b4866b346c91b89ce77,100,bridge-6-flipy.jpg
f0a1e10271ccc0bd90530b720fff038de34ef1e8ada9a956d6967ade5ea91a50,100,bridge-7-flip-plus-1.jpg
2df05aa8a4896a17c14682da5aaaab07b61b5b42f8fc07fc87c3d0741bfcb0fa,100,bridge-8-flip-minus-1.jpg
54a9f7c321d1443c43ba566e21d4a13989a3553f1472611cbbc5fda59e03b677,3,q0003.jpg
cfb2009ddd21c6dab0046a7745b5984757a8a4535b3377aea2591d32b33ff940,100,q0122.jpg
1049d96239e24d4dca2c55512b8bdb77425f4dbcf575a0a95555aaab5554aaaa,100,q0746.jpg
b150231ffae4710ffcf4f18bb574b109a576f14bb8543189f8743289f174b109,100,q2821.jpg
";

/// The reference's hashes of bridge-1-original.jpg in its eight orientations.
const ORIENTATIONS: [&str; 8] = [
    "d8f8f0cee0f4a84f0637022a078f67f0b36e2ed596621e1d33e6339c4e9c9b22",
    "f0a10efd51c83d429053d48d0fffbc52e34e0e17ada956a9d29685211ea9e58f",
    "adad5a64b5a102e55b62a88052dacd5ae63b847fc337b4b766b399361bc93188",
    "a5f0b457248995e8c1065c275aaa56d8b61ba4bdf8fcfc0383c32f8b0bfc4f05",
    "d8f80f31e0f457b00637f5d5038f980fb36ed12a9662c1e233e64c634e9c64dd",
    "8dada49991a1bd1a5362577742da32a5e63b7b80c2364b4866b346c91bc9ce77",
    "f0a1e10271ccc0bd90530b720fff038de34ef1e8ada9a956d6967ade5ea91a50",
    "a5f44ba8a4996a17cd06a1d85aaaa927b61b5b42f8fc03fc83c3d0740bfcb0fa",
];

/// The folder with the pictures, or `None` after saying that the test is skipped.
fn pictures() -> Option<PathBuf> {
    let folder = std::env::var_os("SAGIP_CONFORMANCE")
        .map_or_else(
            || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/conformance")),
            PathBuf::from,
        )
        .join("pdq/images");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none(), "no conformance data at {}", folder.display());
    println!("SKIPPED (no conformance data): {}", folder.display());
    None
}

fn decoded(name: &str) -> Option<decode::Picture> {
    let bytes = std::fs::read(pictures()?.join(name)).unwrap();
    Some(decode::decode(&bytes, decode::Limits::default()).unwrap())
}

#[test]
fn the_references_pictures_have_the_references_hashes() {
    let mut same = 0;
    let mut compared = 0;
    for line in PICTURES.lines() {
        let [hash, quality, name]: [&str; 3] = line.split(',').collect::<Vec<_>>().try_into().unwrap();
        let Some(picture) = decoded(name) else { return };
        let expected = Hashed { hash: hash.parse().unwrap(), quality: quality.parse().unwrap() };
        let found = perceptual::hash(picture.pixels(), Profile::Reference512);
        let distance = found.hash.distance(&expected.hash);
        println!("{name}: {distance} bits, quality {} (reference {quality})", found.quality);
        compared += 1;
        same += u32::from(distance == 0);
        if expected.quality >= 80 {
            assert!(distance <= 10, "{name}: {distance} bits");
        }
        assert!(found.quality.abs_diff(expected.quality) <= 1, "{name}: quality {}", found.quality);
    }
    println!("{same} of {compared} hashes identical");
    assert_eq!(compared, 18);
}

#[test]
fn the_eight_orientations_are_the_references() {
    let Some(bridge) = decoded("bridge-1-original.jpg") else { return };
    let found = perceptual::dihedral(bridge.pixels(), Profile::Reference512);
    for ((orientation, expected), found) in Orientation::ALL.iter().zip(ORIENTATIONS).zip(found) {
        let distance = found.hash.distance(&expected.parse::<Hash>().unwrap());
        println!("{orientation:?}: {distance} bits");
        assert!(distance <= 10, "{orientation:?}: {distance} bits");
        assert_eq!(found.quality, 100);
    }
}

/// The files beside bridge-1 are the same picture turned before it was compressed: what is computed
/// from the frequencies is near what is computed from the turned pixels.
#[test]
fn an_orientation_is_the_hash_of_the_turned_picture() {
    let Some(bridge) = decoded("bridge-1-original.jpg") else { return };
    let computed = perceptual::dihedral(bridge.pixels(), Profile::FullResolution);
    for (line, computed) in PICTURES.lines().filter(|line| line.contains("bridge")).zip(computed) {
        let name = line.rsplit(',').next().unwrap();
        let turned = decoded(name).unwrap();
        let turned = perceptual::hash(turned.pixels(), Profile::FullResolution);
        let distance = turned.hash.distance(&computed.hash);
        println!("{name}: {distance} bits");
        assert!(distance <= 31, "{name}: {distance} bits");
    }
}
