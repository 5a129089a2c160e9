//! `sagip demo`: everything, on a throw-away folder, with the worked example loaded.

mod example;
mod papers;

use std::{path::PathBuf, sync::Arc};

use anyhow::Context;
use app_admin::{
    setup::{Contact, FirstAdministrator, Founded, Founding},
    show,
    users::NewUser,
};
use app_kernel::House;
use model::{Id, kinds};

use crate::{
    End,
    bench::Scratch,
    cli,
    config::{Config, Flags},
    out::Out,
    runtime::{self, ShiftedClock},
    work,
};

/// The password of every account of the worked example.
pub(crate) const PASSWORD: &str = "kalinga-demo-2026";

/// Name, label and role of the worked example's people, one per role.
const PEOPLE: [(&str, &str, &str); 7] = [
    ("hotline", "Synthetic Hotline Analyst", "hotline_analyst"),
    ("payment", "Synthetic Payment Analyst", "payment_analyst"),
    ("investigator", "Synthetic Investigator", "investigator"),
    ("prosecutor", "Synthetic Prosecutor", "prosecutor"),
    ("social", "Synthetic Social Worker", "social_worker"),
    ("supervisor", "Synthetic Supervisor", "supervisor"),
    ("auditor", "Synthetic Auditor", "auditor"),
];

/// Founds an installation for show.
pub(crate) async fn found(house: &House, organisation: &str) -> anyhow::Result<Founded> {
    let founding = Founding {
        organisation: organisation.to_owned(),
        contact: Contact {
            email: "desk@sagip.example.com".to_owned(),
            name: "Synthetic Desk".to_owned(),
            phone: String::new(),
        },
        administrator: FirstAdministrator {
            name: "administrator".to_owned(),
            label: "Synthetic Administrator".to_owned(),
            password: PASSWORD.to_owned(),
        },
        demo: true,
    };
    Ok(app_admin::setup::found(house, founding).await?)
}

/// An account of the worked example.
pub(crate) struct Person {
    pub(crate) id: Id<kinds::User>,
    pub(crate) name: &'static str,
    pub(crate) role: &'static str,
}

/// Adds the worked example's people.
async fn people(house: &House, organisation: Id<kinds::Organisation>) -> anyhow::Result<Vec<Person>> {
    let op = runtime::operator(house, organisation);
    let mut added = Vec::new();
    for (name, label, role) in PEOPLE {
        let mut tx = house.begin(&op).await?;
        let new = NewUser { name: name.to_owned(), label: label.to_owned(), roles: vec![role.to_owned()] };
        let id = show::add(&op, &mut tx, &new, PASSWORD).await?;
        tx.commit().await?;
        added.push(Person { id, name, role });
    }
    Ok(added)
}

/// Runs the worked example.
pub(crate) async fn run(config: &Config, keep: Option<PathBuf>, out: Out) -> anyhow::Result<End> {
    // The address is taken first, so that a port in use is said before the example is loaded.
    let listener = cli::listen(config)?;
    let address = listener.local_addr()?;
    let (folder, _scratch) = match keep {
        Some(folder) => (folder, None),
        None => {
            let scratch = Scratch::new()?;
            (scratch.path.join("data"), Some(scratch))
        }
    };
    let mut inside = Config::gather(&Flags::of(&folder), Some(config.listen.value), &|_| None)?;
    inside.zone = config.zone.clone();
    inside.matching_listen = config.matching_listen.clone();
    inside.matching_role = config.matching_role.clone();
    inside.matching_urls = config.matching_urls.clone();
    let clock = Arc::new(ShiftedClock::default());
    let house = if folder.join("root.key").exists() {
        runtime::open(&inside).await?
    } else {
        out.words("Loading the worked example: synthetic, and about nobody.");
        let house = runtime::make_with(&inside, "national", clock.clone()).await?;
        let founded = found(&house, "Synthetic National Centre").await?;
        let people = people(&house, founded.organisation).await?;
        example::load(&house, founded.organisation, &people, &clock, out).await?;
        write_token(&house, founded.organisation, &people).await?;
        house
    };
    house.sequence().await?;
    let Some(_alone) = work::Alone::try_take(&folder)? else {
        anyhow::bail!("another server runs on {} already", folder.display());
    };
    out.words(&welcome(&format!("http://{address}")));
    cli::until_stopped(&inside, house, listener, out).await?;
    Ok(End::Done)
}

/// What is printed once everything is loaded: the address, the sign-ins, what to look at first.
fn welcome(address: &str) -> String {
    let mut words = format!("\naddress {address}\n\nSign in with the password {PASSWORD} as\n");
    for (name, label, _) in PEOPLE.iter().chain([&("administrator", "Synthetic Administrator", "")]) {
        words.push_str(&format!("  {name:<14} {label}\n"));
    }
    words.push_str(
        "\nLook first:\n  \
         hotline       the queue: a child at risk now comes first, with the reason; press ? for the keys\n  \
         investigator  Cases: the household case with its reports, people, tasks and its draft to NCMEC\n  \
         payment       Alerts: payments from three countries to one account\n  \
         supervisor    Keeping house: the journal, verified\n\n\
         Everything here is synthetic. Ctrl-C ends it; what was in it goes with it.\n",
    );
    words
}

/// Writes an API token of the supervisor where `SAGIP_DEMO_TOKEN_FILE` says, for trying the API.
async fn write_token(
    house: &House,
    organisation: Id<kinds::Organisation>,
    people: &[Person],
) -> anyhow::Result<()> {
    let Some(path) = std::env::var_os("SAGIP_DEMO_TOKEN_FILE").map(PathBuf::from) else { return Ok(()) };
    let Some(supervisor) = people.iter().find(|person| person.role == "supervisor") else { return Ok(()) };
    let op = runtime::operator(house, organisation);
    let mut tx = house.begin(&op).await?;
    let (_, token) = app_admin::tokens::create(&op, &mut tx, supervisor.id, "demo", 1).await?;
    tx.commit().await?;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    std::io::Write::write_all(&mut options.open(&path)?, token.as_bytes())
        .with_context(|| path.display().to_string())
}
