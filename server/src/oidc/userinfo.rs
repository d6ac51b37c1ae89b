//! `/oidc/userinfo` (OpenID Connect Core §5.3, RFC 6750, RFC 9449 §7).

use super::{dpop, jose::ALGORITHMS, parameters::Parameters, refusal::Refusal, sign::person};
use crate::web::State;
use axum::{
    Json,
    body::Bytes,
    extract::State as Shared,
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use kobling_domain::oidc::grant::types::TokenRefusal;
use serde_json::json;

/// The path of the endpoint.
const PATH: &str = "/oidc/userinfo";

/// The authentication scheme of an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    /// RFC 6750.
    Bearer,
    /// With a proof of possession (RFC 9449 §7.1).
    Dpop,
}

/// Why a request is refused (RFC 6750 §3.1, RFC 9449 §7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refused {
    /// No token, or an unknown scheme: the answer names no error.
    NoToken,
    InvalidRequest,
    InvalidToken(Scheme),
    InvalidProof,
    InsufficientScope(Scheme),
    Unavailable,
}

/// `GET` or `POST /oidc/userinfo`
pub(crate) async fn userinfo(Shared(state): Shared<State>, parts: Parts, body: Bytes) -> Response {
    match answer(&state, &parts, &body).await {
        Ok(response) => response,
        Err(refused) => refused.into_response(),
    }
}

async fn answer(state: &State, parts: &Parts, body: &[u8]) -> Result<Response, Refused> {
    let (scheme, token) = presented(parts, body)?;
    let of_proof = |refusal| match refusal {
        Refusal::ServerError => Refused::Unavailable,
        _ => Refused::InvalidProof,
    };
    let proof = match scheme {
        Scheme::Bearer => None,
        Scheme::Dpop => {
            let method = parts.method.as_str();
            let proof = dpop::proof(state, &parts.headers, method, PATH, Some(&token));
            Some(proof.map_err(of_proof)?.ok_or(Refused::InvalidProof)?)
        }
    };
    let jkt = proof.as_ref().map(|proof| &proof.thumbprint);
    let claims =
        state
            .kobling
            .tokens
            .userinfo(&token, jkt)
            .await
            .map_err(|refusal| match refusal {
                TokenRefusal::InvalidToken => Refused::InvalidToken(scheme),
                TokenRefusal::InsufficientScope => Refused::InsufficientScope(scheme),
                TokenRefusal::Store(fault) => {
                    tracing::error!(%fault, "userinfo");
                    Refused::Unavailable
                }
            })?;
    // Only now, so that nobody without a token makes us keep anything.
    if let Some(proof) = proof {
        dpop::spend(state, proof).await.map_err(of_proof)?;
    }
    let mut body = person(&claims);
    body["sub"] = json!(claims.subject);
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response())
}

/// The token in the header, or in a posted form (RFC 6750 §2.2). Never in the query, which is logged (RFC 9700 §4.3.2),
/// and only in one of them.
fn presented(parts: &Parts, body: &[u8]) -> Result<(Scheme, String), Refused> {
    let posted = if parts.method == "POST" && is_form(&parts.headers) {
        let parameters = Parameters::parse(body).map_err(|_| Refused::InvalidRequest)?;
        parameters.owned("access_token")
    } else {
        None
    };
    let query = parts.uri.query().unwrap_or_default().as_bytes();
    let in_query = url::form_urlencoded::parse(query).any(|(name, _)| name == "access_token");
    let mut headers = parts.headers.get_all(header::AUTHORIZATION).iter();
    let header = headers.next();
    let places = usize::from(posted.is_some())
        + usize::from(in_query)
        + usize::from(header.is_some())
        + headers.count();
    match (posted, header) {
        _ if places > 1 => Err(Refused::InvalidRequest),
        (Some(token), _) => Ok((Scheme::Bearer, token)),
        (None, Some(header)) => in_header(header),
        (None, None) => Err(Refused::NoToken),
    }
}

fn in_header(value: &HeaderValue) -> Result<(Scheme, String), Refused> {
    let Some((scheme, token)) = value.to_str().ok().and_then(|text| text.split_once(' ')) else {
        return Err(Refused::NoToken);
    };
    let scheme = if scheme.eq_ignore_ascii_case("bearer") {
        Scheme::Bearer
    } else if scheme.eq_ignore_ascii_case("dpop") {
        Scheme::Dpop
    } else {
        return Err(Refused::NoToken);
    };
    Ok((scheme, token.trim().to_owned()))
}

fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| {
            kind.trim()
                .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        })
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (status, bearer, dpop) = match self {
            Self::Unavailable => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
            Self::NoToken => (StatusCode::UNAUTHORIZED, None, None),
            Self::InvalidRequest => (StatusCode::BAD_REQUEST, Some("invalid_request"), None),
            Self::InvalidToken(Scheme::Bearer) => {
                (StatusCode::UNAUTHORIZED, Some("invalid_token"), None)
            }
            Self::InvalidToken(Scheme::Dpop) => {
                (StatusCode::UNAUTHORIZED, None, Some("invalid_token"))
            }
            Self::InvalidProof => (StatusCode::UNAUTHORIZED, None, Some("invalid_dpop_proof")),
            Self::InsufficientScope(Scheme::Bearer) => {
                (StatusCode::FORBIDDEN, Some("insufficient_scope"), None)
            }
            Self::InsufficientScope(Scheme::Dpop) => {
                (StatusCode::FORBIDDEN, None, Some("insufficient_scope"))
            }
        };
        let scope = match self {
            Self::InsufficientScope(_) => ", scope=\"openid\"",
            _ => "",
        };
        let named = |error: Option<&str>| match error {
            Some(error) => format!(", error=\"{error}\"{scope}"),
            None => String::new(),
        };
        // Both schemes are named, the error with the one that was used (RFC 9449 §7.1, §7.2).
        let challenges = [
            format!("Bearer realm=\"kobling\"{}", named(bearer)),
            format!("DPoP algs=\"{}\"{}", ALGORITHMS.join(" "), named(dpop)),
        ];
        let body = match bearer.or(dpop) {
            Some(error) => json!({ "error": error }),
            None => json!({}),
        };
        let mut response =
            (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response();
        for challenge in challenges {
            if let Ok(value) = HeaderValue::from_str(&challenge) {
                response
                    .headers_mut()
                    .append(header::WWW_AUTHENTICATE, value);
            }
        }
        response
    }
}
