//! Delivers a logout notice to one application; called by the outbox worker.

use crate::{
    kernel::error::StoreError,
    oidc::logout::{end::LogoutService, port::NotifyError, types::LogoutClaims},
    ops::outbox::{JobError, MOST_ATTEMPTS},
};
use kobling_model::{id::NoticeId, status::NoticeStatus};

/// An application that says that it cannot is asked so often. One that says nothing is asked as often as the outbox does.
const MOST_REFUSALS: i64 = 5;

#[allow(
    clippy::needless_pass_by_value,
    reason = "errors are handed over as they come"
)]
fn later(error: StoreError) -> JobError {
    JobError::Later(error.to_string())
}

impl LogoutService {
    /// Delivers a logout notice to its application; `attempts` includes this attempt.
    pub(crate) async fn deliver(&self, id: NoticeId, attempts: i64) -> Result<(), JobError> {
        let mut work = self.read().await.map_err(later)?;
        let Some(notice) = work.logouts().notice(id).await.map_err(later)? else {
            return Ok(());
        };
        // A process delivered the notice and terminated before it removed the job.
        if notice.status != NoticeStatus::Waiting {
            return Ok(());
        }
        let client = self
            .clients
            .find_in(&mut work, &notice.client_id)
            .await
            .map_err(later)?
            .filter(|client| client.back_channel_logout.is_some());
        drop(work);
        let Some(client) = client else {
            return self.settle_notice(id, NoticeStatus::Untold).await;
        };
        let claims = LogoutClaims {
            subject: notice.subject,
            sid: notice.sid,
            jti: self.uuid().to_string(),
            issued_at: self.now(),
        };
        match self.ports.notifier.notify(&client, &claims).await {
            Ok(()) => self.settle_notice(id, NoticeStatus::Confirmed).await,
            Err(error) => {
                let most = match error {
                    NotifyError::Refused => MOST_REFUSALS,
                    NotifyError::Unreachable(_) => MOST_ATTEMPTS,
                };
                let why = format!("{}: {error}", client.id);
                if attempts < most {
                    return Err(JobError::Later(why));
                }
                self.settle_notice(id, NoticeStatus::Failed).await?;
                Err(JobError::Never(why))
            }
        }
    }

    async fn settle_notice(&self, id: NoticeId, status: NoticeStatus) -> Result<(), JobError> {
        let mut work = self.begin().await.map_err(later)?;
        work.logouts()
            .settle_notice(id, status, self.now())
            .await
            .map_err(later)?;
        work.commit().await.map_err(later)
    }
}
