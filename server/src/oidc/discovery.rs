//! Discovery (OpenID Connect Discovery 1.0 §3, RFC 8414) and keys.

use super::{client_auth, introspection, jose, pushed, registration, revocation};
use crate::web::State;
use axum::{
    Json,
    extract::State as Shared,
    http::header,
    response::{IntoResponse, Response},
};
use kobling_model::Lang;
use serde_json::json;

/// `GET /.well-known/openid-configuration` and `GET /.well-known/oauth-authorization-server`
pub(crate) async fn document(Shared(state): Shared<State>) -> Response {
    let settings = state.kobling.settings();
    let origin = &settings.origin;
    let mut document = json!({
        "issuer": origin,
        "authorization_endpoint": format!("{origin}/oidc/authorize"),
        "token_endpoint": format!("{origin}/oidc/token"),
        "pushed_authorization_request_endpoint": format!("{origin}{}", pushed::PATH),
        "require_pushed_authorization_requests": false,
        "userinfo_endpoint": format!("{origin}/oidc/userinfo"),
        "revocation_endpoint": format!("{origin}{}", revocation::PATH),
        "introspection_endpoint": format!("{origin}{}", introspection::PATH),
        "jwks_uri": format!("{origin}/oidc/jwks"),
        "end_session_endpoint": format!("{origin}/oidc/logout"),
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "frontchannel_logout_supported": false,
        "scopes_supported": ["openid", "profile", "email"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public", "pairwise"],
        "id_token_signing_alg_values_supported": ["ES256", "RS256"],
        "token_endpoint_auth_methods_supported": client_auth::METHODS,
        "token_endpoint_auth_signing_alg_values_supported": jose::ALGORITHMS,
        "revocation_endpoint_auth_methods_supported": client_auth::METHODS,
        "revocation_endpoint_auth_signing_alg_values_supported": jose::ALGORITHMS,
        "introspection_endpoint_auth_methods_supported": client_auth::PROVEN_METHODS,
        "introspection_endpoint_auth_signing_alg_values_supported": jose::ALGORITHMS,
        "dpop_signing_alg_values_supported": jose::ALGORITHMS,
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": [
            "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "idp",
            "name", "email", "email_verified"
        ],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "acr_values_supported": state.kobling.demands.acr_values(),
        "ui_locales_supported": Lang::ALL.map(Lang::tag),
        "authorization_response_iss_parameter_supported": true,
        "claims_parameter_supported": true,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
    });
    if !settings.registration.is_empty() {
        document["registration_endpoint"] = json!(format!("{origin}{}", registration::PATH));
    }
    (
        [(header::CACHE_CONTROL, "public, max-age=3600")],
        Json(document),
    )
        .into_response()
}

/// `GET /oidc/jwks`
pub(crate) async fn jwks(Shared(state): Shared<State>) -> Response {
    let cached = format!("public, max-age={}", state.signer.cached());
    ([(header::CACHE_CONTROL, cached)], Json(state.signer.jwks())).into_response()
}
