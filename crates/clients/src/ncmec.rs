//! NCMEC's hash sharing, version 2: a client for one environment.
//!
//! The order of asking is [`formats::ncmec_hashes::Fetch`]'s; this sends what it says.

use data_encoding::BASE64;
use formats::{
    Request,
    ncmec_hashes::{
        self as wire, Ask, Change, Entry, EntryKey, Environment, Fetch, FingerprintType, Member, Pace,
        Reason, Status, Taken,
    },
};
use model::Instant;
use zeroize::Zeroizing;

use crate::{
    Address, CallError, Classification, Details, Exchange, ExchangeError, Header, Limits, Medium,
    NotAnAddress, Opinion, Problem, Says, Secret, Standing, State, Step, Subject, Surroundings, Transport,
    Update, checkpoint,
};

/// Who one is in an environment; each has credentials of its own.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The user name.
    pub user: String,
    /// The password.
    pub password: Secret,
}

/// A client for one environment.
#[derive(Clone, Debug)]
pub struct Client {
    environment: Environment,
    pace: Pace,
    authorization: Header,
    transport: Transport,
}

impl Client {
    /// A client for an environment at its own address.
    pub fn new(
        environment: Environment,
        credentials: &Credentials,
        surroundings: Surroundings,
    ) -> Result<Self, NotAnAddress> {
        let address = Address::parse(environment.base_url())?;
        Ok(Self::at(address, environment, credentials, Limits::default(), surroundings))
    }

    /// A client for an environment at another address, such as a service for tests on this machine.
    pub fn at(
        address: Address,
        environment: Environment,
        credentials: &Credentials,
        limits: Limits,
        surroundings: Surroundings,
    ) -> Self {
        let transport = Transport::new(format!("NCMEC {environment}"), address, limits, surroundings);
        Self { environment, pace: Pace::default(), authorization: basic(credentials), transport }
    }

    /// Asks who one is: whether the credentials are good, and which member they are of.
    pub fn status(&self) -> Result<Status, CallError> {
        self.ask(&wire::status_request(), wire::read_status)
    }

    /// Asks who the members are.
    pub fn members(&self) -> Result<Vec<Member>, CallError> {
        self.ask(&wire::members_request(), wire::read_members)
    }

    /// Asks for the reasons that can be given against fingerprints of a type.
    pub fn reasons(&self, fingerprint: FingerprintType) -> Result<Vec<Reason>, CallError> {
        self.ask(&wire::reasons_request(fingerprint), wire::read_reasons)
    }

    /// Says of a fingerprint that it is right, or that it is wrong for a reason, which is named by its
    /// id among [`Self::reasons`].
    pub fn give_feedback(
        &self,
        entry: &EntryKey,
        fingerprint: FingerprintType,
        wrong_because: Option<&str>,
    ) -> Result<(), CallError> {
        self.send(&wire::feedback_request(entry, fingerprint, wrong_because)).map(drop)
    }

    fn send(&self, request: &Request) -> Result<Vec<u8>, CallError> {
        self.transport.send(request, std::slice::from_ref(&self.authorization))
    }

    fn ask<T>(
        &self,
        request: &Request,
        read: fn(&[u8]) -> Result<T, formats::Reject>,
    ) -> Result<T, CallError> {
        let answer = self.send(request)?;
        read(&answer).map_err(|reject| self.unreadable(request, &reject))
    }

    fn unreadable(&self, request: &Request, reject: &formats::Reject) -> CallError {
        self.transport.error(request, 1, Problem::Unreadable(reject.to_string()))
    }

    /// What the checkpoints of this environment are called.
    fn source(&self) -> String {
        format!("ncmec {}", self.environment)
    }

