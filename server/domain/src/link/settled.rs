//! The proven or vouched address of a completed linking.

use crate::{flow::types::MailboxCode, link::types::LinkOrigin};
use kobling_model::Email;

/// Where the address of a completed linking comes from.
pub(crate) struct Settled {
    pub(crate) email: Email,
    pub(crate) name: Option<String>,
    pub(crate) proof: MailboxProof,
    /// The person knows that the address may give no access to where they are going.
    pub(crate) continues_anyway: bool,
}

/// The proof of the address.
pub(crate) enum MailboxProof {
    /// The directory vouches for it.
    Directory {
        /// Key of the organisation.
        organisation: String,
    },
    /// The mailbox was proven by this code, which is consumed in the unit of work that links.
    Code(MailboxCode),
    /// The mailbox was proven at the previous step, when it had no account. The proof is valid only for a new account,
    /// and not for an account that was created since.
    ForNewAccount,
}

impl Settled {
    pub(crate) const fn is_proven(&self) -> bool {
        !matches!(self.proof, MailboxProof::Directory { .. })
    }

    /// How the link is made.
    pub(crate) fn origin(&self) -> LinkOrigin {
        match &self.proof {
            MailboxProof::Directory { organisation } => LinkOrigin::Directory {
                organisation: organisation.clone(),
            },
            MailboxProof::Code(_) | MailboxProof::ForNewAccount => LinkOrigin::Mailbox {
                email: self.email.clone(),
            },
        }
    }
}
