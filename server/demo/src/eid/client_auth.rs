//! Client authentication at the token and PAR endpoints.

use axum::{
    Json,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jsonwebtoken::{Algorithm, Validation};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use url::form_urlencoded;

use super::{
    ClientAuth,
    client_key::ClientKey,
    provider::{Provider, Shared},
};
use crate::{clock::Seconds, web::Params};

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Maximum lifetime of an assertion, in seconds.
const ASSERTION_LIFE: Seconds = 120;
/// How far the client's clock may be ahead, in seconds.
const SKEW: Seconds = 10;

/// An error response (RFC 6749 §5.2).
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct OAuthError {
    pub(crate) status: StatusCode,
    pub(crate) error: &'static str,
    pub(crate) description: &'static str,
}

impl OAuthError {
    /// An error with status 400.
    pub(crate) const fn bad(error: &'static str, description: &'static str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            error,
            description,
        }
    }

    const fn client(description: &'static str) -> Self {
        Self {
            status: StatusCode::UNAUTHORIZED,
            error: "invalid_client",
            description,
        }
    }
}

impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        let body = json!({ "error": self.error, "error_description": self.description });
        let mut response = (self.status, Json(body)).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Basic realm=\"token\""),
            );
        }
        response
    }
}

#[derive(Deserialize)]
struct Assertion {
    iss: String,
    sub: String,
    aud: Audience,
    exp: Seconds,
    iat: Seconds,
    jti: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    /// Only this and nothing else: a second audience could replay the assertion here.
    fn is(&self, wanted: &str) -> bool {
        match self {
            Self::One(aud) => aud == wanted,
            Self::Many(list) => matches!(list.as_slice(), [aud] if aud == wanted),
        }
    }
}

/// Authenticates the registered client, by its registered method only.
pub(crate) fn authenticate(
    provider: &Shared,
    headers: &HeaderMap,
    params: &Params,
) -> Result<(), OAuthError> {
    let basic = headers.get(header::AUTHORIZATION);
    let secret = params.get("client_secret");
    let assertion = params.get("client_assertion");
    let methods = [basic.is_some(), secret.is_some(), assertion.is_some()];
    if methods.iter().filter(|used| **used).count() > 1 {
        return Err(OAuthError::bad(
            "invalid_request",
            "more than one way of client authentication",
        ));
    }
    match (&provider.client.auth, &provider.client_key) {
        (ClientAuth::Secret(expected), _) => {
            let (id, secret) = match (basic, secret) {
                (Some(value), _) => {
                    read_basic(value).ok_or(OAuthError::client("the header cannot be read"))?
                }
                (None, Some(secret)) => (
                    params.get("client_id").unwrap_or_default().to_owned(),
                    secret.to_owned(),
                ),
                (None, None) => return Err(OAuthError::client("the client secret is missing")),
            };
            if id == provider.client.client_id && same(&secret, expected) {
                same_client_id(provider, params)
            } else {
                Err(OAuthError::client("the client or its secret is wrong"))
            }
        }
        (ClientAuth::PrivateKeyJwt { .. }, Some(key)) => {
            let assertion = assertion.ok_or(OAuthError::client("client_assertion is missing"))?;
            if params.get("client_assertion_type") != Some(ASSERTION_TYPE) {
                return Err(OAuthError::client("client_assertion_type is wrong"));
            }
            check_assertion(provider, key, assertion)?;
            same_client_id(provider, params)
        }
        (ClientAuth::PrivateKeyJwt { .. }, None) => {
            Err(OAuthError::client("the client has no key"))
        }
    }
}

fn same_client_id(provider: &Provider, params: &Params) -> Result<(), OAuthError> {
    match params.get("client_id") {
        Some(id) if id != provider.client.client_id => {
            Err(OAuthError::client("client_id is another client's"))
        }
        _ => Ok(()),
    }
}

/// Both parts are form-encoded before they are joined (RFC 6749 §2.3.1).
fn read_basic(value: &HeaderValue) -> Option<(String, String)> {
    let encoded = value.to_str().ok()?.strip_prefix("Basic ")?;
    let joined = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (id, secret) = joined.split_once(':')?;
    Some((decode(id), decode(secret)))
}

fn decode(text: &str) -> String {
    let escaped = text.replace('&', "%26").replace('=', "%3D");
    form_urlencoded::parse(escaped.as_bytes())
        .map(|(name, _)| name.into_owned())
        .collect()
}

/// Compares hashes, so that the timing reveals nothing about the secret.
fn same(one: &str, other: &str) -> bool {
    Sha256::digest(one) == Sha256::digest(other)
}

fn check_assertion(provider: &Provider, key: &ClientKey, token: &str) -> Result<(), OAuthError> {
    let refuse = OAuthError::client;
    let header = jsonwebtoken::decode_header(token)
        .map_err(|_| refuse("client_assertion cannot be read"))?;
    let algorithm = match header.alg {
        alg @ (Algorithm::RS256 | Algorithm::RS384 | Algorithm::RS512) => alg,
        _ => return Err(refuse("client_assertion is signed with another algorithm")),
    };
    if header.kid.as_deref() != Some(key.kid.as_str()) {
        return Err(refuse("client_assertion names another key"));
    }
    // Times are compared with the provider's clock below.
    let mut validation = Validation::new(algorithm);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let claims = jsonwebtoken::decode::<Assertion>(token, &key.key, &validation)
        .map_err(|_| refuse("client_assertion's signature or claims do not hold"))?
        .claims;
    let client_id = &provider.client.client_id;
    if claims.iss != *client_id || claims.sub != *client_id {
        return Err(refuse("client_assertion's iss and sub must be the client"));
    }
    if !claims.aud.is(&provider.issuer) {
        return Err(refuse("client_assertion's aud must be the issuer"));
    }
    let now = provider.clock.now();
    if claims.exp <= now {
        return Err(refuse("client_assertion has expired"));
    }
    if claims.iat > now + SKEW || claims.exp > claims.iat.saturating_add(ASSERTION_LIFE) {
        return Err(refuse("client_assertion lives too long or lies ahead"));
    }
    let mut memory = provider.memory();
    if memory.assertions.get(&claims.jti, now).is_some() {
        return Err(refuse("client_assertion was used before"));
    }
    memory.assertions.insert(claims.jti, (), claims.exp, now);
    Ok(())
}
