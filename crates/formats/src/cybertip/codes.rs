//! The words the schema enumerates.

use super::table::words;

words! {
    /// What kind of incident is reported. The texts are the outside schema's own and must stand as
    /// they are.
    IncidentType {
        AbuseMaterial = "Child Pornography (possession, manufacture, and distribution)",
            "CSAM: possession, making or distribution. The text is the schema's old term.";
        Trafficking = "Child Sex Trafficking", "Trafficking of a child.";
        Tourism = "Child Sex Tourism", "Travel to abuse children.";
        Molestation = "Child Sexual Molestation", "Abuse in person.";
        MisleadingDomainName = "Misleading Domain Name", "A domain name that misleads to such content.";
        MisleadingWordsOrImages = "Misleading Words or Digital Images on the Internet",
            "Words or images that mislead to such content.";
        OnlineEnticement = "Online Enticement of Children for Sexual Acts", "Enticement online.";
        UnsolicitedMaterialSent = "Unsolicited Obscene Material Sent to a Child",
            "Material sent to a child who did not ask for it.";
    }
}

words! {
    /// Why several reports were put together into one.
    BatchedReportReason {
        ViralPotentialMeme = "VIRAL_POTENTIAL_MEME", "One file, spread by many without apparent malice.";
    }
}

words! {
    /// The use of a postal address.
    AddressType {
        Home = "Home", "Home.";
        Business = "Business", "Business.";
        Billing = "Billing", "Billing.";
        Shipping = "Shipping", "Shipping.";
        Technical = "Technical", "Technical contact.";
    }
}

words! {
    /// The use of an e-mail address.
    EmailType {
        Home = "Home", "Home.";
        Work = "Work", "Work.";
        Business = "Business", "Business.";
        Recovery = "Recovery", "For recovering the account.";
    }
}

words! {
    /// The use of a phone number.
    PhoneType {
        Mobile = "Mobile", "Mobile.";
        Home = "Home", "Home.";
        Business = "Business", "Business.";
        Work = "Work", "Work.";
        Fax = "Fax", "Fax.";
        Internet = "Internet", "A number of an Internet telephone service.";
        Recovery = "Recovery", "For recovering the account.";
    }
}

words! {
    /// During what an Internet address or a device was seen.
    CaptureEvent {
        Login = "Login", "A login.";
        Registration = "Registration", "The registration.";
        Purchase = "Purchase", "A purchase.";
        Upload = "Upload", "An upload.";
        Other = "Other", "Something else.";
        Unknown = "Unknown", "Not known.";
    }
}

words! {
    /// How an account belongs to a person. `Billing` is the slot for payment accounts.
    AssociatedAccountType {
        Billing = "Billing", "Pays for the account.";
        Linked = "Linked", "Linked by the user.";
        Business = "Business", "A business account.";
        Creator = "Creator", "A creator's account.";
        ParentGuardian = "Parent/Guardian", "The account of a parent or guardian.";
        Other = "Other", "Another account.";
    }
}

words! {
    /// How a file belongs to a report.
    FileRelevance {
        Reported = "Reported", "The reported content itself; what holds when nothing is said.";
        Supplemental = "Supplemental Reported", "Something that helps to understand it.";
    }
}

words! {
    /// The industry classification: A prepubescent, B pubescent; 1 sex act, 2 lascivious exhibition.
    IndustryClassification {
        A1 = "A1", "A prepubescent child, a sex act.";
        A2 = "A2", "A prepubescent child, lascivious exhibition.";
        B1 = "B1", "A pubescent child, a sex act.";
        B2 = "B2", "A pubescent child, lascivious exhibition.";
    }
}

words! {
    /// Where metadata of a file come from.
    MetadataType {
        Exif = "EXIF", "The file's EXIF.";
        Hash = "HASH", "Hash values.";
    }
}
