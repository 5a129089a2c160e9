//! StopNCII's hash exchange: a client.
//!
//! These are intimate images of adults who ask that they be kept down, not child abuse material. The
//! order of asking is [`formats::stopncii::Fetch`]'s; this sends what it says.

use formats::{
    Request,
    hashlist::{Algorithm, Hash},
    stopncii::{
        self as wire, Ask, FUNCTION_KEY_HEADER, Fetch, HashKey, HashRecord, Pace, SUBSCRIPTION_KEY_HEADER,
        SignalType, Submission, Taken,
    },
};
use sha2::{Digest as _, Sha256};

use crate::{
    Address, CallError, Census, Details, Exchange, ExchangeError, Header, Limits, Medium, NotAnAddress,
    Opinion, Problem, Says, Secret, Standing, State, Step, Subject, Surroundings, Transport, Update,
    checkpoint,
};

/// What the checkpoints are called.
const SOURCE: &str = "stopncii";

/// The keys that open the exchange: one of the subscription, and one for each function.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Of the subscription.
    pub subscription: Secret,
    /// For fetching hashes.
    pub fetch_hashes: Secret,
    /// For giving hashes, if one may.
    pub submit_hashes: Option<Secret>,
    /// For giving feedback, if one may.
    pub submit_feedback: Option<Secret>,
}

/// A client.
#[derive(Clone, Debug)]
pub struct Client {
    pace: Pace,
    credentials: Credentials,
    transport: Transport,
}

impl Client {
    /// A client of the exchange at its own address.
    pub fn new(credentials: Credentials, surroundings: Surroundings) -> Result<Self, NotAnAddress> {
        Ok(Self::at(Address::parse(wire::BASE_URL)?, credentials, Limits::default(), surroundings))
    }

    /// A client of the exchange at another address, such as a service for tests on this machine.
    pub fn at(
        address: Address,
        credentials: Credentials,
        limits: Limits,
        surroundings: Surroundings,
    ) -> Self {
        let transport = Transport::new("StopNCII".to_owned(), address, limits, surroundings);
        Self { pace: Pace::default(), credentials, transport }
    }

    /// Gives feedback on hashes. Texts and addresses cannot be named by the key of an [`Update`];
    /// hashes can ([`hash_of`]).
    pub fn submit_feedback(&self, submissions: &[Submission]) -> Result<(), CallError> {
        let key = self.credentials.submit_feedback.as_ref();
        self.submit(&wire::submit_feedback_request(submissions), key, "key for the function SubmitFeedback")
    }

    /// Gives hashes.
    pub fn submit_hashes(&self, submissions: &[Submission]) -> Result<(), CallError> {
        let now = self.transport.surroundings().clock.now();
        let key = self.credentials.submit_hashes.as_ref();
        self.submit(&wire::submit_hashes_request(submissions, now), key, "key for the function SubmitHashes")
    }

    fn submit(
        &self,
        request: &Request,
        key: Option<&Secret>,
        missing: &'static str,
    ) -> Result<(), CallError> {
        match key {
            Some(key) => self.send(request, key).map(drop),
            None => Err(self.transport.error(request, 0, Problem::NoCredentials(missing))),
        }
    }

    fn send(&self, request: &Request, function: &Secret) -> Result<Vec<u8>, CallError> {
        let headers = [
            Header { name: FUNCTION_KEY_HEADER, value: function.clone() },
            Header { name: SUBSCRIPTION_KEY_HEADER, value: self.credentials.subscription.clone() },
        ];
        self.transport.send(request, &headers)
    }

    /// Sends what is to be asked; what may pass is trouble, with nothing taken.
    fn take(&self, ask: Ask) -> Result<(Taken, Option<ExchangeError>), ExchangeError> {
        let request = ask.request().clone();
        match self.send(&request, &self.credentials.fetch_hashes) {
            Ok(answer) => {
                let mut taken = ask.answered_at(self.transport.surroundings().clock.now()).take(&answer);
                let fatal = taken.rejects.iter().position(|reject| reject.fatal);
                let fatal = fatal.map(|place| taken.rejects.remove(place));
                let unreadable = |reject: formats::Reject| {
                    self.transport.error(&request, 1, Problem::Unreadable(reject.to_string())).into()
                };
                Ok((taken, fatal.map(unreadable)))
            }
            Err(error) if error.problem.may_be_of_the_page() => {
                let (records, rejects) = (Vec::new(), Vec::new());
                let nothing = Taken { records, rejects, whole: false, state: ask.failed() };
                Ok((nothing, Some(error.into())))
            }
            Err(error) => Err(error.into()),
        }
    }
}

impl Exchange for Client {
    fn name(&self) -> &str {
        self.transport.exchange()
    }

    fn subject(&self) -> Subject {
        Subject::IntimateImages
    }

