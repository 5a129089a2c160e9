//! `sagip user`: accounts, for whoever holds the machine.

use app_admin::users::{self, NewUser};
use clap::Subcommand;

use crate::{End, config::Config, out::Out};

#[derive(Subcommand)]
pub(crate) enum What {
    /// Add an account; its first password is printed once
    Add {
        /// The name they sign in with
        name: String,
        /// The name others see
        #[arg(long, value_name = "NAME")]
        label: String,
        /// A role; may be repeated
        #[arg(long = "role", value_name = "ROLE", required = true)]
        roles: Vec<String>,
        /// In which organisation
        #[arg(long, value_name = "NAME")]
        organisation: Option<String>,
    },
    /// List the accounts
    List {
        /// Of which organisation
        #[arg(long, value_name = "NAME")]
        organisation: Option<String>,
    },
}

pub(crate) async fn run(config: &Config, what: What, out: Out) -> anyhow::Result<End> {
    match what {
        What::Add { name, label, roles, organisation } => {
            let (house, op) = super::open_for(config, organisation.as_deref()).await?;
            let mut tx = house.begin(&op).await?;
            let added = users::add(&op, &mut tx, &NewUser { name, label, roles }).await?;
            tx.commit().await?;
            house.sequence().await?;
            house.close().await;
            out.result(
                &format!(
                    "{} may sign in with the password {}; it must be changed at once.",
                    added.name, added.password
                ),
                &serde_json::json!({ "id": added.user, "name": added.name, "password": added.password }),
            );
        }
        What::List { organisation } => {
            let (house, op) = super::open_for(config, organisation.as_deref()).await?;
            let mut tx = house.look(&op).await?;
            let all = users::list(&op, &mut tx).await?;
            drop(tx);
            house.close().await;
            for user in all {
                out.result(
                    &format!("{:<24} {:<32} {}", user.name, user.label, user.roles.join(", ")),
                    &serde_json::json!({
                        "id": user.id, "name": user.name, "label": user.label, "roles": user.roles,
                    }),
                );
            }
        }
    }
    Ok(End::Done)
}
