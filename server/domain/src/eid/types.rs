//! Sign-ins at eID providers, from start to callback.

use crate::kernel::secret::Digest256;
use kobling_model::{FlowId, ProviderId, Timestamp};

/// A sign-in begun at a provider. Single use: its state comes back once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EidAttempt {
    /// Hash of the `state`.
    pub state: Digest256,
    /// The flow that it is part of.
    pub flow: FlowId,
    /// Which provider.
    pub provider: ProviderId,
    /// Hash of the browser cookie that it was begun with.
    pub browser: Digest256,
    /// When a new sign-in was demanded, if one was: an older one does not answer it.
    pub demanded_at: Option<Timestamp>,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// The parameters of the callback (OpenID Connect Core §3.1.2.5 and §3.1.2.6).
#[derive(Clone, Default)]
pub struct Callback {
    /// Correlates.
    pub state: Option<String>,
    /// The authorization code.
    pub code: Option<String>,
    /// The issuer of the response (RFC 9207).
    pub iss: Option<String>,
    /// The error code of the provider.
    pub error: Option<String>,
}
