//! Rows that are records: what the decision needs to know of each kind.

use model::{Compartment, Id, kinds};
use store::{
    StoreError, alerts::Alert, banks::Bank, cases::Case, filings::Filing, imports::Import, jobs::Job,
    reports::Report, users::User,
};
use uuid::Uuid;

/// A row with an owner, a compartment and an id.
pub trait Record: Sized + Send {
    /// The kind's word, as the journal writes it.
    const KIND: &'static str;

    /// Loads the row.
    fn load(tx: &mut store::Tx, id: Uuid) -> impl Future<Output = Result<Option<Self>, StoreError>> + Send;

    /// Its id.
    fn id(&self) -> Uuid;

    /// Its owner.
    fn owner(&self) -> Id<kinds::Organisation>;

    /// Its compartment.
    fn compartment(&self) -> Compartment {
        Compartment::Intake
    }

    /// The case it belongs to.
    fn case(&self) -> Option<Id<kinds::Case>> {
        None
    }
}

macro_rules! record {
    ($row:ty, $kind:literal, $find:path $(, $method:item)*) => {
        impl Record for $row {
            const KIND: &'static str = $kind;

            async fn load(tx: &mut store::Tx, id: Uuid) -> Result<Option<Self>, StoreError> {
                $find(tx, Id::from_uuid(id)).await
            }

            fn id(&self) -> Uuid {
                self.id.uuid()
            }

            fn owner(&self) -> Id<kinds::Organisation> {
                self.organisation
            }

            $($method)*
        }
    };
}

record!(Bank, "bank", store::banks::find);

record!(
    Report,
    "report",
    store::reports::find,
    fn case(&self) -> Option<Id<kinds::Case>> {
        self.case
    }
);
record!(Alert, "alert", store::alerts::find);
record!(Import, "import", store::imports::find);
record!(Job, "job", store::jobs::find);
record!(User, "user", store::users::find);
record!(
    Case,
    "case",
    store::cases::find,
    fn compartment(&self) -> Compartment {
        Compartment::Investigation
    },
    fn case(&self) -> Option<Id<kinds::Case>> {
        Some(self.id)
    }
);
record!(
    Filing,
    "filing",
    store::filings::find,
    fn compartment(&self) -> Compartment {
        Compartment::Investigation
    },
    fn case(&self) -> Option<Id<kinds::Case>> {
        Some(self.case)
    }
);
