//! What each thing that goes wrong does.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
};

use clients::{Address, Ended, ExchangeError, Limits, Problem, RunError, Secret, ncmec};
use formats::ncmec_hashes::{EntryKey, Environment, FingerprintType};
use model::Span;

use crate::{
    http::{Answer, Service},
    keeper::Keeper,
    ncmec::{Fault, Ncmec, Script, Stale},
    world::{START, World},
};

fn service(world: &World, faults: &[Fault]) -> Ncmec {
    let mut script = Script::new(3);
    for number in 0..10 {
        script.add(&format!("synthetic-{number}"), START + i64::from(number), Some(number));
    }
    script.faults = faults.iter().copied().collect();
    script.serve(world)
}

/// The error a run ends with.
fn error(keeper: &mut Keeper, service: &Ncmec, world: &World) -> ExchangeError {
    match keeper.run(&mut service.client(world), &world.surroundings()) {
        Err(RunError::Exchange(error)) => error,
        other => panic!("expected an error of the exchange, found {other:?}"),
    }
}

#[test]
fn a_service_that_is_busy_is_left_alone_as_long_as_it_asks() {
    let world = World::at(START + 3600);
    let faults = [Fault::BusyFor(17), Fault::Status(503), Fault::Status(503), Fault::None, Fault::BusyFor(5)];
    let service = service(&world, &faults);
    let mut keeper = Keeper::default();
    let run = keeper.run(&mut service.client(&world), &world.surroundings()).unwrap();
    assert_eq!((run.ended, keeper.hashes().len()), (Ended::CaughtUp, 10));
    // As it asks; then, where it does not say, longer each time.
    assert_eq!(world.waits(), [17, 2, 4, 5].map(Span::seconds));
}

#[test]
fn a_service_that_wants_a_long_rest_ends_the_run_and_says_when() {
    let world = World::at(START + 3600);
    let service = service(&world, &[Fault::BusyFor(86_400)]);
    let error = error(&mut Keeper::default(), &service, &world);
    assert!(error.to_string().contains("left alone until 2026-03-02T01:00:00Z"), "{error}");
    assert_eq!((service.asked().len(), world.waits().len()), (1, 0));
    let ExchangeError::Call(call) = error else { panic!("expected an error of a call") };
    assert!(call.passes() && call.not_before().is_some());
}

#[test]
fn tries_are_counted_and_a_run_of_nothing_but_trouble_ends() {
    let world = World::at(START + 3600);
    let service = service(&world, &[Fault::Status(500); 99]);
    let error = error(&mut Keeper::default(), &service, &world).to_string();
    for part in ["NCMEC test-industry: GET http://127.0.0.1:", "(4 tries)", "status 500"] {
        assert!(error.contains(part), "{error}");
    }
    assert_eq!(service.asked().len(), 4 * 6);
}

#[test]
fn wrong_credentials_are_said_at_once_and_never_shown() {
    let world = World::at(START + 3600);
    let service = service(&world, &[]);
    let mut client = service.client_with(&world, "synthetic-wrong-password", Limits::default());
    let mut keeper = Keeper::default();
    let error = keeper.run(&mut client, &world.surroundings()).unwrap_err();
    let RunError::Exchange(ExchangeError::Call(call)) = &error else { panic!("expected a call: {error}") };
    assert_eq!((&call.problem, call.passes()), (&Problem::Refused { status: 401 }, false));
    let shown = format!("{error} {error:?} {client:?}");
    assert!(!shown.contains("wrong-password") && !shown.contains("Basic"), "{shown}");
    assert_eq!((service.asked().len(), keeper.checkpoint), (1, None));
}

#[test]
fn a_cut_connection_is_made_again() {
    let world = World::at(START + 3600);
    let service = service(&world, &[Fault::Cut, Fault::HungUp, Fault::None, Fault::Cut, Fault::Truncated]);
    let mut keeper = Keeper::default();
    keeper.run(&mut service.client(&world), &world.surroundings()).unwrap();
    assert_eq!(keeper.hashes().len(), 10);
}

#[test]
fn a_slow_answer_is_not_waited_for_for_ever() {
    let world = World::at(START);
    let limits = Limits { whole: Span(50_000), tries: 2, ..Limits::default() };
    for answer in [|| Answer::Silence, || Answer::Stalled(b"<status/>".to_vec())] {
        let service = Service::start(move |_| answer());
        let ncmec = Ncmec { service, script: Script::new(1).serve(&world).script };
        let error = ncmec.client_with(&world, "password", limits).status().unwrap_err();
        assert_eq!((&error.problem, error.tries), (&Problem::TimedOut { seconds: 0 }, 2));
        assert!(error.passes());
    }
}

#[test]
fn a_redirect_is_said_and_not_followed() {
    let world = World::at(START);
    let elsewhere = Service::start(|asked| panic!("nobody may be sent here: {asked:?}"));
    for status in [301, 302, 307, 308] {
        let to = format!("{}/v2/status", elsewhere.base());
        let service = Service::start({
            let to = to.clone();
            move |_| Answer::status(status).with("Location", &to)
        });
        let ncmec = Ncmec { service, script: Script::new(1).serve(&world).script };
        let error = ncmec.client(&world).status().unwrap_err();
        assert_eq!(error.problem, Problem::Moved { status, to: Some(to) });
    }
}

