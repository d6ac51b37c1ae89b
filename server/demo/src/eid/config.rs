//! The configuration of the simulated eID.

use url::Url;

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
