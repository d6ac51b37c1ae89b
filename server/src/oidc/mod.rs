//! The endpoints of the OpenID Provider. They parse requests and render answers; the domain decides.

pub(crate) mod authorize;
mod back_channel;
pub(crate) mod claims;
pub(crate) mod client_auth;
mod client_keys;
mod discovery;
pub(crate) mod dpop;
mod error_page;
mod introspection;
pub(crate) mod jose;
mod key;
mod logout;
mod outgoing;
mod parameters;
mod pushed;
mod refusal;
mod registration;
mod request_uri;
mod revocation;
mod sign;
mod token;
mod userinfo;

pub use back_channel::BackChannel;
pub use client_keys::ClientKeySets;
pub(crate) use parameters::Parameters;
pub use sign::Signer;

use crate::web::State;
use axum::{
    Router,
    http::{HeaderName, Method, header},
    routing::{get, post},
};
use kobling_domain::oidc::grant::request::ERROR_PAGE;
use std::time::Duration;
use tower_http::cors::{Any, CorsLayer};

/// All routes.
pub fn router() -> Router<State> {
    Router::new()
        .route("/oidc/authorize", get(authorize::get).post(authorize::post))
        .route("/oidc/logout", get(logout::get).post(logout::post))
        .route(ERROR_PAGE, get(error_page::show))
        .merge(direct_endpoints())
}

/// The endpoints that applications call directly, also from a browser and another origin. They ignore cookies, so CORS
/// gives an origin nothing that it could not get without a browser.
fn direct_endpoints() -> Router<State> {
    let from_anywhere = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            HeaderName::from_static("dpop"),
        ])
        .expose_headers([header::WWW_AUTHENTICATE])
        .max_age(Duration::from_secs(3_600));
    Router::new()
        .route(
            "/.well-known/openid-configuration",
            get(discovery::document),
        )
        // For clients that know only OAuth (RFC 8414 §3).
        .route(
            "/.well-known/oauth-authorization-server",
            get(discovery::document),
        )
        .route("/oidc/jwks", get(discovery::jwks))
        .route(pushed::PATH, post(pushed::push))
        .route(token::PATH, post(token::token))
        .route(revocation::PATH, post(revocation::revoke))
        .route(introspection::PATH, post(introspection::introspect))
        .route(
            "/oidc/userinfo",
            get(userinfo::userinfo).post(userinfo::userinfo),
        )
        .layer(from_anywhere)
        .route(registration::PATH, post(registration::register))
        .route(
            "/oidc/register/{id}",
            get(registration::show)
                .put(registration::replace)
                .delete(registration::remove),
        )
}
