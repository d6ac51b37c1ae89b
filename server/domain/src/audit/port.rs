//! How the audit log is stored.

use crate::{audit::event::AuditRow, kernel::error::Stored};
use async_trait::async_trait;
use kobling_model::{AccountId, Timestamp};

/// The audit log, and the removal of expired rows.
#[async_trait]
pub trait Audit: Send {
    /// Adds an event.
    async fn insert_audit(&mut self, row: &AuditRow) -> Stored<()>;
    /// The newest events of an account.
    async fn audit_of(&mut self, account: AccountId, most: i64) -> Stored<Vec<AuditRow>>;
    /// Removes what has expired before `now` from every table that holds passing things, sessions apart, which do not
    /// end without notices ([`Logouts::end_sessions`]), and the audit rows up to `audit_until`, if any; returns the number of rows.
    async fn purge(&mut self, now: Timestamp, audit_until: Option<Timestamp>) -> Stored<u64>;
}