    /// Sends what is to be asked; what may pass is trouble, with nothing taken.
    fn take(&self, ask: Ask) -> Result<(Taken, Option<ExchangeError>), ExchangeError> {
        let request = ask.request().clone();
        match self.send(&request) {
            Ok(answer) => {
                let mut taken = ask.answered_at(self.transport.surroundings().clock.now()).take(&answer);
                let fatal = taken.rejects.iter().position(|reject| reject.fatal);
                let fatal = fatal.map(|place| taken.rejects.remove(place));
                Ok((taken, fatal.map(|reject| self.unreadable(&request, &reject).into())))
            }
            Err(error) if error.problem.may_be_of_the_page() => {
                let nothing = Taken { entries: Vec::new(), rejects: Vec::new(), state: ask.failed() };
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
        use Environment as E;
        match self.environment {
            E::Industry
            | E::LawEnforcement
            | E::Ngo
            | E::GenerativeAi
            | E::TestIndustry
            | E::TestLawEnforcement
            | E::TestNgo
            | E::TestGenerativeAi => Subject::ChildAbuse,
            E::IndustryExploitative
            | E::Exploitative
            | E::GenerativeAiExploitative
            | E::TestIndustryExploitative
            | E::TestExploitative
            | E::TestGenerativeAiExploitative => Subject::ChildExploitation,
        }
    }

    fn step(&mut self, checkpoint: Option<&[u8]>) -> Result<Option<Step>, ExchangeError> {
        let source = self.source();
        let fetch = match checkpoint {
            Some(bytes) => checkpoint::read::<Fetch>(self.name(), &source, bytes)?,
            None => Fetch::since(self.environment, Instant::from_micros(0)),
        };
        let now = self.transport.surroundings().clock.now();
        let Some(ask) = fetch.next(now, self.pace) else { return Ok(None) };
        let (taken, trouble) = self.take(ask)?;
        let standing = match taken.state.standing() {
            wire::Standing::Complete(at) if at + self.pace.overlap >= now => Standing::CaughtUp,
            // A pass that was begun long ago leaves another to be made.
            wire::Standing::Complete(_) | wire::Standing::Underway(_) => Standing::Underway,
            wire::Standing::Stuck { times, .. } => Standing::Stuck { times },
        };
        Ok(Some(Step {
            updates: taken.entries.into_iter().map(|entry| update(entry.value)).collect(),
            rejects: taken.rejects,
            census: None,
            checkpoint: checkpoint::write(&source, &taken.state),
            standing,
            trouble,
        }))
    }
}

/// The key of an entry's [`Update`].
pub fn key(entry: &EntryKey) -> String {
    format!("{}-{}", entry.member, entry.id)
}

/// The entry of a key, to give feedback on.
pub fn entry_of(key: &str) -> Option<EntryKey> {
    let (member, id) = key.split_once('-')?;
    Some(EntryKey { member: member.parse().ok()?, id: id.to_owned() })
}

fn update(entry: Entry) -> Update {
    let (key, at) = (key(&entry.key), Some(entry.at));
    let details = match entry.change {
        Change::Deleted => return Update { key, at, state: State::Withdrawn },
        Change::Present(details) => details,
    };
    let (mut hashes, mut other_kinds) = (Vec::new(), Vec::new());
    for fingerprint in details.fingerprints {
        match fingerprint {
            wire::Fingerprint::Hash(hash) => hashes.push(hash),
            wire::Fingerprint::Text(kind, _) | wire::Fingerprint::ByAddress(kind, _) => {
                other_kinds.push(kind.as_str().to_owned());
            }
            wire::Fingerprint::Unknown(name, _) => other_kinds.push(name),
        }
    }
    let classification = details.classification.map(|classification| match classification {
        wire::Classification::Industry(word) => {
            Classification { word: word.as_str().to_owned(), taxonomy: Some(wire::TAXONOMY.to_owned()) }
        }
        wire::Classification::Other(word) => Classification { word, taxonomy: None },
    });
    let shared = Details {
        medium: Some(match entry.medium {
            wire::Medium::Image => Medium::Image,
            wire::Medium::Video => Medium::Video,
        }),
        hashes,
        other_kinds,
        classification,
        status: None,
        shared_by: Some(named(entry.key.member, entry.member_name)),
        opinions: details.feedback.into_iter().map(opinion).collect(),
        note: None,
    };
    Update { key, at, state: State::Shared(shared) }
}

fn opinion(feedback: wire::Feedback) -> Opinion {
    Opinion {
        by: feedback.members.into_iter().map(|member| named(member.id, member.name)).collect(),
        about: Some(feedback.fingerprint.as_str().to_owned()),
        says: match feedback.opinion {
            wire::Opinion::Affirmative => Says::Affirmed,
            wire::Opinion::Negative(reason) => Says::Disputed { reason: reason.name },
        },
        tags: Vec::new(),
        at: feedback.at,
    }
}

fn named(id: u64, name: String) -> String {
    if name.is_empty() { format!("member {id}") } else { name }
}

fn basic(credentials: &Credentials) -> Header {
    let both = Zeroizing::new(format!("{}:{}", credentials.user.trim(), credentials.password.reveal()));
    let encoded = Zeroizing::new(BASE64.encode(both.as_bytes()));
    let value = Zeroizing::new(format!("Basic {}", *encoded));
    Header { name: "authorization", value: Secret::new(&value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_leads_back_to_its_entry() {
        for id in ["synthetic-1", "", "-", "1"] {
            let entry = EntryKey { member: 42, id: id.to_owned() };
            assert_eq!(entry_of(&key(&entry)), Some(entry));
        }
        assert_eq!(["42", "x-1", "-1-1"].map(entry_of), [None, None, None]);
    }

    #[test]
    fn credentials_are_sent_as_rfc_7617_says_and_not_printed() {
        // The example of RFC 7617 §2.
        let credentials = Credentials { user: "Aladdin".to_owned(), password: Secret::new("open sesame") };
        let header = basic(&credentials);
        assert_eq!(header.value.reveal(), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert!(!format!("{credentials:?} {header:?}").contains("sesame"));
    }
}
