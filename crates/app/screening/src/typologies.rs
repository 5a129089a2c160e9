//! Typologies in force: what comes with the program, and the operator's own files over it.

use access::Action;
use app_kernel::{Error, Op, Tx};
use model::{CivilDate, Span};
use screening::{BadTypology, Route, Status, Typology};

/// A typology with the file it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypologyFile {
    /// The file's name.
    pub file: String,
    /// Its text.
    pub text: String,
    /// What it says.
    pub typology: Typology,
    /// Whether it came with the program.
    pub shipped: bool,
}

/// What came of reading typologies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Those that were read, by id.
    pub files: Vec<TypologyFile>,
    /// Those that were refused, with file, line and reason. Where there are any, `files` is not
    /// what the operator meant: say so, and do not run.
    pub refused: Vec<BadTypology>,
}

/// Reads the shipped typologies and an overlay of files, each its name and text. A file of the
/// overlay with the id of a shipped typology takes its place; to switch one off, give it the
/// status `off`.
pub fn load(overlay: &[(String, String)]) -> Loaded {
    let mut loaded = Loaded::default();
    for (file, text) in screening::shipped() {
        loaded.add(file, text, true);
    }
    for (file, text) in overlay {
        loaded.add(file, text, false);
    }
    loaded.files.sort_by(|a, b| a.typology.id.cmp(&b.typology.id));
    loaded
}

impl Loaded {
    fn add(&mut self, file: &str, text: &str, shipped: bool) {
        let typology = match Typology::parse(file, text) {
            Ok(typology) => typology,
            Err(refused) => return self.refused.push(refused),
        };
        let row = TypologyFile { file: file.to_owned(), text: text.to_owned(), typology, shipped };
        match self.files.iter_mut().find(|there| there.typology.id == row.typology.id) {
            Some(there) if there.shipped => *there = row,
            Some(there) => self.refused.push(BadTypology {
                file: row.file,
                line: line_of_id(&row.text),
                reason: format!(
                    "“{}” is the id of the typology in {} too; give each its own",
                    row.typology.id, there.file
                ),
            }),
            None => self.files.push(row),
        }
    }
}

/// The line a file names its id on.
fn line_of_id(text: &str) -> usize {
    let names_it =
        |line: &str| line.trim_start().strip_prefix("id").is_some_and(|l| l.trim_start().starts_with('='));
    1 + text.lines().position(names_it).unwrap_or(0)
}

/// The typologies alone, as runs take them.
pub fn in_force(files: &[TypologyFile]) -> Vec<Typology> {
    files.iter().map(|file| file.typology.clone()).collect()
}

/// Whether an installation runs a typology: not where it is off, nor where its figures look back to a
/// party's first payment ever, for then each import would have to read the whole ledger again.
pub(crate) fn runs_here(typology: &Typology) -> bool {
    typology.runs() && typology.reach() < Typology::ENDLESS
}

/// A typology as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypologyRow {
    /// Its id.
    pub id: String,
    /// Its name on a page.
    pub title: String,
    /// Its version.
    pub version: u32,
    /// `baseline`, `active` or `off`: off too where an installation cannot run it.
    pub status: &'static str,
    /// Who described the pattern, and where.
    pub source: String,
    /// When a person last held the file against its source.
    pub verified: CivilDate,
    /// The finding in words, with the places it leaves.
    pub sentence: String,
    /// The days payments are counted over, rounded up.
    pub window_days: u16,
    /// Fewer payments than this within the window are never a finding.
    pub threshold: u32,
    /// `low`, `medium` or `high`.
    pub severity: String,
    /// `review` or `safeguarding`.
    pub route: &'static str,
    /// The file's name.
    pub file: String,
    /// The file's text.
    pub text: String,
    /// Whether it came with the program.
    pub shipped: bool,
}

/// The typologies there are. Listing is not journalled.
pub async fn list(op: &Op, tx: &mut Tx<'_>, files: &[TypologyFile]) -> Result<Vec<TypologyRow>, Error> {
    tx.allow(op, Action::ReadTypologies)?;
    Ok(files.iter().map(row).collect())
}

