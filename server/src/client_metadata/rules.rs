//! What differs between clients of different origin, and what is said of one that meets no rule.

use kobling_domain::oidc::client::SigningAlg;

/// What differs between the ways to become known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Addresses on this machine may be http: tests, never production.
    pub local_http: bool,
    /// The client is a stranger, and what it gives as an address of its own is asked for by us: no numbers, no names of
    /// our own network.
    pub stranger: bool,
    /// What signs unless said.
    pub signing: SigningAlg,
}

/// What is wrong with a client (RFC 7591 §3.2.2).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {why}")]
pub struct MetadataError {
    /// The metadata field.
    pub field: &'static str,
    /// Why it does not do, for whoever wrote it.
    pub why: String,
}

impl MetadataError {
    /// The code, as registered (RFC 7591 §3.2.2).
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
