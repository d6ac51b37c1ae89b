//! Figures for the operator.

use crate::work::{UnitOfWork, fetch, statements};
use async_trait::async_trait;
use kobling_domain::{kernel::error::Stored, ops::port::Figures};
use kobling_model::{Timestamp, status::NoticeStatus};

statements! {
    OUTBOX_DUE = "SELECT count(*) FROM outbox WHERE due_at <= $1";
    LOGOUT_NOTICES = "SELECT count(*) FROM logout_notices WHERE status = $1";
}

#[async_trait]
impl Figures for UnitOfWork {
    async fn outbox_due(&mut self, now: Timestamp) -> Stored<i64> {
        fetch!(fetch_one, self, (i64,), OUTBOX_DUE, now.0).map(|(number,)| number)
    }

    async fn logout_notices(&mut self, status: NoticeStatus) -> Stored<i64> {
        fetch!(fetch_one, self, (i64,), LOGOUT_NOTICES, status.code()).map(|(number,)| number)
    }
}
