//! One-time codes and recovery tickets.

use crate::kernel::secret::Digest256;
use kobling_model::{AccountId, Email, FlowId, Timestamp};

/// A one-time code sent to a mailbox, for one flow. A new one replaces the old.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxCode {
    /// The flow that it is for.
    pub flow: FlowId,
    /// The account that asked for it, if one did.
    pub account: Option<AccountId>,
    /// The mailbox.
    pub email: Email,
    /// Keyed hash of the digits.
    pub code: Digest256,
    /// Until when.
    pub expires_at: Timestamp,
}

/// The link in a reset mail, hashed. Single use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveryTicket {
    /// Hash of the ticket.
    pub ticket: Digest256,
    /// Whose password it may set.
    pub account: AccountId,
    /// Until when.
    pub expires_at: Timestamp,
}
