//! Cases, their people, notes and tasks.

use model::{Id, Instant, kinds};

use crate::{
    StoreError, Tx,
    engine::{Row, args},
};

/// A case.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its id.
    pub id: Id<kinds::Case>,
    /// Whose.
    pub organisation: Id<kinds::Organisation>,
    /// Its number within its year.
    pub number: i64,
    /// The year it was opened.
    pub year: i64,
    /// State of the investigation.
    pub investigation: String,
    /// State of the prosecution.
    pub prosecution: String,
    /// State of the aftercare.
    pub aftercare: String,
    /// Who leads it.
    pub lead: Option<Id<kinds::User>>,
    /// The most urgent level of its reports.
    pub level: i64,
    /// Title and summary, sealed.
    pub sealed: Vec<u8>,
    /// Who opened it.
    pub opened_by: Id<kinds::User>,
    /// When.
    pub opened_at: Instant,
    /// When something last happened in it.
    pub changed_at: Instant,
    /// When the decision that opened it was undone.
    pub withdrawn_at: Option<Instant>,
}

const CASE: &str = "id, organisation_id, number, year, investigation, prosecution, aftercare, lead_id, level, sealed, \
                    opened_by_id, opened_at, changed_at, withdrawn_at";

fn case(row: &Row) -> Result<Case, StoreError> {
    Ok(Case {
        id: row.get(0)?,
        organisation: row.get(1)?,
        number: row.get(2)?,
        year: row.get(3)?,
        investigation: row.get(4)?,
        prosecution: row.get(5)?,
        aftercare: row.get(6)?,
        lead: row.get(7)?,
        level: row.get(8)?,
        sealed: row.get(9)?,
        opened_by: row.get(10)?,
        opened_at: row.get(11)?,
        changed_at: row.get(12)?,
        withdrawn_at: row.get(13)?,
    })
}

/// Adds a case.
pub async fn insert(tx: &mut Tx, row: &Case) -> Result<(), StoreError> {
    tx.run(
        &format!("INSERT INTO cases ({CASE}) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14)"),
        args![
            row.id,
            row.organisation,
            row.number,
            row.year,
            &row.investigation,
            &row.prosecution,
            &row.aftercare,
            row.lead,
            row.level,
            &row.sealed,
            row.opened_by,
            row.opened_at,
            row.changed_at,
            row.withdrawn_at
        ],
    )
    .await?;
    Ok(())
}

/// Writes everything about a case that can change.
pub async fn update(tx: &mut Tx, row: &Case) -> Result<(), StoreError> {
    tx.run(
        "UPDATE cases SET investigation = $2, prosecution = $3, aftercare = $4, lead_id = $5, level = $6, sealed = $7, \
         changed_at = $8, withdrawn_at = $9 WHERE id = $1",
        args![
            row.id,
            &row.investigation,
            &row.prosecution,
            &row.aftercare,
            row.lead,
            row.level,
            &row.sealed,
            row.changed_at,
            row.withdrawn_at
        ],
    )
    .await?;
    Ok(())
}

/// Keeps a case as it was read until the transaction ends; `false` if another was quicker.
pub async fn hold(tx: &mut Tx, id: Id<kinds::Case>, changed_at: Instant) -> Result<bool, StoreError> {
    let held = tx
        .run("UPDATE cases SET changed_at = $2 WHERE id = $1 AND changed_at = $2", args![id, changed_at])
        .await?;
    Ok(held == 1)
}

/// The case of that id.
pub async fn find(tx: &mut Tx, id: Id<kinds::Case>) -> Result<Option<Case>, StoreError> {
    let row = tx.one(&format!("SELECT {CASE} FROM cases WHERE id = $1"), args![id]).await?;
    row.as_ref().map(case).transpose()
}

/// The case with that number.
pub async fn by_number(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    year: i64,
    number: i64,
) -> Result<Option<Case>, StoreError> {
    let row = tx
        .one(
            &format!("SELECT {CASE} FROM cases WHERE organisation_id = $1 AND year = $2 AND number = $3"),
            args![organisation, year, number],
        )
        .await?;
    row.as_ref().map(case).transpose()
}

