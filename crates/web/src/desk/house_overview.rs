//! Keeping house: what wants attention, and the rooms of the desk.

use access::Action;
use app_admin::{guests, jobs::open_jobs, setup::organisation, users};
use app_kernel::Error;
use axum::{Router, extract::State, routing::get};

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
    let people = users::list(&op, &mut tx).await?;
    let active: Vec<_> = people.iter().filter(|user| user.disabled_at.is_none()).collect();
    let organisation = organisation(&op, &mut tx).await?;
    let mut lines = Vec::new();

    let without = active.iter().filter(|user| !user.second_step).count();
    lines.push(if organisation.second_step_optional {
        line("Second step", "Everyone may do without it. That is for showing and trying only.", LOOK)
            .at(routes::HOUSE_ORGANISATION)
    } else if without > 0 {
        line(
            "Second step",
            &format!(
                "{} no second step; who can open identities is asked for one.",
                counted(without, "person has", "people have")
            ),
            FINE,
        )
        .at(routes::HOUSE_USERS)
    } else {
        line("Second step", "Everyone has one.", FINE)
    });
    let shut = active.iter().filter(|user| user.resting_until.is_some()).count();
    if shut > 0 {
        let says = format!(
            "{} mistyped too often and cannot sign in for a while.",
            counted(shut, "person", "people")
        );
        lines.push(line("People", &says, LOOK).at(routes::HOUSE_USERS));
    } else {
        lines.push(
            line("People", &format!("{} with an account.", counted(active.len(), "person", "people")), FINE)
                .at(routes::HOUSE_USERS),
        );
    }
    lines.push(if organisation.contact.email.is_empty() {
        line("Organisation", "No e-mail address is set; without one nothing can be filed.", NEEDS)
            .at(routes::HOUSE_ORGANISATION)
    } else {
        line("Organisation", "How it is reached is set.", FINE).at(routes::HOUSE_ORGANISATION)
    });
    if web.house.profile.has("cases") {
        let now = web.house.now();
        let all = guests::list(&op, &mut tx).await?;
        let here = all.iter().filter(|user| user.guest.is_some_and(|guest| guest.until > now)).count();
        let says = if here == 0 {
            "No guest sees a case.".to_owned()
        } else {
            format!("{} one case for a time.", counted(here, "guest sees", "guests see"))
        };
        lines.push(line("Guests", &says, FINE).at(routes::HOUSE_GUESTS));
    }
    if signed.may(web, Action::RunJobs) {
        let jobs = open_jobs(&op, &mut tx).await?;
        let dead = jobs.iter().filter(|job| job.state == "dead").count();
        lines.push(if dead > 0 {
            let says =
                format!("{} tried too often and waits for you.", counted(dead, "job was", "jobs were"));
            line("Jobs", &says, NEEDS).at(routes::HOUSE_JOBS)
        } else {
            line("Jobs", &format!("{} under way or waiting.", counted(jobs.len(), "job", "jobs")), FINE)
                .at(routes::HOUSE_JOBS)
        });
    }
    lines.sort_by_key(|line| match line.tone {
        Tone::Failed => 0,
        Tone::Open => 1,
        Tone::Neutral | Tone::Done => 2,
    });
    Ok(lines)
}

/// Somebody has to do something.
const NEEDS: (Tone, &str) = (Tone::Failed, "needs you");
/// Somebody should look.
const LOOK: (Tone, &str) = (Tone::Open, "look at this");
/// Nothing is asked.
const FINE: (Tone, &str) = (Tone::Done, "in order");

fn line(subject: &str, says: &str, (tone, word): (Tone, &str)) -> Attention {
    Attention { subject: subject.to_owned(), says: says.to_owned(), tone, word: word.to_owned(), href: None }
}

impl Attention {
    fn at(self, href: &str) -> Self {
        Self { href: Some(href.to_owned()), ..self }
    }
}

fn counted(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}
