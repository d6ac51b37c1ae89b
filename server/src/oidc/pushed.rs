//! `/oidc/par`: authorization requests that an application hands in itself, so that the browser carries nothing but a
//! reference (RFC 9126).

use super::{
    authorize::check, client_auth::authenticate, dpop, parameters::Parameters, refusal::Refusal,
};
use crate::web::{State, visitor};
use axum::{
    Json,
    body::Bytes,
    extract::State as Shared,
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use kobling_domain::{
    Fault, Visitor,
    oidc::{client::Client, grant::types::PUSHED_LIFE},
};
use kobling_model::Problem;
use serde_json::json;

/// Where it is.
pub(crate) const PATH: &str = "/oidc/par";

/// What every reference of ours begins with (RFC 9126 §2.2).
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// `POST /oidc/par`
pub(crate) async fn push(Shared(state): Shared<State>, parts: Parts, body: Bytes) -> Response {
    let visitor = visitor(&state, &parts);
    match accept(&state, &visitor, &parts.headers, &body).await {
        Ok(response) => response,
        Err(refusal) => refusal.noted(&state, &visitor).await,
    }
}

async fn accept(
    state: &State,
    visitor: &Visitor,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Response, Refusal> {
    let mut parameters = Parameters::parse(body).map_err(|_| Refusal::InvalidRequest)?;
    let client = authenticate(state, headers, &parameters, PATH).await?;
    // A reference to a reference (RFC 9126 §2.1).
    if parameters.get("request_uri").is_some() {
        return Err(Refusal::InvalidRequest);
    }
    let redirect_uri = parameters
        .owned("redirect_uri")
        .filter(|uri| client.redirects_to(uri))
        .ok_or(Refusal::InvalidRequest)?;
    check(&client, &parameters, &redirect_uri).map_err(Refusal::Authorization)?;
    // A proof binds the code like the parameter does; if there are both, they name one key (RFC 9449 §10.1).
    if let Some(held) = dpop::proof(state, headers, "POST", PATH, None).await? {
        match parameters.get("dpop_jkt") {
            Some(named) if named != held.0 => return Err(Refusal::InvalidDpopProof),
            _ => parameters.set("dpop_jkt", held.0),
        }
    }
    for secret in ["client_secret", "client_assertion", "client_assertion_type"] {
        parameters.remove(secret);
    }
    parameters.set("client_id", client.id.clone());
    let reference = match state
        .kobling
        .authorization
        .push(visitor, &client, &parameters.encoded())
        .await
    {
        Err(Fault::Problem(Problem::TooMany)) => return Err(Refusal::TooMany),
        reference => reference?,
    };
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

/// What the client has pushed before, when the request names it; the reference is then used up.
///
/// # Errors
/// [`Problem::RequestSpent`] when there is no such request of this client's any more. There is no redirect URI then that
/// could be trusted (RFC 9126 §4, §7.2), so the person is told.
pub(super) async fn instead(
    state: &State,
    client: Option<&Client>,
    parameters: &Parameters,
) -> Result<Option<Parameters>, Fault> {
    let (Some(client), Some(reference)) = (
        client,
        parameters
            .get("request_uri")
            .and_then(|uri| uri.strip_prefix(PREFIX)),
    ) else {
        return Ok(None);
    };
    let pushed = state
        .kobling
        .authorization
        .take_pushed(client, reference)
        .await?;
    pushed
        .and_then(|form| Parameters::parse(form.as_bytes()).ok())
        .map(Some)
        .ok_or(Fault::Problem(Problem::RequestSpent))
}
