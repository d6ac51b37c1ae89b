//! Access to an application, and what the application learns.

use crate::status::NoAccessReason;
use crate::view::provider::ProviderView;
use crate::{FlowId, Problem, Timestamp};
use serde::{Deserialize, Serialize};

/// `/no-access`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoAccessView {
    /// The flow that was refused.
    pub flow: FlowId,
    /// The account's address.
    pub email: String,
    /// The application, by name.
    pub client: String,
    /// The organisation whose users may enter.
    pub organisation: String,
    /// The organisation's contact.
    pub contact: String,
    /// The reference for the help desk, which identifies the audit row.
    pub reference: String,
    /// The provider to link anew with: the one signed in by, else the first. Where another sign-in is wanted: the one to
    /// sign in with.
    pub provider: Option<ProviderView>,
    /// Why not.
    pub reason: NoAccessReason,
    /// What went wrong last.
    pub problem: Option<Problem>,
    /// The application's origin (CSP `form-action`).
    pub client_origin: Option<String>,
}

/// `/consent`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentView {
    /// The flow.
    pub flow: FlowId,
    /// The application, by name.
    pub client: String,
    /// The host that the answer goes to.
    pub host: String,
    /// The address of the account that is signed in, where the page does not say it anyway.
    pub account: Option<String>,
    /// The name, if the application requests it.
    pub name: Option<String>,
    /// The address, if the application requests it.
    pub email: Option<String>,
    /// The application's origin (CSP `form-action`).
    pub client_origin: Option<String>,
}

/// What an application learns, besides that the person is the same one each time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Learns {
    /// The name.
    pub name: bool,
    /// The address.
    pub email: bool,
}

/// A third-party application with the person's consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationItem {
    /// Its id.
    pub client: String,
    /// Its name.
    pub name: String,
    /// What it learns.
    pub learns: Learns,
    /// When the consent was given or last extended.
    pub given_at: Timestamp,
}
