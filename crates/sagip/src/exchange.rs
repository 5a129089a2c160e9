//! Fetching from an exchange into the bank it feeds, and telling it what people here found.
//!
//! The clients block, so they run where a worker thread may block; each step is kept, with the checkpoint, in
//! one transaction before the next is asked for.

use std::{
    ops::ControlFlow,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use anyhow::{Context, bail};
use app_intake::{ExchangeAccess, ExchangeKind, FedCensus, FedCounts, FedDetails, FedEntry, FedStep};
use app_kernel::{House, Op};
use clients::{
    Address, Ended, Exchange, Limits, ListFiles, Pause, Secret, State, Step, Subject, Surroundings,
};
use formats::ncmec_hashes::{Environment, FingerprintType, Reason};
use model::{Clock, Instant, Span};

use crate::runtime::{SystemClock, SystemEntropy};

/// How long one round may take before it makes way for other work; the next goes on where it was.
pub(crate) const ROUND: Span = Span::minutes(5);
/// How long a pause is at most before it is asked whether to stop.
const NAP: Span = Span(200_000);

/// Pauses that end when the process is to stop, or the round has had its time.
struct Until {
    stop: Arc<AtomicBool>,
    end: Option<Instant>,
}

impl Pause for Until {
    #[expect(clippy::disallowed_methods, reason = "the program waits here, between two requests")]
    fn pause(&self, span: Span) -> ControlFlow<()> {
        let wake = SystemClock.now() + span;
        loop {
            let now = SystemClock.now();
            if self.stop.load(Ordering::Relaxed) || self.end.is_some_and(|end| now >= end) {
                return ControlFlow::Break(());
            }
            let left = wake.since(now);
            if left <= Span(0) {
                return ControlFlow::Continue(());
            }
            let nap = left.min(NAP).0.unsigned_abs();
            std::thread::sleep(std::time::Duration::from_micros(nap));
        }
    }
}

/// What a fetch came to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fetched {
    pub(crate) counts: FedCounts,
    pub(crate) unreadable: u64,
    pub(crate) caught_up: bool,
}

/// Fetches what an exchange has shared since it was last asked, until there is no more, the round has
/// had its time, or the process is to stop.
pub(crate) async fn fetch(
    house: &House,
    op: &Op,
    name: &str,
    round: Option<Span>,
    stop: Arc<AtomicBool>,
) -> anyhow::Result<Fetched> {
    let (kind, access, checkpoint) = opened(house, op, name).await?;
    let surroundings = surroundings(round, stop);
    let mut exchange = client(kind, &access, &surroundings)?;
    let handle = tokio::runtime::Handle::current();
    let mut fetched = Fetched { counts: FedCounts::default(), unreadable: 0, caught_up: false };
    let ran = tokio::task::block_in_place(|| {
        clients::run(&mut *exchange, checkpoint, &surroundings, |step| {
            let step = fed(step);
            fetched.unreadable += step.unreadable;
            let kept = handle.block_on(app_intake::take_step(op, house, name, step))?;
            fetched.counts.new += kept.new;
            fetched.counts.changed += kept.changed;
            fetched.counts.withdrawn += kept.withdrawn;
            Ok::<(), app_kernel::Error>(())
        })
    });
    fetched.caught_up = matches!(&ran, Ok(run) if run.ended == Ended::CaughtUp);
    let ended = ran.map(drop).map_err(anyhow::Error::from);
    let problem = ended.as_ref().err().map(|error| format!("{error:#}"));
    let goes_on = problem.is_none() && !fetched.caught_up && round.is_some();
    app_intake::end_round(op, house, name, problem, goes_on).await?;
    ended.map(|()| fetched)
}

async fn opened(
    house: &House,
    op: &Op,
    name: &str,
) -> anyhow::Result<(ExchangeKind, ExchangeAccess, Option<Vec<u8>>)> {
    let mut tx = house.begin(op).await?;
    let opened = app_intake::open_exchange(op, &mut tx, name).await;
    let opened = opened.with_context(|| format!("the exchange “{name}”"))?;
    tx.commit().await?;
    Ok(opened)
}

fn surroundings(round: Option<Span>, stop: Arc<AtomicBool>) -> Surroundings {
    let end = round.map(|round| SystemClock.now() + round);
    Surroundings {
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        pause: Arc::new(Until { stop, end }),
    }
}

/// The client of an exchange, as it was entered.
pub(crate) fn client(
    kind: ExchangeKind,
    access: &ExchangeAccess,
    surroundings: &Surroundings,
) -> anyhow::Result<Box<dyn Exchange>> {
    Ok(match kind {
        ExchangeKind::Ncmec => Box::new(ncmec(access, surroundings)?),
        ExchangeKind::StopNcii => Box::new(stopncii(access, surroundings)?),
        ExchangeKind::Files => Box::new(ListFiles::new(PathBuf::from(&access.place), Subject::ChildAbuse)),
    })
}

fn environment(access: &ExchangeAccess) -> anyhow::Result<Environment> {
    let all = || Environment::ALL.iter().map(|one| one.as_str()).collect::<Vec<_>>().join(", ");
    let found = Environment::ALL.iter().copied().find(|one| one.as_str() == access.place);
    found.with_context(|| format!("“{}” is no environment of NCMEC; there are: {}", access.place, all()))
}

fn ncmec(access: &ExchangeAccess, surroundings: &Surroundings) -> anyhow::Result<clients::ncmec::Client> {
    let environment = environment(access)?;
    let credentials = clients::ncmec::Credentials {
        user: required(access, "user")?.to_owned(),
        password: Secret::new(required(access, "password")?),
    };
    Ok(match &access.address {
        None => clients::ncmec::Client::new(environment, &credentials, surroundings.clone())?,
        Some(address) => clients::ncmec::Client::at(
            Address::parse(address)?,
            environment,
            &credentials,
            Limits::default(),
            surroundings.clone(),
        ),
    })
}

