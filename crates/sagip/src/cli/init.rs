//! `sagip init`: a new installation with its key file, its organisation and its first
//! administrator.

use app_admin::setup::{Contact, FirstAdministrator, Founding, found};

use crate::{
    End,
    config::Config,
    out::Out,
    runtime::{self, SystemEntropy},
};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// What it is for: remitter, platform, hotline, police, prosecution, aftercare or national
    #[arg(long, value_name = "PROFILE")]
    profile: String,
    /// The organisation that runs it
    #[arg(long, value_name = "NAME")]
    organisation: String,
    /// The e-mail address that stands on what is filed
    #[arg(long, value_name = "ADDRESS")]
    contact: String,
    /// The name the first administrator signs in with
    #[arg(long, value_name = "NAME", default_value = "administrator")]
    administrator: String,
}

pub(crate) async fn run(config: &Config, args: Args, out: Out) -> anyhow::Result<End> {
    let house = runtime::make(config, &args.profile).await?;
    let password = vault::receipt_code(&SystemEntropy);
    found(
        &house,
        Founding {
            organisation: args.organisation.clone(),
            contact: Contact { email: args.contact, name: String::new(), phone: String::new() },
            administrator: FirstAdministrator {
                name: args.administrator.clone(),
                label: "Administrator".to_owned(),
                password: password.clone(),
            },
            demo: false,
        },
    )
    .await?;
    house.sequence().await?;
    house.close().await;
    out.result(
        &format!(
            "{} is founded in {}.\n\
             Sign in as {} with the password {password}; it must be changed at once.\n\
             Keep a copy of {} where the data and its backups are not: without it nothing can be read.\n\
             Start it with `sagip serve --data {}`.",
            args.organisation,
            config.data.value.display(),
            args.administrator,
            config.key_file.value.display(),
            config.data.value.display(),
        ),
        &serde_json::json!({
            "organisation": args.organisation, "profile": args.profile, "data": config.data.value,
            "administrator": args.administrator, "password": password, "key_file": config.key_file.value,
        }),
    );
    Ok(End::Done)
}
