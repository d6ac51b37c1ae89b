//! Client authentication (RFC 6749 §2.3, RFC 7523 §3, OpenID Connect Core §9), the same at every endpoint that clients
//! call directly.

use super::{
    jose::{ALGORITHMS, NamedKey, Signed},
    parameters::Parameters,
    refusal::Refusal,
};
use crate::{config::secret_digest, web::State};
use axum::http::{HeaderMap, header};
use base64::{Engine, engine::general_purpose::STANDARD};
use kobling_domain::{
    Visitor,
    kernel::secret::Purpose,
    oidc::client::{Client, ClientAuth, ClientKeys, Origin},
};
use kobling_model::{Timestamp, time::Span};
use serde::Deserialize;

/// The only `client_assertion_type` (RFC 7523 §2.2).
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The client authentication methods, by their registered names (OpenID Connect Core §9).
pub const METHODS: [&str; 4] = [
    "client_secret_basic",
    "client_secret_post",
    "private_key_jwt",
    "none",
];

/// The methods of confidential clients.
pub const PROVEN_METHODS: [&str; 3] = [METHODS[0], METHODS[1], METHODS[2]];

/// The permitted clock skew, in seconds.
const SKEW: i64 = 60;

/// The longest time until an assertion expires, in seconds. Its `jti` is stored that long.
const LONGEST_LIFE: i64 = 600;

/// The longest `jti`, in bytes. Only its hash is stored.
const LONGEST_JTI: usize = 256;

/// One recipient, or a list (RFC 7519 §4.1.3).
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Recipients {
    One(String),
    Several(Vec<String>),
}

#[derive(Debug, Clone, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Recipients,
    exp: f64,
    iat: Option<f64>,
    nbf: Option<f64>,
    jti: String,
}

/// A client assertion (RFC 7523 §3), not verified yet.
#[derive(Debug, Clone)]
pub struct Assertion<'a> {
    signed: Signed<'a>,
    claims: Claims,
}

/// A valid assertion, before the check for replay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// `jti`.
    pub jti: String,
    /// `exp`, in seconds.
    pub exp: i64,
}

/// Why an assertion is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unverified {
    /// None of these keys can have signed it; the client may have published newer ones.
    UnknownKey,
    /// A claim or the signature is invalid.
    Invalid,
}

impl<'a> Assertion<'a> {
    /// Parses an assertion without verifying it.
    #[must_use]
    pub fn read(text: &'a str) -> Option<Self> {
        let signed = Signed::read(text)?;
        // A token of another type was issued for another purpose (RFC 8725 §3.11).
        let is_one = signed.header.typ.as_deref().is_none_or(|typ| {
            ["jwt", "client-authentication+jwt"].contains(&typ.to_ascii_lowercase().as_str())
        });
        let claims = signed.claims()?;
        is_one.then_some(Self { signed, claims })
    }

    /// `sub`: the client that it claims to be from.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.claims.sub
    }

    /// Verifies the signature and the claims (RFC 7523 §3, OpenID Connect Core §9), without the check for replay.
    /// `audiences` are the accepted values of `aud`, `now` is in seconds.
    ///
    /// # Errors
    /// [`Unverified`].
    pub fn check(
        &self,
        keys: &[NamedKey],
        audiences: &[&str],
        now: i64,
    ) -> Result<Verified, Unverified> {
        let claims = &self.claims;
        // A second audience could send us the assertion as its own (RFC 7523 §3, audience injection).
        let ours = match &claims.aud {
            Recipients::One(one) => audiences.contains(&one.as_str()),
            Recipients::Several(all) => {
                matches!(all.as_slice(), [one] if audiences.contains(&one.as_str()))
            }
        };
        // The casts saturate: a value out of range is far from now as well.
        let exp = claims.exp as i64;
        let in_time = exp > now - SKEW
            && exp <= now + LONGEST_LIFE + SKEW
            && claims.nbf.is_none_or(|nbf| nbf as i64 <= now + SKEW)
            && claims.iat.is_none_or(|iat| {
                let iat = iat as i64;
                iat <= now + SKEW && iat >= now - LONGEST_LIFE - SKEW
            });
        let valid = ours
            && in_time
            && !claims.sub.is_empty()
            && claims.iss == claims.sub
            && (1..=LONGEST_JTI).contains(&claims.jti.len())
            && ALGORITHMS.contains(&self.signed.header.alg.as_str());
        if !valid {
            return Err(Unverified::Invalid);
        }
        let key = self.signed.key_among(keys).ok_or(Unverified::UnknownKey)?;
        if !self.signed.is_by(key) {
            return Err(Unverified::Invalid);
        }
        Ok(Verified {
            jti: claims.jti.clone(),
            exp,
        })
    }
}

