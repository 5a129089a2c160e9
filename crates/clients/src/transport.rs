//! One request and its answer, over a blocking client.

use std::{io::ErrorKind, ops::ControlFlow, time::Duration};

use formats::{Method, Request};
use jiff::fmt::rfc2822;
use model::{Instant, Span};
use ureq::{
    Agent, Timeout,
    http::{self, HeaderMap, HeaderValue, header},
};

use crate::{Address, CallError, Problem, Secret, Surroundings, backoff};

/// What identifies these clients to a service.
const USER_AGENT: &str = concat!("sagip/", env!("CARGO_PKG_VERSION"));

/// A header with something secret in it.
#[derive(Clone, Debug)]
pub struct Header {
    /// Its name.
    pub name: &'static str,
    /// Its value.
    pub value: Secret,
}

/// The bounds of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long connecting may take.
    pub connect: Span,
    /// How long one try may take from beginning to end.
    pub whole: Span,
    /// How many bytes an answer may have.
    pub answer: u64,
    /// How often a request is tried.
    pub tries: u32,
    /// How long to wait after the first try; each further wait is twice as long.
    pub first_wait: Span,
    /// The longest wait. Where a service asks for a longer one the request ends with
    /// [`CallError::not_before`].
    pub longest_wait: Span,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Span::seconds(10),
            whole: Span::minutes(2),
            answer: 64 * 1024 * 1024,
            tries: 4,
            first_wait: Span::seconds(1),
            longest_wait: Span::minutes(5),
        }
    }
}

/// Sends requests to one service.
#[derive(Clone, Debug)]
pub struct Transport {
    exchange: String,
    base: Address,
    limits: Limits,
    surroundings: Surroundings,
    agent: Agent,
}

impl Transport {
    /// Sends requests for an exchange, named so in errors, to paths behind `base`.
    pub fn new(exchange: String, base: Address, limits: Limits, surroundings: Surroundings) -> Self {
        let config = Agent::config_builder()
            .proxy(None)
            .max_redirects(0)
            .http_status_as_error(false)
            .user_agent(USER_AGENT)
            .timeout_resolve(Some(duration(limits.connect)))
            .timeout_connect(Some(duration(limits.connect)))
            .timeout_global(Some(duration(limits.whole)))
            .build();
        Self { exchange, base, limits, surroundings, agent: Agent::new_with_config(config) }
    }

    /// The exchange's name.
    pub fn exchange(&self) -> &str {
        &self.exchange
    }

    /// What the clients of this service are given.
    pub const fn surroundings(&self) -> &Surroundings {
        &self.surroundings
    }

    /// The body of the answer, whose status is one of success. What may pass is tried again after a
    /// wait; what adds something ([`Method::Post`]) only where the service certainly did nothing
    /// with it.
    pub fn send(&self, request: &Request, headers: &[Header]) -> Result<Vec<u8>, CallError> {
        let mut tried = 0;
        loop {
            tried += 1;
            let problem = match self.send_once(request, headers) {
                Ok(answer) => return Ok(answer),
                Err(problem) => problem,
            };
            let again = match request.method {
                Method::Get | Method::Put => problem.passes(),
                Method::Post => problem.left_untouched(),
            };
            let error = self.error(request, tried, problem);
            if !again || tried >= self.limits.tries {
                return Err(error);
            }
            let Limits { first_wait, longest_wait, .. } = self.limits;
            let own = backoff::wait(first_wait, longest_wait, tried, &*self.surroundings.entropy);
            let asked = error.not_before().map(|at| at.since(self.surroundings.clock.now()));
            let wait = asked.map_or(own, |asked| asked.max(own));
            if wait > longest_wait {
                return Err(error);
            }
            if self.surroundings.pause.pause(wait) == ControlFlow::Break(()) {
                return Err(CallError { problem: Problem::Interrupted, ..error });
            }
        }
    }

    /// An error about a request.
    pub(crate) fn error(&self, request: &Request, tries: u32, problem: Problem) -> CallError {
        let address = format!("{}{}", self.base, request.path).chars().take(400).collect();
        CallError { exchange: self.exchange.clone(), method: request.method, address, tries, problem }
    }

    fn send_once(&self, request: &Request, headers: &[Header]) -> Result<Vec<u8>, Problem> {
        let method = match request.method {
            Method::Get => http::Method::GET,
            Method::Put => http::Method::PUT,
            Method::Post => http::Method::POST,
        };
        let mut built = http::Request::builder().method(method).uri(format!("{}{}", self.base, request.path));
        for header in headers {
            built = built.header(header.name, sensitive(header)?);
        }
        if let Some(content_type) = request.content_type {
            built = built.header(header::CONTENT_TYPE, content_type);
        }
        let unsendable = |error: http::Error| Problem::Unreachable(error.to_string());
        let sent = match request.method {
            Method::Get => self.agent.run(built.body(()).map_err(unsendable)?),
            Method::Put | Method::Post => {
                self.agent.run(built.body(request.body.as_slice()).map_err(unsendable)?)
            }
        };
        let mut answer = sent.map_err(|error| self.problem(error))?;
        let status = answer.status().as_u16();
        if !answer.status().is_success() {
            return Err(status_problem(status, answer.headers(), self.surroundings.clock.now()));
        }
        answer
            .body_mut()
            .with_config()
            .limit(self.limits.answer)
            .read_to_vec()
            .map_err(|error| self.problem(error))
    }

