//! What is to be sent to an exchange; whoever has a network sends it.

/// How a request is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// It reads.
    Get,
    /// It replaces.
    Put,
    /// It adds.
    Post,
}

/// A request, without the credentials, which only the sender has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// How.
    pub method: Method,
    /// Path and query, to be put behind the exchange's base address as they are.
    pub path: String,
    /// The `Content-Type` of the body, if there is one.
    pub content_type: Option<&'static str>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    pub(crate) const fn get(path: String) -> Self {
        Self { method: Method::Get, path, content_type: None, body: Vec::new() }
    }
}

/// The text as a value of a query or a part of a path (RFC 3986 §2.3: all but the unreserved
/// characters as `%XX`).
pub(crate) fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_but_the_unreserved_characters_are_encoded() {
        assert_eq!(percent_encoded("2026-03-01T00:00:00Z"), "2026-03-01T00%3A00%3A00Z");
        assert_eq!(percent_encoded("a/b?c&d=ñ+~"), "a%2Fb%3Fc%26d%3D%C3%B1%2B~");
    }
}
