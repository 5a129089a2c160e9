//! A session's sign of life. It says nothing that was done, so it is not journalled: an entry a
//! minute for everyone at work would bury what is.

use model::{Id, kinds};

use crate::{Error, House};

impl House {
    /// Notes that a session was used just now, so that it does not end as unused.
    pub async fn touch_session(&self, session: Id<kinds::Session>) -> Result<(), Error> {
        let mut tx = self.db.write().await?;
        store::users::touch_session(&mut tx, session, self.now()).await?;
        Ok(tx.commit().await?)
    }
}
