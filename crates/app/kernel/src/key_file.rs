//! The root key's file: made for its owner only, refused when others can read it.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use model::Entropy;
use vault::RootKey;

/// Why a key file was not taken.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileFault {
    /// It is not there.
    #[error(
        "the key file {0} is not there. Without it nothing that was sealed can be read, so Sagip starts for nobody. \
         Put the key file back from where it is kept, or begin anew with `sagip init`"
    )]
    Absent(PathBuf),
    /// Others can read it.
    #[error("the key file {path} can be read by others (mode {mode:o}). Close it with `chmod 600 {path}`")]
    Open {
        /// The file.
        path: String,
        /// Its mode.
        mode: u32,
    },
    /// It does not hold a root key.
    #[error("the key file {path} does not hold a root key: {reason}")]
    NotAKey {
        /// The file.
        path: String,
        /// Why not.
        reason: String,
    },
    /// It is there already.
    #[error("the key file {0} is there already; a new installation needs a new folder")]
    AlreadyThere(PathBuf),
    /// It cannot be read or written.
    #[error("the key file {path}: {reason}")]
    Io {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
}

/// A root key's file.
#[derive(Clone, Debug)]
pub struct KeyFile {
    path: PathBuf,
}

impl KeyFile {
    /// The file at a path, there or not.
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    fn io(&self, error: &io::Error) -> KeyFileFault {
        KeyFileFault::Io { path: self.path.display().to_string(), reason: error.to_string() }
    }

    /// Makes a new root key and its file, readable by its owner only.
    pub fn create(&self, entropy: &dyn Entropy) -> Result<RootKey, KeyFileFault> {
        let key = RootKey::generate(entropy);
        self.write_new(&key)?;
        Ok(key)
    }

    /// Makes a new root key and its file in one step: after a crash it is there whole or not at all.
    pub(crate) fn create_whole(&self, entropy: &dyn Entropy) -> Result<RootKey, KeyFileFault> {
        let part = self.with_end(".part");
        match fs::remove_file(&part.path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(part.io(&e)),
            _ => {}
        }
        let key = part.create(entropy)?;
        self.replace(&part)?;
        Ok(key)
    }

    fn write_new(&self, key: &RootKey) -> Result<(), KeyFileFault> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let mut file = options.open(&self.path).map_err(|e| match e.kind() {
            io::ErrorKind::AlreadyExists => KeyFileFault::AlreadyThere(self.path.clone()),
            _ => self.io(&e),
        })?;
        let text = key.to_text();
        file.write_all(
            b"# The root key of a Sagip installation. Keep a copy where the data and its backups are not.\n",
        )
        .and_then(|()| file.write_all(text.as_bytes()))
        .and_then(|()| file.write_all(b"\n"))
        .and_then(|()| file.sync_all())
        .map_err(|e| self.io(&e))
    }

    /// Reads the root key.
    pub fn read(&self) -> Result<RootKey, KeyFileFault> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let about = fs::metadata(&self.path).map_err(|e| match e.kind() {
                io::ErrorKind::NotFound => KeyFileFault::Absent(self.path.clone()),
                _ => self.io(&e),
            })?;
            let mode = about.mode() & 0o777;
            if mode & 0o077 != 0 {
                return Err(KeyFileFault::Open { path: self.path.display().to_string(), mode });
            }
        }
        let text = fs::read_to_string(&self.path).map_err(|e| match e.kind() {
            io::ErrorKind::NotFound => KeyFileFault::Absent(self.path.clone()),
            _ => self.io(&e),
        })?;
        RootKey::parse(&text).map_err(|e| KeyFileFault::NotAKey {
            path: self.path.display().to_string(),
            reason: e.to_string(),
        })
    }

    /// The file a rotation writes before the old one is replaced.
    pub(crate) fn next(&self) -> Self {
        self.with_end(".new")
    }

    fn with_end(&self, end: &str) -> Self {
        let mut name = self.path.clone().into_os_string();
        name.push(end);
        Self { path: name.into() }
    }

    /// Whether there is such a file.
    pub fn exists(&self) -> bool {
        self.path.exists()
    }

    /// Puts another file in the place of this one, and waits until that is on the disk.
    pub(crate) fn replace(&self, other: &Self) -> Result<(), KeyFileFault> {
        fs::rename(&other.path, &self.path).map_err(|e| self.io(&e))?;
        #[cfg(unix)]
        {
            let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
            fs::File::open(folder.unwrap_or(Path::new(".")))
                .and_then(|folder| folder.sync_all())
                .map_err(|e| self.io(&e))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Seven;

    impl Entropy for Seven {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    #[test]
    fn made_for_the_owner_only_and_read_back() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("root.key");
        let file = KeyFile::at(&path);
        let made = file.create(&Seven).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(file.read().unwrap().fingerprint(), made.fingerprint());
        assert!(matches!(file.create(&Seven), Err(KeyFileFault::AlreadyThere(_))));
    }

    #[test]
    fn refused_when_absent_open_to_others_or_broken() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("root.key");
        let file = KeyFile::at(&path);
        assert!(matches!(file.read(), Err(KeyFileFault::Absent(_))));
        file.create(&Seven).unwrap();
        for mode in [0o640, 0o604, 0o644, 0o660] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert!(matches!(file.read(), Err(KeyFileFault::Open { .. })), "{mode:o}");
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, "not a key").unwrap();
        assert!(matches!(file.read(), Err(KeyFileFault::NotAKey { .. })));
    }
}
