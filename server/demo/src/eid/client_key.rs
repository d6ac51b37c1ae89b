//! The public key of a client that signs its assertions.

use jsonwebtoken::{
    DecodingKey,
    jwk::{AlgorithmParameters, Jwk},
};
use serde_json::Value;

/// The public key of a client that signs its assertions.
pub(crate) struct ClientKey {
    pub(crate) kid: String,
    pub(crate) key: DecodingKey,
}

impl ClientKey {
    /// Reads an RSA JWK with a `kid`.
    pub(crate) fn read(jwk: &Value) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(jwk.clone()).ok()?;
        if !matches!(jwk.algorithm, AlgorithmParameters::RSA(_)) {
            return None;
        }
        Some(Self {
            kid: jwk.common.key_id.clone()?,
            key: DecodingKey::from_jwk(&jwk).ok()?,
        })
    }
}
