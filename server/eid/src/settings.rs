//! Settings of an eID provider, and their validation.

use kobling_http::NoClient;
use kobling_model::{Level, ProviderId, Timestamp, time::Span};
use serde::Deserialize;
use std::{fmt, str::FromStr, time::Duration};
use url::{Host, Url};

/// Claims that can be reassigned to another person (OpenID Connect Core §5.7), and those that contain the
/// identity number, which is stored only as a keyed hash.
const CHANGE_HANDS: [&str; 13] = [
    "email",
    "emails",
    "upn",
    "unique_name",
    "preferred_username",
    "verified_primary_email",
    "phone_number",
    "name",
    "given_name",
    "family_name",
    "nickname",
    "pid",
    "nnin_altsub",
];

/// One eID provider and Kobling's registration there.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Its short name, part of the callback's path.
    pub id: ProviderId,
    /// Display name.
    pub name: String,
    /// Its issuer, always compared as text. `http` only on the loopback interface.
    pub issuer: String,
    /// Kobling's client id there.
    pub client_id: String,
    /// Client authentication.
    pub auth: ClientAuth,
    /// The redirect URI.
    pub redirect_uri: String,
    /// The redirect URI after a sign-out there.
    pub post_logout_redirect_uri: String,
    /// Scopes to request; `openid` is always added.
    pub scopes: Vec<String>,
    /// `acr` values to request, in order of preference. If there are any, an ID token without `acr` is refused.
    pub acr_values: Vec<String>,
    /// Level of each `acr` value. An ID token with any other is refused.
    pub acr_levels: Vec<(String, Level)>,
    /// The lowest level accepted.
    pub minimum_level: Level,
    /// The claims that identify a person, joined by a colon: `sub` by the standard, `tid` and `oid` at Entra ID,
    /// where `sub` differs for each application. Never an address or a name, which can be reassigned.
    pub subject_claims: Vec<String>,
    /// The claim with the national identity number, if the provider sends one (`pid` at ID-porten).
    pub pid_claim: Option<String>,
    /// Whether an ID token without `auth_time` is refused: without it, a new sign-in cannot be distinguished from an
    /// old one.
    pub require_auth_time: bool,
    /// The `prompt` value that requests re-authentication: `login`, unless the provider does not support it.
    pub new_sign_in_prompt: String,
    /// Refuse synthetic identity numbers; everywhere except in tests and the demo.
    pub refuse_synthetic: bool,
    /// Whether authorization requests are pushed (RFC 9126).
    pub pushed: Pushed,
    /// Timeout of one request to the provider.
    pub timeout: Duration,
    /// The customer on whose behalf Kobling acts (ID-porten's `onbehalfof`). The ID token must name the same.
    pub onbehalfof: Option<String>,
    /// Idle limit of sessions created by this provider, if it has its own.
    pub session_idle: Option<Span>,
    /// When the secret or the registered key expires, as configured.
    pub credential_expires: Option<Timestamp>,
}

/// Client authentication at the token and push endpoints. `Debug` redacts.
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
        /// The `kid` of the registered key.
        kid: Option<String>,
        /// Instead of a `kid`, the key's certificate and its chain, in PEM: sent as `x5c`.
        chain_pem: Option<String>,
        /// The algorithm to sign with.
        alg: AssertionAlg,
    },
}

impl fmt::Debug for ClientAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Basic(_) => f.write_str("Basic(…)"),
            Self::Post(_) => f.write_str("Post(…)"),
            Self::PrivateKeyJwt {
                kid,
                chain_pem,
                alg,
                ..
            } => f
                .debug_struct("PrivateKeyJwt")
                .field("kid", kid)
                .field("x5c", &chain_pem.is_some())
                .field("alg", alg)
                .finish_non_exhaustive(),
        }
    }
}

/// Signature algorithms for client assertions (RFC 7518 §3.1).
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

/// The name is not one of the algorithms for client assertions.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pushed {
    /// If discovery announces the endpoint.
    #[default]
    IfOffered,
    /// Always; a provider without the endpoint is treated as unavailable.
    Always,
    /// Never.
    Never,
}

