//! Discovery (OpenID Connect Discovery 1.0 §3, RFC 8414) and keys.

use crate::web::State;
use axum::{
    Json,
    extract::State as Shared,
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::json;

/// `GET /.well-known/openid-configuration`
pub(crate) async fn document(Shared(state): Shared<State>) -> Response {
    let origin = &state.kobling.settings().origin;
    let document = json!({
        "issuer": origin,
        "authorization_endpoint": format!("{origin}/oidc/authorize"),
        "token_endpoint": format!("{origin}/oidc/token"),
        "userinfo_endpoint": format!("{origin}/oidc/userinfo"),
        "jwks_uri": format!("{origin}/oidc/jwks"),
        "end_session_endpoint": format!("{origin}/oidc/logout"),
        "scopes_supported": ["openid", "profile", "email"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": [
            "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "idp",
            "name", "email", "email_verified"
        ],
        "prompt_values_supported": ["none", "login", "select_account"],
        "ui_locales_supported": ["nb", "en"],
        "authorization_response_iss_parameter_supported": true,
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
    });
    (
        [(header::CACHE_CONTROL, "public, max-age=3600")],
        Json(document),
    )
        .into_response()
}

/// `GET /oidc/jwks`
pub(crate) async fn jwks(Shared(state): Shared<State>) -> Response {
    let body = state.signer.jwks().clone();
    (
        [(header::CACHE_CONTROL, "public, max-age=3600")],
        Json(body),
    )
        .into_response()
}
