//! Typologies: what screening looks for. They are files of whoever runs the machine.

use app_kernel::{Denied, Error};
use app_screening::{TypologyRow as Listed, ask_rescreen, list};
use axum::{
    Router,
    extract::State,
    routing::{get, post},
};

use crate::{
    Web,
    fault::{Fault, rendered},
    form::{At, SignedForm},
    notice,
    page::{
        Desk,
        record::Fact,
        routes,
        typology::{TypologiesPage, TypologyPage, TypologyRow},
    },
    session::Signed,
    view::{PageResult, below, shell},
};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(routes::TYPOLOGIES, get(show_all))
        .route(routes::TYPOLOGY, get(show))
        .route(routes::TYPOLOGIES_RESCREEN, post(rescreen))
}

async fn listed(web: &Web, signed: &Signed) -> Result<Vec<Listed>, Error> {
    let op = signed.op("screening");
    let mut tx = web.house.look(&op).await?;
    list(&op, &mut tx, &web.typologies).await
}

async fn show_all(State(web): State<Web>, signed: Signed) -> PageResult {
    let rows = listed(&web, &signed).await.map_err(|e| Fault::of(e, &signed))?;
    Ok(rendered(&TypologiesPage {
        shell: shell(&web, &signed, "Typologies", Some(Desk::Typologies)),
        rows: rows.iter().map(row).collect(),
    }))
}

async fn show(State(web): State<Web>, signed: Signed, At(id): At<String>) -> PageResult {
    let rows = listed(&web, &signed).await.map_err(|e| Fault::of(e, &signed))?;
    let Some(found) = rows.into_iter().find(|row| row.id == id) else {
        return Err(Fault::of(Denied::NotFound.into(), &signed));
    };
    let shell = below(&web, &signed, &found.title, Desk::Typologies);
    Ok(rendered(&TypologyPage {
        shell,
        row: row(&found),
        facts: facts(&found),
        source: found.source,
        text: found.text,
    }))
}

async fn rescreen(State(web): State<Web>, form: SignedForm) -> PageResult {
    let signed = form.signed.at(routes::TYPOLOGIES.to_owned());
    let asked = async {
        let op = signed.op("screening");
        let mut tx = web.house.begin(&op).await?;
        ask_rescreen(&op, &mut tx).await?;
        tx.commit().await
    };
    asked.await.map_err(|e| Fault::of(e, &signed))?;
    Ok(notice::done(routes::TYPOLOGIES, "rescreening"))
}

fn row(found: &Listed) -> TypologyRow {
    TypologyRow {
        id: found.id.clone(),
        name: found.title.clone(),
        says: found.sentence.clone(),
        severity: found.severity.clone(),
        version: found.version.to_string(),
        status: found.status.to_owned(),
        runs: found.status != "off",
    }
}

fn facts(found: &Listed) -> Vec<Fact> {
    let route = match found.route {
        "safeguarding" => "safeguarding: the party may be a child or an extorted teenager",
        _ => "an analyst reviews the party",
    };
    vec![
        Fact::new("Held against its source", found.verified.to_string()),
        Fact::new("Version", found.version.to_string()),
        Fact::new("Window", format!("{} days", found.window_days)),
        Fact::new("Payments that make a finding", found.threshold.to_string()),
        Fact::new("Rank", found.severity.clone()),
        Fact::new("Findings go to", route),
        Fact::new(
            "File",
            format!("{}{}", found.file, if found.shipped { ", as shipped" } else { ", of this house" }),
        ),
    ]
}
