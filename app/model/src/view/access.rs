//! Access to an application, and what the application learns.

use crate::status::NoAccessReason;
use crate::view::provider::ProviderView;
use crate::{FlowId, Problems, Timestamp};
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
    /// The organisation whose users have access.
    pub organisation: String,
    /// The organisation's contact.
    pub contact: String,
    /// The e-mail address in the contact, if it has one, and the link that writes to it.
    pub mailto: Option<(String, String)>,
    /// The reference for the help desk, which identifies the audit row.
    pub reference: String,
    /// The provider for linking again: the one of the sign-in, otherwise the first. If another sign-in method is
    /// required: the provider to sign in with.
    pub provider: Option<ProviderView>,
    /// Why access is refused.
    pub reason: NoAccessReason,
    /// What the organisation's addresses look like.
    pub address_hint: Option<String>,
    /// Another address, as typed last.
    pub typed: String,
    /// What went wrong last.
    pub problem: Problems,
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
    /// The host of the redirect URI.
    pub host: String,
    /// The address of the signed-in account, if the page does not show it otherwise.
    pub account: Option<String>,
    /// The name, if the application requests it.
    pub name: Option<String>,
    /// The address, if the application requests it.
    pub email: Option<String>,
    /// The application's origin (CSP `form-action`).
    pub client_origin: Option<String>,
}

/// The claims that an application receives in addition to the subject.
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
    /// The claims that it receives.
    pub learns: Learns,
    /// When the consent was given or last extended.
    pub given_at: Timestamp,
}
