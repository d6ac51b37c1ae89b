//! Accounts and their passwords.

use crate::kernel::secret::Digest256;
use kobling_model::{AccountId, Email, Lang, Problem, Timestamp, password::Personal};

/// An account. Only its id never changes; nothing outside this table refers to the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The account.
    pub id: AccountId,
    /// Its address, unique among accounts.
    pub email: Email,
    /// When the mailbox was last proven; `None` when only a directory has vouched for it.
    pub email_proven_at: Option<Timestamp>,
    /// Display name.
    pub name: String,
    /// Language for mails.
    pub lang: Lang,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was disabled.
    pub disabled_at: Option<Timestamp>,
}

/// The password of an account, hashed.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredPassword {
    /// PHC string.
    pub hash: String,
    /// When it was set.
    pub changed_at: Timestamp,
}

impl std::fmt::Debug for StoredPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StoredPassword(since {:?})", self.changed_at)
    }
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

/// The longest display name, in characters.
const NAME_LENGTH: usize = 100;

/// Validates a name as typed.
pub(crate) fn parse_name(typed: &str) -> Result<String, Problem> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        Err(Problem::NameMissing)
    } else if name.chars().count() > NAME_LENGTH || name.chars().any(char::is_control) {
        Err(Problem::NameInvalid)
    } else {
        Ok(name)
    }
}

/// The words that a password must not be based on.
pub(crate) fn about(account: &Account) -> Personal {
    Personal {
        email: account.email.to_string(),
        name: account.name.clone(),
    }
}
