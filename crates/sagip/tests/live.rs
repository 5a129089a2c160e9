//! Killed in the middle of a stream of events, the server raises the same alerts as one that was not.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::Value;

/// Requests in a stream, and events in one.
const BATCHES: usize = 24;
const EVENTS: usize = 50;

/// A server on a kept worked example. Dropped, it is killed.
struct Server {
    child: Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Server {
    fn start(folder: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_sagip"))
            .args(["demo", "--listen", "127.0.0.1:0", "--keep"])
            .arg(folder.join("demo"))
            .env("SAGIP_DEMO_TOKEN_FILE", folder.join("token"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines
            .find_map(|line| line.unwrap().strip_prefix("address http://").map(str::to_owned))
            .expect("the server prints its address");
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address }
    }

    /// SIGKILL: nothing of the process gets a chance to tidy up.
    fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks it to end, and waits until it has.
    fn stop(mut self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }

    fn begin(&self, token: &str, method: &str, path: &str, body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "{method} /api/v1{path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\
             Content-Type: application/x-ndjson\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            body.len(),
        )
        .unwrap();
        stream
    }

    fn ask(&self, token: &str, method: &str, path: &str, body: &str) -> Value {
        let mut answer = String::new();
        self.begin(token, method, path, body).read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{answer}");
        serde_json::from_str(body).unwrap()
    }
}

const EVENTS_PATH: &str = "/events?source=Synthetic%20Stream&lawful_basis=synthetic";

/// A batch: some hours of payments to forty receivers, of whom a few receive far more than others. Some
/// come late.
fn batch(n: usize) -> String {
    let mut lines = String::new();
    for at in n * EVENTS..(n + 1) * EVENTS {
        let receiver = if at.is_multiple_of(3) { at % 7 } else { 7 + at % 33 };
        let late = if at % 61 == 60 { 40 } else { 0 };
        let minute = (at * 30).saturating_sub(late * 60);
        let event = serde_json::json!({
            "reference": format!("SYN-LIVE-{at}"),
            "at": format!("2026-05-{:02}T{:02}:{:02}:00Z", 1 + minute / 1440, minute / 60 % 24, minute % 60),
            "amount": "25.00",
            "currency": "PHP",
            "sender_account": format!("SYN-FROM-{}", at % 97),
            "sender_country": "AU",
            "receiver_account": format!("SYN-TO-{receiver}"),
            "receiver_kind": "individual",
            "receiver_country": "PH",
        });
        lines.push_str(&event.to_string());
        lines.push('\n');
    }
    lines
}

/// What every alert about the stream says, without its id and number; those of the worked example are of
/// other months.
fn alerts(server: &Server, token: &str) -> Vec<String> {
    let list = server.ask(token, "GET", "/alerts?limit=200", "");
    assert!(list["next"].is_null(), "{list}");
    let of_stream = |row: &&Value| row["first_at"].as_str().unwrap().starts_with("2026-05");
    let mut said: Vec<String> = (list["items"].as_array().unwrap().iter().filter(of_stream))
        .map(|row| {
            let alert = server.ask(token, "GET", &format!("/alerts/{}", row["id"].as_str().unwrap()), "");
            let what = ["typology", "version", "state", "score", "first_at", "last_at", "evidence"];
            what.map(|field| alert[field].to_string()).join(" ")
        })
        .collect();
    said.sort();
    said
}

/// Streams every batch, killing the server while those of `kills` are under way; what it then says.
fn streamed(folder: &Path, kills: &[usize]) -> Vec<String> {
    let mut server = Server::start(folder);
    let token = std::fs::read_to_string(folder.join("token")).unwrap();
    let mut accepted = 0;
    for n in 0..BATCHES {
        let body = batch(n);
        if kills.contains(&n) {
            let unanswered = server.begin(&token, "POST", EVENTS_PATH, &body);
            server.kill();
            drop(unanswered);
            server = Server::start(folder);
        }
        // What was not answered is sent again.
        let taken = server.ask(&token, "POST", EVENTS_PATH, &body);
        assert_eq!(taken["rejected"], 0, "{taken}");
        accepted += taken["accepted"].as_u64().unwrap() + taken["known"].as_u64().unwrap();
    }
    assert_eq!(accepted, (BATCHES * EVENTS) as u64);
    server.stop();
    let server = Server::start(folder);
    let said = alerts(&server, &token);
    assert!(said.len() > 20, "{} alerts", said.len());
    said
}

#[test]
fn a_stream_whose_server_is_killed_again_and_again_ends_in_the_same_alerts() {
    let [whole, killed] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let killed = streamed(killed.path(), &[5, 6, 15, BATCHES - 1]);
    let whole = streamed(whole.path(), &[]);
    for (one, other) in killed.iter().zip(&whole) {
        assert_eq!(one, other);
    }
    assert_eq!(killed.len(), whole.len());
}
