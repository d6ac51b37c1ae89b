//! A simulated eID provider: an OpenID Provider that behaves like ID-porten's test environment.
//!
//! It signs in synthetic people without a secret, has one client, and can be set to return an
//! invalid response for one sign-in, to test a relying party's validation.

mod acr;
mod authorize;
mod behaviour;
mod client_auth;
mod client_key;
mod config;
mod discovery;
mod keys;
mod logout;
mod page;
mod pid;
mod provider;
mod request;
mod routes;
mod sign_in;
#[cfg(test)]
mod tests;
mod text;
mod token;

use axum::Router;

use crate::{DemoError, clock::Clock};
use keys::Keys;
use provider::Provider;

pub use config::{Client, ClientAuth, Config, Person};
pub use pid::synthetic_pid;

/// Builds the provider's routes and generates its RSA-2048 signing key.
///
/// # Errors
/// [`DemoError`] if the key cannot be generated or the configuration is invalid.
pub fn router(config: Config) -> Result<Router, DemoError> {
    let provider = Provider::new(config, Keys::generate()?, Clock::system())?;
    Ok(routes::router(provider))
}
