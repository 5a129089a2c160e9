//! The report itself (`POST /submit`).

use super::{
    BatchedReportReason, ContactPerson, CountryCode, IncidentSummary, IntendedRecipient, InternetDetails,
    Person, PersonOrUserReported, Victim,
    rules::{self, longest},
    table::element,
};

element! {
    /// A report.
    Report {
        opt batched_report: BatchedReport = "batchedReport", "Present when many reports were put into one.";
        one incident_summary: IncidentSummary = "incidentSummary", "What is reported.";
        many internet_details: InternetDetails = "internetDetails", "Where it happened.";
        opt law_enforcement: LawEnforcement = "lawEnforcement", "The police that knows of it.";
        one reporter: Reporter = "reporter", "Who reports.";
        many person_or_user_reported: PersonOrUserReported = "personOrUserReported",
            "Who is reported; the documentation means more than one for batches.";
        many intended_recipient: IntendedRecipient = "intendedRecipient", "Who it was meant for.";
        many victim: Victim = "victim", "The children.";
        opt additional_info: String = "additionalInfo", "Notes.";
    } rules::report
}

element! {
    /// Many reports put into one.
    BatchedReport {
        must reason: BatchedReportReason = "reason", "Why.";
    }
}

element! {
    /// The police that knows of the incident.
    LawEnforcement {
        one agency_name: String = "agencyName", "The agency.";
        opt case_number: String = "caseNumber", "Its number of the case." [longest(100)];
        opt officer_contact: ContactPerson = "officerContact", "The officer.";
        opt reported_to_le: bool = "reportedToLe", "Whether the reporter told the police.";
        opt served_legal_process_domestic: bool = "servedLegalProcessDomestic",
            "Whether police of the United States has served legal process.";
        opt served_legal_process_international: ServedLegalProcessInternational
            = "servedLegalProcessInternational", "Whether police of another country has.";
    }
}

element! {
    /// Whether police of another country has served legal process.
    ServedLegalProcessInternational {
        text value: bool, "Whether it has.";
        attr flea_country: CountryCode = "fleaCountry", "Which country.";
    }
}

element! {
    /// Who reports.
    Reporter {
        one reporting_person: Person = "reportingPerson",
            "The person who reports; the service wants an e-mail address." [rules::reporting_person];
        opt contact_person: ContactPerson = "contactPerson", "Whom to ask, if somebody else.";
        opt company_template: String = "companyTemplate", "What the company says in every report.";
        opt terms_of_service: String = "termsOfService", "Terms that were broken.";
        opt legal_url: String = "legalURL", "A page for the police.";
    }
}
