//! What a file is, by its first bytes and not by its name.

use crate::{
    hashlist,
    iso20022::{Message, message},
    ledger, table,
    xml::{Node, Xml},
};

/// How much of a file [`detect`] should be given.
pub const HEAD: usize = 64 * 1024;
/// Fewer columns than a time, an amount and two parties cannot be a ledger.
const FEWEST_COLUMNS: usize = 4;

/// What a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detected {
    /// A CyberTipline document: a report, what is said about a file, or an answer of the service.
    CyberTip,
    /// An ISO 20022 message that is read.
    Iso20022 {
        /// Which.
        message: Message,
        /// Its version, 8 for `pacs.008.001.08`.
        version: u8,
    },
    /// A ledger with the documented columns.
    LedgerCsv,
    /// A ledger as lines of JSON, with the documented fields.
    LedgerLines,
    /// A table that may be a ledger with columns of its own: a mapping is needed.
    LedgerNeedsMapping {
        /// The columns it has.
        columns: Vec<String>,
    },
    /// A hash list.
    HashListCsv,
    /// A media set in VICS JSON.
    MediaSet,
    /// Something that is not read.
    NotSupported {
        /// What it looks like and what to do.
        reason: String,
    },
}

/// Says what a file is whose first [`HEAD`] bytes, or all if it has fewer, are `head`.
pub fn detect(head: &[u8]) -> Detected {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let start = text.trim_ascii_start();
    if start.is_empty() {
        return not_supported("the file is empty");
    }
    if let Some(reason) = binary(head) {
        return not_supported(reason);
    }
    match start {
        [b'<', ..] => xml(head),
        [b'{', b'1', b':', ..] => not_supported(
            "this looks like a SWIFT MT message; payments are read from ISO 20022 messages and CSV ledgers",
        ),
        [b'{', ..] if is_media_set(start) => Detected::MediaSet,
        [b'{', ..] if ledger::begins_lines(start) => Detected::LedgerLines,
        [b'{' | b'[', ..] => not_supported(
            "this looks like JSON but neither like a VICS media set nor like lines of payments; payments are read \
             from ISO 20022 messages, CSV ledgers and ledgers with one JSON object a line",
        ),
        _ => delimited(head),
    }
}

/// Whether a JSON object begins as a media set does: with the model it is of, or its first media.
fn is_media_set(start: &[u8]) -> bool {
    let has = |word: &[u8]| start.windows(word.len()).any(|part| part == word);
    has(b"\"value\"") && (has(b"odata.context") || has(b"odata.metadata") || has(b"\"MediaID\""))
}

fn not_supported(reason: impl Into<String>) -> Detected {
    Detected::NotSupported { reason: reason.into() }
}

const IMAGE: &str =
    "this looks like an image; Sagip keeps hashes, never media: hash it where it lawfully is (sagip hash)";
const VIDEO: &str =
    "this looks like a video; Sagip keeps hashes, never media: hash it where it lawfully is (sagip hash)";
const SOUND: &str = "this looks like a sound recording; Sagip keeps hashes, never media: hash it where it lawfully is (sagip hash)";
const ARCHIVE: &str = "this looks like a compressed archive; unpack it and give the files in it";
const OFFICE: &str =
    "this looks like an Office document or a ZIP archive; save a table as CSV UTF-8, or unpack the archive";
const UTF_16: &str = "this is text in UTF-16; save it as UTF-8";

