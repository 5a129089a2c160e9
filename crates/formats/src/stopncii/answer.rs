//! Reading the answer to `FetchHashes`.

use serde_json::{Map, Value};

use super::record::{self, HashRecord};
use crate::{
    json::{Json, Token},
    record::{Record, Reject},
};

/// The longest text of an answer, in bytes: a token of a page is some kilobytes.
const LONGEST_TEXT: usize = 256 * 1024;

/// A page of records.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Answer {
    /// The records.
    pub records: Vec<Record<HashRecord>>,
    /// What could not be read. A record that is not whole is here only; one with a part that could
    /// not be read stands in both. They carry no copy of the text, which may be sensitive.
    pub rejects: Vec<Reject>,
    /// What to ask for the next page with.
    pub next_page_token: Option<String>,
    /// What the service thinks the next pass should begin at, in seconds since 1970.
    pub next_set_timestamp: Option<i64>,
    /// Whether there are more pages.
    pub has_more: bool,
}

/// Reads an answer; an answer that is not whole is a reject, with what was read before it lost.
pub fn read_answer(answer: &[u8]) -> Result<Answer, Reject> {
    let mut json = Json::new(answer).keeping(LONGEST_TEXT);
    read(&mut json).map_err(|reason| reject(json.line(), 0, "", "", reason, true))
}

fn read(json: &mut Json<&[u8]>) -> Result<Answer, String> {
    let mut answer = Answer::default();
    let mut more = None;
    let token = json.next()?;
    if token != Token::BeginObject {
        return Err(format!(
            "expected an object with hashRecords, found {}; is the address right?",
            token.kind()
        ));
    }
    let mut listed = false;
    while let Token::Name(name) = json.next()? {
        match name.as_str() {
            "hashRecords" => {
                read_records(json, &mut answer)?;
                listed = true;
            }
            "nextPageToken" => match value(json)? {
                Value::Null => {}
                Value::String(token) => {
                    answer.next_page_token = Some(token).filter(|token| !token.is_empty());
                }
                other => {
                    return Err(format!("nextPageToken: expected a text, found {}", record::kind(&other)));
                }
            },
            "nextSetTimestamp" => answer.next_set_timestamp = value(json)?.as_i64(),
            "hasMoreRecords" => match value(json)? {
                Value::Bool(has_more) => more = Some(has_more),
                other => {
                    let found = record::shown(&other);
                    return Err(format!("hasMoreRecords: expected true or false, found {found}"));
                }
            },
            _ => json.skip()?,
        }
    }
    match json.next()? {
        Token::End => {}
        token => return Err(format!("expected the end, found {}", token.kind())),
    }
    answer.has_more = more.ok_or("expected hasMoreRecords, found none; is the address right?")?;
    if !listed {
        return Err("expected a list hashRecords, found none; is the address right?".to_owned());
    }
    if answer.has_more && answer.next_page_token.is_none() {
        return Err("hasMoreRecords is true and there is no nextPageToken to ask for them with".to_owned());
    }
    Ok(answer)
}

fn read_records(json: &mut Json<&[u8]>, answer: &mut Answer) -> Result<(), String> {
    match json.next()? {
        Token::BeginArray => {}
        token => return Err(format!("hashRecords: expected a list, found {}", token.kind())),
    }
    let mut ordinal = 0;
    loop {
        let token = json.next()?;
        if token == Token::EndArray {
            return Ok(());
        }
        ordinal += 1;
        let line = json.line();
        let value = value_of(token, json)?;
        let mut problems = Vec::new();
        let read = record::read(&value, &mut problems);
        answer.records.extend(read.map(|value| Record { ordinal, line, value }));
        for (field, reason) in problems {
            let path = format!("hashRecords/{field}");
            answer.rejects.push(reject(line, ordinal, path.trim_end_matches('/'), field, reason, false));
        }
    }
}

fn value(json: &mut Json<&[u8]>) -> Result<Value, String> {
    let token = json.next()?;
    value_of(token, json)
}

/// The value that `token` is or begins. Its depth is bounded by the reader of tokens.
fn value_of(token: Token, json: &mut Json<&[u8]>) -> Result<Value, String> {
    Ok(match token {
        Token::Null => Value::Null,
        Token::Boolean(value) => Value::Bool(value),
        Token::Number(number) => number.parse().map(Value::Number).unwrap_or_default(),
        Token::Text(text) => Value::String(text),
        Token::BeginArray => {
            let mut list = Vec::new();
            loop {
                match json.next()? {
                    Token::EndArray => return Ok(Value::Array(list)),
                    token => list.push(value_of(token, json)?),
                }
            }
        }
        Token::BeginObject => {
            let mut object = Map::new();
            while let Token::Name(name) = json.next()? {
                let value = value(json)?;
                object.insert(name, value);
            }
            Value::Object(object)
        }
        token => return Err(format!("expected a value, found {}", token.kind())),
    })
}

