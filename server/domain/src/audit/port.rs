//! How the audit log is stored.

use crate::{audit::event::AuditRow, kernel::error::Stored};
use async_trait::async_trait;
use kobling_model::{AccountId, Timestamp, id::AuditId};

/// Which events to read; those that have every value given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// About this account.
    pub account: Option<AccountId>,
    /// Whose code begins with this, such as `link.`.
    pub event: Option<String>,
    /// Not earlier.
    pub since: Option<Timestamp>,
    /// Earlier.
    pub until: Option<Timestamp>,
    /// In this organisation, by key.
    pub organisation: Option<String>,
    /// At this client.
    pub client: Option<String>,
}

/// The audit log, and the removal of expired rows.
#[async_trait]
pub trait Audit: Send {
    /// Adds an event.
    async fn insert_audit(&mut self, row: &AuditRow) -> Stored<()>;
    /// The oldest events that follow this one in the order of time and id, or the oldest of all.
    async fn audit_page(
        &mut self,
        filter: &AuditFilter,
        after: Option<(Timestamp, AuditId)>,
        most: i64,
    ) -> Stored<Vec<AuditRow>>;
    /// Removes what has expired before `now` from every table that holds passing things, sessions apart, which do not
    /// end without notices ([`Logouts::end_sessions`]), and the audit rows up to `audit_until`, if any; returns the number of rows.
    async fn purge(&mut self, now: Timestamp, audit_until: Option<Timestamp>) -> Stored<u64>;
}
