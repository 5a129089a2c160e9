//! What the program runs with, and where each setting came from.
//!
//! One precedence: the command line, then the environment (`SAGIP_…`), then the TOML file (named
//! with `--config`, or `sagip.toml` in the data folder), then the default.

use std::{
    fmt,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use serde::Deserialize;

/// Where a setting came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    CommandLine,
    Environment(&'static str),
    File(PathBuf),
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CommandLine => f.write_str("command line"),
            Self::Environment(name) => write!(f, "environment, {name}"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A setting and where it came from.
#[derive(Clone, Debug)]
pub(crate) struct Setting<T> {
    pub(crate) value: T,
    pub(crate) origin: Origin,
}

/// Settings given on the command line.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Flags {
    /// The folder that holds database, keys and stores
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// A TOML file with settings [default: sagip.toml in the data folder]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where the data is: a file, or postgres://… [default: sagip.db in the data folder]
    #[arg(long, global = true, value_name = "PLACE")]
    database: Option<String>,
    /// Where children's keys are: a file, or postgres://… [default: child-keys.db in the data folder]
    #[arg(long, global = true, value_name = "PLACE")]
    key_store: Option<String>,
    /// The root key's file [default: root.key in the data folder]
    #[arg(long, global = true, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// The zone pages show times in [default: Asia/Manila]
    #[arg(long, global = true, value_name = "ZONE")]
    zone: Option<String>,
}

impl Flags {
    /// Flags that only name the folder.
    pub(crate) fn of(data: &Path) -> Self {
        Self { data: Some(data.to_owned()), ..Self::default() }
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    database: Option<String>,
    key_store: Option<String>,
    key_file: Option<PathBuf>,
    zone: Option<String>,
    listen: Option<SocketAddr>,
    idle_minutes: Option<u32>,
    session_hours: Option<u32>,
    confirm_minutes: Option<u32>,
    matched_days: Option<u32>,
    seen_days: Option<u32>,
    matching_listen: Option<SocketAddr>,
    matching_role: Option<String>,
    matching_urls: Option<bool>,
}

/// Everything that is in force.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) data: Setting<PathBuf>,
    pub(crate) database: Setting<String>,
    pub(crate) key_store: Setting<String>,
    pub(crate) key_file: Setting<PathBuf>,
    pub(crate) zone: Setting<String>,
    pub(crate) listen: Setting<SocketAddr>,
    pub(crate) idle_minutes: Setting<u32>,
    pub(crate) session_hours: Setting<u32>,
    pub(crate) confirm_minutes: Setting<u32>,
    /// How many days back a new hash is held against reports.
    pub(crate) matched_days: Setting<u32>,
    /// How many days look-ups are remembered to be held against new hashes; 0 remembers none.
    pub(crate) seen_days: Setting<u32>,
    /// Where programs look hashes up without a token: a loopback address, or nowhere.
    pub(crate) matching_listen: Setting<Nowhere<SocketAddr>>,
    /// What they may do there.
    pub(crate) matching_role: Setting<String>,
    /// Whether what programs name the address of is fetched from the outside world.
    pub(crate) matching_urls: Setting<bool>,
}

/// Something that may be nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Nowhere<T>(pub(crate) Option<T>);

impl<T: fmt::Display> fmt::Display for Nowhere<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(there) => there.fmt(f),
            None => f.write_str("nowhere"),
        }
    }
}

/// The environment as a function, so that a test can bring its own.
pub(crate) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

struct Sources<'a> {
    environment: Environment<'a>,
    path: PathBuf,
}

impl Sources<'_> {
    fn pick<T>(
        &self,
        flag: Option<T>,
        variable: &'static str,
        parse: impl Fn(&str) -> anyhow::Result<T>,
        file: Option<T>,
        default: T,
    ) -> anyhow::Result<Setting<T>> {
        if let Some(value) = flag {
            return Ok(Setting { value, origin: Origin::CommandLine });
        }
        if let Some(text) = (self.environment)(variable) {
            let value = parse(&text).with_context(|| format!("the environment variable {variable}"))?;
            return Ok(Setting { value, origin: Origin::Environment(variable) });
        }
        Ok(match file {
            Some(value) => Setting { value, origin: Origin::File(self.path.clone()) },
            None => Setting { value: default, origin: Origin::Default },
        })
    }
}

