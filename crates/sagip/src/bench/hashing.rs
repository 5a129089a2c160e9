//! PDQ on one core: the same decoded pixels as the C++ reference's Python binding has, bit for bit,
//! and the same JPEG files as threatexchange has, from bytes to hash.

use std::path::Path;

use anyhow::Context;
use perceptual::{Hasher, Layout, Pixels, Profile, decode};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

use super::{
    import::Scratch,
    machine::{self, cpu_seconds},
    peer::Peer,
};
use crate::out::Out;

/// Width, height, and the time the C++ reference took for one picture of it at -O3 where its floor
/// was measured: documented for comparison, not measured here.
const SIZES: [(u32, u32, f64); 2] = [(512, 512, 0.0023), (1920, 1080, 0.036)];
/// Pictures of each size.
const PICTURES: u32 = 12;

pub(crate) fn run(rounds: u32, out: Out) -> anyhow::Result<()> {
    let folder = Scratch::new()?;
    let mut figures = serde_json::Map::new();
    let script = include_str!("hashing_peer.py");
    let mut peer = Peer::start(script, &[&folder.path.to_string_lossy()])?;
    for (width, height, documented) in SIZES {
        let one = Size { width, height, documented, folder: &folder.path };
        one.measure(rounds, peer.as_mut(), &mut figures)?;
    }
    let names = peer.is_some().then_some("pdqhash (Python binding of the C++ reference); threatexchange");
    let object = serde_json::json!({
        "name": "hashing", "figures": figures, "peer": names, "machine": machine::machine(),
    });
    out.result(&object.to_string(), &object);
    Ok(())
}

struct Size<'a> {
    width: u32,
    height: u32,
    documented: f64,
    folder: &'a Path,
}

impl Size<'_> {
    fn measure(
        &self,
        rounds: u32,
        mut peer: Option<&mut Peer>,
        figures: &mut serde_json::Map<String, serde_json::Value>,
    ) -> anyhow::Result<()> {
        let (width, height) = (self.width, self.height);
        let size = format!("{width}x{height}");
        let textures: Vec<_> = (0..PICTURES).map(|number| texture(width, height, number)).collect();
        for (number, texture) in textures.iter().enumerate() {
            std::fs::write(self.folder.join(format!("{size}-{number}.rgb")), texture)?;
        }
        let pictures = textures
            .iter()
            .map(|texture| Pixels::new(width, height, Layout::Rgb8, texture))
            .collect::<Result<Vec<_>, _>>()?;
        let mut files = Vec::new();
        if let Some(peer) = peer.as_deref_mut() {
            peer.ask(&format!("prepare {width} {height} {PICTURES}"))?;
            for number in 0..PICTURES {
                files.push(std::fs::read(self.folder.join(format!("{size}-{number}.jpg")))?);
            }
        }
        let mut hasher = Hasher::new();
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        let (mut our_files, mut their_files) = (Vec::new(), Vec::new());
        let (mut same, mut same_orientations, mut most_bits) = (0, 0, 0);
        for round in 0..rounds {
            let mut hashed = Vec::new();
            for picture in &pictures {
                let began = cpu_seconds();
                let one = hasher.hash(*picture, Profile::FullResolution);
                ours.push(cpu_seconds() - began);
                hashed.push((one.hash.to_string(), u64::from(one.quality)));
            }
            let Some(peer) = peer.as_deref_mut() else { continue };
            let (answers, seconds) = answers(&peer.ask("hash")?)?;
            theirs.extend(seconds);
            let mut decoded = Vec::new();
            for file in &files {
                let began = cpu_seconds();
                let picture = decode::decode(file, decode::Limits::default())?;
                decoded.push(hasher.hash(picture.pixels(), Profile::FullResolution).hash);
                our_files.push(cpu_seconds() - began);
            }
            let (file_answers, seconds) = self::answers(&peer.ask("files")?)?;
            their_files.extend(seconds);
            if round == 0 {
                same = hashed.iter().zip(&answers).filter(|(one, other)| one == other).count();
                for (one, (other, _)) in decoded.iter().zip(&file_answers) {
                    most_bits = most_bits.max(one.distance(&other.parse()?));
                }
                let dihedral: Vec<Vec<String>> = serde_json::from_value(peer.ask("dihedral")?)?;
                same_orientations = pictures
                    .iter()
                    .zip(&dihedral)
                    .filter(|(picture, theirs)| {
                        let ours = hasher.dihedral(**picture, Profile::FullResolution);
                        let mut ours: Vec<_> = ours.iter().map(|one| one.hash.to_string()).collect();
                        let mut theirs = (*theirs).clone();
                        ours.sort();
                        theirs.sort();
                        ours == theirs
                    })
                    .count();
            }
        }
        let mut put = |name: &str, value: serde_json::Value| figures.insert(format!("{name}_{size}"), value);
        let our = median(&mut ours);
        put("images_per_second", (1.0 / our).into());
        put("ratio_documented_o3", (self.documented / our).into());
        if peer.is_some() {
            put("peer_images_per_second", (1.0 / median(&mut theirs)).into());
            put("ratio", (median(&mut theirs) / our).into());
            put("bit_exact", serde_json::json!(format!("{same} of {PICTURES}")));
            put("bit_exact_dihedral", serde_json::json!(format!("{same_orientations} of {PICTURES}")));
            let our_files = median(&mut our_files);
            put("files_per_second", (1.0 / our_files).into());
            put("peer_files_per_second", (1.0 / median(&mut their_files)).into());
            put("ratio_files", (median(&mut their_files) / our_files).into());
            put("most_bits_through_decoders", most_bits.into());
        }
        Ok(())
    }
}

type Answers = (Vec<(String, u64)>, Vec<f64>);

fn answers(answer: &serde_json::Value) -> anyhow::Result<Answers> {
    let part = |name: &str| answer.get(name).cloned().with_context(|| format!("the peer named no {name}"));
    let hashes: Vec<(String, u64)> = serde_json::from_value(part("hashes")?)?;
    let hashes = hashes.into_iter().map(|(hash, quality)| (hash.to_lowercase(), quality)).collect();
    Ok((hashes, serde_json::from_value(part("seconds")?)?))
}

/// The middle of what was measured.
pub(super) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// A picture that is plainly nobody's: waves of colour with noise.
fn texture(width: u32, height: u32, number: u32) -> Vec<u8> {
    let mut random = ChaCha8Rng::seed_from_u64(u64::from(number) + 1);
    let mut unit = move || f64::from(random.next_u32()) / f64::from(u32::MAX);
    let waves: Vec<[f64; 4]> =
        (0..6).map(|_| [unit() * 0.08, unit() * 0.08, unit() * 6.3, 20.0 + unit() * 30.0]).collect();
    let mut pixels = Vec::with_capacity((width * height * 3) as usize);
    for y in 0..height {
        for x in 0..width {
            let level: f64 =
                waves.iter().map(|[a, b, c, d]| d * (a * f64::from(x) + b * f64::from(y) + c).sin()).sum();
            for channel in 0..3 {
                let shade = 128.0 + level * (1.0 - 0.2 * f64::from(channel)) + unit() * 16.0;
                pixels.push(shade.clamp(0.0, 255.0) as u8);
            }
        }
    }
    pixels
}
