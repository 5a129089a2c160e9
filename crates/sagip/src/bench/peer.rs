//! A peer that answers beside us in the same run: a Python program that is told what to do line by
//! line and answers with one JSON object a line, so that its turns and ours take turns.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use anyhow::{Context, bail};

/// A peer that runs.
pub(super) struct Peer {
    program: Child,
    say: ChildStdin,
    hear: BufReader<ChildStdout>,
}

impl Peer {
    /// Starts the script under the Python that `SAGIP_PEERS` names; `None` where it names none.
    pub(super) fn start(script: &str, arguments: &[&str]) -> anyhow::Result<Option<Self>> {
        let Ok(python) = std::env::var("SAGIP_PEERS") else { return Ok(None) };
        let mut program = Command::new(&python)
            .arg("-c")
            .arg(script)
            .args(arguments)
            // One thread, as we have.
            .envs([("OMP_NUM_THREADS", "1"), ("OPENBLAS_NUM_THREADS", "1")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("SAGIP_PEERS names {python}, which does not start"))?;
        let (say, hear) =
            (program.stdin.take().context("no input")?, program.stdout.take().context("no output")?);
        Ok(Some(Self { program, say, hear: BufReader::new(hear) }))
    }

    /// Tells the peer something and hears its answer.
    pub(super) fn ask(&mut self, request: &str) -> anyhow::Result<serde_json::Value> {
        writeln!(self.say, "{request}")?;
        self.say.flush()?;
        let mut answer = String::new();
        if self.hear.read_line(&mut answer)? == 0 {
            bail!("the peer ended instead of answering “{request}”");
        }
        Ok(serde_json::from_str(&answer)?)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}
