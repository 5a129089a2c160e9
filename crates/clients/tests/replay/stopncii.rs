//! StopNCII's exchange from a script: as `stopncii/api.py` of threatexchange 1.2.17 asks and its
//! `test_api.py` has the answers.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
};

use clients::{Limits, Secret, stopncii};

use crate::{
    http::{Answer, Asked, Service, query},
    ncmec::{Fault, Stale, Version, md5_of},
    world::World,
};

/// A script. The number of an entry's version is left out of account: what identifies a record is its
/// hash, and a version without one is withdrawn.
#[derive(Debug)]
pub(crate) struct Script {
    pub(crate) records: BTreeMap<u32, Vec<Version>>,
    /// Records that are no longer told of at all from a second on.
    pub(crate) purged: BTreeMap<u32, i64>,
    pub(crate) page: usize,
    pub(crate) faults: VecDeque<Fault>,
    pub(crate) stale: Stale,
    /// How long a token is good, in seconds.
    pub(crate) token_life: i64,
    pub(crate) asked: Vec<String>,
    pub(crate) given: Vec<String>,
    cursors: Vec<Vec<String>>,
}

/// A script that is being served.
pub(crate) struct StopNcii {
    pub(crate) service: Service,
    pub(crate) script: Arc<Mutex<Script>>,
}

impl Script {
    pub(crate) fn new(page: usize) -> Self {
        Self {
            records: BTreeMap::new(),
            purged: BTreeMap::new(),
            page,
            faults: VecDeque::new(),
            stale: Stale::Empty,
            token_life: 3600,
            asked: Vec::new(),
            given: Vec::new(),
            cursors: Vec::new(),
        }
    }

    /// What is shared at the end, as keys and hashes.
    pub(crate) fn truth(&self) -> BTreeMap<String, Vec<String>> {
        let shared = |versions: &&Vec<Version>| versions.last().is_some_and(|version| version.md5.is_some());
        let records = self
            .records
            .iter()
            .filter(|(number, versions)| shared(versions) && !self.purged.contains_key(number));
        records
            .map(|(number, _)| {
                (format!("VideoMD5:{}", md5_of(*number)), vec![format!("md5:{}", md5_of(*number))])
            })
            .collect()
    }

    pub(crate) fn serve(self, world: &World) -> StopNcii {
        let script = Arc::new(Mutex::new(self));
        let (served, world) = (Arc::clone(&script), world.clone());
        let service = Service::start(move |asked| served.lock().unwrap().answer(asked, world.second()));
        StopNcii { service, script }
    }

    fn answer(&mut self, asked: &Asked, now: i64) -> Answer {
        self.asked.push(format!("{} {}", asked.method, asked.path));
        let path = asked.path.split('?').next().unwrap_or_default();
        let key = match path {
            "/FetchHashes" => "synthetic-fetch",
            "/SubmitHashes" => "synthetic-submit",
            "/SubmitFeedback" => "synthetic-feedback",
            _ => return Answer::status(404),
        };
        let header = |name: &str| asked.headers.get(name).map(String::as_str);
        if (header("x-functions-key"), header("ocp-apim-subscription-key"))
            != (Some(key), Some("synthetic-subscription"))
        {
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
        if asked.method == "POST" {
            self.given.push(String::from_utf8(asked.body.clone()).expect("UTF-8"));
            return Answer::ok("{}");
        }
        match self.fetch(&asked.path, now, fault) {
            Err(status) => Answer::status(status),
            Ok(body) if fault == Fault::Cut => Answer::Cut(body.into_bytes()),
            Ok(body) if fault == Fault::Truncated => Answer::ok(&body.as_bytes()[..body.len() / 2]),
            Ok(body) => Answer::ok(body),
        }
    }

    fn fetch(&mut self, path: &str, now: i64, fault: Fault) -> Result<String, u16> {
        let query = query(path);
        let size = self.page.min(query["pageSize"].parse().expect("a size"));
        // A token has characters that do not stand in a query as they are.
        let (cursor, start, given) = match query.get("nextPageToken") {
            Some(token) => {
                let token = token.strip_prefix("+RID:~/=").expect("a token as it was given");
                let parts: Vec<i64> = token.split('#').map(|part| part.parse().expect("a number")).collect();
                (parts[0] as usize, parts[1] as usize, parts[2])
            }
            None => (self.open(query["startTimestamp"].parse().expect("a second"), now), 0, now),
        };
        let mut records = self.cursors[cursor].as_slice();
        if given + self.token_life < now {
            match self.stale {
                Stale::Status(status) => return Err(status),
                Stale::Empty => records = &[],
            }
        }
        let start = if fault == Fault::PageBefore { start.saturating_sub(size) } else { start };
        let end = records.len().min(start + size);
        let shown = records.get(start..end).unwrap_or_default();
        let more = end < records.len();
        let token = if more { format!("\"+RID:~/={cursor}#{end}#{now}\"") } else { "null".to_owned() };
        Ok(format!(
            "{{\"count\": {}, \"nextSetTimestamp\": {now}, \"nextPageToken\": {token}, \"hasMoreRecords\": {more}, \"hashRecords\": [{}]}}",
            shown.len(),
            shown.join(",")
        ))
    }

    fn open(&mut self, from: i64, now: i64) -> usize {
        let mut records = Vec::new();
        for (number, versions) in &self.records {
            if self.purged.get(number).is_some_and(|purged| *purged <= now) {
                continue;
            }
            let shown = versions.iter().rev().find(|version| version.shows_at <= now);
            if let Some(version) = shown.filter(|version| version.at >= from) {
                let order =
                    (u64::from(*number) + self.asked.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                let status = if version.md5.is_some() { "Active" } else { "Withdrawn" };
                let record = format!(
                    "{{\"lastModtimestamp\": {}, \"hashValue\": \"{}\", \"hashStatus\": \"{status}\", \"signalType\": \"VideoMD5\", \"caseNumbers\": {{\"synthetic\": \"{status}\"}}}}",
                    version.at,
                    md5_of(*number)
                );
                records.push((order.rotate_left(23), record));
            }
        }
        records.sort();
        self.cursors.push(records.into_iter().map(|(_, record)| record).collect());
        self.cursors.len() - 1
    }
}

impl StopNcii {
    pub(crate) fn client(&self, world: &World) -> stopncii::Client {
        let credentials = stopncii::Credentials {
            subscription: Secret::new("synthetic-subscription"),
            fetch_hashes: Secret::new("synthetic-fetch"),
            submit_hashes: None,
            submit_feedback: Some(Secret::new("synthetic-feedback")),
        };
        stopncii::Client::at(self.service.address(), credentials, Limits::default(), world.surroundings())
    }
}
