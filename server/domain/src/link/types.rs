//! Links between accounts and electronic identities.

use crate::kernel::secret::Digest256;
use kobling_model::{AccountId, Email, LinkId, ProviderId, Timestamp};
use serde::{Deserialize, Serialize};

/// A link belongs to the account and never to its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The link.
    pub id: LinkId,
    /// The account.
    pub account: AccountId,
    /// The provider.
    pub provider: ProviderId,
    /// `iss` of the identity.
    pub issuer: String,
    /// `sub` of the identity. May change at the provider while the person stays the same.
    pub subject: String,
    /// Keyed hash of the identity number, where there is one.
    pub pid: Option<Digest256>,
    /// How it was made; `None` for links from before this was recorded.
    pub origin: Option<LinkOrigin>,
    /// What people call the method last used, such as "BankID Mobil".
    pub method: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Timestamp,
}

/// How a link was made. Stored as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkOrigin {
    /// By the word of an organisation's directory, without a code.
    Directory {
        /// The organisation's key.
        organisation: String,
    },
    /// By a code that proved this mailbox.
    Mailbox {
        /// The address.
        email: Email,
    },
    /// By the signed-in account.
    Account {
        /// What the person proved just before.
        proof: OwnerProof,
    },
}

/// What a signed-in person proved before adding an eID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnerProof {
    /// The account's password.
    Password,
    /// An eID that was linked already, and carries no identity number.
    Eid,
    /// An eID that was linked already, and carries the identity number of the account's person.
    IdentifiedEid,
}

impl LinkOrigin {
    /// The code in the audit log.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Directory { .. } => "directory",
            Self::Mailbox { .. } => "mailbox",
            Self::Account {
                proof: OwnerProof::Password,
            } => "account/password",
            Self::Account {
                proof: OwnerProof::Eid,
            } => "account/eid",
            Self::Account {
                proof: OwnerProof::IdentifiedEid,
            } => "account/identified_eid",
        }
    }
}
