//! The small requests: who one is, who the members are, and what one thinks of a fingerprint.

use super::{EntryKey, FingerprintType, NAMESPACE};
use crate::request::{Method, Request, percent_encoded};

/// Asks who one is.
pub fn status_request() -> Request {
    Request::get("/v2/status".to_owned())
}

/// Asks who the members are.
pub fn members_request() -> Request {
    Request::get("/v2/members".to_owned())
}

/// Asks for the reasons that can be given against fingerprints of a type.
pub fn reasons_request(fingerprint: FingerprintType) -> Request {
    Request::get(format!("/v2/feedback/{}/reasons", fingerprint.as_str()))
}

/// Says of a fingerprint that it is right, or that it is wrong for a reason, whose id is one of
/// those [`reasons_request`] asks for. What is answered is not documented.
pub fn feedback_request(
    entry: &EntryKey,
    fingerprint: FingerprintType,
    wrong_because: Option<&str>,
) -> Request {
    let (member, id) = (entry.member, percent_encoded(&entry.id));
    let opinion = match wrong_because {
        None => "<affirmative/>".to_owned(),
        Some(guid) => {
            let guid = quick_xml::escape::escape(guid);
            format!("<negative><reasonIds><guid>{guid}</guid></reasonIds></negative>")
        }
    };
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feedbackSubmission xmlns=\"{NAMESPACE}\">{opinion}</feedbackSubmission>\n"
    );
    Request {
        method: Method::Put,
        path: format!("/v2/entries/{member}/{id}/{}/feedback", fingerprint.as_str()),
        content_type: Some("application/xml; charset=utf-8"),
        body: body.into_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feedback_names_the_entry_the_fingerprint_and_the_reason() {
        let entry = EntryKey { member: 42, id: "synthetic/1".to_owned() };
        let right = feedback_request(&entry, FingerprintType::TmkPdqf, None);
        assert_eq!(
            (right.method, right.path.as_str()),
            (Method::Put, "/v2/entries/42/synthetic%2F1/TMK_PDQF/feedback")
        );
        assert_eq!(right.content_type, Some("application/xml; charset=utf-8"));
        let text = String::from_utf8(right.body).unwrap();
        assert!(text.ends_with("v2\"><affirmative/></feedbackSubmission>\n"), "{text}");
        let wrong = feedback_request(&entry, FingerprintType::Md5, Some("01234567-abcd<"));
        let text = String::from_utf8(wrong.body).unwrap();
        assert!(
            text.contains("<negative><reasonIds><guid>01234567-abcd&lt;</guid></reasonIds></negative>"),
            "{text}"
        );
    }

    #[test]
    fn the_paths_are_those_of_the_service() {
        let paths =
            [status_request(), members_request(), reasons_request(FingerprintType::SsvhPdna)].map(|r| r.path);
        assert_eq!(paths, ["/v2/status", "/v2/members", "/v2/feedback/SSVH_PDNA/reasons"]);
    }
}
