//! Banks of known hashes: what there is, how each is set, what is in it and what is made of that.

use access::Action;
use app_intake::{
    Adding, BankKind, BankSettings, ContentState, ContentView, Verdict, add_content, bank, banks,
    change_bank, content, contents, delete_bank, disable_until, give_opinion, make_bank, release,
    remove_content,
};
use app_kernel::{Error, Problem};
use axum::{
    Router,
    extract::State,
    response::Response,
    routing::{get, post},
};
use model::{CivilDate, Id, kinds};

use crate::{
    Web,
    fault::{Fault, refused, rendered},
    form::{Asked, At, Fields, SignedForm},
    notice,
    page::{
        Choice, Desk, Times,
        bank::{BankContentPage, BankForm, BankPage, BankRow, BanksPage, ContentRow},
        record::{Fact, Tone},
        routes,
        shell::Crumb,
    },
    session::Signed,
    view::{PageResult, below, shell, times, with_notice},
};

/// Entries on a page.
const ROWS: i64 = 50;
/// Millionths in a percent.
const PERCENT: f64 = 10_000.0;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(routes::BANKS, get(show).post(make))
        .route(routes::BANK, get(show_one))
        .route(routes::BANK_SETTINGS, post(set))
        .route(routes::BANK_REMOVE, post(remove))
        .route(routes::BANK_CONTENTS, post(add))
        .route(routes::BANK_CONTENT, get(show_content))
        .route(routes::BANK_CONTENT_DECIDE, post(decide))
}

async fn show(State(web): State<Web>, signed: Signed) -> PageResult {
    let page = list(&web, &signed, None).await;
    page.map(|page| rendered(&page)).map_err(|e| Fault::of(e, &signed))
}

async fn list(web: &Web, signed: &Signed, tried: Option<&Fields>) -> Result<BanksPage, Error> {
    let op = signed.op("banks");
    let mut tx = web.house.look(&op).await?;
    let found = banks(&op, &mut tx).await?;
    let times = times(web);
    let rows = found
        .into_iter()
        .map(|bank| BankRow {
            id: bank.id,
            kind: bank.settings.kind.label(),
            reach: reach(&bank.settings),
            name: bank.settings.name,
            entries: bank.contents,
            aside: bank.quarantined,
            updated: bank.last_import.map(|(id, number, at)| (number, routes::import(id), times.moment(at))),
        })
        .collect();
    let mut form = form(web, &BankSettings::named(""), tried);
    routes::BANKS.clone_into(&mut form.action);
    form.button = "Make the bank";
    Ok(BanksPage {
        shell: shell(web, signed, "Banks", Some(Desk::Banks)),
        rows,
        may_import: signed.may(web, Action::ImportFile),
        form,
    })
}

fn reach(settings: &BankSettings) -> String {
    let near = match settings.distance {
        0 => "the same hash only".to_owned(),
        bits => format!("up to {bits} bits away"),
    };
    match settings.enabled_ppm {
        0 => "switched off".to_owned(),
        1_000_000 => near,
        _ => format!("{near}, in {} % of look-ups", percent(settings.enabled_ppm)),
    }
}

#[expect(clippy::cast_precision_loss, reason = "millionths up to a million are exact")]
fn percent(ppm: i64) -> String {
    (ppm as f64 / PERCENT).to_string()
}

fn form(web: &Web, settings: &BankSettings, tried: Option<&Fields>) -> BankForm {
    let text = |name: &str, of_bank: String| tried.map_or(of_bank, |fields| fields.get(name).to_owned());
    let kind = text("kind", settings.kind.as_str().to_owned());
    let taxonomy = text("taxonomy", settings.taxonomy.clone().unwrap_or_default());
    let choice = |value: &str, words: &str, chosen: &str| Choice {
        chosen: value == chosen,
        ..Choice::new(value, words)
    };
    BankForm {
        action: String::new(),
        name: text("name", settings.name.clone()),
        kinds: BankKind::ALL.iter().map(|one| choice(one.as_str(), one.label(), &kind)).collect(),
        taxonomies: web.rules.taxonomies.iter().map(|one| choice(&one.id, &one.name, &taxonomy)).collect(),
        distance: text("distance", settings.distance.to_string()),
        share: text("share", percent(settings.enabled_ppm)),
        flood_limit: text("flood_limit", settings.flood_limit.to_string()),
        button: "Keep these settings",
    }
}

