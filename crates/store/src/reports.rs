//! Reports: the queue, hashes of their files, links between them, and the decisions on them.

use model::{Id, Instant, kinds};

use crate::{
    StoreError, Tx,
    engine::{Row, args},
};

/// A report.
#[derive(Clone, Debug)]
pub struct Report {
    /// Its id.
    pub id: Id<kinds::Report>,
    /// Whose.
    pub organisation: Id<kinds::Organisation>,
    /// Its number within its year.
    pub number: i64,
    /// The year it was received.
    pub year: i64,
    /// Where it came from.
    pub source: String,
    /// By what way.
    pub channel: String,
    /// The state's word.
    pub state: String,
    /// When it was received.
    pub received_at: Instant,
    /// When the first decision is due.
    pub due_at: Instant,
    /// The level of the rubric, 1 the most urgent.
    pub level: i64,
    /// The order within a level, higher first.
    pub score: i64,
    /// Why it ranks so, one sentence a line; nothing personal.
    pub reasons: Vec<String>,
    /// The place as far as it is known, such as a country's code; nothing finer.
    pub place: String,
    /// The report's content, sealed.
    pub sealed: Vec<u8>,
    /// What the outside document said, typed, sealed: what the content has no place for.
    pub document: Option<Vec<u8>>,
    /// The import that brought it.
    pub import: Option<Id<kinds::Import>>,
    /// Blind token of what makes it the same report again.
    pub external: [u8; 16],
    /// How many reports it is linked with.
    pub links: i64,
    /// How many known hashes and alerts it matches.
    pub matches: i64,
    /// Who has it.
    pub assignee: Option<Id<kinds::User>>,
    /// The case it belongs to.
    pub case: Option<Id<kinds::Case>>,
    /// The report it was merged into.
    pub merged_into: Option<Id<kinds::Report>>,
    /// When it was last decided on.
    pub decided_at: Option<Instant>,
}

const COLUMNS: &str = "id, organisation_id, number, year, source, channel, state, received_at, due_at, level, score, \
                       reasons, place, sealed, import_id, external, links, matches, assignee_id, case_id, \
                       merged_into_id, decided_at, document";

fn read(row: &Row) -> Result<Report, StoreError> {
    Ok(Report {
        id: row.get(0)?,
        organisation: row.get(1)?,
        number: row.get(2)?,
        year: row.get(3)?,
        source: row.get(4)?,
        channel: row.get(5)?,
        state: row.get(6)?,
        received_at: row.get(7)?,
        due_at: row.get(8)?,
        level: row.get(9)?,
        score: row.get(10)?,
        reasons: lines(&row.get::<String>(11)?),
        place: row.get(12)?,
        sealed: row.get(13)?,
        import: row.get(14)?,
        external: row.get(15)?,
        links: row.get(16)?,
        matches: row.get(17)?,
        assignee: row.get(18)?,
        case: row.get(19)?,
        merged_into: row.get(20)?,
        decided_at: row.get(21)?,
        document: row.get(22)?,
    })
}

pub(crate) fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// Adds a report. `false` if the same report (by `external`) is there already.
pub async fn insert(tx: &mut Tx, row: &Report) -> Result<bool, StoreError> {
    let new = tx
        .run(
            &format!(
                "INSERT INTO reports ({COLUMNS}) VALUES \
                 ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23) \
                 ON CONFLICT (organisation_id, external) DO NOTHING"
            ),
            args![
                row.id,
                row.organisation,
                row.number,
                row.year,
                &row.source,
                &row.channel,
                &row.state,
                row.received_at,
                row.due_at,
                row.level,
                row.score,
                row.reasons.join("\n"),
                &row.place,
                &row.sealed,
                row.import,
                row.external,
                row.links,
                row.matches,
                row.assignee,
                row.case,
                row.merged_into,
                row.decided_at,
                row.document.clone()
            ],
        )
        .await?;
    Ok(new == 1)
}

/// Writes everything about a report that can change; its content too.
pub async fn update(tx: &mut Tx, row: &Report) -> Result<(), StoreError> {
    tx.run(
        "UPDATE reports SET state = $2, due_at = $3, level = $4, score = $5, reasons = $6, place = $7, sealed = $8, \
         links = $9, matches = $10, assignee_id = $11, case_id = $12, merged_into_id = $13, decided_at = $14, \
         document = $15 WHERE id = $1",
        args![
            row.id,
            &row.state,
            row.due_at,
            row.level,
            row.score,
            row.reasons.join("\n"),
            &row.place,
            &row.sealed,
            row.links,
            row.matches,
            row.assignee,
            row.case,
            row.merged_into,
            row.decided_at,
            row.document.clone()
        ],
    )
    .await?;
    Ok(())
}

