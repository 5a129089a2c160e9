//! Rows that are reached by an id of their own and seen through the record they belong to: a
//! person or a task through its case, a decision through its report. Leave is asked for that
//! record, and the journal names it.

use app_kernel::Record;
use model::{Compartment, Id, kinds};
use store::{
    StoreError,
    cases::{Case, Person, Task},
    reports::{Decision, Report},
};
use uuid::Uuid;

/// A person, seen through their case.
pub(crate) struct PersonInCase {
    pub(crate) person: Person,
    pub(crate) case: Case,
}

/// A task, seen through its case.
pub(crate) struct TaskInCase {
    pub(crate) task: Task,
    pub(crate) case: Case,
}

/// A report, seen through the case it belongs to.
pub(crate) struct ReportInCase {
    pub(crate) report: Report,
    pub(crate) case: Case,
}

/// A decision, seen through its report.
pub(crate) struct DecisionOnReport {
    pub(crate) decision: Decision,
    pub(crate) report: Report,
}

macro_rules! in_case {
    ($($name:ident $part:ident: $load:expr;)+) => {$(
        impl Record for $name {
            const KIND: &'static str = "case";

            async fn load(tx: &mut store::Tx, id: Uuid) -> Result<Option<Self>, StoreError> {
                let Some($part) = $load(tx, Id::from_uuid(id)).await? else { return Ok(None) };
                let Some(id) = Option::<Id<kinds::Case>>::from($part.case) else { return Ok(None) };
                Ok(store::cases::find(tx, id).await?.map(|case| Self { $part, case }))
            }

            fn id(&self) -> Uuid {
                self.case.id.uuid()
            }

            fn owner(&self) -> Id<kinds::Organisation> {
                self.case.organisation
            }

            fn compartment(&self) -> Compartment {
                Compartment::Investigation
            }

            fn case(&self) -> Option<Id<kinds::Case>> {
                Some(self.case.id)
            }
        }
    )+};
}

in_case! {
    PersonInCase person: store::cases::find_person;
    TaskInCase task: store::cases::find_task;
    ReportInCase report: store::reports::find;
}

impl Record for DecisionOnReport {
    const KIND: &'static str = "report";

    async fn load(tx: &mut store::Tx, id: Uuid) -> Result<Option<Self>, StoreError> {
        let Some(decision) = store::reports::decision(tx, Id::from_uuid(id)).await? else { return Ok(None) };
        let report = store::reports::find(tx, decision.report).await?;
        Ok(report.map(|report| Self { decision, report }))
    }

    fn id(&self) -> Uuid {
        self.report.id.uuid()
    }

    fn owner(&self) -> Id<kinds::Organisation> {
        self.report.organisation
    }

    fn case(&self) -> Option<Id<kinds::Case>> {
        self.report.case
    }
}
