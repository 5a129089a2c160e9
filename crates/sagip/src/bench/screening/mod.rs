//! The screening engine over a made-up year: live and in backfill, beside Polars and DuckDB in the same
//! run, by seconds of processor, and every figure compared; then the whole catalogue of typologies.

mod features;
mod ledger;

use std::{fs, hint::black_box, io::Write, path::Path, sync::Arc};

use anyhow::{Context, ensure};
use model::Currency;
use screening::{
    Decision, Typology, Watch,
    engine::{Activity, Engine, Feature, Memory, Plan, Settings, Table, backfill},
    shipped,
};
use serde_json::Value;

use super::{
    hashing::median,
    import::Scratch,
    machine::{self, cpu_seconds},
    peer::Peer,
};
use crate::out::Out;

/// Times that we and the peer take turns.
const ROUNDS: usize = 3;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many payments
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    events: usize,
    /// The seed
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

type Figures = serde_json::Map<String, Value>;

pub(crate) fn run(args: &Args, out: Out) -> anyhow::Result<()> {
    ensure!(args.events > 0, "a ledger of no payments is not measured; give --events at least 1");
    let folder = Scratch::new()?;
    let events = ledger::payments(args.events, args.seed);
    let mut figures = Figures::new();
    let mut peer = peer(&folder.path, &events)?;

    let fourteen = Measured::of(features::fourteen(), &events, true, &folder.path, peer.as_mut())?;
    fourteen.put("", &mut figures);
    let twenty_seven = Measured::of(features::twenty_seven(), &events, false, &folder.path, peer.as_mut())?;
    twenty_seven.put("_27", &mut figures);
    let wrong = fourteen.mismatches.zip(twenty_seven.mismatches).map(|(a, b)| a + b);
    figures.insert("mismatches".to_owned(), wrong.into());
    let names = peer.is_some().then_some("Polars (two formulations, one thread); DuckDB");
    drop(peer);
    catalogue(&events, &mut figures)?;
    figures.insert("peak_bytes".to_owned(), machine::peak_bytes().into());

    let object = serde_json::json!({
        "name": "screening", "events": args.events, "figures": figures, "peer": names,
        "machine": machine::machine(),
    });
    out.result(&object.to_string(), &object);
    Ok(())
}

/// What a list of features came to.
struct Measured {
    live: f64,
    backfill: f64,
    /// Cells in which live and backfill differ.
    apart: usize,
    /// Cells in which DuckDB has something else.
    mismatches: Option<usize>,
    /// Polars' seconds, one binary search a window, and one running sum over everything.
    search: Option<f64>,
    sums: Option<f64>,
    duckdb: Option<f64>,
    memory: Memory,
    parties: usize,
    latency: Latency,
}

impl Measured {
    fn of(
        features: Vec<Feature>,
        events: &[Activity],
        sums: bool,
        folder: &Path,
        mut peer: Option<&mut Peer>,
    ) -> anyhow::Result<Self> {
        let columns: Vec<String> = features.iter().map(|feature| feature.name.clone()).collect();
        let plan = Arc::new(Plan::new(features, Settings::plain(Currency::PHP))?);
        let (mut live, mut whole, mut search, mut summed) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut engine = Engine::new(Arc::clone(&plan));
        let mut table = None;
        for _ in 0..ROUNDS {
            engine = Engine::new(Arc::clone(&plan));
            let began = cpu_seconds();
            let mut sum = 0_i64;
            engine.apply_all(events, |_, row| {
                sum = row.cells().iter().fold(sum, |sum, cell| sum.wrapping_add(cell.bits()));
            });
            black_box(sum);
            live.push(cpu_seconds() - began);
            drop(table.take());
            let began = cpu_seconds();
            table = Some(backfill(&plan, events));
            whole.push(cpu_seconds() - began);
            if let Some(peer) = peer.as_deref_mut() {
                search.push(seconds(peer, "search", &columns)?);
                if sums && summed.is_empty() {
                    summed.push(seconds(peer, "sums", &columns)?);
                }
            }
        }
        let table = table.context("no table was made")?;
        let (memory, parties) = (engine.memory(), parties(events));
        drop(engine);
        let (mut duckdb, mut mismatches) = (None, None);
        if let Some(peer) = peer {
            duckdb = Some(seconds(peer, "duckdb", &columns)?);
            mismatches = Some(unlike(folder, &table, events.len())?);
        }
        Ok(Self {
            live: median(&mut live),
            backfill: median(&mut whole),
            apart: apart(&plan, events, &table),
            mismatches,
            search: (!search.is_empty()).then(|| median(&mut search)),
            sums: summed.first().copied(),
            duckdb,
            memory,
            parties,
            latency: Latency::of(events, {
                let mut engine = Engine::new(plan);
                move |event| {
                    black_box(engine.apply(event).cells().len());
                }
            }),
        })
    }

