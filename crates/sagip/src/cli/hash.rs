//! `sagip hash FILE…`: the PDQ hash of pictures, a line each: hash, quality, path.

use std::path::{Path, PathBuf};

use perceptual::{Hasher, Orientation, Profile, decode};

use crate::{End, out::Out};

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
}

pub(crate) fn run(args: &Args, out: Out) -> End {
    let mut hasher = Hasher::new();
    let mut end = End::Done;
    for path in &args.files {
        let name = path.display();
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
