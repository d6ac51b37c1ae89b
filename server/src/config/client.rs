//! `[[client]]`: applications, and `[[organisation]]`: whose users they may be restricted to.

use super::{
    branding::BrandingSection,
    error::{ConfigError, wrong},
    secret::{Secret, secret},
    server::Mode,
};
use crate::client_metadata::{
    ApplicationType, AuthMethod, ClientMetadata, Rules, SubjectType, is_name,
};
use kobling_domain::{
    kernel::{localised::Localised, secret::Digest256},
    oidc::client::{AccessRule, Client, SigningAlg},
};
use kobling_model::{Email, Lang, Level, ProviderId};
use serde::Deserialize;
use std::path::PathBuf;

/// `[[client]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientSection {
    /// `client_id`.
    pub id: String,
    /// Name that people see.
    pub name: Localised,
    /// Client secret; none for a public client.
    pub secret: Option<Secret>,
    /// File that contains it.
    pub secret_file: Option<PathBuf>,
    /// Redirect URIs, compared as strings.
    pub redirect_uris: Vec<String>,
    /// Redirect URIs after a sign-out, compared as strings.
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// Organisation whose users have access; without it, everybody does.
    pub organisation: Option<String>,
    /// Sends the person directly to this eID provider.
    pub provider: Option<String>,
    /// Minimum level of assurance of the eID.
    pub minimum_level: Option<Level>,
    /// eID providers that are accepted; all if empty.
    #[serde(default)]
    pub only_providers: Vec<String>,
    /// JWK set (JSON) with the public keys that the client authenticates with, in place of a secret.
    pub jwks: Option<String>,
    /// URL of the JWK set.
    pub jwks_uri: Option<String>,
    /// Belongs to a third party: it needs the person's consent.
    #[serde(default)]
    pub third_party: bool,
    /// Native application (RFC 8252).
    #[serde(default)]
    pub native: bool,
    /// Accepts pushed authorization requests only.
    #[serde(default)]
    pub require_pushed: bool,
    /// Requires DPoP-bound tokens.
    #[serde(default)]
    pub require_dpop: bool,
    /// Receives refresh tokens.
    #[serde(default)]
    pub refresh: bool,
    /// Uses pairwise subject identifiers.
    #[serde(default)]
    pub pairwise: bool,
    /// Algorithm that signs its ID tokens and logout tokens: `ES256` or `RS256`.
    #[serde(default)]
    pub signing: SigningAlg,
    /// URL that receives logout tokens.
    pub back_channel_logout: Option<String>,
    /// URL where people start; account settings link to it.
    pub start: Option<String>,
}

/// `[[organisation]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganisationSection {
    /// Short name, such as `nordvik`.
    pub key: String,
    /// Name that people see.
    pub name: Localised,
    /// Contact that people are referred to.
    pub contact: Localised,
    /// What its addresses look like, such as `fornavn.etternavn@nordvik.example`.
    pub address_hint: Option<String>,
    /// What pages of a sign-in towards its applications look like.
    pub branding: Option<BrandingSection>,
}

impl OrganisationSection {
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        for (key, text) in [("name", &self.name), ("contact", &self.contact)] {
            if text.all().next().is_none() {
                let setting = format!("organisation.{}.{key}", self.key);
                return Err(wrong(setting, "must not be empty"));
            }
        }
        match self.address_hint.as_deref().map(Email::parse) {
            Some(Err(_)) => {
                let setting = format!("organisation.{}.address_hint", self.key);
                Err(wrong(setting, "must look like an e-mail address"))
            }
            Some(Ok(_)) | None => Ok(()),
        }
    }
}

/// The hash by which a client secret is stored and compared.
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
            Some(_) if by_keys => {
                return Err(wrong(
                    name("secret"),
                    "cannot be combined with jwks or jwks_uri",
                ));
            }
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
            client_name: Some(self.name.of(Lang::default()).to_owned()),
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
            untrusted: false,
            signing: self.signing,
        };
        let client = metadata
            .client(&self.id, rules, secret.as_deref().map(secret_digest))
            .map_err(|error| wrong(name(setting(error.field)), error.why))?;
        if !self.name.all().all(is_name) {
            return Err(wrong(name("name"), "must be 1 to 100 visible characters"));
        }
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
        if let Some(start) = &self.start {
            let url = url::Url::parse(start).map_err(|error| wrong(name("start"), error))?;
            if !matches!(url.scheme(), "https" | "http") || !url.has_host() {
                return Err(wrong(name("start"), "must be an http or https address"));
            }
        }
        Ok(Client {
            start: self.start.clone(),
            name: self.name.to_text(),
            access,
            provider,
            third_party: self.third_party,
            ..client
        })
    }
}

/// The setting in `[[client]]` that a metadata field comes from.
fn setting(field: &'static str) -> &'static str {
    match field {
        "client_name" => "name",
        "subject_type" => "pairwise",
        "backchannel_logout_uri" => "back_channel_logout",
        field => field,
    }
}
