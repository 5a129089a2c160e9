//! The writer: a media set, one medium at a time.

use std::io::{self, Write};

use super::{Contents, DataModel, FileNames, Media};
use crate::hashlist::Hash;

/// A media set being written. It is no set until [`finish`](Self::finish) has been called.
#[derive(Debug)]
pub struct MediaSetWriter<W> {
    sink: W,
    model: DataModel,
    names: FileNames,
    written: u64,
}

/// Why a medium could not be written. The set goes on without it, except after `Io`.
#[derive(Debug, thiserror::Error)]
pub enum WriteMediaError {
    /// The format demands an MD5.
    #[error("a medium has no MD5, which a VICS set must give for each; hash the file and add it again")]
    NoMd5,
    /// Its category is a number of another model.
    #[error(
        "{category} cannot be written into a set of the model {model}: equal numbers mean different things there; leave the category out or write a set of its own model"
    )]
    OtherModel {
        /// The category with its model.
        category: String,
        /// The model of the set.
        model: String,
    },
    /// It could not be written.
    #[error("the set could not be written: {0}")]
    Io(#[from] io::Error),
}

impl<W: Write> MediaSetWriter<W> {
    /// Begins a set of media under a model, whatever contents the model names.
    pub fn begin(mut sink: W, model: &DataModel, names: FileNames) -> Result<Self, WriteMediaError> {
        let model = DataModel { contents: Contents::Media, ..model.clone() };
        write!(sink, "{{\n  {}: {},\n  \"value\": [", quoted(model.key())?, quoted(&model.to_string())?)?;
        Ok(Self { sink, model, names, written: 0 })
    }

    /// Adds a medium. Without a MediaID it gets its place in the set, from 1: give all of them one
    /// or none. Hashes are written in capitals, as sets in the field have them.
    pub fn add(&mut self, media: &Media) -> Result<(), WriteMediaError> {
        let md5 = media.md5.map(Hash::Md5).ok_or(WriteMediaError::NoMd5)?;
        let category = match &media.category {
            None => None,
            Some(category) => Some(category.number_under(&self.model).ok_or_else(|| {
                WriteMediaError::OtherModel { category: category.to_string(), model: self.model.taxonomy() }
            })?),
        };
        let place = (self.written + 1).to_string();
        let id = media.media_id.as_deref().unwrap_or(&place);
        let id = if is_whole_number(id) { id.to_owned() } else { quoted(id)? };
        let mut fields = vec![format!("\"MediaID\": {id}")];
        fields.extend(category.map(|number| format!("\"Category\": {number}")));
        fields.push(format!("\"MD5\": \"{}\"", capitals(md5)));
        fields.extend(media.sha1.map(|sha1| format!("\"SHA1\": \"{}\"", capitals(Hash::Sha1(sha1)))));
        fields.extend(media.photo_dna.map(|hash| format!("\"PhotoDNA\": \"{hash}\"")));
        fields.extend(media.size.map(|size| format!("\"MediaSize\": {size}")));
        if !media.other_hashes.is_empty() {
            let hashes = media.other_hashes.iter().map(|hash| {
                let name = hash.algorithm().as_str().to_ascii_uppercase();
                format!("{{\"HashName\": \"{name}\", \"HashValue\": \"{}\"}}", capitals(*hash))
            });
            fields.push(format!("\"AlternativeHashes\": [{}]", hashes.collect::<Vec<_>>().join(", ")));
        }
        if self.names == FileNames::Included && !media.file_names.is_empty() {
            let mut files = Vec::new();
            for name in &media.file_names {
                files.push(format!("{{\"MD5\": \"{}\", \"FileName\": {}}}", capitals(md5), quoted(name)?));
            }
            fields.push(format!("\"MediaFiles\": [{}]", files.join(", ")));
        }
        let comma = if self.written == 0 { "" } else { "," };
        write!(self.sink, "{comma}\n    {{{}}}", fields.join(", "))?;
        self.written += 1;
        Ok(())
    }

    /// Ends the set and gives the sink back.
    pub fn finish(mut self) -> Result<W, WriteMediaError> {
        self.sink.write_all(b"\n  ]\n}\n")?;
        self.sink.flush()?;
        Ok(self.sink)
    }
}

fn capitals(hash: Hash) -> String {
    hash.to_string().to_ascii_uppercase()
}

fn quoted(text: &str) -> Result<String, io::Error> {
    Ok(serde_json::to_string(text)?)
}

/// Whether the text is a whole number that JSON writes the same way.
fn is_whole_number(text: &str) -> bool {
    text.parse::<i64>().is_ok_and(|number| number.to_string() == text)
}
