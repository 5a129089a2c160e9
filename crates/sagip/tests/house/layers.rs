//! Which room may use which. Arrows point down only.

use std::collections::BTreeSet;

use crate::workspace::{METADATA, Metadata, Package, hold};

/// The rooms that compute and do no I/O of their own.
const PURE: [&str; 12] = [
    "model",
    "perceptual",
    "matching",
    "screening",
    "trial",
    "linking",
    "reports",
    "cases",
    "care",
    "measure",
    "access",
    "vault",
];

/// The pure rooms that know how the outside writes things down.
const WRITTEN: [&str; 3] = ["formats", "filings", "papers"];

/// The use cases, one crate a compartment.
const USE_CASES: [&str; 6] =
    ["app-intake", "app-screening", "app-casework", "app-care", "app-measure", "app-admin"];

/// Every room and what it may use, lowest first: a room's row names only rooms of rows above it.
/// Rows of rooms that are still to come are here already.
fn rows() -> Vec<(&'static str, BTreeSet<&'static str>)> {
    let mut rows: Vec<(&str, Vec<&[&str]>)> = vec![
        ("model", vec![]),
        ("perceptual", vec![]),
        ("matching", vec![&["model"]]),
        ("screening", vec![&["model"]]),
        ("trial", vec![&["model", "screening"]]),
        ("linking", vec![&["model"]]),
        ("reports", vec![&["model"]]),
        ("cases", vec![&["model", "reports"]]),
        ("filings", vec![&["model", "reports"]]),
        ("care", vec![&["model"]]),
        ("measure", vec![&["model"]]),
        ("access", vec![&["model"]]),
        ("vault", vec![&["model"]]),
        ("formats", vec![&["model"]]),
        ("papers", vec![&["model", "measure"]]),
        ("store", vec![&PURE]),
        ("clients", vec![&["model", "formats"]]),
        ("app-kernel", vec![&["store", "access", "vault", "clients", "model"]]),
        // A house for tests: never a dependency of a room, only of its tests.
        ("test-support", vec![&["app-kernel", "store", "access", "vault", "model"]]),
    ];
    rows.extend(USE_CASES.map(|name| (name, vec![&["app-kernel", "store"][..], &PURE, &WRITTEN])));
    rows.push(("web", vec![&["app-kernel"], &USE_CASES, &PURE]));
    rows.push(("sagip", vec![&["store", "clients", "app-kernel", "web"], &PURE, &WRITTEN, &USE_CASES]));
    rows.into_iter().map(|(name, groups)| (name, groups.concat().into_iter().collect())).collect()
}

/// Who alone may name an engine in a manifest, tests included.
const ENGINES: [(&str, &[&str], &[&str]); 5] = [
    (
        "the database",
        &["store", "test-support"],
        &["sqlx", "sqlx-core", "rusqlite", "libsqlite3-sys", "tokio-postgres"],
    ),
    (
        "the web framework",
        &["web"],
        &["axum", "axum-extra", "tower-http", "askama", "utoipa", "utoipa-axum", "utoipa-swagger-ui"],
    ),
    ("the command line", &["sagip"], &["clap", "clap_complete", "anyhow"]),
    ("chance", &["sagip"], &["getrandom"]),
    ("NATS, mail and OIDC", &["clients"], &["async-nats", "lettre", "openidconnect"]),
];

/// HTTP clients, which tests may use to knock on the door from outside.
const HTTP_CLIENTS: [&str; 6] = ["reqwest", "hyper", "hyper-util", "ureq", "isahc", "curl"];

/// What no pure room is built from, however far down.
const IMPURE: [&str; 15] = [
    "tokio",
    "async-std",
    "smol",
    "futures-executor",
    "mio",
    "sqlx",
    "sqlx-core",
    "rusqlite",
    "libsqlite3-sys",
    "axum",
    "hyper",
    "reqwest",
    "ureq",
    "getrandom",
    "tracing-subscriber",
];

#[test]
fn arrows_point_down_only() {
    let rows = rows();
    let breaches: Vec<String> = METADATA.rooms().flat_map(|room| upward(&METADATA, room, &rows)).collect();
    hold("a room uses only the rooms its row in layers.rs names", &breaches);
}