/// Keeps a report in the state it was read in until the transaction ends; `false` if another was
/// quicker.
pub async fn hold(tx: &mut Tx, id: Id<kinds::Report>, state: &str) -> Result<bool, StoreError> {
    let held = tx.run("UPDATE reports SET state = $2 WHERE id = $1 AND state = $2", args![id, state]).await?;
    Ok(held == 1)
}

/// The report of that id.
pub async fn find(tx: &mut Tx, id: Id<kinds::Report>) -> Result<Option<Report>, StoreError> {
    let row = tx.one(&format!("SELECT {COLUMNS} FROM reports WHERE id = $1"), args![id]).await?;
    row.as_ref().map(read).transpose()
}

/// The report with that blind token.
pub async fn by_external(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    external: [u8; 16],
) -> Result<Option<Report>, StoreError> {
    let row = tx
        .one(
            &format!("SELECT {COLUMNS} FROM reports WHERE organisation_id = $1 AND external = $2"),
            args![organisation, external],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// The report with that number.
pub async fn by_number(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    year: i64,
    number: i64,
) -> Result<Option<Report>, StoreError> {
    let row = tx
        .one(
            &format!(
                "SELECT {COLUMNS} FROM reports WHERE organisation_id = $1 AND year = $2 AND number = $3"
            ),
            args![organisation, year, number],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// A place in the queue: level, score, time of receipt and id of the last row seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueuePoint {
    /// Level.
    pub level: i64,
    /// Score.
    pub score: i64,
    /// Received at.
    pub received_at: Instant,
    /// The row.
    pub id: Id<kinds::Report>,
}

/// Which reports a list shows.
#[derive(Clone, Debug, Default)]
pub struct QueueFilter {
    /// Only these states; all without any.
    pub states: Vec<String>,
    /// Only this level.
    pub level: Option<i64>,
    /// Only this source.
    pub source: Option<String>,
}

impl QueueFilter {
    fn conditions(&self, args: &mut Vec<crate::engine::Value>) -> String {
        use std::fmt::Write as _;
        let mut sql = String::new();
        if !self.states.is_empty() {
            sql.push_str(" AND state IN (");
            for (i, state) in self.states.iter().enumerate() {
                args.push(state.into());
                let _ = write!(sql, "{}${}", if i == 0 { "" } else { "," }, args.len());
            }
            sql.push(')');
        }
        if let Some(level) = self.level {
            args.push(level.into());
            let _ = write!(sql, " AND level = ${}", args.len());
        }
        if let Some(source) = &self.source {
            args.push(source.into());
            let _ = write!(sql, " AND source = ${}", args.len());
        }
        sql
    }
}

/// The queue of an organisation: most urgent level first, within it the higher score, within
/// that the one that has waited longest.
pub async fn queue(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    filter: &QueueFilter,
    after: Option<QueuePoint>,
    limit: i64,
) -> Result<Vec<Report>, StoreError> {
    use std::fmt::Write as _;
    let mut values = args![organisation];
    let mut sql = format!("SELECT {COLUMNS} FROM reports WHERE organisation_id = $1");
    sql.push_str(&filter.conditions(&mut values));
    if let Some(point) = after {
        let n = values.len();
        values.extend(args![point.level, -point.score, point.received_at, point.id]);
        let _ = write!(
            sql,
            " AND (level, -score, received_at, id) > (${}, ${}, ${}, ${})",
            n + 1,
            n + 2,
            n + 3,
            n + 4
        );
    }
    values.push(limit.into());
    let _ = write!(sql, " ORDER BY level, -score, received_at, id LIMIT ${}", values.len());
    let rows = tx.all(&sql, values).await?;
    rows.iter().map(read).collect()
}

/// How many reports a filter lets through.
pub async fn count(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    filter: &QueueFilter,
) -> Result<i64, StoreError> {
    let mut values = args![organisation];
    let conditions = filter.conditions(&mut values);
    let row = tx
        .one(&format!("SELECT COUNT(*) FROM reports WHERE organisation_id = $1{conditions}"), values)
        .await?;
    row.map_or(Ok(0), |row| row.get(0))
}

/// The sources an organisation's reports came from.
pub async fn sources(tx: &mut Tx, organisation: Id<kinds::Organisation>) -> Result<Vec<String>, StoreError> {
    let rows = tx
        .all(
            "SELECT DISTINCT source FROM reports WHERE organisation_id = $1 ORDER BY source",
            args![organisation],
        )
        .await?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// The reports of a case, oldest first.
pub async fn of_case(tx: &mut Tx, case: Id<kinds::Case>) -> Result<Vec<Report>, StoreError> {
    let rows = tx
        .all(
            &format!("SELECT {COLUMNS} FROM reports WHERE case_id = $1 ORDER BY received_at, id"),
            args![case],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Reports merged into this one.
pub async fn merged_into(tx: &mut Tx, id: Id<kinds::Report>) -> Result<Vec<Report>, StoreError> {
    let rows = tx
        .all(
            &format!("SELECT {COLUMNS} FROM reports WHERE merged_into_id = $1 ORDER BY received_at, id"),
            args![id],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// A hash of a file that a report names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileHash {
    /// Number of the file in the report.
    pub file: i64,
    /// The algorithm's word.
    pub algorithm: String,
    /// The hash.
    pub digest: Vec<u8>,
}

/// Keeps the hashes of a report's files.
pub async fn put_hashes(
    tx: &mut Tx,
    report: Id<kinds::Report>,
    organisation: Id<kinds::Organisation>,
    hashes: &[FileHash],
) -> Result<(), StoreError> {
    let values =
        hashes.iter().map(|h| args![report, organisation, h.file, &h.algorithm, &h.digest]).collect();
    tx.many(
        "INSERT INTO report_hashes (report_id, organisation_id, file, algorithm, digest) VALUES",
        values,
        "ON CONFLICT (report_id, file, algorithm) DO NOTHING",
    )
    .await?;
    Ok(())
}

/// The hashes of a report's files.
pub async fn hashes(tx: &mut Tx, report: Id<kinds::Report>) -> Result<Vec<FileHash>, StoreError> {
    let rows = tx
        .all(
            "SELECT file, algorithm, digest FROM report_hashes WHERE report_id = $1 ORDER BY file, algorithm",
            args![report],
        )
        .await?;
    rows.iter()
        .map(|row| Ok(FileHash { file: row.get(0)?, algorithm: row.get(1)?, digest: row.get(2)? }))
        .collect()
}

/// The reports of an organisation that name a file of this hash, oldest first; at most `limit`.
pub async fn with_hash(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    algorithm: &str,
    digest: &[u8],
    limit: i64,
) -> Result<Vec<Report>, StoreError> {
    let rows = tx
        .all(
            &format!(
                "SELECT {COLUMNS} FROM reports WHERE id IN (SELECT report_id FROM report_hashes \
                 WHERE organisation_id = $1 AND digest = $2 AND algorithm = $3) ORDER BY received_at, id LIMIT $4"
            ),
            args![organisation, digest, algorithm, limit],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// A link between two reports; the smaller id first.
#[derive(Clone, Debug)]
pub struct Link {
    /// Whose.
    pub organisation: Id<kinds::Organisation>,
    /// One report.
    pub first: Id<kinds::Report>,
    /// The other.
    pub second: Id<kinds::Report>,
    /// The strength's word.
    pub strength: String,
    /// Why, one sentence a line.
    pub reasons: Vec<String>,
    /// When it was seen first.
    pub created_at: Instant,
}

/// Keeps a link. `false` if the two were linked already: then strength and reasons are the new
/// ones, and when it was seen first stays.
pub async fn put_link(tx: &mut Tx, row: &Link) -> Result<bool, StoreError> {
    let reasons = row.reasons.join("\n");
    let new = tx
        .run(
            "INSERT INTO report_links (organisation_id, first_id, second_id, strength, reasons, created_at) \
             VALUES ($1,$2,$3,$4,$5,$6) ON CONFLICT (first_id, second_id) DO NOTHING",
            args![row.organisation, row.first, row.second, &row.strength, &reasons, row.created_at],
        )
        .await?;
    if new == 0 {
        tx.run(
            "UPDATE report_links SET strength = $3, reasons = $4 WHERE first_id = $1 AND second_id = $2",
            args![row.first, row.second, &row.strength, &reasons],
        )
        .await?;
    }
    Ok(new == 1)
}

/// The links of a report, as the other report's id.
pub async fn links(
    tx: &mut Tx,
    report: Id<kinds::Report>,
) -> Result<Vec<(Id<kinds::Report>, Link)>, StoreError> {
    let rows = tx
        .all(
            "SELECT organisation_id, first_id, second_id, strength, reasons, created_at FROM report_links \
             WHERE first_id = $1 OR second_id = $1 ORDER BY created_at, first_id, second_id",
            args![report],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let link = Link {
                organisation: row.get(0)?,
                first: row.get(1)?,
                second: row.get(2)?,
                strength: row.get(3)?,
                reasons: lines(&row.get::<String>(4)?),
                created_at: row.get(5)?,
            };
            Ok((if link.first == report { link.second } else { link.first }, link))
        })
        .collect()
}

/// A decision on a report.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Its id.
    pub id: Id<kinds::Decision>,
    /// Whose.
    pub organisation: Id<kinds::Organisation>,
    /// The report.
    pub report: Id<kinds::Report>,
    /// The decision's word.
    pub kind: String,
    /// The state before.
    pub from_state: String,
    /// The state after.
    pub to_state: String,
    /// The case opened or the report merged into.
    pub target: Option<uuid::Uuid>,
    /// What was said with it, sealed.
    pub sealed: Vec<u8>,
    /// Who decided.
    pub decided_by: Id<kinds::User>,
    /// When.
    pub decided_at: Instant,
    /// When it left the house and could no longer be undone.
    pub left_house_at: Option<Instant>,
    /// Who undid it.
    pub undone_by: Option<Id<kinds::User>>,
    /// When.
    pub undone_at: Option<Instant>,
}

const DECISION: &str = "id, organisation_id, report_id, kind, from_state, to_state, target_id, sealed, \
                        decided_by_id, decided_at, left_house_at, undone_by_id, undone_at";

/// Adds a decision.
pub async fn insert_decision(tx: &mut Tx, row: &Decision) -> Result<(), StoreError> {
    tx.run(
        &format!("INSERT INTO decisions ({DECISION}) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)"),
        args![
            row.id,
            row.organisation,
            row.report,
            &row.kind,
            &row.from_state,
            &row.to_state,
            row.target,
            &row.sealed,
            row.decided_by,
            row.decided_at,
            row.left_house_at,
            row.undone_by,
            row.undone_at
        ],
    )
    .await?;
    Ok(())
}

/// Marks a decision as undone.
pub async fn undo_decision(
    tx: &mut Tx,
    id: Id<kinds::Decision>,
    by: Id<kinds::User>,
    at: Instant,
) -> Result<u64, StoreError> {
    tx.run(
        "UPDATE decisions SET undone_by_id = $2, undone_at = $3 WHERE id = $1 AND undone_at IS NULL \
         AND left_house_at IS NULL",
        args![id, by, at],
    )
    .await
}

fn decision_row(row: &Row) -> Result<Decision, StoreError> {
    Ok(Decision {
        id: row.get(0)?,
        organisation: row.get(1)?,
        report: row.get(2)?,
        kind: row.get(3)?,
        from_state: row.get(4)?,
        to_state: row.get(5)?,
        target: row.get(6)?,
        sealed: row.get(7)?,
        decided_by: row.get(8)?,
        decided_at: row.get(9)?,
        left_house_at: row.get(10)?,
        undone_by: row.get(11)?,
        undone_at: row.get(12)?,
    })
}

/// The decision of that id.
pub async fn decision(tx: &mut Tx, id: Id<kinds::Decision>) -> Result<Option<Decision>, StoreError> {
    let row = tx.one(&format!("SELECT {DECISION} FROM decisions WHERE id = $1"), args![id]).await?;
    row.as_ref().map(decision_row).transpose()
}

/// Records that what a decision sends has left the house, with what was said of that.
pub async fn mark_decision_sent(
    tx: &mut Tx,
    id: Id<kinds::Decision>,
    at: Instant,
    sealed: &[u8],
) -> Result<u64, StoreError> {
    tx.run(
        "UPDATE decisions SET left_house_at = $2, sealed = $3 WHERE id = $1 AND undone_at IS NULL \
         AND left_house_at IS NULL",
        args![id, at, sealed],
    )
    .await
}

/// The decisions on a report, newest first.
pub async fn decisions(tx: &mut Tx, report: Id<kinds::Report>) -> Result<Vec<Decision>, StoreError> {
    let rows = tx
        .all(
            &format!(
                "SELECT {DECISION} FROM decisions WHERE report_id = $1 ORDER BY decided_at DESC, id DESC"
            ),
            args![report],
        )
        .await?;
    rows.iter().map(decision_row).collect()
}