impl Config {
    /// Gathers the settings. `listen` comes from the one command that listens.
    pub(crate) fn gather(
        flags: &Flags,
        listen: Option<SocketAddr>,
        environment: Environment<'_>,
    ) -> anyhow::Result<Self> {
        let text = |text: &str| Ok(text.to_owned());
        let path = |text: &str| Ok(PathBuf::from(text));
        let number = |text: &str| text.parse::<u32>().with_context(|| format!("“{text}” is not a number"));
        let none = Sources { environment, path: PathBuf::new() };
        let data = none.pick(flags.data.clone(), "SAGIP_DATA", path, None, PathBuf::from("sagip-data"))?;
        let named = flags.config.clone().or_else(|| environment("SAGIP_CONFIG").map(PathBuf::from));
        let file_path = named.clone().unwrap_or_else(|| data.value.join("sagip.toml"));
        let file: File = match std::fs::read_to_string(&file_path) {
            Ok(text) => toml::from_str(&text).with_context(|| file_path.display().to_string())?,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound && named.is_none() => File::default(),
            Err(e) => bail!("{}: {e}", file_path.display()),
        };
        let from = Sources { environment, path: file_path };
        let inside = |name: &str| data.value.join(name).display().to_string();
        let address = |text: &str| {
            text.parse::<SocketAddr>().with_context(|| {
                format!("“{text}” is not an address; expected ADDRESS:PORT such as 127.0.0.1:8080")
            })
        };
        Ok(Self {
            database: from.pick(
                flags.database.clone(),
                "SAGIP_DATABASE",
                text,
                file.database,
                inside("sagip.db"),
            )?,
            key_store: from.pick(
                flags.key_store.clone(),
                "SAGIP_KEY_STORE",
                text,
                file.key_store,
                inside("child-keys.db"),
            )?,
            key_file: from.pick(
                flags.key_file.clone(),
                "SAGIP_KEY_FILE",
                path,
                file.key_file,
                data.value.join("root.key"),
            )?,
            zone: from.pick(flags.zone.clone(), "SAGIP_ZONE", text, file.zone, "Asia/Manila".to_owned())?,
            listen: from.pick(
                listen,
                "SAGIP_LISTEN",
                address,
                file.listen,
                SocketAddr::from(([127, 0, 0, 1], 8080)),
            )?,
            idle_minutes: from.pick(None, "SAGIP_IDLE_MINUTES", number, file.idle_minutes, 15)?,
            session_hours: from.pick(None, "SAGIP_SESSION_HOURS", number, file.session_hours, 12)?,
            confirm_minutes: from.pick(None, "SAGIP_CONFIRM_MINUTES", number, file.confirm_minutes, 10)?,
            matched_days: from.pick(None, "SAGIP_MATCHED_DAYS", number, file.matched_days, 365)?,
            seen_days: from.pick(None, "SAGIP_SEEN_DAYS", number, file.seen_days, 0)?,
            matching_listen: from.pick(
                None,
                "SAGIP_MATCHING_LISTEN",
                |text| address(text).and_then(on_loopback),
                file.matching_listen.map(on_loopback).transpose()?,
                Nowhere(None),
            )?,
            matching_role: from.pick(
                None,
                "SAGIP_MATCHING_ROLE",
                text,
                file.matching_role,
                "matching_program".to_owned(),
            )?,
            matching_urls: from.pick(
                None,
                "SAGIP_MATCHING_URLS",
                |text| text.parse::<bool>().with_context(|| format!("“{text}” is neither true nor false")),
                file.matching_urls,
                false,
            )?,
            data,
        })
    }

    /// Every setting in words: its name, its value, where it came from. A password in a database's
    /// address is left out.
    pub(crate) fn table(&self) -> Vec<(&'static str, String, String)> {
        fn row<T: fmt::Display>(name: &'static str, s: &Setting<T>) -> (&'static str, String, String) {
            (name, s.value.to_string(), s.origin.to_string())
        }
        fn place(name: &'static str, s: &Setting<String>) -> (&'static str, String, String) {
            (name, without_password(&s.value), s.origin.to_string())
        }
        fn path(name: &'static str, s: &Setting<PathBuf>) -> (&'static str, String, String) {
            (name, s.value.display().to_string(), s.origin.to_string())
        }
        vec![
            path("data", &self.data),
            place("database", &self.database),
            place("key_store", &self.key_store),
            path("key_file", &self.key_file),
            row("zone", &self.zone),
            row("listen", &self.listen),
            row("idle_minutes", &self.idle_minutes),
            row("session_hours", &self.session_hours),
            row("confirm_minutes", &self.confirm_minutes),
            row("matched_days", &self.matched_days),
            row("seen_days", &self.seen_days),
            row("matching_listen", &self.matching_listen),
            row("matching_role", &self.matching_role),
            row("matching_urls", &self.matching_urls),
        ]
    }
}

