//! The import of a synthetic ledger into the embedded database, end to end.

use app_intake::{Arriving, Rules};

use crate::{
    bench::machine,
    cli,
    config::{Config, Flags},
    out::Out,
    runtime,
};

pub(crate) async fn run(rows: usize, seed: u64, out: Out) -> anyhow::Result<()> {
    let folder = Scratch::new()?;
    let ledger = folder.path.join("ledger.csv");
    // The ledger is made by another process, so that its making is not in this one's memory.
    let status = std::process::Command::new(std::env::current_exe()?)
        .args([
            "simulate",
            "payments",
            "--json",
            "--rows",
            &rows.to_string(),
            "--seed",
            &seed.to_string(),
            "--out",
        ])
        .arg(&ledger)
        .stdout(std::process::Stdio::null())
        .status()?;
    anyhow::ensure!(status.success(), "the synthetic ledger could not be made");
    let bytes = std::fs::metadata(&ledger)?.len();
    let config = Config::gather(&Flags::of(&folder.path.join("data")), None, &|_| None)?;
    let house = runtime::make(&config, "national").await?;
    let founded = crate::demo::found(&house, "Synthetic Bench").await?;
    let op = runtime::operator(&house, founded.organisation);
    let arriving = Arriving {
        name: "ledger.csv".to_owned(),
        source: "Synthetic Remitter".to_owned(),
        lawful_basis: "synthetic".to_owned(),
        mapping: None,
    };
    let rules = Rules::shipped()?;
    let clock = machine::start();
    let received = cli::take(&house, &op, &ledger, &arriving, out).await?;
    let sealed = clock.elapsed();
    let outcome = app_intake::process(&op, &house, &rules, received.import, |_| {}).await?;
    let imported = clock.elapsed();
    let peak = machine::peak_bytes();
    crate::work::run_waiting_jobs(&house, &rules, out).await?;
    let screened = clock.elapsed();
    house.sequence().await?;
    house.close().await;
    let database = std::fs::metadata(&config.database.value).map_or(0, |m| m.len());
    let figures = serde_json::json!({
        "rows": outcome.counts.read,
        "accepted": outcome.counts.accepted,
        "rejected": outcome.counts.rejected,
        "rows_per_second": outcome.counts.read as f64 / imported.as_secs_f64(),
        "seconds": imported.as_secs_f64(),
        "seal_seconds": sealed.as_secs_f64(),
        "screen_seconds": screened.saturating_sub(imported).as_secs_f64(),
        "peak_bytes": peak,
        "peak_bytes_with_screening": machine::peak_bytes(),
        "ledger_bytes": bytes,
        "database_bytes": database,
    });
    let object = serde_json::json!({
        "name": "import", "figures": figures, "peer": null, "machine": machine::machine(),
    });
    out.result(&object.to_string(), &object);
    Ok(())
}

/// A folder that goes when it is dropped.
pub(crate) struct Scratch {
    pub(crate) path: std::path::PathBuf,
}

impl Scratch {
    pub(crate) fn new() -> anyhow::Result<Self> {
        use model::Entropy;
        let mut random = [0_u8; 8];
        runtime::SystemEntropy.fill(&mut random);
        let path = std::env::temp_dir().join(format!("sagip-{:016x}", u64::from_be_bytes(random)));
        std::fs::create_dir(&path)?;
        Ok(Self { path })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}
