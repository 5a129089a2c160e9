use std::io::{self, Read};

use proptest::prelude::*;

use super::*;
use crate::record::{Record, Reject};

const CONTEXT: &str = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata";
const MD5: &str = "D41D8CD98F00B204E9800998ECF8427E";
const SHA1: &str = "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709";

fn set(media: &str) -> String {
    format!("{{\"@odata.context\": \"{CONTEXT}#Media\",\n\"value\": [{media}]}}")
}

fn read(text: &str, names: FileNames) -> Vec<Result<Record<Media>, Reject>> {
    MediaSetReader::open(text.as_bytes(), names).unwrap().collect()
}

fn one(media: &str) -> Media {
    let mut read = read(&set(media), FileNames::Included);
    assert_eq!(read.len(), 1, "{read:?}");
    read.remove(0).unwrap().value
}

fn model(text: &str) -> DataModel {
    DataModel::parse(text).unwrap()
}

#[test]
fn a_medium_as_it_is_distributed() {
    let photo_dna = BASE64.encode(&[7; 144]);
    let sha256 = "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855";
    let text = format!(
        "\u{feff}{}",
        set(&format!(
            r#"{{"MediaID": 1000, "Category": 1, "MD5": "{MD5}", "SHA1": "{SHA1}", "PhotoDNA": "{photo_dna}",
            "MediaSize": "2835", "IsPrecategorized": "false", "Tags": "tag, with ] brackets", "Miniature": "{}",
            "Exifs": [{{"PropertyName": "Make", "PropertyValue": "Synthetic {{camera}}"}}],
            "AlternativeHashes": [{{"HashValue": "{sha256}", "HashName": "SHA-256"}}, {{"HashName": "X", "HashValue": "1"}}],
            "MediaFiles": [{{"FileName": "synthetic-1.jpg", "FilePath": "/synthetic"}}, {{"FileName": null}}]}}"#,
            "A".repeat(100_000)
        ))
    );
    let media = read(&text, FileNames::Included).remove(0).unwrap().value;
    assert_eq!(media.media_id.as_deref(), Some("1000"));
    assert_eq!(media.category.as_ref().unwrap().to_string(), "category 1 (VICS 2.0, US)");
    assert_eq!(
        media.category.as_ref().unwrap().code_and_taxonomy(),
        ("1".to_owned(), "vics-2.0-us".to_owned())
    );
    let hashes: Vec<_> = media.hashes().map(|hash| format!("{hash:?}")).collect();
    let wanted = [format!("md5:{MD5}"), format!("sha1:{SHA1}"), format!("sha256:{sha256}")];
    assert_eq!(hashes, wanted.map(|hash| hash.to_ascii_lowercase()));
    assert_eq!((media.photo_dna, media.size), (Some(PhotoDna([7; 144])), Some(2835)));
    assert_eq!(media.file_names, ["synthetic-1.jpg"]);
    let without = read(&text, FileNames::LeftOut).remove(0).unwrap().value;
    assert!(without.file_names.is_empty());
    assert_eq!(Media { file_names: media.file_names.clone(), ..without }, media);
}

#[test]
fn a_category_that_is_not_given_is_none_and_nought_is_one() {
    for (category, wanted) in [("null", None), ("\" \"", None), ("0", Some("0")), ("\"2\"", Some("2"))] {
        let media = one(&format!("{{\"Category\": {category}, \"MD5\": \"{MD5}\"}}"));
        let code = media.category.map(|category| category.code_and_taxonomy().0);
        assert_eq!(code.as_deref(), wanted, "{category}");
    }
}

#[test]
fn numbers_are_compared_only_within_a_national_model() {
    let address =
        |name: &str| format!("http://example.test/ProjectVic/DataModels/2.0.xml/{name}/$metadata#Media");
    let us = Category::new(1, model(&address("US")));
    let cases = Category::new(1, model(&address("us").replace("#Media", "#Cases")));
    assert_eq!(us.says_the_same_as(&cases), Some(true));
    assert_eq!(us.says_the_same_as(&Category::new(2, model(&address("US")))), Some(false));
    let old = Category::new(1, model("http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media"));
    assert_eq!(old.to_string(), "category 1 (VICS 1.3, country not stated)");
    for other in
        [address("UK"), address("CUSTOM"), address("Default")].map(|text| Category::new(1, model(&text)))
    {
        assert_eq!(us.says_the_same_as(&other), None);
        assert_eq!(other.says_the_same_as(&old), None);
    }
    let custom = Category::new(1, model(&address("CUSTOM")));
    assert_eq!(custom.says_the_same_as(&custom), None, "two agencies' own numbers");
}

