//! NCMEC's hash sharing, version 2, from a script: as `hash_api.py` of threatexchange 1.2.17 asks
//! and `tests/data.py` beside it has the answers.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
};

use clients::{Limits, Secret, ncmec};
use formats::ncmec_hashes::{Environment, NAMESPACE};

use crate::{
    http::{Answer, Asked, Service, query},
    world::{World, at},
};

/// `synthetic:password`, as RFC 7617 has it.
const AUTHORIZATION: &str = "Basic c3ludGhldGljOnBhc3N3b3Jk";

/// What an entry became at a second, and when that began to show.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    pub(crate) at: i64,
    pub(crate) shows_at: i64,
    /// `None` when it was deleted.
    pub(crate) md5: Option<u32>,
}

/// What goes wrong with one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    Status(u16),
    BusyFor(u32),
    Cut,
    HungUp,
    /// The text ends in the middle, and the length says so.
    Truncated,
    Html,
    PageBefore,
}

/// What a page is answered with whose address is no longer good.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stale {
    Empty,
    Status(u16),
}

#[derive(Debug)]
pub(crate) struct Script {
    /// By member and id.
    pub(crate) entries: BTreeMap<(u64, String), Vec<Version>>,
    pub(crate) page: usize,
    pub(crate) faults: VecDeque<Fault>,
    pub(crate) stale: Stale,
    /// How long the address of a page is good, in seconds.
    pub(crate) link_life: i64,
    /// What was asked, as method and path.
    pub(crate) asked: Vec<String>,
    /// What was given.
    pub(crate) given: Vec<String>,
    cursors: Vec<Cursor>,
}

/// The entries of a window as they stood when it was opened.
#[derive(Debug)]
struct Cursor {
    items: Vec<(bool, String)>,
    newest: i64,
    window: String,
}

/// A script that is being served.
pub(crate) struct Ncmec {
    pub(crate) service: Service,
    pub(crate) script: Arc<Mutex<Script>>,
}

