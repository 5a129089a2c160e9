//! The real clock and the real generator, and the house they open. Only here.

use std::{path::Path, sync::Arc};

use access::{Actor, ActorKind, Policy, Profile, Profiles};
use anyhow::{Context, bail};
use app_kernel::{House, HouseParts, KeyFile, Op, Times};
use model::{Clock, Entropy, Id, Instant, Span, kinds};
use store::{ChildKeys, Db, Place};

use crate::config::Config;

/// The machine's clock.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the time comes from")]
    fn now(&self) -> Instant {
        let since = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |d| i64::try_from(d.as_micros()).unwrap_or(i64::MAX));
        Instant::from_micros(since)
    }
}

/// The machine's clock, set back: the worked example's past is loaded through it.
#[derive(Default)]
pub(crate) struct ShiftedClock(std::sync::atomic::AtomicI64);

impl ShiftedClock {
    /// Sets the clock back by a span from now on.
    pub(crate) fn set(&self, back: Span) {
        self.0.store(back.0, std::sync::atomic::Ordering::Relaxed);
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Instant {
        SystemClock.now() - Span(self.0.load(std::sync::atomic::Ordering::Relaxed))
    }
}

/// The machine's generator.
pub(crate) struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(clippy::disallowed_methods, reason = "the one place where chance comes from")]
    #[expect(clippy::expect_used, reason = "a machine without randomness must not go on")]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }
}

/// Chance from a seed, for simulators and benchmarks.
pub(crate) struct Seeded(std::sync::Mutex<rand_chacha::ChaCha8Rng>);

impl Seeded {
    pub(crate) fn new(seed: u64) -> Self {
        use rand_core::SeedableRng;
        Self(std::sync::Mutex::new(rand_chacha::ChaCha8Rng::seed_from_u64(seed)))
    }
}

impl Entropy for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        use rand_core::Rng;
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).fill_bytes(bytes);
    }
}

/// What intake decides by, with the banks' index in the data folder.
pub(crate) fn rules(config: &Config) -> anyhow::Result<app_intake::Rules> {
    let retention = app_intake::Retention {
        reports: Span::days(config.matched_days.value.into()),
        look_ups: Span::days(config.seen_days.value.into()),
    };
    Ok(app_intake::Rules::shipped()?.with_banks(&config.data.value.join("near"), retention))
}

const PROFILE: &str = "profile";

/// The file that says what an installation is for.
fn profile_file(data: &Path) -> std::path::PathBuf {
    data.join(PROFILE)
}

fn profile(name: &str) -> anyhow::Result<Profile> {
    let profiles = Profiles::shipped()?;
    let Some(profile) = profiles.get(name) else {
        bail!("“{name}” is not a profile; expected one of {}", profiles.names().join(", "));
    };
    Ok(profile.clone())
}

async fn parts(config: &Config, profile: Profile) -> anyhow::Result<(KeyFile, Db, ChildKeys, Profile)> {
    let key_file = KeyFile::at(&config.key_file.value);
    let db = Db::open(&config.database.value.parse::<Place>()?, &profile.rooms).await?;
    let child_keys = ChildKeys::open(&config.key_store.value.parse::<Place>()?).await?;
    Ok((key_file, db, child_keys, profile))
}

fn assemble(
    config: &Config,
    db: &Db,
    child_keys: &ChildKeys,
    policy: &Policy,
    profile: &Profile,
    clock: Arc<dyn Clock>,
) -> impl Fn(vault::RootKey) -> HouseParts {
    let (config, db, child_keys) = (config.clone(), db.clone(), child_keys.clone());
    let (policy, profile) = (policy.clone(), profile.clone());
    move |root| HouseParts {
        db: db.clone(),
        child_keys: child_keys.clone(),
        root,
        heads: config.data.value.join("journal-heads.log"),
        clock: clock.clone(),
        entropy: Arc::new(SystemEntropy),
        policy: policy.clone(),
        profile: profile.clone(),
        times: Times {
            idle: Span::minutes(config.idle_minutes.value.into()),
            session: Span::hours(config.session_hours.value.into()),
            strong: Span::minutes(config.confirm_minutes.value.into()),
        },
        zone: config.zone.value.clone(),
    }
}

/// Makes a new installation's folder, key file and databases, and opens them.
pub(crate) async fn make(config: &Config, profile_name: &str) -> anyhow::Result<House> {
    make_with(config, profile_name, Arc::new(SystemClock)).await
}

/// The same with another clock.
pub(crate) async fn make_with(
    config: &Config,
    profile_name: &str,
    clock: Arc<dyn Clock>,
) -> anyhow::Result<House> {
    // A name that is no profile is refused before anything is made.
    profile(profile_name)?;
    let data = &config.data.value;
    std::fs::create_dir_all(data).with_context(|| data.display().to_string())?;
    let file = profile_file(data);
    if file.exists() {
        bail!("{} holds an installation already; a new one needs a new folder", data.display());
    }
    KeyFile::at(&config.key_file.value).create(&SystemEntropy)?;
    std::fs::write(&file, format!("{profile_name}\n")).with_context(|| file.display().to_string())?;
    open_with(config, clock).await
}

/// Opens the installation in the data folder. Without its key file it opens for nobody.
pub(crate) async fn open(config: &Config) -> anyhow::Result<House> {
    open_with(config, Arc::new(SystemClock)).await
}

async fn open_with(config: &Config, clock: Arc<dyn Clock>) -> anyhow::Result<House> {
    let file = profile_file(&config.data.value);
    let name = match std::fs::read_to_string(&file) {
        Ok(name) => name,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => bail!(
            "there is no installation in {}; make one with `sagip init --profile …`, or see one with `sagip demo`",
            config.data.value.display()
        ),
        Err(e) => bail!("{}: {e}", file.display()),
    };
    // The key file is looked at before anything is opened.
    KeyFile::at(&config.key_file.value).read()?;
    let (key_file, db, child_keys, profile) = parts(config, profile(name.trim())?).await?;
    let policy = policy(&config.data.value)?;
    let house =
        House::open_from(&key_file, assemble(config, &db, &child_keys, &policy, &profile, clock)).await?;
    Ok(house)
}

/// The roles: those of the data folder where it has a `roles.toml`, else the ones Sagip comes with.
fn policy(data: &Path) -> anyhow::Result<Policy> {
    let file = data.join("roles.toml");
    match std::fs::read_to_string(&file) {
        Ok(text) => Ok(Policy::parse(&file.display().to_string(), &text)?),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Policy::shipped()?),
        Err(e) => bail!("{}: {e}", file.display()),
    }
}

/// Who acts on the command line: the operator of the machine, for one organisation.
pub(crate) fn operator(house: &House, organisation: Id<kinds::Organisation>) -> Op {
    Op {
        actor: Actor {
            user: Id::from_uuid(uuid::Uuid::nil()),
            organisation,
            roles: Vec::new(),
            kind: ActorKind::System("command_line"),
            strong_until: None,
        },
        purpose: "command_line",
        reason: None,
        request: house.id(),
    }
}
