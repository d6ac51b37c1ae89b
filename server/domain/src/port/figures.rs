//! Numbers for whoever runs the house.

use super::Stored;
use async_trait::async_trait;
use kobling_model::{Timestamp, status::NoticeStatus};

/// What is counted.
#[async_trait]
pub trait Figures {
    /// How many jobs wait to be done, their time having come.
    async fn outbox_due(&mut self, now: Timestamp) -> Stored<i64>;
    /// Of how many notices of sign-out this has come; they are kept for a week.
    async fn logout_notices(&mut self, told: NoticeStatus) -> Stored<i64>;
}
