//! The routes of the simulated eID.

use axum::{
    Router,
    routing::{get, post},
};

use super::{authorize, discovery, logout, provider::Shared, sign_in, token};
use crate::web;

/// The provider's routes.
pub(crate) fn router(provider: Shared) -> Router {
    let look = provider.look.clone();
    let routes = Router::new()
        .route("/.well-known/openid-configuration", get(discovery::show))
        .route("/jwks", get(discovery::jwks))
        .route("/par", post(authorize::push))
        .route(
            "/authorize",
            get(authorize::authorize).post(authorize::authorize),
        )
        .route("/login", get(sign_in::show).post(sign_in::answer))
        .route("/token", post(token::token))
        .route("/logout", get(logout::logout).post(logout::logout))
        .route("/", get(sign_in::front))
        .with_state(provider);
    web::with_common_layers(routes, look)
}
