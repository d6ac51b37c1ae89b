//! Account settings.

use crate::password::{Personal, Policy};
use crate::status::{NoAccessReason, Notice};
use crate::view::access::ApplicationItem;
use crate::view::link::{LinkItem, RemovalView};
use crate::view::provider::ProviderView;
use crate::view::session::SessionItem;
use crate::{FlowId, Problems, Timestamp};
use serde::{Deserialize, Serialize};

/// `/account`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountView {
    /// The account's name.
    pub name: String,
    /// Another name as typed, which is not saved yet.
    pub typed: Option<String>,
    /// The account's mark, which the form carries.
    pub mark: String,
    /// The account's address.
    pub email: String,
    /// The address belongs to another person by now: the account needs another one.
    pub released: bool,
    /// Whether it has a password, and since when.
    pub password_since: Option<Timestamp>,
    /// Linked eIDs.
    pub links: Vec<LinkItem>,
    /// Active sessions, the current one first.
    pub sessions: Vec<SessionItem>,
    /// Providers that can be linked and are not.
    pub linkable: Vec<ProviderView>,
    /// The services, and whether the account has access to them.
    pub services: Vec<ServiceItem>,
    /// Third-party applications with consent, newest first.
    pub applications: Vec<ApplicationItem>,
    /// The dialog that asks for a proof before an eID is added, if it is open.
    pub adding: Option<AddingView>,
    /// The dialog that removes a link, if it is open.
    pub removal: Option<RemovalView>,
    /// What went wrong last outside the dialog (name field).
    pub problem: Problems,
    /// A success notice.
    pub notice: Option<Notice>,
}

/// A service, and whether the account has access to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceItem {
    /// Its name.
    pub name: String,
    /// The address where it starts, if that is known.
    pub start: Option<String>,
    /// The organisation whose users have access; without it, everybody does.
    pub organisation: Option<String>,
    /// Why not, if the account has no access.
    pub refused: Option<NoAccessReason>,
}

/// How a sensitive step is confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProofView {
    /// The sign-in is recent; no confirmation is required.
    Fresh,
    /// Asks for the password.
    Password,
    /// Asks for a new eID sign-in.
    Eid(ProviderView),
}

/// The dialog that asks for a proof before an eID is added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddingView {
    /// The flow.
    pub flow: FlowId,
    /// The provider of the eID.
    pub provider: ProviderView,
    /// How the person confirms; `None` if the account has neither a password nor an eID that can be used.
    pub proof: Option<ProofView>,
    /// What went wrong last.
    pub problem: Problems,
}

/// `/account/email`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeEmailView {
    /// The flow, when begun.
    pub flow: Option<FlowId>,
    /// The current address.
    pub current: String,
    /// The account's mark, which the form carries.
    pub mark: String,
    /// The step.
    pub step: ChangeEmailStep,
    /// How the step is confirmed.
    pub proof: ProofView,
    /// The applications that the current address opens, by organisation.
    pub closing: Vec<ClosingItem>,
    /// What went wrong last.
    pub problem: Problems,
}

/// Applications of one organisation that close with a change of address, until it registers the new one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosingItem {
    /// Names of the applications.
    pub applications: Vec<String>,
    /// Name of the organisation.
    pub organisation: String,
    /// Whom to ask there.
    pub contact: String,
}

/// Steps of `/account/email`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChangeEmailStep {
    /// Asks for the new address.
    Address {
        /// What was typed last.
        typed: String,
    },
    /// A code went to the new mailbox.
    Code {
        /// Where the code went.
        email: String,
        /// Minutes that the code is valid.
        minutes: i64,
        /// It replaced another one to the same mailbox.
        again: bool,
    },
}

/// `/undo-email`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum UndoEmailView {
    /// The ticket is valid: says what will happen.
    Ask {
        /// The address that the account gets back.
        email: String,
    },
    /// The address has an account of its own by now.
    Taken {
        /// The address.
        email: String,
    },
    /// The ticket is invalid (unknown, used, expired, overtaken by an earlier one).
    Dead,
    /// The account has its address back.
    Done {
        /// Flow of a sign-in with the address filled in.
        sign_in: FlowId,
        /// Whether a new password is to be created.
        password: bool,
        /// Whether links were removed.
        unlinked: bool,
    },
}

/// `/account/password`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangePasswordView {
    /// How the person confirms; the password if there is one to change. `None` if the account has neither a password nor
    /// an eID that can be used, and the sign-in is not recent: the page offers a reset mail.
    pub proof: Option<ProofView>,
    /// The rules.
    pub policy: Policy,
    /// The words that the password must not be based on.
    pub about: Personal,
    /// What went wrong last.
    pub problem: Problems,
}
