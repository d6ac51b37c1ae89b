//! Numbers for whoever runs the house.

use crate::{answer::Fault, kobling::Kobling};
use kobling_model::status::NoticeStatus;

/// How things stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// Jobs of the outbox that wait to be done, their time having come.
    pub outbox_due: i64,
    /// Notices of sign-out, by what has come of them, as long as they are kept.
    pub logout_notices: Vec<(NoticeStatus, i64)>,
}

impl Kobling {
    /// How things stand now.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn figures(&self) -> Result<Figures, Fault> {
        let mut work = self.read().await?;
        let outbox_due = work.outbox_due(self.now()).await?;
        let mut logout_notices = Vec::new();
        for told in NoticeStatus::ALL {
            logout_notices.push((told, work.logout_notices(told).await?));
        }
        Ok(Figures {
            outbox_due,
            logout_notices,
        })
    }
}
