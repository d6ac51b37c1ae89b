//! Links between accounts and electronic identities.

use crate::{flow::types::Identity, kernel::secret::Digest256};
use kobling_model::{AccountId, LinkId, ProviderId, Timestamp};

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
    /// What people call the method last used, such as "BankID Mobil".
    pub method: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Timestamp,
}

pub(crate) fn is_same_person(link: &Link, identity: &Identity) -> bool {
    match (&link.pid, &identity.pid) {
        (Some(a), Some(b)) => a == b,
        _ => link.subject == identity.subject,
    }
}