/// An address that asks for no token is one that only this machine reaches.
fn on_loopback(address: SocketAddr) -> anyhow::Result<Nowhere<SocketAddr>> {
    if !address.ip().is_loopback() {
        bail!(
            "matching_listen is {address}, which other machines reach; it asks for no token, so give 127.0.0.1:PORT"
        );
    }
    Ok(Nowhere(Some(address)))
}

fn without_password(place: &str) -> String {
    let Some((scheme, rest)) = place.split_once("://") else { return place.to_owned() };
    match rest.rsplit_once('@') {
        Some((credentials, host)) => {
            let user = credentials.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}:…@{host}")
        }
        None => place.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_goes_before_the_environment_before_the_file_before_the_default() {
        let folder = tempfile::tempdir().unwrap();
        let env = |name: &str| match name {
            "SAGIP_ZONE" => Some("Europe/London".to_owned()),
            "SAGIP_LISTEN" => Some("127.0.0.1:9000".to_owned()),
            _ => None,
        };
        std::fs::write(
            folder.path().join("sagip.toml"),
            "zone = \"UTC\"\nidle_minutes = 5\nlisten = \"127.0.0.1:7\"\n",
        )
        .unwrap();
        let mut flags = Flags::of(folder.path());
        let config = Config::gather(&flags, None, &env).unwrap();
        assert_eq!(config.zone.value, "Europe/London");
        assert_eq!(config.zone.origin, Origin::Environment("SAGIP_ZONE"));
        assert_eq!(config.idle_minutes.value, 5);
        assert!(matches!(config.idle_minutes.origin, Origin::File(_)));
        assert_eq!(config.session_hours.origin, Origin::Default);
        flags.zone = Some("Asia/Cebu".to_owned());
        let listen = Some("127.0.0.1:1".parse().unwrap());
        let config = Config::gather(&flags, listen, &env).unwrap();
        assert_eq!(config.zone.value, "Asia/Cebu");
        assert_eq!(config.listen.value.port(), 1);
    }

    #[test]
    fn a_wrong_file_or_variable_is_named() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("sagip.toml"), "zoone = 1\n").unwrap();
        let none = |_: &str| None;
        let error = Config::gather(&Flags::of(folder.path()), None, &none).unwrap_err();
        assert!(format!("{error:#}").contains("zoone"), "{error:#}");
        std::fs::remove_file(folder.path().join("sagip.toml")).unwrap();
        let env = |name: &str| (name == "SAGIP_LISTEN").then(|| "here".to_owned());
        let error = Config::gather(&Flags::of(folder.path()), None, &env).unwrap_err();
        assert!(format!("{error:#}").contains("SAGIP_LISTEN"), "{error:#}");
    }

    #[test]
    fn what_asks_for_no_token_is_on_this_machine_alone() {
        let folder = tempfile::tempdir().unwrap();
        let gather = |address: &'static str| {
            let env = move |name: &str| (name == "SAGIP_MATCHING_LISTEN").then(|| address.to_owned());
            Config::gather(&Flags::of(folder.path()), None, &env)
        };
        assert_eq!(gather("127.0.0.1:5000").unwrap().matching_listen.value.to_string(), "127.0.0.1:5000");
        assert!(gather("[::1]:5000").is_ok());
        let refused = format!("{:#}", gather("0.0.0.0:5000").unwrap_err());
        assert!(refused.contains("asks for no token"), "{refused}");
        let none = |_: &str| None;
        let config = Config::gather(&Flags::of(folder.path()), None, &none).unwrap();
        assert_eq!(config.matching_listen.value.to_string(), "nowhere");
    }

    #[test]
    fn a_password_is_not_shown() {
        assert_eq!(without_password("postgres://sagip:secret@db/x"), "postgres://sagip:…@db/x");
        assert_eq!(without_password("data/sagip.db"), "data/sagip.db");
    }
}