    fn put(&self, suffix: &str, figures: &mut Figures) {
        let events = self.latency.events as f64;
        let mut put = |name: &str, value: Value| {
            figures.insert(format!("{name}{suffix}"), value);
        };
        put("events_per_second", (events / self.live).into());
        put("events_per_second_backfill", (events / self.backfill).into());
        put("live_and_backfill_differ", self.apart.into());
        let best = [self.search, self.sums].into_iter().flatten().reduce(f64::min);
        if let Some(best) = best {
            put("ratio_polars_cpu", (best / self.live).into());
            put("ratio_polars_cpu_backfill", (best / self.backfill).into());
            put("polars_seconds", best.into());
        }
        if let Some(sums) = self.sums {
            put("ratio_polars_sums_cpu", (sums / self.live).into());
            put("ratio_polars_sums_cpu_backfill", (sums / self.backfill).into());
            put("polars_sums_seconds", sums.into());
        }
        if let Some(duckdb) = self.duckdb {
            put("ratio_duckdb_cpu", (duckdb / self.live).into());
            put("duckdb_seconds", duckdb.into());
        }
        self.latency.put(suffix, figures);
        let whole = (self.memory.key_bytes + self.memory.ring_bytes) as f64;
        let mut put = |name: &str, value: f64| figures.insert(format!("{name}{suffix}"), value.into());
        put("bytes_per_party", whole / self.parties as f64);
        put("bytes_per_key", self.memory.key_bytes as f64 / self.memory.keys.max(1) as f64);
        put("bytes_per_event", self.memory.ring_bytes as f64 / self.memory.entries.max(1) as f64);
    }
}

/// How long one event takes, one call each.
struct Latency {
    events: usize,
    median: f64,
    p99: f64,
    p999: f64,
    worst: f64,
}

impl Latency {
    fn of(events: &[Activity], mut take: impl FnMut(&Activity)) -> Self {
        let mut nanos: Vec<u64> = Vec::with_capacity(events.len());
        for event in events {
            let began = machine::start();
            take(event);
            nanos.push(began.elapsed().as_nanos() as u64);
        }
        nanos.sort_unstable();
        let at = |share: f64| {
            let place = ((nanos.len() as f64 * share) as usize).min(nanos.len().saturating_sub(1));
            nanos.get(place).copied().unwrap_or_default() as f64 / 1e3
        };
        Self { events: events.len(), median: at(0.5), p99: at(0.99), p999: at(0.999), worst: at(1.0) }
    }

    fn put(&self, suffix: &str, figures: &mut Figures) {
        for (name, value) in [
            ("p50_micros", self.median),
            ("p99_micros", self.p99),
            ("p999_micros", self.p999),
            ("worst_micros", self.worst),
        ] {
            figures.insert(format!("{name}{suffix}"), value.into());
        }
    }
}

