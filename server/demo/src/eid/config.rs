//! The configuration of the simulated eID.

use url::Url;

use crate::{bar::Bar, lang::Lang};

/// Configuration of the simulated eID.
pub struct Config {
    /// The provider's origin; as issuer it is written without a trailing slash.
    pub issuer: Url,
    /// The one relying party that it serves.
    pub client: Client,
    /// The people offered on the sign-in page.
    pub people: Vec<Person>,
    /// In the demo, the bar of its pages.
    pub bar: Option<Bar>,
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
    /// Suggests this person in a `login_hint`: `demo:<key>`.
    pub key: &'static str,
    /// The name of the person's button.
    pub label: &'static str,
    /// What signing in as this person shows.
    pub shows: Shows,
    /// The synthetic national identity number, 11 digits.
    pub pid: String,
}

/// A sentence in each language.
pub struct Shows {
    /// In Bokmål.
    pub nb: &'static str,
    /// In Nynorsk.
    pub nn: &'static str,
    /// In English.
    pub en: &'static str,
}

impl Shows {
    pub(crate) const fn of(&self, lang: Lang) -> &'static str {
        lang.pick(self.nb, self.nn, self.en)
    }
}
