//! The start page: an ordinary relying party, such as an employer's application portal.
//!
//! It is configured with the issuer only; everything else comes from discovery.

mod config;
mod guide;
mod handlers;
mod logout_token;
mod memory;
mod pages;
mod relying_party;
mod state;
#[cfg(test)]
mod tests;
mod tour;

use axum::{
    Router,
    routing::{get, post},
};

use crate::{DemoError, bar, clock::Clock, web};
use state::StartPage;

pub use config::{Config, Restarting, Tour};

/// Builds the start page's routes; the provider is contacted at the first sign-in.
///
/// The client's registration at the provider must contain the redirect URI `{origin}/enterprise/callback`, the redirect
/// URI after a sign-out `{origin}/enterprise/signed-out`, and, for a provider with back-channel logout, the logout URI
/// `{origin}/enterprise/backchannel-logout`.
///
/// # Errors
/// [`DemoError`] if the configuration is invalid.
pub fn router(config: Config) -> Result<Router, DemoError> {
    with_clock(config, Clock::system())
}

fn with_clock(config: Config, clock: Clock) -> Result<Router, DemoError> {
    let tours = config.tour.is_some();
    let start = StartPage::new(config, clock)?;
    let look = start.look.clone();
    let mut routes = Router::new()
        .route("/", get(handlers::root))
        .route("/enterprise", get(handlers::home))
        .route("/enterprise/callback", get(handlers::callback))
        .route("/enterprise/logout", post(handlers::logout))
        .route(
            "/enterprise/backchannel-logout",
            post(handlers::back_channel),
        )
        .route("/enterprise/signed-out", get(handlers::signed_out));
    if tours {
        routes = routes
            .route(guide::WELCOME, get(tour::welcome))
            .route(guide::BEGIN, post(tour::begin))
            .route(bar::RESTART, get(tour::ask_restart).post(tour::restart));
    }
    Ok(web::with_common_layers(routes.with_state(start), look))
}
