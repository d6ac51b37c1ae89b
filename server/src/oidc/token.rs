//! `/oidc/token` (RFC 6749 §4.1.3, OpenID Connect Core §3.1.3).

use super::parameters::Parameters;
use crate::{
    config::secret_digest,
    web::{State, visitor},
};
use axum::{
    Json,
    body::Bytes,
    extract::State as Shared,
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use kobling_domain::{
    Visitor,
    client::{Client, ClientAuth},
};
use serde_json::json;

/// Errors of RFC 6749 §5.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    InvalidRequest,
    InvalidClient,
    InvalidGrant,
    UnsupportedGrantType,
    ServerError,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, error) = match self {
            Self::InvalidRequest => (StatusCode::BAD_REQUEST, "invalid_request"),
            Self::InvalidClient => (StatusCode::UNAUTHORIZED, "invalid_client"),
            Self::InvalidGrant => (StatusCode::BAD_REQUEST, "invalid_grant"),
            Self::UnsupportedGrantType => (StatusCode::BAD_REQUEST, "unsupported_grant_type"),
            Self::ServerError => (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable"),
        };
        let mut response = (status, Json(json!({ "error": error }))).into_response();
        if self == Self::InvalidClient {
            let value = header::HeaderValue::from_static("Basic realm=\"kobling\"");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, value);
        }
        response
    }
}

/// `POST /oidc/token`
pub(crate) async fn token(Shared(state): Shared<State>, parts: Parts, body: Bytes) -> Response {
    let visitor = visitor(&state, &parts);
    match exchange(&state, &visitor, &parts.headers, &body).await {
        Ok(response) => response,
        Err(refusal) => {
            if refusal == Refusal::InvalidClient
                && let Err(fault) = state
                    .kobling
                    .note_alone(&visitor, "client.refused", "")
                    .await
            {
                tracing::error!(%fault, "audit");
            }
            refusal.into_response()
        }
    }
}

async fn exchange(
    state: &State,
    visitor: &Visitor,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Response, Refusal> {
    let parameters = Parameters::parse(body).map_err(|_| Refusal::InvalidRequest)?;
    let client = &authenticate(state, headers, &parameters).await?;
    match parameters.get("grant_type") {
        Some("authorization_code") => {}
        Some(_) => return Err(Refusal::UnsupportedGrantType),
        None => return Err(Refusal::InvalidRequest),
    }
    let needed = |name| parameters.get(name).ok_or(Refusal::InvalidRequest);
    let (code, redirect_uri) = (needed("code")?, needed("redirect_uri")?);
    let verifier = needed("code_verifier")?;
    let redeemed = state
        .kobling
        .redeem(visitor, client, code, redirect_uri, verifier)
        .await
        .map_err(|fault| {
            tracing::error!(%fault, "token request");
            Refusal::ServerError
        })?
        .map_err(|_| Refusal::InvalidGrant)?;
    let now = state.kobling.ports().clock.now().as_seconds();
    let id_token = state
        .signer
        .id_token(&client.id, &redeemed.claims, now)
        .ok_or(Refusal::ServerError)?;
    let body = json!({
        "access_token": redeemed.access_token.expose(),
        "token_type": "Bearer",
        "expires_in": redeemed.expires_in,
        "scope": redeemed.scope,
        "id_token": id_token,
    });
    Ok((
        [
            (header::CACHE_CONTROL, "no-store"),
            (header::PRAGMA, "no-cache"),
        ],
        Json(body),
    )
        .into_response())
}

/// Which client asks, and whether it is it. One method at a time (RFC 6749 §2.3).
async fn authenticate(
    state: &State,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<Client, Refusal> {
    let basic = match headers.get(header::AUTHORIZATION) {
        Some(value) => {
            Some(basic(value.to_str().unwrap_or_default()).ok_or(Refusal::InvalidClient)?)
        }
        None => None,
    };
    let posted = parameters.get("client_secret");
    if basic.is_some() && posted.is_some() {
        return Err(Refusal::InvalidRequest);
    }
    let (id, secret) = match (&basic, parameters.get("client_id")) {
        (Some((id, _)), Some(posted)) if id != posted => return Err(Refusal::InvalidRequest),
        (Some((id, secret)), _) => (id.as_str(), Some(secret.as_str())),
        (None, Some(id)) => (id, posted),
        (None, None) => return Err(Refusal::InvalidClient),
    };
    let client = state
        .kobling
        .client(id)
        .await
        .map_err(|fault| {
            tracing::error!(%fault, "token request");
            Refusal::ServerError
        })?
        .ok_or(Refusal::InvalidClient)?;
    let proven = match (&client.auth, secret) {
        // Digests are compared: how long that takes tells nothing of the secret.
        (ClientAuth::Secret(digest), Some(secret)) => *digest == secret_digest(secret),
        (ClientAuth::Public, None) => true,
        _ => false,
    };
    if proven {
        Ok(client)
    } else {
        Err(Refusal::InvalidClient)
    }
}

/// Both halves are form-encoded before they are joined (RFC 6749 §2.3.1).
fn basic(header: &str) -> Option<(String, String)> {
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

    #[test]
    fn basic_credentials_are_form_decoded() {
        let header = format!("Basic {}", STANDARD.encode("my%3Aid:a%20b%2Bc"));
        assert_eq!(basic(&header), Some(("my:id".into(), "a b+c".into())));
        assert_eq!(basic("Bearer x"), None);
        assert_eq!(basic("Basic !!!"), None);
    }
}
