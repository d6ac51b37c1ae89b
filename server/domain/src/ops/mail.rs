//! Letters: the content of mails, independent of language and layout.

use kobling_model::{Email, Lang, time::Span};
use serde::{Deserialize, Serialize};

/// A mail to one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// To whom.
    pub to: Email,
    /// In which language.
    pub lang: Lang,
    /// What it says.
    pub content: Content,
}

/// What a mail says. Addresses in it are absolute.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Content {
    /// The code that proves a mailbox, for linking an eID to an account under this address.
    LinkCode {
        /// Eight digits.
        code: String,
        /// Opens the code page with the code filled in.
        url: String,
        /// Name of the eID provider.
        provider: String,
        /// Minutes it lives.
        minutes: i64,
    },
    /// The code that proves a new mailbox, for changing the account's address.
    EmailCode {
        /// Eight digits.
        code: String,
        /// Opens the code page with the code filled in.
        url: String,
        /// Minutes it lives.
        minutes: i64,
    },
    /// The link to create a new password.
    Reset {
        /// Opens the page with the ticket.
        url: String,
        /// Minutes it lives.
        minutes: i64,
    },
    /// The account got its first password, from account settings.
    PasswordCreated {
        /// Where to reset it, if another person did this.
        url: String,
    },
    /// The password was created or changed.
    PasswordChanged {
        /// Where to reset it, if another person did this.
        url: String,
    },
    /// The password was removed, because it can be another person's.
    PasswordRemoved {
        /// Where to create a new one.
        url: String,
    },
    /// An eID was linked.
    Linked {
        /// Name of the eID provider.
        provider: String,
        /// Account settings.
        url: String,
    },
    /// A link was removed.
    LinkRemoved {
        /// Name of the eID provider.
        provider: String,
        /// Account settings.
        url: String,
    },
    /// A link was moved from this account to another address.
    LinkMoved {
        /// Name of the eID provider.
        provider: String,
        /// Account settings.
        url: String,
    },
    /// An eID was removed, because the mailbox was proven and does not back it.
    LinkUnbacked {
        /// Name of the eID provider.
        provider: String,
        /// The address that was proven.
        email: Email,
        /// Account settings.
        url: String,
    },
    /// The address changed hands: the account has it no more.
    AddressReleased {
        /// The address.
        email: Email,
        /// Account settings.
        url: String,
    },
    /// To the old mailbox: the account's address was changed.
    EmailChanged {
        /// The new address.
        new: Email,
        /// Account settings.
        url: String,
        /// Undoes the change, where the mailbox can.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        undo: Option<String>,
    },
    /// To both mailboxes: a change of the account's address was undone.
    EmailRestored {
        /// The address that the account has again.
        email: Email,
        /// The sign-in.
        url: String,
    },
}

impl Content {
    /// How long the mail is useful, where it contains something that expires.
    #[must_use]
    pub const fn life(&self) -> Option<Span> {
        match self {
            Self::LinkCode { minutes, .. }
            | Self::EmailCode { minutes, .. }
            | Self::Reset { minutes, .. } => Some(Span::minutes(*minutes)),
            Self::PasswordCreated { .. }
            | Self::PasswordChanged { .. }
            | Self::PasswordRemoved { .. }
            | Self::Linked { .. }
            | Self::LinkRemoved { .. }
            | Self::LinkMoved { .. }
            | Self::LinkUnbacked { .. }
            | Self::AddressReleased { .. }
            | Self::EmailChanged { .. }
            | Self::EmailRestored { .. } => None,
        }
    }
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::LinkCode { .. } => "LinkCode",
            Self::EmailCode { .. } => "EmailCode",
            Self::Reset { .. } => "Reset",
            Self::PasswordCreated { .. } => "PasswordCreated",
            Self::PasswordChanged { .. } => "PasswordChanged",
            Self::PasswordRemoved { .. } => "PasswordRemoved",
            Self::Linked { .. } => "Linked",
            Self::LinkRemoved { .. } => "LinkRemoved",
            Self::LinkMoved { .. } => "LinkMoved",
            Self::LinkUnbacked { .. } => "LinkUnbacked",
            Self::AddressReleased { .. } => "AddressReleased",
            Self::EmailChanged { .. } => "EmailChanged",
            Self::EmailRestored { .. } => "EmailRestored",
        })
    }
}
