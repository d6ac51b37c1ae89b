//! `[[provider]]`: eID providers.

use super::{
    error::{ConfigError, read, wrong},
    secret::{Secret, secret},
    server::Mode,
};
use crate::{
    local::is_local,
    world::{SystemClock, SystemEntropy},
};
use kobling_domain::{eid::port::EidProvider, kernel::localised::Localised};
use kobling_eid::{ClientAuth, Defaults, OidcProvider, Preset, Pushed, Settings, midnight};
use kobling_model::{Level, ProviderId, Timestamp, time::Span};
use serde::{Deserialize, Deserializer, de::Error};
use std::{path::PathBuf, sync::Arc, time::Duration};

/// `[[provider]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSection {
    /// Short name, which is part of the callback URL: `https://…/eid/ID/callback`.
    pub id: String,
    /// Preset with the defaults for a known provider. The other settings override it.
    #[serde(default)]
    pub preset: Preset,
    /// Name that people see.
    pub name: Option<Localised>,
    /// Issuer; endpoints and keys come from its discovery document.
    pub issuer: Option<String>,
    /// Client id that the provider has assigned.
    pub client_id: String,
    /// Client secret, for `client_secret_basic`, or `client_secret_post` if `secret_in_body`.
    pub client_secret: Option<Secret>,
    /// File that contains it.
    pub client_secret_file: Option<PathBuf>,
    /// Sends the secret in the body instead of the header.
    #[serde(default)]
    pub secret_in_body: bool,
    /// Day on which the secret expires.
    pub secret_expires: Option<Day>,
    /// Private key in PEM (PKCS#8), for `private_key_jwt`.
    pub private_key_file: Option<PathBuf>,
    /// Key id under which the key is registered.
    pub kid: Option<String>,
    /// Certificate chain of the key in PEM, instead of `kid`.
    pub certificate_file: Option<PathBuf>,
    /// Day on which the registered key expires.
    pub key_expires: Option<Day>,
    /// Signature algorithm of the key.
    #[serde(default = "rs256")]
    pub alg: String,
    /// Values of `acr` to request.
    pub acr_values: Option<Vec<String>>,
    /// Levels of assurance of `acr` values, in addition to the preset's: `{ "urn:…" = "high" }`.
    #[serde(default)]
    pub acr_levels: std::collections::BTreeMap<String, Level>,
    /// Minimum level of assurance.
    pub minimum_level: Option<Level>,
    /// Scopes in addition to `openid`.
    pub scopes: Option<Vec<String>>,
    /// Claims that identify the person.
    pub subject_claims: Option<Vec<String>>,
    /// Claim with the national identity number; empty for none.
    pub pid_claim: Option<String>,
    /// Whether an ID token without `auth_time` is refused.
    pub require_auth_time: Option<bool>,
    /// Whether authorization requests are pushed: `if-offered`, `always`, `never`.
    pub pushed: Option<Pushed>,
    /// Timeout of a request to the provider.
    #[serde(default = "ten")]
    pub timeout_seconds: u64,
    /// `onbehalfof`: the customer of the provider on whose behalf the request is made.
    pub onbehalfof: Option<String>,
    /// File of the logo on its buttons, SVG or PNG.
    pub logo: Option<PathBuf>,
    /// Idle timeout, in minutes, of sessions that begin at this provider.
    pub idle_minutes: Option<i64>,
}

/// A day: a TOML date or a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day(pub Timestamp);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// The TOML parser represents a date as a map with one key.
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Text(String),
            Date(std::collections::BTreeMap<String, String>),
        }
        let text = match Written::deserialize(deserializer)? {
            Written::Text(text) => Some(text),
            Written::Date(map) => map.into_values().next(),
        };
        text.and_then(|text| midnight(&text))
            .map(Self)
            .ok_or_else(|| Error::custom("must be a day, such as 2027-01-31"))
    }
}

fn rs256() -> String {
    "RS256".to_owned()
}
const fn ten() -> u64 {
    10
}

impl ProviderSection {
    pub(super) fn eid_provider(
        &self,
        origin: &str,
        mode: Mode,
    ) -> Result<Arc<dyn EidProvider>, ConfigError> {
        let settings = self.build(origin, mode)?;
        match OidcProvider::new(settings, Arc::new(SystemClock), Arc::new(SystemEntropy)) {
            Ok(provider) => Ok(Arc::new(provider)),
            Err(error) => Err(ConfigError::Provider(self.id.clone(), error)),
        }
    }

