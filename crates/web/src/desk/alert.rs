//! One alert, and its review.

use app_intake::escalate;
use app_kernel::{Error, Problem};
use app_screening::{AlertState, AlertView, DismissReason, ReportHit, dismiss, read, reopen};
use axum::{
    Router,
    extract::State,
    response::Response,
    routing::{get, post},
};
use cases::{Number, Prefix};
use model::{Id, kinds};

use super::alerts::number;
use crate::{
    Web,
    fault::{Fault, refused, rendered},
    form::{At, Fields, SignedForm},
    notice,
    page::{
        Choice, Desk, Standing, Times,
        alert::{AlertPage, Doing, Review},
        record::{Fact, Tone},
        report::Other,
        routes,
    },
    parts,
    session::Signed,
    view::{PageResult, below, times},
};

pub(super) fn routes() -> Router<Web> {
    Router::new().route(routes::ALERT, get(show)).route(routes::ALERT_REVIEW, post(review))
}

async fn show(State(web): State<Web>, signed: Signed, At(id): At<Id<kinds::Alert>>) -> PageResult {
    match page(&web, &signed, id, None).await {
        Ok(page) => Ok(rendered(&page)),
        Err(e) => Err(Fault::of(e, &signed)),
    }
}

async fn review(State(web): State<Web>, At(id): At<Id<kinds::Alert>>, form: SignedForm) -> PageResult {
    let SignedForm { signed, fields } = form;
    let signed = signed.at(routes::alert(id));
    match decide(&web, &signed, id, &fields).await {
        Ok(answer) => Ok(answer),
        Err(Error::Problem(problem)) => {
            let page = page(&web, &signed, id, Some((&fields, &problem))).await;
            Ok(refused(&page.map_err(|e| Fault::of(e, &signed))?, &problem))
        }
        Err(other) => Err(Fault::of(other, &signed)),
    }
}

async fn decide(
    web: &Web,
    signed: &Signed,
    id: Id<kinds::Alert>,
    fields: &Fields,
) -> Result<Response, Error> {
    let op = signed.op("review");
    let note = fields.given("note");
    let mut tx = web.house.begin(&op).await?;
    let answer = match fields.get("outcome") {
        "escalate" => {
            let report = escalate(&op, &mut tx, &web.rules, id, note.unwrap_or_default()).await?;
            // Whoever reviews alerts may have no desk with reports.
            let shown = signed.may(web, access::Action::ReadReport);
            notice::done(&if shown { routes::report(report) } else { routes::alert(id) }, "escalated")
        }
        "reopen" => {
            reopen(&op, &mut tx, id).await?;
            notice::done(&routes::alert(id), "reopened")
        }
        _ => {
            dismiss(&op, &mut tx, id, fields.get("reason").parse::<DismissReason>()?, note).await?;
            notice::done(&routes::alert(id), "dismissed")
        }
    };
    tx.commit().await?;
    Ok(answer)
}

async fn page(
    web: &Web,
    signed: &Signed,
    id: Id<kinds::Alert>,
    tried: Option<(&Fields, &Problem)>,
) -> Result<AlertPage, Error> {
    let op = signed.op("review");
    let mut tx = web.house.begin(&op).await?;
    let view = read(&op, &mut tx, id).await?;
    tx.commit().await?;
    Ok(filled(web, signed, view, tried))
}

fn filled(web: &Web, signed: &Signed, view: AlertView, tried: Option<(&Fields, &Problem)>) -> AlertPage {
    let times = times(web);
    let number = number(view.year, view.number);
    let title = view.evidence.as_ref().map_or_else(|| "An alert".to_owned(), |e| e.title.clone());
    AlertPage {
        shell: below(web, signed, &number, Desk::Alerts),
        id: view.id,
        title,
        standing: standing(&times, &view),
        outline: view.evidence.is_none(),
        facts: facts(&times, &view),
        notes: notes(&view),
        hint: view.evidence.as_ref().and_then(|evidence| evidence.hint.clone()),
        party: party(&times, &view),
        sealed: view
            .party
            .as_ref()
            .map(|_| parts::sealed(signed, "alert", view.id, "party", "who the party is", view.may_reveal)),
        reports: reports(&view),
        reports_hidden: view.same_account.hidden,
        others: others(&view),
        doing: doing(web, &view, tried),
        reasons: view.evidence.map(|evidence| evidence.lines).unwrap_or_default(),
        journal: view
            .journal
            .into_iter()
            .map(|line| {
                let did = parts::did_to_alert(&line.action, &line.detail);
                parts::journal_line(&times, line.at, parts::actor(&line.actor), did, line.reason)
            })
            .collect(),
        number,
    }
}

