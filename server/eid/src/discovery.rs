//! The provider's metadata (OpenID Connect Discovery 1.0) and keys, cached for a day.

use crate::settings::{is_loopback, read_issuer};
use kobling_domain::{eid::port::EidError, kernel::clock::Clock};
use kobling_http::Http;
use kobling_model::{Timestamp, time::Span};
use openidconnect::{
    AdditionalProviderMetadata, IssuerUrl, ProviderMetadata,
    core::{
        CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType,
        CoreJsonWebKey, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm,
        CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm, CoreResponseMode, CoreResponseType,
        CoreSubjectIdentifierType,
    },
};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Mutex;
use url::Url;

/// How long a response is cached.
const FRESH: Span = Span::hours(24);
/// Delay after a failed refresh, during which the cached response is used.
const RETRY: Span = Span::minutes(1);
/// Minimum interval between refetches of the keys because of an unknown `kid`.
const KEYS_FLOOR: Span = Span::minutes(1);

/// Accepted signature algorithms of ID tokens: neither `none` nor a MAC.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Metadata members of RFC 9126, RFC 9207 and RP-Initiated Logout.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct More {
    pushed_authorization_request_endpoint: Option<Url>,
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

/// The validated metadata that is used.
#[derive(Debug, Clone)]
pub(crate) struct Endpoints {
    pub(crate) authorization: Url,
    pub(crate) token: Url,
    pub(crate) push: Option<Url>,
    pub(crate) end_session: Option<Url>,
    keys: Url,
    /// Whether every authorization response contains `iss` (RFC 9207 §3).
    pub(crate) names_itself: bool,
    /// Signature algorithms that both sides support.
    pub(crate) algorithms: Vec<CoreJwsSigningAlgorithm>,
}

impl Endpoints {
    /// Parses the discovery document of this issuer; the error names what is invalid.
    pub(crate) fn read(body: &[u8], issuer: &str) -> Result<Self, &'static str> {
        let metadata: Metadata = serde_json::from_slice(body).map_err(|_| "not readable")?;
        if metadata.issuer().as_str() != issuer {
            return Err("another issuer");
        }
        let local = read_issuer(issuer).is_ok_and(|url| is_loopback(&url));
        let safe = |url: &Url| url.scheme() == "https" || (local && is_loopback(url));
        let more = metadata.additional_metadata();
        let token = metadata.token_endpoint().ok_or("no token endpoint")?;
        let endpoints = Self {
            authorization: metadata.authorization_endpoint().url().clone(),
            token: token.url().clone(),
            push: more.pushed_authorization_request_endpoint.clone(),
            end_session: more.end_session_endpoint.clone(),
            keys: metadata.jwks_uri().url().clone(),
            names_itself: more.authorization_response_iss_parameter_supported,
            algorithms: ALGORITHMS
                .into_iter()
                .filter(|alg| {
                    metadata
                        .id_token_signing_alg_values_supported()
                        .contains(alg)
                })
                .collect(),
        };
        let all_safe = [&endpoints.authorization, &endpoints.token, &endpoints.keys]
            .into_iter()
            .chain(&endpoints.push)
            .chain(&endpoints.end_session)
            .all(safe);
        if !all_safe {
            return Err("an endpoint without https");
        }
        if endpoints.algorithms.is_empty() {
            return Err("no supported signature algorithm");
        }
        Ok(endpoints)
    }
}

/// A snapshot of the provider's metadata and keys.
pub(crate) struct Known {
    pub(crate) endpoints: Endpoints,
    pub(crate) keys: CoreJsonWebKeySet,
}

#[derive(Default)]
struct State {
    known: Option<Arc<Known>>,
    /// When to refetch.
    due: Option<Timestamp>,
    /// Counts the fetches, so that a caller that waited for another's fetch uses its result.
    round: u64,
    failure: Option<EidError>,
    /// When an unknown `kid` last caused a refetch of the keys.
    keys_asked: Option<Timestamp>,
}

/// Fetches when needed, one request at a time, and caches.
pub(crate) struct Discovery {
    http: Http,
    clock: Arc<dyn Clock>,
    issuer: IssuerUrl,
    state: RwLock<State>,
    asking: Mutex<()>,
}

impl Discovery {
    pub(crate) fn new(http: Http, clock: Arc<dyn Clock>, issuer: IssuerUrl) -> Self {
        Self {
            http,
            clock,
            issuer,
            state: RwLock::default(),
            asking: Mutex::default(),
        }
    }

    /// The current metadata; fetched at first use and once a day. The cached metadata is used while the provider is
    /// unreachable, and by other callers during a fetch.
    ///
    /// # Errors
    /// [`EidError::Unavailable`] if nothing is cached.
    pub(crate) async fn known(&self) -> Result<Arc<Known>, EidError> {
        let (known, due, round) = self.look(|state| (state.known.clone(), state.due, state.round));
        let Some(known) = known else {
            let _asking = self.asking.lock().await;
            if self.look(|state| state.round) == round {
                self.refresh().await;
            }
            return self.look(|state| match (&state.known, &state.failure) {
                (Some(known), _) => Ok(Arc::clone(known)),
                (None, Some(failure)) => Err(failure.clone()),
                (None, None) => Err(EidError::Unavailable("discovery".into())),
            });
        };
        if due.is_some_and(|due| due <= self.clock.now())
            && let Ok(_asking) = self.asking.try_lock()
        {
            self.refresh().await;
            return Ok(self.known_already().unwrap_or(known));
        }
        Ok(known)
    }

