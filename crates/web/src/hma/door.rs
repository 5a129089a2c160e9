//! Who may come in: whoever shows the API's token, and on a listener of its own everybody on this
//! machine.

use std::{net::IpAddr, sync::Arc};

use access::{Actor, ActorKind};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use model::{Id, kinds};

use super::answer::Refused;
use crate::{
    Web,
    api::caller::{self, Caller},
    guard,
};

/// The name under which the journal knows whoever comes in without a token.
const NAME: &str = "matching listener";

/// A door that asks for no token, because only this machine reaches it: everybody is one program.
#[derive(Clone, Debug)]
pub struct OpenDoor {
    actor: Actor,
}

impl OpenDoor {
    /// Whoever comes in acts for an organisation in one role, as `user` where the journal asks for one.
    pub fn new(user: Id<kinds::User>, organisation: Id<kinds::Organisation>, role: &str) -> Self {
        Self {
            actor: Actor {
                user,
                organisation,
                roles: vec![role.to_owned()],
                kind: ActorKind::Program(NAME.to_owned()),
                strong_until: None,
            },
        }
    }
}

/// Lets only those on who show a token, or a session that asks from our own pages.
pub(super) async fn with_token(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    if guard::from_elsewhere(request.headers()) {
        return other_site().into_response();
    }
    match caller::actor(&web, request.method(), request.headers()).await {
        Ok(actor) => {
            let caller = Caller::new(actor, id(&web, &request));
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(problem) => Refused::from(problem).into_response(),
    }
}

/// Lets everybody on as the one program.
pub(super) async fn open(
    State((web, door)): State<(Web, Arc<OpenDoor>)>,
    mut request: Request,
    next: Next,
) -> Response {
    let caller = Caller::new(door.actor.clone(), id(&web, &request));
    request.extensions_mut().insert(caller);
    next.run(request).await
}

/// Lets only those on who asked this machine by a name of its own and are no page of another site: a
/// name that somebody else has pointed here would let their pages in.
pub(super) async fn this_machine(request: Request, next: Next) -> Response {
    if !names_this_machine(request.headers()) {
        let message = "This listener answers only to 127.0.0.1, [::1] and localhost.";
        return Refused::new(StatusCode::MISDIRECTED_REQUEST, message).into_response();
    }
    if guard::from_elsewhere(request.headers()) {
        return other_site().into_response();
    }
    next.run(request).await
}

fn id(web: &Web, request: &Request) -> Id<kinds::Request> {
    request.extensions().get().copied().unwrap_or_else(|| web.house.id())
}

fn other_site() -> Refused {
    Refused::new(StatusCode::FORBIDDEN, "This request came from a page of another site and was refused.")
}

fn names_this_machine(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    host.to_str().is_ok_and(is_this_machine)
}

fn is_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    if name.eq_ignore_ascii_case("localhost") {
        return true;
    }
    let literal = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    literal.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_its_names() {
        for host in ["127.0.0.1", "127.0.0.1:5000", "localhost", "LocalHost:5000", "[::1]", "[::1]:5000"] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in [
            "",
            "rebound.example.com",
            "rebound.example.com:5000",
            "127.0.0.1.example.com",
            "localhost.example.com",
            "192.0.2.1:5000",
            "[2001:db8::1]:5000",
            "0.0.0.0",
        ] {
            assert!(!is_this_machine(host), "{host}");
        }
    }

    #[test]
    fn two_names_are_none() {
        let mut headers = HeaderMap::new();
        assert!(!names_this_machine(&headers));
        headers.append(header::HOST, "localhost".parse().unwrap());
        assert!(names_this_machine(&headers));
        headers.append(header::HOST, "rebound.example.com".parse().unwrap());
        assert!(!names_this_machine(&headers));
    }
}
