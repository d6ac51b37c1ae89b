//! The audit log: every security event, without identity numbers or secrets.

use kobling_model::{AccountId, Timestamp, id::AuditId};

/// One security event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// The row.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// What, as a stable code such as `link.removed`.
    pub event: String,
    /// About which account.
    pub account: Option<AccountId>,
    /// Which client, provider or problem, in a word.
    pub detail: String,
    /// The network it came from.
    pub network: String,
    /// The request it came with, as in the logs.
    pub request: String,
}
