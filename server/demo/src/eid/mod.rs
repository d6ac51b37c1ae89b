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

pub use config::{Client, ClientAuth, Config, Person, Shows};
pub use pid::synthetic_pid;

/// The simulated eID.
#[derive(Clone)]
pub struct Eid(provider::Shared);

impl Eid {
    /// Generates its RSA-2048 signing key.
    ///
    /// # Errors
    /// [`DemoError`] if the key cannot be generated or the configuration is invalid.
    pub fn new(config: Config) -> Result<Self, DemoError> {
        Provider::new(config, Keys::generate()?, Clock::system()).map(Self)
    }

    /// Its routes.
    pub fn router(&self) -> Router {
        routes::router(provider::Shared::clone(&self.0))
    }

    /// Signs everybody out, and forgets every request.
    pub fn forget(&self) {
        *self.0.memory() = provider::Memory::default();
    }
}
