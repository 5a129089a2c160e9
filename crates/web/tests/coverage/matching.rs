//! What is asked of each address that programs written for hasher-matcher-actioner know, by the session
//! of a browser.

use crate::{
    Row,
    Sent::{Json, Nothing},
};

const fn ask(method: &'static str, pattern: &'static str, path: &'static str) -> Row {
    Row { method, pattern, path, sent: Nothing }
}

const fn send(method: &'static str, pattern: &'static str, path: &'static str, body: &'static str) -> Row {
    Row { method, pattern, path, sent: Json(body) }
}

/// Every address, with what is asked of it.
pub(crate) const MATCHING: &[Row] = &[
    ask("GET", "/h/hash", "/h/hash?url=https://example.com/"),
    ask("POST", "/h/hash", "/h/hash"),
    ask(
        "GET",
        "/m/raw_lookup",
        "/m/raw_lookup?signal_type=video_md5&signal=d41d8cd98f00b204e9800998ecf8427e",
    ),
    ask("GET", "/m/lookup", "/m/lookup?signal_type=video_md5&signal=d41d8cd98f00b204e9800998ecf8427e"),
    ask("POST", "/m/lookup", "/m/lookup"),
    ask("GET", "/m/index/status", "/m/index/status"),
    send("POST", "/m/compare", "/m/compare", "{}"),
    ask("GET", "/c/banks", "/c/banks"),
    send("POST", "/c/banks", "/c/banks", r#"{"name":"lower case"}"#),
    ask("GET", "/c/bank/{name}", "/c/bank/$bank_name"),
    send("PUT", "/c/bank/{name}", "/c/bank/$bank_name", r#"{"enabled_ratio":2}"#),
    ask("DELETE", "/c/bank/{name}", "/c/bank/NO_SUCH_BANK"),
    ask("POST", "/c/bank/{name}/content", "/c/bank/$bank_name/content"),
    send("POST", "/c/bank/{name}/signal", "/c/bank/$bank_name/signal", "{}"),
    ask("GET", "/c/bank/{name}/content/{content}", "/c/bank/$bank_name/content/$content"),
    send(
        "PUT",
        "/c/bank/{name}/content/{content}",
        "/c/bank/$bank_name/content/$content",
        r#"{"disable_until_ts":-1}"#,
    ),
    ask("DELETE", "/c/bank/{name}/content/{content}", "/c/bank/$bank_name/content/0"),
    ask("GET", "/c/exchanges", "/c/exchanges"),
    send("POST", "/c/exchanges", "/c/exchanges", "{}"),
    ask("GET", "/c/exchanges/apis", "/c/exchanges/apis"),
    ask("GET", "/c/exchange/{name}", "/c/exchange/SYNTHETIC"),
    send("PUT", "/c/exchange/{name}", "/c/exchange/SYNTHETIC", r#"{"enabled":true}"#),
    ask("DELETE", "/c/exchange/{name}", "/c/exchange/SYNTHETIC"),
    ask("GET", "/c/exchange/{name}/status", "/c/exchange/SYNTHETIC/status"),
    ask("GET", "/c/signal_type", "/c/signal_type"),
    ask("GET", "/c/signal_types", "/c/signal_types"),
    ask("GET", "/c/signal_type/index", "/c/signal_type/index"),
    send("PUT", "/c/signal_type/{name}", "/c/signal_type/pdq", "{}"),
    ask("GET", "/c/content_type", "/c/content_type"),
    ask("GET", "/c/content_types", "/c/content_types"),
    ask("GET", "/metrics", "/metrics"),
];
