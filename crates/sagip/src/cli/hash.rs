//! `sagip hash FILE…`: the PDQ hash of pictures, a line each: hash, quality, path; of videos a line for
//! each frame that is hashed.

use std::path::{Path, PathBuf};

use perceptual::{Hasher, Orientation, Profile, decode};

use crate::{End, out::Out, video};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Pictures: JPEG, PNG, WebP, GIF (its first frame), BMP, TIFF
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How: full-resolution, as the open tools do, or reference-512, as the reference program does
    #[arg(long, value_name = "NAME", default_value = "full-resolution")]
    profile: Profile,
    /// All eight orientations, a line each: hash, quality, orientation, path
    #[arg(long)]
    dihedral: bool,
    /// The files are videos: a line for each frame that is hashed: frame, quality, hash, time
    #[arg(long, conflicts_with_all = ["dihedral", "profile"])]
    video: bool,
    /// Of a video, a frame every so many seconds; 0 for every frame
    #[arg(long, value_name = "SECONDS", default_value_t = 1.0, value_parser = interval)]
    every: f64,
}

fn interval(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|seconds| (0.0..=86_400.0).contains(seconds))
        .ok_or_else(|| "expected seconds, from 0 to 86400".to_owned())
}

pub(crate) fn run(args: &Args, out: Out) -> End {
    let mut hasher = Hasher::new();
    let mut end = End::Done;
    for path in &args.files {
        let name = path.display();
        if args.video {
            let told = video::hash(path, args.every, |frame| {
                let json = serde_json::json!({
                    "frame": frame.number, "quality": frame.hashed.quality, "hash": frame.hashed.hash.to_string(),
                    "milliseconds": frame.milliseconds, "path": name.to_string(),
                });
                out.result(&frame.to_string(), &json);
            });
            if let Err(reason) = told {
                out.trouble(&format!("{name}: {reason:#}"));
                end = End::Findings;
            }
            continue;
        }
        match read(path) {
            Ok(picture) if args.dihedral => {
                let hashed = hasher.dihedral(picture.pixels(), args.profile);
                for (orientation, hashed) in Orientation::ALL.into_iter().zip(hashed) {
                    let json = serde_json::json!({
                        "hash": hashed.hash.to_string(), "quality": hashed.quality,
                        "orientation": orientation.name(), "path": name.to_string(),
                        "profile": args.profile.to_string(),
                    });
                    out.result(
                        &format!("{},{},{},{name}", hashed.hash, hashed.quality, orientation.name()),
                        &json,
                    );
                }
            }
            Ok(picture) => {
                let hashed = hasher.hash(picture.pixels(), args.profile);
                let json = serde_json::json!({
                    "hash": hashed.hash.to_string(), "quality": hashed.quality, "path": name.to_string(),
                    "profile": args.profile.to_string(),
                });
                out.result(&format!("{},{},{name}", hashed.hash, hashed.quality), &json);
            }
            Err(reason) => {
                out.trouble(&format!("{name}: {reason}"));
                end = End::Findings;
            }
        }
    }
    end
}

fn read(path: &Path) -> Result<decode::Picture, String> {
    let bytes = std::fs::read(path).map_err(|e| e.to_string())?;
    decode::decode(&bytes, decode::Limits::default()).map_err(|e| e.to_string())
}
