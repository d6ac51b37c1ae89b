//! The configuration of the start page.

use std::pin::Pin;

use url::Url;

use crate::bar::Bar;

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
    /// In the demo, the tour that it begins with.
    pub tour: Option<Tour>,
}

/// What makes the start page the beginning of the demo.
pub struct Tour {
    /// The bar of its pages.
    pub bar: Bar,
    /// Empties the other services.
    pub restart: Box<dyn Fn() -> Restarting + Send + Sync>,
}

/// The other services being emptied, or why they could not be.
pub type Restarting = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;
