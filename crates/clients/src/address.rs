//! Where a service is.

use std::{fmt, net::IpAddr, str::FromStr};

use ureq::http::Uri;

/// What every address of a service begins with: `https`, or plain `http` to this machine only. It
/// has neither credentials nor a query, and no slash at its end.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address(String);

/// The text is not the address of a service that may be asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnAddress {
    /// It is not an address with a scheme and a host.
    #[error("expected an address such as https://hashes.example.org/v1, found “{0}”")]
    Shape(String),
    /// It would send credentials in the clear.
    #[error(
        "{0} is not on this machine, so it must be asked over https; plain http is for 127.0.0.1, [::1] and localhost"
    )]
    Plain(String),
    /// It has credentials in it.
    #[error("an address must hold neither user nor password; give them as credentials")]
    Credentials,
    /// It has a query or a fragment.
    #[error("expected an address without “?” and “#”; the requests add their own")]
    Query,
}

impl Address {
    /// Reads an address.
    pub fn parse(text: &str) -> Result<Self, NotAnAddress> {
        let text = text.trim();
        // An error must not show what stands before the at sign.
        if text.contains('@') {
            return Err(NotAnAddress::Credentials);
        }
        let shape = || NotAnAddress::Shape(text.chars().take(200).collect());
        if text.contains(['?', '#']) {
            return Err(NotAnAddress::Query);
        }
        let uri = Uri::from_str(text).map_err(|_| shape())?;
        let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(shape)?;
        match uri.scheme_str() {
            Some("https") => {}
            Some("http") if is_this_machine(host) => {}
            Some("http") => return Err(NotAnAddress::Plain(host.to_owned())),
            _ => return Err(shape()),
        }
        Ok(Self(text.trim_end_matches('/').to_owned()))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_this_machine(host: &str) -> bool {
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || literal.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use formats::{ncmec_hashes::Environment, stopncii::BASE_URL};

    use super::*;

    #[test]
    fn plain_http_is_for_this_machine() {
        for text in
            ["http://127.0.0.1:8080", "http://127.9.9.9", "http://[::1]:1/x", "http://localhost:80/x/"]
        {
            assert_eq!(Address::parse(text).unwrap().as_str(), text.trim_end_matches('/'));
        }
        for text in [
            "http://192.0.2.1",
            "http://hashes.example.org/v1",
            "http://localhost.example.org",
            "http://[2001:db8::1]/",
            "http://127.0.0.1.example.org",
        ] {
            assert!(matches!(Address::parse(text), Err(NotAnAddress::Plain(_))), "{text}");
        }
    }

    #[test]
    fn an_address_has_a_host_and_neither_credentials_nor_a_query() {
        for text in ["", "hashes.example.org", "ftp://hashes.example.org", "https://", "/v1", "https:///v1"] {
            assert!(matches!(Address::parse(text), Err(NotAnAddress::Shape(_))), "{text}");
        }
        let error = Address::parse("https://synthetic:password@hashes.example.org").unwrap_err();
        assert_eq!(error, NotAnAddress::Credentials);
        assert!(!error.to_string().contains("synthetic"));
        for text in ["https://hashes.example.org/?a", "https://hashes.example.org/#a"] {
            assert_eq!(Address::parse(text), Err(NotAnAddress::Query));
        }
    }

    #[test]
    fn the_addresses_of_the_exchanges_are_addresses() {
        let bases = Environment::ALL.iter().map(|environment| environment.base_url()).chain([BASE_URL]);
        for base in bases {
            assert_eq!(Address::parse(base).unwrap().as_str(), base);
        }
    }
}
