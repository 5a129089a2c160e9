//! Fetching what somebody else names the address of, without being led into the house's own network.
//!
//! An address that comes from outside may name this machine, a neighbour behind the firewall, or the
//! service that hands out a cloud's credentials; a name may point there, and so may a redirect. So the
//! name is resolved here, every address it stands for is held against [`is_outward`], the connection
//! goes to an address that was held against it, and all of it again for each redirect (OWASP,
//! *Server-Side Request Forgery Prevention Cheat Sheet*).

mod public;

use std::{io::Read, net::IpAddr, str::FromStr, time::Duration};

use ureq::{
    Agent, Error, Timeout,
    config::Config,
    http::{Uri, header},
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::{DefaultConnector, NextTimeout},
    },
};

pub use self::public::is_outward;

/// What identifies this client to whoever is asked.
const USER_AGENT: &str = concat!("sagip/", env!("CARGO_PKG_VERSION"));
/// How often an address may send elsewhere.
const REDIRECTS: u32 = 3;
/// How long finding and reaching a machine may take.
const CONNECT: Duration = Duration::from_secs(10);
/// How long all of it may take, reading included.
const WHOLE: Duration = Duration::from_mins(2);

/// Fetches from the outside world, and only from there.
#[derive(Clone, Debug)]
pub struct Outward {
    agent: Agent,
}

/// An answer of the outside world, still to be read; reading ends in time.
pub struct Answer {
    /// Its media type; empty where it says none.
    pub content_type: String,
    /// Its length, where it says one.
    pub length: Option<u64>,
    /// What it holds.
    pub body: Box<dyn Read + Send>,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer").field("length", &self.length).finish_non_exhaustive()
    }
}

/// Why nothing was fetched.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOutward {
    /// It is no address that could be fetched.
    #[error("expected an address such as https://example.org/picture.jpg, without user and password")]
    Shape,
    /// It leads, perhaps by a redirect, to a machine that is not of the public internet.
    #[error("it leads to an address that is not on the public internet, and no other is fetched")]
    Inward,
    /// It sends elsewhere again and again.
    #[error("it sends elsewhere more than {REDIRECTS} times")]
    Redirects,
    /// It answers with something other than success.
    #[error("it answers with status {0}")]
    Status(u16),
    /// It is not found, not reached, or not read to the end.
    #[error("it could not be fetched: {0}")]
    Unreachable(String),
}

impl Default for Outward {
    fn default() -> Self {
        Self::new()
    }
}

impl Outward {
    /// A client that goes outward only.
    pub fn new() -> Self {
        Self::going_where(is_outward)
    }

    fn going_where(goes: fn(IpAddr) -> bool) -> Self {
        let config = Agent::config_builder()
            .proxy(None)
            .max_redirects(REDIRECTS)
            .http_status_as_error(false)
            .user_agent(USER_AGENT)
            // Every connection is made anew, to an address that was looked at.
            .max_idle_connections(0)
            .timeout_resolve(Some(CONNECT))
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(WHOLE))
            .build();
        let resolver = Looking { inner: DefaultResolver::default(), goes };
        Self { agent: Agent::with_parts(config, DefaultConnector::new(), resolver) }
    }

    /// Opens what is at an address.
    pub fn open(&self, url: &str) -> Result<Answer, NotOutward> {
        let response = self.agent.get(checked(url)?).call().map_err(told)?;
        let status = response.status();
        if !status.is_success() {
            return Err(NotOutward::Status(status.as_u16()));
        }
        let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let content_type = text(header::CONTENT_TYPE).unwrap_or_default().to_owned();
        let length = text(header::CONTENT_LENGTH).and_then(|text| text.parse().ok());
        Ok(Answer { content_type, length, body: Box::new(response.into_body().into_reader()) })
    }
}

/// An address that may be fetched, by its form: `http` or `https`, a host, no credentials.
fn checked(url: &str) -> Result<Uri, NotOutward> {
    let bare = url.split('#').next().unwrap_or_default();
    let uri = Uri::from_str(bare).map_err(|_| NotOutward::Shape)?;
    let authority = uri.authority().ok_or(NotOutward::Shape)?;
    let host = authority.host();
    let after_host = authority.as_str().strip_prefix(host).ok_or(NotOutward::Shape)?;
    let has_port = authority.port_u16().is_some();
    let fits = matches!(uri.scheme_str(), Some("http" | "https"))
        && !host.is_empty()
        && (after_host.is_empty() || has_port);
    if fits { Ok(uri) } else { Err(NotOutward::Shape) }
}