/// Cases of an organisation, the one that changed last first, before a point.
pub async fn list(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    before: Option<(Instant, Id<kinds::Case>)>,
    limit: i64,
) -> Result<Vec<Case>, StoreError> {
    let (at, id) = before.unwrap_or((crate::engine::FAR, Id::from_uuid(uuid::Uuid::max())));
    let rows = tx
        .all(
            &format!(
                "SELECT {CASE} FROM cases WHERE organisation_id = $1 AND withdrawn_at IS NULL \
                 AND (changed_at, id) < ($2, $3) ORDER BY changed_at DESC, id DESC LIMIT $4"
            ),
            args![organisation, at, id, limit],
        )
        .await?;
    rows.iter().map(case).collect()
}

/// How many cases an organisation has.
pub async fn count(tx: &mut Tx, organisation: Id<kinds::Organisation>) -> Result<i64, StoreError> {
    let row = tx
        .one(
            "SELECT COUNT(*) FROM cases WHERE organisation_id = $1 AND withdrawn_at IS NULL",
            args![organisation],
        )
        .await?;
    row.map_or(Ok(0), |row| row.get(0))
}

/// Records that something happened in a case.
pub async fn touch(tx: &mut Tx, id: Id<kinds::Case>, at: Instant) -> Result<(), StoreError> {
    tx.run("UPDATE cases SET changed_at = $2 WHERE id = $1", args![id, at]).await?;
    Ok(())
}

/// A person in a case.
#[derive(Clone, Debug)]
pub struct Person {
    /// Their id.
    pub id: Id<kinds::Person>,
    /// The case.
    pub case: Id<kinds::Case>,
    /// Whose.
    pub organisation: Id<kinds::Organisation>,
    /// The role's word.
    pub role: String,
    /// What a page calls them.
    pub pseudonym: String,
    /// Whether the identity is sealed under a key of its own in the key store.
    pub child: bool,
    /// Their identity, sealed.
    pub sealed: Vec<u8>,
    /// Since when they have the role.
    pub since: Instant,
    /// Until when.
    pub until: Option<Instant>,
    /// Who added them.
    pub created_by: Id<kinds::User>,
}

const PERSON: &str =
    "id, case_id, organisation_id, role, pseudonym, child, sealed, since, until, created_by_id";

fn person(row: &Row) -> Result<Person, StoreError> {
    Ok(Person {
        id: row.get(0)?,
        case: row.get(1)?,
        organisation: row.get(2)?,
        role: row.get(3)?,
        pseudonym: row.get(4)?,
        child: row.get(5)?,
        sealed: row.get(6)?,
        since: row.get(7)?,
        until: row.get(8)?,
        created_by: row.get(9)?,
    })
}

/// Adds a person.
pub async fn insert_person(tx: &mut Tx, row: &Person) -> Result<(), StoreError> {
    tx.run(
        &format!("INSERT INTO people ({PERSON}) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)"),
        args![
            row.id,
            row.case,
            row.organisation,
            &row.role,
            &row.pseudonym,
            row.child,
            &row.sealed,
            row.since,
            row.until,
            row.created_by
        ],
    )
    .await?;
    Ok(())
}

/// The person of that id.
pub async fn find_person(tx: &mut Tx, id: Id<kinds::Person>) -> Result<Option<Person>, StoreError> {
    let row = tx.one(&format!("SELECT {PERSON} FROM people WHERE id = $1"), args![id]).await?;
    row.as_ref().map(person).transpose()
}

/// The people of a case, in the order they came.
pub async fn people(tx: &mut Tx, case: Id<kinds::Case>) -> Result<Vec<Person>, StoreError> {
    let rows = tx
        .all(&format!("SELECT {PERSON} FROM people WHERE case_id = $1 ORDER BY since, id"), args![case])
        .await?;
    rows.iter().map(person).collect()
}

/// Writes everything about a person that can change.
pub async fn update_person(tx: &mut Tx, row: &Person) -> Result<(), StoreError> {
    tx.run(
        "UPDATE people SET role = $2, pseudonym = $3, child = $4, sealed = $5, since = $6, until = $7 WHERE id = $1",
        args![row.id, &row.role, &row.pseudonym, row.child, &row.sealed, row.since, row.until],
    )
    .await?;
    Ok(())
}

/// Removes people whom an undone decision had added; says how many.
pub async fn remove_people(tx: &mut Tx, ids: &[Id<kinds::Person>]) -> Result<u64, StoreError> {
    let mut removed = 0;
    for id in ids {
        removed += tx.run("DELETE FROM people WHERE id = $1", args![*id]).await?;
    }
    Ok(removed)
}

