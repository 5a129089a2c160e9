use proptest::prelude::*;
use serde_json::Value;

use super::*;

/// A source that gives so many bytes at a time.
struct Slow<'a>(&'a [u8], usize);

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.1.min(self.0.len()).min(buffer.len());
        buffer[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

fn tokens(text: &[u8]) -> Result<Vec<Token>, String> {
    let mut json = Json::new(Slow(text, 3));
    let mut tokens = Vec::new();
    loop {
        match json.next()? {
            Token::End => return Ok(tokens),
            token => tokens.push(token),
        }
    }
}

/// The document its tokens describe.
fn document(tokens: &mut std::vec::IntoIter<Token>) -> Option<Value> {
    Some(match tokens.next()? {
        Token::BeginObject => {
            let mut object = serde_json::Map::new();
            loop {
                match tokens.next()? {
                    Token::Name(name) => object.insert(name, document(tokens)?),
                    _ => return Some(Value::Object(object)),
                };
            }
        }
        Token::BeginArray => {
            let mut array = Vec::new();
            while let Some(item) = document(tokens) {
                array.push(item);
            }
            Value::Array(array)
        }
        Token::Text(text) => Value::String(text),
        Token::Number(number) => serde_json::from_str(&number).unwrap(),
        Token::Boolean(value) => Value::Bool(value),
        Token::Null => Value::Null,
        _ => return None,
    })
}

#[test]
fn what_is_not_json_says_where_and_what_was_expected() {
    let deep = "[".repeat(65);
    let number = "1".repeat(65);
    for (text, word) in [
        ("", "byte 0: the file ends where a value was expected"),
        ("[1", "byte 2: the file ends where a comma or “]”"),
        ("{\"a\":1", "byte 6: the file ends where a comma or “}”"),
        ("[\"a", "not complete: get it again"),
        ("[1,]", "byte 3: expected a value, found “]”"),
        ("{\"a\":1,}", "expected a name in quotes, found “}”"),
        ("{\"a\" 1}", "expected a colon after a name, found “1”"),
        ("{1:2}", "expected a name in quotes"),
        ("[1 2]", "expected a comma or “]”, found “2”"),
        ("[1}", "found “}”"),
        ("[] []", "nothing after the end"),
        ("[nul]", "expected null, found “]”"),
        ("[01]", "“01” is not a number"),
        ("[1.]", "not a number"),
        ("[-]", "not a number"),
        ("[\"\\x\"]", "an escape"),
        ("[\"\\u12g4\"]", "four hexadecimal digits"),
        ("[\"a\nb\"]", "0x0a"),
        ("\u{feff}x", "expected a value, found “x”"),
        (deep.as_str(), "nested more than 64 deep"),
        (number.as_str(), "longer than 64 characters"),
    ] {
        let error = tokens(text.as_bytes()).unwrap_err();
        assert!(error.contains(word), "{text}: {error}");
    }
    assert!(tokens(b"[\"\xff\"]").unwrap_err().contains("UTF-8"));
    assert!(tokens(b"\xff\xfe[\0]\0").unwrap_err().contains("UTF-16"));
}

#[test]
fn a_long_text_is_not_kept_and_the_rest_goes_on() {
    let long = format!("\u{feff}[\"{}\", 1]", "é".repeat(LONGEST_TEXT));
    assert_eq!(
        tokens(long.as_bytes()).unwrap(),
        [Token::BeginArray, Token::LongText, Token::Number("1".to_owned()), Token::EndArray]
    );
}

#[test]
fn a_value_is_passed_over_whatever_it_is() {
    for value in ["1", "\"]\"", "{\"a\":[{}]}", "[[1],{}]", "null"] {
        let text = format!("{{\"a\": {value},\n\"b\": 2}}");
        let mut json = Json::new(text.as_bytes());
        json.next().unwrap();
        assert_eq!(json.next().unwrap(), Token::Name("a".to_owned()));
        json.skip().unwrap();
        assert_eq!(json.next().unwrap(), Token::Name("b".to_owned()), "{value}");
        assert_eq!(json.line(), 2);
        json.next().unwrap();
        assert_eq!(json.next().unwrap(), Token::EndObject);
    }
}

#[test]
fn escapes_and_pairs_of_surrogates() {
    let text = br#"["\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00","\ud83d","\ud83dx","\ud83d\u0041"]"#;
    let texts: Vec<_> = tokens(text).unwrap().into_iter().filter(|token| token.kind() == "a text").collect();
    let wanted = ["\"\\/\u{8}\u{c}\n\r\té😀", "\u{fffd}", "\u{fffd}x", "A"];
    assert_eq!(texts, wanted.map(|text| Token::Text(text.to_owned())));
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        any::<i32>().prop_map(|eighths| Value::from(f64::from(eighths) / 8.0)),
        "\\PC{0,12}".prop_map(Value::String),
        any::<String>().prop_map(Value::String),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            proptest::collection::vec(("[a-c\"\\\\]{0,3}", inner), 0..4)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn it_reads_what_another_reader_reads(value in values(), pretty: bool) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let tokens = tokens(text.as_bytes()).unwrap();
        prop_assert_eq!(document(&mut tokens.into_iter()), Some(value));
    }

    #[test]
    fn it_refuses_what_another_reader_refuses(text in "[\\[\\]{}:,\"\\\\a01.e -]{0,12}") {
        let other = serde_json::from_str::<Value>(&text);
        prop_assert_eq!(tokens(text.as_bytes()).is_ok(), other.is_ok() || other.is_err_and(|error| error.to_string().contains("out of range")));
    }

    #[test]
    fn no_bytes_make_it_fail(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        let _ = tokens(&bytes);
    }
}