/// The settings a form sends. What is no number is out of range, and the use case says which range.
fn settings(fields: &Fields) -> Result<BankSettings, Error> {
    let number = |name: &str| fields.get(name).trim().parse::<i64>().unwrap_or(-1);
    let share = fields.get("share").trim().parse::<f64>().ok().filter(|share| share.is_finite());
    #[expect(clippy::cast_possible_truncation, reason = "out of range stays out of range")]
    let enabled_ppm = share.map_or(-1, |share| (share * PERCENT).round() as i64);
    Ok(BankSettings {
        name: fields.get("name").to_owned(),
        kind: fields.get("kind").parse()?,
        taxonomy: fields.given("taxonomy").map(str::to_owned),
        distance: number("distance"),
        enabled_ppm,
        flood_limit: number("flood_limit"),
    })
}

async fn make(State(web): State<Web>, form: SignedForm) -> PageResult {
    let SignedForm { signed, fields } = form;
    let signed = signed.at(routes::BANKS.to_owned());
    let made = async {
        let op = signed.op("banks");
        let mut tx = web.house.begin(&op).await?;
        let id = make_bank(&op, &mut tx, &web.rules, settings(&fields)?).await?;
        tx.commit().await?;
        Ok(notice::done(&routes::bank(id), "bank_made"))
    };
    match made.await {
        Ok(answer) => Ok(answer),
        Err(Error::Problem(problem)) => {
            let mut page = list(&web, &signed, Some(&fields)).await.map_err(|e| Fault::of(e, &signed))?;
            page.shell = with_notice(page.shell, notice::refused(&problem));
            Ok(refused(&page, &problem))
        }
        Err(other) => Err(Fault::of(other, &signed)),
    }
}

async fn show_one(
    State(web): State<Web>,
    signed: Signed,
    At(id): At<Id<kinds::Bank>>,
    Asked(asked): Asked,
) -> PageResult {
    let page = one(&web, &signed, id, &asked, None).await;
    page.map(|page| rendered(&page)).map_err(|e| Fault::of(e, &signed))
}

async fn one(
    web: &Web,
    signed: &Signed,
    id: Id<kinds::Bank>,
    asked: &Fields,
    tried: Option<&Fields>,
) -> Result<BankPage, Error> {
    let op = signed.op("banks");
    let mut tx = web.house.look(&op).await?;
    let found = bank(&op, &mut tx, id).await?;
    let state = asked.given("state").and_then(|word| word.parse::<ContentState>().ok());
    let before = asked.given("before").and_then(|number| number.parse().ok());
    let page = contents(&op, &mut tx, id, state, before, ROWS).await?;
    let times = times(web);
    let mut form = form(web, &found.settings, tried);
    form.action = routes::bank_settings(id);
    let facts = vec![
        Fact::new("A match means", found.settings.kind.label()),
        Fact::new("Matches", reach(&found.settings)),
        Fact::new("Entries", crate::page::list::grouped(found.contents)),
        Fact::new("Made", times.exact(found.created_at)),
    ];
    let next = page.next.map(|number| {
        let filter = state.map(|state| format!("state={}&", state.as_str())).unwrap_or_default();
        format!("{}?{filter}before={number}", routes::bank(id))
    });
    Ok(BankPage {
        shell: below(web, signed, &found.settings.name, Desk::Banks),
        id,
        name: found.settings.name,
        facts,
        aside: found.quarantined,
        only_aside: state == Some(ContentState::Quarantined),
        rows: page.rows.iter().map(|content| row(&times, content)).collect(),
        next,
        form,
    })
}

fn row(times: &Times, content: &ContentView) -> ContentRow {
    ContentRow {
        number: content.number,
        href: routes::bank_content(content.bank, content.number),
        hashes: hashes(content),
        class: class(content),
        state: standing(times, content),
        hits: content.hits,
        came: times.moment(content.created_at),
    }
}

fn hashes(content: &ContentView) -> Vec<(String, String)> {
    let shown = |(word, digest): &(String, Vec<u8>)| {
        let algorithm = word.parse().ok()?;
        let hash = matching::FileHash::from_bytes(algorithm, digest)?;
        Some((algorithm.label().to_owned(), hash.to_string()))
    };
    content.signals.iter().filter_map(shown).collect()
}

fn class(content: &ContentView) -> Option<String> {
    content.classification.as_ref().map(|(code, taxonomy)| format!("{code} ({taxonomy} taxonomy)"))
}

fn standing(times: &Times, content: &ContentView) -> (Tone, String) {
    let off = content.disabled_until.filter(|until| *until > times.now);
    match (content.state, content.opinion, off) {
        (ContentState::Quarantined, ..) => (Tone::Open, ContentState::Quarantined.label().to_owned()),
        (ContentState::Withdrawn, ..) => (Tone::Neutral, ContentState::Withdrawn.label().to_owned()),
        (_, Some(Verdict::Deconfirmed), _) => (Tone::Neutral, Verdict::Deconfirmed.label().to_owned()),
        (_, _, Some(until)) => (Tone::Neutral, format!("off until {}", times.moment(until))),
        (_, Some(Verdict::Confirmed), _) => (Tone::Done, Verdict::Confirmed.label().to_owned()),
        (ContentState::Live, None, None) => (Tone::Done, ContentState::Live.label().to_owned()),
    }
}

