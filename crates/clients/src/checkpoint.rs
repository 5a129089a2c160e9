//! How far a source has been read, as bytes that only the source itself understands.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::ExchangeError;

/// The version of what is written.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Checkpoint<S> {
    version: u32,
    source: String,
    state: S,
}

/// Writes a state down for a kind of source.
pub(crate) fn write<S: Serialize>(source: &str, state: &S) -> Vec<u8> {
    let checkpoint = Checkpoint { version: VERSION, source: source.to_owned(), state };
    // Texts, numbers, lists and maps keyed by texts: writing such a value cannot fail.
    serde_json::to_vec(&checkpoint).unwrap_or_default()
}

/// Reads it back. `name` is the exchange's, for the error.
pub(crate) fn read<S: DeserializeOwned>(name: &str, source: &str, bytes: &[u8]) -> Result<S, ExchangeError> {
    let foreign = |reason: String| ExchangeError::Checkpoint { exchange: name.to_owned(), reason };
    let read: Checkpoint<S> = serde_json::from_slice(bytes).map_err(|error| foreign(error.to_string()))?;
    if read.version != VERSION {
        return Err(foreign(format!("expected version {VERSION}, found {}", read.version)));
    }
    if read.source != source {
        let found: String = read.source.chars().take(80).collect();
        return Err(foreign(format!("expected one of {source}, found one of {found}")));
    }
    Ok(read.state)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_by_the_same_source_only() {
        let bytes = write("synthetic a", &7_u32);
        assert_eq!(read::<u32>("Synthetic", "synthetic a", &bytes).unwrap(), 7);
        for (source, bytes, reason) in [
            ("synthetic b", bytes.clone(), "expected one of synthetic b, found one of synthetic a"),
            ("synthetic a", b"".to_vec(), "EOF"),
            (
                "synthetic a",
                String::from_utf8(bytes).unwrap().replace(":1,", ":2,").into_bytes(),
                "version 1",
            ),
        ] {
            let error = read::<u32>("Synthetic", source, &bytes).unwrap_err().to_string();
            assert!(error.contains(reason) && error.contains("Synthetic"), "{error}");
        }
    }
}
