//! AMLSim's sample ledgers, whose labels are not ours: accounts that many others pay in turn.
//!
//! `nodes.csv` has `nodeid,isFraud,init_balance,fraudStep`, `transactions.csv` `sourceNodeId,targetNodeId,value,time`
//! with `time` in days. The files label all accounts of a pattern alike. Who is paid in a fan-in is read off them: the
//! labelled account that labelled accounts pay on the very day (`fraudStep`) the pattern has them pay.
//!
//! The receivers' typology asks for countries and pesos, which such a ledger does not have. [`ranks`] runs it without
//! them, and the baselines likewise. No label has a part in it, and nothing was chosen by what it found.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    io::Read,
};

use model::{Currency, Instant, Money, Span};
use screening::{
    BadTypology, Step, Subject, Typology, Watch,
    engine::{Activity, BadFeature, Channel, Filter, Kind, Marks, Settings},
    shipped,
};

use crate::{BadFile, Ledger, Ranked, average_precision};

/// An AMLSim ledger with the accounts that fan-ins lead to.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Its payments; a day is a day of 2025, a unit a unit of XXX.
    pub ledger: Ledger,
    /// The accounts paid in a fan-in.
    pub fan_ins: BTreeSet<u32>,
}

/// Average precision of rankings of all accounts that are paid.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Precision {
    /// Accounts that are paid.
    pub receivers: usize,
    /// Accounts a fan-in leads to.
    pub fan_ins: usize,
    /// What a ranking that says nothing has.
    pub chance: f64,
    /// `osec-receiver`, by [`ranks`].
    pub receivers_typology: f64,
    /// `baseline-inward-20`, by [`ranks`].
    pub baseline_inward_20: f64,
    /// `baseline-acams-p95`, by [`ranks`]. The ledger has no texts, so it finds nothing.
    pub baseline_acams_p95: f64,
    /// No typology: the most small payments of one sender. Senders of this generator's fan-ins pay several times on one
    /// day, which this sees and hardly anything else does.
    pub most_between_two: f64,
}

/// Reads the two files.
pub fn read(nodes: impl Read, transactions: impl Read) -> Result<Sample, BadFile> {
    let mut file = csv::Reader::from_reader(nodes);
    let needed = "nodeid, isFraud, fraudStep";
    let [id, fraud, step] = places(file.headers()?, needed, ["nodeid", "isFraud", "fraudStep"])?;
    let mut labelled: HashMap<u32, i64> = HashMap::new();
    for row in file.records() {
        let row = row?;
        if row.get(fraud) == Some("1") {
            labelled.insert(value(&row, id, "nodeid")?, value(&row, step, "fraudStep")?);
        }
    }
    let mut file = csv::Reader::from_reader(transactions);
    let columns = ["sourceNodeId", "targetNodeId", "value", "time"];
    let [source, target, amount, time] =
        places(file.headers()?, "sourceNodeId, targetNodeId, value, time", columns)?;
    // ISO 4217: no currency.
    let currency: Currency = "XXX".parse().unwrap_or(Currency::PHP);
    let start = Instant::from_micros(1_735_689_600_000_000);
    let (mut events, mut fan_ins) = (Vec::new(), BTreeSet::new());
    for row in file.records() {
        let row = row?;
        let (sender, receiver): (u32, u32) =
            (value(&row, source, "sourceNodeId")?, value(&row, target, "targetNodeId")?);
        let (units, day): (f64, i64) = (value(&row, amount, "value")?, value(&row, time, "time")?);
        if labelled.get(&sender) == Some(&day) && labelled.contains_key(&receiver) {
            fan_ins.insert(receiver);
        }
        events.push(Activity {
            sequence: 0,
            at: start + Span::days(day),
            amount: (units * 100.0).round() as i64,
            marks: Marks::default(),
            sender,
            receiver,
            lasting: 0,
            currency,
            sender_country: None,
            receiver_country: None,
            kind: Kind::Payment,
            channel: Channel::Unknown,
        });
    }
    events.sort_by_key(|event| event.at);
    for (event, sequence) in events.iter_mut().zip(1..) {
        event.sequence = sequence;
    }
    Ok(Sample { ledger: Ledger { events, accounts: Vec::new(), synthetic: true }, fan_ins })
}

