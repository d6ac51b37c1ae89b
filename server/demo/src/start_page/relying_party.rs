//! The relying party: the protocol between the start page and its provider.

use std::{sync::Arc, time::Duration};

use jsonwebtoken::jwk::JwkSet;
use openidconnect::{
    AdditionalProviderMetadata, AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    EmptyAdditionalClaims, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest,
    HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier,
    ProviderMetadata, RedirectUrl, Scope, TokenResponse as _, UserInfoClaims,
    core::{
        CoreAuthDisplay, CoreAuthenticationFlow, CoreClaimName, CoreClaimType, CoreClient,
        CoreClientAuthMethod, CoreGenderClaim, CoreGrantType, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode,
        CoreResponseType, CoreSubjectIdentifierType, CoreTokenResponse,
    },
};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use url::Url;

use super::{
    Config,
    logout_token::{self, LogoutToken},
};
use crate::{DemoError, web};

/// Timeout of a request to the provider.
const PATIENCE: Duration = Duration::from_secs(10);
/// Attempts at discovery before it fails.
const DISCOVERY_ATTEMPTS: u32 = 2;
/// Parameters that the start page passes on to the provider.
pub(crate) const HANDED_ON: [&str; 3] = ["login_hint", "prompt", "ui_locales"];

/// Why the provider could not be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProviderError {
    #[error("provider.down: {0}")]
    Down(String),
    #[error("provider.untrusted: {0}")]
    Untrusted(String),
}

/// Additional discovery metadata of the provider.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct More {
    end_session_endpoint: Option<Url>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for More {}

type Metadata = ProviderMetadata<
    More,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The person that the provider authenticated.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
}

/// A new sign-in.
pub(crate) struct Beginning {
    pub(crate) address: Url,
    pub(crate) state: CsrfToken,
    pub(crate) nonce: Nonce,
    pub(crate) verifier: PkceCodeVerifier,
}

/// The start page as the provider knows it.
pub(crate) struct RelyingParty {
    issuer: IssuerUrl,
    client_id: ClientId,
    client_secret: ClientSecret,
    callback: RedirectUrl,
    signed_out: String,
    http: reqwest::Client,
    metadata: Mutex<Option<Arc<Metadata>>>,
}

impl RelyingParty {
    /// Prepares everything except the provider's metadata.
    pub(crate) fn new(config: Config, origin: &str) -> Result<Self, DemoError> {
        // The first provider of a process is kept, and any will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build()
            .map_err(DemoError::HttpClient)?;
        let issuer = match config.issuer.path() {
            "/" => web::origin(&config.issuer, "issuer")?,
            _ => config.issuer.into(),
        };
        let callback = format!("{origin}/enterprise/callback");
        Ok(Self {
            issuer: IssuerUrl::new(issuer).map_err(|_| DemoError::Origin { name: "issuer" })?,
            client_id: ClientId::new(config.client_id),
            client_secret: ClientSecret::new(config.client_secret),
            callback: RedirectUrl::new(callback)
                .map_err(|_| DemoError::Origin { name: "origin" })?,
            signed_out: format!("{origin}/enterprise/signed-out"),
            http,
            metadata: Mutex::default(),
        })
    }

    /// The provider's address, for `form-action`.
    pub(crate) fn issuer_origin(&self) -> String {
        self.issuer.url().origin().ascii_serialization()
    }

    /// Discovery, cached; a failure is retried at the next call.
    async fn metadata(&self) -> Result<Arc<Metadata>, ProviderError> {
        let mut cached = self.metadata.lock().await;
        if let Some(metadata) = &*cached {
            return Ok(Arc::clone(metadata));
        }
        let mut failure = ProviderError::Down("discovery was not tried".to_owned());
        for _ in 0..DISCOVERY_ATTEMPTS {
            let http = |request| send(self.http.clone(), request);
            match Metadata::discover_async(self.issuer.clone(), &http).await {
                Ok(found) => {
                    let found = Arc::new(found);
                    *cached = Some(Arc::clone(&found));
                    return Ok(found);
                }
                Err(error) => failure = ProviderError::Down(error.to_string()),
            }
        }
        Err(failure)
    }

    fn client(&self, metadata: &Metadata) -> Client {
        CoreClient::from_provider_metadata(
            metadata.clone(),
            self.client_id.clone(),
            Some(self.client_secret.clone()),
        )
        .set_auth_type(AuthType::BasicAuth)
        .set_redirect_uri(self.callback.clone())
    }

