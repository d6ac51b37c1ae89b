//! Client metadata (RFC 7591 §2, OpenID Connect Dynamic Client Registration §2), and its validation. The rules are the
//! same for clients from configuration, from administrators and from dynamic registration, except for [`Rules`].

mod address;
mod keys;
mod members;
mod rules;

use address::Address;
pub use keys::client_keys;
use kobling_domain::{
    kernel::{displayable::is_displayable, localised::Localised, secret::Digest256},
    oidc::client::{Client, ClientAuth, SigningAlg, Subject},
};
use kobling_model::Lang;
pub use members::members;
pub(crate) use rules::wrong;
pub use rules::{MetadataError, Rules};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// The maximum number of redirect URIs of a client.
const MAX_ADDRESSES: usize = 32;
/// The maximum length of a name, in characters.
const MAX_NAME_LENGTH: usize = 100;

/// Whether people can read a name.
pub(crate) fn is_name(name: &str) -> bool {
    name.chars().count() <= MAX_NAME_LENGTH && is_displayable(name)
}

/// A configured name for programs, which have no language: in the default one.
pub(crate) fn displayed(name: &str) -> String {
    let mut name = name.to_owned();
    Localised::choose(&mut name, Lang::default());
    name
}

/// Client authentication at the token endpoint (RFC 7591 §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// The secret in the header.
    #[default]
    ClientSecretBasic,
    /// The secret in the body.
    ClientSecretPost,
    /// A JWT signed with the private key.
    PrivateKeyJwt,
    /// No authentication: a public client.
    None,
}

/// Kind of application (OpenID Connect Dynamic Client Registration §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationType {
    /// Runs on a server, or in a browser.
    #[default]
    Web,
    /// Runs on the person's device.
    Native,
}

/// Kind of subject identifier (OpenID Connect Core §8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubjectType {
    /// The same identifier at every client.
    #[default]
    Public,
    /// A different identifier for each host of redirect URIs.
    Pairwise,
}

/// Client metadata. Unknown fields are ignored (RFC 7591 §2).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ClientMetadata {
    /// Redirect URIs, compared as strings; at least one.
    pub redirect_uris: Vec<String>,
    /// Client authentication method; the default is `client_secret_basic`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_method: Option<AuthMethod>,
    /// `authorization_code`, and `refresh_token` if the client uses refresh tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_types: Option<Vec<String>>,
    /// Always `code`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_types: Option<Vec<String>>,
    /// Name that people see; the default is the host of the redirect URI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    /// Public keys, as a JWK set.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub jwks: Option<Value>,
    /// URL of the JWK set with the public keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// The default is `web`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_type: Option<ApplicationType>,
    /// The default is `public`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_type: Option<SubjectType>,
    /// Not supported: `pairwise` requires all redirect URIs on one host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sector_identifier_uri: Option<String>,
    /// Algorithm that signs ID tokens and logout tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub id_token_signed_response_alg: Option<SigningAlg>,
    /// Redirect URIs after a sign-out, compared as strings.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub post_logout_redirect_uris: Vec<String>,
    /// URL that receives logout tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<String>,
    /// Whether logout tokens must contain `sid`; they always do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_session_required: Option<bool>,
    /// Accepts pushed authorization requests only (RFC 9126 §6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_pushed_authorization_requests: Option<bool>,
    /// Requires DPoP-bound tokens (RFC 9449 §5.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dpop_bound_access_tokens: Option<bool>,
}

impl ClientMetadata {
    /// The authentication method, or the default if none is given.
    #[must_use]
    pub fn auth_method(&self) -> AuthMethod {
        self.token_endpoint_auth_method.unwrap_or_default()
    }

    /// Whether the authentication method uses a secret.
    #[must_use]
    pub fn wants_secret(&self) -> bool {
        matches!(
            self.auth_method(),
            AuthMethod::ClientSecretBasic | AuthMethod::ClientSecretPost
        )
    }

    /// Validates the metadata and builds the client, without the settings that only an operator or administrator may
    /// choose. `secret` is the hash of the client secret, if there is one.
    ///
    /// # Errors
    /// The first [`MetadataError`].
    pub fn client(
        &self,
        id: &str,
        rules: Rules,
        secret: Option<Digest256>,
    ) -> Result<Client, MetadataError> {
        self.check_grants()?;
        let native = self.application_type == Some(ApplicationType::Native);
        let addresses = self.redirect_addresses(rules, native)?;
        if self.sector_identifier_uri.is_some() {
            let why = "not supported; put all redirect_uris on one host";
            return Err(wrong("sector_identifier_uri", why));
        }
        let subject = match self.subject_type.unwrap_or_default() {
            SubjectType::Public => Subject::Public,
            SubjectType::Pairwise => Subject::Pairwise {
                sector: sector(&addresses, rules)?,
            },
        };
        Ok(Client {
            name: self.name(&addresses)?,
            auth: self.auth(rules, secret)?,
            secret_in_body: self.auth_method() == AuthMethod::ClientSecretPost,
            redirect_uris: self.redirect_uris.clone(),
            post_logout_redirect_uris: self.post_logout_redirect_uris.clone(),
            native,
            require_pushed: self.require_pushed_authorization_requests == Some(true),
            require_dpop: self.dpop_bound_access_tokens == Some(true),
            refresh: self.grants("refresh_token"),
            subject,
            signing: self.id_token_signed_response_alg.unwrap_or(rules.signing),
            back_channel_logout: self.back_channel_logout(rules)?,
            ..Client::new(id, "")
        })
    }

