//! The reader: one medium at a time, whatever the size of the file.

use std::{collections::VecDeque, io::Read};

use super::{Category, Contents, DataModel, FileNames, Media, NotADataModel, PhotoDna};
use crate::{
    hashlist::{Algorithm, Hash},
    json::{Json, Token},
    record::{Record, Reject, beginning},
};

/// The most file names of one medium; sets in the field have had up to 116.
const MOST_NAMES: usize = 1000;
/// The most other hashes of one medium.
const MOST_HASHES: usize = 32;
/// The most rejects for one medium.
const MOST_REJECTS: usize = 16;

/// The media of a set, one by one. A field that cannot be read is a reject of its own, and the
/// medium follows without it under the same ordinal as long as it has a hash. A reject carries no
/// copy of the text, which may hold file names: line and byte tell where it stands.
#[derive(Debug)]
pub struct MediaSetReader<R> {
    json: Json<R>,
    model: DataModel,
    names: FileNames,
    level: Level,
    ordinal: u64,
    waiting: VecDeque<Result<Record<Media>, Reject>>,
}

/// Where reading has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    /// Among cases.
    Cases,
    /// In a case; whether its media have been met.
    Case {
        media: bool,
    },
    /// Among media.
    Media,
    /// Behind `value`.
    Tail,
    Done,
}

/// Why a file could not be opened as a media set.
#[derive(Debug, thiserror::Error)]
pub enum MediaSetError {
    /// It is not JSON, or not whole.
    #[error("line {line}: {reason}")]
    Malformed {
        /// The line.
        line: u64,
        /// What was expected and what was found, with the byte.
        reason: String,
    },
    /// It is JSON and no media set.
    #[error(
        "line {line}: expected an object that begins with “odata.metadata” or “@odata.context” and has a list “value”, found {found}; export the set as VICS 1.3 or 2.0"
    )]
    NotVics {
        /// The line.
        line: u64,
        /// What there is instead.
        found: String,
    },
    /// Its data model is not read.
    #[error(transparent)]
    DataModel(#[from] NotADataModel),
}

impl<R: Read> MediaSetReader<R> {
    /// Opens a set. The data model must come first, because without it a category means nothing.
    pub fn open(source: R, names: FileNames) -> Result<Self, MediaSetError> {
        let mut json = Json::new(source);
        expect(&mut json, &Token::BeginObject)?;
        match next(&mut json)? {
            Token::Name(name) if matches!(name.as_str(), "odata.metadata" | "@odata.context") => {}
            Token::Name(name) => return Err(not_vics(&json, &format!("“{}”", beginning(&name, 60)))),
            token => return Err(not_vics(&json, token.kind())),
        }
        let model = match next(&mut json)? {
            Token::Text(text) => DataModel::parse(&text)?,
            token => return Err(not_vics(&json, &format!("{} as the data model", token.kind()))),
        };
        loop {
            match next(&mut json)? {
                Token::Name(name) if name == "value" => break,
                Token::Name(_) => json.skip().map_err(|reason| malformed(&json, reason))?,
                _ => return Err(not_vics(&json, "no “value”")),
            }
        }
        expect(&mut json, &Token::BeginArray)?;
        let level = match model.contents {
            Contents::Media => Level::Media,
            Contents::Cases => Level::Cases,
        };
        Ok(Self { json, model, names, level, ordinal: 0, waiting: VecDeque::new() })
    }

    /// The data model the file says it follows.
    pub const fn model(&self) -> &DataModel {
        &self.model
    }

    /// Reads until something waits or the file ends.
    fn advance(&mut self) -> Result<(), String> {
        while self.waiting.is_empty() && self.level != Level::Done {
            let token = self.json.next()?;
            match (self.level, token) {
                (Level::Media, Token::BeginObject) => self.read_media()?,
                (Level::Media, Token::EndArray) => {
                    self.level = match self.model.contents {
                        Contents::Media => Level::Tail,
                        Contents::Cases => Level::Case { media: true },
                    };
                }
                (Level::Media, token) => {
                    self.ordinal += 1;
                    self.refuse("", format!("expected the object of a medium, found {}", token.kind()));
                    self.json.skip_rest(&token)?;
                }
                (Level::Cases, Token::BeginObject) => self.level = Level::Case { media: false },
                (Level::Cases, Token::EndArray) => self.level = Level::Tail,
                (Level::Cases, token) => {
                    self.refuse("value", format!("expected the object of a case, found {}", token.kind()));
                    self.json.skip_rest(&token)?;
                }
                (Level::Case { .. }, Token::Name(name)) if name.eq_ignore_ascii_case("Media") => {
                    self.enter_media()?;
                }
                (Level::Case { .. } | Level::Tail, Token::Name(_)) => self.json.skip()?,
                (Level::Case { media }, _) => {
                    if !media {
                        let reason = "expected a case with a list “Media”, found one without";
                        self.refuse("Media", reason.to_owned());
                    }
                    self.level = Level::Cases;
                }
                (Level::Tail, Token::End) => self.level = Level::Done,
                (Level::Tail | Level::Done, _) => {}
            }
        }
        Ok(())
    }

