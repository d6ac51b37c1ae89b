//! `/oidc/token` (RFC 6749 §4.1.3 and §6, OpenID Connect Core §3.1.3 and §12, RFC 9449 §5).

use super::{client_auth::authenticate, dpop, parameters::Parameters, refusal::Refusal};
use crate::web::{State, visitor};
use axum::{
    Json,
    body::Bytes,
    extract::State as Shared,
    http::{header, request::Parts},
    response::{IntoResponse, Response},
};
use kobling_domain::{
    Visitor,
    oidc::{
        client::Client,
        grant::types::{Redemption, Thumbprint},
    },
};
use serde_json::json;

/// The path of the endpoint.
pub(crate) const PATH: &str = "/oidc/token";

/// `POST /oidc/token`
pub(crate) async fn token(Shared(state): Shared<State>, parts: Parts, body: Bytes) -> Response {
    let visitor = visitor(&state, &parts);
    match exchange(&state, &visitor, &parts, &body).await {
        Ok(response) => response,
        Err(refusal) => refusal.audited(&state, &visitor).await,
    }
}

async fn exchange(
    state: &State,
    visitor: &Visitor,
    parts: &Parts,
    body: &[u8],
) -> Result<Response, Refusal> {
    let parameters = Parameters::parse(body).map_err(|_| Refusal::InvalidRequest)?;
    let client = authenticate(state, visitor, &parts.headers, &parameters, PATH).await?;
    let needed = |name| parameters.get(name).ok_or(Refusal::InvalidRequest);
    let (redeemed, jkt) = match needed("grant_type")? {
        "authorization_code" => {
            let (code, redirect_uri) = (needed("code")?, needed("redirect_uri")?);
            let verifier = needed("code_verifier")?;
            let jkt = key(state, visitor, &client, parts).await?;
            let redemption = Redemption {
                code,
                redirect_uri,
                verifier,
                jkt: jkt.as_ref(),
            };
            let redeemed = state
                .kobling
                .tokens
                .redeem(visitor, &client, redemption)
                .await?;
            (redeemed, jkt)
        }
        "refresh_token" => {
            let token = needed("refresh_token")?;
            let jkt = key(state, visitor, &client, parts).await?;
            let redeemed = state
                .kobling
                .tokens
                .refresh(
                    visitor,
                    &client,
                    token,
                    parameters.get("scope"),
                    jkt.as_ref(),
                )
                .await?;
            (redeemed, jkt)
        }
        _ => return Err(Refusal::UnsupportedGrantType),
    };
    let mut body = json!({
        "access_token": redeemed.access_token.expose(),
        "token_type": if jkt.is_some() { "DPoP" } else { "Bearer" },
        "expires_in": redeemed.expires_in,
        "scope": redeemed.scope,
    });
    if let Some(token) = &redeemed.refresh_token {
        body["refresh_token"] = json!(token.expose());
    }
    // A refresh without the scope `openid` gives no ID token (OpenID Connect Core §12.2).
    if redeemed.scope.split(' ').any(|scope| scope == "openid") {
        let id_token = state
            .signer
            .id_token(&client, &redeemed.claims)
            .ok_or(Refusal::ServerError)?;
        body["id_token"] = json!(id_token);
    }
    Ok((
        [
            (header::CACHE_CONTROL, "no-store"),
            (header::PRAGMA, "no-cache"),
        ],
        Json(body),
    )
        .into_response())
}

/// The thumbprint of the key that the client proves by DPoP. Some clients must prove one (RFC 9449 §5.2).
async fn key(
    state: &State,
    visitor: &Visitor,
    client: &Client,
    parts: &Parts,
) -> Result<Option<Thumbprint>, Refusal> {
    let jkt = dpop::of_client(state, visitor, client, &parts.headers, PATH).await?;
    if client.require_dpop && jkt.is_none() {
        return Err(Refusal::InvalidDpopProof);
    }
    Ok(jkt)
}