impl Script {
    pub(crate) fn new(page: usize) -> Self {
        Self {
            entries: BTreeMap::new(),
            page,
            faults: VecDeque::new(),
            stale: Stale::Empty,
            link_life: 12 * 3600,
            asked: Vec::new(),
            given: Vec::new(),
            cursors: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, id: &str, at: i64, md5: Option<u32>) {
        let version = Version { at, shows_at: at, md5 };
        self.entries.entry((id.len() as u64 % 3, id.to_owned())).or_default().push(version);
    }

    /// What is shared at the end, as keys and hashes.
    pub(crate) fn truth(&self) -> BTreeMap<String, Vec<String>> {
        let last = |versions: &Vec<Version>| versions.last().and_then(|version| version.md5);
        let hashes = |md5: u32| vec![format!("md5:{}", md5_of(md5)), format!("pdq:{}", pdq_of(md5))];
        let entries = self.entries.iter();
        entries
            .filter_map(|((member, id), versions)| Some((format!("{member}-{id}"), hashes(last(versions)?))))
            .collect()
    }

    pub(crate) fn serve(self, world: &World) -> Ncmec {
        let script = Arc::new(Mutex::new(self));
        let (served, world) = (Arc::clone(&script), world.clone());
        let service = Service::start(move |asked| served.lock().unwrap().answer(asked, world.second()));
        Ncmec { service, script }
    }

    fn answer(&mut self, asked: &Asked, now: i64) -> Answer {
        self.asked.push(format!("{} {}", asked.method, asked.path));
        if asked.headers.get("authorization").map(String::as_str) != Some(AUTHORIZATION) {
            return Answer::status(401);
        }
        let fault = self.faults.pop_front().unwrap_or(Fault::None);
        match fault {
            Fault::Status(status) => return Answer::status(status),
            Fault::BusyFor(seconds) => return Answer::status(429).with("Retry-After", &seconds.to_string()),
            Fault::HungUp => return Answer::HungUp,
            Fault::Html => return Answer::ok("<html><body>Synthetic maintenance</body></html>"),
            _ => {}
        }
        let mut body = match (asked.method.as_str(), asked.path.split('?').next().unwrap_or_default()) {
            ("GET", "/v2/entries") => match self.entries(&asked.path, now, fault) {
                Ok(body) => body,
                Err(status) => return Answer::status(status),
            },
            ("GET", "/v2/status") => format!(
                "<status xmlns=\"{NAMESPACE}\"><ipAddress>127.0.0.1</ipAddress><username>synthetic</username><member id=\"1\">Synthetic Member 1</member></status>"
            ),
            ("GET", "/v2/members") => format!(
                "<members xmlns=\"{NAMESPACE}\"><member id=\"1\">Synthetic Member 1</member><member id=\"2\">Synthetic Member 2</member></members>"
            ),
            ("GET", "/v2/feedback/MD5/reasons") => format!(
                "<feedback xmlns=\"{NAMESPACE}\"><availableFeedbackReasons type=\"MD5\"><reason guid=\"01234567-0000-0000-0000-000000000001\" name=\"Synthetic Reason\" type=\"MD5\"/></availableFeedbackReasons></feedback>"
            ),
            ("PUT", path) if path.starts_with("/v2/entries/") && path.ends_with("/feedback") => {
                assert_eq!(asked.headers["content-type"], "application/xml; charset=utf-8");
                self.given.push(String::from_utf8(asked.body.clone()).expect("UTF-8"));
                String::new()
            }
            _ => return Answer::status(404),
        };
        if fault == Fault::Truncated {
            body.truncate(body.len() / 2);
        }
        if fault == Fault::Cut { Answer::Cut(body.into_bytes()) } else { Answer::ok(body) }
    }

    fn entries(&mut self, path: &str, now: i64, fault: Fault) -> Result<String, u16> {
        let query = query(path);
        let number = |name: &str| query[name].parse::<i64>().expect("a number");
        let (cursor, start, given) = if query.contains_key("cursor") {
            (number("cursor") as usize, number("start") as usize, number("given"))
        } else {
            (self.open(&query["from"], &query["to"], now), 0, now)
        };
        let Cursor { items, newest, window } = &self.cursors[cursor];
        let mut items = items.as_slice();
        if given + self.link_life < now {
            match self.stale {
                Stale::Status(status) => return Err(status),
                Stale::Empty => items = &[],
            }
        }
        let start = if fault == Fault::PageBefore { start.saturating_sub(self.page) } else { start };
        let end = items.len().min(start + self.page);
        let shown = items.get(start..end).unwrap_or_default();
        let max = items.len();
        let next = if end < items.len() {
            format!(
                "<paging><next>/v2/entries?{window}&amp;start={end}&amp;size={}&amp;max={max}&amp;cursor={cursor}&amp;given={now}</next></paging>",
                self.page
            )
        } else {
            String::new()
        };
        let group = |name: &str, video: bool| {
            let mut of = shown.iter().filter(|(is_video, _)| *is_video == video).peekable();
            if of.peek().is_none() {
                return String::new();
            }
            let shown: String = of.map(|(_, item)| item.as_str()).collect();
            format!("<{name} count=\"1\" maxTimestamp=\"{}\">{shown}</{name}>", at(*newest))
        };
        Ok(format!(
            "<queryResult xmlns=\"{NAMESPACE}\">{}{}{next}</queryResult>",
            group("images", false),
            group("videos", true)
        ))
    }

    fn open(&mut self, from: &str, to: &str, now: i64) -> usize {
        let second = |text: &str| model::Instant::parse(text).expect("a time in UTC").micros() / 1_000_000;
        let (from_second, to_second) = (second(from), second(to));
        let mut items = Vec::new();
        let mut newest = 0;
        for (place, ((member, id), versions)) in self.entries.iter().enumerate() {
            let shown = versions.iter().rev().find(|version| version.shows_at <= now);
            if let Some(version) = shown.filter(|version| (from_second..=to_second).contains(&version.at)) {
                newest = newest.max(version.at);
                // An order that has nothing to do with time, and differs from window to window.
                let order = (place as u64 + self.asked.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                items.push((order.rotate_left(23), (is_video(id), element(*member, id, version))));
            }
        }
        items.sort();
        let items = items.into_iter().map(|(_, item)| item).collect();
        let window = format!("from={from}&amp;to={to}");
        self.cursors.push(Cursor { items, newest, window });
        self.cursors.len() - 1
    }
}

impl Ncmec {
    /// A client of the service.
    pub(crate) fn client(&self, world: &World) -> ncmec::Client {
        self.client_with(world, "password", Limits::default())
    }

    pub(crate) fn client_with(&self, world: &World, password: &str, limits: Limits) -> ncmec::Client {
        let credentials =
            ncmec::Credentials { user: "synthetic".to_owned(), password: Secret::new(password) };
        let address = self.service.address();
        ncmec::Client::at(address, Environment::TestIndustry, &credentials, limits, world.surroundings())
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.script.lock().unwrap().asked.clone()
    }
}

/// Entries whose id begins so are videos.
fn is_video(id: &str) -> bool {
    id.starts_with('v')
}

pub(crate) fn md5_of(number: u32) -> String {
    format!("{number:032x}")
}

pub(crate) fn pdq_of(number: u32) -> String {
    format!("{number:064x}")
}

fn element(member: u64, id: &str, version: &Version) -> String {
    let kind = if is_video(id) { "video" } else { "image" };
    let head = format!(
        "<member id=\"{member}\">Synthetic Member {member}</member><timestamp>{}</timestamp><id>{id}</id>",
        at(version.at)
    );
    match version.md5 {
        Some(md5) => format!(
            "<{kind}>{head}<classification>A1</classification><fingerprints><md5>{}</md5><pdq>{}</pdq></fingerprints></{kind}>",
            md5_of(md5),
            pdq_of(md5)
        ),
        None if is_video(id) => format!("<deletedVideo>{head}</deletedVideo>"),
        None => format!("<deletedImage>{head}</deletedImage>"),
    }
}
