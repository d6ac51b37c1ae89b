//! What an eID provider is configured with, and what cannot be right about it.

use kobling_model::{Level, ProviderId};
use std::{fmt, str::FromStr, time::Duration};
use url::{Host, Url};

/// One eID provider and our registration there.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Its short name, part of the callback's path.
    pub id: ProviderId,
    /// What people call it.
    pub name: String,
    /// Its issuer, to the letter: compared as text everywhere. `http` only on the loopback interface.
    pub issuer: String,
    /// What we are called there.
    pub client_id: String,
    /// How we prove it.
    pub auth: ClientAuth,
    /// Where the answer comes to.
    pub redirect_uri: String,
    /// Where the browser comes back to after signing out there.
    pub post_logout_redirect_uri: String,
    /// Scopes to ask for; `openid` is asked for always and need not stand here.
    pub scopes: Vec<String>,
    /// Levels to ask for, in order of preference. If there are any, an ID token without `acr` is refused.
    pub acr_values: Vec<String>,
    /// What the provider's `acr` values are worth. An ID token with any other is refused.
    pub acr_levels: Vec<(String, Level)>,
    /// The least that lets a person in.
    pub minimum_level: Level,
    /// The claim that holds the national identity number, if the provider gives one (`pid` at ID-porten).
    pub pid_claim: Option<String>,
    /// Refuse made-up identity numbers; everywhere but in tests and the demo.
    pub refuse_synthetic: bool,
    /// Whether authorization requests are pushed (RFC 9126).
    pub pushed: Pushed,
    /// The most that one request to the provider may take.
    pub timeout: Duration,
    /// The customer on whose behalf we ask (ID-porten's `onbehalfof`).
    pub onbehalfof: Option<String>,
}

/// How the client proves itself at the token and push endpoints. `Debug` redacts.
#[derive(Clone)]
pub enum ClientAuth {
    /// `client_secret_basic`
    Basic(String),
    /// `client_secret_post`
    Post(String),
    /// `private_key_jwt` (RFC 7523)
    PrivateKeyJwt {
        /// Private key as PKCS#8 in PEM: RSA for RS and PS, P-256 or P-384 for ES.
        key_pem: String,
        /// The name under which the key is registered.
        kid: Option<String>,
        /// The algorithm to sign with.
        alg: AssertionAlg,
    },
}

impl fmt::Debug for ClientAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Basic(_) => f.write_str("Basic(…)"),
            Self::Post(_) => f.write_str("Post(…)"),
            Self::PrivateKeyJwt { kid, alg, .. } => f
                .debug_struct("PrivateKeyJwt")
                .field("kid", kid)
                .field("alg", alg)
                .finish_non_exhaustive(),
        }
    }
}

/// What a client assertion may be signed with (RFC 7518 §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssertionAlg {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
}

/// The name is none of the algorithms that client assertions can be signed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one of RS256, RS384, RS512, PS256, ES256, ES384")]
pub struct UnknownAlg;

impl FromStr for AssertionAlg {
    type Err = UnknownAlg;
    fn from_str(name: &str) -> Result<Self, UnknownAlg> {
        match name {
            "RS256" => Ok(Self::Rs256),
            "RS384" => Ok(Self::Rs384),
            "RS512" => Ok(Self::Rs512),
            "PS256" => Ok(Self::Ps256),
            "ES256" => Ok(Self::Es256),
            "ES384" => Ok(Self::Es384),
            _ => Err(UnknownAlg),
        }
    }
}

/// Whether authorization requests are pushed (RFC 9126) instead of carried by the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pushed {
    /// Where discovery names an endpoint for it.
    #[default]
    IfOffered,
    /// Never.
    Never,
    /// Always; a provider without the endpoint counts as unavailable.
    Always,
}

