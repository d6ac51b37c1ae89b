//! The provider's metadata (OpenID Connect Discovery 1.0 §3).

use axum::{Json, extract::State};
use serde_json::{Value, json};

use super::{acr::Acr, provider::Shared};

/// `GET /.well-known/openid-configuration`
pub(crate) async fn show(State(provider): State<Shared>) -> Json<Value> {
    let address = |path: &str| provider.address(path);
    Json(json!({
        "issuer": provider.issuer,
        "authorization_endpoint": address("/authorize"),
        "pushed_authorization_request_endpoint": address("/par"),
        "require_pushed_authorization_requests": false,
        "token_endpoint": address("/token"),
        "end_session_endpoint": address("/logout"),
        "jwks_uri": address("/jwks"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported":
            ["private_key_jwt", "client_secret_basic", "client_secret_post"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256", "RS384", "RS512"],
        "scopes_supported": ["openid", "profile"],
        "claims_supported": ["iss", "sub", "aud", "exp", "iat", "jti", "nonce", "auth_time", "acr",
            "amr", "sid", "locale", "pid"],
        "acr_values_supported": Acr::ALL.map(Acr::name),
        "ui_locales_supported": ["nb", "nn", "en", "se"],
        "prompt_values_supported": ["none", "login", "consent"],
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "authorization_response_iss_parameter_supported": true,
        "frontchannel_logout_supported": false,
        "backchannel_logout_supported": false,
    }))
}

/// `GET /jwks`
pub(crate) async fn jwks(State(provider): State<Shared>) -> Json<Value> {
    Json(provider.keys.jwks())
}