#[test]
fn an_answer_that_is_too_large_is_refused() {
    let world = World::at(START + 3600);
    let service = service(&world, &[]);
    let mut client = service.client_with(&world, "password", Limits { answer: 300, ..Limits::default() });
    assert!(client.status().is_ok());
    let error = Keeper::default().run(&mut client, &world.surroundings()).unwrap_err();
    assert!(error.to_string().contains("larger than 300 bytes"), "{error}");
}

/// A client of an address where something else is than the service.
fn client_of(address: &str, limits: Limits, world: &World) -> ncmec::Client {
    let credentials = ncmec::Credentials { user: "synthetic".to_owned(), password: Secret::new("password") };
    let address = Address::parse(address).unwrap();
    ncmec::Client::at(address, Environment::TestIndustry, &credentials, limits, world.surroundings())
}

#[test]
fn a_service_that_is_not_there_may_come_back() {
    let world = World::at(START);
    // Nobody listens on the port of tcpmux.
    let error = client_of("http://127.0.0.1:1", Limits::default(), &world).status().unwrap_err();
    assert!(matches!(error.problem, Problem::Unreachable(_)) && error.passes(), "{error:?}");
    assert_eq!(world.waits(), [1, 2, 4].map(Span::seconds));
}

/// Credentials go to nobody who cannot show that it is the service.
#[test]
fn a_service_that_speaks_no_tls_is_not_trusted() {
    let world = World::at(START);
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap());
    let plain = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut first = [0; 4096];
        let length = stream.read(&mut first).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
        let mut heard = first[..length].to_vec();
        let _ = stream.read_to_end(&mut heard);
        heard
    });
    let error = client_of(&address, Limits::default(), &world).status().unwrap_err();
    assert!(matches!(error.problem, Problem::Untrusted(_)) && error.tries == 1, "{error:?}");
    let heard = String::from_utf8_lossy(&plain.join().unwrap()).into_owned();
    assert!(!heard.contains("Basic") && !heard.contains("/v2/status"), "{heard}");
}

#[test]
fn a_page_whose_address_has_gone_stale_is_begun_again() {
    for stale in [Stale::Empty, Stale::Status(404), Stale::Status(410), Stale::Status(500)] {
        let world = World::at(START + 3600);
        let service = service(&world, &[]);
        service.script.lock().unwrap().stale = stale;
        let mut keeper = Keeper::default();
        // The first pages of the window are kept; the rest is asked for much later.
        while keeper.hashes().is_empty() {
            let mut client = service.client(&world);
            let _ = keeper.run_until_killed(&mut client, &world.surroundings(), 0, true);
        }
        assert!(keeper.hashes().len() < 10);
        service.script.lock().unwrap().link_life = 600;
        world.until(START + 3600 + 7200);
        for _ in 0..9 {
            if keeper.run(&mut service.client(&world), &world.surroundings()).is_ok() {
                break;
            }
        }
        assert_eq!(keeper.hashes().len(), 10, "{stale:?}");
    }
}

#[test]
fn what_is_deleted_is_not_brought_back_by_an_older_page() {
    let world = World::at(START + 3600);
    let mut script = Script::new(3);
    script.add("synthetic-a", START, Some(1));
    script.add("synthetic-a", START + 10, None);
    let service = script.serve(&world);
    let mut keeper = Keeper::default();
    keeper.run(&mut service.client(&world), &world.surroundings()).unwrap();
    assert_eq!((keeper.kept.len(), keeper.hashes().len()), (1, 0));
    // The service tells of the older version again, as a page that was made before would.
    service.script.lock().unwrap().entries.values_mut().for_each(|versions| versions.truncate(1));
    keeper.checkpoint = None;
    keeper.run(&mut service.client(&world), &world.surroundings()).unwrap();
    assert_eq!((keeper.kept.len(), keeper.hashes().len()), (1, 0));
}

#[test]
fn a_process_that_is_to_stop_stops_between_steps_and_while_it_waits() {
    for (questions, waits) in [(0, 0), (1, 0), (2, 1)] {
        let world = World::at(START + 3600);
        let service = service(&world, &[Fault::Status(503); 4]);
        world.stop_after(questions);
        let run = Keeper::default().run(&mut service.client(&world), &world.surroundings()).unwrap();
        assert_eq!((run.ended, run.steps, world.waits().len()), (Ended::Interrupted, 0, waits));
    }
}

#[test]
fn a_checkpoint_of_another_environment_is_refused() {
    let world = World::at(START + 3600);
    let service = service(&world, &[]);
    let mut keeper = Keeper::default();
    keeper.run(&mut service.client(&world), &world.surroundings()).unwrap();
    let text = String::from_utf8(keeper.checkpoint.unwrap()).unwrap();
    for foreign in [
        text.replace("test-industry", "industry"),
        "{}".to_owned(),
        text.replace("\"version\":1", "\"version\":9"),
    ] {
        let mut keeper = Keeper { checkpoint: Some(foreign.into_bytes()), ..Keeper::default() };
        let error = error(&mut keeper, &service, &world);
        assert!(matches!(error, ExchangeError::Checkpoint { .. }), "{error}");
    }
}

#[test]
fn feedback_that_replaces_is_sent_again_after_a_cut() {
    let world = World::at(START);
    let service = service(&world, &[Fault::HungUp, Fault::Status(500)]);
    let entry = EntryKey { member: 1, id: "synthetic-1".to_owned() };
    service.client(&world).give_feedback(&entry, FingerprintType::Md5, None).unwrap();
    let asked = "PUT /v2/entries/1/synthetic-1/MD5/feedback";
    assert_eq!(service.asked(), [asked, asked, asked]);
    assert_eq!(service.script.lock().unwrap().given.len(), 1);
}
