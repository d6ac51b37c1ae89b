//! The token endpoint, and the verification of its response.

use crate::{
    check::{Facts, LEEWAY, When},
    discovery::Known,
    error_code::error_code,
};
use chrono::{DateTime, Utc};
use kobling_domain::eid::port::EidError;
use kobling_http::Response;
use kobling_model::Timestamp;
use openidconnect::{
    AdditionalClaims, ClaimsVerificationError, ClientId, IdToken, IdTokenClaims, IdTokenVerifier,
    IssuerUrl, Nonce, SignatureVerificationError,
    core::{
        CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::{fmt, str::FromStr};

const WHERE: &str = "token endpoint";

/// Claims outside OpenID Connect Core. They contain the identity number, so `Debug` shows none.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct More(Map<String, Value>);

impl fmt::Debug for More {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("More(…)")
    }
}

impl AdditionalClaims for More {}

pub(crate) type Token =
    IdToken<More, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
type Claims = IdTokenClaims<More, CoreGenderClaim>;

/// Why an ID token does not verify.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It names an unknown key: the keys may have rotated.
    UnknownKey,
    /// It fails this check.
    Fails(&'static str),
}

/// Extracts the ID token from a token response.
pub(crate) fn id_token(answer: &Response) -> Result<Token, EidError> {
    #[derive(Deserialize)]
    struct TokenResponse {
        id_token: String,
    }
    let invalid = |what: &str| EidError::Invalid(format!("{WHERE}: {what}"));
    match answer.status {
        200 => {}
        429 | 500.. => {
            return Err(EidError::Unavailable(format!(
                "{WHERE}: status {}",
                answer.status
            )));
        }
        status => {
            return Err(invalid(&format!(
                "status {status}, {}",
                error_code(&answer.body)
            )));
        }
    }
    let response: TokenResponse = serde_json::from_slice(&answer.body)
        .map_err(|_| invalid("answer without a readable ID token"))?;
    Token::from_str(&response.id_token).map_err(|_| invalid("ID token not readable"))
}

/// Signature, `iss`, `aud`, `nonce` and `exp` (OpenID Connect Core §3.1.3.7), by the `openidconnect` crate.
pub(crate) fn verify(
    token: &Token,
    known: &Known,
    issuer: &IssuerUrl,
    client_id: &str,
    nonce: &str,
    now: Timestamp,
) -> Result<Facts, Refusal> {
    // The crate refuses at `now >= exp`. With the clock set back by the leeway plus one step, it accepts tokens that
    // expired within the leeway.
    let set_back = Timestamp((now - LEEWAY).0.saturating_sub(1));
    let set_back =
        DateTime::<Utc>::from_timestamp_micros(set_back.0).ok_or(Refusal::Fails("our clock"))?;
    // A verifier without a client secret never accepts a MAC.
    let verifier: IdTokenVerifier<'_, CoreJsonWebKey> = IdTokenVerifier::new_public_client(
        ClientId::new(client_id.to_owned()),
        issuer.clone(),
        known.keys.clone(),
    )
    .set_allowed_algs(known.endpoints.algorithms.iter().cloned())
    .set_time_fn(move || set_back);
    let claims = token
        .claims(&verifier, &Nonce::new(nonce.to_owned()))
        .map_err(|error| refusal(&error))?;
    facts(claims).ok_or(Refusal::Fails("nbf"))
}

fn refusal(error: &ClaimsVerificationError) -> Refusal {
    // The crate's messages contain token values; these name only the check.
    Refusal::Fails(match error {
        ClaimsVerificationError::Expired(_) => "exp",
        ClaimsVerificationError::InvalidAudience(_) => "aud",
        ClaimsVerificationError::InvalidIssuer(_) => "iss",
        ClaimsVerificationError::InvalidNonce(_) => "nonce",
        ClaimsVerificationError::SignatureVerification(error) => match error {
            SignatureVerificationError::NoMatchingKey => return Refusal::UnknownKey,
            SignatureVerificationError::NoSignature => "no signature",
            SignatureVerificationError::DisallowedAlg(_)
            | SignatureVerificationError::UnsupportedAlg(_) => "signature algorithm",
            _ => "signature",
        },
        ClaimsVerificationError::Unsupported(_) => "header",
        _ => "ID token",
    })
}

/// The claims for the following checks; `None` if `nbf` is not a time.
fn facts(claims: &Claims) -> Option<Facts> {
    let more = &claims.additional_claims().0;
    let moment = |at: DateTime<Utc>| Timestamp(at.timestamp_micros());
    let not_before = match more.get("nbf") {
        None | Some(Value::Null) => None,
        Some(value) => Some(Timestamp::from_seconds(
            value
                .as_i64()
                .or_else(|| value.as_f64().map(|n| n.ceil() as i64))?,
        )),
    };
    Some(Facts {
        subject: claims.subject().as_str().to_owned(),
        authorized_party: claims.authorized_party().map(|party| party.to_string()),
        when: When {
            issued: moment(claims.issue_time()),
            not_before,
            authenticated: claims.auth_time().map(moment),
        },
        acr: claims.auth_context_ref().map(|acr| acr.to_string()),
        amr: claims
            .auth_method_refs()
            .into_iter()
            .flatten()
            .map(|method| method.to_string())
            .collect(),
        more: more.clone(),
    })
}
