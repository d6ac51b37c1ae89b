//! What a client says of itself, in the words of RFC 7591 §2 and OpenID Connect Dynamic Client Registration §2, and the
//! one set of rules that it has to meet, whether it comes from configuration, from an administrator or from itself.

mod address;
mod keys;
mod members;
mod rules;

use address::Address;
pub use keys::client_keys;
use kobling_domain::{
    kernel::secret::Digest256,
    oidc::client::{Client, ClientAuth, SigningAlg, Subject},
};
pub use members::members;
pub(crate) use rules::wrong;
pub use rules::{MetadataError, Rules};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// The most addresses of a kind that one client has.
const MOST_ADDRESSES: usize = 32;
/// The longest name, in characters.
const LONGEST_NAME: usize = 100;

/// How a client proves itself at the token endpoint (RFC 7591 §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// Its secret in the header.
    #[default]
    ClientSecretBasic,
    /// Its secret in the body.
    ClientSecretPost,
    /// A JWT signed with its private key.
    PrivateKeyJwt,
    /// Nothing: a public client.
    None,
}

/// What kind of application it is (OpenID Connect Dynamic Client Registration §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationType {
    /// Runs on a server, or in a browser.
    #[default]
    Web,
    /// Runs on the person's own machine.
    Native,
}

/// By what name people go at the client (OpenID Connect Core §8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubjectType {
    /// The same as everywhere.
    #[default]
    Public,
    /// Another one at every host.
    Pairwise,
}

/// Client metadata. What stands nowhere here is not understood, and so ignored (RFC 7591 §2).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ClientMetadata {
    /// Where it may be led back to, to the letter; at least one.
    pub redirect_uris: Vec<String>,
    /// How it proves itself: `client_secret_basic` unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_method: Option<AuthMethod>,
    /// `authorization_code`, and `refresh_token` for one that may renew its access.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_types: Option<Vec<String>>,
    /// `code`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_types: Option<Vec<String>>,
    /// Name for people; the host that it is led back to unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    /// Its public keys, as a JWK set.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub jwks: Option<Value>,
    /// Where its public keys are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// `web` unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_type: Option<ApplicationType>,
    /// `public` unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_type: Option<SubjectType>,
    /// Not supported: with `pairwise`, all redirect addresses are on one host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sector_identifier_uri: Option<String>,
    /// What signs its ID tokens and logout tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub id_token_signed_response_alg: Option<SigningAlg>,
    /// Where it may be led back to after a sign-out, to the letter.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub post_logout_redirect_uris: Vec<String>,
    /// Where it is told that a session has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<String>,
    /// Whether it needs to be told which session; it always is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_session_required: Option<bool>,
    /// Takes pushed authorization requests only (RFC 9126 §6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_pushed_authorization_requests: Option<bool>,
    /// Binds every token to a key (RFC 9449 §5.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dpop_bound_access_tokens: Option<bool>,
}

impl ClientMetadata {
    /// How it proves itself.
    #[must_use]
    pub fn auth_method(&self) -> AuthMethod {
        self.token_endpoint_auth_method.unwrap_or_default()
    }

    /// Whether it needs a secret.
    #[must_use]
    pub fn wants_secret(&self) -> bool {
        matches!(
            self.auth_method(),
            AuthMethod::ClientSecretBasic | AuthMethod::ClientSecretPost
        )
    }

    /// The client that this describes, without anything that only the organisation decides. `secret` is the hash of the
    /// secret of one that needs one.
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

    /// One response type, and the grants that go with it (RFC 7591 §2.1).
    fn check_grants(&self) -> Result<(), MetadataError> {
        if let Some(all) = &self.grant_types {
            let known = |one: &String| ["authorization_code", "refresh_token"].contains(&&**one);
            if !all.iter().all(known) {
                let why = "must be of authorization_code and refresh_token";
                return Err(wrong("grant_types", why));
            }
            if !self.grants("authorization_code") {
                return Err(wrong("grant_types", "must have authorization_code"));
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
            if all.len() > MOST_ADDRESSES {
                return Err(wrong(field, format!("more than {MOST_ADDRESSES}")));
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
        let length = name.chars().count();
        if length == 0 || length > LONGEST_NAME || name.chars().any(is_unseen) {
            let why = format!("must be 1 to {LONGEST_NAME} characters that can be seen");
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
            (_, _, None) => Err(wrong("token_endpoint_auth_method", "there is no secret")),
        }
    }

    fn back_channel_logout(&self, rules: Rules) -> Result<Option<String>, MetadataError> {
        let field = "backchannel_logout_uri";
        let Some(uri) = &self.backchannel_logout_uri else {
            return Ok(None);
        };
        Address::asked_by_us(field, uri, rules)?;
        Ok(Some(uri.clone()))
    }
}

/// Control characters, and those that turn the direction of what is read.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
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
            let why = "pairwise needs all redirect_uris on one host, which is not the person's own machine";
            Err(wrong("subject_type", why))
        }
    }
}

impl From<&Client> for ClientMetadata {
    fn from(client: &Client) -> Self {
        let (jwks, jwks_uri) = keys::shown(&client.auth);
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
            client_name: Some(client.name.clone()),
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
