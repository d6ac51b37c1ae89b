//! A client's public keys.

use super::{MetadataError, Rules, address::Address, wrong};
use crate::oidc::jose::NamedKey;
use kobling_domain::oidc::client::{ClientAuth, ClientKeys};
use serde_json::Value;

/// The most keys that one client has.
const MOST_KEYS: usize = 16;
/// Members that only private and shared keys have (RFC 7518 §6).
const PRIVATE: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "k"];

/// Where a client's keys are, if it has any: here or at an address, never both (RFC 7591 §2).
///
/// # Errors
/// [`MetadataError`].
pub fn client_keys(
    jwks: Option<&Value>,
    jwks_uri: Option<&str>,
    rules: Rules,
) -> Result<Option<ClientKeys>, MetadataError> {
    match (jwks, jwks_uri) {
        (Some(_), Some(_)) => Err(wrong("jwks", "either jwks or jwks_uri")),
        (None, None) => Ok(None),
        (None, Some(uri)) => {
            Address::asked_by_us("jwks_uri", uri, rules)?;
            Ok(Some(ClientKeys::At(uri.to_owned())))
        }
        (Some(jwks), None) => {
            let keys = jwks.get("keys").and_then(Value::as_array);
            let keys = keys.ok_or_else(|| wrong("jwks", "must be a JWK set with keys"))?;
            if keys.is_empty() || keys.len() > MOST_KEYS {
                return Err(wrong("jwks", format!("must have 1 to {MOST_KEYS} keys")));
            }
            let private = |key: &Value| PRIVATE.iter().any(|member| key.get(member).is_some());
            if keys.iter().any(private) {
                let why = "must be public keys only; a private key that was sent here is one to be replaced";
                return Err(wrong("jwks", why));
            }
            let text = jwks.to_string();
            // What is not understood is passed over (RFC 7517 §5), but something has to be left.
            if NamedKey::read_set(&text).is_none_or(|known| known.is_empty()) {
                let why = "has no key for signatures of ES256, RS256, PS256 or EdDSA";
                return Err(wrong("jwks", why));
            }
            Ok(Some(ClientKeys::Here(text)))
        }
    }
}

/// The same as metadata.
pub fn shown(auth: &ClientAuth) -> (Option<Value>, Option<String>) {
    match auth {
        ClientAuth::PrivateKeyJwt(ClientKeys::Here(jwks)) => {
            (serde_json::from_str(jwks).ok(), None)
        }
        ClientAuth::PrivateKeyJwt(ClientKeys::At(uri)) => (None, Some(uri.clone())),
        ClientAuth::Secret(_) | ClientAuth::Public => (None, None),
    }
}
