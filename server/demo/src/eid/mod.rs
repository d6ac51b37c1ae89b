//! A simulated eID provider: an OpenID Provider that behaves like ID-porten's test environment.
//!
//! It signs in synthetic people without any secret, has one client, and can be told to misbehave
//! for one sign-in, to test a relying party's validation.

mod acr;
mod authorize;
mod behaviour;
mod client_auth;
mod discovery;
mod keys;
mod logout;
mod page;
mod pid;
mod provider;
mod request;
mod sign_in;
#[cfg(test)]
mod tests;
mod text;
mod token;

use axum::Router;
use url::Url;

use crate::{DemoError, clock::Clock};
use keys::Keys;
use provider::Provider;

pub use pid::synthetic_pid;

/// Configuration of the simulated eID.
pub struct Config {
    /// The provider's origin; as issuer it is written without a trailing slash.
    pub issuer: Url,
    /// The one relying party that it serves.
    pub client: Client,
    /// The people offered on the sign-in page.
    pub people: Vec<Person>,
}

/// A registered relying party.
pub struct Client {
    /// The client identifier.
    pub client_id: String,
    /// Client authentication at the token and PAR endpoints.
    pub auth: ClientAuth,
    /// Redirect URIs; compared exactly.
    pub redirect_uris: Vec<Url>,
    /// Redirect URIs after a sign-out; compared exactly.
    pub post_logout_redirect_uris: Vec<Url>,
    /// Further origins that redirects after the sign-in form may lead to (CSP `form-action`).
    pub frontend_origins: Vec<String>,
}

/// Client authentication.
pub enum ClientAuth {
    /// A shared secret, as `client_secret_basic` or `client_secret_post`.
    Secret(String),
    /// `private_key_jwt` (RFC 7523) with RS256, RS384 or RS512.
    PrivateKeyJwt {
        /// The public RSA key as a JWK with a `kid`.
        jwk: serde_json::Value,
    },
}

/// A synthetic person on the sign-in page.
pub struct Person {
    /// The name of the person's button.
    pub label: String,
    /// What signing in as this person shows.
    pub shows: String,
    /// The synthetic national identity number, 11 digits.
    pub pid: String,
}

/// Builds the provider's routes and generates its RSA-2048 signing key.
///
/// # Errors
/// [`DemoError`] if the key cannot be generated or the configuration is invalid.
pub fn router(config: Config) -> Result<Router, DemoError> {
    let provider = Provider::new(config, Keys::generate()?, Clock::system())?;
    Ok(provider::router(provider))
}