    fn enter_media(&mut self) -> Result<(), String> {
        let token = self.json.next()?;
        match token {
            Token::BeginArray => self.level = Level::Media,
            Token::Null => self.level = Level::Case { media: true },
            token => {
                self.refuse("Media", format!("expected a list of media, found {}", token.kind()));
                self.json.skip_rest(&token)?;
                self.level = Level::Case { media: true };
            }
        }
        Ok(())
    }

    fn read_media(&mut self) -> Result<(), String> {
        self.ordinal += 1;
        let line = self.json.line();
        let mut media = Media::default();
        let mut seen: Vec<&str> = Vec::new();
        while let Token::Name(name) = self.json.next()? {
            let Some(field) = FIELDS.into_iter().find(|field| field.eq_ignore_ascii_case(&name)) else {
                self.json.skip()?;
                continue;
            };
            if seen.contains(&field) {
                self.refuse(field, format!("{field} is given twice; the first is taken"));
                self.json.skip()?;
                continue;
            }
            seen.push(field);
            let read = match field {
                "MediaFiles" => self.read_files(&mut media)?,
                "AlternativeHashes" => self.read_hashes(&mut media)?,
                field => {
                    let text = self.scalar()?;
                    text.and_then(|text| {
                        text.map_or(Ok(()), |text| fill(&mut media, field, &text, &self.model))
                    })
                }
            };
            if let Err(reason) = read {
                self.refuse(field, reason);
            }
        }
        if media.hashes().next().is_some() || media.photo_dna.is_some() {
            self.waiting.push_back(Ok(Record { ordinal: self.ordinal, line, value: media }));
        } else if self.waiting.is_empty() {
            self.refuse("MD5", "expected a medium with its MD5, found one without any hash".to_owned());
        }
        Ok(())
    }

    fn read_files(&mut self, media: &mut Media) -> Result<Result<(), String>, String> {
        if self.names == FileNames::LeftOut {
            return self.json.skip().map(Ok);
        }
        let names = &mut media.file_names;
        let mut most = Ok(());
        let listed = each(
            &mut self.json,
            |json, name| {
                if !name.eq_ignore_ascii_case("FileName") {
                    return json.skip();
                }
                match json.next()? {
                    Token::Text(text) if names.len() < MOST_NAMES => names.push(text),
                    Token::Null => {}
                    Token::Text(_) => most = Err(format!("a medium has more than {MOST_NAMES} file names")),
                    token => {
                        most = Err(format!("expected FileName as a text, found {}", token.kind()));
                        json.skip_rest(&token)?;
                    }
                }
                Ok(())
            },
            || (),
        )?;
        Ok(listed.and(most))
    }

    fn read_hashes(&mut self, media: &mut Media) -> Result<Result<(), String>, String> {
        let pair = std::cell::RefCell::new((None, None));
        let mut wrong = Ok(());
        let listed = each(
            &mut self.json,
            |json, name| {
                let token = match name {
                    name if name.eq_ignore_ascii_case("HashName")
                        || name.eq_ignore_ascii_case("HashValue") =>
                    {
                        json.next()?
                    }
                    _ => return json.skip(),
                };
                let mut pair = pair.borrow_mut();
                match token {
                    Token::Text(text) if name.eq_ignore_ascii_case("HashName") => pair.0 = Some(text),
                    Token::Text(text) => pair.1 = Some(text),
                    token => json.skip_rest(&token)?,
                }
                Ok(())
            },
            || {
                if let (Some(name), Some(value)) = pair.take()
                    && let Err(reason) = add_hash(media, &name, &value)
                {
                    wrong = Err(reason);
                }
            },
        )?;
        Ok(listed.and(wrong))
    }

    /// The value that comes next as a text: `None` for null and for a blank one.
    fn scalar(&mut self) -> Result<Result<Option<String>, String>, String> {
        let token = self.json.next()?;
        Ok(match token {
            Token::Null => Ok(None),
            Token::Text(text) => Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty())),
            Token::Number(text) => Ok(Some(text)),
            token => {
                self.json.skip_rest(&token)?;
                Err(format!("expected a text or a number, found {}", token.kind()))
            }
        })
    }

    fn refuse(&mut self, field: &str, reason: String) {
        let about = self.waiting.len();
        if about < MOST_REJECTS {
            self.waiting.push_back(Err(self.reject(field, reason, false)));
        }
    }

    fn reject(&self, field: &str, reason: String, fatal: bool) -> Reject {
        let reason = if fatal { reason } else { format!("{reason} (before byte {})", self.json.offset()) };
        let (ordinal, line) = (self.ordinal, self.json.line());
        let path = match (field, self.model.contents) {
            ("", _) => String::new(),
            (field, Contents::Media) => format!("value/{field}"),
            (field, Contents::Cases) => format!("value/Media/{field}"),
        };
        Reject { ordinal, line, path, field: field.to_owned(), reason, raw: String::new(), fatal }
    }
}

