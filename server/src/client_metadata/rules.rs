//! The rules that differ by how a client is registered, and the error for invalid metadata.

use kobling_domain::oidc::client::SigningAlg;

/// What differs by how a client is registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Addresses on localhost may be http. Only in mode `test`.
    pub local_http: bool,
    /// The client registers itself. Since the server requests the addresses that it gives, they must have a public host
    /// name: no IP addresses and no names in the local network.
    pub untrusted: bool,
    /// The default of `id_token_signed_response_alg`.
    pub signing: SigningAlg,
}

/// An error in client metadata (RFC 7591 §3.2.2).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {why}")]
pub struct MetadataError {
    /// The metadata field.
    pub field: &'static str,
    /// The reason, for the developer of the client.
    pub why: String,
}

impl MetadataError {
    /// The error code (RFC 7591 §3.2.2).
    #[must_use]
    pub fn code(&self) -> &'static str {
        if self.field == "redirect_uris" {
            "invalid_redirect_uri"
        } else {
            "invalid_client_metadata"
        }
    }
}

pub(crate) fn wrong(field: &'static str, why: impl Into<String>) -> MetadataError {
    MetadataError {
        field,
        why: why.into(),
    }
}
