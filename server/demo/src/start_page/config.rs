//! The configuration of the start page.

use url::Url;

/// Configuration of the start page.
pub struct Config {
    /// The start page's own origin.
    pub origin: Url,
    /// The OpenID Provider's issuer; an origin is taken without its trailing slash.
    pub issuer: Url,
    /// The client identifier at the provider.
    pub client_id: String,
    /// The secret, used as `client_secret_basic`.
    pub client_secret: String,
}
