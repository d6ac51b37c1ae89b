//! The OpenID Provider towards applications: protocol in, protocol out; the decisions are the domain's.

mod authorize;
mod discovery;
mod logout;
mod parameters;
mod sign;
mod token;
mod userinfo;

pub use sign::Signer;

use crate::web::State;
use axum::{
    Router,
    routing::{get, post},
};

/// All endpoints.
pub fn router() -> Router<State> {
    Router::new()
        .route(
            "/.well-known/openid-configuration",
            get(discovery::document),
        )
        .route("/oidc/jwks", get(discovery::jwks))
        .route("/oidc/authorize", get(authorize::get).post(authorize::post))
        .route("/oidc/token", post(token::token))
        .route(
            "/oidc/userinfo",
            get(userinfo::userinfo).post(userinfo::userinfo),
        )
        .route("/oidc/logout", get(logout::get).post(logout::post))
}
