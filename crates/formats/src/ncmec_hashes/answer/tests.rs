use proptest::prelude::*;

use super::*;
use crate::{
    cybertip::IndustryClassification,
    ncmec_hashes::{
        Change, Classification, Details, Feedback, Fingerprint, FingerprintType, Medium, Opinion,
    },
};

const MD5: &str = "d41d8cd98f00b204e9800998ecf8427e";
const PDQ: &str = "f8f8f0cce0f4e84d0e370a22028f67f0b36e2ed596623e1d33e6b39c4e9c9b22";

/// Shaped as the examples of the public client (`tests/data.py`), with values of its own.
fn answer() -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2">
    <images count="2" maxTimestamp="2026-03-01T15:10:00Z">
        <image>
            <member id="42">Synthetic Member</member>
            <timestamp>2026-03-01T15:00:00Z</timestamp>
            <id>synthetic1</id>
            <classification>A1</classification>
            <fingerprints>
                <md5>{MD5}</md5>
                <pdq>{PDQ}</pdq>
                <sha1/>
                <pdna>c3ludGhldGlj</pdna>
                <newhash>1</newhash>
            </fingerprints>
            <feedback lastUpdateTimestamp="2026-03-02T00:00:00Z">
                <affirmativeFeedback type="Md5" lastUpdateTimestamp="2026-03-02T00:00:00Z">
                    <members timestamp="2026-03-02T00:00:00Z"><member id="43">Synthetic Other</member></members>
                </affirmativeFeedback>
                <negativeFeedback type="Pdq" lastUpdateTimestamp="2026-03-02T00:00:00Z">
                    <reasons>
                        <reason guid="g1" name="Synthetic reason 1" type="Pdq"/>
                        <members timestamp="2026-03-02T00:00:00Z"><member id="43">Synthetic Other</member></members>
                        <reason guid="g2" name="Synthetic reason 2" type="Pdq"/>
                        <members><member id="44">Synthetic Third</member><member id="42">Synthetic Member</member></members>
                    </reasons>
                </negativeFeedback>
            </feedback>
        </image>
        <deletedImage>
            <member id="43">Synthetic Other</member>
            <id>synthetic4</id>
            <timestamp>2026-03-01T15:10:00Z</timestamp>
        </deletedImage>
    </images>
    <videos count="1" maxTimestamp="2026-03-01T15:20:00Z">
        <video>
            <member id="42">Synthetic Member</member><timestamp>2026-03-01T15:20:00Z</timestamp><id>synthetic1</id>
            <classification>Synthetic word</classification>
            <fingerprints><tmk-pdqf rel="self" href="/v2/entries/1/fingerprints/TMK_PDQF"/></fingerprints>
        </video>
    </videos>
    <paging><next>/v2/entries?from=2026-03-01T00%3A00%3A00.000Z&amp;to=2026-03-02T00%3A00%3A00.000Z&amp;start=2001&amp;size=1000&amp;max=3000</next></paging>
</queryResult>"#
    )
}

fn details(entry: &Entry) -> &Details {
    match &entry.change {
        Change::Present(details) => details,
        Change::Deleted => panic!("{entry:?}"),
    }
}

#[test]
fn entries_with_fingerprints_classification_and_feedback() {
    let text = answer();
    let mut reader = EntriesReader::new(text.as_bytes());
    let entries: Vec<_> = reader.by_ref().map(|entry| entry.unwrap()).collect();
    assert!(reader.is_whole());
    assert!(reader.next_page().unwrap().as_str().ends_with("Z&start=2001&size=1000&max=3000"));
    let told: Vec<_> = entries
        .iter()
        .map(|e| (e.line, e.value.key.member, e.value.key.id.as_str(), e.value.medium))
        .collect();
    assert_eq!(
        told,
        [
            (4, 42, "synthetic1", Medium::Image),
            (30, 43, "synthetic4", Medium::Image),
            (37, 42, "synthetic1", Medium::Video)
        ]
    );
    let first = details(&entries[0].value);
    assert_eq!(first.classification, Some(Classification::Industry(IndustryClassification::A1)));
    let prints: Vec<_> = first.fingerprints.iter().map(|print| format!("{print:?}")).collect();
    assert_eq!(
        prints,
        [
            format!("Hash(md5:{MD5})"),
            format!("Hash(pdq:{PDQ})"),
            "Text(Pdna, \"c3ludGhldGlj\")".to_owned(),
            "Unknown(\"newhash\", \"1\")".to_owned(),
        ]
    );
    let told: Vec<_> = first
        .feedback
        .iter()
        .map(|Feedback { fingerprint, opinion, members, .. }| {
            let opinion = match opinion {
                Opinion::Affirmative => "right",
                Opinion::Negative(reason) => reason.guid.as_str(),
            };
            (*fingerprint, opinion, members.iter().map(|member| member.id).collect::<Vec<_>>())
        })
        .collect();
    assert_eq!(
        told,
        [
            (FingerprintType::Md5, "right", vec![43]),
            (FingerprintType::Pdq, "g1", vec![43]),
            (FingerprintType::Pdq, "g2", vec![44, 42])
        ]
    );
    assert_eq!(entries[1].value.change, Change::Deleted);
    let video = details(&entries[2].value);
    assert_eq!(video.classification, Some(Classification::Other("Synthetic word".to_owned())));
    let path = "/v2/entries/1/fingerprints/TMK_PDQF".to_owned();
    assert_eq!(video.fingerprints, [Fingerprint::ByAddress(FingerprintType::TmkPdqf, path)]);
}