    /// The authorization request, and the secrets to keep.
    pub(crate) async fn begin(
        &self,
        extra: &[(&'static str, &str)],
    ) -> Result<Beginning, ProviderError> {
        let metadata = self.metadata().await?;
        let client = self.client(&metadata);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scope(Scope::new("profile".to_owned()))
            .add_scope(Scope::new("email".to_owned()))
            .set_pkce_challenge(challenge);
        for (name, value) in extra {
            request = request.add_extra_param(*name, *value);
        }
        let (address, state, nonce) = request.url();
        Ok(Beginning {
            address,
            state,
            nonce,
            verifier,
        })
    }

    /// Validates the issuer of a response (RFC 9207 §2.4).
    pub(crate) async fn check_issuer(&self, iss: Option<&str>) -> Result<(), ProviderError> {
        let metadata = self.metadata().await?;
        let required = metadata
            .additional_metadata()
            .authorization_response_iss_parameter_supported;
        match iss {
            Some(iss) if iss == self.issuer.as_str() => Ok(()),
            None if !required => Ok(()),
            _ => Err(ProviderError::Untrusted(
                "the response has another issuer".to_owned(),
            )),
        }
    }

    /// Exchanges a code for the person and the ID token.
    pub(crate) async fn finish(
        &self,
        code: &str,
        verifier: PkceCodeVerifier,
        nonce: &Nonce,
    ) -> Result<(Person, String), ProviderError> {
        let metadata = self.metadata().await?;
        let client = self.client(&metadata);
        let http = |request| send(self.http.clone(), request);
        let answer = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| ProviderError::Down(error.to_string()))?
            .set_pkce_verifier(verifier)
            .request_async(&http)
            .await
            .map_err(|error| ProviderError::Down(error.to_string()))?;
        match self.person(&client, &answer, nonce).await {
            // The keys may have been rotated since discovery: fetch them again.
            Err(ProviderError::Untrusted(_)) => {
                *self.metadata.lock().await = None;
                let metadata = self.metadata().await?;
                self.person(&self.client(&metadata), &answer, nonce).await
            }
            result => result,
        }
    }

    async fn person(
        &self,
        client: &Client,
        answer: &CoreTokenResponse,
        nonce: &Nonce,
    ) -> Result<(Person, String), ProviderError> {
        let untrusted = |reason: String| ProviderError::Untrusted(reason);
        let token = answer
            .id_token()
            .ok_or_else(|| untrusted("there is no ID token".to_owned()))?;
        let claims = token
            .claims(&client.id_token_verifier(), nonce)
            .map_err(|error| untrusted(error.to_string()))?;
        let mut person = Person {
            name: claims
                .name()
                .and_then(|name| name.get(None))
                .map(|name| name.to_string()),
            email: claims.email().map(|email| email.to_string()),
        };
        let complete = person.name.is_some() && person.email.is_some();
        if !complete && client.user_info_url().is_some() {
            let http = |request| send(self.http.clone(), request);
            let subject = Some(claims.subject().clone());
            let more: UserInfoClaims<EmptyAdditionalClaims, CoreGenderClaim> = client
                .user_info(answer.access_token().clone(), subject)
                .map_err(|error| ProviderError::Down(error.to_string()))?
                .request_async(&http)
                .await
                .map_err(|error| ProviderError::Down(error.to_string()))?;
            let name = more.name().and_then(|name| name.get(None));
            person.name = person.name.or(name.map(|name| name.to_string()));
            person.email = person.email.or(more.email().map(|email| email.to_string()));
        }
        Ok((person, token.to_string()))
    }

    /// Validates a logout token of the provider, except for replay.
    pub(crate) async fn logout_token(&self, token: &str) -> Result<LogoutToken, ProviderError> {
        let kid = logout_token::kid(token);
        let mut keys = self.keys().await?;
        if kid.as_deref().is_none_or(|kid| keys.find(kid).is_none()) {
            // The keys may have been rotated since discovery: fetch them again.
            *self.metadata.lock().await = None;
            keys = self.keys().await?;
        }
        logout_token::read(token, &keys, self.issuer.as_str(), &self.client_id)
            .ok_or_else(|| ProviderError::Untrusted("the logout token does not hold".to_owned()))
    }

    async fn keys(&self) -> Result<JwkSet, ProviderError> {
        let metadata = self.metadata().await?;
        serde_json::to_value(metadata.jwks())
            .and_then(serde_json::from_value)
            .map_err(|error| ProviderError::Down(error.to_string()))
    }

    /// The address for a sign-out at the provider
    /// (OpenID Connect RP-Initiated Logout 1.0 §2).
    pub(crate) async fn end_session(&self, id_token: &str, state: Option<&str>) -> String {
        let metadata = self.metadata().await.ok();
        let endpoint = metadata
            .as_ref()
            .and_then(|metadata| metadata.additional_metadata().end_session_endpoint.as_ref());
        let state = state.map(|state| ("state", state));
        let mut pairs = vec![
            ("id_token_hint", id_token),
            ("client_id", self.client_id.as_str()),
            ("post_logout_redirect_uri", &self.signed_out),
        ];
        let (address, pairs) = match endpoint {
            Some(endpoint) => {
                pairs.extend(state);
                (endpoint.as_str(), pairs)
            }
            None => (self.signed_out.as_str(), state.into_iter().collect()),
        };
        web::with_query(address, &pairs)
    }
}

async fn send(client: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, SendError> {
    let answer = client.execute(request.try_into()?).await?;
    let mut response = HttpResponse::default();
    *response.status_mut() = answer.status();
    *response.headers_mut() = answer.headers().clone();
    *response.body_mut() = answer.bytes().await?.into();
    Ok(response)
}

/// The exchange of one request failed; the address is left out of the text.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0)]
struct SendError(reqwest::Error);

impl From<reqwest::Error> for SendError {
    fn from(error: reqwest::Error) -> Self {
        Self(error.without_url())
    }
}
