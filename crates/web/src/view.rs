//! Filling the shell around a page.

use access::Desk as Room;
use model::{Id, Instant, Kind};

use crate::{
    Web,
    fault::Fault,
    form::Fields,
    page::{Csrf, Desk, Notice, Shell, Times, routes, shell::Crumb},
    session::Signed,
};

/// What a page handler gives.
pub(crate) type PageResult = Result<axum::response::Response, Fault>;

/// The desk of the rail that shows a room.
const fn shown(room: Room) -> Desk {
    match room {
        Room::Queue => Desk::Queue,
        Room::Alerts => Desk::Alerts,
        Room::Imports => Desk::Imports,
        Room::Cases => Desk::Cases,
        Room::Outbox => Desk::Outbox,
        Room::Banks => Desk::Banks,
        Room::Typologies => Desk::Typologies,
        Room::KeepingHouse => Desk::House,
    }
}

/// The desks of a person's roles that this installation has.
pub(crate) fn desks(web: &Web, signed: &Signed) -> Vec<Desk> {
    web.house
        .policy
        .desks(&signed.who.actor.roles)
        .into_iter()
        .filter(|desk| web.house.profile.has_desk(*desk))
        .map(shown)
        .collect()
}

/// Where someone's work begins: their first desk; for a guest, the case they see.
pub(crate) fn first_page(web: &Web, signed: &Signed) -> String {
    if let Some(guest) = signed.who.user.guest {
        return routes::case(guest.case);
    }
    desks(web, signed).first().map_or(routes::DESKS, |desk| desk.href()).to_owned()
}

/// The shell of a page.
pub(crate) fn shell(web: &Web, signed: &Signed, title: &str, current: Option<Desk>) -> Shell {
    let role = signed
        .who
        .actor
        .roles
        .iter()
        .filter_map(|name| web.house.policy.role(name))
        .map(|role| role.label.clone())
        .collect::<Vec<_>>()
        .join(", ");
    Shell {
        title: title.to_owned(),
        organisation: signed.organisation.clone(),
        desks: desks(web, signed),
        current,
        place: Vec::new(),
        person: signed.who.user.label.clone(),
        role,
        search: String::new(),
        theme: signed.theme,
        here: signed.here.clone(),
        csrf: csrf(signed),
        notices: signed.done.iter().cloned().collect(),
    }
}

/// The shell with a message above the page.
pub(crate) fn with_notice(mut shell: Shell, notice: Notice) -> Shell {
    shell.notices.push(notice);
    shell
}

/// The shell of a page one step below its desk, which has a link for those who have the desk.
pub(crate) fn below(web: &Web, signed: &Signed, title: &str, desk: Desk) -> Shell {
    let shell = shell(web, signed, title, Some(desk));
    let has = shell.desks.contains(&desk);
    let crumb = has.then(|| Crumb { words: desk.words().to_owned(), href: desk.href().to_owned() });
    Shell { place: crumb.into_iter().collect(), ..shell }
}

/// The address of a list with the filter that is in force.
pub(crate) fn list_address(list: &str, asked: &Fields, filters: &[&str]) -> String {
    let pairs: Vec<String> = filters
        .iter()
        .filter_map(|name| Some(format!("{name}={}", routes::encode(asked.given(name)?))))
        .collect();
    if pairs.is_empty() { list.to_owned() } else { format!("{list}?{}", pairs.join("&")) }
}

/// How many rows of a list came before this page, as its address says; only to be shown.
pub(crate) fn seen(asked: &Fields) -> u64 {
    asked.given("seen").and_then(|seen| seen.parse().ok()).filter(|n| *n < 1_000_000_000).unwrap_or(0)
}

/// The token of the session's forms.
pub(crate) fn csrf(signed: &Signed) -> Csrf {
    Csrf(signed.who.csrf.clone())
}

/// The present in the house's zone.
pub(crate) fn times(web: &Web) -> Times {
    Times { now: web.house.now(), zone: web.house.zone.clone() }
}

/// Where a list is read on, as its address says it.
pub(crate) fn page_key<K>((at, id): (Instant, Id<K>)) -> String {
    format!("{}_{id}", at.micros())
}

/// The same, read back; the beginning of the list where it does not read.
pub(crate) fn read_key<K: Kind>(text: &str) -> Option<(Instant, Id<K>)> {
    let (at, id) = text.split_once('_')?;
    Some((Instant::from_micros(at.parse().ok()?), id.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use model::kinds;

    use super::*;

    #[test]
    fn a_place_in_a_list_reads_back_and_anything_else_is_its_beginning() {
        let id: Id<kinds::Case> = "0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6".parse().unwrap();
        let place = (Instant::from_micros(-7), id);
        assert_eq!(read_key(&page_key(place)), Some(place));
        for text in ["", "7", "x_y", "7_", "_0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6"] {
            assert_eq!(read_key::<kinds::Case>(text), None, "{text}");
        }
    }
}