impl<R: Read> Iterator for MediaSetReader<R> {
    type Item = Result<Record<Media>, Reject>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.waiting.is_empty()
            && let Err(reason) = self.advance()
        {
            self.level = Level::Done;
            self.waiting.push_back(Err(self.reject("", reason, true)));
        }
        self.waiting.pop_front()
    }
}

/// The fields of a medium that are read.
const FIELDS: [&str; 8] =
    ["MediaID", "Category", "MD5", "SHA1", "PhotoDNA", "MediaSize", "MediaFiles", "AlternativeHashes"];

fn fill(media: &mut Media, field: &str, text: &str, model: &DataModel) -> Result<(), String> {
    let shown = || beginning(text, 80);
    match field {
        "MediaID" => media.media_id = Some(text.to_owned()),
        "Category" => {
            let number = text.parse().map_err(|_| {
                format!("expected a category as a whole number from 0 to {}, found “{}”", u16::MAX, shown())
            })?;
            media.category = Some(Category::new(number, model.clone()));
        }
        "MD5" => {
            if let Hash::Md5(md5) = Hash::parse(text, Algorithm::Md5).map_err(|error| error.to_string())? {
                media.md5 = Some(md5);
            }
        }
        "SHA1" => {
            if let Hash::Sha1(sha1) = Hash::parse(text, Algorithm::Sha1).map_err(|error| error.to_string())? {
                media.sha1 = Some(sha1);
            }
        }
        "PhotoDNA" => media.photo_dna = Some(photo_dna(text)?),
        _ => {
            let size = text.parse();
            media.size =
                Some(size.map_err(|_| {
                    format!("expected a size as a whole number of bytes, found “{}”", shown())
                })?);
        }
    }
    Ok(())
}

fn photo_dna(text: &str) -> Result<PhotoDna, String> {
    PhotoDna::parse(text).ok_or_else(|| {
        let found = text.chars().count();
        format!(
            "expected a PhotoDNA hash of 192 characters of base 64 or 288 hexadecimal digits, found {found} characters that are neither"
        )
    })
}

/// Adds a hash that is listed by its name; names that are not known are passed over. PhotoDNA is
/// found here too (IPED, `HashDBTool`).
fn add_hash(media: &mut Media, name: &str, value: &str) -> Result<(), String> {
    if value.trim().is_empty() {
        return Ok(());
    }
    if name.trim().eq_ignore_ascii_case("PhotoDNA") {
        let photo_dna = photo_dna(value)?;
        media.photo_dna.get_or_insert(photo_dna);
        return Ok(());
    }
    let Ok(algorithm) = name.trim().parse::<Algorithm>() else { return Ok(()) };
    let hash = Hash::parse(value, algorithm).map_err(|error| error.to_string())?;
    if !media.hashes().any(|known| known == hash) {
        if media.other_hashes.len() >= MOST_HASHES {
            return Err(format!("a medium has more than {MOST_HASHES} other hashes"));
        }
        media.other_hashes.push(hash);
    }
    Ok(())
}

/// Reads a list of objects, giving the name of each field to `field`, which reads its value, and
/// calling `end` at the end of each object. The inner error is of the list, the outer of the file.
fn each<R: Read>(
    json: &mut Json<R>,
    mut field: impl FnMut(&mut Json<R>, &str) -> Result<(), String>,
    mut end: impl FnMut(),
) -> Result<Result<(), String>, String> {
    let token = json.next()?;
    match token {
        Token::BeginArray => {}
        Token::Null => return Ok(Ok(())),
        token => {
            json.skip_rest(&token)?;
            return Ok(Err(format!("expected a list of objects, found {}", token.kind())));
        }
    }
    let mut wrong = Ok(());
    loop {
        match json.next()? {
            Token::EndArray => return Ok(wrong),
            Token::BeginObject => {
                while let Token::Name(name) = json.next()? {
                    field(json, &name)?;
                }
                end();
            }
            token => {
                json.skip_rest(&token)?;
                wrong = Err(format!("expected an object in the list, found {}", token.kind()));
            }
        }
    }
}

fn next<R: Read>(json: &mut Json<R>) -> Result<Token, MediaSetError> {
    json.next().map_err(|reason| malformed(json, reason))
}

fn expect<R: Read>(json: &mut Json<R>, wanted: &Token) -> Result<(), MediaSetError> {
    let token = next(json)?;
    if token == *wanted { Ok(()) } else { Err(not_vics(json, token.kind())) }
}

fn malformed<R: Read>(json: &Json<R>, reason: String) -> MediaSetError {
    MediaSetError::Malformed { line: json.line(), reason }
}

fn not_vics<R: Read>(json: &Json<R>, found: &str) -> MediaSetError {
    MediaSetError::NotVics { line: json.line(), found: found.to_owned() }
}