/// A note in a case.
#[derive(Clone, Debug)]
pub struct Note {
    /// Its id.
    pub id: Id<kinds::Note>,
    /// The case.
    pub case: Id<kinds::Case>,
    /// Its text, sealed.
    pub sealed: Vec<u8>,
    /// Who wrote it.
    pub created_by: Id<kinds::User>,
    /// When.
    pub created_at: Instant,
}

/// Adds a note.
pub async fn insert_note(tx: &mut Tx, row: &Note) -> Result<(), StoreError> {
    tx.run(
        "INSERT INTO notes (id, case_id, sealed, created_by_id, created_at) VALUES ($1, $2, $3, $4, $5)",
        args![row.id, row.case, &row.sealed, row.created_by, row.created_at],
    )
    .await?;
    Ok(())
}

/// The notes of a case, oldest first.
pub async fn notes(tx: &mut Tx, case: Id<kinds::Case>) -> Result<Vec<Note>, StoreError> {
    let rows = tx
        .all(
            "SELECT id, case_id, sealed, created_by_id, created_at FROM notes WHERE case_id = $1 ORDER BY created_at, id",
            args![case],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Note {
                id: row.get(0)?,
                case: row.get(1)?,
                sealed: row.get(2)?,
                created_by: row.get(3)?,
                created_at: row.get(4)?,
            })
        })
        .collect()
}

/// A task in a case.
#[derive(Clone, Debug)]
pub struct Task {
    /// Its id.
    pub id: Id<kinds::Task>,
    /// The case.
    pub case: Id<kinds::Case>,
    /// What to do, sealed.
    pub sealed: Vec<u8>,
    /// By when.
    pub due_at: Option<Instant>,
    /// By whom.
    pub assignee: Option<Id<kinds::User>>,
    /// Who set it.
    pub created_by: Id<kinds::User>,
    /// When.
    pub created_at: Instant,
    /// Who did it.
    pub done_by: Option<Id<kinds::User>>,
    /// When.
    pub done_at: Option<Instant>,
}

const TASK: &str = "id, case_id, sealed, due_at, assignee_id, created_by_id, created_at, done_by_id, done_at";

fn task(row: &Row) -> Result<Task, StoreError> {
    Ok(Task {
        id: row.get(0)?,
        case: row.get(1)?,
        sealed: row.get(2)?,
        due_at: row.get(3)?,
        assignee: row.get(4)?,
        created_by: row.get(5)?,
        created_at: row.get(6)?,
        done_by: row.get(7)?,
        done_at: row.get(8)?,
    })
}

/// Adds a task.
pub async fn insert_task(tx: &mut Tx, row: &Task) -> Result<(), StoreError> {
    tx.run(
        &format!("INSERT INTO tasks ({TASK}) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)"),
        args![
            row.id,
            row.case,
            &row.sealed,
            row.due_at,
            row.assignee,
            row.created_by,
            row.created_at,
            row.done_by,
            row.done_at
        ],
    )
    .await?;
    Ok(())
}

/// The task of that id.
pub async fn find_task(tx: &mut Tx, id: Id<kinds::Task>) -> Result<Option<Task>, StoreError> {
    let row = tx.one(&format!("SELECT {TASK} FROM tasks WHERE id = $1"), args![id]).await?;
    row.as_ref().map(task).transpose()
}

/// Marks a task done, or not done.
pub async fn mark_task(
    tx: &mut Tx,
    id: Id<kinds::Task>,
    done: Option<(Id<kinds::User>, Instant)>,
) -> Result<u64, StoreError> {
    tx.run(
        "UPDATE tasks SET done_by_id = $2, done_at = $3 WHERE id = $1",
        args![id, done.map(|d| d.0), done.map(|d| d.1)],
    )
    .await
}

/// The tasks of a case, in the order they came.
pub async fn tasks(tx: &mut Tx, case: Id<kinds::Case>) -> Result<Vec<Task>, StoreError> {
    let rows = tx
        .all(&format!("SELECT {TASK} FROM tasks WHERE case_id = $1 ORDER BY created_at, id"), args![case])
        .await?;
    rows.iter().map(task).collect()
}
