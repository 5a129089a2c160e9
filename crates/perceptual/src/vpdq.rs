//! vPDQ: a video as the PDQ hashes of its frames, and how much of one is in another.
//!
//! A video is a bag of frames: their order and their times play no part in matching. Written, each
//! frame is a line `frame,quality,pdq,timestamp`, as the reference's `vpdq-hash-video` writes it.
//!
//! Matching is that of python-threatexchange (`extensions/vpdq`): frames under the quality are left
//! out, of equal hashes one is kept, and a frame counts as found when one of the other video is within
//! the distance. The C++ program `match-hashes-brute` differs from it twice: it keeps equal hashes,
//! and its distance is exclusive.
//!
//! Taking frames out of a video is a decoder's business; this module knows only their hashes.

use std::{collections::HashSet, fmt, str::FromStr};

use thiserror::Error;

use crate::hash::{Hash, Hashed, NotAHash};

/// A frame of a video.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Frame {
    /// Its number in the video.
    pub number: u32,
    /// Its hash and quality.
    pub hashed: Hashed,
    /// When it is shown, in milliseconds from the beginning.
    pub milliseconds: u64,
}

/// A line that is no frame.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotAFrame {
    /// Not four parts.
    #[error("a frame is “frame,quality,pdq,timestamp”, and this line has {0} parts")]
    Parts(usize),
    /// The number of the frame.
    #[error("“{0}” is no number of a frame: expected a whole number up to 4294967295")]
    Number(String),
    /// The quality.
    #[error("“{0}” is no quality: expected a whole number from 0 to 100")]
    Quality(String),
    /// The hash.
    #[error(transparent)]
    Hash(#[from] NotAHash),
    /// The time.
    #[error("“{0}” is no time: expected seconds from the beginning of the video, such as 12.500")]
    Time(String),
}

/// A line of a list that is no frame.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {source}")]
pub struct NotAVideo {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub source: NotAFrame,
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, hashed: Hashed { hash, quality }, milliseconds } = self;
        write!(f, "{number},{quality},{hash},{}.{:03}", milliseconds / 1000, milliseconds % 1000)
    }
}

impl FromStr for Frame {
    type Err = NotAFrame;

    fn from_str(line: &str) -> Result<Self, NotAFrame> {
        let parts: Vec<&str> = line.trim().split(',').map(str::trim).collect();
        let &[number, quality, hash, time] = parts.as_slice() else {
            return Err(NotAFrame::Parts(parts.len()));
        };
        let hash = hash.parse()?;
        Ok(Self {
            number: number.parse().map_err(|_| NotAFrame::Number(number.to_owned()))?,
            hashed: Hashed {
                hash,
                quality: quality
                    .parse()
                    .ok()
                    .filter(|quality| *quality <= 100)
                    .ok_or_else(|| NotAFrame::Quality(quality.to_owned()))?,
            },
            milliseconds: milliseconds(time).ok_or_else(|| NotAFrame::Time(time.to_owned()))?,
        })
    }
}

/// Seconds as written, rounded to milliseconds. The reference writes decimals; python-threatexchange
/// writes long times with an exponent.
fn milliseconds(seconds: &str) -> Option<u64> {
    /// Times up to here, some hundred thousand years, are exact in double precision.
    const LAST: f64 = 4e15;
    let digits_first = seconds.starts_with(|first: char| first.is_ascii_digit());
    let milliseconds = (seconds.parse::<f64>().ok().filter(|_| digits_first)? * 1000.0).round();
    (milliseconds <= LAST).then_some(milliseconds as u64)
}

/// The frames of a video, a line each, as they are kept in a file.
pub fn write(frames: &[Frame]) -> String {
    frames.iter().flat_map(|frame| [frame.to_string(), "\n".to_owned()]).collect()
}

