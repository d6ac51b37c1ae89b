//! The token endpoint: one code, one ID token (RFC 6749 §4.1.3, OpenID Connect Core §3.1.3).

use std::time::Duration;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{
    acr::Acr,
    behaviour::Behaviour,
    client_auth::{self, OAuthError},
    keys,
    provider::{Grant, Provider, Shared},
};
use crate::{clock::Seconds, random, web::Params};

/// Lifetime of an ID token, in seconds.
const ID_TOKEN_LIFE: Seconds = 120;
/// How long a slow token endpoint takes.
const SLOW: Duration = Duration::from_secs(30);
/// The offset of the times in a token that is not yet valid or has expired, in seconds.
const OFF: Seconds = 5 * 60;

/// `POST /token`
pub(crate) async fn token(
    State(provider): State<Shared>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, OAuthError> {
    client_auth::authenticate(&provider, &headers, &params)?;
    let grant = redeem(&provider, &params)?;
    match grant.behaviour {
        Behaviour::TokenError => {
            return Err(OAuthError {
                status: StatusCode::INTERNAL_SERVER_ERROR,
                error: "server_error",
                description: "asked for by the tester",
            });
        }
        Behaviour::TokenSlow => tokio::time::sleep(SLOW).await,
        _ => {}
    }
    let id_token = id_token(&provider, &grant).map_err(|error| {
        tracing::error!(%error, "the simulated eID could not sign an ID token");
        OAuthError {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            error: "server_error",
            description: "the ID token could not be signed",
        }
    })?;
    Ok(Json(json!({
        "access_token": random::token(),
        "token_type": "Bearer",
        "expires_in": ID_TOKEN_LIFE,
        "scope": "openid",
        "id_token": id_token,
    }))
    .into_response())
}

/// Consumes the code, even if the request is otherwise invalid.
fn redeem(provider: &Provider, params: &Params) -> Result<Grant, OAuthError> {
    match params.get("grant_type") {
        Some("authorization_code") => {}
        Some(_) => {
            return Err(OAuthError::bad(
                "unsupported_grant_type",
                "only authorization_code is supported",
            ));
        }
        None => return Err(OAuthError::bad("invalid_request", "grant_type is missing")),
    }
    if params.repeats(|_| true) {
        return Err(OAuthError::bad(
            "invalid_request",
            "a parameter is repeated",
        ));
    }
    let required = |name: &str, description| {
        params
            .get(name)
            .ok_or(OAuthError::bad("invalid_request", description))
    };
    let code = required("code", "code is missing")?;
    let redirect_uri = required("redirect_uri", "redirect_uri is missing")?;
    let verifier = required("code_verifier", "code_verifier is missing")?;
    let invalid = |description| OAuthError::bad("invalid_grant", description);
    let grant = provider
        .memory()
        .codes
        .take(code, provider.clock.now())
        .ok_or(invalid("the code is unknown, used or expired"))?;
    if grant.redirect_uri != redirect_uri {
        return Err(invalid("redirect_uri is another one"));
    }
    if !(43..=128).contains(&verifier.len()) || challenge(verifier) != grant.code_challenge {
        return Err(invalid("code_verifier does not fit"));
    }
    Ok(grant)
}

/// The S256 challenge of a verifier (RFC 7636 §4.2).
pub(crate) fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

fn id_token(provider: &Provider, grant: &Grant) -> Result<String, jsonwebtoken::errors::Error> {
    let claims = claims(provider, grant);
    match grant.behaviour {
        Behaviour::AlgNone => Ok(keys::unsigned(&claims)),
        Behaviour::WrongSignature => {
            let token = provider.keys.sign(&claims)?;
            Ok(keys::break_signature(&token))
        }
        _ => provider.keys.sign(&claims),
    }
}

fn claims(provider: &Provider, grant: &Grant) -> Value {
    let session = &grant.session;
    let client_id = &provider.client.client_id;
    let issued = provider.clock.now();
    let mut claims = json!({
        "iss": provider.issuer,
        "sub": subject(client_id, &session.pid),
        "aud": client_id,
        "nonce": grant.nonce,
        "acr": session.acr.name(),
        "amr": ["TestID"],
        "sid": session.sid,
        "auth_time": session.auth_time,
        "iat": issued,
        "exp": issued + ID_TOKEN_LIFE,
        "jti": random::token(),
        "locale": grant.locale.tag(),
        "pid": session.pid,
    });
    let Some(map) = claims.as_object_mut() else {
        return claims;
    };
    let mut set = |name: &str, value: Value| map.insert(name.to_owned(), value);
    match grant.behaviour {
        Behaviour::WrongIssuer => {
            set("iss", json!("https://annen-utsteder.example"));
        }
        Behaviour::WrongAudience => {
            set("aud", json!("en-annen-klient"));
        }
        Behaviour::WrongNonce => {
            set("nonce", json!(random::token()));
        }
        Behaviour::IssuedInFuture => {
            set("iat", json!(issued + OFF));
            set("nbf", json!(issued + OFF));
            set("auth_time", json!(issued + OFF));
            set("exp", json!(issued + OFF + ID_TOKEN_LIFE));
        }
        Behaviour::Expired => {
            set("iat", json!(issued - OFF - ID_TOKEN_LIFE));
            set("auth_time", json!(issued - OFF - ID_TOKEN_LIFE));
            set("exp", json!(issued - OFF));
        }
        _ => {}
    }
    // A self-registered person has proven an e-mail address only.
    if grant.behaviour == Behaviour::NoPid || session.acr == Acr::SelfRegistered {
        map.remove("pid");
    }
    claims
}

/// The pairwise subject: different for each client
/// (OpenID Connect Core §8.1).
pub(crate) fn subject(client_id: &str, pid: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(b"simulated-eid pairwise subject\0");
    hash.update(client_id);
    hash.update(b"\0");
    hash.update(pid);
    URL_SAFE_NO_PAD.encode(hash.finalize())
}
