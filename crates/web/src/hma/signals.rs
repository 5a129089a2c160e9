//! Types of signals and of contents under the names HMA knows them by (threatexchange
//! `signal_type/pdq/signal.py`, `md5.py`, `sha256.py`; `content_type/photo.py`, `video.py`).

use std::fmt::Write as _;

use matching::Algorithm;

use super::answer::{Answer, Refused};

/// A type of content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Medium {
    Photo,
    Video,
}

impl Medium {
    pub(super) const ALL: [Self; 2] = [Self::Photo, Self::Video];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Photo => "photo",
            Self::Video => "video",
        }
    }

    /// The type a field or a parameter names.
    pub(super) fn named(name: &str) -> Answer<Self> {
        let found = Self::ALL.into_iter().find(|medium| medium.name() == name);
        found.ok_or_else(|| Refused::bad(format!("no such content_type: '{}'", shortened(name))))
    }

    /// The type of what an address answered, as the request has it or else as the answer says.
    pub(super) fn of_answer(hint: Option<&str>, media_type: &str) -> Answer<Self> {
        let lower = media_type.to_ascii_lowercase();
        match hint {
            Some(hint) => Self::named(hint),
            None if lower.starts_with("image") => Ok(Self::Photo),
            None if lower.starts_with("video") => Ok(Self::Video),
            None => Err(Refused::bad(format!(
                "unsupported url ContentType: '{}', if you know the expected type, provide it with the \
                 content_type query param",
                shortened(media_type)
            ))),
        }
    }
}

/// A type of signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SignalType {
    Pdq,
    VideoMd5,
    VideoSha256,
}

impl SignalType {
    pub(super) const ALL: [Self; 3] = [Self::Pdq, Self::VideoMd5, Self::VideoSha256];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Pdq => "pdq",
            Self::VideoMd5 => "video_md5",
            Self::VideoSha256 => "video_sha256",
        }
    }

    pub(super) const fn medium(self) -> Medium {
        match self {
            Self::Pdq => Medium::Photo,
            Self::VideoMd5 | Self::VideoSha256 => Medium::Video,
        }
    }

    /// By which algorithm the banks know it.
    pub(super) const fn algorithm(self) -> Algorithm {
        match self {
            Self::Pdq => Algorithm::Pdq,
            Self::VideoMd5 => Algorithm::Md5,
            Self::VideoSha256 => Algorithm::Sha256,
        }
    }

    /// The type of a name.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|signal| signal.name() == name)
    }

    /// The type a look-up names.
    pub(super) fn named(name: &str) -> Answer<Self> {
        Self::of_name(name).ok_or_else(|| Refused::bad(format!("No such SignalType '{}'", shortened(name))))
    }

    /// The type under which what an algorithm made is shown.
    pub(super) fn of_algorithm(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|signal| signal.algorithm().as_str() == word)
    }

    /// Reads a signal as HMA does: PDQ to the letter, the others with spaces and capitals.
    pub(super) fn read(self, text: &str) -> Result<Vec<u8>, String> {
        let lower = text.trim().to_ascii_lowercase();
        let (wanted, wrong) = match self {
            Self::Pdq => (text, "invalid PDQ hash".to_owned()),
            Self::VideoMd5 => (lower.as_str(), format!("'{}' is not a valid MD5 hash", shortened(text))),
            Self::VideoSha256 => {
                (lower.as_str(), format!("'{}' is not a valid SHA256 hash", shortened(text)))
            }
        };
        unhex(wanted, self.algorithm().width()).ok_or(wrong)
    }

    /// How near something is, as HMA says it: types without a distance say a dash.
    pub(super) fn distance(self, bits: u32) -> String {
        match self {
            Self::Pdq => bits.to_string(),
            Self::VideoMd5 | Self::VideoSha256 => "-".to_owned(),
        }
    }
}

/// The types of signals that are made of a content: all there are of its type, or those asked for.
pub(super) fn selected(medium: Medium, types: Option<&str>) -> Answer<Vec<SignalType>> {
    let possible: Vec<_> = SignalType::ALL.into_iter().filter(|signal| signal.medium() == medium).collect();
    let Some(types) = types else { return Ok(possible) };
    let mut selected = Vec::new();
    for name in types.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let signal = possible.iter().copied().find(|signal| signal.name() == name).ok_or_else(|| {
            Refused::bad(format!("signal type '{}' doesn't exist or is disabled", shortened(name)))
        })?;
        if !selected.contains(&signal) {
            selected.push(signal);
        }
    }
    if selected.is_empty() { Err(Refused::bad("empty signal type selection")) } else { Ok(selected) }
}

/// Lower-case hexadecimal of so many bytes.
fn unhex(text: &str, width: usize) -> Option<Vec<u8>> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    if !digits || text.len() != width * 2 {
        return None;
    }
    text.as_bytes()
        .chunks(2)
        .map(|pair| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok()))
        .collect()
}

/// Bytes in lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What somebody sent, short enough to be sent back.
pub(super) fn shortened(text: &str) -> String {
    text.chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pdq_is_taken_to_the_letter_and_the_others_with_spaces_and_capitals() {
        let pdq = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22";
        assert_eq!(hex(&SignalType::Pdq.read(pdq).unwrap()), pdq);
        for wrong in ["", &pdq.to_uppercase(), &format!(" {pdq}"), &pdq[2..], &format!("{}é", &pdq[2..])] {
            assert_eq!(SignalType::Pdq.read(wrong).unwrap_err(), "invalid PDQ hash", "{wrong}");
        }
        let md5 = " D41D8CD98F00B204E9800998ECF8427E ";
        assert_eq!(hex(&SignalType::VideoMd5.read(md5).unwrap()), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(SignalType::VideoMd5.read("x").unwrap_err(), "'x' is not a valid MD5 hash");
    }

    #[test]
    fn types_are_chosen_among_those_of_the_content() {
        assert_eq!(selected(Medium::Photo, None).unwrap(), [SignalType::Pdq]);
        assert_eq!(selected(Medium::Video, Some(" video_md5 ,video_md5,")).unwrap(), [SignalType::VideoMd5]);
        assert!(selected(Medium::Photo, Some("video_md5")).is_err());
        assert!(selected(Medium::Photo, Some(" , ")).is_err());
    }

    proptest! {
        #[test]
        fn what_is_shown_is_what_is_read(digest in proptest::collection::vec(any::<u8>(), 32)) {
            prop_assert_eq!(SignalType::VideoSha256.read(&hex(&digest)), Ok(digest.clone()));
            prop_assert_eq!(SignalType::Pdq.read(&hex(&digest)), Ok(digest));
        }
    }
}
