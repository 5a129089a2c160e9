//! What a filing is made from: a report of the case with its content and, where it came as a
//! CyberTipline document, the typed document without its sensitive text.

use formats::cybertip::{self, Document, FileDetails, InternetDetails};

/// A report that is filed.
#[derive(Clone)]
pub(crate) struct Source {
    /// Its number.
    pub(crate) number: String,
    /// What it says.
    pub(crate) content: reports::Report,
    /// The report as it came, if it came as a CyberTipline report.
    pub(crate) typed: Option<cybertip::Report>,
    /// What was said about its files, as it came.
    pub(crate) typed_files: Vec<FileDetails>,
    /// What of it stays in the house, in sentences.
    pub(crate) left_out: Vec<String>,
}

impl Source {
    /// A report of the case and the documents it was read from.
    pub(crate) fn new(number: String, content: reports::Report, documents: Vec<Document>) -> Self {
        let mut left_out = Vec::new();
        let mut stays = |what: &str| {
            left_out.push(format!("{number}: {what} is sensitive text and stays in the house."));
        };
        let mut typed = None;
        let mut typed_files = Vec::new();
        for document in documents {
            match document {
                Document::Report(mut report) => {
                    if strip(&mut report) {
                        stays("what the platform wrote or copied in words");
                    }
                    typed = Some(report);
                }
                Document::FileDetails(details) => typed_files.push(details),
                Document::ReportResponse(_) | Document::ReportDoneResponse(_) => {}
            }
        }
        if !content.narrative.trim().is_empty()
            || content.incident.as_ref().is_some_and(|incident| incident.description.is_some())
        {
            stays("the narrative");
        }
        Self { number, content, typed, typed_files, left_out }
    }
}

/// Takes the sensitive text out of a report: chat logs, messages, file names, notes. Says whether
/// there was any.
fn strip(report: &mut cybertip::Report) -> bool {
    let mut there = false;
    let mut clear = |text: &mut Option<String>| there |= text.take().is_some();
    clear(&mut report.additional_info);
    for details in &mut report.internet_details {
        match details {
            InternetDetails::WebPage(at) => clear(&mut at.additional_info),
            InternetDetails::Email(at) => {
                clear(&mut at.content);
                clear(&mut at.additional_info);
            }
            InternetDetails::Newsgroup(at) => {
                clear(&mut at.content);
                clear(&mut at.additional_info);
            }
            InternetDetails::Chat(at) => {
                clear(&mut at.content);
                clear(&mut at.additional_info);
            }
            InternetDetails::OnlineGaming(at) => {
                clear(&mut at.content);
                clear(&mut at.additional_info);
            }
            InternetDetails::CellPhone(at) => clear(&mut at.additional_info),
            InternetDetails::NonInternet(at) => clear(&mut at.additional_info),
            InternetDetails::PeerToPeer(at) => {
                clear(&mut at.file_names);
                clear(&mut at.additional_info);
            }
        }
    }
    for user in &mut report.person_or_user_reported {
        clear(&mut user.additional_info);
        clear(&mut user.profile_bio);
        for account in &mut user.associated_account {
            clear(&mut account.additional_info);
            clear(&mut account.profile_bio);
        }
    }
    for child in &mut report.victim {
        clear(&mut child.additional_info);
        clear(&mut child.profile_bio);
        for account in &mut child.associated_account {
            clear(&mut account.additional_info);
            clear(&mut account.profile_bio);
        }
    }
    for recipient in &mut report.intended_recipient {
        clear(&mut recipient.profile_bio);
        for note in std::mem::take(&mut recipient.additional_info) {
            clear(&mut Some(note));
        }
    }
    there
}

#[cfg(test)]
mod tests {
    use formats::cybertip::sample;
    use model::{Entropy, Instant};
    use reports::Channel;

    use super::*;

    struct Counting(std::sync::Mutex<u8>);

    impl Entropy for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            let mut next = self.0.lock().unwrap();
            for byte in bytes {
                *next = next.wrapping_mul(73).wrapping_add(41);
                *byte = *next;
            }
        }
    }

    #[test]
    fn no_words_of_a_platforms_report_leave_with_it() {
        let now = Instant::parse("2026-03-01T00:00:00Z").unwrap();
        let dice = Counting(std::sync::Mutex::new(1));
        let mut reports = 0;
        for (_, document) in sample::documents(&dice, 80, now) {
            let Document::Report(report) = document else { continue };
            let people = report.person_or_user_reported.len();
            let content = reports::Report::new(reports::Source::Platform, Channel::CyberTipline, now);
            let source = Source::new("R-1".to_owned(), content, vec![Document::Report(report.clone())]);
            let typed = source.typed.unwrap();
            assert_eq!(typed.person_or_user_reported.len(), people);
            let xml = String::from_utf8(cybertip::write(&Document::Report(typed))).unwrap();
            for tag in ["additionalInfo", "<content>", "profileBio", "fileNames"] {
                assert!(!xml.contains(tag), "{tag} in {xml}");
            }
            if report.additional_info.is_some() {
                assert_eq!(source.left_out.len(), 1);
            }
            reports += 1;
        }
        assert!(reports > 10);
    }
}
