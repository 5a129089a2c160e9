//! `sagip screen`: typologies over ledgers, without an installation: what a remitter runs on its own books.

use std::{
    collections::{HashMap, HashSet},
    fs::{self, File},
    io::BufReader,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail, ensure};
use formats::{
    Record, Reject,
    detect::{Detected, HEAD, detect},
    iso20022::Iso20022Reader,
    ledger::{LedgerReader, Mapping},
    payment::{PartyKind, PartyRef as Named, PaymentRef},
};
use model::Country;
use screening::{Event, Finding, PartyRef, Screen};

use super::typology;
use crate::{End, out::Out};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Ledgers as CSV, or ISO 20022 messages
    #[arg(value_name = "LEDGER", required = true)]
    ledgers: Vec<PathBuf>,
    /// A typology file; without any, those that come with the program
    #[arg(long = "typology", value_name = "FILE")]
    typologies: Vec<PathBuf>,
    /// A mapping for ledgers with other columns
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Whose parameters, as a two-letter country
    #[arg(long, value_name = "CODE")]
    country: Option<Country>,
}

/// What the ledgers hold.
#[derive(Default)]
pub(crate) struct Ledger {
    /// The payments in event order, numbered as they were read.
    pub(crate) events: Vec<Event>,
    /// The account or name of each party.
    pub(crate) parties: HashMap<PartyRef, String>,
    numbers: HashMap<String, u64>,
    references: HashSet<String>,
    /// Rows that were there already, by their reference.
    pub(crate) known: u64,
    /// Rows that could not be read.
    pub(crate) unread: u64,
    /// The first of them in words.
    pub(crate) rejected: Vec<String>,
}

pub(crate) fn run(args: &Args, out: Out) -> anyhow::Result<End> {
    let typologies = typology::load(&args.typologies, args.country)?;
    let ledger = Ledger::read(&args.ledgers, args.mapping.as_deref(), out)?;
    for reason in &ledger.rejected {
        out.trouble(reason);
    }
    let mut found = 0;
    for typology in typologies.iter().filter(|typology| typology.runs()) {
        out.progress(&format!("screening {} payments for {}", ledger.events.len(), typology.id));
        let mut screen = Screen::new(typology);
        for event in &ledger.events {
            screen.push(event)?;
        }
        let outcome = screen.finish();
        out.progress_done();
        found += outcome.findings.len();
        for finding in &outcome.findings {
            let party = ledger.parties.get(&finding.subject).map_or("", String::as_str);
            out.result(&words(finding, &typology.title, party), &json(finding, party));
        }
    }
    out.words(&format!(
        "{} payments of {} parties; {found} findings. {} rows were there twice, {} could not be read.",
        ledger.events.len(),
        ledger.parties.len(),
        ledger.known,
        ledger.unread
    ));
    Ok(if found > 0 || ledger.unread > 0 { End::Findings } else { End::Done })
}

fn words(finding: &Finding, title: &str, party: &str) -> String {
    let mut words = format!("{title}: {party}");
    for line in &finding.evidence {
        words.push_str("\n  ");
        words.push_str(&line.text);
    }
    words.push_str("\n  ");
    words.push_str(&finding.hint());
    words
}

fn json(finding: &Finding, party: &str) -> serde_json::Value {
    serde_json::json!({
        "typology": finding.typology, "version": finding.version, "party": party,
        "severity": finding.severity.to_string(), "weight": finding.weight as f64 / 1000.0,
        "opened_at": finding.opened_at.to_string(), "first_at": finding.first_at.to_string(),
        "last_at": finding.last_at.to_string(), "payments": finding.count,
        "sum": finding.sum.to_string(), "counterparts": finding.distinct_others,
        "evidence": finding.evidence.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(),
        "reasons": finding.reasons.iter().map(|reason| serde_json::json!({
            "indicator": reason.indicator, "weight": reason.weight, "text": reason.text,
        })).collect::<Vec<_>>(),
    })
}

/// Rows whose reasons are kept; the rest are only counted.
const REASONS: usize = 20;