#[test]
fn cases_give_the_media_of_each() {
    let text = format!(
        r#"{{"@odata.context": "{CONTEXT}#Cases", "value": [
        {{"CaseID": "synthetic-1", "Media": [{{"MD5": "{MD5}"}}, {{"MD5": "{MD5}"}}], "TotalMediaFiles": 2}},
        {{"CaseID": "synthetic-2", "CaseMetadata": [{{"PropertyName": "a"}}], "Media": []}},
        {{"CaseID": "synthetic-3", "MD5": "{MD5}"}},
        {{"Media": [{{"SHA1": "{SHA1}"}}], "CaseID": "synthetic-4"}}], "more": 1}}"#
    );
    let told: Vec<_> = read(&text, FileNames::LeftOut)
        .into_iter()
        .map(|read| {
            read.map(|record| (record.ordinal, record.line)).map_err(|reject| (reject.line, reject.path))
        })
        .collect();
    assert_eq!(told, [Ok((1, 2)), Ok((2, 2)), Err((4, "value/Media/Media".to_owned())), Ok((3, 5))]);
}

#[test]
fn a_field_that_cannot_be_read_is_a_reject_and_the_rest_goes_on() {
    let text = set(&format!(
        "{{\"MD5\": \"{SHA1}\", \"SHA1\": \"{SHA1}\"}},\n7, [[1]],\n{{\"MD5\": 5, \"Category\": [1]}},\n{{\"MediaSize\": -1, \"MD5\": \"{MD5}\", \"md5\": \"{MD5}\"}},\n{{}},\n{{\"MD5\": \"{MD5}\", \"MediaFiles\": {{}}, \"PhotoDNA\": \"AAAA\", \"AlternativeHashes\": [{{\"HashName\": \"sha1\", \"HashValue\": \"x\"}}]}}"
    ));
    let told: Vec<_> = read(&text, FileNames::Included)
        .into_iter()
        .map(|read| {
            read.map(|record| (record.line, record.ordinal)).map_err(|reject| {
                assert!(reject.raw.is_empty() && !reject.fatal);
                assert!(reject.reason.contains("(before byte "), "{}", reject.reason);
                (reject.line, reject.ordinal, reject.field)
            })
        })
        .collect();
    let wrong = |line, ordinal, field: &str| Err((line, ordinal, field.to_owned()));
    assert_eq!(
        told,
        [
            wrong(2, 1, "MD5"),
            Ok((2, 1)),
            wrong(3, 2, ""),
            wrong(3, 3, ""),
            wrong(4, 4, "MD5"),
            wrong(4, 4, "Category"),
            wrong(5, 5, "MediaSize"),
            wrong(5, 5, "MD5"),
            Ok((5, 5)),
            wrong(6, 6, "MD5"),
            wrong(7, 7, "MediaFiles"),
            wrong(7, 7, "PhotoDNA"),
            wrong(7, 7, "AlternativeHashes"),
            Ok((7, 7)),
        ]
    );
}

#[test]
fn a_file_that_is_cut_off_gives_what_there_was_and_says_so() {
    let whole = set(&format!("{{\"MD5\": \"{MD5}\"}},\n{{\"MD5\": \"{MD5}\"}}"));
    for end in whole.find('[').unwrap() + 1..whole.len() {
        let read = read(&whole[..end], FileNames::LeftOut);
        let last = read.last().unwrap().as_ref().unwrap_err();
        assert!(last.fatal && last.reason.contains("get it again"), "{last}");
        assert!(read[..read.len() - 1].iter().all(Result::is_ok));
        assert_eq!(read.len() - 1, whole[..end].matches('}').count().min(2));
    }
    assert_eq!(read(&whole, FileNames::LeftOut).len(), 2);
}

#[test]
fn what_is_no_set_is_not_opened() {
    let deep = format!("{{\"@odata.context\": \"{CONTEXT}#Media\", \"x\": {}", "[".repeat(1_000_000));
    for (text, word) in [
        ("", "get it again"),
        ("MD5,Category", "expected a value"),
        ("[]", "begins with “odata.metadata” or “@odata.context” and has a list “value”, found a list"),
        ("{}", "found an object"),
        ("{\"value\": []}", "found “value”"),
        ("{\"@odata.context\": 1}", "found a number as the data model"),
        (
            "{\"@odata.context\": \"http://example.test/DataModels/2.0.xml/US/$metadata#Other\"}",
            "no data model",
        ),
        (
            "{\"odata.metadata\": \"http://github.com/ICMEC/ProjectVic/DataModels/1.2.xml#Media\"}",
            "1.2.xml#Media” is no",
        ),
        (
            "{\"odata.metadata\": \"http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media\"}",
            "no “value”",
        ),
        (
            "{\"odata.metadata\": \"http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media\", \"value\": {}}",
            "found an object",
        ),
        (deep.as_str(), "nested more than 64 deep"),
    ] {
        let error = MediaSetReader::open(text.as_bytes(), FileNames::LeftOut).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
    let deep = set(&format!("{{\"Exifs\": {}", "[".repeat(1_000_000)));
    let read = read(&deep, FileNames::LeftOut);
    assert!(read[0].as_ref().is_err_and(|reject| reject.fatal && reject.reason.contains("deep")));
}

#[test]
fn a_medium_is_given_before_the_rest_of_the_file_is_read() {
    struct Endless(usize);
    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            assert!(self.0 < 200_000, "reading far ahead");
            let line = format!("{{\"MD5\": \"{MD5}\", \"Series\": \"s\"}},\n");
            for byte in buffer.iter_mut() {
                *byte = line.as_bytes()[self.0 % line.len()];
                self.0 += 1;
            }
            Ok(buffer.len())
        }
    }
    let head = format!("{{\"@odata.context\": \"{CONTEXT}#Media\", \"value\": [");
    let reader = MediaSetReader::open(io::Cursor::new(head).chain(Endless(0)), FileNames::LeftOut).unwrap();
    assert_eq!(reader.take(1000).flatten().count(), 1000);
}

