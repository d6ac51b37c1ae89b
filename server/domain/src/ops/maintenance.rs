//! Regular maintenance, and figures for the operator.

use crate::{
    kernel::{error::StoreError, outcome::Fault, secret::Purpose},
    ops::{jobs::JobService, types::Figures},
};
use kobling_model::{status::NoticeStatus, time::Span};

/// A burst that no probe exhausts.
const ALWAYS: i64 = 1 << 60;

impl JobService {
    /// The current figures.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn figures(&self) -> Result<Figures, Fault> {
        let mut work = self.read().await?;
        let outbox_due = work.figures().outbox_due(self.now()).await?;
        let mut logout_notices = Vec::new();
        for status in NoticeStatus::ALL {
            logout_notices.push((status, work.figures().logout_notices(status).await?));
        }
        Ok(Figures {
            outbox_due,
            logout_notices,
        })
    }

    /// Reads, and commits a write, as proof that the database takes both. What is written is a rate limit that nothing
    /// else takes from.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn probe(&self) -> Result<(), StoreError> {
        self.next_due().await?;
        let key = self.keys.derive(Purpose::Limit, &["health"]);
        let mut work = self.begin().await?;
        let limits = work.rate_limits();
        limits.take(&key, self.now(), Span(1), ALWAYS).await?;
        work.commit().await
    }

    /// Ends the sessions that are no longer valid, with notices to their applications, and removes what has expired;
    /// returns how many rows.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn maintain(&self) -> Result<u64, StoreError> {
        let sessions = self.logout.end_stale().await?;
        let mut work = self.begin().await?;
        let now = self.now();
        let audit_until = self.settings.audit_kept.map(|kept| now - kept);
        let rows = work.audit().purge(now, audit_until).await?;
        work.commit().await?;
        Ok(sessions + rows)
    }
}
