//! What happened, where on the Internet or off it.

use super::{
    Address, DateTime, Email, IncidentType, IpCaptureEvent, Phone,
    problem::Findings,
    rules::{in_the_past, latitude, longest, longitude, not_blank, url},
    table::{choice, element, marks},
    values::Degrees,
    wire::{Checks, Choice, Element, Writing, read_only_choice},
    xml::Node,
};

element! {
    /// What is reported, and how urgent it is.
    IncidentSummary {
        one incident_type: IncidentType = "incidentType", "What kind of incident.";
        opt platform: String = "platform", "The application on which it happened." [longest(256)];
        opt escalate_to_high_priority: String = "escalateToHighPriority",
            "Why a child is at risk now. Only present when the report is to be escalated." [not_blank(3000)];
        opt report_annotations: ReportAnnotations = "reportAnnotations", "Marks.";
        one incident_date_time: DateTime = "incidentDateTime", "When it happened." [in_the_past];
        opt incident_date_time_description: String = "incidentDateTimeDescription",
            "What else is known of the time." [longest(3000)];
    }
}

marks! {
    /// Marks of the incident.
    ReportAnnotations {
        sextortion = "sextortion", "Extortion with intimate images.";
        csam_solicitation = "csamSolicitation", "Material was asked for.";
        minor_to_minor_interaction = "minorToMinorInteraction", "Between minors.";
        spam = "spam", "Spam.";
        sadistic_online_exploitation = "sadisticOnlineExploitation", "Sadistic online exploitation.";
    }
}

choice! {
    /// Where it happened: exactly one of eight.
    InternetDetails {
        WebPage(WebPageIncident) = "webPageIncident", "On a web page.";
        Email(EmailIncident) = "emailIncident", "By e-mail.";
        Newsgroup(NewsgroupIncident) = "newsgroupIncident", "In a newsgroup.";
        Chat(ChatImIncident) = "chatImIncident", "In a chat.";
        OnlineGaming(OnlineGamingIncident) = "onlineGamingIncident", "In an online game.";
        CellPhone(CellPhoneIncident) = "cellPhoneIncident", "By mobile phone.";
        NonInternet(NonInternetIncident) = "nonInternetIncident", "Without the Internet.";
        PeerToPeer(PeerToPeerIncident) = "peer2peerIncident", "On a peer-to-peer network.";
    }
}

impl Element for InternetDetails {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        read_only_choice(node, findings)
    }

    fn write(&self, name: &str, out: &mut Writing) {
        out.start(name);
        Choice::write(self, out);
        out.end(name);
    }

    fn check(&self, checks: &mut Checks) {
        Choice::check(self, checks);
    }
}

element! {
    /// On a web page.
    WebPageIncident {
        attr third_party_hosted_content: bool = "thirdPartyHostedContent",
            "Whether the page is on another company's server.";
        many url: String = "url", "Addresses of the pages." [url(2083)];
        opt additional_info: String = "additionalInfo", "Notes.";
    }
}

element! {
    /// By e-mail.
    EmailIncident {
        many email_address: Email = "emailAddress",
            "Addresses used; each must also stand with a reported user, a recipient or a victim.";
        opt content: String = "content", "Headers, subject and text.";
        opt additional_info: String = "additionalInfo", "Notes.";
    }
}

element! {
    /// In a newsgroup.
    NewsgroupIncident {
        opt name: String = "name", "The newsgroup.";
        many email_address: Email = "emailAddress", "Addresses used.";
        opt content: String = "content", "Headers, subject and text.";
        opt additional_info: String = "additionalInfo", "Notes.";
    }
}

element! {
    /// In a chat.
    ChatImIncident {
        opt chat_client: String = "chatClient", "The program.";
        opt chat_room_name: String = "chatRoomName", "The room.";
        opt content: String = "content", "What was written.";
        opt additional_info: String = "additionalInfo", "Notes.";
    }
}

element! {
    /// In an online game.
    OnlineGamingIncident {
        opt game_name: String = "gameName", "The game.";
        opt console: String = "console", "The console.";
        opt content: String = "content", "What was written.";
        opt additional_info: String = "additionalInfo", "Notes.";
    }
}

element! {
    /// By mobile phone.
    CellPhoneIncident {
        opt phone_number: Phone = "phoneNumber", "The number.";
        opt latitude: Degrees = "latitude", "Degrees north." [latitude];
        opt longitude: Degrees = "longitude", "Degrees east." [longitude];
        opt additional_info: String = "additionalInfo", "Notes.";
    }
}

element! {
    /// Without the Internet.
    NonInternetIncident {
        opt location_name: String = "locationName", "The place.";
        many incident_address: Address = "incidentAddress", "Its addresses.";
        opt additional_info: String = "additionalInfo", "Notes.";
    }
}

element! {
    /// On a peer-to-peer network.
    PeerToPeerIncident {
        opt client: String = "client", "The program.";
        many ip_capture_event: IpCaptureEvent = "ipCaptureEvent", "Internet addresses used.";
        opt file_names: String = "fileNames", "Names of files.";
        opt additional_info: String = "additionalInfo", "Notes.";
    }
}
