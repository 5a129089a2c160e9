//! Details of the files of synthetic reports.

use super::{
    cast::{Character, Part},
    dice::Dice,
};
use crate::cybertip::{
    FileAnnotations, FileDetails, FileHash, FileMarks, FileMetadata, FileRelevance, IndustryClassification,
    MetadataType, NameValuePair, Token,
};

/// Details of a file.
pub(super) fn details(report_id: i64, file_id: &str, number: usize, dice: &mut Dice<'_>) -> FileDetails {
    let uploader = Character { part: Part::Facilitator, number: dice.below(3 + number / 10) };
    // One comes so early that a short run has it, too.
    let supplemental = (dice.percent(15) && !dice.complete) || number % 16 == 10;
    let relevance = if supplemental { FileRelevance::Supplemental } else { FileRelevance::Reported };
    let viewed = dice.maybe(|dice| dice.percent(80));
    FileDetails {
        file_name: dice.maybe(|_| format!("synthetic-{number:06}.bin")),
        original_file_name: dice.maybe(|_| format!("synthetic original {number:06}.mp4")),
        uploaded_to_esp_timestamp: Some(dice.past(90)),
        location_of_file: dice.maybe(|_| format!("https://cdn.example.com/f/{file_id}")),
        file_viewed_by_esp: viewed,
        exif_viewed_by_esp: dice.maybe(|dice| viewed == Some(true) && dice.percent(50)),
        publicly_available: dice.maybe(|dice| dice.percent(40)),
        file_relevance: Some(relevance),
        marks: if supplemental { None } else { marks(number, dice) },
        industry_classification: if supplemental {
            None
        } else {
            dice.next_or_none(IndustryClassification::ALL)
        },
        original_file_hash: hashes(dice),
        ip_capture_event: dice.maybe(|dice| uploader.ip(dice)),
        device_id: dice.several(1, |dice| uploader.device(dice)),
        details: dice.several(2, metadata),
        additional_info: dice.several(1, |_| "Synthetic note on the file.".to_owned()),
        ..FileDetails::new(report_id, Token::new(file_id))
    }
}

/// Details of the one file of a batched report, of which little may be said.
pub(super) fn of_batch(report_id: i64, file_id: &str) -> FileDetails {
    let marks = FileAnnotations { viral: true, potential_meme: true, ..FileAnnotations::default() };
    FileDetails {
        file_viewed_by_esp: Some(true),
        publicly_available: Some(true),
        file_relevance: Some(FileRelevance::Reported),
        marks: Some(FileMarks::Annotations(marks)),
        ..FileDetails::new(report_id, Token::new(file_id))
    }
}

fn marks(number: usize, dice: &mut Dice<'_>) -> Option<FileMarks> {
    if number % 12 == 8 {
        return Some(FileMarks::PotentialMeme(dice.percent(50)));
    }
    let every = dice.complete;
    let mut mark = |chance| every || dice.percent(chance);
    let marks = FileAnnotations {
        anime_drawing_virtual_hentai: mark(3),
        potential_meme: mark(3),
        viral: mark(5),
        possible_self_production: mark(15),
        physical_harm: mark(3),
        violence_gore: mark(2),
        bestiality: mark(1),
        live_streaming: mark(35),
        infant: mark(3),
        generative_ai: mark(10),
    };
    (marks != FileAnnotations::default()).then_some(FileMarks::Annotations(marks))
}

fn hashes(dice: &mut Dice<'_>) -> Vec<FileHash> {
    let md5 = FileHash::new(dice.hex(32), "MD5".to_owned());
    let sha1 = dice.maybe(|dice| FileHash::new(dice.hex(40), "SHA1".to_owned()));
    let pdq = dice.maybe(|dice| FileHash::new(dice.hex(64), "PDQ".to_owned()));
    [Some(md5), sha1, pdq].into_iter().flatten().collect()
}

fn metadata(dice: &mut Dice<'_>) -> FileMetadata {
    let pair = |name: &str, value: String| NameValuePair::new(name.to_owned(), value);
    let mut pairs = vec![pair("SyntheticModel", "Synthetic Phone 1".to_owned())];
    pairs.extend(dice.maybe(|dice| pair("DateTimeOriginal", dice.past(90).to_string())));
    FileMetadata { kind: dice.next_or_none(MetadataType::ALL), ..FileMetadata::new(pairs) }
}
