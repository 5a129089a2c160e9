//! Exact search by distance over synthetic hashes, beside faiss in the same run: one thread each,
//! by seconds of processor.

use std::{
    io::Write,
    path::Path,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::Duration,
};

use anyhow::{Context, ensure};
use matching::near::{Change, Hash256, Index, sample};
use serde_json::Value;

use super::{
    hashing::median,
    import::Scratch,
    machine::{self, cpu_seconds},
    peer::Peer,
};
use crate::out::Out;

/// The distance of a PDQ match.
const RADIUS: u32 = 31;
/// Queries of a round.
const QUERIES: usize = 10_000;
/// Times that we and the peer take turns.
const ROUNDS: usize = 3;
/// Comparisons that finding the true answers may take.
const COMPARISONS: usize = 4_000_000_000;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many hashes
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    hashes: usize,
    /// The seed
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

fn clock() -> Duration {
    Duration::from_secs_f64(cpu_seconds())
}

pub(crate) fn run(args: &Args, out: Out) -> anyhow::Result<()> {
    ensure!(args.hashes > 0, "an index of no hashes is not measured; give --hashes at least 1");
    let folder = Scratch::new()?;
    let hashes = sample::clustered(args.hashes, args.seed);
    let queries = sample::queries(&hashes, QUERIES, args.seed + 1);
    let mut figures = serde_json::Map::new();
    let mut put = |name: &str, value: Value| {
        figures.insert(name.to_owned(), value);
    };

    let index = Index::open(&folder.path.join("index"))?;
    put("lanes", index.lanes().as_str().into());
    let began = clock();
    index.load(hashes.iter().copied().zip(0..).collect())?;
    put("build_seconds", clock().saturating_sub(began).as_secs_f64().into());
    drop(index);
    let wall = machine::start();
    let index = Index::open(&folder.path.join("index"))?;
    put("open_seconds", wall.elapsed().as_secs_f64().into());
    put("recall", recall(&index, &hashes, &queries).into());

    let asked: Vec<_> = queries.iter().map(|query| (*query, RADIUS)).collect();
    let mapped = sample::pace(&index, &asked, &clock);
    put("queries_per_second_mapped", mapped.single.into());
    put("batched_queries_per_second_mapped", mapped.batched.into());
    put("peak_bytes_mapped", machine::peak_bytes().into());
    index.warm()?;
    let size = index.size();
    put("index_bytes", size.base_bytes.into());

    let mut peer = peer(&folder.path, &hashes, &queries)?;
    let (mut single, mut batched, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    let few = peer_queries(args.hashes);
    let mut last = sample::Pace::default();
    if let Some(peer) = &mut peer {
        put("peer_build_seconds", peer.ask("build 0")?.get("build_seconds").cloned().unwrap_or_default());
    }
    for _ in 0..ROUNDS {
        last = sample::pace(&index, &asked, &clock);
        ensure!(last.agree, "one call and many found different matches");
        single.push(last.single);
        batched.push(last.batched);
        if let Some(peer) = &mut peer {
            let (rate, matches) = pace_of(peer, "query", few)?;
            theirs.push(rate);
            let ours: usize =
                index.query_batch(asked.get(..few).unwrap_or(&asked)).iter().map(Vec::len).sum();
            ensure!(ours == matches, "we found {ours} matches where the peer found {matches}");
        }
    }
    let (single, batched) = (median(&mut single), median(&mut batched));
    put("queries_per_second", single.into());
    put("batched_queries_per_second", batched.into());
    put("p50_microseconds", micros(last.median));
    put("p99_microseconds", micros(last.p99));
    put("matches_per_query", (last.matches as f64 / QUERIES as f64).into());
    if let Some(peer) = &mut peer {
        let theirs = median(&mut theirs);
        put("peer_queries_per_second", theirs.into());
        put("ratio_single", (single / theirs).into());
        put("ratio_batched", (batched / theirs).into());
        let (flat, _) = pace_of(peer, "flat", few.min(200))?;
        put("flat_peer_queries_per_second", flat.into());
    }
    drop(peer);

    let pictures = sample::dihedral_queries(&hashes, QUERIES / 8, args.seed + 2);
    let (together, apart) = sample::pace_any(&index, &pictures, RADIUS, &clock);
    put("orientations_together_over_apart", (together.as_secs_f64() / apart.as_secs_f64()).into());

    let (changing, changes) = while_changing(&index, &asked, args.seed)?;
    put("queries_per_second_while_changing", changing.single.into());
    put("p99_microseconds_while_changing", micros(changing.p99));
    put("changes_meanwhile", changes.into());
    put("peak_bytes", machine::peak_bytes().into());
    drop(index);

    let skewed = sample::skewed(args.hashes, args.seed);
    let queries = sample::queries(&skewed, QUERIES, args.seed + 1);
    let index = Index::in_memory()?;
    index.load(skewed.iter().copied().zip(0..).collect())?;
    let asked: Vec<_> = queries.iter().map(|query| (*query, RADIUS)).collect();
    let pace = sample::pace(&index, &asked, &clock);
    put("recall_skewed", recall(&index, &skewed, &queries).into());
    put("queries_per_second_skewed", pace.single.into());
    put("batched_queries_per_second_skewed", pace.batched.into());

    let names =
        figures.contains_key("ratio_single").then_some("faiss IndexBinaryMultiHash(256, 16, 16), nflip 1");
    let object = serde_json::json!({
        "name": "matching", "hashes": args.hashes, "radius": RADIUS, "figures": figures, "peer": names,
        "machine": machine::machine(),
    });
    out.result(&object.to_string(), &object);
    Ok(())
}

/// As many queries as the peer answers in a few seconds.
fn peer_queries(hashes: usize) -> usize {
    (1_000_000_000 / hashes.max(1)).clamp(400, QUERIES)
}

fn micros(time: Duration) -> Value {
    (time.as_secs_f64() * 1e6).into()
}

/// The share of the true matches that the index finds; it finds no others, or this is an error.
fn recall(index: &Index, hashes: &[Hash256], queries: &[Hash256]) -> f64 {
    let most = (COMPARISONS / hashes.len()).clamp(40, 1000);
    let (mut found, mut there) = (0, 0);
    for query in queries.iter().take(most) {
        let mut truth: Vec<_> = sample::exhaustive(hashes, *query, RADIUS)
            .into_iter()
            .map(|(place, distance)| (distance, place as u64))
            .collect();
        truth.sort_unstable();
        there += truth.len();
        let answer = index.query(*query, RADIUS);
        found +=
            answer.iter().filter(|found| truth.binary_search(&(found.distance, found.tag)).is_ok()).count();
    }
    found as f64 / f64::from(u32::try_from(there.max(1)).unwrap_or(u32::MAX))
}

fn peer(folder: &Path, hashes: &[Hash256], queries: &[Hash256]) -> anyhow::Result<Option<Peer>> {
    for (name, hashes) in [("hashes", hashes), ("queries", queries)] {
        let mut file = std::io::BufWriter::new(std::fs::File::create(folder.join(name))?);
        for hash in hashes {
            file.write_all(&<[u8; 32]>::from(*hash))?;
        }
        file.flush()?;
    }
    Peer::start(include_str!("matching_peer.py"), &[&folder.to_string_lossy()])
}

fn pace_of(peer: &mut Peer, word: &str, count: usize) -> anyhow::Result<(f64, usize)> {
    let answer = peer.ask(&format!("{word} {count} {RADIUS}"))?;
    let number = |name: &str| answer.get(name).and_then(Value::as_f64).with_context(|| format!("no {name}"));
    Ok((count as f64 / number("seconds")?, number("matches")? as usize))
}

/// The pace while another thread adds and removes hashes, a hundred at a time.
fn while_changing(index: &Index, asked: &[(Hash256, u32)], seed: u64) -> anyhow::Result<(sample::Pace, u64)> {
    let (done, changes) = (AtomicBool::new(false), AtomicU64::new(0));
    std::thread::scope(|scope| {
        let changing = scope.spawn(|| {
            let mut sequence = sample::Sequence::new(!seed);
            let mut tag = u64::MAX;
            while !done.load(Ordering::Relaxed) {
                let added: Vec<_> = (0..100).map(|n| (sequence.hash(), tag - n)).collect();
                tag -= 100;
                let add: Vec<_> = added.iter().map(|(hash, tag)| Change::Add(*hash, *tag)).collect();
                let remove: Vec<_> = added.iter().map(|(hash, tag)| Change::Remove(*hash, *tag)).collect();
                index.apply(&add)?;
                index.apply(&remove)?;
                changes.fetch_add(200, Ordering::Relaxed);
            }
            Ok::<(), matching::near::Error>(())
        });
        let pace = sample::pace(index, asked, &clock);
        done.store(true, Ordering::Relaxed);
        match changing.join() {
            Ok(changed) => changed?,
            Err(panic) => std::panic::resume_unwind(panic),
        }
        Ok((pace, changes.load(Ordering::Relaxed)))
    })
}
