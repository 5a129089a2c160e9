//! Which messages are read, and how they are told apart.

use std::{fmt, ops::RangeInclusive};

/// The beginning of the namespace of every ISO 20022 message.
const NAMESPACE: &str = "urn:iso:std:iso:20022:tech:xsd:";

/// A message that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// Customer credit transfer between institutions, `pacs.008.001`.
    Pacs008,
    /// Customer credit transfer initiation, `pain.001.001`.
    Pain001,
}

impl Message {
    /// The messages that are read.
    pub const ALL: [Self; 2] = [Self::Pacs008, Self::Pain001];

    /// The name without its version.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pacs008 => "pacs.008.001",
            Self::Pain001 => "pain.001.001",
        }
    }

    /// The versions that are read. Earlier ones have another root element.
    pub const fn versions(self) -> RangeInclusive<u8> {
        match self {
            Self::Pacs008 => 2..=14,
            Self::Pain001 => 3..=13,
        }
    }

    /// The element the message is in, inside `Document`.
    pub(crate) const fn element(self) -> &'static str {
        match self {
            Self::Pacs008 => "FIToFICstmrCdtTrf",
            Self::Pain001 => "CstmrCdtTrfInitn",
        }
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The messages that are read, in words.
pub(crate) fn those_read() -> String {
    let [pacs, pain] = Message::ALL.map(|message| {
        let versions = message.versions();
        format!("{message}.{:02} to .{:02}", versions.start(), versions.end())
    });
    format!("{pacs} and {pain} are read")
}

/// The name of a message (`camt.053.001.07`) in its namespace.
pub(crate) fn name_of(namespace: &str) -> Option<&str> {
    namespace.trim().strip_prefix(NAMESPACE)
}

/// A name such as `pacs.008.001.08` as message and version, whether or not the version is read.
pub(crate) fn parsed(name: &str) -> Option<(Message, u8)> {
    let (message, version) = name.rsplit_once('.')?;
    let message = Message::ALL.into_iter().find(|known| known.as_str() == message)?;
    let two_digits = version.len() == 2 && version.bytes().all(|byte| byte.is_ascii_digit());
    Some((message, two_digits.then(|| version.parse().ok()).flatten()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_messages() {
        assert_eq!(name_of("urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"), Some("pacs.008.001.08"));
        assert_eq!(name_of("http://www.w3.org/2001/XMLSchema-instance"), None);
        assert_eq!(parsed("pacs.008.001.08"), Some((Message::Pacs008, 8)));
        assert_eq!(parsed("pain.001.001.13"), Some((Message::Pain001, 13)));
        for other in
            ["camt.053.001.07", "pacs.008.001", "pacs.008.001.8", "pacs.008.001.+8", "pacs.009.001.08"]
        {
            assert_eq!(parsed(other), None, "{other}");
        }
        assert_eq!(those_read(), "pacs.008.001.02 to .14 and pain.001.001.03 to .13 are read");
    }
}
