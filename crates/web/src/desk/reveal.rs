//! Opening a sealed field: the purpose first, then the value for a minute. The use case journals
//! it, under the reason that was given.

use app_casework::{NamedIn, reveal_person};
use app_intake::{RevealWhat, reveal, reveal_identifier};
use app_kernel::{Denied, Error, Op, Tx};
use app_screening::reveal_party;
use axum::{
    Router,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
    routing::get,
};
use model::{Id, kinds};

use crate::{
    Web,
    fault::{Fault, back, refused, rendered},
    form::{Asked, At, SignedForm},
    page::{
        Desk, SealedField,
        record::Fact,
        reveal::{RevealPage, RevealedPage, RevealedValue},
        routes,
    },
    parts,
    session::Signed,
    view::{PageResult, below, times},
};

/// How long a value stays on the page.
const SECONDS: u32 = 60;
/// Asks for the value alone, to be put in the field's place.
const FRAGMENT: &str = "x-fragment";

pub(super) fn routes() -> Router<Web> {
    Router::new().route(routes::REVEAL, get(ask).post(open))
}

/// What is to be opened.
#[derive(Clone, Copy)]
enum Target {
    Report(Id<kinds::Report>, RevealWhat),
    Identifier(Id<kinds::Report>, i64),
    Party(Id<kinds::Alert>),
    Person(Id<kinds::Person>),
    /// An identifier of a report, seen through its case.
    CaseIdentifier(Id<kinds::Report>, i64),
    /// A note of a case that quotes words of abuse.
    Note(Id<kinds::Case>, Id<kinds::Note>),
}

impl Target {
    /// Reads the parts of an address; `None` where they name nothing that can be opened here.
    fn parse(web: &Web, kind: &str, record: &str, field: &str) -> Option<Self> {
        let numbered = |prefix: &str| field.strip_prefix(prefix)?.strip_prefix('-')?.parse::<u32>().ok();
        let place = |prefix: &str| numbered(prefix).and_then(|n| usize::try_from(n).ok());
        let (room, target) = match kind {
            "report" => {
                let report = record.parse().ok()?;
                let target = match field {
                    "narrative" => Self::Report(report, RevealWhat::Narrative),
                    "places" => Self::Report(report, RevealWhat::Places),
                    _ => [
                        numbered("identifier").map(|n| Self::Identifier(report, n.into())),
                        place("person").map(|n| Self::Report(report, RevealWhat::Person(n))),
                        place("file").map(|n| Self::Report(report, RevealWhat::FileName(n))),
                    ]
                    .into_iter()
                    .flatten()
                    .next()?,
                };
                ("reports", target)
            }
            "alert" if field == "party" => ("payments", Self::Party(record.parse().ok()?)),
            "person" if field == "identity" => ("cases", Self::Person(record.parse().ok()?)),
            "case-report" => {
                ("cases", Self::CaseIdentifier(record.parse().ok()?, numbered("identifier")?.into()))
            }
            "note" => ("cases", Self::Note(record.parse().ok()?, field.parse().ok()?)),
            _ => return None,
        };
        web.house.profile.has(room).then_some(target)
    }

    /// What it is, never what it says.
    const fn words(self) -> &'static str {
        match self {
            Self::Report(_, RevealWhat::Narrative) => "what was told",
            Self::Report(_, RevealWhat::Places) => "where it happened",
            Self::Report(_, RevealWhat::FileName(_)) => "file name",
            Self::Report(_, RevealWhat::Person(_)) => "what the report says of this person",
            Self::Identifier(..) | Self::CaseIdentifier(..) => "identifier",
            Self::Party(_) => "who the party is",
            Self::Person(_) => "who this person is",
            Self::Note(..) => "the note",
        }
    }

    /// Whether the words may be abuse material themselves.
    const fn sensitive(self) -> bool {
        matches!(self, Self::Report(_, RevealWhat::Narrative | RevealWhat::FileName(_)) | Self::Note(..))
    }

    /// The desk it belongs to, and the kind of record.
    const fn desk(self) -> (Desk, &'static str) {
        match self {
            Self::Report(..) | Self::Identifier(..) => (Desk::Queue, "Report"),
            Self::Party(_) => (Desk::Alerts, "Alert"),
            Self::Person(_) | Self::CaseIdentifier(..) | Self::Note(..) => (Desk::Cases, "Case"),
        }
    }
}

type Parts = At<(String, String, String)>;

async fn ask(
    State(web): State<Web>,
    signed: Signed,
    At((kind, record, field)): Parts,
    Asked(asked): Asked,
) -> PageResult {
    let Some(target) = Target::parse(&web, &kind, &record, &field) else {
        return Err(Fault::of(Denied::NotFound.into(), &signed));
    };
    Ok(rendered(&page(&web, &signed, target, (&kind, &record, &field), back(asked.get("back")), None)))
}

fn page(
    web: &Web,
    signed: &Signed,
    target: Target,
    (kind, record, field): (&str, &str, &str),
    back: &str,
    problem: Option<String>,
) -> RevealPage {
    let (desk, of) = target.desk();
    RevealPage {
        shell: below(web, signed, "Open a sealed field", desk),
        record: of.to_owned(),
        field: SealedField {
            back: back.to_owned(),
            ..parts::sealed(signed, kind, record, field, target.words(), true)
        },
        problem,
        sensitive: target.sensitive(),
    }
}