#[test]
fn a_medium_is_written_only_with_its_md5_and_under_its_own_model() {
    let us = model(&format!("{CONTEXT}#Media"));
    let uk = model(&format!("{CONTEXT}#Media").replace("/US/", "/UK/"));
    let mut set = MediaSetWriter::begin(Vec::new(), &us, FileNames::LeftOut).unwrap();
    let media = |category, md5| Media { category, md5, ..Media::default() };
    assert!(matches!(set.add(&media(None, None)), Err(WriteMediaError::NoMd5)));
    let error = set.add(&media(Some(Category::new(1, uk)), Some([1; 16]))).unwrap_err().to_string();
    assert!(
        error.starts_with("category 1 (VICS 2.0, UK) cannot be written into a set of the model vics-2.0-us")
    );
    let named = Media { file_names: vec!["synthetic.jpg".to_owned()], ..media(None, Some([1; 16])) };
    set.add(&named).unwrap();
    let text = String::from_utf8(set.finish().unwrap()).unwrap();
    assert!(!text.contains("synthetic.jpg"));
    let read = read(&text, FileNames::Included);
    assert_eq!(
        read[0].as_ref().unwrap().value,
        Media { media_id: Some("1".to_owned()), ..media(None, Some([1; 16])) }
    );
}

fn media(model: &DataModel) -> impl Strategy<Value = Media> + use<> {
    let model = model.clone();
    let rest = (
        proptest::option::of(any::<[u8; 20]>()),
        proptest::option::of(
            any::<[u8; 16]>().prop_map(|bytes| PhotoDna(std::array::from_fn(|i| bytes[i % 16]))),
        ),
        proptest::collection::vec(any::<[u8; 32]>(), 0..3),
        proptest::option::of(any::<u64>()),
        proptest::collection::vec("\\PC{0,20}", 0..3),
    );
    ("[1-9][0-9]{0,17}|[a-z]{1,9}", proptest::option::of(any::<u16>()), any::<[u8; 16]>(), rest).prop_map(
        move |(id, category, md5, (sha1, photo_dna, other, size, file_names))| {
            let mut other_hashes: Vec<_> = other.into_iter().map(Hash::Sha256).collect();
            other_hashes.dedup();
            Media {
                media_id: Some(id),
                category: category.map(|number| Category::new(number, model.clone())),
                md5: Some(md5),
                sha1,
                photo_dna,
                other_hashes,
                size,
                file_names,
            }
        },
    )
}

fn models() -> impl Strategy<Value = DataModel> {
    let names = prop_oneof![Just(None), "[A-Za-z]{1,8}".prop_map(Some)];
    (any::<bool>(), names).prop_map(|(old, numbering)| DataModel {
        version: if old { Version::V1_3 } else { Version::V2_0 },
        numbering: numbering.filter(|_| !old),
        contents: Contents::Media,
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back((model, all) in models().prop_flat_map(|model| {
        let all = proptest::collection::vec(media(&model), 0..6);
        (Just(model), all)
    })) {
        let mut set = MediaSetWriter::begin(Vec::new(), &model, FileNames::Included).unwrap();
        for media in &all {
            set.add(media).unwrap();
        }
        let text = set.finish().unwrap();
        prop_assert!(serde_json::from_slice::<serde_json::Value>(&text).is_ok());
        let reader = MediaSetReader::open(text.as_slice(), FileNames::Included).unwrap();
        prop_assert_eq!(reader.model(), &model);
        let read: Vec<_> = reader.map(|record| record.unwrap().value).collect();
        prop_assert_eq!(read, all);
    }

    #[test]
    fn no_text_makes_it_fail(text in "[\\[\\]{}:,\"a1n ]{0,60}", cut in 0_usize..400, bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
        let whole = set(&format!("{{\"MD5\": \"{MD5}\", \"Category\": {text}"));
        let hostile = [whole.as_bytes().get(..cut).unwrap_or(whole.as_bytes()), &bytes].concat();
        if let Ok(reader) = MediaSetReader::open(hostile.as_slice(), FileNames::Included) {
            prop_assert!(reader.count() <= hostile.len());
        }
    }
}
