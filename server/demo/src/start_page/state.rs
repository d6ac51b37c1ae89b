//! The state of the start page.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum_extra::extract::{CookieJar, cookie::Cookie};

use super::{
    Config, Tour,
    memory::{Memory, Progress, Session},
    relying_party::RelyingParty,
};
use crate::{DemoError, bar::Service, clock::Clock, look::Look, web};

/// The cookie of a session.
pub(crate) const SESSION_COOKIE: &str = "startpage_session";
/// The cookie of a browser with sign-ins in progress.
pub(crate) const PENDING_COOKIE: &str = "startpage_pending";

/// The state that handlers share.
pub(crate) type Shared = Arc<StartPage>;

/// The start page.
pub(crate) struct StartPage {
    pub(crate) origin: String,
    pub(crate) look: Look,
    /// In the demo.
    pub(crate) tour: Option<Tour>,
    pub(crate) clock: Clock,
    pub(crate) relying_party: RelyingParty,
    memory: Mutex<Memory>,
}

impl StartPage {
    /// Checks the configuration.
    pub(crate) fn new(mut config: Config, clock: Clock) -> Result<Shared, DemoError> {
        let tour = config.tour.take();
        let origin = web::origin(&config.origin, "origin")?;
        Ok(Arc::new(Self {
            relying_party: RelyingParty::new(config, &origin)?,
            origin,
            look: Look {
                bar: tour.as_ref().map(|tour| tour.bar.clone()),
                service: Service::StartPage,
            },
            tour,
            clock,
            memory: Mutex::default(),
        }))
    }

    pub(crate) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether cookies are for https only.
    pub(crate) fn secure(&self) -> bool {
        self.origin.starts_with("https:")
    }

    /// The session of a browser.
    pub(crate) fn session(&self, jar: &CookieJar) -> Option<Session> {
        let id = jar.get(SESSION_COOKIE)?.value();
        self.memory().session(id, self.clock.now())
    }

    /// How far a browser has come on the tour.
    pub(crate) fn progress(&self, jar: &CookieJar) -> Progress {
        let browser = jar.get(PENDING_COOKIE).map(Cookie::value);
        self.memory().progress(browser, self.clock.now())
    }

    /// Sign-out goes to the provider and from there perhaps to its eID provider, which the start
    /// page does not know; the demo's are all on this host.
    pub(crate) fn form_action(&self) -> Vec<String> {
        vec![
            self.relying_party.issuer_origin(),
            "http://localhost:*".to_owned(),
        ]
    }
}