    fn step(&mut self, checkpoint: Option<&[u8]>) -> Result<Option<Step>, ExchangeError> {
        let fetch = match checkpoint {
            Some(bytes) => checkpoint::read::<Fetch>(self.name(), SOURCE, bytes)?,
            None => Fetch::everything(),
        };
        let now = self.transport.surroundings().clock.now();
        let Some(ask) = fetch.next(now, self.pace) else { return Ok(None) };
        let mark = ask.is_of_everything().then(|| ask.pass_began().micros());
        let (taken, trouble) = self.take(ask)?;
        let standing = match taken.state.standing() {
            wire::Standing::Stuck { times } => Standing::Stuck { times },
            _ if taken.whole => Standing::CaughtUp,
            _ => Standing::Underway,
        };
        Ok(Some(Step {
            updates: taken.records.into_iter().map(|record| update(record.value)).collect(),
            rejects: taken.rejects,
            census: mark.map(|mark| Census { scope: String::new(), mark, whole: taken.whole }),
            checkpoint: checkpoint::write(SOURCE, &taken.state),
            standing,
            trouble,
        }))
    }
}

/// The hash that the key of an [`Update`] names, to give feedback on; `None` for other kinds.
pub fn hash_of(key: &str) -> Option<HashKey> {
    let (signal, value) = key.split_once(':')?;
    let signal = SignalType::of(signal);
    let value = Hash::parse(value, algorithm(&signal)?).ok()?.to_string();
    Some(HashKey { signal, value })
}

const fn algorithm(signal: &SignalType) -> Option<Algorithm> {
    match signal {
        SignalType::ImagePdq => Some(Algorithm::Pdq),
        SignalType::VideoMd5 => Some(Algorithm::Md5),
        _ => None,
    }
}

/// The key of a record: its hash, or a digest of what may be sensitive text.
fn key(record: &HashRecord) -> String {
    let signal = record.key.signal.as_str();
    match record.hash {
        Some(hash) => format!("{signal}:{hash}"),
        None => {
            let digest = Sha256::digest(record.key.value.as_bytes());
            format!("{signal}:sha256-{}", model::Digest(digest.into()))
        }
    }
}

fn update(record: HashRecord) -> Update {
    let (key, at) = (key(&record), Some(record.at));
    if record.is_withdrawn() {
        return Update { key, at, state: State::Withdrawn };
    }
    let opinions = record.feedback.into_iter().map(|feedback| Opinion {
        by: Some(feedback.source).filter(|source| !source.is_empty()).into_iter().collect(),
        about: None,
        says: match feedback.value {
            wire::FeedbackValue::Blocked => Says::Affirmed,
            other => Says::Word(other.as_str().to_owned()),
        },
        tags: feedback.tags,
        at: None,
    });
    let signal = record.key.signal;
    let shared = Details {
        medium: match signal {
            SignalType::ImagePdq => Some(Medium::Image),
            SignalType::VideoMd5 | SignalType::VideoTmk => Some(Medium::Video),
            _ => None,
        },
        hashes: record.hash.into_iter().collect(),
        other_kinds: record.hash.is_none().then(|| signal.as_str().to_owned()).into_iter().collect(),
        classification: None,
        status: Some(record.status.as_str().to_owned()),
        shared_by: None,
        opinions: opinions.collect(),
        note: None,
    };
    Update { key, at, state: State::Shared(shared) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::Instant;

    use super::*;

    fn record(signal: SignalType, value: &str, hash: Option<Hash>) -> HashRecord {
        HashRecord {
            key: HashKey { signal, value: value.to_owned() },
            hash,
            at: Instant::from_micros(0),
            status: wire::Status::Active,
            cases: BTreeMap::new(),
            feedback: Vec::new(),
        }
    }

    #[test]
    fn a_sensitive_text_is_not_passed_on() {
        for signal in [SignalType::Text, SignalType::Url] {
            let update = update(record(signal.clone(), "synthetic sensitive words", None));
            assert!(!format!("{update:?}").contains("sensitive"));
            assert!(update.key.starts_with(&format!("{}:sha256-", signal.as_str())));
            let State::Shared(details) = update.state else { panic!("expected one that is shared") };
            assert_eq!((details.hashes.len(), details.other_kinds), (0, vec![signal.as_str().to_owned()]));
            assert_eq!(hash_of(&update.key), None);
        }
    }

    #[test]
    fn a_key_is_the_same_however_the_hash_is_written_and_leads_back_to_it() {
        let value = "0123456789ABCDEF0123456789abcdef";
        let keys = [value.to_owned(), value.to_lowercase(), value.to_uppercase()].map(|value| {
            let hash = Hash::parse(&value, Algorithm::Md5).unwrap();
            key(&record(SignalType::VideoMd5, &value, Some(hash)))
        });
        assert!(keys.iter().all(|key| *key == keys[0]));
        let back = HashKey { signal: SignalType::VideoMd5, value: value.to_lowercase() };
        assert_eq!(hash_of(&keys[0]), Some(back));
        assert_eq!(["", "Text:x", "VideoMD5:x"].map(hash_of), [None, None, None]);
    }
}