#[test]
fn what_cannot_be_read_of_an_entry_is_named_and_the_rest_goes_on() {
    let text = "<queryResult><images>\n<image><member id='x'/><timestamp>2026-03-01T15:00:00</timestamp></image>\n\
        <image><member id='1'/><id>synthetic1</id><timestamp>2026-03-01T15:00:00Z</timestamp>\
        <fingerprints><md5>abc</md5><pdna>x</pdna></fingerprints><feedback><loud type='MD5'/></feedback></image>\n\
        <sound/></images></queryResult>";
    let mut reader = EntriesReader::new(text.as_bytes());
    let told: Vec<_> = reader
        .by_ref()
        .map(|read| match read {
            Ok(record) => format!("{} {}", record.line, details(&record.value).fingerprints.len()),
            Err(reject) => format!("{} {} {}", reject.line, reject.path, reject.raw.len() > 6),
        })
        .collect();
    assert_eq!(
        told,
        [
            "2 queryResult/images/image/member true",
            "2 queryResult/images/image/id true",
            "2 queryResult/images/image/timestamp true",
            "3 queryResult/images/image/fingerprints true",
            "3 queryResult/images/image/feedback true",
            "3 1",
            "4 queryResult/images/sound true",
        ]
    );
    assert!(reader.is_whole() && reader.next_page().is_none());
}

#[test]
fn an_answer_that_is_not_whole_is_never_taken_for_the_last() {
    let text = answer();
    for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
        let mut reader = EntriesReader::new(&text.as_bytes()[..end]);
        let last = reader.by_ref().last().unwrap().unwrap_err();
        assert!(last.fatal && !reader.is_whole(), "{end}");
    }
    let many = format!("<queryResult><images><image>{}", "<a/>".repeat(30_000));
    let deep = format!("<queryResult><images><image>{}", "<a>".repeat(30_000));
    for (text, word) in [
        ("<html><body/></html>", "expected an answer with queryResult, found html"),
        (
            "<queryResult><paging><next>//example.test/</next></paging></queryResult>",
            "begins with /v2/entries?",
        ),
        ("<!DOCTYPE x><queryResult/>", "DOCTYPE"),
        ("<queryResult/><queryResult/>", "another element behind it"),
        (many.as_str(), "more than 20000 elements"),
        (deep.as_str(), "deep"),
    ] {
        let mut reader = EntriesReader::new(text.as_bytes());
        let last = reader.by_ref().last().unwrap().unwrap_err();
        assert!(last.fatal && last.reason.contains(word), "{last}");
        assert!(!reader.is_whole());
    }
}

#[test]
fn who_one_is_who_the_members_are_and_what_can_be_said() {
    let status = read_status(b"<status xmlns='https://hashsharing.ncmec.org/hashsharing/v2'><ipAddress>192.0.2.1</ipAddress><username>synthetic</username><member id='1'>Synthetic Member</member></status>").unwrap();
    assert_eq!(
        (status.ip_address.as_str(), status.username.as_str(), status.member.id),
        ("192.0.2.1", "synthetic", 1)
    );
    let members =
        read_members(b"<members><member id='1'>A</member><member id='2'>B</member></members>").unwrap();
    assert_eq!(
        members.iter().map(|member| (member.id, member.name.as_str())).collect::<Vec<_>>(),
        [(1, "A"), (2, "B")]
    );
    let list = "<availableFeedbackReasons><reason guid='g' name='Synthetic' type='Sha1'/></availableFeedbackReasons>";
    for text in [list.to_owned(), format!("<answer>{list}</answer>")] {
        let reasons = read_reasons(text.as_bytes()).unwrap();
        let reason = Reason {
            guid: "g".to_owned(),
            name: "Synthetic".to_owned(),
            fingerprint: Some(FingerprintType::Sha1),
        };
        assert_eq!(reasons, [reason]);
    }
    for wrong in ["<html/>", "<status><member/></status>", "<status/>", "", "<status>"] {
        assert!(read_status(wrong.as_bytes()).unwrap_err().fatal, "{wrong}");
        assert!(read_reasons(wrong.as_bytes()).is_err() && read_members(wrong.as_bytes()).is_err());
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_fail(at in 0_usize..3000, bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
        let text = answer();
        let hostile = [&text.as_bytes()[..at.min(text.len())], &bytes, &text.as_bytes()[at.min(text.len())..]].concat();
        prop_assert!(EntriesReader::new(hostile.as_slice()).count() <= hostile.len());
        let _ = (read_status(&hostile), read_members(&hostile), read_reasons(&hostile));
    }
}
