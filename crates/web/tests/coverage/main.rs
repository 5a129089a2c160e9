//! Every route × everybody × every kind of owner, held against `coverage.golden.txt`.
//!
//! A route of the pages or of the API that is not asked here fails the test, and so does an answer
//! that is not the one in the table. `UPDATE_GOLDEN=1` writes the table anew; what it may never
//! say is asserted apart from it: what belongs to a stranger answers as what does not exist, a
//! partner only looks, and who has not signed in gets no further than the door.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail"
)]

mod api;
#[path = "../pages_a/browser.rs"]
mod browser;
mod matching;
mod pages;
mod records;

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
};

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use browser::{Answer, Browser};
use records::{GUEST, Records, WORDS};
use test_support::{PASSWORD, TestEngine, TestHouse};
use web::page::routes::{self, fits};

/// Where the table is.
const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/coverage.golden.txt");

/// Everybody who may ask, in the order of the table.
const ROLES: [&str; 8] = [
    "administrator",
    "auditor",
    "hotline_analyst",
    "investigator",
    "payment_analyst",
    "prosecutor",
    "social_worker",
    "supervisor",
];

/// Who owns what is asked for.
const OWNERS: [&str; 4] = ["own", "partner", "foreign", "nothing"];

/// What goes with a request.
#[derive(Clone, Copy)]
pub(crate) enum Sent {
    Nothing,
    /// The fields of a form, without its token.
    Form(&'static str),
    /// The form of imports with a file that is none of ours.
    Upload,
    /// A body of JSON.
    Json(&'static str),
}

/// One thing that is asked of one route.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    pub(crate) method: &'static str,
    /// The route.
    pub(crate) pattern: &'static str,
    /// An address of it, with words where ids belong.
    pub(crate) path: &'static str,
    pub(crate) sent: Sent,
}

impl Row {
    fn body(&self) -> &'static str {
        match self.sent {
            Sent::Form(text) | Sent::Json(text) => text,
            Sent::Nothing | Sent::Upload => "",
        }
    }

    /// Whether it is about a record.
    fn names_a_record(&self) -> bool {
        let named = |word: &&str| self.path.contains(word) || self.body().contains(word);
        WORDS.iter().chain([&GUEST]).any(named)
    }

    fn owners(&self) -> &'static [&'static str] {
        if self.names_a_record() { &OWNERS } else { &["-"] }
    }

    /// How the table names it.
    fn name(&self) -> String {
        format!("{} {} {}", self.method, self.path, self.body()).trim_end().to_owned()
    }

    fn is_api(&self) -> bool {
        ["/api/", "/h/", "/m/", "/c/", "/metrics"].iter().any(|start| self.path.starts_with(start))
    }
}

/// What was answered, as the table has it.
fn cell(answer: &Answer) -> String {
    let to = answer.to().split('?').next().unwrap_or_default();
    match (answer.status, to) {
        (StatusCode::SEE_OTHER, "/") if !answer.to().contains("done=") => "door".to_owned(),
        (StatusCode::SEE_OTHER, routes::CONFIRM) => "confirm".to_owned(),
        (status, _) => status.as_u16().to_string(),
    }
}

/// Somebody who asks.
struct Asker {
    name: &'static str,
    browser: Browser,
}

impl Asker {
    async fn ask(&mut self, row: &Row, records: &Records) -> Answer {
        let path = records.fill(row.path);
        let token = self.browser.token();
        let request = Request::builder().method(row.method).uri(&path);
        let request = match row.sent {
            Sent::Upload => return self.browser.upload(&token, "synthetic.txt", b"synthetic").await,
            Sent::Nothing => request.header("x-csrf-token", &token).body(Body::empty()),
            Sent::Json(body) => request
                .header("x-csrf-token", &token)
                .header(header::CONTENT_TYPE, "application/json")
                .body(Body::from(records.fill(body))),
            Sent::Form(fields) => request
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(format!("csrf={token}&{}", records.fill(fields)))),
        };
        self.browser.send(request.unwrap()).await
    }
}

