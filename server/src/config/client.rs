//! `[[client]]`: applications.

use super::{
    ConfigError, Mode, is_local,
    secret::{Secret, secret},
    wrong,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kobling_domain::{
    client::{AccessRule, Client, ClientAuth},
    secret::Digest256,
};
use kobling_model::ProviderId;
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
            let safe = url.scheme() == "https"
                || (url.scheme() == "http" && mode == Mode::Test && is_local(&url));
            if !safe || url.fragment().is_some() {
                return Err(wrong(
                    name("redirect_uris"),
                    format!("{uri}: must be https, without a fragment"),
                ));
            }
        }
        let auth = match secret(
            &name("secret"),
            self.secret.as_ref(),
            self.secret_file.as_ref(),
        )? {
            Some(secret) if secret.len() < 24 => {
                return Err(wrong(name("secret"), "must be at least 24 characters"));
            }
            Some(secret) => ClientAuth::Secret(secret_digest(&secret)),
            None => ClientAuth::Public,
        };
        let access = match &self.organisation {
            Some(key) if !organisations.contains(&key.as_str()) => {
                return Err(wrong(
                    name("organisation"),
                    format!("no [[organisation]] has the key {key}"),
                ));
            }
            Some(key) => AccessRule::Organisation(key.clone()),
            None => AccessRule::Everybody,
        };
        let provider = match &self.provider {
            Some(id) if !providers.contains(&id.as_str()) => {
                return Err(wrong(
                    name("provider"),
                    format!("no [[provider]] has the id {id}"),
                ));
            }
            Some(id) => ProviderId::parse(id),
            None => None,
        };
        Ok(Client {
            id: self.id.clone(),
            name: self.name.clone(),
            auth,
            redirect_uris: self.redirect_uris.clone(),
            post_logout_redirect_uris: self.post_logout_redirect_uris.clone(),
            access,
            provider,
        })
    }
}
