//! Signing out.

use crate::FlowId;
use crate::status::NoticeStatus;
use serde::{Deserialize, Serialize};

/// `/sign-out`: confirms a sign-out that an application requests without a valid hint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignOutView {
    /// Whether there is anybody to sign out.
    pub signed_in: bool,
    /// The flow, which stores the redirect URI after the sign-out.
    pub flow: Option<FlowId>,
    /// The application, by name.
    pub client: Option<String>,
    /// The origin of the redirect URI after the sign-out (CSP `form-action`).
    pub client_origin: Option<String>,
}

/// A recipient of a sign-out notice: an application, or the eID provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotifiedItem {
    /// The display name.
    pub name: String,
    /// The status of the notice.
    pub status: NoticeStatus,
}
