//! From an event's arrival over HTTP to its alert on an open page: a server of its own with the worked
//! example, requests at a steady pace, a signed-in page that listens.
//!
//! Time runs from when a request was due, not from when it could be sent: a server that falls behind does
//! not make its own figures better.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    sync::{Mutex, mpsc},
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use model::Span;
use serde_json::Value;

use super::{import::Scratch, machine};
use crate::{cli::PRESENT, demo::PASSWORD, out::Out};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Events a second
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    rate: usize,
    /// Seconds
    #[arg(long, value_name = "N", default_value_t = 20)]
    seconds: usize,
    /// Events in a request
    #[arg(long, value_name = "N", default_value_t = 500)]
    batch: usize,
}

/// The payments to one receiver with which `baseline-inward-20` opens.
const PLANTED: usize = 20;
/// Connections that take turns.
const CONNECTIONS: usize = 4;
/// How long the last alerts are waited for.
const PATIENCE: Duration = Duration::from_mins(1);
/// Nothing for so long is the end.
const QUIET: Duration = Duration::from_secs(5);

pub(crate) fn run(args: &Args, out: Out) -> anyhow::Result<()> {
    ensure!(args.batch > PLANTED, "--batch is more than {PLANTED}");
    ensure!(args.rate > 0 && args.seconds > 0, "--rate and --seconds are above 0");
    let folder = Scratch::new()?;
    out.progress("starting a server");
    let server = Server::start(&folder)?;
    let listening = server.listen()?;
    let batches = args.rate * args.seconds / args.batch;
    let pause = Duration::from_secs_f64(args.batch as f64 / args.rate as f64);
    out.progress(&format!("{batches} requests of {} events", args.batch));
    let begun = machine::start() + Duration::from_millis(200);
    let (sent, heard) = mpsc::channel();
    std::thread::spawn(move || hear(listening, &sent));
    let due = |n: usize| begun + pause * u32::try_from(n).unwrap_or(u32::MAX);
    let next = Mutex::new(0);
    let mut answered: Vec<Duration> = Vec::new();
    std::thread::scope(|scope| {
        let senders: Vec<_> =
            (0..CONNECTIONS).map(|_| scope.spawn(|| send(&server, args, batches, &next, &due))).collect();
        for sender in senders {
            match sender.join() {
                Ok(times) => answered.extend(times?),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        Ok::<(), anyhow::Error>(())
    })?;
    let took = machine::start().duration_since(begun);
    let mut alerts: HashMap<String, Instant> = HashMap::new();
    let deadline = machine::start() + PATIENCE;
    // A receiver may show more than one pattern, so the end is when nothing comes any more.
    let patience = || QUIET.min(deadline.saturating_duration_since(machine::start()));
    while let Ok((id, at)) = heard.recv_timeout(patience()) {
        alerts.entry(id).or_insert(at);
    }
    out.progress_done();
    let latency = server.latency(&alerts, batches, &due)?;
    let object = serde_json::json!({
        "name": "live", "rate": args.rate, "events": batches * args.batch,
        "figures": {
            "events_per_second": (batches * args.batch) as f64 / took.as_secs_f64(),
            "alerts_expected": batches, "alerts_on_the_page": latency.len(),
            "p50_milliseconds": at(&latency, 0.5), "p99_milliseconds": at(&latency, 0.99),
            "worst_milliseconds": at(&latency, 1.0),
            "answer_p50_milliseconds": at(&sorted(&answered), 0.5),
            "answer_p99_milliseconds": at(&sorted(&answered), 0.99),
        },
        "peer": null, "machine": machine::machine(),
    });
    out.result(&object.to_string(), &object);
    Ok(())
}

fn sorted(times: &[Duration]) -> Vec<f64> {
    let mut millis: Vec<f64> = times.iter().map(|time| time.as_secs_f64() * 1e3).collect();
    millis.sort_by(f64::total_cmp);
    millis
}

fn at(sorted: &[f64], share: f64) -> Option<f64> {
    let place = ((sorted.len() as f64 * share) as usize).min(sorted.len().checked_sub(1)?);
    sorted.get(place).copied()
}

/// Sends requests when they are due; how long after that each was answered.
fn send(
    server: &Server,
    args: &Args,
    batches: usize,
    next: &Mutex<usize>,
    due: &(impl Fn(usize) -> Instant + Sync),
) -> anyhow::Result<Vec<Duration>> {
    let mut stream = TcpStream::connect(&server.address)?;
    stream.set_nodelay(true)?;
    let mut answers = BufReader::new(stream.try_clone()?);
    let mut times = Vec::new();
    loop {
        let n = {
            let Ok(mut next) = next.lock() else { bail!("another connection failed") };
            *next += 1;
            *next - 1
        };
        if n >= batches {
            return Ok(times);
        }
        let body = body(n, args.batch);
        let due = due(n);
        pause(due.saturating_duration_since(machine::start()));
        write!(
            stream,
            "POST /api/v1/events?source=Synthetic%20Stream&lawful_basis=synthetic HTTP/1.1\r\nHost: {}\r\n\
             Authorization: Bearer {}\r\nContent-Type: application/x-ndjson\r\nContent-Length: {}\r\n\r\n{body}",
            server.address,
            server.token,
            body.len()
        )?;
        let answer = Response::read(&mut answers)?;
        ensure!(answer.status == 200, "a request was answered with {}: {}", answer.status, answer.body);
        times.push(machine::start().duration_since(due));
    }
}

#[expect(clippy::disallowed_methods, reason = "requests are sent when they are due")]
fn pause(time: Duration) {
    std::thread::sleep(time);
}

/// A minute of events: the last makes its receiver show the pattern, the others show none.
fn body(n: usize, events: usize) -> String {
    let mut lines = String::with_capacity(events * 320);
    for i in 0..events {
        let at = minute(n) + Span(1000 * i as i64);
        let mixed = (n * events + i).wrapping_mul(0x9e37_79b9) >> 7;
        let (sender, receiver, amount) = if i + PLANTED >= events {
            (format!("SYN-ABROAD-{}", mixed % 5000), format!("SYN-PLANTED-{n}"), "2500.00")
        } else {
            (format!("SYN-WORKER-{}", mixed % 40_000), format!("SYN-HOME-{}", mixed % 39_989), "9500.00")
        };
        lines.push_str(&format!(
            "{{\"reference\":\"SYN-LIVE-{n}-{i}\",\"at\":\"{at}\",\"amount\":\"{amount}\",\"currency\":\"PHP\",\
             \"sender_account\":\"{sender}\",\"sender_country\":\"SA\",\"receiver_account\":\"{receiver}\",\
             \"receiver_kind\":\"individual\",\"receiver_country\":\"PH\"}}\n"
        ));
    }
    lines
}

fn minute(n: usize) -> model::Instant {
    PRESENT + Span::minutes(n as i64)
}

/// Passes on which alert came when.
fn hear(stream: BufReader<TcpStream>, sent: &mpsc::Sender<(String, Instant)>) {
    for line in stream.lines() {
        let Ok(line) = line else { return };
        let Some(data) = line.strip_prefix("data:") else { continue };
        let alert: Value = serde_json::from_str(data.trim()).unwrap_or_default();
        if let Some(id) = alert.get("id").and_then(Value::as_str)
            && sent.send((id.to_owned(), machine::start())).is_err()
        {
            return;
        }
    }
}

/// A server on the worked example. Dropped, it is killed.
struct Server {
    child: Child,
    address: String,
    token: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn start(folder: &Scratch) -> anyhow::Result<Self> {
        let token = folder.path.join("token");
        let mut child = Command::new(std::env::current_exe()?)
            .args(["demo", "--listen", "127.0.0.1:0", "--keep"])
            .arg(folder.path.join("demo"))
            .env("SAGIP_DEMO_TOKEN_FILE", &token)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
        let address = lines
            .find_map(|line| line.ok()?.strip_prefix("address http://").map(str::to_owned))
            .context("the server did not start")?;
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Self { child, address, token: std::fs::read_to_string(token)? })
    }

    fn ask(&self, head: &str, body: &str) -> anyhow::Result<Response> {
        let mut stream = TcpStream::connect(&self.address)?;
        write!(
            stream,
            "{head}\r\nHost: {}\r\nOrigin: http://{}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            self.address,
            body.len()
        )?;
        Response::read(&mut BufReader::new(stream))
    }

    /// Signs an analyst in and opens the stream of an open page.
    fn listen(&self) -> anyhow::Result<BufReader<TcpStream>> {
        let page = self.ask("GET / HTTP/1.1", "")?;
        let csrf = page.body.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let form =
            format!("csrf={}&username=payment&password={PASSWORD}", csrf.context("no form to sign in with")?);
        let head = format!(
            "POST /sign-in HTTP/1.1\r\nCookie: {}\r\nContent-Type: application/x-www-form-urlencoded",
            page.cookies
        );
        let signed = self.ask(&head, &form)?;
        ensure!(
            signed.status == 303 && !signed.cookies.is_empty(),
            "nobody could sign in: {}",
            signed.status
        );
        let mut stream = TcpStream::connect(&self.address)?;
        write!(
            stream,
            "GET /alerts/stream HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nAccept: text/event-stream\r\n\r\n",
            self.address, signed.cookies
        )?;
        let mut stream = BufReader::new(stream);
        let mut line = String::new();
        stream.read_line(&mut line)?;
        ensure!(line.contains(" 200 "), "the page may not listen: {line}");
        Ok(stream)
    }

    /// By alert about a planted receiver, the milliseconds from when its request was due.
    fn latency(
        &self,
        alerts: &HashMap<String, Instant>,
        batches: usize,
        due: &impl Fn(usize) -> Instant,
    ) -> anyhow::Result<Vec<f64>> {
        let mut times = vec![None; batches];
        for (id, at) in alerts {
            let head = format!("GET /api/v1/alerts/{id} HTTP/1.1\r\nAuthorization: Bearer {}", self.token);
            let alert: Value = serde_json::from_str(&self.ask(&head, "")?.body)?;
            let said = alert.get("first_at").and_then(Value::as_str).unwrap_or_default();
            let Ok(first) = model::Instant::parse(said) else { continue };
            let n = usize::try_from(first.since(PRESENT).0 / Span::minutes(1).0).unwrap_or(usize::MAX);
            if let Some(time) = times.get_mut(n) {
                let took = at.saturating_duration_since(due(n));
                *time = Some(time.map_or(took, |known: Duration| known.min(took)));
            }
        }
        Ok(sorted(&times.into_iter().flatten().collect::<Vec<_>>()))
    }
}

/// An answer, as much of it as is needed.
struct Response {
    status: u16,
    cookies: String,
    body: String,
}

impl Response {
    fn read(stream: &mut impl BufRead) -> anyhow::Result<Self> {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|word| word.parse().ok()).context("no answer")?;
        let (mut cookies, mut length) = (Vec::new(), None);
        loop {
            line.clear();
            stream.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "set-cookie" => cookies.extend(value.trim().split(';').next().map(str::to_owned)),
                "content-length" => length = value.trim().parse::<usize>().ok(),
                _ => {}
            }
        }
        let mut body = Vec::new();
        match length {
            Some(length) => {
                body.resize(length, 0);
                stream.read_exact(&mut body)?;
            }
            None => {
                stream.read_to_end(&mut body)?;
            }
        }
        Ok(Self { status, cookies: cookies.join("; "), body: String::from_utf8_lossy(&body).into_owned() })
    }
}
