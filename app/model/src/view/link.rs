//! Linked electronic identities: making and removing links.

use crate::route::Step;
use crate::view::provider::ProviderView;
use crate::{FlowId, LinkId, Problems, Timestamp};
use serde::{Deserialize, Serialize};

/// `/link`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkView {
    /// The flow.
    pub flow: FlowId,
    /// The provider whose eID is being linked.
    pub provider: ProviderView,
    /// The step.
    pub step: LinkStep,
    /// What went wrong last.
    pub problem: Problems,
    /// The address that the eID is linked to now, if this moves the link.
    pub moves_from: Option<String>,
    /// The application that sent the person here, by name.
    pub client: Option<String>,
    /// The application's origin (CSP `form-action`).
    pub client_origin: Option<String>,
    /// The organisation of the application.
    pub organisation: Option<OrganisationView>,
    /// The step that the flow is at, if the page shows an earlier one.
    pub ahead: Option<Step>,
}

/// An organisation, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationView {
    /// Its name.
    pub name: String,
    /// The contact: an address, a telephone number, or a sentence.
    pub contact: String,
    /// What its addresses look like.
    pub address_hint: Option<String>,
}

/// Steps of `/link`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkStep {
    /// The directory knows the address: shown, not editable.
    Vouched {
        /// The address that the directory holds.
        email: String,
        /// The organisation that holds it.
        organisation: String,
        /// The contact for corrections.
        contact: String,
    },
    /// The directory knows the address, but a code is required, or the person requests one.
    Address {
        /// What was typed last, or the directory's address.
        typed: String,
        /// The address comes from the directory and is not editable.
        fixed: bool,
    },
    /// A code went to the mailbox.
    Code {
        /// Where the code went.
        email: String,
        /// Minutes that the code is valid.
        minutes: i64,
        /// The address comes from the directory, and no other is accepted.
        fixed: bool,
        /// It replaced another one to the same mailbox.
        again: bool,
    },
    /// The mailbox is proven, but the address gives no access to the application: asks before anything is linked.
    Caution {
        /// The proven address.
        email: String,
    },
    /// A new account needs a name.
    Name {
        /// What was typed last.
        typed: String,
    },
}

/// `/link`, which differs in a browser that did not begin the flow: it shows the code, to be entered where it began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkPage {
    /// This browser's flow.
    Own(Box<LinkView>),
    /// The flow has ended: nothing is left to do.
    Done(DoneView),
    /// Not this browser's flow.
    Foreign,
}

/// `/link` when its flow has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoneView {
    /// The provider whose eID is linked, and the address of the account, if the person is signed in by an eID.
    pub linked: Option<(String, String)>,
    /// The application that the flow led to, by name, and its origin.
    pub client: Option<(String, String)>,
}

/// One linked identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkItem {
    /// The link.
    pub id: LinkId,
    /// Its provider.
    pub provider: ProviderView,
    /// What the person signed in with there, such as "BankID Mobil".
    pub method: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Timestamp,
}

/// The dialog **Fjern tilknytning**.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovalView {
    /// The flow.
    pub flow: FlowId,
    /// The provider of the link to be removed.
    pub provider: ProviderView,
    /// The step.
    pub step: RemovalStep,
    /// What went wrong last.
    pub problem: Problems,
}

/// Steps of the dialog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RemovalStep {
    /// Asks for confirmation.
    Ask,
    /// Asks for the password.
    Password,
    /// Asks for a fresh eID sign-in, where there is no password.
    Eid {
        /// With which provider.
        provider: ProviderView,
    },
    /// Confirmed by eID: asks to complete the removal.
    Confirmed,
    /// It is the last sign-in method: explains the alternatives.
    Refused,
}
