//! `[[client]]`: applications.

use super::{
    ConfigError, Mode,
    secret::{Secret, secret},
    wrong,
};
use crate::client_metadata::{ApplicationType, AuthMethod, ClientMetadata, Rules, SubjectType};
use kobling_domain::{
    kernel::secret::Digest256,
    oidc::client::{AccessRule, Client, SigningAlg},
};
use kobling_model::{Level, ProviderId};
use serde::Deserialize;
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

/// The form that a client's secret is compared in.
#[must_use]
pub fn secret_digest(secret: &str) -> Digest256 {
    Digest256::of(secret)
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
        let secret = secret(
            &name("secret"),
            self.secret.as_ref(),
            self.secret_file.as_ref(),
        )?;
        let by_keys = self.jwks.is_some() || self.jwks_uri.is_some();
        let method = match &secret {
            Some(_) if by_keys => return Err(wrong(name("secret"), "either a secret or keys")),
            Some(secret) if secret.len() < 24 => {
                return Err(wrong(name("secret"), "must be at least 24 characters"));
            }
            Some(_) => AuthMethod::ClientSecretBasic,
            None if by_keys => AuthMethod::PrivateKeyJwt,
            None => AuthMethod::None,
        };
        let jwks = self.jwks.as_deref().map(serde_json::from_str).transpose();
        let metadata = ClientMetadata {
            redirect_uris: self.redirect_uris.clone(),
            token_endpoint_auth_method: Some(method),
            grant_types: self
                .refresh
                .then(|| vec!["authorization_code".into(), "refresh_token".into()]),
            client_name: Some(self.name.clone()),
            jwks: jwks.map_err(|error| wrong(name("jwks"), error))?,
            jwks_uri: self.jwks_uri.clone(),
            application_type: self.native.then_some(ApplicationType::Native),
            subject_type: self.pairwise.then_some(SubjectType::Pairwise),
            id_token_signed_response_alg: Some(self.signing),
            post_logout_redirect_uris: self.post_logout_redirect_uris.clone(),
            backchannel_logout_uri: self.back_channel_logout.clone(),
            require_pushed_authorization_requests: Some(self.require_pushed),
            dpop_bound_access_tokens: Some(self.require_dpop),
            ..ClientMetadata::default()
        };
        let rules = Rules {
            local_http: mode == Mode::Test,
            stranger: false,
            signing: self.signing,
        };
        let client = metadata
            .client(&self.id, rules, secret.as_deref().map(secret_digest))
            .map_err(|error| wrong(name(setting(error.field)), error.why))?;
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
        Ok(Client {
            access,
            provider,
            third_party: self.third_party,
            ..client
        })
    }
}

/// What a metadata field is called in `[[client]]`.
fn setting(field: &'static str) -> &'static str {
    match field {
        "client_name" => "name",
        "subject_type" => "pairwise",
        "backchannel_logout_uri" => "back_channel_logout",
        field => field,
    }
}