fn standing(times: &Times, view: &AlertView) -> Standing {
    Standing {
        word: view.state.as_str().to_owned(),
        tone: match view.state {
            AlertState::New | AlertState::Reviewed => Tone::Open,
            AlertState::Escalated => Tone::Done,
            AlertState::Dismissed => Tone::Neutral,
        },
        since: times.moment(view.reviewed_at.unwrap_or(view.raised_at)),
        actor: if view.reviewed_at.is_some() { "a person".to_owned() } else { "the house".to_owned() },
        next: view.next.to_owned(),
    }
}

fn facts(times: &Times, view: &AlertView) -> Vec<Fact> {
    let mut facts = vec![
        Fact::new("Rank", format!("{}. {}", view.band.as_str(), view.band.sentence())),
        Fact::new("Rests on", parts::days(times, view.first_at, view.last_at)),
        Fact::new("Raised", times.exact(view.raised_at)),
    ];
    if let Some(typology) = &view.typology {
        let version =
            if view.version.is_empty() { String::new() } else { format!(", version {}", view.version) };
        facts.push(Fact::new("Raised by", format!("{typology}{version}")));
    }
    facts
}

fn notes(view: &AlertView) -> Vec<String> {
    let mut notes = Vec::new();
    if view.went_on {
        notes.push("More of it was found after it was last decided on.".to_owned());
    }
    if let Some(outcome) = &view.outcome {
        let label = outcome.code.parse::<DismissReason>().map_or("joined with another alert", |r| r.label());
        let note = outcome.note.as_ref().map(|note| format!(": “{note}”")).unwrap_or_default();
        notes.push(format!("Dismissed before as “{label}”{note}."));
    }
    notes
}

fn party(times: &Times, view: &AlertView) -> Vec<Fact> {
    let Some(party) = &view.party else { return Vec::new() };
    vec![
        Fact::new("Kind", party.kind.as_deref().unwrap_or("not known")),
        Fact::new("Country", party.country.as_deref().unwrap_or("not known")),
        Fact::new("In the ledger since", times.exact(party.since)),
    ]
}

fn reports(view: &AlertView) -> Vec<Other> {
    let other = |label: &str, hit: &ReportHit| {
        let year = u16::try_from(hit.year).unwrap_or_default();
        let n = u32::try_from(hit.number).unwrap_or(u32::MAX);
        Other {
            label: label.to_owned(),
            number: Number { prefix: Prefix::Report, year, n }.to_string(),
            href: hit.may_open.then(|| routes::report(hit.id)),
        }
    };
    let mut found: Vec<Other> = Vec::new();
    found.extend(view.report.iter().map(|hit| other("It is about a file of", hit)));
    found.extend(view.escalated_to.iter().map(|hit| other("It became", hit)));
    found.extend(view.same_account.reports.iter().map(|hit| other("The same account is named in", hit)));
    found
}

fn others(view: &AlertView) -> Vec<Other> {
    view.others
        .iter()
        .map(|other| Other {
            label: format!("{}, {}, {}", other.typology, other.band.as_str(), other.state),
            number: number(other.year, other.number),
            href: Some(routes::alert(other.id)),
        })
        .collect()
}

fn doing(web: &Web, view: &AlertView, tried: Option<(&Fields, &Problem)>) -> Doing {
    if !view.may_review {
        return Doing::Nothing;
    }
    match view.state {
        AlertState::New | AlertState::Reviewed => {
            let chosen = tried.map_or("", |(fields, _)| fields.get("reason"));
            let reasons = DismissReason::ALL
                .into_iter()
                .map(|reason| Choice {
                    chosen: reason.as_str() == chosen,
                    ..Choice::new(reason.as_str(), reason.label())
                })
                .collect();
            Doing::Review(Review {
                problem: tried.map(|(_, problem)| format!("{} {}", problem.sentence, problem.next)),
                note: tried.map(|(fields, _)| fields.get("note").to_owned()).unwrap_or_default(),
                escalate: view.report.is_none() && web.house.profile.has("reports"),
                reasons,
            })
        }
        AlertState::Dismissed => Doing::Reopen,
        AlertState::Escalated => Doing::Nothing,
    }
}