async fn set(State(web): State<Web>, At(id): At<Id<kinds::Bank>>, form: SignedForm) -> PageResult {
    let SignedForm { signed, fields } = form;
    let signed = signed.at(routes::bank(id));
    let done = async {
        let op = signed.op("banks");
        let mut tx = web.house.begin(&op).await?;
        change_bank(&op, &mut tx, &web.rules, id, settings(&fields)?).await?;
        tx.commit().await?;
        Ok(notice::done(&routes::bank(id), "bank_changed"))
    };
    answer(&web, &signed, id, done.await, Some(&fields)).await
}

async fn remove(State(web): State<Web>, At(id): At<Id<kinds::Bank>>, form: SignedForm) -> PageResult {
    let SignedForm { signed, fields } = form;
    let signed = signed.at(routes::bank(id));
    let done = async {
        let op = signed.op("banks");
        let mut tx = web.house.begin(&op).await?;
        if bank(&op, &mut tx, id).await?.settings.name != fields.get("name").trim() {
            return Err(Error::invalid(
                "name",
                "bank_name_differs",
                "That is not this bank’s name. Nothing was taken away.",
                "Type the name as it stands at the top of the page.",
            ));
        }
        delete_bank(&op, &mut tx, id).await?;
        tx.commit().await?;
        Ok(notice::done(routes::BANKS, "bank_removed"))
    };
    answer(&web, &signed, id, done.await, None).await
}

async fn add(State(web): State<Web>, At(id): At<Id<kinds::Bank>>, form: SignedForm) -> PageResult {
    let SignedForm { signed, fields } = form;
    let signed = signed.at(routes::bank(id));
    let done = async {
        let op = signed.op("banks");
        let mut tx = web.house.begin(&op).await?;
        let taxonomy = bank(&op, &mut tx, id).await?.settings.taxonomy;
        let classification = match (fields.given("code"), taxonomy) {
            (Some(code), Some(taxonomy)) => Some((taxonomy, code.to_owned())),
            (Some(_), None) => {
                return Err(Error::invalid(
                    "code",
                    "taxonomy_missing",
                    "This bank is under no taxonomy, so a code would mean nothing.",
                    "Choose its taxonomy under Settings first, or leave the code out.",
                ));
            }
            (None, _) => None,
        };
        let signals = typed(fields.get("hashes"))?;
        let adding = Adding { signals, classification, note: fields.given("note").map(str::to_owned) };
        let added = add_content(&op, &mut tx, id, adding).await?;
        if !added.known {
            tx.commit().await?;
        }
        let done = if added.known { "content_known" } else { "content_added" };
        Ok(notice::done(&routes::bank_content(id, added.content), done))
    };
    answer(&web, &signed, id, done.await, None).await
}

/// Hashes as a person types them: one a line, with the algorithm before a colon where its length does
/// not tell it.
fn typed(text: &str) -> Result<Vec<(String, Vec<u8>)>, Error> {
    text.split_whitespace()
        .map(|line| {
            let (algorithm, hex) = match line.split_once(':') {
                Some((word, hex)) => (word.to_ascii_lowercase().parse().ok(), hex),
                None => {
                    let by_length = match line.len() {
                        32 => Some(matching::Algorithm::Md5),
                        40 => Some(matching::Algorithm::Sha1),
                        _ => None,
                    };
                    (by_length, line)
                }
            };
            algorithm
                .and_then(|algorithm| matching::FileHash::parse(algorithm, hex).ok())
                .map(|hash| (hash.algorithm().as_str().to_owned(), hash.bytes().to_vec()))
                .ok_or_else(|| {
                    Error::invalid(
                        "hashes",
                        "hash_unfit",
                        format!("“{line}” does not read as a hash."),
                        "Write hexadecimal digits: 32 for MD5, 40 for SHA-1; before 64 digits sha256: or pdq:.",
                    )
                })
        })
        .collect()
}

/// What a form of the bank's page is answered: the done page, or the bank's with what was wrong.
async fn answer(
    web: &Web,
    signed: &Signed,
    id: Id<kinds::Bank>,
    done: Result<Response, Error>,
    tried: Option<&Fields>,
) -> PageResult {
    match done {
        Ok(answer) => Ok(answer),
        Err(Error::Problem(problem)) => {
            let page = one(web, signed, id, &Fields::parse(""), tried).await;
            let mut page = page.map_err(|e| Fault::of(e, signed))?;
            page.shell = with_notice(page.shell, notice::refused(&problem));
            Ok(refused(&page, &problem))
        }
        Err(other) => Err(Fault::of(other, signed)),
    }
}