fn row(file: &TypologyFile) -> TypologyRow {
    let typology = &file.typology;
    TypologyRow {
        id: typology.id.clone(),
        title: typology.title.clone(),
        version: typology.version,
        status: match typology.status {
            Status::Baseline if runs_here(typology) => "baseline",
            Status::Active if runs_here(typology) => "active",
            _ => "off",
        },
        source: typology.source.clone(),
        verified: typology.verified,
        sentence: typology.sentence.to_string(),
        window_days: days_of(typology.evidence.window),
        threshold: typology.evidence.at_least,
        severity: typology.severity.to_string(),
        route: match typology.route {
            Route::Review => "review",
            Route::Safeguarding => "safeguarding",
        },
        file: file.file.clone(),
        text: file.text.clone(),
        shipped: file.shipped,
    }
}

fn days_of(window: Span) -> u16 {
    let day = Span::days(1).0;
    u16::try_from((window.0 + day - 1) / day).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(file: &str, edit: impl Fn(&str) -> String) -> (String, String) {
        (file.to_owned(), edit(screening::shipped()[0].1))
    }

    #[test]
    fn what_would_read_the_whole_ledger_for_each_import_is_off_and_shown_so() {
        let files = load(&[]).files;
        let run: Vec<_> =
            in_force(&files).into_iter().filter(runs_here).map(|typology| typology.id).collect();
        assert!(run.iter().any(|id| id == "osec-receiver"), "{run:?}");
        for file in &files {
            let endless = file.typology.reach() >= Typology::ENDLESS;
            assert_eq!(
                run.contains(&file.typology.id),
                !endless && file.typology.runs(),
                "{}",
                file.typology.id
            );
            assert_eq!(row(file).status == "off", !run.contains(&file.typology.id), "{}", file.typology.id);
        }
        assert!(files.iter().any(|file| file.typology.runs() && file.typology.reach() >= Typology::ENDLESS));
    }

    #[test]
    fn an_overlay_replaces_by_id_and_adds() {
        let off = own("mine.toml", |text| text.replace("status = \"baseline\"", "status = \"off\""));
        let more = own("more.toml", |text| text.replace("id = \"baseline-inward-20\"", "id = \"aaa-first\""));
        let mut loaded = load(&[off, more]);
        assert!(loaded.refused.is_empty());
        assert_eq!(loaded.files.len(), screening::shipped().len() + 1);
        loaded.files.retain(|file| ["aaa-first", "baseline-inward-20"].contains(&file.typology.id.as_str()));
        let ids: Vec<_> =
            loaded.files.iter().map(|f| (f.typology.id.as_str(), f.shipped, f.typology.runs())).collect();
        assert_eq!(ids, [("aaa-first", false, true), ("baseline-inward-20", false, false)]);
        assert_eq!(in_force(&loaded.files)[1].status, Status::Off);
    }

    #[test]
    fn every_bad_file_is_named_with_its_line_and_the_others_are_read() {
        let bad = own("bad.toml", |text| text.replace("at_least = 20", "at_least = 0"));
        let fine = own("fine.toml", |text| text.replace("baseline-inward-20", "second-one"));
        let again = own("again.toml", |text| text.replace("baseline-inward-20", "second-one"));
        let loaded = load(&[bad, fine, again]);
        assert_eq!(loaded.files.len(), screening::shipped().len() + 1);
        let said: Vec<String> = loaded.refused.iter().map(ToString::to_string).collect();
        let line =
            |part: &str| 1 + screening::shipped()[0].1.lines().position(|l| l.starts_with(part)).unwrap();
        assert_eq!(said[0], format!("bad.toml:{}: a count of payments is 1 to 1,000,000", line("at_least")));
        assert!(said[1].starts_with(&format!("again.toml:{}: “second-one”", line("id"))), "{}", said[1]);
        assert!(said[1].contains("fine.toml"));
    }
}