/// The credential in a request.
enum Credential<'a> {
    Secret(&'a str),
    Assertion(Box<Assertion<'a>>),
    Nothing,
}

/// Authenticates the client of a request to `path`: by one method only (RFC 6749 §2.3), the one that it is registered
/// for.
///
/// # Errors
/// [`Refusal::InvalidRequest`] for two methods or two client ids; [`Refusal::InvalidClient`] for an unknown or
/// unauthenticated client; [`Refusal::TooMany`] when the network has guessed too often; [`Refusal::ServerError`].
pub(crate) async fn authenticate(
    state: &State,
    visitor: &Visitor,
    headers: &HeaderMap,
    parameters: &Parameters,
    path: &str,
) -> Result<Client, Refusal> {
    let mut headers = headers.get_all(header::AUTHORIZATION).iter();
    let basic = match (headers.next(), headers.next()) {
        (None, _) => None,
        (Some(_), Some(_)) => return Err(Refusal::InvalidRequest),
        (Some(value), None) => {
            Some(basic(value.to_str().unwrap_or_default()).ok_or(Refusal::InvalidClient)?)
        }
    };
    let posted = parameters.get("client_secret");
    let assertion = match (
        parameters.get("client_assertion_type"),
        parameters.get("client_assertion"),
    ) {
        (None, None) => None,
        (Some(kind), Some(text)) => Some((kind, text)),
        _ => return Err(Refusal::InvalidRequest),
    };
    let methods = [basic.is_some(), posted.is_some(), assertion.is_some()];
    if methods.into_iter().filter(|used| *used).count() > 1 {
        return Err(Refusal::InvalidRequest);
    }
    let credential = match (&basic, posted, assertion) {
        (Some((_, secret)), ..) => Credential::Secret(secret),
        (_, Some(secret), _) => Credential::Secret(secret),
        (.., Some((JWT_BEARER, text))) => Credential::Assertion(Box::new(
            Assertion::read(text).ok_or(Refusal::InvalidClient)?,
        )),
        (.., Some(_)) => return Err(Refusal::InvalidClient),
        (None, None, None) => Credential::Nothing,
    };
    let named = match &credential {
        Credential::Assertion(assertion) => Some(assertion.client_id()),
        _ => basic.as_ref().map(|(id, _)| id.as_str()),
    };
    let id = match (named, parameters.get("client_id")) {
        (Some(named), Some(posted)) if named != posted => return Err(Refusal::InvalidRequest),
        (Some(id), _) | (None, Some(id)) => id,
        (None, None) => return Err(Refusal::InvalidClient),
    };
    let client = state
        .kobling
        .clients
        .find(id)
        .await?
        .ok_or(Refusal::InvalidClient)?;
    let authenticated = match (&client.auth, &credential) {
        (ClientAuth::Secret(digest), Credential::Secret(secret)) => {
            state.kobling.clients.may_try(visitor, &client).await?;
            // Digests are compared, so that the time taken does not reveal the secret.
            let right = *digest == secret_digest(secret);
            if !right {
                state.kobling.clients.tried(visitor, &client).await?;
            }
            right
        }
        (ClientAuth::Public, Credential::Nothing) => true,
        (ClientAuth::PrivateKeyJwt(keys), Credential::Assertion(assertion)) => {
            is_valid(state, (client.origin, keys), assertion, path).await?
        }
        _ => false,
    };
    if authenticated {
        Ok(client)
    } else {
        Err(Refusal::InvalidClient)
    }
}

/// Whether an assertion is valid at `path` and unused. If no key fits, the client's keys are fetched again.
async fn is_valid(
    state: &State,
    keys: (Origin, &ClientKeys),
    assertion: &Assertion<'_>,
    path: &str,
) -> Result<bool, Refusal> {
    let now = state.kobling.ports().clock.now();
    let issuer = state.kobling.settings().origin.as_str();
    let (token, here) = (format!("{issuer}/oidc/token"), format!("{issuer}{path}"));
    // RFC 9700 §2.5 recommends the issuer. Most clients send the token endpoint, to other endpoints as well (RFC 9126
    // §2).
    let audiences = [issuer, token.as_str(), here.as_str()];
    let mut verified = Err(Unverified::UnknownKey);
    for wants_newer in [false, true] {
        let Some(known) = state.client_keys.of(keys, now, wants_newer).await else {
            continue;
        };
        verified = assertion.check(&known, &audiences, now.as_seconds());
        if verified != Err(Unverified::UnknownKey) {
            break;
        }
    }
    let Ok(verified) = verified else {
        return Ok(false);
    };
    let until = Timestamp::from_seconds(verified.exp) + Span::seconds(SKEW + 1);
    let parts = [assertion.client_id(), &verified.jti];
    Ok(state
        .kobling
        .replay
        .spend(Purpose::ClientAssertion, &parts, until)
        .await?)
}

/// Both halves are form-encoded before they are joined (RFC 6749 §2.3.1).
pub(crate) fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decoded = |part: &str| {
        url::form_urlencoded::parse(format!("x={part}").as_bytes())
            .next()
            .map(|(_, value)| value.into_owned())
    };
    Some((decoded(id)?, decoded(secret)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn basic_credentials_are_form_decoded() {
        let header = format!("Basic {}", STANDARD.encode("my%3Aid:a%20b%2Bc"));
        assert_eq!(basic(&header), Some(("my:id".into(), "a b+c".into())));
        assert_eq!(basic("Bearer x"), None);
        assert_eq!(basic("Basic !!!"), None);
    }

    proptest! {
        #[test]
        fn no_credential_of_a_stranger_s_makes_us_panic(text in ".{0,300}", scheme in "Basic |basic |Bearer |") {
            let _ = basic(&format!("{scheme}{text}"));
            let _ = basic(&format!("{scheme}{}", STANDARD.encode(&text)));
            prop_assert!(Assertion::read(&text).is_none());
            let claims = URL_SAFE_NO_PAD.encode(&text);
            let _ = Assertion::read(&format!("eyJhbGciOiJFUzI1NiJ9.{claims}.AAAA"));
        }

        #[test]
        fn no_number_in_an_assertion_makes_us_panic(exp in any::<f64>(), iat in any::<f64>(), now in -4_000_000_000i64..4_000_000_000) {
            prop_assume!(exp.is_finite() && iat.is_finite());
            let claims = json!({ "iss": "a", "sub": "a", "aud": "k", "jti": "x", "exp": exp, "iat": iat, "nbf": iat });
            let text = format!("eyJhbGciOiJFUzI1NiJ9.{}.AAAA", URL_SAFE_NO_PAD.encode(claims.to_string()));
            let assertion = Assertion::read(&text).expect("in form");
            prop_assert!(assertion.check(&[], &["k"], now).is_err());
        }
    }
}
