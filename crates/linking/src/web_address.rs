//! Pages: URLs in one form.

use model::{Identifier, IdentifierKind};

use crate::{NotNormal, domain, fold, ip};

/// The longest page, in bytes, before and after it is normalised.
const LONGEST: usize = 2_048;

/// A URL with scheme and host in lower case, without a default port, credentials, fragment, or the
/// parameters that only say who shared it; percent-encoding in one form (RFC 3986, section 6.2.2).
/// A missing scheme is taken to be `https`.
pub fn url(raw: &str) -> Result<Identifier, NotNormal> {
    let wrong = |reason| NotNormal::new(IdentifierKind::Url, raw, reason);
    let text = raw.trim();
    if text.len() > LONGEST {
        return Err(wrong("it is longer than 2,048 characters"));
    }
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(wrong("it has a space; expected one address such as https://example.com/page"));
    }
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) if is_scheme(scheme) => (scheme.to_ascii_lowercase(), rest),
        Some(_) => {
            return Err(wrong("what stands before :// is no scheme; expected https://example.com/page"));
        }
        None => ("https".to_owned(), text),
    };
    let rest = rest.split('#').next().unwrap_or(rest);
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let web = matches!(scheme.as_str(), "http" | "https");
    let (host, port) = host_and_port(authority, if web { 2 } else { 1 })
        .ok_or_else(|| wrong("the host is not one; expected https://example.com/page"))?;
    let port =
        port.filter(|port| !matches!((scheme.as_str(), *port), ("http", 80) | ("https", 443) | ("ftp", 21)));
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut value = format!("{scheme}://{host}");
    if let Some(port) = port {
        value.push(':');
        value.push_str(&port.to_string());
    }
    value.push_str(&without_dots(&escaped(path)));
    let kept: Vec<String> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(escaped)
        .filter(|pair| !is_tracking(pair))
        .collect();
    if !kept.is_empty() {
        value.push('?');
        value.push_str(&kept.join("&"));
    }
    // Letters that had to be escaped take three characters each, and what is too long once escaped
    // would not be its own normal form.
    if value.len() > LONGEST {
        return Err(wrong("it is longer than 2,048 characters once its special letters are escaped"));
    }
    Ok(Identifier { kind: IdentifierKind::Url, value })
}

fn is_scheme(text: &str) -> bool {
    text.len() <= 20
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
}

fn host_and_port(authority: &str, labels: usize) -> Option<(String, Option<u16>)> {
    let bracketed = authority.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let (host, port) = if let Some((host, rest)) = bracketed {
        let host = ip(host).ok()?.value;
        let port = if rest.is_empty() { "" } else { rest.strip_prefix(':')? };
        (if host.contains(':') { format!("[{host}]") } else { host }, port)
    } else {
        let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
        let four = || ip(host).ok().map(|ip| ip.value).filter(|host| !host.contains(':'));
        (domain::canonical(host, labels).or_else(four)?, port)
    };
    match port {
        "" => Some((host, None)),
        port if port.bytes().all(|b| b.is_ascii_digit()) => Some((host, Some(port.parse().ok()?))),
        _ => None,
    }
}

/// Parameters that say who shared a page and through which campaign, not which page it is: Google's
/// and Meta's click ids, Mailchimp's, and the `utm_` family of Urchin.
fn is_tracking(pair: &str) -> bool {
    let name = fold::lower(pair.split('=').next().unwrap_or(pair));
    name.starts_with("utm_")
        || matches!(
            name.as_str(),
            "fbclid"
                | "gclid"
                | "gclsrc"
                | "dclid"
                | "gbraid"
                | "wbraid"
                | "msclkid"
                | "twclid"
                | "ttclid"
                | "igshid"
                | "igsh"
                | "mc_cid"
                | "mc_eid"
                | "mibextid"
                | "yclid"
        )
}

/// Percent-encoding in one form: what may stand as it is does, the rest in upper-case digits.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut bytes = text.as_bytes();
    while let Some((&first, rest)) = bytes.split_first() {
        let hex = |byte: &u8| char::from(*byte).to_digit(16);
        let (byte, was_escaped) = match (first, rest) {
            (b'%', [high, low, after @ ..]) if hex(high).is_some() && hex(low).is_some() => {
                bytes = after;
                ((hex(high).unwrap_or(0) * 16 + hex(low).unwrap_or(0)) as u8, true)
            }
            _ => {
                bytes = rest;
                (first, false)
            }
        };
        let unreserved = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let reserved = b"!$&'()*+,;=:@/?[]".contains(&byte);
        if unreserved || (reserved && !was_escaped) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.extend(
                [byte >> 4, byte & 15]
                    .map(|half| char::from_digit(u32::from(half), 16).unwrap_or('0').to_ascii_uppercase()),
            );
        }
    }
    out
}

/// The path without `.` and `..`, and never empty.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut open = true;
    for segment in path.split('/').skip(1) {
        open = matches!(segment, "." | "..");
        match segment {
            "." => {}
            ".." => {
                kept.pop();
            }
            segment => kept.push(segment),
        }
    }
    if open && !kept.is_empty() { format!("/{}/", kept.join("/")) } else { format!("/{}", kept.join("/")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(raw: &str) -> Option<String> {
        url(raw).map(|url| url.value).ok()
    }

    #[test]
    fn writings_of_one_page_are_one() {
        for same in [
            "https://example.com/Page?id=7",
            "HTTPS://Example.COM:443/Page?id=7#top",
            "https://example.com/Page?utm_source=x&id=7&fbclid=abc",
            "https://user:secret@example.com/./a/../Page?id=7",
            "example.com/Page?id=7",
            " https://example.com./%50age?id=%37& ",
        ] {
            assert_eq!(value(same).as_deref(), Some("https://example.com/Page?id=7"), "{same}");
        }
        for (raw, expected) in [
            ("http://example.com", "http://example.com/"),
            ("http://example.com?", "http://example.com/"),
            ("http://example.com:8080/a/", "http://example.com:8080/a/"),
            ("http://[2001:DB8::7]:80/", "http://[2001:db8::7]/"),
            ("http://203.0.113.7/x", "http://203.0.113.7/x"),
            ("https://bücher.example/ä b".replace(' ', "%20").as_str(), "https://bücher.example/%C3%A4%20b"),
            ("https://example.com/a%2Fb", "https://example.com/a%2Fb"),
            ("https://example.com/100%", "https://example.com/100%25"),
            ("tg://resolve?domain=synthetic", "tg://resolve/?domain=synthetic"),
            ("https://example.com/a/..", "https://example.com/"),
        ] {
            assert_eq!(value(raw).as_deref(), Some(expected), "{raw}");
        }
        assert_ne!(value("https://example.com/page"), value("https://example.com/Page"));
    }

    #[test]
    fn a_page_that_is_too_long_once_it_is_escaped_is_refused() {
        let page = |letters: usize| format!("https://example.com/{}", "^".repeat(letters));
        let long = value(&page(676)).unwrap();
        assert_eq!((long.len(), value(&long)), (2_048, Some(long.clone())));
        assert_eq!(value(&page(677)), None);
    }

    #[test]
    fn what_is_no_page_is_refused() {
        for wrong in [
            "",
            "example",
            "https://",
            "https://example",
            "https://exa mple.com",
            "://example.com",
            "https://example.com:99999/",
            "https://example.com:x/",
        ] {
            assert_eq!(value(wrong), None, "{wrong}");
        }
    }
}