/// What a room uses that its row does not name.
fn upward(
    metadata: &Metadata,
    room: &Package,
    rows: &[(&'static str, BTreeSet<&'static str>)],
) -> Vec<String> {
    let ours: BTreeSet<&str> = metadata.rooms().map(|room| room.name.as_str()).collect();
    let Some((_, may_use)) = rows.iter().find(|(name, _)| *name == room.name) else {
        return vec![format!("{} has no row", room.name)];
    };
    room.dependencies
        .iter()
        .filter(|used| !used.only_for_tests() && ours.contains(used.name.as_str()))
        .filter(|used| !may_use.contains(used.name.as_str()))
        .map(|used| format!("{} uses {}", room.name, used.name))
        .collect()
}

/// A test may reach further down than what it tests, but neither up nor across. The house for tests
/// stands beside them all.
#[test]
fn tests_look_down_only() {
    let order: Vec<&str> = rows().into_iter().map(|(name, _)| name).collect();
    let place = |name: &str| order.iter().position(|row| *row == name);
    let mut breaches = Vec::new();
    for room in METADATA.rooms() {
        for used in
            room.dependencies.iter().filter(|used| used.only_for_tests() && used.name != "test-support")
        {
            let up = place(&used.name).is_some_and(|used| place(&room.name).is_none_or(|room| used > room));
            let across = USE_CASES.contains(&room.name.as_str()) && USE_CASES.contains(&used.name.as_str());
            if up || across {
                breaches.push(format!("the tests of {} use {}", room.name, used.name));
            }
        }
    }
    hold("tests use what stands below", &breaches);
}

#[test]
fn the_rows_themselves_stand_in_order() {
    let rows = rows();
    let mut breaches = Vec::new();
    for (place, (name, may_use)) in rows.iter().enumerate() {
        for used in may_use {
            if !rows[..place].iter().any(|(above, _)| above == used) {
                breaches.push(format!("{name} names {used}, which has no row above it"));
            }
        }
    }
    hold("each row names rows above it", &breaches);
    let web = &rows.iter().find(|(name, _)| *name == "web").expect("the row of web").1;
    assert!(!web.contains("store"), "the web reaches the store through use cases only");
}

#[test]
fn pure_rooms_know_no_runtime_no_sql_no_http() {
    let mut breaches = Vec::new();
    for room in METADATA
        .rooms()
        .filter(|room| PURE.contains(&room.name.as_str()) || WRITTEN.contains(&room.name.as_str()))
    {
        for used in METADATA.closure(room) {
            if IMPURE.contains(&used) || used.starts_with("sqlx-") || used.starts_with("hyper-") {
                breaches.push(format!("{} is built from {used}", room.name));
            }
        }
    }
    hold("pure rooms compute and do nothing else", &breaches);
}

#[test]
fn each_engine_is_named_by_its_room_alone() {
    let mut breaches = Vec::new();
    for room in METADATA.rooms() {
        for used in &room.dependencies {
            for (what, owners, crates) in ENGINES {
                if crates.contains(&used.name.as_str()) && !owners.contains(&room.name.as_str()) {
                    breaches.push(format!("{} names {} ({what})", room.name, used.name));
                }
            }
            if HTTP_CLIENTS.contains(&used.name.as_str()) && !used.only_for_tests() && room.name != "clients"
            {
                breaches.push(format!("{} names {} (an HTTP client)", room.name, used.name));
            }
        }
    }
    hold("an engine is named by the room that owns it", &breaches);
}

#[test]
fn a_wrong_arrow_and_an_unknown_room_are_noticed() {
    let package = |name: &str, uses: &str| {
        format!(
            r#"{{"id": "{name}", "name": "{name}", "version": "1.0.0", "manifest_path": "x",
                "dependencies": [{{"name": "{uses}", "kind": null}}, {{"name": "web", "kind": "dev"}}]}}"#
        )
    };
    let metadata: Metadata = serde_json::from_str(&format!(
        r#"{{"packages": [{}, {}, {}], "workspace_members": ["web", "store", "attic"], "resolve": {{"nodes": []}}}}"#,
        package("web", "store"),
        package("store", "serde"),
        package("attic", "store"),
    ))
    .expect("metadata");
    let rows = rows();
    let found: Vec<String> =
        metadata.packages.iter().flat_map(|package| upward(&metadata, package, &rows)).collect();
    assert_eq!(found, ["web uses store", "attic has no row"]);
}