/// The frames in such a text. Empty lines are passed over.
pub fn read(text: &str) -> Result<Vec<Frame>, NotAVideo> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(at, line)| line.parse().map_err(|source| NotAVideo { line: at + 1, source }))
        .collect()
}

/// When frames, and when videos, count as alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tolerances {
    /// Frames under this quality are left out.
    pub quality: u8,
    /// The most bits in which two like frames differ.
    pub distance: u32,
    /// The least part of the query's frames that must be found, in percent.
    pub query_percent: f64,
    /// The least part of the compared video's frames that must be found, in percent.
    pub compared_percent: f64,
}

impl Default for Tolerances {
    /// Those of python-threatexchange: quality 50, distance 31, 80 % of the query, whatever part of
    /// the other.
    fn default() -> Self {
        Self { quality: 50, distance: 31, query_percent: 80.0, compared_percent: 0.0 }
    }
}

/// How much of two videos is in each other.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Likeness {
    /// The part of the query's frames that are in the compared video, in percent.
    pub query_percent: f64,
    /// The part of the compared video's frames that are in the query, in percent.
    pub compared_percent: f64,
}

impl Likeness {
    /// Whether both parts are large enough.
    pub fn is_match(&self, tolerances: &Tolerances) -> bool {
        self.query_percent >= tolerances.query_percent && self.compared_percent >= tolerances.compared_percent
    }
}

/// How much of `query` is in `compared` and the other way round. A video that has no frame of the
/// quality has no part in anything and nothing in it, and so there is no answer: it must be found
/// by other means.
pub fn compare(query: &[Frame], compared: &[Frame], tolerances: &Tolerances) -> Option<Likeness> {
    let query = usable(query, tolerances.quality);
    let compared = usable(compared, tolerances.quality);
    let percent = |of: &[Hash], within: &[Hash]| {
        let found = of
            .iter()
            .filter(|one| within.iter().any(|other| one.distance(other) <= tolerances.distance))
            .count();
        found as f64 * 100.0 / of.len() as f64
    };
    (!query.is_empty() && !compared.is_empty()).then(|| Likeness {
        query_percent: percent(&query, &compared),
        compared_percent: percent(&compared, &query),
    })
}

