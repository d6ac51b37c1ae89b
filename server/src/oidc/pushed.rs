//! `/oidc/par`: pushed authorization requests (RFC 9126). The client sends the parameters directly, and the browser
//! carries only a reference.

use super::{
    authorize::check, client_auth::authenticate, dpop, parameters::Parameters, refusal::Refusal,
    request_uri::PREFIX,
};
use crate::web::{State, visitor};
use axum::{
    Json,
    body::Bytes,
    extract::State as Shared,
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use kobling_domain::{Visitor, oidc::grant::types::PUSHED_LIFE};
use serde_json::json;

/// The path of the endpoint.
pub(crate) const PATH: &str = "/oidc/par";

/// `POST /oidc/par`
pub(crate) async fn push(Shared(state): Shared<State>, parts: Parts, body: Bytes) -> Response {
    let visitor = visitor(&state, &parts);
    match accept(&state, &visitor, &parts.headers, &body).await {
        Ok(response) => response,
        Err(refusal) => refusal.audited(&state, &visitor).await,
    }
}

async fn accept(
    state: &State,
    visitor: &Visitor,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Response, Refusal> {
    let mut parameters = Parameters::parse(body).map_err(|_| Refusal::InvalidRequest)?;
    let client = authenticate(state, visitor, headers, &parameters, PATH).await?;
    // A reference to a reference (RFC 9126 §2.1).
    if parameters.get("request_uri").is_some() {
        return Err(Refusal::InvalidRequest);
    }
    let redirect_uri = parameters
        .owned("redirect_uri")
        .filter(|uri| client.redirects_to(uri))
        .ok_or(Refusal::InvalidRequest)?;
    check(&client, &parameters, &redirect_uri).map_err(Refusal::Authorization)?;
    // A proof binds the code as the parameter does; if both are present, they must name the same key (RFC 9449 §10.1).
    if let Some(held) = dpop::of_client(state, visitor, &client, headers, PATH).await? {
        match parameters.get("dpop_jkt") {
            Some(named) if named != held.0 => return Err(Refusal::InvalidDpopProof),
            _ => parameters.set("dpop_jkt", held.0),
        }
    }
    for secret in ["client_secret", "client_assertion", "client_assertion_type"] {
        parameters.remove(secret);
    }
    parameters.set("client_id", client.id.clone());
    let reference = state
        .kobling
        .authorization
        .push(visitor, &client, &parameters.encoded())
        .await?;
    let body = json!({
        "request_uri": format!("{PREFIX}{}", reference.expose()),
        "expires_in": PUSHED_LIFE.as_seconds(),
    });
    Ok((
        StatusCode::CREATED,
        [(header::CACHE_CONTROL, "no-store")],
        Json(body),
    )
        .into_response())
}