/// The whole catalogue at once.
fn catalogue(events: &[Activity], figures: &mut Figures) -> anyhow::Result<()> {
    let typologies = shipped().map(|(file, text)| Typology::parse(file, text));
    let typologies = typologies.into_iter().collect::<Result<Vec<_>, _>>()?;
    let mut pace = Vec::new();
    let mut decisions: Vec<Decision> = Vec::new();
    for _ in 0..ROUNDS {
        decisions.clear();
        let mut watch = Watch::new(&typologies, Settings::shipped)?;
        let began = cpu_seconds();
        for events in events.chunks(4096) {
            watch.push(events, &mut decisions);
        }
        pace.push(events.len() as f64 / (cpu_seconds() - began));
    }
    figures.insert("typologies".to_owned(), typologies.iter().filter(|t| t.runs()).count().into());
    figures.insert("typologies_events_per_second".to_owned(), median(&mut pace).into());
    figures.insert("typologies_decisions".to_owned(), decisions.len().into());
    let mut watch = Watch::new(&typologies, Settings::shipped)?;
    let mut found = Vec::new();
    let latency = Latency::of(events, |event| {
        found.clear();
        watch.push(std::slice::from_ref(event), &mut found);
    });
    latency.put("_typologies", figures);
    let memory = watch.memory();
    let whole = (memory.key_bytes + memory.ring_bytes) as f64;
    figures.insert("bytes_per_party_typologies".to_owned(), (whole / parties(events) as f64).into());
    Ok(())
}

fn parties(events: &[Activity]) -> usize {
    let most = events.iter().map(|event| event.sender.max(event.receiver)).max().unwrap_or_default();
    let mut seen = vec![false; most as usize + 1];
    for event in events {
        for party in [event.sender, event.receiver] {
            if let Some(seen) = seen.get_mut(party as usize) {
                *seen = true;
            }
        }
    }
    seen.into_iter().filter(|seen| *seen).count()
}

/// How many cells the live engine has otherwise than the table.
fn apart(plan: &Arc<Plan>, events: &[Activity], table: &Table) -> usize {
    let mut engine = Engine::new(Arc::clone(plan));
    let (mut place, mut apart) = (0, 0);
    engine.apply_all(events, |_, row| {
        apart += row.cells().iter().zip(table.row(place)).filter(|(a, b)| a != b).count();
        place += 1;
    });
    apart
}

/// The ledger as files for the peer.
fn peer(folder: &Path, events: &[Activity]) -> anyhow::Result<Option<Peer>> {
    let mut countries = Vec::new();
    let countries: Vec<i64> = events
        .iter()
        .map(|event| {
            let place = countries.iter().position(|known| *known == event.sender_country);
            place.unwrap_or_else(|| {
                countries.push(event.sender_country);
                countries.len() - 1
            }) as i64
        })
        .collect();
    let column = |name: &str, of: &dyn Fn(usize, &Activity) -> i64| -> anyhow::Result<()> {
        let mut file = std::io::BufWriter::new(fs::File::create(folder.join(name))?);
        for (place, event) in events.iter().enumerate() {
            file.write_all(&of(place, event).to_le_bytes())?;
        }
        Ok(file.flush()?)
    };
    column("time", &|_, event| event.at.since(ledger::beginning()).0 / 1000)?;
    column("sender", &|_, event| i64::from(event.sender))?;
    column("receiver", &|_, event| i64::from(event.receiver))?;
    column("country", &|place, _| countries.get(place).copied().unwrap_or_default())?;
    column("amount", &|_, event| event.amount)?;
    Peer::start(include_str!("peer.py"), &[&folder.to_string_lossy()])
}

fn seconds(peer: &mut Peer, how: &str, columns: &[String]) -> anyhow::Result<f64> {
    let answer = peer.ask(&format!("{how} {}", columns.join(" ")))?;
    answer.get("seconds").and_then(Value::as_f64).context("the peer gave no seconds")
}

/// How many cells the peer's last answer has otherwise than the table.
fn unlike(folder: &Path, table: &Table, events: usize) -> anyhow::Result<usize> {
    let answer = fs::read(folder.join("answer"))?;
    ensure!(answer.len() == 8 * events * table.features(), "the peer's answer has another size than ours");
    let mut unlike = 0;
    for (column, bytes) in answer.chunks_exact(8 * events).enumerate() {
        for (place, cell) in bytes.as_chunks::<8>().0.iter().enumerate() {
            let ours = table.row(place).get(column).map(|cell| cell.bits());
            unlike += usize::from(ours != Some(i64::from_le_bytes(*cell)));
        }
    }
    Ok(unlike)
}