    fn grants(&self, kind: &str) -> bool {
        self.grant_types
            .as_ref()
            .is_some_and(|all| all.iter().any(|one| one == kind))
    }

    /// Validates that grant types and response types match (RFC 7591 §2.1).
    fn check_grants(&self) -> Result<(), MetadataError> {
        if let Some(all) = &self.grant_types {
            let known = |one: &String| ["authorization_code", "refresh_token"].contains(&&**one);
            if !all.iter().all(known) {
                let why = "may contain authorization_code and refresh_token only";
                return Err(wrong("grant_types", why));
            }
            if !self.grants("authorization_code") {
                return Err(wrong("grant_types", "must contain authorization_code"));
            }
        }
        match &self.response_types {
            Some(all) if all.is_empty() || all.iter().any(|one| one != "code") => {
                Err(wrong("response_types", "must be code"))
            }
            _ => Ok(()),
        }
    }

    fn redirect_addresses(
        &self,
        rules: Rules,
        native: bool,
    ) -> Result<Vec<Address>, MetadataError> {
        if self.redirect_uris.is_empty() {
            return Err(wrong("redirect_uris", "missing"));
        }
        let read = |field: &'static str, all: &[String]| {
            if all.len() > MAX_ADDRESSES {
                return Err(wrong(field, format!("has more than {MAX_ADDRESSES}")));
            }
            all.iter()
                .map(|uri| Address::redirect(field, uri, rules, native))
                .collect::<Result<Vec<_>, _>>()
        };
        read("post_logout_redirect_uris", &self.post_logout_redirect_uris)?;
        read("redirect_uris", &self.redirect_uris)
    }

    fn name(&self, addresses: &[Address]) -> Result<String, MetadataError> {
        let Some(name) = &self.client_name else {
            let host = addresses.iter().find_map(Address::host);
            return Ok(host.unwrap_or_else(|| "?".to_owned()));
        };
        let name = name.trim();
        if !is_name(name) {
            let why = format!("must be 1 to {MAX_NAME_LENGTH} visible characters");
            return Err(wrong("client_name", why));
        }
        Ok(name.to_owned())
    }

    fn auth(&self, rules: Rules, secret: Option<Digest256>) -> Result<ClientAuth, MetadataError> {
        let keys = client_keys(self.jwks.as_ref(), self.jwks_uri.as_deref(), rules)?;
        match (self.auth_method(), keys, secret) {
            (AuthMethod::None, _, _) => Ok(ClientAuth::Public),
            (AuthMethod::PrivateKeyJwt, Some(keys), _) => Ok(ClientAuth::PrivateKeyJwt(keys)),
            (AuthMethod::PrivateKeyJwt, None, _) => {
                Err(wrong("jwks", "private_key_jwt needs jwks or jwks_uri"))
            }
            (_, _, Some(secret)) => Ok(ClientAuth::Secret(secret)),
            (_, _, None) => Err(wrong("token_endpoint_auth_method", "requires a secret")),
        }
    }

    fn back_channel_logout(&self, rules: Rules) -> Result<Option<String>, MetadataError> {
        let field = "backchannel_logout_uri";
        let Some(uri) = &self.backchannel_logout_uri else {
            return Ok(None);
        };
        Address::fetched(field, uri, rules)?;
        Ok(Some(uri.clone()))
    }
}

/// The host that all redirect URIs share (OpenID Connect Core §8.1).
fn sector(addresses: &[Address], rules: Rules) -> Result<String, MetadataError> {
    let mut hosts = addresses.iter().map(Address::host);
    let first = hosts.next().flatten();
    let shared = hosts.all(|host| host == first);
    match first {
        Some(host) if shared && (rules.local_http || !addresses.iter().any(Address::is_local)) => {
            Ok(host)
        }
        _ => {
            let why = "pairwise requires all redirect_uris on one host other than localhost";
            Err(wrong("subject_type", why))
        }
    }
}

impl From<&Client> for ClientMetadata {
    fn from(client: &Client) -> Self {
        let (jwks, jwks_uri) = keys::metadata(&client.auth);
        let mut grant_types = vec!["authorization_code".to_owned()];
        if client.refresh {
            grant_types.push("refresh_token".to_owned());
        }
        Self {
            redirect_uris: client.redirect_uris.clone(),
            token_endpoint_auth_method: Some(match &client.auth {
                ClientAuth::Secret(_) if client.secret_in_body => AuthMethod::ClientSecretPost,
                ClientAuth::Secret(_) => AuthMethod::ClientSecretBasic,
                ClientAuth::PrivateKeyJwt(_) => AuthMethod::PrivateKeyJwt,
                ClientAuth::Public => AuthMethod::None,
            }),
            grant_types: Some(grant_types),
            response_types: Some(vec!["code".to_owned()]),
            client_name: Some(displayed(&client.name)),
            jwks,
            jwks_uri,
            application_type: Some(if client.native {
                ApplicationType::Native
            } else {
                ApplicationType::Web
            }),
            subject_type: Some(match client.subject {
                Subject::Public => SubjectType::Public,
                Subject::Pairwise { .. } => SubjectType::Pairwise,
            }),
            sector_identifier_uri: None,
            id_token_signed_response_alg: Some(client.signing),
            post_logout_redirect_uris: client.post_logout_redirect_uris.clone(),
            backchannel_logout_uri: client.back_channel_logout.clone(),
            backchannel_logout_session_required: client
                .back_channel_logout
                .is_some()
                .then_some(true),
            require_pushed_authorization_requests: Some(client.require_pushed),
            dpop_bound_access_tokens: Some(client.require_dpop),
        }
    }
}

#[cfg(test)]
mod tests;
