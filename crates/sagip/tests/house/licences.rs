//! Under which licences, and from where, everything comes that Sagip is built and tested with.

use std::collections::BTreeSet;

use crate::workspace::{METADATA, hold, root};

/// Licences any dependency may offer.
const ALLOWED: [&str; 14] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Crates under the Mozilla licence, unchanged and each for its reason.
const UNDER_MPL: [(&str, &str); 1] = [("webdriver", "the browser tests speak it; no part of the binary")];

/// Crates that come with nothing, not even through another crate, and why.
const BANNED: [(&str, &str); 10] = [
    ("aws-lc-rs", "needs a C toolchain with cmake; ring serves"),
    ("aws-lc-sys", "needs a C toolchain with cmake; ring serves"),
    ("bindgen", "needs libclang to build"),
    ("chrono", "jiff keeps time here"),
    ("cmake", "a fresh machine has a C compiler and no more"),
    ("libssh2-sys", "needs OpenSSL"),
    ("native-tls", "means OpenSSL; rustls serves"),
    ("openssl", "rustls serves"),
    ("openssl-sys", "needs OpenSSL's headers to build"),
    ("rusqlite", "cannot share a tree with sqlx"),
];

/// Crates the standard library has replaced: others may bring them, no room names them.
const REPLACED: [(&str, &str); 3] = [
    ("lazy_static", "LazyLock"),
    ("once_cell", "OnceLock or LazyLock"),
    ("num_cpus", "available_parallelism"),
];

const CRATES_IO: [&str; 2] =
    ["registry+https://github.com/rust-lang/crates.io-index", "sparse+https://index.crates.io/"];

#[test]
fn every_licence_is_allowed() {
    let mut breaches = Vec::new();
    for package in &METADATA.packages {
        let exempt = UNDER_MPL.iter().any(|(name, _)| *name == package.name);
        let allowed = |licence: &str| ALLOWED.contains(&licence) || (exempt && licence == "MPL-2.0");
        let verdict = match &package.license {
            Some(expression) => satisfied(expression, &allowed),
            None => Err("no licence expression".to_owned()),
        };
        match verdict {
            Ok(true) => {}
            Ok(false) => breaches.push(format!(
                "{} {}: {}",
                package.name,
                package.version,
                package.license.as_deref().unwrap_or_default()
            )),
            Err(problem) => breaches.push(format!("{} {}: {problem}", package.name, package.version)),
        }
    }
    hold("everything comes under a licence on the list", &breaches);
}

#[test]
fn everything_comes_from_crates_io_or_from_here() {
    let mut breaches = Vec::new();
    for package in &METADATA.packages {
        match &package.source {
            Some(source) if CRATES_IO.contains(&source.as_str()) => {}
            None if package.manifest_path.starts_with(root()) => {}
            source => breaches.push(format!("{} comes from {source:?}", package.name)),
        }
    }
    hold("only crates.io and this workspace are sources", &breaches);
}

#[test]
fn nothing_banned_comes_along() {
    let here: BTreeSet<&str> = METADATA.packages.iter().map(|package| package.name.as_str()).collect();
    let mut breaches: Vec<String> = BANNED
        .iter()
        .filter(|(name, _)| here.contains(name))
        .map(|(name, why)| format!("{name}: {why} (`cargo tree -i {name}` says who brings it)"))
        .collect();
    for room in METADATA.rooms() {
        for (name, instead) in REPLACED {
            if room.dependencies.iter().any(|used| used.name == name) {
                breaches.push(format!("{} names {name}: take {instead}", room.name));
            }
        }
    }
    hold("banned crates stay out", &breaches);
}

/// The list of exceptions may only shrink, and what is on it stays out of the binary.
#[test]
fn exceptions_are_needed_and_only_for_tests() {
    let sagip = METADATA.rooms().find(|room| room.name == "sagip").expect("the package of the binary");
    let shipped = METADATA.closure(sagip);
    let mut breaches = Vec::new();
    for (name, _) in UNDER_MPL {
        if !METADATA.packages.iter().any(|package| package.name == name) {
            breaches.push(format!("{name} is not used any more: take it off the list"));
        }
        if shipped.contains(name) {
            breaches.push(format!("{name} is built into the binary"));
        }
    }
    hold("exceptions are needed and only for tests", &breaches);
}

/// Whether a licence expression can be satisfied with allowed licences alone. Reads SPDX
/// expressions (`AND` binds tighter than `OR`) and the older slash, which means `OR`.
fn satisfied(expression: &str, allowed: &dyn Fn(&str) -> bool) -> Result<bool, String> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let tokens: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader { tokens: &tokens, allowed };
    let verdict = reader.alternatives()?;
    match reader.tokens {
        [] => Ok(verdict),
        rest => Err(format!("{expression}: {} was not expected", rest[0])),
    }
}

struct Reader<'a> {
    tokens: &'a [&'a str],
    allowed: &'a dyn Fn(&str) -> bool,
}

impl<'a> Reader<'a> {
    fn alternatives(&mut self) -> Result<bool, String> {
        let mut verdict = self.conjunction()?;
        while self.take("OR") {
            verdict |= self.conjunction()?;
        }
        Ok(verdict)
    }

    fn conjunction(&mut self) -> Result<bool, String> {
        let mut verdict = self.licence()?;
        while self.take("AND") {
            verdict &= self.licence()?;
        }
        Ok(verdict)
    }

    fn licence(&mut self) -> Result<bool, String> {
        if self.take("(") {
            let verdict = self.alternatives()?;
            return if self.take(")") { Ok(verdict) } else { Err("a parenthesis is not closed".to_owned()) };
        }
        let licence = self.name()?;
        if self.take("WITH") {
            let exception = self.name()?;
            return Ok((self.allowed)(&format!("{licence} WITH {exception}")));
        }
        Ok((self.allowed)(licence))
    }

    fn name(&mut self) -> Result<&'a str, String> {
        match self.tokens.split_first() {
            Some((name, rest)) if !["AND", "OR", "WITH", "(", ")"].contains(name) => {
                self.tokens = rest;
                Ok(name)
            }
            other => Err(format!("a licence was expected, not {:?}", other.map(|(token, _)| token))),
        }
    }

    fn take(&mut self, token: &str) -> bool {
        match self.tokens.split_first() {
            Some((first, rest)) if *first == token => {
                self.tokens = rest;
                true
            }
            _ => false,
        }
    }
}

#[test]
fn expressions_are_read_as_spdx_means_them() {
    let allowed = |licence: &str| ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"].contains(&licence);
    let cases = [
        ("MIT", true),
        ("GPL-3.0-only", false),
        ("MIT OR GPL-3.0-only", true),
        ("GPL-3.0-only/MIT", true),
        ("GPL-3.0-only / MIT", true),
        ("MIT AND GPL-3.0-only", false),
        // AND binds tighter: MIT alone is enough for the first, nothing is for the second.
        ("MIT OR GPL-2.0-only AND GPL-3.0-only", true),
        ("(MIT OR GPL-2.0-only) AND GPL-3.0-only", false),
        ("(MIT OR Apache-2.0) AND MIT", true),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("MIT WITH LLVM-exception", false),
        ("GPL-2.0-only WITH Classpath-exception-2.0 OR MIT", true),
    ];
    for (expression, expected) in cases {
        assert_eq!(satisfied(expression, &allowed), Ok(expected), "{expression}");
    }
    for nonsense in ["", "MIT OR", "(MIT", "MIT)", "MIT Apache-2.0", "AND MIT", "MIT WITH"] {
        assert!(satisfied(nonsense, &allowed).is_err(), "{nonsense}");
    }
}
