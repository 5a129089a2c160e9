//! Targets: lists of hashes as exchanges and tools of the police write them.

use std::io::BufReader;

use formats::{
    hashlist::{Hash, HashListReader},
    ncmec_hashes::{self, EntriesReader, Environment},
    stopncii,
    vics::{Category, Contents, DataModel, FileNames, Media, MediaSetReader, MediaSetWriter, Version},
};
use model::Instant;

use super::{
    Target,
    laws::{ends_after_fatal, same, target, values},
    pieces::read_well,
};
use crate::cli::PRESENT;

const SYNTHETIC_MD5: &str = "00112233445566778899aabbccddeeff";
const SYNTHETIC_PDQ: &str = "f0e1d2c3b4a5968778695a4b3c2d1e0ff0e1d2c3b4a5968778695a4b3c2d1e0f";

pub(super) const HASH_LIST: Target = target("hash-list", hash_list_seeds, HASH_WORDS, |_| {
    Ok(Box::new(|bytes| {
        let read = read_well(bytes, |source, give: &mut dyn FnMut(_)| match HashListReader::open(source) {
            Ok(list) => list.for_each(|one| give(Ok(one))),
            Err(e) => give(Err(e.to_string())),
        })?;
        let read: Vec<_> = read.into_iter().flatten().collect();
        ends_after_fatal(&read)?;
        let entries = values(read);
        for entry in &entries {
            same(&Hash::parse(&entry.hash.to_string(), entry.hash.algorithm()), &Ok(entry.hash))?;
        }
        Ok(!entries.is_empty())
    }))
});
const HASH_WORDS: &[&str] = &[
    "algorithm",
    "hash",
    "md5",
    "sha1",
    "sha256",
    "pdq",
    "classification",
    "taxonomy",
    "source",
    "note",
    "A1",
    "industry",
    SYNTHETIC_MD5,
    SYNTHETIC_PDQ,
    "3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ",
    "sha-1",
    "\"",
    ";",
    "\t",
];

pub(super) fn hash_list_seeds() -> anyhow::Result<Vec<Vec<u8>>> {
    let mut plain = String::from("algorithm,hash,classification,taxonomy,source,note\n");
    let mut named = String::from("md5;sha1;sha256;pdq;note\r\n");
    for number in 0..20_u32 {
        plain.push_str(&format!("md5,{number:032x},A{number},industry,Synthetic Desk,\"a, \"\"note\"\"\"\n"));
        named.push_str(&format!("{number:032X};{number:040x};{number:064x};{SYNTHETIC_PDQ};\r\n"));
    }
    Ok([plain, named, format!("hash\n{SYNTHETIC_MD5}\n")].map(String::into_bytes).to_vec())
}

pub(super) const VICS: Target = target("vics", vics_seeds, VICS_WORDS, |_| {
    Ok(Box::new(|bytes| {
        let read = read_well(bytes, |source, give: &mut dyn FnMut(_)| {
            match MediaSetReader::open(source, FileNames::Included) {
                Ok(set) => set.for_each(|one| give(Ok(one))),
                Err(e) => give(Err(e.to_string())),
            }
        })?;
        let read: Vec<_> = read.into_iter().flatten().collect();
        ends_after_fatal(&read)?;
        let mut media: Vec<Media> = values(read);
        let any = !media.is_empty();
        media.retain(|one| one.md5.is_some());
        let Ok(model) = MediaSetReader::open(bytes, FileNames::LeftOut).map(|set| set.model().clone()) else {
            return Ok(any);
        };
        let mut set =
            MediaSetWriter::begin(Vec::new(), &model, FileNames::Included).map_err(|e| e.to_string())?;
        for one in &media {
            set.add(one).map_err(|e| format!("what was read cannot be written: {e}"))?;
        }
        let set = set.finish().map_err(|e| e.to_string())?;
        let again = MediaSetReader::open(set.as_slice(), FileNames::Included).map_err(|e| e.to_string())?;
        let again: Vec<_> = again.collect();
        if let Some(Err(refused)) = again.iter().find(|one| one.is_err()) {
            return Err(format!("what was written is refused: {refused}"));
        }
        let mut again: Vec<Media> = values(again);
        for (one, other) in media.iter_mut().zip(&mut again) {
            // A medium without a number gets one.
            if one.media_id.is_none() {
                other.media_id = None;
            }
            // What was in a case is written as a set of media: the category stays what it means.
            let means = |media: &Media| media.category.as_ref().map(Category::code_and_taxonomy);
            same(&means(other), &means(one))?;
            (one.category, other.category) = (None, None);
        }
        same(&again, &media)?;
        Ok(any)
    }))
});
const VICS_WORDS: &[&str] = &[
    "\"odata.metadata\":",
    "\"@odata.context\":",
    "\"value\":",
    "\"MediaID\":",
    "\"Category\":",
    "\"MD5\":",
    "\"SHA1\":",
    "\"PhotoDNA\":",
    "\"MediaSize\":",
    "\"AlternativeHashes\":",
    "\"HashName\":\"PDQ\"",
    "\"HashValue\":",
    "\"MediaFiles\":",
    "\"FileName\":",
    "\"Media\":",
    "null",
    "true",
    "1e999",
    "-0",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/UK/$metadata#Cases",
];

