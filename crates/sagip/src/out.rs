//! What the program says: results on standard output (as JSON for programs), trouble on standard
//! error, progress on a terminal only.
#![expect(clippy::print_stderr, reason = "this is where the program speaks")]

use std::io::{self, IsTerminal, Write};

use serde_json::Value;

/// How the program speaks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Out {
    json: bool,
    progress: bool,
}

impl Out {
    pub(crate) fn new(json: bool) -> Self {
        Self { json, progress: !json && io::stderr().is_terminal() }
    }

    /// A result: words for people, or one JSON object on a line.
    pub(crate) fn result(self, words: &str, json: &Value) {
        if self.json {
            say(json);
        } else {
            say(&words);
        }
    }

    /// Words for people only.
    pub(crate) fn words(self, words: &str) {
        if !self.json {
            say(&words);
        }
    }

    /// What went wrong.
    #[expect(clippy::unused_self, reason = "one way of speaking for all that is said")]
    pub(crate) fn trouble(self, words: &str) {
        eprintln!("sagip: {words}");
    }

    /// Whether [`Out::progress`] is seen by anybody.
    pub(crate) const fn shows_progress(self) -> bool {
        self.progress
    }

    /// How far something is; only on a terminal, overwriting itself.
    pub(crate) fn progress(self, words: &str) {
        if self.progress {
            eprint!("\r\u{1b}[2K{words}");
            let _ = io::stderr().flush();
        }
    }

    /// Clears the line of progress.
    pub(crate) fn progress_done(self) {
        if self.progress {
            eprint!("\r\u{1b}[2K");
            let _ = io::stderr().flush();
        }
    }

    /// Bytes as they are.
    #[expect(clippy::unused_self, reason = "one way of speaking for all that is said")]
    pub(crate) fn bytes(self, bytes: &[u8]) -> io::Result<()> {
        let mut out = io::stdout().lock();
        heard(out.write_all(bytes).and_then(|()| out.flush()))
    }
}

fn say(words: &dyn std::fmt::Display) {
    if let Err(e) = heard(writeln!(io::stdout().lock(), "{words}")) {
        eprintln!("sagip: the result could not be written: {e}");
        std::process::exit(3);
    }
}

/// Ends the program where nobody reads its output any more (`sagip … | head`), as a shell would have.
fn heard(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => std::process::exit(141),
        written => written,
    }
}