impl Ledger {
    /// Reads ledgers from end to end.
    pub(crate) fn read(ledgers: &[PathBuf], mapping: Option<&Path>, out: Out) -> anyhow::Result<Self> {
        let mapping = match mapping {
            Some(path) => {
                let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
                Some(Mapping::parse(&text).with_context(|| path.display().to_string())?)
            }
            None => None,
        };
        let mut ledger = Self::default();
        for path in ledgers {
            out.progress(&format!("reading {}", path.display()));
            ledger.file(path, mapping.as_ref()).with_context(|| path.display().to_string())?;
        }
        out.progress_done();
        ledger.numbers = HashMap::new();
        ledger.references = HashSet::new();
        ledger.events.sort_by_key(|event| (event.at, event.sequence));
        Ok(ledger)
    }

    fn file(&mut self, path: &Path, mapping: Option<&Mapping>) -> anyhow::Result<()> {
        let mut head = Vec::new();
        std::io::Read::read_to_end(&mut std::io::Read::take(File::open(path)?, HEAD as u64), &mut head)?;
        let name = path.display().to_string();
        let file = File::open(path)?;
        match detect(&head) {
            Detected::Iso20022 { .. } => {
                for row in Iso20022Reader::new(BufReader::new(file)) {
                    match row {
                        Ok(record) => self.payment(&record.value.borrowed()),
                        Err(reject) => self.reject(&name, &reject)?,
                    }
                }
            }
            Detected::LedgerNeedsMapping { columns } if mapping.is_none() => bail!(
                "a table with the columns {}, which are not the ledger's own; give --mapping (docs/LEDGER.md)",
                columns.join(", ")
            ),
            Detected::LedgerCsv | Detected::LedgerNeedsMapping { .. } => {
                let own = Mapping::default();
                let mut reader = LedgerReader::open_mapped(file, mapping.unwrap_or(&own))?;
                let mut wrong = Ok(());
                reader.for_each(|row: Result<Record<PaymentRef<'_>>, Reject>| {
                    match row {
                        Ok(record) => self.payment(&record.value),
                        Err(reject) => wrong = self.reject(&name, &reject),
                    }
                    if wrong.is_err() {
                        std::ops::ControlFlow::Break(())
                    } else {
                        std::ops::ControlFlow::Continue(())
                    }
                });
                wrong?;
            }
            Detected::NotSupported { reason } => bail!("{reason}"),
            _ => bail!("this is no ledger of payments"),
        }
        Ok(())
    }

    fn reject(&mut self, file: &str, reject: &Reject) -> anyhow::Result<()> {
        ensure!(!reject.fatal, "{reject}");
        self.unread += 1;
        match self.rejected.len() {
            0..REASONS => self.rejected.push(format!("{file}: {reject}")),
            REASONS => self.rejected.push(format!("{file}: and more rows that could not be read")),
            _ => {}
        }
        Ok(())
    }

    fn payment(&mut self, payment: &PaymentRef<'_>) {
        // A reference names the payment at its source.
        if let Some(reference) = payment.reference
            && !self.references.insert(reference.to_owned())
        {
            self.known += 1;
            return;
        }
        let sequence = self.events.len() as u64 + 1;
        let (sender, receiver) = (self.party(&payment.sender), self.party(&payment.receiver));
        self.events.push(Event {
            sequence,
            at: payment.at,
            amount: payment.payout.unwrap_or(payment.amount),
            sender,
            receiver,
            receiver_is_individual: payment.receiver.kind.map(|kind| kind == PartyKind::Individual),
            sender_country: payment.sender.country,
            receiver_country: payment.receiver.country,
        });
    }

    /// An account is one party whatever else a row says of it; without one the name must do.
    fn party(&mut self, named: &Named<'_>) -> PartyRef {
        let who = named.account.or(named.name).unwrap_or_default();
        let kind = if named.account.is_some() { "account" } else { "name" };
        let key = format!("{kind}\0{}\0{who}", named.institution.unwrap_or_default());
        let next = self.numbers.len() as u64 + 1;
        let number = *self.numbers.entry(key).or_insert(next);
        let mut bytes = [0; 16];
        if let Some(tail) = bytes.last_chunk_mut::<8>() {
            *tail = number.to_be_bytes();
        }
        let party = PartyRef(bytes);
        if number == next {
            self.parties.insert(party, who.to_owned());
        }
        party
    }
}
