//! Logout tokens (OpenID Connect Back-Channel Logout 1.0 §2.6).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::JwkSet};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::clock::Seconds;

/// The member of `events` that identifies a logout token.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

#[derive(Deserialize)]
struct Claims {
    sid: String,
    jti: String,
    events: Map<String, Value>,
    nonce: Option<Value>,
}

/// The claims of a logout token.
pub(crate) struct LogoutToken {
    /// The session that has ended.
    pub(crate) sid: String,
    /// The `jti`; accepted once.
    pub(crate) jti: String,
    /// Until when a token with this `jti` could be replayed, in seconds since 1970.
    pub(crate) expires: Seconds,
}

/// The key that a token says it is signed with.
pub(crate) fn kid(token: &str) -> Option<String> {
    jsonwebtoken::decode_header(token).ok()?.kid
}

/// Validates a token, except for replay.
pub(crate) fn read(token: &str, keys: &JwkSet, issuer: &str, client: &str) -> Option<LogoutToken> {
    #[derive(Deserialize)]
    struct Times {
        exp: Seconds,
    }
    let header = jsonwebtoken::decode_header(token).ok()?;
    if header.typ.as_deref() != Some("logout+jwt") {
        return None;
    }
    if ![Algorithm::ES256, Algorithm::RS256].contains(&header.alg) {
        return None;
    }
    let key = DecodingKey::from_jwk(keys.find(&header.kid?)?).ok()?;
    let mut validation = Validation::new(header.alg);
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[client]);
    validation.set_required_spec_claims(&["iss", "aud", "exp"]);
    let claims: Claims = jsonwebtoken::decode(token, &key, &validation).ok()?.claims;
    let times: Times = payload(token)?;
    let is_event = claims.events.get(EVENT).is_some_and(Value::is_object);
    (is_event && claims.nonce.is_none()).then_some(LogoutToken {
        sid: claims.sid,
        jti: claims.jti,
        expires: times.exp,
    })
}

/// `sid` of an ID token that has been verified.
pub(crate) fn sid(id_token: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        sid: Option<String>,
    }
    payload::<Named>(id_token)?.sid
}

fn payload<T: for<'de> Deserialize<'de>>(token: &str) -> Option<T> {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&claims).ok()
}