/// The first bytes of kinds of file that are not text.
const SIGNATURES: &[(&[u8], &str)] = &[
    (b"\xff\xd8\xff", IMAGE),
    (b"\x89PNG\r\n\x1a\n", IMAGE),
    (b"GIF87a", IMAGE),
    (b"GIF89a", IMAGE),
    (b"II*\0", IMAGE),
    (b"MM\0*", IMAGE),
    (b"\0\0\x01\0", IMAGE),
    (b"8BPS", IMAGE),
    (b"\x1a\x45\xdf\xa3", VIDEO),
    (b"FLV\x01", VIDEO),
    (b"\0\0\x01\xba", VIDEO),
    (b"\0\0\x01\xb3", VIDEO),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", VIDEO),
    (b"OggS", SOUND),
    (b"ID3", SOUND),
    (b"fLaC", SOUND),
    (b"#!AMR", SOUND),
    (b"%PDF-", "this looks like a PDF; ask its sender for the data it was made from, as XML or CSV"),
    (b"PK\x03\x04", OFFICE),
    (b"PK\x05\x06", OFFICE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OFFICE),
    (b"\x1f\x8b", ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (b"Rar!\x1a\x07", ARCHIVE),
    (b"\xfd7zXZ\0", ARCHIVE),
    (b"\x28\xb5\x2f\xfd", ARCHIVE),
    (b"SQLite format 3\0", "this looks like a database; export the table as CSV"),
    (b"\xff\xfe", UTF_16),
    (b"\xfe\xff", UTF_16),
];

/// What a file that is not text looks like.
fn binary(head: &[u8]) -> Option<&'static str> {
    let signed = SIGNATURES.iter().find(|(signature, _)| head.starts_with(signature));
    if let Some((_, reason)) = signed {
        return Some(reason);
    }
    match head {
        [b'R', b'I', b'F', b'F', _, _, _, _, kind @ ..] => match kind {
            [b'W', b'E', b'B', b'P', ..] => Some(IMAGE),
            [b'A', b'V', b'I', b' ', ..] => Some(VIDEO),
            [b'W', b'A', b'V', b'E', ..] => Some(SOUND),
            _ => None,
        },
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => {
            let images: [&[u8]; 6] = [b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1"];
            let image = images.iter().any(|image| brand.starts_with(image));
            Some(if image {
                IMAGE
            } else if brand.starts_with(b"M4A") {
                SOUND
            } else {
                VIDEO
            })
        }
        // A bitmap has its size after the two letters, and then four bytes of zero.
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => Some(IMAGE),
        _ if head.contains(&0) => Some(
            "this is not text; ISO 20022 and CyberTipline XML, CSV ledgers, CSV hash lists and VICS media sets are read",
        ),
        _ => None,
    }
}

/// XML is told by the namespaces and the names of its first elements.
fn xml(head: &[u8]) -> Detected {
    let mut xml = Xml::new(head);
    let mut path: Vec<String> = Vec::new();
    let mut other = None;
    let mut root = None;
    loop {
        match xml.next() {
            Ok(Node::Start { name, attributes }) => {
                for (key, value) in &attributes {
                    let Some(found) = message::name_of(value).filter(|_| key.starts_with("xmlns")) else {
                        continue;
                    };
                    match message::parsed(found) {
                        Some((message, version)) if message.versions().contains(&version) => {
                            return Detected::Iso20022 { message, version };
                        }
                        _ if found.starts_with("head.") => {}
                        _ => {
                            other.get_or_insert_with(|| found.chars().take(40).collect::<String>());
                        }
                    }
                }
                root.get_or_insert_with(|| name.clone());
                path.push(name);
                let path: Vec<&str> = path.iter().map(String::as_str).collect();
                // What is said about a file, and the service's answers, have roots of their own.
                let other_documents = ["fileDetails", "reportResponse", "reportDoneResponse"];
                if path == ["report", "incidentSummary"]
                    || path.first().is_some_and(|root| other_documents.contains(root))
                {
                    return Detected::CyberTip;
                }
                if path.first() == Some(&"html") {
                    return not_supported(
                        "this looks like a web page; ask its sender for the data as XML or CSV",
                    );
                }
            }
            Ok(Node::End) => {
                path.pop();
            }
            Ok(Node::Text(_)) => {}
            Err(reason) if root.is_none() => {
                return not_supported(format!("this begins like XML but cannot be read: {reason}"));
            }
            // The head may end in the middle of an element, or the file be broken there: what was
            // seen until then decides.
            Ok(Node::Eof) | Err(_) => return other_xml(root.as_deref(), other.as_deref()),
        }
    }
}

fn other_xml(root: Option<&str>, message: Option<&str>) -> Detected {
    if let Some(name) = message {
        return not_supported(format!(
            "this is the ISO 20022 message {name}; of those {}",
            message::those_read()
        ));
    }
    let root: String = root.unwrap_or_default().chars().take(40).collect();
    not_supported(match root.as_str() {
        "report" => {
            "this is XML with <report> and no <incidentSummary>; of reports, CyberTipline reports are read"
                .to_owned()
        }
        _ => format!("this is XML with <{root}>; CyberTipline reports and ISO 20022 messages are read"),
    })
}

fn delimited(head: &[u8]) -> Detected {
    let Some((columns, first_row)) = table::first_rows(head) else {
        return not_supported(
            "the first line does not name columns; ISO 20022 and CyberTipline XML, CSV ledgers, CSV hash lists and VICS media sets are read",
        );
    };
    if ledger::is_ledger_heading(&columns) {
        return Detected::LedgerCsv;
    }
    if hashlist::begins_hash_list(head) {
        return Detected::HashListCsv;
    }
    if columns.iter().any(|column| hashlist::Hash::parse_by_length(column).is_ok()) {
        return not_supported(
            "this looks like a hash list without a heading; put a first line above it, such as “hash” or “algorithm,hash”",
        );
    }
    if columns.len() >= FEWEST_COLUMNS && first_row.is_some_and(|row| row.len() == columns.len()) {
        return Detected::LedgerNeedsMapping { columns };
    }
    not_supported(
        "this is text, but no table that is read; ISO 20022 and CyberTipline XML, CSV ledgers and CSV hash lists are",
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn reason(head: &[u8]) -> String {
        match detect(head) {
            Detected::NotSupported { reason } => reason,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn messages_by_namespace_in_any_envelope() {
        let pacs = "<?xml version='1.0'?><m><AppHdr xmlns='urn:iso:std:iso:20022:tech:xsd:head.001.001.01'/><d:Document xmlns:d='urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08'><cut";
        assert_eq!(detect(pacs.as_bytes()), Detected::Iso20022 { message: Message::Pacs008, version: 8 });
        let pain = "\u{feff}\n<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.001.001.09'/>";
        assert_eq!(detect(pain.as_bytes()), Detected::Iso20022 { message: Message::Pain001, version: 9 });
        let newer = pain.replace("pain.001.001.09", "pain.001.001.99");
        assert!(reason(newer.as_bytes()).contains("pain.001.001.99"));
    }

    #[test]
    fn reports_by_their_elements() {
        let report = "<?xml version='1.0'?><report xmlns:xsi='x'><incidentSummary><incidentType>";
        assert_eq!(detect(report.as_bytes()), Detected::CyberTip);
        assert_eq!(detect(b"<fileDetails><reportId>1</reportId>"), Detected::CyberTip);
        assert_eq!(detect(b"<reportResponse><responseCode>0"), Detected::CyberTip);
        assert!(reason(b"<report><rentity_id>1</rentity_id></report>").contains("incidentSummary"));
        assert!(reason(b"<report><x><incidentSummary/></x></report>").contains("incidentSummary"));
    }

    #[test]
    fn tables_by_their_heading() {
        let ledger = b"AT;amount;currency;sender_name;receiver_account\n";
        assert_eq!(detect(ledger), Detected::LedgerCsv);
        assert_eq!(detect(b"MD5,sha-1,classification\n"), Detected::HashListCsv);
        assert_eq!(detect(b"algorithm\thash\n"), Detected::HashListCsv);
        let mapped = detect(b"from,to,value,day\n1,2,3,4\n");
        let columns = ["from", "to", "value", "day"].map(str::to_owned).to_vec();
        assert_eq!(mapped, Detected::LedgerNeedsMapping { columns });
        let chain = detect(b"hash,from,to,value,time\n0xabc,1,2,3,4\n");
        assert!(matches!(chain, Detected::LedgerNeedsMapping { .. }), "{chain:?}");
        let second = detect(b"hash,note\nbad,x\nd41d8cd98f00b204e9800998ecf8427e,x\n");
        assert_eq!(second, Detected::HashListCsv);
        assert!(reason(b"Dear colleague, the list, as promised, is\nattached\n").contains("no table"));
        assert!(reason(b"d41d8cd98f00b204e9800998ecf8427e\n").contains("without a heading"));
    }

    #[test]
    fn what_is_not_read_says_what_it_looks_like() {
        for (head, word) in [
            (&b""[..], "empty"),
            (b" \r\n", "empty"),
            (b"\xff\xd8\xff\xe0", "image"),
            (b"RIFF\0\0\0\0WEBPVP8 ", "never media"),
            (b"\0\0\0\x18ftypheic", "image"),
            (b"\0\0\0\x18ftypmp42", "video"),
            (b"\x1aE\xdf\xa3", "video"),
            (b"RIFF\0\0\0\0WAVE", "sound"),
            (b"%PDF-1.7", "PDF"),
            (b"PK\x03\x04", "archive"),
            (b"\x1f\x8b\x08", "archive"),
            (b"\xff\xfea\0", "UTF-16"),
            (b"a,b\0", "not text"),
            (b"{\"a\":1}", "JSON"),
            (b"{1:F01EXAMPHM0AXXX", "SWIFT"),
            (b"<!DOCTYPE html><html>", "DOCTYPE"),
            (b"<html><body>", "web page"),
            (b"<a/>", "<a>"),
            (b"<", "XML"),
        ] {
            assert!(reason(head).contains(word), "{}: {}", String::from_utf8_lossy(head), reason(head));
        }
    }

    #[test]
    fn a_heading_that_begins_like_a_bitmap_is_a_table() {
        assert!(matches!(detect(b"BMO,to,value,day\n1,2,3,4\n"), Detected::LedgerNeedsMapping { .. }));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_fail(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in "[<>/a-z,;='\" \n]{0,100}") {
            let _ = detect(&bytes);
            let _ = detect(text.as_bytes());
        }
    }
}
