//! The proven or vouched address of a completed linking.

use crate::flow::types::MailboxCode;
use kobling_model::Email;

/// Where the address of a completed linking comes from.
pub(crate) struct Settled {
    pub(crate) email: Email,
    pub(crate) name: Option<String>,
    pub(crate) proof: MailboxProof,
}

/// The proof of the address.
pub(crate) enum MailboxProof {
    /// The directory vouches for it.
    Vouched,
    /// The mailbox was proven by this code, which is consumed in the unit of work that links.
    Code(MailboxCode),
    /// The mailbox was proven at the previous step, when it had no account. The proof is valid only for a new account,
    /// and not for an account that was created since.
    ForNewAccount,
}

impl Settled {
    pub(crate) const fn is_proven(&self) -> bool {
        !matches!(self.proof, MailboxProof::Vouched)
    }
}
