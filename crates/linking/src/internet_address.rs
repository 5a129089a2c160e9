//! Internet addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use model::{Identifier, IdentifierKind};

use crate::{NotNormal, fold};

/// The address in its canonical form (RFC 5952). An IPv4 address written as IPv6 is the IPv4 one; a
/// port and a zone are dropped.
pub fn ip(raw: &str) -> Result<Identifier, NotNormal> {
    let wrong =
        || NotNormal::new(IdentifierKind::Ip, raw, "expected an address such as 203.0.113.7 or 2001:db8::7");
    if raw.len() > 200 {
        return Err(wrong());
    }
    let folded = fold::lower(raw);
    let text = folded.trim();
    let bare = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((inside, rest)) if rest.is_empty() || is_port(rest) => inside,
        Some(_) => return Err(wrong()),
        None => match text.split_once(':') {
            Some((address, _))
                if address.contains('.') && is_port(text.get(address.len()..).unwrap_or_default()) =>
            {
                address
            }
            _ => text,
        },
    };
    let bare = bare.split('%').next().unwrap_or(bare);
    let address: IpAddr = bare.parse().map_err(|_| wrong())?;
    Ok(Identifier { kind: IdentifierKind::Ip, value: address.to_canonical().to_string() })
}

fn is_port(text: &str) -> bool {
    text.strip_prefix(':')
        .is_some_and(|port| port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok())
}

/// How far an Internet address reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// It is routed: at one time it stands for one subscriber. Addresses reserved for documentation
    /// count as public, so that made-up examples behave like real ones; no real one is ever seen.
    Public,
    /// Each house, carrier or machine has its own: private, shared (carrier-grade), link-local,
    /// loopback.
    Private,
    /// It stands for nobody: unspecified, multicast, broadcast, reserved.
    Reserved,
}

/// How far the address of an identifier reaches (IANA special-purpose address registries). What is
/// no address is reserved.
pub fn scope(value: &str) -> Scope {
    match value.parse() {
        Ok(IpAddr::V4(address)) => scope_of_four(address),
        Ok(IpAddr::V6(address)) => scope_of_six(address),
        Err(_) => Scope::Reserved,
    }
}

fn scope_of_four(address: Ipv4Addr) -> Scope {
    let shared = matches!(address.octets(), [100, 64..=127, ..]);
    if address.is_private() || address.is_loopback() || address.is_link_local() || shared {
        Scope::Private
    } else if matches!(address.octets(), [0 | 224..=255, ..]) {
        Scope::Reserved
    } else {
        Scope::Public
    }
}

fn scope_of_six(address: Ipv6Addr) -> Scope {
    if address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local() {
        Scope::Private
    } else if matches!(address.segments(), [0x2000..=0x3fff, ..]) {
        Scope::Public
    } else {
        Scope::Reserved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writings_of_one_address_are_one() {
        for (expected, same) in [
            (
                "203.0.113.7",
                vec!["203.0.113.7", " 203.0.113.7:443", "::ffff:203.0.113.7", "[::FFFF:cb00:7107]:80"],
            ),
            (
                "2001:db8::7",
                vec!["2001:DB8:0:0:0:0:0:7", "[2001:db8::7]", "2001:0db8::0007%eth0", "[2001:db8::7]:443"],
            ),
        ] {
            for raw in same {
                assert_eq!(ip(raw).unwrap().value, expected, "{raw}");
            }
        }
        for wrong in [
            "",
            "203.0.113",
            "203.0.113.256",
            "203.000.113.007",
            "203.0.113.7:99999",
            "[2001:db8::7]x",
            "example.com",
        ] {
            assert!(ip(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn only_routed_addresses_are_public() {
        for (value, expected) in [
            ("203.0.113.7", Scope::Public),
            ("2001:db8::7", Scope::Public),
            ("10.0.0.1", Scope::Private),
            ("172.31.0.1", Scope::Private),
            ("100.64.0.1", Scope::Private),
            ("169.254.1.1", Scope::Private),
            ("127.0.0.1", Scope::Private),
            ("fd00::1", Scope::Private),
            ("fe80::1", Scope::Private),
            ("0.0.0.0", Scope::Reserved),
            ("239.1.1.1", Scope::Reserved),
            ("255.255.255.255", Scope::Reserved),
            ("::", Scope::Reserved),
            ("ff02::1", Scope::Reserved),
            ("nonsense", Scope::Reserved),
        ] {
            assert_eq!(scope(value), expected, "{value}");
        }
    }
}