fn stopncii(
    access: &ExchangeAccess,
    surroundings: &Surroundings,
) -> anyhow::Result<clients::stopncii::Client> {
    let optional = |name: &str| access.secrets.get(name).map(|secret| Secret::new(secret));
    let credentials = clients::stopncii::Credentials {
        subscription: Secret::new(required(access, "subscription")?),
        fetch_hashes: Secret::new(required(access, "fetch_hashes")?),
        submit_hashes: optional("submit_hashes"),
        submit_feedback: optional("submit_feedback"),
    };
    Ok(match &access.address {
        None => clients::stopncii::Client::new(credentials, surroundings.clone())?,
        Some(address) => clients::stopncii::Client::at(
            Address::parse(address)?,
            credentials,
            Limits::default(),
            surroundings.clone(),
        ),
    })
}

fn required<'a>(access: &'a ExchangeAccess, name: &str) -> anyhow::Result<&'a str> {
    let secret = access.secrets.get(name).map(String::as_str);
    secret.with_context(|| {
        format!("this exchange needs the secret “{name}”; enter it anew with --secret {name}=FILE")
    })
}

/// Holds what was entered against what the kind of exchange needs, before it is kept.
pub(crate) fn check(kind: ExchangeKind, access: &ExchangeAccess) -> anyhow::Result<()> {
    client(kind, access, &surroundings(None, Arc::default())).map(drop)
}

fn fed(step: Step) -> FedStep {
    FedStep {
        entries: step
            .updates
            .into_iter()
            .map(|update| FedEntry {
                key: update.key,
                at: update.at,
                shared: match update.state {
                    State::Withdrawn => None,
                    State::Shared(details) => Some(FedDetails {
                        signals: details
                            .hashes
                            .iter()
                            .map(|hash| (hash.algorithm().as_str().to_owned(), hash.bytes().to_vec()))
                            .collect(),
                        classification: details.classification.map(|class| (class.word, class.taxonomy)),
                        note: details.note,
                    }),
                },
            })
            .collect(),
        unreadable: step.rejects.len() as u64,
        census: step.census.map(|census| FedCensus {
            scope: census.scope,
            mark: census.mark,
            whole: census.whole,
        }),
        checkpoint: step.checkpoint,
    }
}

/// NCMEC's word for an algorithm it shares fingerprints of.
fn fingerprint(algorithm: &str) -> Option<FingerprintType> {
    match algorithm {
        "md5" => FingerprintType::of("MD5"),
        "sha1" => FingerprintType::of("SHA1"),
        "pdq" => FingerprintType::of("PDQ"),
        _ => None,
    }
}

/// The reasons that NCMEC takes against fingerprints of an algorithm.
pub(crate) async fn reasons(
    house: &House,
    op: &Op,
    name: &str,
    algorithm: &str,
) -> anyhow::Result<Vec<Reason>> {
    let (kind, access, _) = opened(house, op, name).await?;
    if kind != ExchangeKind::Ncmec {
        bail!("only NCMEC asks for a reason by its number; “{name}” is {}", kind.label());
    }
    let kind = fingerprint(algorithm).with_context(|| format!("NCMEC shares no “{algorithm}” hashes"))?;
    let client = ncmec(&access, &surroundings(None, Arc::default()))?;
    Ok(tokio::task::spawn_blocking(move || client.reasons(kind)).await??)
}

/// Tells an exchange what people here found of an entry it shared; `because` is the number of a reason,
/// where the exchange asks for one. Gives the exchange's name.
pub(crate) async fn feedback(
    house: &House,
    op: &Op,
    entry: i64,
    because: Option<&str>,
) -> anyhow::Result<String> {
    let mut tx = house.begin(op).await?;
    let feedback = app_intake::feedback(op, &mut tx, entry).await?;
    tx.commit().await?;
    let (kind, access, _) = opened(house, op, &feedback.exchange).await?;
    let surroundings = surroundings(None, Arc::default());
    let because = because.map(str::to_owned);
    match kind {
        ExchangeKind::Ncmec => {
            if !feedback.confirmed && because.is_none() {
                bail!(
                    "NCMEC wants a reason with a denial; `sagip bank reasons {}` lists them: give one with --because ID",
                    feedback.exchange
                );
            }
            let client = ncmec(&access, &surroundings)?;
            let entry = clients::ncmec::entry_of(&feedback.key).context("the entry’s key does not read")?;
            let kinds: Vec<_> = feedback.algorithms.iter().filter_map(|word| fingerprint(word)).collect();
            let wrong = because.filter(|_| !feedback.confirmed);
            tokio::task::spawn_blocking(move || {
                kinds.into_iter().try_for_each(|kind| client.give_feedback(&entry, kind, wrong.as_deref()))
            })
            .await??;
        }
        ExchangeKind::StopNcii => {
            let client = stopncii(&access, &surroundings)?;
            let key = clients::stopncii::hash_of(&feedback.key).context("the entry’s key does not read")?;
            let word = if feedback.confirmed { "Blocked" } else { "NotBlocked" };
            let submission = formats::stopncii::Submission {
                key,
                feedback: formats::stopncii::FeedbackValue::of(word),
                tags: because.into_iter().collect(),
            };
            tokio::task::spawn_blocking(move || client.submit_feedback(&[submission])).await??;
        }
        ExchangeKind::Files => bail!("“{}” is files of hashes: there is nobody to tell", feedback.exchange),
    }
    Ok(feedback.exchange)
}