async fn show_content(
    State(web): State<Web>,
    signed: Signed,
    At((id, number)): At<(Id<kinds::Bank>, i64)>,
) -> PageResult {
    let page = content_page(&web, &signed, id, number).await;
    page.map(|page| rendered(&page)).map_err(|e| Fault::of(e, &signed))
}

async fn content_page(
    web: &Web,
    signed: &Signed,
    id: Id<kinds::Bank>,
    number: i64,
) -> Result<BankContentPage, Error> {
    let op = signed.op("banks");
    let mut tx = web.house.look(&op).await?;
    let name = bank(&op, &mut tx, id).await?.settings.name;
    let found = content(&op, &mut tx, id, number).await?;
    let times = times(web);
    let mut facts: Vec<_> =
        hashes(&found).into_iter().map(|(algorithm, hash)| Fact::new(&algorithm, hash)).collect();
    facts.extend(class(&found).map(|class| Fact::new("Classified", class)));
    facts.extend(found.note.clone().map(|note| Fact::new("Note of its source", note)));
    facts.push(Fact::new("Matched", crate::page::list::grouped(found.hits)));
    facts.push(Fact::new("Came", times.exact(found.created_at)));
    let mut shell = below(web, signed, &format!("Entry {number}"), Desk::Banks);
    shell.place.push(Crumb { words: name.clone(), href: routes::bank(id) });
    Ok(BankContentPage {
        shell,
        id,
        number,
        bank: name,
        state: standing(&times, &found),
        facts,
        aside: found.state == ContentState::Quarantined,
        off: found.disabled_until.is_some_and(|until| until > times.now),
        opinions: found
            .opinions
            .into_iter()
            .map(|opinion| (opinion.by, opinion.verdict.label(), opinion.reason, times.moment(opinion.at)))
            .collect(),
    })
}

async fn decide(
    State(web): State<Web>,
    At((id, number)): At<(Id<kinds::Bank>, i64)>,
    form: SignedForm,
) -> PageResult {
    let SignedForm { signed, fields } = form;
    let signed = signed.at(routes::bank_content(id, number));
    match decided(&web, &signed, id, number, &fields).await {
        Ok(answer) => Ok(answer),
        Err(Error::Problem(problem)) => content_refused(&web, &signed, id, number, &problem).await,
        Err(other) => Err(Fault::of(other, &signed)),
    }
}

async fn content_refused(
    web: &Web,
    signed: &Signed,
    id: Id<kinds::Bank>,
    number: i64,
    problem: &Problem,
) -> PageResult {
    let mut page = content_page(web, signed, id, number).await.map_err(|e| Fault::of(e, signed))?;
    page.shell = with_notice(page.shell, notice::refused(problem));
    Ok(refused(&page, problem))
}

async fn decided(
    web: &Web,
    signed: &Signed,
    id: Id<kinds::Bank>,
    number: i64,
    fields: &Fields,
) -> Result<Response, Error> {
    let op = signed.op("banks");
    let mut tx = web.house.begin(&op).await?;
    // The content is one of the bank the address names, or it is not there.
    content(&op, &mut tx, id, number).await?;
    let here = routes::bank_content(id, number);
    let answer = match fields.get("what") {
        "release" => {
            release(&op, &mut tx, number).await?;
            notice::done(&here, "content_released")
        }
        "off" => {
            disable_until(&op, &mut tx, number, Some(day(web, fields.get("until"))?)).await?;
            notice::done(&here, "content_off")
        }
        "on" => {
            disable_until(&op, &mut tx, number, None).await?;
            notice::done(&here, "content_on")
        }
        "remove" => {
            remove_content(&op, &mut tx, number).await?;
            notice::done(&routes::bank(id), "content_removed")
        }
        verdict => {
            let verdict = verdict.parse::<Verdict>()?;
            give_opinion(&op, &mut tx, number, verdict, fields.get("reason")).await?;
            let done = match verdict {
                Verdict::Confirmed => "content_confirmed",
                Verdict::Deconfirmed => "content_deconfirmed",
            };
            notice::done(&here, done)
        }
    };
    tx.commit().await?;
    Ok(answer)
}

/// The beginning of a day in the house's zone.
fn day(web: &Web, text: &str) -> Result<model::Instant, Error> {
    let date = text.trim().parse::<CivilDate>().ok();
    date.and_then(|date| date.start_in(&web.house.zone)).ok_or_else(|| {
        Error::invalid("until", "until_unfit", "That is not a day.", "Write the day as 2026-12-31.")
    })
}
