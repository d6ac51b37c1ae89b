//! A client's public keys.

use super::{MetadataError, Rules, address::Address, wrong};
use crate::oidc::jose::NamedKey;
use kobling_domain::oidc::client::{ClientAuth, ClientKeys};
use serde_json::Value;

/// The maximum number of keys of a client.
const MAX_KEYS: usize = 16;
/// Members that only private and shared keys have (RFC 7518 §6).
const PRIVATE: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "k"];

/// The client's keys, by value or by URL, never both (RFC 7591 §2).
///
/// # Errors
/// [`MetadataError`].
pub fn client_keys(
    jwks: Option<&Value>,
    jwks_uri: Option<&str>,
    rules: Rules,
) -> Result<Option<ClientKeys>, MetadataError> {
    match (jwks, jwks_uri) {
        (Some(_), Some(_)) => Err(wrong("jwks", "cannot be combined with jwks_uri")),
        (None, None) => Ok(None),
        (None, Some(uri)) => {
            Address::fetched("jwks_uri", uri, rules)?;
            Ok(Some(ClientKeys::At(uri.to_owned())))
        }
        (Some(jwks), None) => {
            let keys = jwks.get("keys").and_then(Value::as_array);
            let keys = keys.ok_or_else(|| wrong("jwks", "must be a JWK set"))?;
            if keys.is_empty() || keys.len() > MAX_KEYS {
                return Err(wrong("jwks", format!("must contain 1 to {MAX_KEYS} keys")));
            }
            let private = |key: &Value| PRIVATE.iter().any(|member| key.get(member).is_some());
            if keys.iter().any(private) {
                let why = "must contain public keys only; replace the private key, which is now compromised";
                return Err(wrong("jwks", why));
            }
            let text = jwks.to_string();
            // Unknown keys are ignored (RFC 7517 §5), but at least one usable key must remain.
            if NamedKey::read_set(&text).is_none_or(|known| known.is_empty()) {
                let why = "must contain a signature key for ES256, RS256, PS256 or EdDSA";
                return Err(wrong("jwks", why));
            }
            Ok(Some(ClientKeys::Here(text)))
        }
    }
}

/// The `jwks` and `jwks_uri` of a client.
pub fn metadata(auth: &ClientAuth) -> (Option<Value>, Option<String>) {
    match auth {
        ClientAuth::PrivateKeyJwt(ClientKeys::Here(jwks)) => {
            (serde_json::from_str(jwks).ok(), None)
        }
        ClientAuth::PrivateKeyJwt(ClientKeys::At(uri)) => (None, Some(uri.clone())),
        ClientAuth::Secret(_) | ClientAuth::Public => (None, None),
    }
}
