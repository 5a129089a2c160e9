//! One record of each kind to knock on the door for.

use access::Action;
use app_kernel::{Error, Op, Permit, Record, Tx};
use model::{Id, kinds};
use serde_json::json;
use store::{
    alerts::Alert, cases::Case, filings::Filing, imports::Import, jobs::Job, reports::Report, users::User,
};
use test_support::{Rows, TestHouse};
use uuid::Uuid;

/// One record of each kind, all of the main organisation.
pub(crate) struct Records {
    pub(crate) report: Report,
    pub(crate) alert: Alert,
    pub(crate) import: Import,
    pub(crate) case: Case,
    pub(crate) filing: Filing,
    pub(crate) job: Id<kinds::Job>,
    pub(crate) user: User,
}

impl Records {
    pub(crate) async fn put(house: &TestHouse) -> Self {
        let op = house.system();
        let rows = Rows::of(house.organisation, 7);
        let case = rows.case(1);
        let records = Self {
            report: rows.report(1),
            alert: rows.alert(1),
            import: rows.import(1),
            filing: rows.filing(case.id, 1),
            case,
            job: rows.id(),
            user: rows.user("synthetic.keeper"),
        };
        let mut tx = house.begin(&op).await.unwrap();
        let permit = tx.allow(&op, Action::ManageUsers).unwrap();
        let store = tx.store(&permit);
        store::reports::insert(store, &records.report).await.unwrap();
        store::alerts::insert(store, &records.alert).await.unwrap();
        store::imports::insert(store, &records.import).await.unwrap();
        store::cases::insert(store, &records.case).await.unwrap();
        store::filings::insert(store, &records.filing).await.unwrap();
        store::users::insert(store, &records.user).await.unwrap();
        store::jobs::enqueue(store, records.job, house.organisation, "import", "", rows.at()).await.unwrap();
        tx.journal(&op, &permit, json!({})).await.unwrap();
        tx.commit().await.unwrap();
        records
    }

    /// What the door says to each of them, in this order: report, alert, import, case, filing, job,
    /// account.
    pub(crate) async fn open(&self, tx: &mut Tx<'_>, op: &Op, action: Action) -> [Result<Permit, Error>; 7] {
        async fn one<R: Record>(tx: &mut Tx<'_>, op: &Op, action: Action, id: Uuid) -> Result<Permit, Error> {
            tx.open::<R>(op, action, id).await.map(|(row, permit)| {
                assert_eq!(row.id(), id);
                permit
            })
        }
        [
            one::<Report>(tx, op, action, self.report.id.uuid()).await,
            one::<Alert>(tx, op, action, self.alert.id.uuid()).await,
            one::<Import>(tx, op, action, self.import.id.uuid()).await,
            one::<Case>(tx, op, action, self.case.id.uuid()).await,
            one::<Filing>(tx, op, action, self.filing.id.uuid()).await,
            one::<Job>(tx, op, action, self.job.uuid()).await,
            one::<User>(tx, op, action, self.user.id.uuid()).await,
        ]
    }
}
