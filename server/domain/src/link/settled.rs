//! An address that has been settled for a link.

use crate::auth::proof::MailboxCode;
use kobling_model::Email;

/// Where the address of a completed linking comes from.
pub(crate) struct Settled {
    pub(crate) email: Email,
    pub(crate) name: Option<String>,
    pub(crate) proof: MailboxProof,
}

/// What stands for the address.
pub(crate) enum MailboxProof {
    /// The directory vouches for it.
    Vouched,
    /// The mailbox was read just now; the code is consumed with what it pays for.
    Code(MailboxCode),
    /// The mailbox was read a step ago, for an account that did not exist then. Such a proof is good for nothing else:
    /// it must not reach into an account that somebody has made meanwhile.
    ForNewAccount,
}

impl Settled {
    pub(crate) const fn is_proven(&self) -> bool {
        !matches!(self.proof, MailboxProof::Vouched)
    }
}
