//! Files in a ZIP archive (PKWARE APPNOTE 6.3.10): deflated, named in UTF-8, and with no time of
//! writing, so that the same files give the same bytes. Small archives only, without ZIP64.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::DeflateEncoder;

/// An archive that is being written.
pub(crate) struct Archive<W> {
    out: W,
    written: u64,
    directory: Vec<u8>,
    files: u16,
}

/// What a local header and the directory say alike of a file: version 2.0 to read it, the name in
/// UTF-8, deflated, 1980-01-01.
const MADE: [u8; 10] = [20, 0, 0, 8, 8, 0, 0, 0, 0x21, 0];

impl<W: Write> Archive<W> {
    pub(crate) fn new(out: W) -> Self {
        Self { out, written: 0, directory: Vec::new(), files: 0 }
    }

    /// Adds a file.
    pub(crate) fn add(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes)?;
        let packed = encoder.finish()?;
        let mut said = MADE.to_vec();
        said.extend(crc32fast::hash(bytes).to_le_bytes());
        said.extend(narrow(packed.len() as u64)?.to_le_bytes());
        said.extend(narrow(bytes.len() as u64)?.to_le_bytes());
        said.extend(u16::try_from(name.len()).map_err(|_| too_large())?.to_le_bytes());
        said.extend([0, 0]);

        let offset = narrow(self.written)?;
        self.put(b"PK\x03\x04")?;
        self.put(&said)?;
        self.put(name.as_bytes())?;
        self.put(&packed)?;
        // The directory adds: made by version 2.0, no comment, first disk, no attributes, where it begins.
        self.directory.extend(b"PK\x01\x02");
        self.directory.extend([20, 0]);
        self.directory.extend(said);
        self.directory.extend([0; 10]);
        self.directory.extend(offset.to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.files = self.files.checked_add(1).ok_or_else(too_large)?;
        Ok(())
    }

    /// Writes the directory and its end.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        let (offset, length) = (narrow(self.written)?, narrow(self.directory.len() as u64)?);
        let directory = std::mem::take(&mut self.directory);
        self.put(&directory)?;
        self.put(b"PK\x05\x06\0\0\0\0")?;
        let files = self.files.to_le_bytes();
        self.put(&files)?;
        self.put(&files)?;
        self.put(&length.to_le_bytes())?;
        self.put(&offset.to_le_bytes())?;
        self.put(&[0, 0])?;
        self.out.flush()
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.written += bytes.len() as u64;
        self.out.write_all(bytes)
    }
}

/// A length or place as the format keeps it without ZIP64.
fn narrow(length: u64) -> io::Result<u32> {
    u32::try_from(length).map_err(|_| too_large())
}

fn too_large() -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, "more than 4 GiB or 65,535 files; split it into several")
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

        #[test]
        fn another_reader_finds_every_file_as_it_was(
            files in prop::collection::vec(("[a-zñ]{1,12}", prop::collection::vec(any::<u8>(), 0..300)), 0..6),
        ) {
            let mut out = Vec::new();
            let mut archive = Archive::new(&mut out);
            for (number, (name, bytes)) in files.iter().enumerate() {
                archive.add(&format!("{number}/{name}"), bytes).unwrap();
            }
            archive.finish().unwrap();
            let mut read = zip::ZipArchive::new(Cursor::new(out)).unwrap();
            prop_assert_eq!(read.len(), files.len());
            for (number, (name, bytes)) in files.iter().enumerate() {
                let mut file = read.by_index(number).unwrap();
                prop_assert_eq!(file.name().unwrap().into_owned(), format!("{number}/{name}"));
                let mut found = Vec::new();
                // Reading to the end checks the sum.
                file.read_to_end(&mut found).unwrap();
                prop_assert_eq!(&found, bytes);
            }
        }
    }
}