    /// The cached metadata.
    pub(crate) fn known_already(&self) -> Option<Arc<Known>> {
        self.look(|state| state.known.clone())
    }

    /// Newer keys than those of `seen`, which lack a needed one; `None` if they were fetched less than a
    /// minute ago, so that forged key ids cannot cause a flood of requests to the provider.
    ///
    /// # Errors
    /// [`EidError::Unavailable`] if the provider does not respond.
    pub(crate) async fn newer_keys(
        &self,
        seen: &Arc<Known>,
    ) -> Result<Option<Arc<Known>>, EidError> {
        let _asking = self.asking.lock().await;
        let known = self
            .known_already()
            .filter(|known| !Arc::ptr_eq(known, seen));
        if known.is_some() {
            return Ok(known);
        }
        let now = self.clock.now();
        if self
            .look(|state| state.keys_asked)
            .is_some_and(|asked| now.since(asked) < KEYS_FLOOR)
        {
            return Ok(None);
        }
        self.change(|state| state.keys_asked = Some(now));
        tracing::info!(
            issuer = self.issuer.as_str(),
            "unknown signing key: fetching the keys again"
        );
        let keys = self.fetch_keys(&seen.endpoints.keys).await?;
        let known = Arc::new(Known {
            endpoints: seen.endpoints.clone(),
            keys,
        });
        self.change(|state| state.known = Some(Arc::clone(&known)));
        Ok(Some(known))
    }

    /// Fetches. The caller must hold `asking`.
    async fn refresh(&self) {
        let answer = self.fetch().await;
        let now = self.clock.now();
        match answer {
            Ok(known) => self.change(|state| {
                state.known = Some(Arc::new(known));
                state.due = Some(now + FRESH);
                state.failure = None;
                state.round += 1;
            }),
            Err(error) => {
                tracing::warn!(issuer = self.issuer.as_str(), %error, "discovery failed");
                self.change(|state| {
                    state.due = Some(now + RETRY);
                    state.failure = Some(error);
                    state.round += 1;
                });
            }
        }
    }

    async fn fetch(&self) -> Result<Known, EidError> {
        let url = self
            .issuer
            .join(".well-known/openid-configuration")
            .map_err(|_| EidError::Unavailable("discovery: address".into()))?;
        let body = self.fetch_document(&url, "discovery").await?;
        let endpoints = Endpoints::read(&body, &self.issuer)
            .map_err(|what| EidError::Unavailable(format!("discovery: {what}")))?;
        let keys = self.fetch_keys(&endpoints.keys).await?;
        Ok(Known { endpoints, keys })
    }

    async fn fetch_keys(&self, url: &Url) -> Result<CoreJsonWebKeySet, EidError> {
        let body = self.fetch_document(url, "keys").await?;
        serde_json::from_slice(&body)
            .map_err(|_| EidError::Unavailable("keys: not readable".into()))
    }

    async fn fetch_document(&self, url: &Url, what: &'static str) -> Result<Vec<u8>, EidError> {
        let answer = self
            .http
            .get(url)
            .await
            .map_err(|error| EidError::Unavailable(format!("{what}: {error}")))?;
        if answer.status == 200 {
            Ok(answer.body)
        } else {
            Err(EidError::Unavailable(format!(
                "{what}: status {}",
                answer.status
            )))
        }
    }

    // Nothing inside can panic during a change, so a poisoned lock holds a consistent state.
    fn look<T>(&self, read: impl FnOnce(&State) -> T) -> T {
        read(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn change(&self, write: impl FnOnce(&mut State)) {
        write(&mut self.state.write().unwrap_or_else(PoisonError::into_inner));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const ISSUER: &str = "https://eid.example";

    fn document() -> Value {
        json!({
            "issuer": ISSUER,
            "authorization_endpoint": "https://login.eid.example/authorize",
            "token_endpoint": "https://eid.example/token",
            "jwks_uri": "https://eid.example/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none", "XX1"],
        })
    }

    fn read(document: &Value) -> Result<Endpoints, &'static str> {
        Endpoints::read(document.to_string().as_bytes(), ISSUER)
    }

    #[test]
    fn only_public_key_signatures_that_are_listed_are_taken() {
        let endpoints = read(&document()).expect("sound");
        assert_eq!(
            endpoints.algorithms,
            [CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256]
        );
        assert!(!endpoints.names_itself);
    }

    #[test]
    fn invalid_discovery_documents_are_refused() {
        for (name, value, what) in [
            ("issuer", json!("https://eid.example/"), "another issuer"),
            ("issuer", json!("https://evil.example"), "another issuer"),
            ("token_endpoint", Value::Null, "no token endpoint"),
            (
                "token_endpoint",
                json!("http://eid.example/token"),
                "an endpoint without https",
            ),
            (
                "jwks_uri",
                json!("http://127.0.0.1/jwks"),
                "an endpoint without https",
            ),
            (
                "end_session_endpoint",
                json!("javascript:alert(1)"),
                "an endpoint without https",
            ),
            (
                "authorization_endpoint",
                json!("/authorize"),
                "not readable",
            ),
            (
                "id_token_signing_alg_values_supported",
                json!(["HS256", "none"]),
                "no supported signature algorithm",
            ),
        ] {
            let mut document = document();
            document[name] = value;
            assert_eq!(read(&document).err(), Some(what), "{name}");
        }
        assert_eq!(
            Endpoints::read(b"<html>", ISSUER).err(),
            Some("not readable")
        );
    }
}
