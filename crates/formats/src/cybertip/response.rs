//! What the service answers.

use super::{table::element, values::Token};

element! {
    /// The answer to a report, an upload, file details and most else.
    ReportResponse {
        one response_code: i32 = "responseCode", "Zero for success; see [`ResponseCode`](super::ResponseCode).";
        one response_description: String = "responseDescription", "What the code means.";
        opt report_id: i64 = "reportId", "The report.";
        opt file_id: Token = "fileId", "The file uploaded.";
        opt hash: Token = "hash", "MD5 of the bytes uploaded.";
    }
}

element! {
    /// The answer to the end of a report. With code 0 it is the receipt.
    ReportDoneResponse {
        one response_code: i32 = "responseCode", "Zero for success.";
        one report_id: i64 = "reportId", "The report.";
        one files: ReceivedFiles = "files", "The files received.";
    }
}

element! {
    /// The files received.
    ReceivedFiles {
        many file_id: String = "fileId", "Their ids.";
    }
}

macro_rules! response_codes {
    ($($Code:ident = $number:literal, $words:literal;)*) => {
        /// The documented codes of an answer. The service may use others.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ResponseCode {
            $(#[doc = $words] $Code,)*
        }

        impl ResponseCode {
            /// Every documented code.
            pub const ALL: &'static [Self] = &[$(Self::$Code),*];

            /// The number.
            pub const fn number(self) -> i32 {
                match self { $(Self::$Code => $number,)* }
            }

            /// The words.
            pub const fn description(self) -> &'static str {
                match self { $(Self::$Code => $words,)* }
            }

            /// The code of a number, if it is documented.
            pub const fn of(number: i32) -> Option<Self> {
                match number { $($number => Some(Self::$Code),)* _ => None }
            }
        }
    };
}

response_codes! {
    Success = 0, "Success";
    ServerError = 1000, "Server error";
    SaveFailed = 1100, "Save failed";
    UploadFailed = 1110, "Upload failed";
    FileUploadFailed = 1111, "File upload failed";
    ResourceNotFound = 1210, "Resource not found";
    UpdateFailed = 1300, "Update failed";
    AuthenticationRequired = 2000, "Authentication required";
    NotAuthorized = 3000, "Not authorized";
    NotAuthorizedToSubmit = 3100, "Not authorized to make submissions";
    NotAuthorizedToUpdate = 3300, "Not authorized to make updates";
    InvalidRequest = 4000, "Invalid request";
    ValidationFailed = 4100, "Validation failed";
    MalformedXml = 4110, "Malformed XML";
    MalformedFile = 4200, "Malformed file";
    ReportDoesNotExist = 5001, "Report does not exist";
    FileDoesNotExist = 5002, "File does not exist";
    AlreadyRetracted = 5101, "Report already retracted";
    AlreadyFinished = 5102, "Report already finished";
}
