//! `[[provider]]`: eID providers.

use super::{
    ConfigError, Mode, is_local,
    secret::{Secret, secret},
    wrong,
};
use kobling_eid::{ClientAuth, Pushed, Settings, idporten_levels};
use kobling_model::{Level, ProviderId};
use serde::Deserialize;
use std::{fs, path::PathBuf, time::Duration};

/// One eID provider.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSection {
    /// Short name, part of the callback's path: `https://…/eid/ID/callback`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its issuer; everything else comes from its discovery document.
    pub issuer: String,
    /// What we are called there.
    pub client_id: String,
    /// The client secret, for `client_secret_basic`, or `client_secret_post` if `secret_in_body`.
    pub client_secret: Option<Secret>,
    /// The same in a file.
    pub client_secret_file: Option<PathBuf>,
    /// Send the secret in the body instead of the header.
    #[serde(default)]
    pub secret_in_body: bool,
    /// A private key in PEM (PKCS#8), for `private_key_jwt`.
    pub private_key_file: Option<PathBuf>,
    /// The name under which the key is registered.
    pub kid: Option<String>,
    /// The algorithm that the key signs with.
    #[serde(default = "rs256")]
    pub alg: String,
    /// Levels to ask for.
    #[serde(default)]
    pub acr_values: Vec<String>,
    /// What other `acr` values than ID-porten's are worth: `{ "urn:…" = "high" }`.
    #[serde(default)]
    pub acr_levels: std::collections::BTreeMap<String, Level>,
    /// The least that lets a person in.
    #[serde(default = "substantial")]
    pub minimum_level: Level,
    /// Scopes besides `openid`.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// The claim with the national identity number; empty for none.
    #[serde(default = "pid")]
    pub pid_claim: String,
    /// Whether authorization requests are pushed: `if-offered`, `always`, `never`.
    #[serde(default)]
    pub pushed: PushedSetting,
    /// The most that a request to the provider may take.
    #[serde(default = "ten")]
    pub timeout_seconds: u64,
    /// The customer on whose behalf we ask.
    pub onbehalfof: Option<String>,
}

/// Whether authorization requests are pushed.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PushedSetting {
    /// Where the provider offers it.
    #[default]
    IfOffered,
    /// Always.
    Always,
    /// Never.
    Never,
}

fn rs256() -> String {
    "RS256".to_owned()
}
fn substantial() -> Level {
    Level::Substantial
}
fn pid() -> String {
    "pid".to_owned()
}
const fn ten() -> u64 {
    10
}

impl ProviderSection {
    pub(crate) fn build(&self, origin: &str, mode: Mode) -> Result<Settings, ConfigError> {
        let name = |key: &str| format!("provider.{}.{key}", self.id);
        let id = ProviderId::parse(&self.id)
            .ok_or_else(|| wrong("provider.id", "must be 1 to 32 of a-z, 0-9 and -"))?;
        let issuer = url::Url::parse(&self.issuer).map_err(|error| wrong(name("issuer"), error))?;
        if issuer.scheme() != "https" && !(mode == Mode::Test && is_local(&issuer)) {
            return Err(wrong(
                name("issuer"),
                "must be https; a simulated provider works only with server.mode = \"test\"",
            ));
        }
        let mut acr_levels = idporten_levels();
        acr_levels.extend(
            self.acr_levels
                .iter()
                .map(|(acr, level)| (acr.clone(), *level)),
        );
        Ok(Settings {
            auth: self.auth(&name)?,
            redirect_uri: format!("{origin}/eid/{id}/callback"),
            post_logout_redirect_uri: format!("{origin}/eid/{id}/signed-out"),
            id,
            name: self.name.clone(),
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            scopes: self.scopes.clone(),
            acr_values: self.acr_values.clone(),
            acr_levels,
            minimum_level: self.minimum_level,
            pid_claim: Some(self.pid_claim.clone()).filter(|claim| !claim.is_empty()),
            refuse_synthetic: mode == Mode::Production,
            pushed: match self.pushed {
                PushedSetting::IfOffered => Pushed::IfOffered,
                PushedSetting::Always => Pushed::Always,
                PushedSetting::Never => Pushed::Never,
            },
            timeout: Duration::from_secs(self.timeout_seconds.clamp(1, 60)),
            onbehalfof: self.onbehalfof.clone(),
        })
    }

    fn auth(&self, name: &dyn Fn(&str) -> String) -> Result<ClientAuth, ConfigError> {
        let shared = secret(
            &name("client_secret"),
            self.client_secret.as_ref(),
            self.client_secret_file.as_ref(),
        )?;
        match (shared, &self.private_key_file) {
            (Some(_), Some(_)) => Err(wrong(
                name("private_key_file"),
                "stands beside client_secret; only one of them can count",
            )),
            (Some(secret), None) if self.secret_in_body => Ok(ClientAuth::Post(secret)),
            (Some(secret), None) => Ok(ClientAuth::Basic(secret)),
            (None, Some(path)) => Ok(ClientAuth::PrivateKeyJwt {
                key_pem: fs::read_to_string(path).map_err(|error| {
                    wrong(
                        name("private_key_file"),
                        format!("{}: {error}", path.display()),
                    )
                })?,
                kid: self.kid.clone(),
                alg: self
                    .alg
                    .parse()
                    .map_err(|error| wrong(name("alg"), error))?,
            }),
            (None, None) => Err(wrong(name("private_key_file"), "missing; or client_secret")),
        }
    }
}
