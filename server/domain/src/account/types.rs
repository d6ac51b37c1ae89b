//! Accounts and their passwords.

use crate::kernel::{
    displayable::{self, is_displayable},
    secret::Digest256,
};
use kobling_model::{AccountId, Email, Lang, Problem, Timestamp, password::Personal};

/// An account. Only its id never changes; nothing outside this table refers to the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The account.
    pub id: AccountId,
    /// Its address, or the one that it had until its claim was released.
    pub email: Email,
    /// By what it holds the address.
    pub claim: Claim,
    /// Display name.
    pub name: String,
    /// Language for mails.
    pub lang: Lang,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was disabled.
    pub disabled_at: Option<Timestamp>,
}

/// By what an account holds its address. An address is a claim, and can change hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// Only a directory has vouched for it.
    Vouched,
    /// The mailbox was proven, last at this time. Unique among accounts, as [`Claim::Vouched`] is.
    Proven(Timestamp),
    /// It belongs to another person since this time: the account has no address until it gets another one.
    Released(Timestamp),
}

impl Account {
    /// Whether the mailbox is proven.
    #[must_use]
    pub const fn is_proven(&self) -> bool {
        matches!(self.claim, Claim::Proven(_))
    }

    /// The mailbox that this account's mails go to, if it has one.
    #[must_use]
    pub const fn mailbox(&self) -> Option<&Email> {
        match self.claim {
            Claim::Vouched | Claim::Proven(_) => Some(&self.email),
            Claim::Released(_) => None,
        }
    }
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

/// A change of address that the reader of the old mailbox can undo. Single use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressChange {
    /// Hash of the ticket in the mail to the old mailbox.
    pub ticket: Digest256,
    /// The account.
    pub account: AccountId,
    /// The address that it had before.
    pub old: Email,
    /// Whether that mailbox was proven.
    pub was_proven: bool,
    /// When it was changed.
    pub changed_at: Timestamp,
    /// Until when it can be undone.
    pub expires_at: Timestamp,
}

/// The longest display name, in characters.
const NAME_LENGTH: usize = 100;

/// Validates a name as typed.
pub(crate) fn parse_name(typed: &str) -> Result<String, Problem> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        Err(Problem::NameMissing)
    } else if name.chars().count() > NAME_LENGTH || !is_displayable(&name) {
        Err(Problem::NameInvalid)
    } else {
        Ok(name)
    }
}

/// The words that a password must not be based on.
pub(crate) fn about(account: &Account) -> Personal {
    Personal {
        email: displayable::address(&account.email),
        name: account.name.clone(),
    }
}