/// Everybody, signed in and confirmed, and one who has not signed in.
async fn everybody(house: &TestHouse, own: &Records) -> Vec<Asker> {
    let mut all = Vec::new();
    for name in ROLES {
        let mut browser = Browser::signed_in(house, &[name]).await;
        let fields = [("password", PASSWORD), ("back", "/desks")];
        assert_eq!(browser.fill(routes::CONFIRM, &fields).await.status, StatusCode::SEE_OTHER);
        all.push(Asker { name, browser });
    }
    all.push(Asker { name: "guest", browser: guest(house, own).await });
    let mut nobody = Browser::new(house);
    nobody.see(routes::HOME).await;
    all.push(Asker { name: "nobody", browser: nobody });
    all
}

/// A guest of the own case, through the first change of the password.
async fn guest(house: &TestHouse, own: &Records) -> Browser {
    let op = house.op(&["supervisor"]).await;
    let mut tx = house.begin(&op).await.unwrap();
    let until = house.now() + model::Span::days(9);
    let case = own.id("$case");
    let made =
        app_admin::guests::invite_guest(&op, &mut tx, case, "synthetic.guest", "Synthetic Guest", until)
            .await
            .unwrap();
    tx.commit().await.unwrap();
    let mut browser = Browser::new(house);
    browser.sign_in(&made.name, &made.password).await;
    browser.see(routes::ACCOUNT_PASSWORD).await;
    let new = "synthetic marble otter lantern";
    let fields = [("current", made.password.as_str()), ("new", new), ("again", new)];
    browser.follow(routes::ACCOUNT_PASSWORD, &fields).await;
    let fields = [("password", new), ("back", "/desks")];
    assert_eq!(browser.fill(routes::CONFIRM, &fields).await.status, StatusCode::SEE_OTHER);
    browser
}

/// Every route there is, pages and API.
async fn routes_there_are(browser: &mut Browser) -> BTreeSet<(String, String)> {
    let mut all = BTreeSet::new();
    for (methods, pattern) in routes::ALL {
        all.extend(methods.split(' ').map(|method| (method.to_owned(), (*pattern).to_owned())));
    }
    for (methods, pattern) in web::hma_routes() {
        all.extend(methods.split(' ').map(|method| (method.to_owned(), pattern.to_owned())));
    }
    let document: serde_json::Value =
        serde_json::from_str(&browser.see("/api/openapi.json").await.text).unwrap();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            let method = method.to_uppercase();
            if ["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&method.as_str()) {
                all.insert((method, path.clone()));
            }
        }
    }
    all
}

#[tokio::test]
async fn everybody_gets_from_every_route_what_they_may_and_no_more() {
    let house = TestHouse::new(&TestEngine::Sqlite).await;
    house.put_setting("second_step_optional", "yes").await;
    let own = records::make(&house, house.organisation, 1).await;
    let partner = records::make(&house, house.partner, 2).await;
    records::share(&house, &partner).await;
    let foreign = records::make(&house, house.foreign, 3).await;
    let nothing = Records::nothing(&house);
    let mut everybody = everybody(&house, &own).await;

    let rows: Vec<Row> = [pages::PAGES, api::API, matching::MATCHING, pages::DOOR].concat();
    let asked: BTreeSet<_> = rows.iter().map(|row| (row.method.to_owned(), row.pattern.to_owned())).collect();
    let there_are = routes_there_are(&mut everybody[0].browser).await;
    let missing: Vec<_> = there_are.difference(&asked).collect();
    let gone: Vec<_> = asked.difference(&there_are).collect();
    assert!(missing.is_empty() && gone.is_empty(), "not asked: {missing:#?}; not there: {gone:#?}");

    let mut table = Vec::new();
    for row in &rows {
        assert!(fits(row.pattern, row.path.split('?').next().unwrap()), "{}", row.name());
        let mut answers: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for owner in row.owners() {
            let records = match *owner {
                "partner" => &partner,
                "foreign" => &foreign,
                "nothing" => &nothing,
                _ => &own,
            };
            for asker in &mut everybody {
                let answer = asker.ask(row, records).await;
                assert!(
                    answer.status.as_u16() < 500 || answer.status == StatusCode::NOT_IMPLEMENTED,
                    "{} {owner} {}: {}",
                    row.name(),
                    asker.name,
                    answer.text
                );
                answers.entry(owner).or_default().push(cell(&answer));
            }
        }
        never(row, &answers);
        for owner in row.owners() {
            table.push((row.name(), (*owner).to_owned(), answers[owner].clone()));
        }
    }
    hold(&written(&table));
}

