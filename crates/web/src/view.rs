//! Filling the shell around a page.

use access::Desk as Room;

use crate::{
    Web,
    fault::Fault,
    page::{Csrf, Desk, DeskLink, Notice, Shell, Times},
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
        Room::HashLists => Desk::HashLists,
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
        organisation: signed.who.organisation_name.clone(),
        desks: desks(web, signed).into_iter().map(|desk| DeskLink { desk, waiting: None }).collect(),
        current,
        place: Vec::new(),
        person: signed.who.label.clone(),
        role,
        search: String::new(),
        theme: signed.theme,
        here: signed.here.clone(),
        csrf: csrf(signed),
        notices: Vec::new(),
    }
}

/// The shell with a message above the page.
pub(crate) fn with_notice(mut shell: Shell, notice: Notice) -> Shell {
    shell.notices.push(notice);
    shell
}

/// The token of the session's forms.
pub(crate) fn csrf(signed: &Signed) -> Csrf {
    Csrf(signed.who.csrf.clone())
}

/// The present in the house's zone.
pub(crate) fn times(web: &Web) -> Times {
    Times { now: web.house.now(), zone: web.house.zone.clone() }
}