/// The hashes of the frames of the quality, each once, in their order.
fn usable(frames: &[Frame], quality: u8) -> Vec<Hash> {
    let mut seen = HashSet::new();
    frames
        .iter()
        .filter(|frame| frame.hashed.quality >= quality)
        .map(|frame| frame.hashed.hash)
        .filter(|hash| seen.insert(*hash))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HASH: &str = "d8f8f0cee0f4a84f0637022a078f67f0b36e2ed596621e1d33e6339c4e9c9b22";

    fn frame(number: u32, quality: u8, turned: u32) -> Frame {
        let mut bytes: [u8; 32] = HASH.parse::<Hash>().unwrap().to_bytes();
        for bit in 0..turned as usize {
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
        Frame {
            number,
            hashed: Hashed { hash: Hash::from_bytes(bytes), quality },
            milliseconds: u64::from(number) * 1000,
        }
    }

    #[test]
    fn a_frame_is_a_line_of_four_parts() {
        let line = format!("30,97,{HASH},1.001");
        let read: Frame = line.parse().unwrap();
        assert_eq!((read.number, read.hashed.quality, read.milliseconds), (30, 97, 1001));
        assert_eq!(read.to_string(), line);
        let late = format!("30,97,{HASH},1.23e+02").parse::<Frame>().unwrap();
        assert_eq!(late.milliseconds, 123_000);
    }

    #[test]
    fn a_line_that_is_no_frame_says_why() {
        for (line, why) in [
            ("1,2,3".to_owned(), "a frame is “frame,quality,pdq,timestamp”, and this line has 3 parts"),
            (
                format!("-1,97,{HASH},1"),
                "“-1” is no number of a frame: expected a whole number up to 4294967295",
            ),
            (format!("1,101,{HASH},1"), "“101” is no quality: expected a whole number from 0 to 100"),
            ("1,97,00,1".to_owned(), "a PDQ hash is 64 hexadecimal digits, and this has 2 characters"),
            (
                format!("1,97,{HASH},-1"),
                "“-1” is no time: expected seconds from the beginning of the video, such as 12.500",
            ),
            (
                format!("1,97,{HASH},inf"),
                "“inf” is no time: expected seconds from the beginning of the video, such as 12.500",
            ),
            (
                format!("1,97,{HASH},1e99"),
                "“1e99” is no time: expected seconds from the beginning of the video, such as 12.500",
            ),
        ] {
            assert_eq!(line.parse::<Frame>().unwrap_err().to_string(), why);
        }
        let error = read(&format!("0,97,{HASH},0.000\n\nnonsense\n")).unwrap_err();
        assert_eq!(error.line, 3);
    }

    #[test]
    fn each_video_is_measured_by_its_own_frames() {
        let query = [frame(0, 100, 0), frame(1, 100, 200)];
        let compared = [frame(0, 100, 31)];
        let likeness = compare(&query, &compared, &Tolerances::default()).unwrap();
        assert_eq!(likeness, Likeness { query_percent: 50.0, compared_percent: 100.0 });
        assert!(!likeness.is_match(&Tolerances::default()));
        let turned = compare(&compared, &query, &Tolerances::default()).unwrap();
        assert_eq!(turned, Likeness { query_percent: 100.0, compared_percent: 50.0 });
        assert!(turned.is_match(&Tolerances::default()));
    }

    #[test]
    fn frames_are_alike_up_to_the_distance_and_no_further() {
        for (turned, percent) in [(31, 100.0), (32, 0.0)] {
            let likeness = compare(&[frame(0, 50, 0)], &[frame(0, 50, turned)], &Tolerances::default());
            assert_eq!(likeness, Some(Likeness { query_percent: percent, compared_percent: percent }));
        }
    }

    #[test]
    fn equal_frames_count_once_and_poor_ones_not_at_all() {
        let query =
            [frame(0, 100, 0), frame(1, 100, 0), frame(2, 100, 0), frame(3, 100, 200), frame(4, 49, 100)];
        let likeness = compare(&query, &[frame(0, 100, 0)], &Tolerances::default()).unwrap();
        assert_eq!(likeness, Likeness { query_percent: 50.0, compared_percent: 100.0 });
        assert_eq!(compare(&query, &[frame(0, 49, 0)], &Tolerances::default()), None);
        // A poor copy of a frame does not take the place of a good one.
        let query = [frame(0, 10, 0), frame(1, 100, 0)];
        assert!(compare(&query, &query, &Tolerances::default()).is_some());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(frames in proptest::collection::vec(
            (any::<u32>(), 0_u8..=100, any::<[u8; 32]>(), 0_u64..4_000_000_000_000_000).prop_map(
                |(number, quality, hash, milliseconds)| Frame {
                    number,
                    hashed: Hashed { hash: Hash::from_bytes(hash), quality },
                    milliseconds,
                }), 0..20)) {
            prop_assert_eq!(read(&write(&frames)), Ok(frames));
        }

        #[test]
        fn any_line_is_a_frame_or_an_error(line in "[0-9a-f.,+e-]{0,90}") {
            if let Ok(frame) = line.parse::<Frame>() {
                prop_assert_eq!(frame.to_string().parse(), Ok(frame));
            }
        }

        #[test]
        fn a_video_is_wholly_in_itself(frames in proptest::collection::vec((0_u32..256, 50_u8..=100), 1..20)) {
            let frames: Vec<Frame> = frames.into_iter().map(|(turned, quality)| frame(turned, quality, turned)).collect();
            let whole = Some(Likeness { query_percent: 100.0, compared_percent: 100.0 });
            prop_assert_eq!(compare(&frames, &frames, &Tolerances::default()), whole);
        }
    }
}
