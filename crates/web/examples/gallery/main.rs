//! Writes every page, filled with made-up data, to a folder: `cargo run -p web --example gallery -- OUTDIR`.
//!
//! The pages link to their style sheet and script beside them, so that a browser shows them from the
//! folder. A query is not part of a file's name: each state of a page is a page here.

#![expect(clippy::print_stderr, reason = "a command line tells its user what it did")]

mod sample;

use std::{env, fs, io, path::Path, process::ExitCode};

use web::assets;

fn main() -> ExitCode {
    let Some(folder) = env::args().nth(1) else {
        eprintln!("usage: cargo run -p web --example gallery -- OUTDIR");
        return ExitCode::from(2);
    };
    match write(Path::new(&folder)) {
        Ok(count) => {
            eprintln!("{count} pages in {folder}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{folder} could not be written: {error}");
            ExitCode::from(3)
        }
    }
}

fn write(folder: &Path) -> io::Result<usize> {
    fs::create_dir_all(folder.join("assets"))?;
    for asset in assets::all() {
        fs::write(folder.join(asset.path.trim_start_matches('/')), asset.body)?;
    }
    let pages = sample::pages();
    for (name, html) in &pages {
        fs::write(folder.join(format!("{name}.html")), html.replace("\"/assets/", "\"assets/"))?;
    }
    Ok(pages.len())
}
