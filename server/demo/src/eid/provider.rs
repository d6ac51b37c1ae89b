//! The provider: its settings and its state.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{
    Client, ClientAuth, Config, Person,
    acr::Acr,
    behaviour::Behaviour,
    client_key::ClientKey,
    keys::Keys,
    pid,
    request::{AuthorizationRequest, Locale},
};
use crate::{
    DemoError,
    bar::Service,
    clock::{Clock, Seconds},
    expiring::Expiring,
    look::Look,
    web,
};
use axum::http::HeaderValue;

/// Lifetime of an authorization code, in seconds.
pub(crate) const CODE_LIFE: Seconds = 60;
/// Lifetime of a pushed authorization request, in seconds.
pub(crate) const PAR_LIFE: Seconds = 120;
/// How long a person may take on the sign-in page, in seconds.
pub(crate) const INTERACTION_LIFE: Seconds = 15 * 60;
/// Idle limit of a single sign-on session, in seconds.
pub(crate) const SESSION_IDLE: Seconds = 30 * 60;
/// Absolute limit of a single sign-on session, in seconds.
pub(crate) const SESSION_MAX: Seconds = 120 * 60;
/// The cookie that carries the single sign-on session.
pub(crate) const SESSION_COOKIE: &str = "testid_session";

/// The state that handlers share.
pub(crate) type Shared = Arc<Provider>;

/// The simulated eID provider.
pub(crate) struct Provider {
    pub(crate) issuer: String,
    pub(crate) client: Client,
    pub(crate) client_key: Option<ClientKey>,
    pub(crate) people: Vec<Person>,
    pub(crate) keys: Keys,
    pub(crate) clock: Clock,
    pub(crate) look: Look,
    /// Origins that the sign-in form may redirect to.
    pub(crate) form_action: Vec<String>,
    memory: Mutex<Memory>,
}

/// The provider's state.
#[derive(Default)]
pub(crate) struct Memory {
    /// Pushed requests, by `request_uri`.
    pub(crate) pushed: Expiring<AuthorizationRequest>,
    /// Requests whose person is on the sign-in page.
    pub(crate) interactions: Expiring<AuthorizationRequest>,
    /// Where these have gone, by the same key.
    pub(crate) answered: Expiring<String>,
    /// Authorization codes.
    pub(crate) codes: Expiring<Grant>,
    /// Single sign-on sessions, by cookie value.
    pub(crate) sessions: Expiring<Session>,
    /// Client assertions seen, by `jti` (RFC 7523 §3).
    pub(crate) assertions: Expiring<()>,
}

/// A signed-in person.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) pid: String,
    pub(crate) acr: Acr,
    pub(crate) auth_time: Seconds,
    pub(crate) sid: String,
}

/// The grant behind a code.
#[derive(Clone)]
pub(crate) struct Grant {
    pub(crate) redirect_uri: String,
    pub(crate) nonce: String,
    pub(crate) code_challenge: String,
    pub(crate) locale: Locale,
    pub(crate) session: Session,
    pub(crate) behaviour: Behaviour,
}

impl Provider {
    /// Checks the configuration.
    pub(crate) fn new(config: Config, keys: Keys, clock: Clock) -> Result<Shared, DemoError> {
        let Config {
            issuer,
            client,
            people,
            bar,
        } = config;
        for person in &people {
            if pid::parse(&person.pid).as_deref() != Some(person.pid.as_str()) {
                return Err(DemoError::Person {
                    label: person.label.to_owned(),
                });
            }
        }
        let client_key = match &client.auth {
            ClientAuth::Secret(_) => None,
            ClientAuth::PrivateKeyJwt { jwk } => {
                Some(ClientKey::read(jwk).ok_or_else(|| DemoError::ClientKey {
                    client_id: client.client_id.clone(),
                })?)
            }
        };
        Ok(Arc::new(Self {
            issuer: web::origin(&issuer, "issuer")?,
            form_action: form_action(&client)?,
            client,
            client_key,
            people,
            keys,
            clock,
            look: Look {
                bar,
                service: Service::Eid,
            },
            memory: Mutex::default(),
        }))
    }

    /// The locked state; a panic elsewhere leaves no partial entry, so poisoning is ignored.
    pub(crate) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An address of the provider itself.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }

    /// Whether cookies are for https only.
    pub(crate) fn secure(&self) -> bool {
        self.issuer.starts_with("https:")
    }
}

fn form_action(client: &Client) -> Result<Vec<String>, DemoError> {
    let mut origins: Vec<String> = client
        .redirect_uris
        .iter()
        .map(|uri| uri.origin().ascii_serialization())
        .chain(client.frontend_origins.iter().cloned())
        .collect();
    origins.sort();
    origins.dedup();
    let holds = |origin: &String| {
        HeaderValue::from_str(origin).is_ok() && !origin.contains([';', ',', ' ', '\t'])
    };
    if origins.iter().all(holds) {
        Ok(origins)
    } else {
        Err(DemoError::Origin {
            name: "frontend_origins",
        })
    }
}