    fn problem(&self, error: ureq::Error) -> Problem {
        match error {
            ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => {
                let seconds = self.limits.connect.0 / 1_000_000;
                Problem::Unreachable(format!("no connection within {seconds} seconds"))
            }
            ureq::Error::Timeout(_) => Problem::TimedOut { seconds: self.limits.whole.0 / 1_000_000 },
            ureq::Error::HostNotFound => Problem::Unreachable("there is no such host".to_owned()),
            ureq::Error::BodyExceedsLimit(_) => Problem::TooLarge { limit: self.limits.answer },
            ureq::Error::Tls(_) | ureq::Error::Rustls(_) | ureq::Error::TlsRequired => {
                Problem::Untrusted(error.to_string())
            }
            ureq::Error::Io(error) => match error.kind() {
                // What rustls refuses comes as this.
                ErrorKind::InvalidData => Problem::Untrusted(error.to_string()),
                ErrorKind::UnexpectedEof
                | ErrorKind::ConnectionReset
                | ErrorKind::ConnectionAborted
                | ErrorKind::BrokenPipe => Problem::Cut(error.to_string()),
                _ => Problem::Unreachable(error.to_string()),
            },
            ureq::Error::Protocol(_) | ureq::Error::LargeResponseHeader(..) => {
                Problem::Unreadable(error.to_string())
            }
            _ => Problem::Unreachable(error.to_string()),
        }
    }
}

fn sensitive(header: &Header) -> Result<HeaderValue, Problem> {
    let value = HeaderValue::from_str(header.value.reveal());
    let mut value = value.map_err(|_| {
        Problem::NoCredentials("usable credential: it has a line break or control character in it")
    })?;
    value.set_sensitive(true);
    Ok(value)
}

fn status_problem(status: u16, headers: &HeaderMap, now: Instant) -> Problem {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let not_before = text(header::RETRY_AFTER).and_then(|text| retry_after(text, now));
    match status {
        300..=399 => {
            let to = text(header::LOCATION).map(without_credentials);
            Problem::Moved { status, to }
        }
        // Azure API Management, which StopNCII stands behind, says so when a quota is used up
        // (learn.microsoft.com/azure/api-management/quota-policy).
        403 if not_before.is_some() => Problem::Busy { status, not_before },
        401 | 403 | 407 => Problem::Refused { status },
        501 | 505 => Problem::Status { status },
        408 | 425 | 429 | 500..=599 => Problem::Busy { status, not_before },
        _ => Problem::Status { status },
    }
}

/// A `Retry-After`: seconds or a date (RFC 9110 §10.2.3).
fn retry_after(text: &str, now: Instant) -> Option<Instant> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(now + Span::seconds(i64::from(seconds)));
    }
    let zoned = rfc2822::DateTimeParser::new().parse_zoned(text).ok()?;
    Some(Instant::from_micros(zoned.timestamp().as_microsecond()))
}

/// The beginning of an address to be shown, without what may be secret in it.
fn without_credentials(address: &str) -> String {
    let bare = address.split(['?', '#']).next().unwrap_or_default();
    let bare = match (bare.split_once("://"), bare.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://{host}"),
        _ => bare.to_owned(),
    };
    bare.chars().filter(char::is_ascii_graphic).take(200).collect()
}

fn duration(span: Span) -> Duration {
    Duration::from_micros(u64::try_from(span.0).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-03-01T00:00:00Z";

    fn problem(status: u16, headers: &[(&str, &str)]) -> Problem {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(http::HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
        }
        status_problem(status, &map, Instant::parse(NOW).unwrap())
    }

    #[test]
    fn a_status_says_what_can_be_done() {
        let passing: Vec<u16> = (300..600).filter(|status| problem(*status, &[]).passes()).collect();
        let expected: Vec<u16> =
            [408, 425, 429].into_iter().chain((500..600).filter(|s| ![501, 505].contains(s))).collect();
        assert_eq!(passing, expected);
        assert_eq!(
            [401, 403, 407].map(|s| problem(s, &[])),
            [401, 403, 407].map(|status| Problem::Refused { status })
        );
        assert_eq!(problem(404, &[]), Problem::Status { status: 404 });
    }

    #[test]
    fn the_service_says_when_to_come_again() {
        let until = Some(Instant::parse("2026-03-01T00:02:00Z").unwrap());
        for text in ["120", " 120 ", "Sun, 01 Mar 2026 00:02:00 GMT"] {
            for status in [403, 429, 503] {
                let expected = Problem::Busy { status, not_before: until };
                assert_eq!(problem(status, &[("retry-after", text)]), expected, "{text}");
            }
        }
        for text in ["-1", "soon", "99999999999999999999", ""] {
            assert_eq!(
                problem(429, &[("retry-after", text)]),
                Problem::Busy { status: 429, not_before: None }
            );
            assert_eq!(problem(403, &[("retry-after", text)]), Problem::Refused { status: 403 });
        }
    }

    #[test]
    fn where_a_service_has_moved_is_shown_without_what_may_be_secret() {
        let to = "https://synthetic:secret@elsewhere.example.org/v1/FetchHashes?key=secret#secret";
        let shown = problem(301, &[("location", to)]);
        let expected = Some("https://elsewhere.example.org/v1/FetchHashes".to_owned());
        assert_eq!(shown, Problem::Moved { status: 301, to: expected });
        assert_eq!(problem(307, &[]), Problem::Moved { status: 307, to: None });
    }
}
