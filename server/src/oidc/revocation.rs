//! `/oidc/revoke` (RFC 7009).

use super::{client_auth::authenticate, parameters::Parameters, refusal::Refusal};
use crate::web::{State, visitor};
use axum::{
    body::Bytes,
    extract::State as Shared,
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use kobling_domain::Visitor;

/// The path of the endpoint.
pub(crate) const PATH: &str = "/oidc/revoke";

/// `POST /oidc/revoke`
pub(crate) async fn revoke(Shared(state): Shared<State>, parts: Parts, body: Bytes) -> Response {
    let visitor = visitor(&state, &parts);
    match end(&state, &visitor, &parts, &body).await {
        Ok(()) => (StatusCode::OK, [(header::CACHE_CONTROL, "no-store")]).into_response(),
        Err(refusal) => refusal.audited(&state, &visitor).await,
    }
}

/// `token_type_hint` is ignored: every type of token is searched for (RFC 7009 §2.1).
async fn end(state: &State, visitor: &Visitor, parts: &Parts, body: &[u8]) -> Result<(), Refusal> {
    let parameters = Parameters::parse(body).map_err(|_| Refusal::InvalidRequest)?;
    let client = authenticate(state, visitor, &parts.headers, &parameters, PATH).await?;
    let token = parameters.get("token").ok_or(Refusal::InvalidRequest)?;
    Ok(state.kobling.tokens.revoke(visitor, &client, token).await?)
}