fn reject(line: u64, ordinal: u64, path: &str, field: &str, reason: String, fatal: bool) -> Reject {
    let (path, field) = (path.to_owned(), field.to_owned());
    Reject { ordinal, line, path, field, reason, raw: String::new(), fatal }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::stopncii::{CspFeedback, FeedbackValue, SignalType, Status};

    const PDQ: &str = "f8f8f0cce0f4e84d0e370a22028f67f0b36e2ed596623e1d33e6b39c4e9c9b22";

    /// Shaped as the examples of the public client (`test_api.py`), with values of its own.
    fn answer(records: &str) -> String {
        format!(
            r#"{{"count": 2, "nextSetTimestamp": 1772323200, "nextPageToken": null, "hasMoreRecords": false,
"hashRecords": [{records}]}}"#
        )
    }

    fn record(change: &str) -> String {
        format!(
            r#"{{"lastModtimestamp": 1772323200, "hashValue": "{PDQ}", "hashStatus": "Active", "signalType": "ImagePDQ"{change}}}"#
        )
    }

    #[test]
    fn a_record_with_cases_and_feedback() {
        let more = r#", "hashRegions": ["UK"], "caseNumbers": {"synthetic-1": "Active", "synthetic-2": "Odd"},
            "CSPFeedbacks": [{"source": "Synthetic Platform", "feedbackValue": "Undefined", "tags": ["Tag-One"]}]"#;
        let read = read_answer(answer(&record(more)).as_bytes()).unwrap();
        assert_eq!(
            (read.rejects.len(), read.has_more, read.next_set_timestamp),
            (0, false, Some(1_772_323_200))
        );
        let record = &read.records[0].value;
        assert_eq!(format!("{:?}", record.hash.unwrap()), format!("pdq:{PDQ}"));
        assert_eq!(
            (record.at.to_string().as_str(), &record.status),
            ("2026-03-01T00:00:00Z", &Status::Active)
        );
        assert_eq!(record.cases["synthetic-2"], Status::Other("Odd".to_owned()));
        let feedback = CspFeedback {
            source: "Synthetic Platform".to_owned(),
            value: FeedbackValue::Other("Undefined".to_owned()),
            tags: vec!["Tag-One".to_owned()],
        };
        assert_eq!(record.feedback, [feedback]);
    }

    #[test]
    fn withdrawn_and_deleted_are_told_by_the_status() {
        for (status, withdrawn) in
            [("Received", false), ("Active", false), ("Withdrawn", true), ("Deleted", true), ("Odd", false)]
        {
            let text = answer(&record("")).replace("Active", status);
            assert_eq!(
                read_answer(text.as_bytes()).unwrap().records[0].value.is_withdrawn(),
                withdrawn,
                "{status}"
            );
        }
    }

    #[test]
    fn a_record_that_cannot_be_read_is_a_reject_and_the_rest_goes_on() {
        let text = answer(&format!(
            "7,\n{},\n{},\n{},\n{},\n{}",
            record("").replace(PDQ, "abc"),
            record("").replace("1772323200", "\"soon\""),
            record(r#", "caseNumbers": []"#),
            record(r#", "caseNumbers": ["x"], "CSPFeedbacks": [{}]"#),
            r#"{"hashValue": " ", "signalType": "Text", "hashStatus": 1, "lastModtimestamp": 1}"#
        ));
        let read = read_answer(text.as_bytes()).unwrap();
        assert_eq!(
            read.records.iter().map(|record| (record.ordinal, record.line)).collect::<Vec<_>>(),
            [(4, 5), (5, 6)]
        );
        let told: Vec<_> = read.rejects.iter().map(|r| (r.ordinal, r.line, r.path.as_str())).collect();
        assert_eq!(
            told,
            [
                (1, 2, "hashRecords"),
                (2, 3, "hashRecords/hashValue"),
                (3, 4, "hashRecords/lastModtimestamp"),
                (5, 6, "hashRecords/caseNumbers"),
                (5, 6, "hashRecords/CSPFeedbacks"),
                (6, 7, "hashRecords/hashStatus"),
                (6, 7, "hashRecords/hashValue"),
            ]
        );
    }

    #[test]
    fn an_answer_that_is_not_whole_is_refused() {
        let whole = answer(&record(""));
        for end in 0..whole.len() {
            assert!(read_answer(&whole.as_bytes()[..end]).unwrap_err().fatal, "{end}");
        }
        let deep = format!("{{\"hashRecords\": {}", "[".repeat(100_000));
        for (text, word) in [
            ("<html/>", "expected a value, found “<”"),
            ("[]", "expected an object with hashRecords, found a list; is the address right?"),
            ("{}", "hasMoreRecords"),
            ("{\"hasMoreRecords\": false}", "hashRecords"),
            ("{\"hasMoreRecords\": 1}", "expected true or false, found 1"),
            ("{\"hashRecords\": {}}", "expected a list"),
            ("{\"hashRecords\": [], \"hasMoreRecords\": true, \"nextPageToken\": \"\"}", "no nextPageToken"),
            (deep.as_str(), "deep"),
        ] {
            let error = read_answer(text.as_bytes()).unwrap_err();
            assert!(error.reason.contains(word), "{error}");
        }
    }

    #[test]
    fn every_known_word_is_read_back() {
        assert!(SignalType::KNOWN.iter().all(|word| SignalType::of(word.as_str()) == *word));
        assert!(Status::KNOWN.iter().all(|word| Status::of(word.as_str()) == *word));
        assert!(FeedbackValue::KNOWN.iter().all(|word| FeedbackValue::of(word.as_str()) == *word));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_fail(at in 0_usize..400, bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let text = answer(&record(""));
            let at = at.min(text.len());
            let _ = read_answer(&[&text.as_bytes()[..at], &bytes, &text.as_bytes()[at..]].concat());
        }
    }
}
