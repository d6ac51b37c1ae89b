//! `/oidc/introspect` (RFC 7662), for confidential clients, about their own tokens.

use super::{client_auth::authenticate, parameters::Parameters, refusal::Refusal};
use crate::web::{State, visitor};
use axum::{
    Json,
    body::Bytes,
    extract::State as Shared,
    http::{header, request::Parts},
    response::{IntoResponse, Response},
};
use kobling_domain::Visitor;
use serde_json::{Value, json};

/// The path of the endpoint.
pub(crate) const PATH: &str = "/oidc/introspect";

/// `POST /oidc/introspect`
pub(crate) async fn introspect(
    Shared(state): Shared<State>,
    parts: Parts,
    body: Bytes,
) -> Response {
    let visitor = visitor(&state, &parts);
    match answer(&state, &visitor, &parts, &body).await {
        Ok(body) => ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response(),
        Err(refusal) => refusal.audited(&state, &visitor).await,
    }
}

async fn answer(
    state: &State,
    visitor: &Visitor,
    parts: &Parts,
    body: &[u8],
) -> Result<Value, Refusal> {
    let parameters = Parameters::parse(body).map_err(|_| Refusal::InvalidRequest)?;
    let client = authenticate(state, visitor, &parts.headers, &parameters, PATH).await?;
    // A public client is not authenticated: anyone could try tokens here (RFC 7662 §2.1, §4).
    if client.is_public() {
        return Err(Refusal::InvalidClient);
    }
    let token = parameters.get("token").ok_or(Refusal::InvalidRequest)?;
    let Some(known) = state.kobling.tokens.introspect(&client, token).await? else {
        return Ok(json!({ "active": false }));
    };
    let mut body = json!({
        "active": true,
        "iss": state.kobling.settings().origin,
        "client_id": client.id,
        "sub": known.subject,
        "sid": known.sid,
        "scope": known.scope,
        "iat": known.issued_at.as_seconds(),
        "exp": known.expires_at.as_seconds(),
    });
    if !known.is_refresh {
        body["token_type"] = json!(if known.jkt.is_some() {
            "DPoP"
        } else {
            "Bearer"
        });
    }
    if let Some(jkt) = &known.jkt {
        body["cnf"] = json!({ "jkt": jkt });
    }
    Ok(body)
}
