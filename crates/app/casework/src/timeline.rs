//! The timeline of a case: what happened to its reports, its people, its tracks, its notes, tasks
//! and filings, in one order.

use app_kernel::{Error, Permit, Tx};
use cases::{TimelineEntry, TimelineKind, TrackStep, merged};
use model::Instant;
use reports::{DecisionKind, Source};
use store::{cases::Case, reports::Report};

use crate::{
    case_view::{NoteView, PersonView, TaskView},
    filing::FilingRow,
    shared::{JournalLine, Names, case_number, number, report_number, word},
};

/// What the timeline is made of, as far as the one who looks may see it.
pub(crate) struct Sources<'a> {
    pub(crate) case: &'a Case,
    pub(crate) reports: &'a [Report],
    pub(crate) people: &'a [PersonView],
    pub(crate) notes: &'a [NoteView],
    pub(crate) tasks: &'a [TaskView],
    pub(crate) filings: &'a [FilingRow],
    pub(crate) journal: &'a [JournalLine],
    /// Whether names of colleagues may stand in it.
    pub(crate) whole: bool,
}

fn entry(at: Instant, kind: TimelineKind, sentence: String, record: Option<String>) -> TimelineEntry {
    TimelineEntry { at, kind, sentence, record }
}

/// The timeline, oldest first.
pub(crate) async fn of_case(
    tx: &mut Tx<'_>,
    permit: &Permit,
    names: &mut Names,
    sources: &Sources<'_>,
) -> Result<Vec<TimelineEntry>, Error> {
    let case = sources.case;
    let number = case_number(case);
    let mut track = vec![entry(case.opened_at, TimelineKind::Track, format!("{number} was opened."), None)];
    track.extend(sources.journal.iter().filter_map(track_step));
    if let Some(at) = case.withdrawn_at {
        let sentence = format!("{number} was withdrawn: the decision that opened it was undone.");
        track.push(entry(at, TimelineKind::Track, sentence, None));
    }
    let people = sources.people.iter().map(|person| {
        let sentence = format!("{} was added: {}.", person.called, person.says);
        entry(person.since, TimelineKind::Person, sentence, Some(format!("person:{}", person.id)))
    });
    let notes = sources.notes.iter().map(|note| {
        let sentence = format!("{} wrote a note ({}).", note.author.name, note.kind.label());
        entry(note.at, TimelineKind::Note, sentence, Some(format!("note:{}", note.id)))
    });
    let mut told = Vec::new();
    for report in sources.reports {
        told.push(of_report(tx, permit, names, report, sources.whole).await?);
    }
    told.extend([
        track,
        people.collect(),
        notes.collect(),
        sources.tasks.iter().flat_map(of_task).collect(),
        of_filings(tx, permit, names, sources).await?,
    ]);
    Ok(merged(told))
}

async fn of_report(
    tx: &mut Tx<'_>,
    permit: &Permit,
    names: &mut Names,
    report: &Report,
    whole: bool,
) -> Result<Vec<TimelineEntry>, Error> {
    let told = report_number(report);
    let record = || Some(format!("report:{}", report.id));
    let source: Source = word("source of a report", &report.source)?;
    let sentence = format!("{told} was received from {}.", source.label());
    let mut entries = vec![entry(report.received_at, TimelineKind::Report, sentence, record())];
    for decision in store::reports::decisions(tx.store(permit), report.id).await? {
        let kind: DecisionKind = word("decision", &decision.kind)?;
        let by = if whole {
            format!(", decided by {}", names.of(tx, permit, decision.decided_by).await?.name)
        } else {
            String::new()
        };
        let sentence = format!("{told}: “{}”{by}.", kind.label());
        entries.push(entry(decision.decided_at, TimelineKind::Report, sentence, record()));
        if let Some(at) = decision.undone_at {
            let sentence = format!("{told}: “{}” was undone.", kind.label());
            entries.push(entry(at, TimelineKind::Report, sentence, record()));
        }
    }
    if tx.house().profile.has("alerts") {
        for alert in store::alerts::of_report(tx.store(permit), report.id).await? {
            let about = number(cases::Prefix::Alert, alert.year, alert.number);
            let sentence = format!("{about} was raised by {} about {told}.", alert.typology);
            let record = Some(format!("alert:{}", alert.id));
            entries.push(entry(alert.created_at, TimelineKind::Alert, sentence, record));
        }
    }
    Ok(entries)
}

fn of_task(task: &TaskView) -> Vec<TimelineEntry> {
    let record = || Some(format!("task:{}", task.id));
    let set = format!("{} set a task: {}", task.created_by.name, task.title);
    let mut entries = vec![entry(task.created_at, TimelineKind::Task, set, record())];
    if let Some((by, at)) = &task.done {
        let done = format!("{} did a task: {}", by.name, task.title);
        entries.push(entry(*at, TimelineKind::Task, done, record()));
    }
    entries
}

async fn of_filings(
    tx: &mut Tx<'_>,
    permit: &Permit,
    names: &mut Names,
    sources: &Sources<'_>,
) -> Result<Vec<TimelineEntry>, Error> {
    let mut entries = Vec::new();
    for filing in sources.filings {
        for step in store::filings::steps(tx.store(permit), filing.id).await? {
            let state: cases::FilingState = word("state of a filing", &step.state)?;
            let by = if sources.whole {
                format!(" by {}", names.of(tx, permit, step.by).await?.name)
            } else {
                String::new()
            };
            let sentence = format!("{}: {}{by}.", filing.number, state.label());
            let record = Some(format!("filing:{}", filing.id));
            entries.push(entry(step.at, TimelineKind::Filing, sentence, record));
        }
    }
    Ok(entries)
}

/// Steps of the tracks are told by the journal.
fn track_step(line: &JournalLine) -> Option<TimelineEntry> {
    let detail: serde_json::Value = serde_json::from_str(&line.detail).ok()?;
    let step: TrackStep = serde_json::from_value(detail.get("track")?.clone()).ok()?;
    let why = step.why.map_or_else(String::new, |why| format!(": {}", why.label()));
    let sentence = format!("The {} became “{}”{why}.", step.to.track().label(), step.to.label());
    Some(entry(line.at, TimelineKind::Track, sentence, None))
}

#[cfg(test)]
mod tests {
    use cases::{EndReason, InvestigationState, TrackState, Tracks};

    use super::*;

    #[test]
    fn a_step_of_a_track_is_told_from_its_journal_entry() {
        let tracks = Tracks { investigation: InvestigationState::UnderWay, ..Tracks::default() };
        let end = TrackState::Investigation(InvestigationState::Concluded);
        let (_, step) = tracks.step(end, Some(EndReason::TakenOver)).unwrap();
        let line = |detail: serde_json::Value| JournalLine {
            at: Instant::from_micros(0),
            actor: "user:synthetic".to_owned(),
            action: "edit_case".to_owned(),
            purpose: "test".to_owned(),
            reason: None,
            detail: detail.to_string(),
        };
        let told = track_step(&line(serde_json::json!({ "track": step }))).unwrap();
        assert_eq!(told.sentence, "The investigation became “concluded”: taken over by another agency.");
        assert!(track_step(&line(serde_json::json!({ "task": 1 }))).is_none());
    }
}
