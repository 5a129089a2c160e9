//! The queue: reports ranked by how near a child is to harm.

use access::{Action, Desk as Room};
use app_intake::{QueueFilter, QueueRow as Found, StateGroup, queue};
use app_kernel::Error;
use axum::{Router, extract::State, routing::get};

use crate::{
    Web,
    fault::{Fault, rendered},
    form::{Asked, Fields},
    page::{
        Choice, Desk, Filter, Paging,
        list::FilterField,
        routes,
        triage::{FirstStep, QueuePage, QueueRow},
    },
    parts,
    session::Signed,
    view::{PageResult, list_address, seen, shell, times},
};

/// Rows on one page.
const ROWS: i64 = 50;
/// The level at which a child is at risk now.
const NOW: i64 = 1;

pub(super) fn routes() -> Router<Web> {
    Router::new().route(routes::QUEUE, get(show))
}

async fn show(State(web): State<Web>, signed: Signed, Asked(asked): Asked) -> PageResult {
    page(&web, &signed, &asked).await.map(|page| rendered(&page)).map_err(|e| Fault::of(e, &signed))
}

async fn page(web: &Web, signed: &Signed, asked: &Fields) -> Result<QueuePage, Error> {
    let op = signed.op("triage");
    let filter = QueueFilter {
        state: asked.given("state").map(str::to_owned),
        level: asked.given("level").and_then(|level| level.parse().ok()),
        source: asked.given("source").map(str::to_owned),
    };
    let mut tx = web.house.look(&op).await?;
    let found = queue(&op, &mut tx, &web.rules, &filter, asked.given("after"), ROWS).await?;
    let urgent = QueueFilter { level: Some(NOW), ..QueueFilter::default() };
    let at_risk = queue(&op, &mut tx, &web.rules, &urgent, None, 1).await?.total;
    let address = list_address(routes::QUEUE, asked, &["state", "level", "source"]);
    let (total, rows) = (found.total.unsigned_abs(), found.rows.len());
    Ok(QueuePage {
        shell: shell(web, signed, "Queue", Some(Desk::Queue)),
        at_risk_now: at_risk.unsigned_abs(),
        filter: filter_form(web, &filter, &found.sources),
        paging: Paging::page(&address, seen(asked), rows, total, "reports", found.next.as_deref()),
        rows: found.rows.into_iter().map(|row| filled(web, row)).collect(),
        first_run: if found.first_run { first_steps(web, signed) } else { Vec::new() },
    })
}

fn filled(web: &Web, row: Found) -> QueueRow {
    let times = times(web);
    let (place, place_confidence) = match row.place {
        Some(place) => (place.country.to_string(), format!("confidence {}", place.confidence.label())),
        None => (String::new(), String::new()),
    };
    QueueRow {
        id: row.id,
        number: row.number,
        state: row.state.label().to_owned(),
        risk: parts::risk(&web.rules, row.level, &row.level_name),
        why: if row.reason.is_empty() { row.level_name } else { row.reason },
        received: times.moment(row.received_at),
        clock: row.clock.as_ref().map(|clock| parts::clock(&times, clock)),
        place,
        place_confidence,
        source: row.source.label().to_owned(),
        channel: row.channel.label().to_owned(),
        links: row.links.unsigned_abs(),
        matches: row.matches.unsigned_abs(),
    }
}

fn filter_form(web: &Web, chosen: &QueueFilter, sources: &[reports::Source]) -> Filter {
    let choice = |value: &str, words: &str, now: Option<&str>| {
        let choice = Choice::new(value, words);
        if now == Some(value) { choice.chosen() } else { choice }
    };
    let state = chosen.state.as_deref();
    let mut states = vec![Choice::new("", "to decide")];
    states.extend(
        StateGroup::ALL
            .iter()
            .filter(|group| **group != StateGroup::Open)
            .map(|group| choice(group.as_str(), group.label(), state)),
    );
    let level = chosen.level.map(|level| level.to_string());
    let mut levels = vec![Choice::new("", "every level")];
    let rubric = &web.rules.rubric;
    let numbered = rubric.levels().iter().filter(|level| level.on).map(|level| (level.number, &level.name));
    for (number, name) in numbered.chain([(rubric.default_level().number, &rubric.default_level().name)]) {
        levels.push(choice(&number.to_string(), &format!("{number}: {name}"), level.as_deref()));
    }
    let mut from = vec![Choice::new("", "every source")];
    let source = chosen.source.as_deref();
    from.extend(sources.iter().map(|known| choice(known.as_str(), known.label(), source)));
    let field = |name: &str, label: &str, choices| FilterField {
        name: name.to_owned(),
        label: label.to_owned(),
        choices,
    };
    Filter {
        action: routes::QUEUE.to_owned(),
        fields: vec![
            field("state", "State", states),
            field("level", "Level", levels),
            field("source", "Source", from),
        ],
        narrowed: *chosen != QueueFilter::default(),
    }
}

/// The three steps of a new house. A step that is somebody else's has no link.
fn first_steps(web: &Web, signed: &Signed) -> Vec<FirstStep> {
    let step = |title: &str, says: &str, words: &str, href: &str, may: bool| FirstStep {
        title: title.to_owned(),
        says: says.to_owned(),
        link: may.then(|| (words.to_owned(), href.to_owned())),
    };
    let import = signed.may(web, Action::ImportFile);
    let mut steps = vec![
        step(
            "Add a colleague",
            "What leaves the house is read by a second person first. Whoever keeps house adds people.",
            "Add a person",
            routes::HOUSE_USERS,
            signed.may(web, Action::ManageUsers),
        ),
        step(
            "Bring in reports",
            "CyberTipline documents, as the platforms send them.",
            "Bring in a file",
            routes::IMPORTS,
            import,
        ),
    ];
    if web.house.profile.has_desk(Room::Banks) {
        steps.push(step(
            "Bring in known hashes",
            "Then every file a report tells of is compared with them.",
            "Bring in a list",
            routes::IMPORTS,
            import,
        ));
    }
    steps
}
