//! `[[client]]`: applications.

use super::{
    ConfigError, Mode, is_local,
    secret::{Secret, secret},
    wrong,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kobling_domain::{
    client::{AccessRule, Client, ClientAuth, ClientKeys, Origin, SigningAlg, Subject},
    secret::Digest256,
};
use kobling_model::{Level, ProviderId};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::path::PathBuf;

/// One application.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientSection {
    /// `client_id`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Its secret; none for a public client.
    pub secret: Option<Secret>,
    /// The same in a file.
    pub secret_file: Option<PathBuf>,
    /// Where it may be led back to, to the letter.
    pub redirect_uris: Vec<String>,
    /// Where it may be led back to after a sign-out, to the letter.
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// Only addresses among this organisation's users may enter.
    pub organisation: Option<String>,
    /// Go straight to this eID provider.
    pub provider: Option<String>,
    /// Only with an eID at least as sure as this.
    pub minimum_level: Option<Level>,
    /// Only by an eID of these providers.
    #[serde(default)]
    pub only_providers: Vec<String>,
    /// A JWK set (JSON) with the public keys that it proves itself by, in place of a secret.
    pub jwks: Option<String>,
    /// The same, at an address of the client's.
    pub jwks_uri: Option<String>,
    /// Not the organisation's own: people are asked before it learns of them.
    #[serde(default)]
    pub third_party: bool,
    /// Runs on the person's own machine.
    #[serde(default)]
    pub native: bool,
    /// Takes pushed authorization requests only.
    #[serde(default)]
    pub require_pushed: bool,
    /// Binds every token to a key.
    #[serde(default)]
    pub require_dpop: bool,
    /// May renew its access.
    #[serde(default)]
    pub refresh: bool,
    /// Gives people another name at every sector.
    #[serde(default)]
    pub pairwise: bool,
    /// `ES256` or `RS256`.
    #[serde(default)]
    pub signing: SigningAlg,
    /// Where it is told that a session has ended.
    pub back_channel_logout: Option<String>,
}

/// The host that all redirect URIs share (OpenID Connect Core §8.1).
fn sector(uris: &[String]) -> Option<String> {
    let mut hosts = uris
        .iter()
        .map(|uri| url::Url::parse(uri).ok()?.host_str().map(str::to_owned));
    let first = hosts.next()??;
    hosts
        .all(|host| host.as_ref() == Some(&first))
        .then_some(first)
}

/// The form that a client's secret is compared in.
#[must_use]
pub fn secret_digest(secret: &str) -> Digest256 {
    Digest256(URL_SAFE_NO_PAD.encode(Sha256::digest(secret.as_bytes())))
}

impl ClientSection {
    pub(crate) fn build(
        &self,
        mode: Mode,
        providers: &[&str],
        organisations: &[&str],
    ) -> Result<Client, ConfigError> {
        let name = |key: &str| format!("client.{}.{key}", self.id);
        if self.id.is_empty()
            || self.id.len() > 64
            || !self.id.bytes().all(|b| b.is_ascii_graphic() && b != b':')
        {
            return Err(wrong(
                "client.id",
                "must be 1 to 64 visible ASCII characters without a colon",
            ));
        }
        if self.redirect_uris.is_empty() {
            return Err(wrong(name("redirect_uris"), "missing"));
        }
        let all = self
            .redirect_uris
            .iter()
            .chain(&self.post_logout_redirect_uris);
        for uri in all {
            let url = url::Url::parse(uri).map_err(|error| wrong(name("redirect_uris"), error))?;
            // A native application is on the person's own machine (RFC 8252 §7.1, §7.3).
            let of_native = self.native && (is_local(&url) || url.scheme().contains('.'));
            let safe = of_native
                || url.scheme() == "https"
                || (url.scheme() == "http" && mode == Mode::Test && is_local(&url));
            if !safe || url.fragment().is_some() {
                return Err(wrong(
                    name("redirect_uris"),
                    format!("{uri}: must be https, without a fragment"),
                ));
            }
        }
        for (setting, uri) in [
            ("jwks_uri", &self.jwks_uri),
            ("back_channel_logout", &self.back_channel_logout),
        ] {
            let Some(uri) = uri else { continue };
            let url = url::Url::parse(uri).map_err(|error| wrong(name(setting), error))?;
            let safe = url.scheme() == "https"
                || (url.scheme() == "http" && mode == Mode::Test && is_local(&url));
            if !safe || url.fragment().is_some() {
                return Err(wrong(name(setting), "must be https, without a fragment"));
            }
        }
        let keys = match (&self.jwks, &self.jwks_uri) {
            (Some(_), Some(_)) => {
                return Err(wrong(name("jwks"), "either jwks or jwks_uri"));
            }
            (Some(jwks), None) => {
                serde_json::from_str::<jsonwebtoken::jwk::JwkSet>(jwks)
                    .map_err(|error| wrong(name("jwks"), error))?;
                Some(ClientKeys::Here(jwks.clone()))
            }
            (None, Some(uri)) => Some(ClientKeys::At(uri.clone())),
            (None, None) => None,
        };
        let secret = secret(
            &name("secret"),
            self.secret.as_ref(),
            self.secret_file.as_ref(),
        )?;
        let auth = match (secret, keys) {
            (Some(_), Some(_)) => {
                return Err(wrong(name("secret"), "either a secret or keys"));
            }
            (Some(secret), None) if secret.len() < 24 => {
                return Err(wrong(name("secret"), "must be at least 24 characters"));
            }
            (Some(secret), None) => ClientAuth::Secret(secret_digest(&secret)),
            (None, Some(keys)) => ClientAuth::PrivateKeyJwt(keys),
            (None, None) => ClientAuth::Public,
        };
        if let Some(key) = &self.organisation
            && !organisations.contains(&key.as_str())
        {
            return Err(wrong(
                name("organisation"),
                format!("no [[organisation]] has the key {key}"),
            ));
        }
        let known = |setting: &str, id: &str| match ProviderId::parse(id) {
            Some(provider) if providers.contains(&id) => Ok(provider),
            _ => Err(wrong(
                name(setting),
                format!("no [[provider]] has the id {id}"),
            )),
        };
        let access = AccessRule {
            organisation: self.organisation.clone(),
            minimum_level: self.minimum_level,
            providers: self
                .only_providers
                .iter()
                .map(|id| known("only_providers", id))
                .collect::<Result<_, _>>()?,
        };
        let provider = self
            .provider
            .as_ref()
            .map(|id| known("provider", id))
            .transpose()?;
        let subject = match (self.pairwise, sector(&self.redirect_uris)) {
            (false, _) => Subject::Public,
            (true, Some(sector)) => Subject::Pairwise { sector },
            (true, None) => {
                return Err(wrong(
                    name("pairwise"),
                    "all redirect_uris must be on one host",
                ));
            }
        };
        Ok(Client {
            id: self.id.clone(),
            name: self.name.clone(),
            auth,
            redirect_uris: self.redirect_uris.clone(),
            post_logout_redirect_uris: self.post_logout_redirect_uris.clone(),
            access,
            provider,
            third_party: self.third_party,
            native: self.native,
            require_pushed: self.require_pushed,
            require_dpop: self.require_dpop,
            refresh: self.refresh,
            subject,
            signing: self.signing,
            back_channel_logout: self.back_channel_logout.clone(),
            origin: Origin::Configuration,
        })
    }
}