fn places<const N: usize>(
    header: &csv::StringRecord,
    needed: &'static str,
    columns: [&'static str; N],
) -> Result<[usize; N], BadFile> {
    let mut places = [0; N];
    for (place, column) in places.iter_mut().zip(columns) {
        *place = header.iter().position(|name| name == column).ok_or(BadFile::NoColumn { column, needed })?;
    }
    Ok(places)
}

fn value<T: std::str::FromStr>(
    row: &csv::StringRecord,
    place: usize,
    column: &'static str,
) -> Result<T, BadFile> {
    let text = row.get(place).unwrap_or_default();
    text.parse().map_err(|_| BadFile::Value {
        line: row.position().map_or(0, csv::Position::line),
        column,
        value: text.chars().take(60).collect(),
        wanted: "it has to be a number",
    })
}

/// Ranks receivers by a typology as it ships, but for what such a ledger does not have.
///
/// No filter asks for a country or a currency; an amount is small if it is in the ledger's own lower quarter; the rest
/// (windows, numbers, marks, conditions, weights) stands as in the file. Heaviest first where there are
/// weights, then by payments of the evidence. A pair's rank is its receiver's.
pub fn ranks(ledger: &Ledger, id: &str) -> Result<BTreeMap<u32, f64>, BadFanIn> {
    let file = format!("{id}.toml");
    let text = shipped().into_iter().find(|(name, _)| *name == file).map_or("", |(_, text)| text);
    let mut typology = Typology::parse(&file, text)?;
    let Some(currency) = ledger.events.first().map(|event| event.currency) else {
        return Ok(BTreeMap::new());
    };
    let small = Money { minor: quantile(ledger, 0.25), currency };
    let anywhere = |filter: &mut Filter| {
        let limited = filter.most.is_some();
        *filter = Filter {
            most: limited.then_some(small),
            least: None,
            currency: None,
            from: Vec::new(),
            from_not: Vec::new(),
            to: Vec::new(),
            to_not: Vec::new(),
            ..filter.clone()
        };
    };
    typology.currency = currency;
    for feature in &mut typology.features {
        anywhere(&mut feature.filter);
    }
    anywhere(&mut typology.evidence.filter);
    for indicator in &mut typology.indicators {
        // Conditions on countries and on sums in a currency say nothing here.
        let words = ["countries_90d", "middle_most", "family_least", "in_all"];
        indicator.verified &= !words.iter().any(|word| indicator.condition.contains(word));
    }
    let weighs = typology.indicators.iter().any(|indicator| indicator.verified);
    typology.alert_at = if weighs { 0.001 } else { 0.0 };
    let pair = typology.subject == Subject::Pair;
    let mut watch = Watch::new(&[typology], Settings::shipped)?;
    let mut decisions = Vec::new();
    watch.push(&ledger.events, &mut decisions);
    let mut ranks: BTreeMap<u32, f64> = BTreeMap::new();
    for decision in decisions.iter().filter(|d| matches!(d.step, Step::Opened | Step::Continued)) {
        let best = ranks.entry(if pair { decision.other } else { decision.subject }).or_default();
        *best = best.max(decision.weight as f64 + f64::from(decision.count.min(999)) / 1_000.0);
    }
    Ok(ranks)
}

/// Ranks receivers by the most small payments any one sender made to them: no typology, and said for comparison.
fn most_between_two(ledger: &Ledger) -> BTreeMap<u32, f64> {
    let small = quantile(ledger, 0.25);
    let mut pairs: BTreeMap<(u32, u32), f64> = BTreeMap::new();
    for event in ledger.events.iter().filter(|event| event.amount <= small) {
        *pairs.entry((event.receiver, event.sender)).or_default() += 1.0;
    }
    let mut ranks: BTreeMap<u32, f64> = BTreeMap::new();
    for ((receiver, _), count) in pairs {
        let best = ranks.entry(receiver).or_default();
        *best = best.max(count);
    }
    ranks
}

/// Why a typology cannot be run on such a ledger.
#[derive(Debug, thiserror::Error)]
pub enum BadFanIn {
    /// The typology cannot be read.
    #[error(transparent)]
    Typology(#[from] BadTypology),
    /// Its figures cannot be computed.
    #[error(transparent)]
    Feature(#[from] BadFeature),
}

/// Measures it beside both baselines.
pub fn precision(sample: &Sample) -> Result<Option<Precision>, BadFanIn> {
    let ledger = &sample.ledger;
    let receivers: BTreeSet<u32> = ledger.events.iter().map(|event| event.receiver).collect();
    let measure = |ranks: &BTreeMap<u32, f64>| {
        let one = |receiver: &u32| Ranked {
            rank: ranks.get(receiver).copied().unwrap_or(f64::NEG_INFINITY),
            positive: sample.fan_ins.contains(receiver),
            weight: 1.0,
        };
        average_precision(&receivers.iter().map(one).collect::<Vec<_>>())
    };
    let by = |id| Ok::<_, BadFanIn>(measure(&ranks(ledger, id)?));
    let ours = by("osec-receiver")?.zip(measure(&most_between_two(ledger)));
    let baselines = by("baseline-inward-20")?.zip(by("baseline-acams-p95")?);
    let all = measure(&BTreeMap::new()).zip(ours.zip(baselines));
    Ok(all.map(|(chance, ((receivers_typology, most_between_two), baselines))| Precision {
        receivers: receivers.len(),
        fan_ins: sample.fan_ins.len(),
        chance,
        receivers_typology,
        baseline_inward_20: baselines.0,
        baseline_acams_p95: baselines.1,
        most_between_two,
    }))
}

/// The amount so large a share of a ledger's payments is at most.
fn quantile(ledger: &Ledger, share: f64) -> i64 {
    let mut amounts: Vec<i64> = ledger.events.iter().map(|event| event.amount).collect();
    amounts.sort_unstable();
    amounts.get((amounts.len() as f64 * share) as usize).copied().unwrap_or_default()
}
