//! One-time codes and recovery tickets.

use crate::kernel::secret::Digest256;
use kobling_model::{AccountId, Email, FlowId, Timestamp};

/// A one-time code sent to a mailbox, for one flow. A new one replaces the old.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxCode {
    /// The flow that it is for.
    pub flow: FlowId,
    /// The account that requested it, if any.
    pub account: Option<AccountId>,
    /// The mailbox.
    pub email: Email,
    /// Keyed hash of the digits.
    pub code: Digest256,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// The link in a reset mail, hashed. Single use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveryTicket {
    /// Hash of the ticket.
    pub ticket: Digest256,
    /// The account whose password it can reset.
    pub account: AccountId,
    /// When it expires.
    pub expires_at: Timestamp,
}