/// What is invalid in the settings. Each message starts with the name of the setting.
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
    #[error("private_key_file: must be a PKCS#8 key in PEM that matches the algorithm")]
    PrivateKey,
    /// See [`ClientAuth::PrivateKeyJwt`].
    #[error("certificate_file: must be certificates in PEM, the one of private_key_file first")]
    Certificate,
    /// See [`ClientAuth::PrivateKeyJwt`].
    #[error("kid: cannot be combined with certificate_file")]
    KidAndCertificate,
    /// See [`Settings::scopes`].
    #[error("scopes: must not contain white space")]
    Scopes,
    /// See [`Settings::acr_values`].
    #[error("acr_values: `{0}` has no level among acr_levels")]
    AcrWithoutLevel(String),
    /// See [`Settings::acr_values`].
    #[error("acr_values: none of them reaches minimum_level")]
    AcrTooLow,
    /// See [`Settings::subject_claims`].
    #[error(
        "subject_claims: must be claims that are never reassigned, such as sub: no address, name or identity number"
    )]
    SubjectClaims,
    /// See [`Settings::pid_claim`].
    #[error("pid_claim: must not be empty")]
    PidClaim,
    /// See [`Settings::new_sign_in_prompt`].
    #[error("new_sign_in_prompt: must be login or select_account")]
    Prompt,
    /// See [`Settings::session_idle`].
    #[error("idle_minutes: must be greater than zero")]
    SessionIdle,
    /// See [`Settings::timeout`].
    #[error("timeout: must be greater than zero")]
    Timeout,
    /// See [`NoClient`].
    #[error(transparent)]
    HttpClient(#[from] NoClient),
}

impl Settings {
    /// Validates everything except the key.
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
        self.check_subject()?;
        if self.pid_claim.as_deref() == Some("") {
            return Err(SettingsError::PidClaim);
        }
        if !matches!(self.new_sign_in_prompt.as_str(), "login" | "select_account") {
            return Err(SettingsError::Prompt);
        }
        if self.session_idle.is_some_and(|idle| idle <= Span(0)) {
            return Err(SettingsError::SessionIdle);
        }
        if self.timeout.is_zero() {
            return Err(SettingsError::Timeout);
        }
        Ok(())
    }

    fn check_subject(&self) -> Result<(), SettingsError> {
        let steady = |claim: &String| {
            !claim.is_empty()
                && !CHANGE_HANDS.contains(&claim.as_str())
                && self.pid_claim.as_ref() != Some(claim)
        };
        if !self.subject_claims.is_empty() && self.subject_claims.iter().all(steady) {
            Ok(())
        } else {
            Err(SettingsError::SubjectClaims)
        }
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

    /// The highest level that can be requested. Without `acr` values it is the configured minimum.
    pub(crate) fn highest(&self) -> Level {
        let known = self.acr_levels.iter().map(|(_, level)| *level);
        known
            .filter(|_| !self.acr_values.is_empty())
            .max()
            .unwrap_or(self.minimum_level)
    }

    /// The `acr` values to request if an application requires a level: the configured ones that reach it, else the
    /// lowest known that does.
    pub(crate) fn asked(&self, least: Option<Level>) -> Vec<&str> {
        let reaches = |acr: &str| least.is_none_or(|least| self.level(acr) >= Some(least));
        let configured: Vec<&str> = self
            .acr_values
            .iter()
            .map(String::as_str)
            .filter(|acr| reaches(acr))
            .collect();
        if !configured.is_empty() || self.acr_values.is_empty() {
            return configured;
        }
        let known = self.acr_levels.iter().filter(|(acr, _)| reaches(acr));
        known
            .min_by_key(|(_, level)| *level)
            .map(|(acr, _)| acr.as_str())
            .into_iter()
            .collect()
    }

    /// The level of an `acr` value, if it is known.
    pub(crate) fn level(&self, acr: &str) -> Option<Level> {
        self.acr_levels
            .iter()
            .find_map(|(name, level)| (name == acr).then_some(*level))
    }
}

/// Parses an issuer (OpenID Connect Discovery 1.0 §3, with `http` for tests and the demo). One with a placeholder, like
/// Entra ID's multi-tenant issuer, is invalid.
pub(crate) fn read_issuer(text: &str) -> Result<Url, SettingsError> {
    if text.contains(['{', '}']) {
        return Err(SettingsError::Issuer);
    }
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

/// Whether the address is on the local machine.
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
