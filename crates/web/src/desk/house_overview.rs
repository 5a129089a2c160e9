//! Keeping house: what wants attention, and the rooms of the desk.

use access::Action;
use app_admin::{
    UserView, guests,
    jobs::{JobView, open_jobs},
    setup::organisation,
    users,
};
use app_kernel::Error;
use axum::{Router, extract::State, routing::get};
use model::Instant;

use crate::{
    Web,
    fault::{Fault, rendered},
    page::{
        Desk,
        house::{Attention, OverviewPage, Room},
        record::Tone,
        routes,
    },
    session::Signed,
    view::{PageResult, shell},
};

pub(super) fn routes() -> Router<Web> {
    Router::new().route(routes::HOUSE, get(show))
}

/// The rooms a person has, by their roles and what the installation is for.
pub(super) fn rooms(web: &Web, signed: &Signed) -> Vec<Room> {
    let has = |room: &Room| match room {
        Room::Overview | Room::Users | Room::Tokens => signed.may(web, Action::ReadUsers),
        Room::Guests => signed.may(web, Action::ReadUsers) && web.house.profile.has("cases"),
        Room::Organisation => true,
        Room::Keys => signed.may(web, Action::ManageKeys),
        Room::Journal => signed.may(web, Action::ReadJournal),
        Room::Jobs => signed.may(web, Action::RunJobs),
    };
    Room::ALL.into_iter().filter(has).collect()
}

async fn show(State(web): State<Web>, signed: Signed) -> PageResult {
    let lines = lines(&web, &signed).await.map_err(|e| Fault::of(e, &signed))?;
    let rooms = rooms(&web, &signed);
    Ok(rendered(&OverviewPage {
        shell: shell(&web, &signed, "Keeping house", Some(Desk::House)),
        rooms,
        lines,
    }))
}

/// How the house stands, what needs somebody first.
async fn lines(web: &Web, signed: &Signed) -> Result<Vec<Attention>, Error> {
    let op = signed.op("housekeeping");
    let mut tx = web.house.look(&op).await?;
    let mut people = users::list(&op, &mut tx).await?;
    people.retain(|user| user.disabled_at.is_none());
    let organisation = organisation(&op, &mut tx).await?;
    let mut lines = vec![
        second_step(&people, organisation.second_step_optional),
        accounts(&people),
        contact(&organisation.contact.email, web.house.profile.has("filings")),
    ];
    if web.house.profile.has("cases") {
        lines.push(guests(&guests::list(&op, &mut tx).await?, web.house.now()));
    }
    if signed.may(web, Action::RunJobs) {
        lines.push(jobs(&open_jobs(&op, &mut tx).await?));
    }
    lines.sort_by_key(|line| match line.tone {
        Tone::Failed => 0,
        Tone::Open => 1,
        Tone::Neutral | Tone::Done => 2,
    });
    Ok(lines)
}

fn second_step(people: &[UserView], optional: bool) -> Attention {
    let without = people.iter().filter(|user| !user.second_step).count();
    let (says, standing, href) = match without {
        _ if optional => (
            "Everyone may do without it. That is for showing and trying only.".to_owned(),
            LOOK,
            routes::HOUSE_ORGANISATION,
        ),
        0 => ("Everyone has one.".to_owned(), FINE, routes::HOUSE_USERS),
        n => {
            let who = counted(n, "person has", "people have");
            (format!("{who} none; who can open identities is asked for one."), FINE, routes::HOUSE_USERS)
        }
    };
    line("Second step", says, standing, href)
}

fn accounts(people: &[UserView]) -> Attention {
    let shut = people.iter().filter(|user| user.resting_until.is_some()).count();
    let (says, standing) = if shut > 0 {
        let who = counted(shut, "person", "people");
        (format!("{who} mistyped too often and cannot sign in for a while."), LOOK)
    } else {
        (format!("{} with an account.", counted(people.len(), "person", "people")), FINE)
    };
    line("People", says, standing, routes::HOUSE_USERS)
}

fn contact(email: &str, files: bool) -> Attention {
    let (says, standing) = match (email.is_empty(), files) {
        (true, true) => ("No e-mail address is set; without one nothing can be filed.", NEEDS),
        (true, false) => ("No e-mail address is set.", LOOK),
        (false, _) => ("How it is reached is set.", FINE),
    };
    line("Organisation", says.to_owned(), standing, routes::HOUSE_ORGANISATION)
}

fn guests(all: &[UserView], now: Instant) -> Attention {
    let here = all.iter().filter(|user| user.guest.is_some_and(|guest| guest.until > now)).count();
    let says = match here {
        0 => "No guest sees a case.".to_owned(),
        n => format!("{} one case for a time.", counted(n, "guest sees", "guests see")),
    };
    line("Guests", says, FINE, routes::HOUSE_GUESTS)
}

fn jobs(open: &[JobView]) -> Attention {
    let dead = open.iter().filter(|job| job.state == "dead").count();
    let (says, standing) = if dead > 0 {
        let which = counted(dead, "job was", "jobs were");
        (format!("{which} tried too often; somebody has to see to it."), NEEDS)
    } else {
        (format!("{} under way or waiting.", counted(open.len(), "job", "jobs")), FINE)
    };
    line("Jobs", says, standing, routes::HOUSE_JOBS)
}

/// Somebody has to do something.
const NEEDS: (Tone, &str) = (Tone::Failed, "needs you");
/// Somebody should look.
const LOOK: (Tone, &str) = (Tone::Open, "look at this");
/// Nothing is asked.
const FINE: (Tone, &str) = (Tone::Done, "in order");

fn line(subject: &str, says: String, (tone, word): (Tone, &str), href: &str) -> Attention {
    Attention { subject: subject.to_owned(), says, tone, word: word.to_owned(), href: href.to_owned() }
}

fn counted(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}