fn told(error: Error) -> NotOutward {
    match error {
        Error::Other(inner) => match inner.downcast_ref::<NotOutward>() {
            Some(problem) => problem.clone(),
            None => NotOutward::Unreachable(inner.to_string()),
        },
        Error::TooManyRedirects => NotOutward::Redirects,
        Error::BadUri(_) => NotOutward::Shape,
        Error::Timeout(Timeout::Global) => NotOutward::Unreachable("it takes too long".to_owned()),
        other => NotOutward::Unreachable(other.to_string()),
    }
}

/// Resolves names, and looks at every address before anything connects to it.
#[derive(Debug)]
struct Looking {
    inner: DefaultResolver,
    goes: fn(IpAddr) -> bool,
}

impl Resolver for Looking {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let addresses = self.inner.resolve(uri, config, timeout)?;
        // One address inside is enough: a name that stands for both is not to be trusted with either.
        if addresses.iter().all(|address| (self.goes)(address.ip())) {
            Ok(addresses)
        } else {
            Err(Error::Other(Box::new(NotOutward::Inward)))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::Write,
        net::{SocketAddr, TcpListener},
        thread::JoinHandle,
    };

    use super::*;

    #[test]
    fn addresses_of_another_form_are_not_fetched() {
        for url in [
            "",
            "example.com",
            "//example.com",
            "http://",
            "https://",
            "http:///example.com",
            "http://example.com:",
            "http://example.com:abc",
            "ftp://example.com",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "data:text/html,x",
            "s3://bucket/key",
            "ws://example.com",
            "http://synthetic:secret@example.com/",
            "not a url",
        ] {
            assert_eq!(checked(url).unwrap_err(), NotOutward::Shape, "{url}");
        }
        for url in [
            "https://example.com",
            "https://example.com:8080/path?query=value",
            "http://example.com/a#fragment",
            "http://[2001:db8::1]:80/x",
        ] {
            assert!(checked(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn whatever_it_is_called_this_machine_is_not_fetched() {
        let outward = Outward::new();
        for url in [
            "http://127.0.0.1/",
            "http://localhost:1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://169.254.169.254/latest/meta-data/",
            "http://0/",
        ] {
            let refused = outward.open(url).unwrap_err();
            assert!(matches!(refused, NotOutward::Inward | NotOutward::Unreachable(_)), "{url}: {refused}");
        }
        assert_eq!(outward.open("http://127.0.0.1/").unwrap_err(), NotOutward::Inward);
    }

    /// Answers so many requests in turn, each with one of the answers.
    fn stand_in(answers: Vec<String>) -> (SocketAddr, JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let thread = std::thread::spawn(move || {
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    let mut byte = [0];
                    stream.read_exact(&mut byte).unwrap();
                    request.extend(byte);
                }
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });
        (address, thread)
    }

    fn sends_to(place: &str) -> String {
        format!("HTTP/1.1 302 Found\r\nLocation: {place}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    }

    const PICTURE: &str = "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 9\r\nConnection: close\r\n\r\nsynthetic";

    /// Stands in for a rule that takes 127.0.0.1 for the outside, and 127.0.0.2 not.
    fn first_of_loopback(address: IpAddr) -> bool {
        address == IpAddr::from([127, 0, 0, 1])
    }

    #[test]
    fn an_answer_is_read_with_its_type_and_length() {
        let (address, thread) = stand_in(vec![sends_to("/elsewhere"), PICTURE.to_owned()]);
        let outward = Outward::going_where(first_of_loopback);
        let mut answer = outward.open(&format!("http://{address}/picture")).unwrap();
        assert_eq!((answer.content_type.as_str(), answer.length), ("image/png", Some(9)));
        let mut body = String::new();
        answer.body.read_to_string(&mut body).unwrap();
        assert_eq!(body, "synthetic");
        thread.join().unwrap();
    }

    #[test]
    fn a_redirect_inward_is_not_followed() {
        let (address, thread) = stand_in(vec![sends_to("http://127.0.0.2:1/latest/meta-data/")]);
        let outward = Outward::going_where(first_of_loopback);
        assert_eq!(outward.open(&format!("http://{address}/")).unwrap_err(), NotOutward::Inward);
        thread.join().unwrap();
    }

    #[test]
    fn what_is_no_success_or_has_no_end_is_refused() {
        let outward = Outward::going_where(first_of_loopback);
        let (address, thread) =
            stand_in(vec!["HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned()]);
        assert_eq!(outward.open(&format!("http://{address}/")).unwrap_err(), NotOutward::Status(404));
        thread.join().unwrap();
        let (address, thread) = stand_in(vec![sends_to("/again"); 4]);
        assert_eq!(outward.open(&format!("http://{address}/")).unwrap_err(), NotOutward::Redirects);
        thread.join().unwrap();
    }
}
