//! `sagip bank`: banks of known hashes, for whoever holds the machine.

use anyhow::{Context, bail};
use app_intake::{
    Adding, BankKind, BankRow, BankSettings, ContentState, ContentView, Found, Question, Verdict,
};
use app_kernel::{House, Op};
use clap::Subcommand;
use matching::FileHash;
use model::{CivilDate, Id, kinds};

use crate::{End, config::Config, exchange, out::Out, runtime, work};

/// Millionths in a percent.
const PERCENT: f64 = 10_000.0;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
    /// Of which organisation
    #[arg(long, value_name = "NAME", global = true)]
    organisation: Option<String>,
}

#[derive(Subcommand)]
enum What {
    /// The banks there are
    List,
    /// Make a bank
    Make {
        /// Its name; files brought in under this source go into it
        name: String,
        #[command(flatten)]
        settings: Settings,
    },
    /// Change a bank's settings
    Set {
        /// Its name
        name: String,
        /// Its new name
        #[arg(long, value_name = "NAME")]
        rename: Option<String>,
        #[command(flatten)]
        settings: Settings,
    },
    /// Take a bank away with all that is in it
    Remove {
        /// Its name
        name: String,
    },
    /// What is in a bank, the newest first
    Show {
        /// Its name
        name: String,
        /// Only what is put aside
        #[arg(long)]
        aside: bool,
        /// How many at most
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: i64,
    },
    /// Add one file's hashes, and hold what was seen before against them
    Add {
        /// The bank's name
        name: String,
        /// Its hashes: HEX for MD5 and SHA-1, sha256:HEX, pdq:HEX
        #[arg(required = true, value_name = "HASH")]
        hashes: Vec<String>,
        /// Its classification, a code of the bank's taxonomy
        #[arg(long, value_name = "CODE")]
        code: Option<String>,
        /// A note: of the file, not of people
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
    /// Say that an entry is what its bank says
    Confirm(Judged),
    /// Say that an entry is not what its bank says: it matches nothing here any more
    Deconfirm(Judged),
    /// Let an entry that was put aside match again
    Release {
        /// Its number
        entry: i64,
    },
    /// Switch an entry off until a day
    Off {
        /// Its number
        entry: i64,
        /// Until when, such as 2026-12-31
        #[arg(long, value_name = "DAY")]
        until: CivilDate,
    },
    /// Switch an entry on again
    On {
        /// Its number
        entry: i64,
    },
    /// Take an entry out of its bank
    Drop {
        /// Its number
        entry: i64,
    },
    /// Tell the exchange that shared an entry what people here found of it
    Feedback {
        /// Its number
        entry: i64,
        /// The number of a reason, where the exchange asks for one (see `reasons`)
        #[arg(long, value_name = "ID")]
        because: Option<String>,
    },
    /// The reasons an exchange takes against a hash
    Reasons {
        /// The exchange's name
        exchange: String,
        /// Against hashes of which algorithm
        #[arg(long, value_name = "WORD", default_value = "pdq")]
        algorithm: String,
    },
    /// The exchanges that feed banks
    Exchange {
        #[command(subcommand)]
        what: super::exchange::Exchanging,
    },
    /// Look hashes up in every bank; exit 1 where something is known
    LookUp {
        /// HEX for MD5 and SHA-1, sha256:HEX, pdq:HEX
        #[arg(required = true, value_name = "HASH")]
        hashes: Vec<String>,
    },
}

#[derive(clap::Args)]
struct Judged {
    /// Its number
    entry: i64,
    /// What that rests on
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

#[derive(clap::Args)]
struct Settings {
    /// What a match with it means: known, intimate (of adults) or negative (must not match)
    #[arg(long, value_name = "KIND")]
    kind: Option<BankKind>,
    /// The taxonomy of entries that name none
    #[arg(long, value_name = "ID")]
    taxonomy: Option<String>,
    /// In how many bits a PDQ hash may differ, 0 to 63
    #[arg(long, value_name = "BITS")]
    distance: Option<i64>,
    /// The share of look-ups it answers, in percent
    #[arg(long, value_name = "PERCENT")]
    share: Option<f64>,
    /// How many matches a day put a new entry aside
    #[arg(long, value_name = "N")]
    flood_limit: Option<i64>,
}

impl Settings {
    fn over(self, mut settings: BankSettings) -> BankSettings {
        settings.kind = self.kind.unwrap_or(settings.kind);
        if let Some(taxonomy) = self.taxonomy {
            settings.taxonomy = (!taxonomy.is_empty()).then_some(taxonomy);
        }
        settings.distance = self.distance.unwrap_or(settings.distance);
        if let Some(share) = self.share {
            #[expect(clippy::cast_possible_truncation, reason = "out of range stays out of range")]
            let ppm = (share * PERCENT).round() as i64;
            settings.enabled_ppm = ppm;
        }
        settings.flood_limit = self.flood_limit.unwrap_or(settings.flood_limit);
        settings
    }
}

pub(crate) async fn run(config: &Config, args: Args, out: Out) -> anyhow::Result<End> {
    let (house, op) = super::open_for(config, args.organisation.as_deref()).await?;
    let rules = runtime::rules(config)?;
    let end = match args.what {
        What::Exchange { what } => super::exchange::run(&house, &op, &rules, what, out).await?,
        What::Feedback { entry, because } => {
            let to = exchange::feedback(&house, &op, entry, because.as_deref()).await?;
            out.result(&format!("“{to}” was told."), &serde_json::json!({ "entry": entry, "told": to }));
            End::Done
        }
        What::Reasons { exchange, algorithm } => {
            for reason in exchange::reasons(&house, &op, &exchange, &algorithm).await? {
                out.result(
                    &format!("{:<40} {}", reason.guid, reason.name),
                    &serde_json::json!({ "id": reason.guid, "name": reason.name }),
                );
            }
            End::Done
        }
        what => done(&house, &op, &rules, what, out).await?,
    };
    house.sequence().await?;
    house.close().await;
    Ok(end)
}

async fn done(
    house: &House,
    op: &Op,
    rules: &app_intake::Rules,
    what: What,
    out: Out,
) -> anyhow::Result<End> {
    match what {
        What::List => {
            let mut tx = house.look(op).await?;
            for bank in app_intake::banks(op, &mut tx).await? {
                tell_bank(&bank, out);
            }
            return Ok(End::Done);
        }
        What::Show { name, aside, limit } => {
            let bank = named(house, op, &name).await?;
            let mut tx = house.look(op).await?;
            let state = aside.then_some(ContentState::Quarantined);
            let page = app_intake::contents(op, &mut tx, bank.id, state, None, limit).await?;
            for content in &page.rows {
                tell_content(content, out);
            }
            return Ok(End::Done);
        }
        What::LookUp { hashes } => return look_up(house, op, rules, &hashes, out).await,
        _ => {}
    }
    let mut tx = house.begin(op).await?;
    let words = match what {
        What::Make { name, settings } => {
            let settings = settings.over(BankSettings::named(name));
            let words = format!("The bank “{}” is made.", settings.name);
            app_intake::make_bank(op, &mut tx, rules, settings).await?;
            words
        }
        What::Set { name, rename, settings } => {
            let bank = named_in(op, &mut tx, &name).await?;
            let mut settings = settings.over(bank.settings);
            settings.name = rename.unwrap_or(settings.name);
            app_intake::change_bank(op, &mut tx, rules, bank.id, settings).await?;
            format!("The settings of “{name}” are changed.")
        }
        What::Remove { name } => {
            let bank = named_in(op, &mut tx, &name).await?;
            app_intake::delete_bank(op, &mut tx, bank.id).await?;
            format!("“{name}” is gone with its {} entries.", bank.contents)
        }
        What::Add { name, hashes, code, note } => {
            let bank = named_in(op, &mut tx, &name).await?;
            let classification = match (code, bank.settings.taxonomy) {
                (Some(code), Some(taxonomy)) => Some((taxonomy, code)),
                (Some(_), None) => {
                    bail!(
                        "“{name}” is under no taxonomy, so a code means nothing; give it one with `sagip bank set`"
                    )
                }
                (None, _) => None,
            };
            let signals = hashes
                .iter()
                .map(|text| {
                    hash(text).map(|hash| (hash.algorithm().as_str().to_owned(), hash.bytes().to_vec()))
                })
                .collect::<anyhow::Result<_>>()?;
            let adding = Adding { signals, classification, note };
            let added = app_intake::add_content(op, &mut tx, bank.id, adding).await?;
            if added.known {
                out.result(
                    &format!("“{name}” has it already, as entry {}.", added.content),
                    &serde_json::json!({ "entry": added.content, "known": true }),
                );
                return Ok(End::Done);
            }
            tx.commit().await?;
            work::run_waiting_jobs(house, rules, out).await?;
            out.result(
                &format!("Added as entry {}.", added.content),
                &serde_json::json!({ "entry": added.content, "known": false }),
            );
            return Ok(End::Done);
        }
        What::Confirm(Judged { entry, reason }) => {
            app_intake::give_opinion(op, &mut tx, entry, Verdict::Confirmed, &reason).await?;
            format!("Entry {entry} is confirmed.")
        }
        What::Deconfirm(Judged { entry, reason }) => {
            app_intake::give_opinion(op, &mut tx, entry, Verdict::Deconfirmed, &reason).await?;
            format!("Entry {entry} matches nothing here any more.")
        }
        What::Release { entry } => {
            app_intake::release(op, &mut tx, entry).await?;
            format!("Entry {entry} matches again.")
        }
        What::Off { entry, until } => {
            let at = until
                .start_in(&house.zone)
                .with_context(|| format!("{until} does not begin in the zone {}", house.zone))?;
            app_intake::disable_until(op, &mut tx, entry, Some(at)).await?;
            format!("Entry {entry} is off until {until}.")
        }
        What::On { entry } => {
            app_intake::disable_until(op, &mut tx, entry, None).await?;
            format!("Entry {entry} is on again.")
        }
        What::Drop { entry } => {
            app_intake::remove_content(op, &mut tx, entry).await?;
            format!("Entry {entry} is out of its bank.")
        }
        // Done by now.
        What::List
        | What::Show { .. }
        | What::LookUp { .. }
        | What::Exchange { .. }
        | What::Feedback { .. }
        | What::Reasons { .. } => return Ok(End::Done),
    };
    tx.commit().await?;
    work::run_waiting_jobs(house, rules, out).await?;
    out.result(&words, &serde_json::json!({ "done": words }));
    Ok(End::Done)
}

async fn named(house: &House, op: &Op, name: &str) -> anyhow::Result<BankRow> {
    let mut tx = house.look(op).await?;
    named_in(op, &mut tx, name).await
}

pub(super) async fn named_in(op: &Op, tx: &mut app_kernel::Tx<'_>, name: &str) -> anyhow::Result<BankRow> {
    let all = app_intake::banks(op, tx).await?;
    let names = all.iter().map(|bank| bank.settings.name.clone()).collect::<Vec<_>>().join(", ");
    all.into_iter()
        .find(|bank| bank.settings.name == name)
        .with_context(|| format!("there is no bank “{name}”; there are: {names}"))
}

/// A hash as it is typed: MD5 and SHA-1 are told by their length, the others say which they are.
fn hash(text: &str) -> anyhow::Result<FileHash> {
    let (algorithm, hex) = match (text.split_once(':'), text.len()) {
        (Some((word, hex)), _) => (word.to_ascii_lowercase().parse().map_err(anyhow::Error::from)?, hex),
        (None, 32) => (matching::Algorithm::Md5, text),
        (None, 40) => (matching::Algorithm::Sha1, text),
        _ => bail!("“{text}” does not say what it is; write sha256:{text} or pdq:{text}"),
    };
    Ok(FileHash::parse(algorithm, hex)?)
}

async fn look_up(
    house: &House,
    op: &Op,
    rules: &app_intake::Rules,
    hashes: &[String],
    out: Out,
) -> anyhow::Result<End> {
    let hashes = hashes.iter().map(|text| hash(text)).collect::<anyhow::Result<Vec<_>>>()?;
    let questions: Vec<_> = hashes
        .iter()
        .map(|hash| Question {
            algorithm: hash.algorithm().as_str().to_owned(),
            digest: hash.bytes().to_vec(),
        })
        .collect();
    let answers = app_intake::look_up(op, house, rules, &questions, None, None).await?;
    let mut end = End::Done;
    for (hash, answer) in hashes.iter().zip(answers) {
        if answer.is_empty() {
            out.result(
                &format!("{hash}: not known"),
                &serde_json::json!({ "hash": hash.to_string(), "known": false }),
            );
        }
        for found in answer {
            if found.counts() {
                end = End::Findings;
            }
            tell_found(hash, &found, out);
        }
    }
    Ok(end)
}

fn tell_found(hash: &FileHash, found: &Found, out: Out) {
    let class = found.classification.as_deref().zip(found.taxonomy.as_deref());
    let class = class.map_or_else(String::new, |(code, taxonomy)| format!(", {code} ({taxonomy} taxonomy)"));
    let held = found.held_back.as_ref().map_or_else(String::new, |held| {
        format!(", held back: “{}” says that it must not match", held.bank_name)
    });
    out.result(
        &format!(
            "{hash}: {} bits from entry {} of “{}”{class}{held}",
            found.distance, found.content, found.bank_name
        ),
        &serde_json::json!({
            "hash": hash.to_string(), "known": found.counts(), "bank": found.bank_name, "entry": found.content,
            "distance": found.distance, "classification": found.classification, "taxonomy": found.taxonomy,
            "confirmed": found.confirmed, "held_back_by": found.held_back.as_ref().map(|held| &held.bank_name),
        }),
    );
}

fn tell_bank(bank: &BankRow, out: Out) {
    let settings = &bank.settings;
    #[expect(clippy::cast_precision_loss, reason = "millionths up to a million are exact")]
    let share = settings.enabled_ppm as f64 / PERCENT;
    out.result(
        &format!(
            "{:<32} {:>10} entries, {} put aside; {}, up to {} bits, {share} % of look-ups, aside above {} a day",
            settings.name,
            bank.contents,
            bank.quarantined,
            settings.kind.label().to_lowercase(),
            settings.distance,
            settings.flood_limit
        ),
        &serde_json::json!({
            "id": bank.id, "name": settings.name, "kind": settings.kind.as_str(), "taxonomy": settings.taxonomy,
            "distance": settings.distance, "enabled_ppm": settings.enabled_ppm, "flood_limit": settings.flood_limit,
            "entries": bank.contents, "put_aside": bank.quarantined,
        }),
    );
}

fn tell_content(content: &ContentView, out: Out) {
    let hashes: Vec<String> = content
        .signals
        .iter()
        .map(|(algorithm, digest)| format!("{algorithm}:{}", data_encoding::HEXLOWER.encode(digest)))
        .collect();
    let opinion = content.opinion.map_or("", Verdict::label);
    out.result(
        &format!("{:>10} {:<20} {} {opinion}", content.number, content.state.label(), hashes.join(" ")),
        &serde_json::json!({
            "entry": content.number, "bank": Id::<kinds::Bank>::to_string(&content.bank),
            "state": content.state.as_str(), "opinion": content.opinion.map(Verdict::as_str), "hashes": hashes,
            "classification": content.classification, "matched": content.hits,
            "off_until": content.disabled_until.map(|at| at.to_string()),
        }),
    );
}
