//! The journal's heads outside the database: a file that is only ever appended to. Without it a
//! tail cut off the database could not be seen.

use std::{
    fs::{File, OpenOptions},
    io::{BufRead, BufReader, Write},
    path::PathBuf,
};

use vault::chain::SignedHead;

use crate::Internal;

/// The file of heads.
pub(crate) struct Heads {
    path: PathBuf,
}

impl Heads {
    pub(crate) const fn new(path: PathBuf) -> Self {
        Self { path }
    }

    fn fault(&self, reason: impl ToString) -> Internal {
        Internal::File { path: self.path.display().to_string(), reason: reason.to_string() }
    }

    /// Appends heads and waits until they are on the disk.
    pub(crate) fn append(&self, heads: &[SignedHead]) -> Result<(), Internal> {
        if heads.is_empty() {
            return Ok(());
        }
        let text: String = heads.iter().map(|head| format!("{}\n", head.to_line())).collect();
        let mut file =
            OpenOptions::new().create(true).append(true).open(&self.path).map_err(|e| self.fault(e))?;
        file.write_all(text.as_bytes()).and_then(|()| file.sync_data()).map_err(|e| self.fault(e))
    }

    /// Every head in the file, in order. A last line that was cut short by a crash is left out;
    /// any other line that does not read is a fault.
    pub(crate) fn read(&self) -> Result<Vec<SignedHead>, Internal> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(self.fault(e)),
        };
        let lines: Vec<String> =
            BufReader::new(file).lines().collect::<Result<_, _>>().map_err(|e| self.fault(e))?;
        let mut heads = Vec::with_capacity(lines.len());
        for (i, line) in lines.iter().enumerate() {
            match SignedHead::parse_line(line) {
                Ok(head) => heads.push(head),
                Err(_) if i + 1 == lines.len() => {}
                Err(e) => return Err(self.fault(format!("line {}: {e}", i + 1))),
            }
        }
        Ok(heads)
    }
}