async fn open(
    State(web): State<Web>,
    At((kind, record, field)): Parts,
    headers: HeaderMap,
    form: SignedForm,
) -> PageResult {
    let SignedForm { signed, fields } = form;
    let to = back(fields.get("back")).to_owned();
    let signed = signed.at(to.clone());
    let Some(target) = Target::parse(&web, &kind, &record, &field) else {
        return Err(Fault::of(Denied::NotFound.into(), &signed));
    };
    let purpose = parts::PURPOSES.iter().find(|(word, _)| *word == fields.get("purpose"));
    let opened = match purpose {
        Some((_, label)) => {
            let reason = match fields.given("note") {
                Some(note) => format!("{label}: {note}"),
                None => (*label).to_owned(),
            };
            reveal_now(&web, &signed, target, &reason).await.map(|(of, lines)| (of, lines, reason))
        }
        None => Err(Error::invalid(
            "purpose",
            "purpose_missing",
            "Nothing was opened: the purpose is missing.",
            "Choose what you need it for.",
        )),
    };
    match opened {
        Ok((of, lines, purpose)) => Ok(shown(&web, &signed, target, &headers, to, (of, lines, purpose))),
        Err(Error::Problem(problem)) => {
            let says = format!("{} {}", problem.sentence, problem.next);
            let page = page(&web, &signed, target, (&kind, &record, &field), &to, Some(says));
            Ok(refused(&page, &problem))
        }
        Err(other) => Err(Fault::of(other, &signed)),
    }
}

fn shown(
    web: &Web,
    signed: &Signed,
    target: Target,
    headers: &HeaderMap,
    back: String,
    (kind, lines, purpose): (String, Vec<Fact>, String),
) -> Response {
    let times = times(web);
    let value = RevealedValue { kind, lines, purpose, opened: times.moment(times.now), seconds: SECONDS };
    if headers.contains_key(FRAGMENT) {
        return rendered(&value).into_response();
    }
    let (desk, of) = target.desk();
    let shell = below(web, signed, "Opened", desk);
    rendered(&RevealedPage { shell, record: of.to_owned(), value, back }).into_response()
}

async fn reveal_now(
    web: &Web,
    signed: &Signed,
    target: Target,
    reason: &str,
) -> Result<(String, Vec<Fact>), Error> {
    let op = signed.op_because("reveal", reason);
    let mut tx = web.house.begin(&op).await?;
    let opened = value(&op, &mut tx, target, reason).await?;
    tx.commit().await?;
    Ok(opened)
}

async fn value(op: &Op, tx: &mut Tx<'_>, target: Target, reason: &str) -> Result<(String, Vec<Fact>), Error> {
    let lines = |revealed: app_intake::Revealed| {
        let lines = revealed.lines.into_iter().map(|line| Fact::new(&line.label, line.text)).collect();
        (revealed.label, lines)
    };
    Ok(match target {
        Target::Report(report, what) => lines(reveal(op, tx, report, what).await?),
        Target::Identifier(report, ordinal) => lines(reveal_identifier(op, tx, report, ordinal).await?),
        Target::Party(alert) => (target.words().to_owned(), party(reveal_party(op, tx, alert).await?)),
        Target::Person(person) => {
            let revealed = reveal_person(op, tx, person, reason).await?;
            (revealed.called, identity(revealed.identity))
        }
        Target::CaseIdentifier(report, ordinal) => {
            let named = NamedIn { report, ordinal };
            let found = app_casework::reveal_identifier(op, tx, &named, reason).await?;
            (found.kind.label().to_owned(), vec![Fact::exact(found.kind.label(), found.value)])
        }
        Target::Note(case, note) => {
            let view = app_casework::read(op, tx, case).await?;
            let note = view.notes.into_iter().find(|kept| kept.id == note).ok_or(Denied::NotFound)?;
            let lines = note.text.lines().filter(|line| !line.trim().is_empty());
            (target.words().to_owned(), lines.map(|line| Fact::new("", line)).collect())
        }
    })
}

fn party(profile: screening::PartyProfile) -> Vec<Fact> {
    [
        ("name", profile.name),
        ("kind", profile.kind),
        ("account", profile.account),
        ("held at", profile.institution),
        ("phone number", profile.phone),
        ("e-mail address", profile.email),
        ("date of birth", profile.birth_date),
        ("address", profile.address),
        ("city", profile.city),
        ("country", profile.country),
    ]
    .into_iter()
    .filter_map(|(label, value)| Some(Fact::new(label, value?)))
    .collect()
}

fn identity(identity: cases::PersonIdentity) -> Vec<Fact> {
    let mut facts: Vec<Fact> = Vec::new();
    facts.extend(identity.names.into_iter().map(|name| Fact::new("name", name)));
    facts.extend(identity.aliases.into_iter().map(|name| Fact::new("also called", name)));
    facts.extend(identity.birth.map(|birth| Fact::new("date of birth", birth.to_string())));
    facts.extend(identity.sex.map(|sex| Fact::new("sex", sex.label())));
    facts.extend(identity.nationality.map(|country| Fact::new("nationality", country.to_string())));
    facts.extend(identity.identifiers.into_iter().map(|raw| Fact::exact(raw.kind.label(), raw.raw)));
    facts.extend(identity.note.map(|note| Fact::new("notes", note)));
    if facts.is_empty() {
        facts.push(Fact::new("known", "nothing yet"));
    }
    facts
}
