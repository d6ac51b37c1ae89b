//! Signing out.

use crate::FlowId;
use crate::status::NoticeStatus;
use serde::{Deserialize, Serialize};

/// `/sign-out`: asks first, when an application asks for a sign-out without saying whom it means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignOutView {
    /// The flow that remembers where to go afterwards.
    pub flow: Option<FlowId>,
    /// The application, by name.
    pub client: Option<String>,
    /// Where the person goes afterwards (CSP `form-action`).
    pub client_origin: Option<String>,
}

/// A recipient of a sign-out notice: an application, or the eID provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotifiedItem {
    /// The display name.
    pub name: String,
    /// The status of the notice.
    pub told: NoticeStatus,
}
