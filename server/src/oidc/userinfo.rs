//! `/oidc/userinfo` (OpenID Connect Core §5.3, RFC 6750).

use super::sign::person;
use crate::web::State;
use axum::{
    Json,
    extract::State as Shared,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

/// `GET` or `POST /oidc/userinfo`, with the token in the header.
pub(crate) async fn userinfo(Shared(state): Shared<State>, headers: HeaderMap) -> Response {
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    let Some(token) = token else {
        return refused("Bearer realm=\"kobling\"");
    };
    match state.kobling.userinfo(token).await {
        Ok(Some(claims)) => {
            let mut body = person(&claims);
            body["sub"] = json!(claims.account.to_string());
            Json(body).into_response()
        }
        Ok(None) => refused("Bearer realm=\"kobling\", error=\"invalid_token\""),
        Err(fault) => {
            tracing::error!(%fault, "userinfo");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

fn refused(challenge: &'static str) -> Response {
    let mut response = StatusCode::UNAUTHORIZED.into_response();
    response.headers_mut().insert(
        header::WWW_AUTHENTICATE,
        HeaderValue::from_static(challenge),
    );
    response
}
