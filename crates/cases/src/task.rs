//! Tasks in a case: what is to be done, by when, by whom.

use std::fmt;

use model::{Id, Instant, kinds};
use reports::words;
use serde::{Deserialize, Serialize};

words! {
    /// Where a task stands.
    pub enum TaskState: "a state of a task" {
        /// To be done.
        Open = "open", "open";
        /// Done.
        Done = "done", "done";
        /// No longer needed, for a reason.
        Dropped = "dropped", "dropped";
    }
}

/// A task.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// What is to be done.
    pub title: String,
    /// By when.
    pub due: Option<Instant>,
    /// By whom.
    pub assignee: Option<Id<kinds::User>>,
    /// Where it stands.
    pub state: TaskState,
    /// When it was done or dropped.
    pub ended_at: Option<Instant>,
    /// Why it was dropped.
    pub why: Option<String>,
}

/// The task cannot be changed that way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TaskFault {
    /// It has ended.
    #[error("the task is {} already; reopen it first", .0.label())]
    Ended(TaskState),
    /// It has not ended.
    #[error("the task is open; there is nothing to reopen")]
    Open,
    /// No title.
    #[error("say what is to be done")]
    NoTitle,
    /// No reason.
    #[error("say why the task is no longer needed")]
    NoReason,
}

impl Task {
    /// A new task.
    pub fn open(
        title: &str,
        due: Option<Instant>,
        assignee: Option<Id<kinds::User>>,
    ) -> Result<Self, TaskFault> {
        let title = title.trim().to_owned();
        if title.is_empty() {
            return Err(TaskFault::NoTitle);
        }
        Ok(Self { title, due, assignee, state: TaskState::Open, ended_at: None, why: None })
    }

    /// The task, done.
    pub fn done(self, at: Instant) -> Result<Self, TaskFault> {
        self.end(TaskState::Done, at, None)
    }

    /// The task, no longer needed.
    pub fn dropped(self, at: Instant, why: &str) -> Result<Self, TaskFault> {
        if why.trim().is_empty() {
            return Err(TaskFault::NoReason);
        }
        self.end(TaskState::Dropped, at, Some(why.trim().to_owned()))
    }

    /// The task, open again.
    pub fn reopened(self) -> Result<Self, TaskFault> {
        match self.state {
            TaskState::Open => Err(TaskFault::Open),
            TaskState::Done | TaskState::Dropped => {
                Ok(Self { state: TaskState::Open, ended_at: None, why: None, ..self })
            }
        }
    }

    /// True if it is open and its time is over.
    pub fn is_overdue(&self, now: Instant) -> bool {
        self.state == TaskState::Open && self.due.is_some_and(|due| now > due)
    }

    fn end(self, state: TaskState, at: Instant, why: Option<String>) -> Result<Self, TaskFault> {
        match self.state {
            TaskState::Open => Ok(Self { state, ended_at: Some(at), why, ..self }),
            ended @ (TaskState::Done | TaskState::Dropped) => Err(TaskFault::Ended(ended)),
        }
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task")
            .field("due", &self.due)
            .field("assignee", &self.assignee)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use model::Span;

    use super::*;

    const NOW: Instant = Instant::from_micros(1_800_000_000_000_000);

    fn task() -> Task {
        Task::open(" Synthetic task ", Some(NOW), None).unwrap()
    }

    #[test]
    fn a_task_is_done_once_and_can_be_reopened() {
        let open = task();
        assert_eq!(open.title, "Synthetic task");
        assert_eq!(open.clone().reopened(), Err(TaskFault::Open));
        let done = open.clone().done(NOW).unwrap();
        assert_eq!(done.ended_at, Some(NOW));
        assert_eq!(done.clone().done(NOW), Err(TaskFault::Ended(TaskState::Done)));
        assert_eq!(done.reopened(), Ok(open));
    }

    #[test]
    fn a_task_is_dropped_for_a_reason() {
        assert_eq!(task().dropped(NOW, " "), Err(TaskFault::NoReason));
        let dropped = task().dropped(NOW, "Synthetic reason").unwrap();
        assert_eq!(dropped.why.as_deref(), Some("Synthetic reason"));
        assert_eq!(dropped.reopened(), Ok(task()));
        assert_eq!(Task::open(" ", None, None), Err(TaskFault::NoTitle));
    }

    #[test]
    fn only_an_open_task_is_overdue() {
        let later = NOW + Span::seconds(1);
        assert!(!task().is_overdue(NOW) && task().is_overdue(later));
        assert!(!task().done(NOW).unwrap().is_overdue(later));
        assert!(!Task::open("Synthetic task", None, None).unwrap().is_overdue(later));
        assert!(!format!("{:?}", task()).contains("Synthetic"));
    }
}
