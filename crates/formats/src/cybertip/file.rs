//! What is said about one file of a report (`POST /fileinfo`).

use super::{
    DeviceId, FileRelevance, IndustryClassification, IpCaptureEvent, MetadataType,
    rules::{self, longest, url},
    table::{choice, element, marks},
    times::DateTime,
    values::Token,
};

element! {
    /// What is said about one file.
    FileDetails {
        one report_id: i64 = "reportId", "The report.";
        one file_id: Token = "fileId", "The file, by the id that the upload returned.";
        opt file_name: String = "fileName", "Name under which it was uploaded.";
        opt original_file_name: String = "originalFileName", "Name the user gave it." [longest(2056)];
        opt uploaded_to_esp_timestamp: DateTime = "uploadedToEspTimestamp", "When the user uploaded it.";
        opt location_of_file: String = "locationOfFile", "Where it was." [url(2083)];
        opt file_viewed_by_esp: bool = "fileViewedByEsp", "Whether a person at the reporter viewed it.";
        opt exif_viewed_by_esp: bool = "exifViewedByEsp", "Whether a person viewed its EXIF.";
        opt publicly_available: bool = "publiclyAvailable", "Whether anybody could open it.";
        opt file_relevance: FileRelevance = "fileRelevance", "How it belongs to the report.";
        choice marks: FileMarks, "Marks.";
        opt industry_classification: IndustryClassification = "industryClassification", "A1 to B2.";
        many original_file_hash: FileHash = "originalFileHash", "Hashes of the file as it was uploaded.";
        opt ip_capture_event: IpCaptureEvent = "ipCaptureEvent", "The Internet address of the upload.";
        many device_id: DeviceId = "deviceId", "Devices used for the upload.";
        many details: FileMetadata = "details", "Metadata.";
        many additional_info: String = "additionalInfo", "Notes.";
    } rules::file_details
}

choice! {
    /// Marks of a file: the single old one, or the newer set.
    FileMarks {
        PotentialMeme(bool) = "potentialMeme", "Whether it is spread without apparent malice.";
        Annotations(FileAnnotations) = "fileAnnotations", "The set.";
    }
}

marks! {
    /// Marks of a file.
    FileAnnotations {
        anime_drawing_virtual_hentai = "animeDrawingVirtualHentai", "Drawn or computer-made.";
        potential_meme = "potentialMeme", "Spread without apparent malice.";
        viral = "viral", "Spreading fast.";
        possible_self_production = "possibleSelfProduction", "Believed self-produced.";
        physical_harm = "physicalHarm", "Shows harm being done.";
        violence_gore = "violenceGore", "Graphic violence.";
        bestiality = "bestiality", "Involves an animal.";
        live_streaming = "liveStreaming", "Was streamed live.";
        infant = "infant", "Shows an infant.";
        generative_ai = "generativeAi", "Believed made by generative AI.";
    }
}

element! {
    /// A hash of a file.
    FileHash {
        text value: String, "The hash.";
        must hash_type: String = "hashType", "Its kind, such as MD5." [longest(64)];
    }
}

element! {
    /// Metadata of a file.
    FileMetadata {
        attr kind: MetadataType = "type", "Where they come from.";
        some name_value_pair: NameValuePair = "nameValuePair", "The pairs.";
    }
}

element! {
    /// One piece of metadata.
    NameValuePair {
        one name: String = "name", "Its name." [longest(64)];
        one value: String = "value", "Its value.";
    }
}
