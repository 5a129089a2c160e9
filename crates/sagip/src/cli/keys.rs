//! `sagip keys`: what is in force, and rotation.

use anyhow::bail;
use app_kernel::KeyFile;
use clap::Subcommand;

use crate::{End, config::Config, out::Out, work};

#[derive(Subcommand)]
pub(crate) enum What {
    /// Make a new root key and new organisation keys, and wrap every record's key anew
    Rotate,
    /// The fingerprint of the root key in force
    Show,
}

pub(crate) async fn run(config: &Config, what: What, out: Out) -> anyhow::Result<End> {
    match what {
        What::Show => {
            let root = KeyFile::at(&config.key_file.value).read()?;
            let fingerprint = root.fingerprint();
            out.result(
                &format!("root key {fingerprint}, {}", config.key_file.value.display()),
                &serde_json::json!({ "fingerprint": fingerprint, "file": config.key_file.value }),
            );
        }
        What::Rotate => {
            let Some(_alone) = work::Alone::try_take(&config.data.value)? else {
                bail!(
                    "a server runs on this folder and holds the old keys; stop it, rotate, and start it again"
                );
            };
            let (house, op) = super::open_for(config, None).await?;
            let rotated = house.rotate(&op, &KeyFile::at(&config.key_file.value)).await?;
            house.sequence().await?;
            house.close().await;
            out.result(
                &format!(
                    "The root key is now {}. Wrapped anew: {} organisations, {} records, {} children. \
                     Replace the copy you keep of the key file; the old one opens nothing that is new.",
                    rotated.fingerprint, rotated.organisations, rotated.records, rotated.children
                ),
                &serde_json::json!({
                    "fingerprint": rotated.fingerprint, "organisations": rotated.organisations,
                    "records": rotated.records, "children": rotated.children,
                }),
            );
        }
    }
    Ok(End::Done)
}
