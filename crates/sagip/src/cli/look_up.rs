//! `sagip match HASH…`: what lists say of hashes.

use std::{
    io::{BufRead, stdin},
    path::PathBuf,
};

use matching::{Algorithm, FileHash};

use crate::{End, known::Known, out::Out};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Hashes, or `-` for one a line on standard input; what follows a comma is left out
    #[arg(required = true, value_name = "HASH")]
    hashes: Vec<String>,
    /// A list of known hashes; may be given several times
    #[arg(long = "list", value_name = "FILE", required = true)]
    lists: Vec<PathBuf>,
    /// Which hashes they are: pdq, md5, sha1, sha256
    #[arg(long, value_name = "NAME", default_value = "pdq")]
    algorithm: Algorithm,
    /// Largest distance of a PDQ match, in bits
    #[arg(long, value_name = "BITS", default_value_t = 31, value_parser = clap::value_parser!(u32).range(0..=63))]
    distance: u32,
}

pub(crate) fn run(args: &Args, out: Out) -> anyhow::Result<End> {
    let known = Known::read(&args.lists, args.distance)?;
    let mut end = End::Done;
    let mut one = |text: &str| {
        let digits = text.split(',').next().unwrap_or_default().trim();
        let hash = match FileHash::parse(args.algorithm, digits) {
            Ok(hash) => hash,
            Err(wrong) => {
                out.trouble(&wrong.to_string());
                end = End::Findings;
                return;
            }
        };
        for found in known.look_up(&hash) {
            end = End::Findings;
            let words = format!("{hash} {} bits from {} in {}", found.distance, found.hash, found.words());
            out.result(&words, &serde_json::json!({ "hash": hash.to_string(), "match": found }));
        }
    };
    for text in &args.hashes {
        if text == "-" {
            for line in stdin().lock().lines() {
                one(&line?);
            }
        } else {
            one(text);
        }
    }
    Ok(end)
}