/// What the table may never say.
fn never(row: &Row, answers: &BTreeMap<&str, Vec<String>>) {
    let name = row.name();
    for (owner, cells) in answers {
        let nobody = cells.last().unwrap().as_str();
        let at_the_door = [routes::HOME, routes::SIGN_IN, routes::SIGN_IN_CODE, routes::SIGN_OUT];
        let turned_away = if row.is_api() { nobody == "401" } else { nobody == "door" };
        assert!(turned_away || at_the_door.contains(&row.pattern), "{name} {owner}: nobody gets {nobody}");
    }
    let (Some(partner), Some(foreign)) = (answers.get("partner"), answers.get("foreign")) else { return };
    assert_eq!(foreign, &answers["nothing"], "{name}: a stranger's record is told from none at all");
    let asks_what_for_before_it_looks = row.method == "GET" && row.pattern == routes::REVEAL;
    for cell in foreign {
        // Where the house decides by the role alone, it decides before it looks for the record.
        let hidden = ["404", "403", "401", "door", "confirm"].contains(&cell.as_str());
        assert!(hidden || asks_what_for_before_it_looks, "{name}: a stranger's record answers {cell}");
    }
    for cell in partner {
        let refused = ["404", "403", "401", "door", "confirm"].contains(&cell.as_str());
        let looks = row.method == "GET" && cell == "200";
        assert!(refused || looks, "{name}: a partner's record answers {cell}");
    }
}

/// The table as text: a line for each thing asked and owner, a column for each who asks.
fn written(table: &[(String, String, Vec<String>)]) -> String {
    let heads: Vec<&str> = ROLES.iter().copied().chain(["guest", "nobody"]).collect();
    let wide = table.iter().map(|(name, ..)| name.chars().count()).max().unwrap_or_default();
    let line = |name: &str, owner: &str, cells: &[&str]| {
        let cells: Vec<String> = cells
            .iter()
            .zip(&heads)
            .map(|(cell, head)| format!("{cell:width$}", width = head.len().max(7)))
            .collect();
        format!("{name:wide$}  {owner:8} {}", cells.join(" ")).trim_end().to_owned() + "\n"
    };
    let mut text = line("asked", "owner", &heads);
    for (name, owner, cells) in table {
        text.push_str(&line(name, owner, &cells.iter().map(String::as_str).collect::<Vec<_>>()));
    }
    text
}

/// Holds the table against the one that is kept.
fn hold(text: &str) {
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(GOLDEN, text).unwrap();
        return;
    }
    let kept = fs::read_to_string(GOLDEN).unwrap_or_default();
    let was: BTreeSet<&str> = kept.lines().collect();
    let is: BTreeSet<&str> = text.lines().collect();
    let gone: Vec<_> = was.difference(&is).collect();
    let new: Vec<_> = is.difference(&was).collect();
    assert!(
        kept == text,
        "the answers are not those of {GOLDEN}; UPDATE_GOLDEN=1 writes them\nwas: {gone:#?}\nis: {new:#?}"
    );
}
