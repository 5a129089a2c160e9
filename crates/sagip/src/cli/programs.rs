//! What `sagip serve` opens for programs that look hashes up: a listener of this machine that asks for no
//! token, and fetching what they name the address of. Both are off unless settings switch them on.

use std::{net::TcpListener, sync::Arc};

use access::Action;
use anyhow::{Context, bail};
use app_kernel::House;
use clients::outward::{NotOutward, Outward};
use model::{Id, kinds};
use web::{Fetched, Fetcher, NotFetched, OpenDoor, Web};

use crate::{config::Config, out::Out, runtime};

/// The listener and who comes in by it; nothing where none is set.
pub(crate) async fn listener(
    config: &Config,
    house: &House,
    out: Out,
) -> anyhow::Result<Option<(TcpListener, OpenDoor)>> {
    let Some(address) = config.matching_listen.value.0 else { return Ok(None) };
    let role = &config.matching_role.value;
    may_look_up(house, role)?;
    let Some(organisation) = only_organisation(house).await? else {
        out.words("matching_listen opens once the installation has an organisation and is started again.");
        return Ok(None);
    };
    let listener = TcpListener::bind(address)
        .with_context(|| format!("{address} cannot be listened on; set matching_listen to another"))?;
    let address = listener.local_addr()?;
    out.words(&format!(
        "Programs of this machine look hashes up at http://{address}, as {role}, without a token."
    ));
    Ok(Some((listener, OpenDoor::new(Id::from_uuid(uuid::Uuid::nil()), organisation, role))))
}

fn may_look_up(house: &House, role: &str) -> anyhow::Result<()> {
    if !house.profile.has("hashes") {
        bail!("matching_listen is set, and an installation of this profile knows no hashes; take it out");
    }
    if house.policy.grants(&[role.to_owned()], Action::MatchHashes) {
        return Ok(());
    }
    let able = house.policy.roles().map(|role| role.name.as_str());
    let able: Vec<_> =
        able.filter(|name| house.policy.grants(&[(*name).to_owned()], Action::MatchHashes)).collect();
    bail!("matching_role is “{role}”, which may not look hashes up; expected one of {}", able.join(", "));
}

async fn only_organisation(house: &House) -> anyhow::Result<Option<Id<kinds::Organisation>>> {
    let nobody = runtime::operator(house, Id::from_uuid(uuid::Uuid::nil()));
    let mut tx = house.look(&nobody).await?;
    only(&app_admin::setup::organisations(&nobody, &mut tx).await?)
}

/// The one organisation: whoever shows no token cannot say which of several they act for.
fn only(
    organisations: &[(Id<kinds::Organisation>, String)],
) -> anyhow::Result<Option<Id<kinds::Organisation>>> {
    match organisations {
        [] => Ok(None),
        [(only, _)] => Ok(Some(*only)),
        several => bail!(
            "matching_listen asks for no token, so it serves an installation of one organisation, and this one has {}; \
             take it out and give programs tokens",
            several.len()
        ),
    }
}

/// The state with what fetches addresses, where that is switched on.
pub(crate) fn fetching(config: &Config, web: Web) -> Web {
    if config.matching_urls.value { web.with_fetcher(Arc::new(Outside(Outward::new()))) } else { web }
}

struct Outside(Outward);

impl Fetcher for Outside {
    fn open(&self, url: &str) -> Result<Fetched, NotFetched> {
        let answer = self.0.open(url).map_err(|problem| match problem {
            NotOutward::Shape | NotOutward::Inward => NotFetched::Unsafe(problem.to_string()),
            other => NotFetched::Failed(other.to_string()),
        })?;
        Ok(Fetched { content_type: answer.content_type, length: answer.length, body: answer.body })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Flags;

    fn config(folder: &std::path::Path, role: &'static str) -> Config {
        let env = move |name: &str| match name {
            "SAGIP_MATCHING_LISTEN" => Some("127.0.0.1:0".to_owned()),
            "SAGIP_MATCHING_ROLE" => Some(role.to_owned()),
            _ => None,
        };
        Config::gather(&Flags::of(folder), None, &env).unwrap()
    }

    async fn opened(profile: &str, role: &'static str) -> anyhow::Result<Option<(TcpListener, OpenDoor)>> {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path(), role);
        let house = runtime::make(&config, profile).await.unwrap();
        let opened = listener(&config, &house, Out::new(true)).await;
        house.close().await;
        opened
    }

    #[tokio::test]
    async fn the_listener_without_tokens_is_for_a_role_that_looks_up_where_there_are_hashes() {
        let refused = format!("{:#}", opened("national", "auditor").await.unwrap_err());
        assert!(
            refused.contains("may not look hashes up") && refused.contains("matching_program"),
            "{refused}"
        );
        let refused = format!("{:#}", opened("remitter", "matching_program").await.unwrap_err());
        assert!(refused.contains("knows no hashes"), "{refused}");
        assert!(opened("national", "matching_program").await.unwrap().is_none(), "nobody to act for yet");
    }

    #[test]
    fn several_organisations_need_tokens() {
        let organisation = |n: u8| (Id::from_uuid(uuid::Uuid::from_bytes([n; 16])), "Synthetic".to_owned());
        assert_eq!(only(&[organisation(1)]).unwrap(), Some(organisation(1).0));
        let refused = only(&[organisation(1), organisation(2)]).unwrap_err().to_string();
        assert!(refused.contains("this one has 2") && refused.contains("tokens"), "{refused}");
    }

    #[test]
    fn addresses_of_this_machine_are_unsafe_to_whoever_asks() {
        let refused = Outside(Outward::new()).open("http://127.0.0.1:1/").unwrap_err();
        assert!(matches!(refused, NotFetched::Unsafe(_)), "{refused}");
    }
}
