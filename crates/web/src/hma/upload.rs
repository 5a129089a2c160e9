//! A file that is sent as a form (`multipart/form-data`): one, in a field named by its type of content.

use axum::extract::{
    Multipart,
    multipart::{Field, MultipartError, MultipartRejection},
};

use super::{
    Matching,
    answer::{Answer, Refused},
    media::{Hashes, MOST_PICTURE, Receiving, too_large},
    signals::{Medium, selected, shortened},
};

/// Bytes of all fields that are no file, together.
const MOST_FIELDS: usize = 64 * 1024;

/// What came: the hashes of the file, and the other fields.
pub(super) struct Upload {
    pub(super) hashes: Hashes,
    fields: Vec<(String, String)>,
}

impl Upload {
    /// A field that is no file.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Receives an upload and hashes its file by the types asked for.
pub(super) async fn received(
    matching: &Matching,
    form: Result<Multipart, MultipartRejection>,
    types: Option<&str>,
) -> Answer<Upload> {
    let mut form = form.map_err(|_| no_file())?;
    let turn = matching.receiving.clone().acquire_owned().await.map_err(|e| Refused::fault(e.to_string()))?;
    let mut reading = Reading { receiving: None, fields: Vec::new(), length: 0, refused: None, passed: 0 };
    while let Some(field) = form.next_field().await.map_err(|e| broken(&e))? {
        reading.take(field, types).await?;
    }
    if let Some(refused) = reading.refused {
        return Err(refused);
    }
    let receiving = reading.receiving.ok_or_else(no_file)?;
    let hashes = receiving.hash_aside(&matching.decoding).await?;
    drop(turn);
    Ok(Upload { hashes, fields: reading.fields })
}

struct Reading {
    receiving: Option<Receiving>,
    fields: Vec<(String, String)>,
    length: usize,
    /// What the form is refused for. The rest of it is still read, so that whoever sends it gets to
    /// read the answer.
    refused: Option<Refused>,
    passed: u64,
}

impl Reading {
    async fn take(&mut self, mut field: Field<'_>, types: Option<&str>) -> Answer<()> {
        let name = field.name().unwrap_or_default().to_owned();
        let is_file = field.file_name().is_some();
        if is_file && self.refused.is_none() {
            match self.file(&name, types) {
                Ok(receiving) => self.receiving = Some(receiving),
                Err(refused) => self.refused = Some(refused),
            }
        }
        let mut text = Vec::new();
        while let Some(bytes) = field.chunk().await.map_err(|e| broken(&e))? {
            if self.refused.is_some() {
                self.pass(bytes.len())?;
            } else if is_file {
                let pushed = self.receiving.as_mut().map_or(Ok(()), |receiving| receiving.push(&bytes));
                self.refused = pushed.err();
            } else {
                self.length = self.length.saturating_add(bytes.len());
                text.extend_from_slice(&bytes);
                if self.length > MOST_FIELDS {
                    self.refused = Some(too_large());
                    text.clear();
                }
            }
        }
        if !is_file && self.refused.is_none() {
            self.fields.push((name, String::from_utf8_lossy(&text).into_owned()));
        }
        Ok(())
    }

    fn file(&self, name: &str, types: Option<&str>) -> Answer<Receiving> {
        if self.receiving.is_some() {
            return Err(Refused::bad("Only one file allowed per request"));
        }
        let medium = Medium::named(name)?;
        Ok(Receiving::new(medium, selected(medium, types)?))
    }

    /// Passes over bytes of a form that is refused, but not for ever.
    fn pass(&mut self, bytes: usize) -> Answer<()> {
        self.passed = self.passed.saturating_add(bytes as u64);
        match self.refused.take() {
            Some(refused) if self.passed > MOST_PICTURE => Err(refused),
            refused => {
                self.refused = refused;
                Ok(())
            }
        }
    }
}

fn no_file() -> Refused {
    Refused::bad("Missing multipart/form-data file upload")
}

fn broken(error: &MultipartError) -> Refused {
    Refused::new(error.status(), format!("the form could not be read: {}", shortened(&error.body_text())))
}