/// What is wrong with the settings. Each text begins with the setting it is about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// See [`Settings::issuer`].
    #[error("issuer: must be an https address without query or fragment (http on localhost only)")]
    Issuer,
    /// See [`Settings::redirect_uri`].
    #[error("redirect_uri: must be an absolute http or https address without fragment")]
    RedirectUri,
    /// See [`Settings::post_logout_redirect_uri`].
    #[error("post_logout_redirect_uri: must be an absolute http or https address without fragment")]
    PostLogoutRedirectUri,
    /// See [`Settings::client_id`].
    #[error("client_id: must not be empty")]
    ClientId,
    /// See [`ClientAuth`].
    #[error("client_secret: must not be empty")]
    ClientSecret,
    /// See [`ClientAuth::PrivateKeyJwt`].
    #[error("private_key: must be a PKCS#8 key in PEM that fits the algorithm")]
    PrivateKey,
    /// See [`Settings::scopes`].
    #[error("scopes: must be words without white space")]
    Scopes,
    /// See [`Settings::acr_values`].
    #[error("acr_values: `{0}` has no level among acr_levels")]
    AcrWithoutLevel(String),
    /// See [`Settings::acr_values`].
    #[error("acr_values: none of them reaches minimum_level")]
    AcrTooLow,
    /// See [`Settings::pid_claim`].
    #[error("pid_claim: must not be empty")]
    PidClaim,
    /// See [`Settings::timeout`].
    #[error("timeout: must be longer than nothing")]
    Timeout,
    /// The HTTP client cannot be made on this machine.
    #[error("the HTTP client cannot be made")]
    HttpClient,
}

/// The levels of ID-porten's `acr` values.
#[must_use]
pub fn idporten_levels() -> Vec<(String, Level)> {
    [
        ("selfregistered-email", Level::Low),
        ("idporten-loa-low", Level::Low),
        ("idporten-loa-substantial", Level::Substantial),
        ("eidas-loa-substantial", Level::Substantial),
        ("idporten-loa-high", Level::High),
        ("eidas-loa-high", Level::High),
    ]
    .into_iter()
    .map(|(acr, level)| (acr.to_owned(), level))
    .collect()
}

impl Settings {
    /// Holds everything but the key against the rules.
    pub(crate) fn check(&self) -> Result<(), SettingsError> {
        read_issuer(&self.issuer)?;
        if !is_web_address(&self.redirect_uri) {
            return Err(SettingsError::RedirectUri);
        }
        if !is_web_address(&self.post_logout_redirect_uri) {
            return Err(SettingsError::PostLogoutRedirectUri);
        }
        if self.client_id.trim().is_empty() {
            return Err(SettingsError::ClientId);
        }
        if let ClientAuth::Basic(secret) | ClientAuth::Post(secret) = &self.auth
            && secret.trim().is_empty()
        {
            return Err(SettingsError::ClientSecret);
        }
        let is_word = |text: &String| !text.is_empty() && !text.contains(char::is_whitespace);
        if !self.scopes.iter().all(is_word) {
            return Err(SettingsError::Scopes);
        }
        self.check_levels()?;
        if self.pid_claim.as_deref() == Some("") {
            return Err(SettingsError::PidClaim);
        }
        if self.timeout.is_zero() {
            return Err(SettingsError::Timeout);
        }
        Ok(())
    }

    fn check_levels(&self) -> Result<(), SettingsError> {
        let mut reached = self.acr_values.is_empty();
        for acr in &self.acr_values {
            let level = self
                .level(acr)
                .ok_or_else(|| SettingsError::AcrWithoutLevel(acr.clone()))?;
            reached |= level >= self.minimum_level;
        }
        if reached {
            Ok(())
        } else {
            Err(SettingsError::AcrTooLow)
        }
    }

    /// What an `acr` is worth, if it is known.
    pub(crate) fn level(&self, acr: &str) -> Option<Level> {
        self.acr_levels
            .iter()
            .find_map(|(name, level)| (name == acr).then_some(*level))
    }
}

/// Reads an issuer (OpenID Connect Discovery 1.0 §3, with `http` for tests and the demo).
pub(crate) fn read_issuer(text: &str) -> Result<Url, SettingsError> {
    let url = Url::parse(text).map_err(|_| SettingsError::Issuer)?;
    let safe = match url.scheme() {
        "https" => url.has_host(),
        "http" => is_loopback(&url),
        _ => false,
    };
    let plain = url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if safe && plain {
        Ok(url)
    } else {
        Err(SettingsError::Issuer)
    }
}

/// Whether the address is one of this machine's own.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

fn is_web_address(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.has_host() && url.fragment().is_none()
    })
}

#[cfg(test)]
mod tests;
