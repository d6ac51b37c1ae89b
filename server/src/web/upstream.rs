//! Sign-outs that eID providers initiate: front-channel and back-channel logout.

use super::{State, layer::FramedBy, visitor};
use crate::oidc::Parameters;
use axum::{
    Json,
    body::Bytes,
    extract::{Path, Request, State as Shared},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use kobling_domain::oidc::logout::types::LogoutRefusal;
use kobling_model::ProviderId;
use serde_json::json;

/// `GET /eid/{provider}/frontchannel-logout` (OpenID Connect Front-Channel Logout 1.0 §2): loaded in a frame of the
/// provider's page, so the response does not reveal the result.
pub(crate) async fn front_channel(
    Shared(state): Shared<State>,
    Path(provider): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let visitor = visitor(&state, &parts);
    let Some(provider) = ProviderId::parse(&provider) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let known = state.kobling.ports().providers.iter();
    let Some(port) = known.clone().find(|port| *port.id() == provider) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let query = parts.uri.query().unwrap_or_default();
    if let Ok(parameters) = Parameters::parse(query.as_bytes())
        && let (Some(issuer), Some(sid)) = (parameters.get("iss"), parameters.get("sid"))
    {
        let ended = state
            .kobling
            .logout
            .front_channel(&visitor, &provider, issuer, sid)
            .await;
        if let Err(fault) = ended {
            tracing::error!(%fault, request = %visitor.request, "a front-channel logout from the provider failed");
        }
    }
    let mut origins = port.origins();
    origins.push(port.issuer().to_owned());
    let origins = origins.iter().filter_map(|url| origin(url)).collect();
    let mut response = StatusCode::OK.into_response();
    response.extensions_mut().insert(FramedBy(origins));
    response
}

fn origin(url: &str) -> Option<String> {
    let origin = url::Url::parse(url).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

/// `POST /eid/{provider}/backchannel-logout` (OpenID Connect Back-Channel Logout 1.0 §2.5 to §2.8).
pub(crate) async fn back_channel(
    Shared(state): Shared<State>,
    Path(provider): Path<String>,
    parts: Parts,
    body: Bytes,
) -> Response {
    let visitor = visitor(&state, &parts);
    let Some(provider) = ProviderId::parse(&provider) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if !is_form(&parts.headers) {
        return refused("the body must be application/x-www-form-urlencoded");
    }
    // Other parameters are ignored (§2.5).
    let mut tokens = url::form_urlencoded::parse(&body)
        .filter(|(name, _)| name == "logout_token")
        .map(|(_, value)| value);
    let (Some(token), None) = (tokens.next(), tokens.next()) else {
        return refused("logout_token must be present exactly once");
    };
    match state
        .kobling
        .logout
        .back_channel(&visitor, &provider, &token)
        .await
    {
        Ok(()) => StatusCode::OK.into_response(),
        Err(LogoutRefusal::NoProvider) => StatusCode::NOT_FOUND.into_response(),
        Err(LogoutRefusal::Store(error)) => {
            tracing::error!(%error, request = %visitor.request, "the store failed");
            refused("the sign-out failed")
        }
        Err(refusal) => {
            // Log the failed check but no value from the token: it may be an identity number.
            tracing::warn!(%refusal, %provider, request = %visitor.request, "logout token refused");
            refused("the logout token is not accepted")
        }
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .and_then(|kind| kind.split(';').next())
        .unwrap_or_default();
    kind.trim()
        .eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// The response to an invalid request (§2.8).
fn refused(why: &str) -> Response {
    let body = json!({ "error": "invalid_request", "error_description": why });
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}