fn vics_seeds() -> anyhow::Result<Vec<Vec<u8>>> {
    let mut seeds = Vec::new();
    for (version, numbering) in [(Version::V2_0, Some("US")), (Version::V2_0, None), (Version::V1_3, None)] {
        let model = DataModel { version, numbering: numbering.map(str::to_owned), contents: Contents::Media };
        let mut set = MediaSetWriter::begin(Vec::new(), &model, FileNames::Included)?;
        for number in 0..8_u8 {
            set.add(&Media {
                media_id: (number % 2 == 0).then(|| number.to_string()),
                category: Some(Category::new(u16::from(number % 3), model.clone())),
                md5: Some([number; 16]),
                sha1: Some([number; 20]),
                other_hashes: vec![Hash::parse(SYNTHETIC_PDQ, formats::hashlist::Algorithm::Pdq)?],
                size: Some(u64::from(number) * 1000),
                file_names: vec![format!("synthetic \"{number}\".jpg"), "señor\\.png".to_owned()],
                ..Media::default()
            })?;
        }
        seeds.push(set.finish()?);
    }
    let case = format!(
        r#"{{"@odata.context": "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/UK/$metadata#Cases",
        "value": [{{"CaseID": "synthetic", "Media": [{{"MediaID": 1, "Category": 2, "MD5": "{SYNTHETIC_MD5}",
        "MediaSize": "12", "MediaFiles": [{{"FileName": "a.jpg", "MD5": "{SYNTHETIC_MD5}"}}]}}]}}]}}"#
    );
    seeds.push(case.into_bytes());
    Ok(seeds)
}

pub(super) const NCMEC_HASHES: Target = target("ncmec-hashes", ncmec_seeds, NCMEC_WORDS, |_| {
    Ok(Box::new(|bytes| {
        let read = read_well(bytes, |source, give| {
            EntriesReader::new(BufReader::with_capacity(512, source)).for_each(give);
        })?;
        ends_after_fatal(&read)?;
        let entries = values(read);
        for pair in entries.windows(2) {
            if let [one, other] = pair
                && one.replaces(other)
                && other.replaces(one)
                && one.at != other.at
            {
                return Err("of two entries each replaces the other".to_owned());
            }
        }
        let others = ncmec_hashes::read_status(bytes).is_ok()
            || ncmec_hashes::read_members(bytes).is_ok()
            || ncmec_hashes::read_reasons(bytes).is_ok();
        // A pass never comes to think it has read what it has not: its state outlives being written down.
        let fetch = ncmec_hashes::Fetch::since(
            Environment::ALL.first().copied().ok_or("no environment")?,
            Instant::from_micros(0),
        );
        let Some(ask) = fetch.next(PRESENT, ncmec_hashes::Pace::default()) else {
            return Err("nothing to ask".to_owned());
        };
        let taken = ask.take(bytes);
        let text = serde_json::to_string(&taken.state).map_err(|e| e.to_string())?;
        same(&serde_json::from_str(&text).map_err(|e| e.to_string()), &Ok(taken.state))?;
        same(&taken.entries.into_iter().map(|record| record.value).collect(), &entries)?;
        Ok(!entries.is_empty() || others)
    }))
});
const NCMEC_WORDS: &[&str] = &[
    "queryResult",
    "<images count=\"1\">",
    "<videos>",
    "<image>",
    "<video>",
    "<deletedImage>",
    "<deletedVideo>",
    "<member id=\"42\">",
    "<timestamp>2026-03-01T15:00:00Z</timestamp>",
    "<id>",
    "<classification>B2</classification>",
    "<fingerprints>",
    "<md5>",
    "<pdna>",
    "<paging><next>/v2/entries?from=x</next></paging>",
    "<feedback>",
    "<negativeFeedback type=\"Pdq\">",
    "<reason guid=\"g\" name=\"n\" type=\"Pdq\"/>",
    "availableFeedbackReasons",
    "status",
];