    pub(super) fn build(&self, origin: &str, mode: Mode) -> Result<Settings, ConfigError> {
        let name = |key: &str| format!("provider.{}.{key}", self.id);
        let id = ProviderId::parse(&self.id)
            .ok_or_else(|| wrong("provider.id", "must be 1 to 32 of a-z, 0-9 and -"))?;
        let known = self.preset.defaults();
        if known.test_only && mode == Mode::Production {
            return Err(wrong(
                name("preset"),
                "is a test environment with fictitious people; requires server.mode = \"test\"",
            ));
        }
        let minimum_level = self.minimum_level.unwrap_or(known.minimum_level);
        let listed = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        let pid_claim = self.pid_claim.as_deref().or(known.pid_claim);
        Ok(Settings {
            auth: self.auth(&known, &name)?,
            redirect_uri: format!("{origin}/eid/{id}/callback"),
            post_logout_redirect_uri: format!("{origin}/eid/{id}/signed-out"),
            id,
            name: self
                .name
                .as_ref()
                .filter(|name| name.all().next().is_some())
                .map(Localised::to_text)
                .or(known.name.map(ToOwned::to_owned))
                .ok_or_else(|| wrong(name("name"), "missing"))?,
            issuer: self.issuer(mode, &name)?,
            client_id: self.client_id.clone(),
            scopes: self.scopes.clone().unwrap_or_else(|| listed(known.scopes)),
            acr_values: self
                .acr_values
                .clone()
                .unwrap_or_else(|| self.preset.acr_values(minimum_level)),
            acr_levels: self.levels(&known),
            minimum_level,
            subject_claims: self
                .subject_claims
                .clone()
                .unwrap_or_else(|| listed(known.subject_claims)),
            pid_claim: pid_claim
                .filter(|claim| !claim.is_empty())
                .map(str::to_owned),
            require_auth_time: self.require_auth_time.unwrap_or(known.require_auth_time),
            new_sign_in_prompt: known.new_sign_in_prompt.to_owned(),
            refuse_synthetic: mode == Mode::Production,
            pushed: self.pushed.unwrap_or(known.pushed),
            timeout: Duration::from_secs(self.timeout_seconds.clamp(1, 60)),
            onbehalfof: self.onbehalfof.clone(),
            session_idle: self.session_idle(&known, &name)?,
            credential_expires: self.secret_expires.or(self.key_expires).map(|day| day.0),
        })
    }

    fn issuer(&self, mode: Mode, name: &dyn Fn(&str) -> String) -> Result<String, ConfigError> {
        let issuer = self
            .preset
            .issuer(self.issuer.as_deref())
            .map_err(|error| wrong(name("issuer"), error))?;
        let url = url::Url::parse(&issuer).map_err(|error| wrong(name("issuer"), error))?;
        if url.scheme() != "https" && !(mode == Mode::Test && is_local(&url)) {
            return Err(wrong(
                name("issuer"),
                "must be https; http only on localhost with server.mode = \"test\"",
            ));
        }
        Ok(issuer)
    }

    /// The preset's levels in their order, with configured levels in their place, followed by the remaining configured
    /// ones.
    fn levels(&self, known: &Defaults) -> Vec<(String, Level)> {
        let mut configured = self.acr_levels.clone();
        let mut levels: Vec<(String, Level)> = known
            .acr_levels
            .iter()
            .map(|(acr, level)| {
                let level = configured.remove(*acr).unwrap_or(*level);
                ((*acr).to_owned(), level)
            })
            .collect();
        levels.extend(configured);
        levels
    }

    fn session_idle(
        &self,
        known: &Defaults,
        name: &dyn Fn(&str) -> String,
    ) -> Result<Option<Span>, ConfigError> {
        let most = known.idle_minutes.unwrap_or(1_440);
        match self.idle_minutes.or(known.idle_minutes) {
            None => Ok(None),
            Some(minutes) if (1..=most).contains(&minutes) => Ok(Some(Span::minutes(minutes))),
            Some(_) => Err(wrong(
                name("idle_minutes"),
                format!("must be 1 to {most} with this provider"),
            )),
        }
    }

    fn auth(
        &self,
        known: &Defaults,
        name: &dyn Fn(&str) -> String,
    ) -> Result<ClientAuth, ConfigError> {
        let shared = secret(
            &name("client_secret"),
            self.client_secret.as_ref(),
            self.client_secret_file.as_ref(),
        )?;
        let beside =
            |key: &str, other: &str| wrong(name(key), format!("does not apply to {other}"));
        let has_key = self.private_key_file.is_some();
        match shared {
            Some(_) if has_key => Err(wrong(
                name("private_key_file"),
                "cannot be combined with client_secret",
            )),
            Some(_) if self.key_expires.is_some() => Err(beside("key_expires", "client_secret")),
            Some(_) if self.certificate_file.is_some() => {
                Err(beside("certificate_file", "client_secret"))
            }
            Some(secret) if self.secret_in_body => Ok(ClientAuth::Post(secret)),
            Some(secret) => Ok(ClientAuth::Basic(secret)),
            None if has_key && self.secret_expires.is_some() => {
                Err(beside("secret_expires", "private_key_file"))
            }
            None => self.key(known, name),
        }
    }

    fn key(
        &self,
        known: &Defaults,
        name: &dyn Fn(&str) -> String,
    ) -> Result<ClientAuth, ConfigError> {
        let Some(path) = &self.private_key_file else {
            return Err(wrong(
                name("private_key_file"),
                "missing; set it or client_secret",
            ));
        };
        if known.names_key && self.kid.is_none() && self.certificate_file.is_none() {
            return Err(wrong(name("kid"), "missing; set it or certificate_file"));
        }
        Ok(ClientAuth::PrivateKeyJwt {
            key_pem: read(name("private_key_file"), path)?,
            kid: self.kid.clone(),
            chain_pem: match &self.certificate_file {
                Some(path) => Some(read(name("certificate_file"), path)?),
                None => None,
            },
            alg: self
                .alg
                .parse()
                .map_err(|error| wrong(name("alg"), error))?,
        })
    }
}

#[cfg(test)]
mod tests;