fn ncmec_seeds() -> anyhow::Result<Vec<Vec<u8>>> {
    let entry = |name: &str, number: u32| {
        format!(
            "<{name}><member id=\"42\">Synthetic Member</member><timestamp>2026-03-01T15:00:0{number}Z</timestamp>\
             <id>synthetic{number}</id><classification>A1</classification><fingerprints><md5>{SYNTHETIC_MD5}</md5>\
             <pdq>{SYNTHETIC_PDQ}</pdq><sha1/><pdna>c3ludGhldGlj</pdna></fingerprints>\
             <feedback lastUpdateTimestamp=\"2026-03-02T00:00:00Z\"><affirmativeFeedback type=\"Md5\" \
             lastUpdateTimestamp=\"2026-03-02T00:00:00Z\"><members timestamp=\"2026-03-02T00:00:00Z\">\
             <member id=\"43\">Synthetic Other</member></members></affirmativeFeedback></feedback></{name}>"
        )
    };
    let page = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<queryResult xmlns=\"{}\"><images count=\"2\" \
         maxTimestamp=\"2026-03-01T15:10:00Z\">{}{}</images><videos count=\"1\">{}</videos>\
         <paging><next>/v2/entries?from=a&amp;next=b</next></paging></queryResult>\n",
        ncmec_hashes::NAMESPACE,
        entry("image", 1),
        "<deletedImage><member id=\"42\">S</member><timestamp>2026-03-01T15:00:00Z</timestamp><id>s</id></deletedImage>",
        entry("video", 2),
    );
    let status = "<status><ipAddress>192.0.2.1</ipAddress><username>synthetic</username>\
                  <member id=\"42\">Synthetic Member</member></status>";
    let members = "<members><member id=\"42\">Synthetic Member</member><member id=\"43\">Synthetic Other</member></members>";
    let reasons = "<availableFeedbackReasons><reason guid=\"g1\" name=\"Synthetic reason\" type=\"Md5\"/>\
                   </availableFeedbackReasons>";
    Ok([page.as_str(), status, members, reasons].map(|text| text.as_bytes().to_vec()).to_vec())
}

pub(super) const STOPNCII: Target = target("stopncii", stopncii_seeds, STOPNCII_WORDS, |_| {
    Ok(Box::new(|bytes| {
        let read = stopncii::read_answer(bytes);
        let fetch = stopncii::Fetch::everything();
        let Some(ask) = fetch.next(PRESENT, stopncii::Pace::default()) else {
            return Err("nothing to ask".to_owned());
        };
        let taken = ask.take(bytes);
        let text = serde_json::to_string(&taken.state).map_err(|e| e.to_string())?;
        same(&serde_json::from_str(&text).map_err(|e| e.to_string()), &Ok(taken.state))?;
        let Ok(answer) = read else { return Ok(false) };
        if answer.has_more && answer.next_page_token.is_none() {
            return Err("there is more and nothing to ask for it with".to_owned());
        }
        Ok(!answer.records.is_empty() || answer.rejects.is_empty())
    }))
});
const STOPNCII_WORDS: &[&str] = &[
    "\"hashRecords\":",
    "\"nextPageToken\":",
    "\"nextSetTimestamp\":",
    "\"hasMoreRecords\":",
    "true",
    "false",
    "null",
    "\"lastModtimestamp\":",
    "\"hashValue\":",
    "\"hashStatus\":",
    "\"Withdrawn\"",
    "\"signalType\":",
    "\"VideoMD5\"",
    "\"caseNumbers\":",
    "\"CSPFeedbacks\":",
    "\"tags\":",
    "[]",
    "{}",
    "1e400",
    "-1",
    "\"\\ud800\"",
];

fn stopncii_seeds() -> anyhow::Result<Vec<Vec<u8>>> {
    let record = |number: u32, signal: &str, hash: &str| {
        serde_json::json!({
            "lastModtimestamp": 1_772_323_200 + number, "hashValue": hash, "hashStatus": "Active", "signalType": signal,
            "hashRegions": ["UK"], "caseNumbers": { "synthetic-1": "Active" },
            "CSPFeedbacks": [{ "source": "Synthetic Platform", "feedbackValue": "Blocked", "tags": ["Tag-One"] }],
        })
    };
    let page = |more: Option<&str>| {
        serde_json::json!({
            "count": 2, "nextSetTimestamp": 1_772_323_200, "nextPageToken": more, "hasMoreRecords": more.is_some(),
            "hashRecords": [record(0, "ImagePDQ", SYNTHETIC_PDQ), record(1, "VideoMD5", SYNTHETIC_MD5)],
        })
        .to_string()
        .into_bytes()
    };
    Ok(vec![page(None), page(Some("+RID:synthetic"))])
}
