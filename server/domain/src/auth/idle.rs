//! The idle limit of sessions.

use crate::{
    auth::{
        caller::SessionService,
        session::{Method, Session, limit, remaining},
    },
    kernel::{outcome::Fault, request::Visitor},
};
use kobling_model::{Timestamp, time::Span};

impl SessionService {
    /// Whether a session is within the idle limit of its sign-in method.
    pub(crate) fn is_awake(&self, session: &Session) -> bool {
        self.is_in_use(session.last_seen_at, &session.method)
    }

    /// The same, from the last use and the method.
    pub(crate) fn is_in_use(&self, last_seen_at: Timestamp, method: &Method) -> bool {
        self.now().since(last_seen_at) <= self.idle_limit(method)
    }

    fn idle_limit(&self, method: &Method) -> Span {
        let provider = match method {
            Method::Eid { provider, .. } => self.provider(provider),
            Method::Password => None,
        };
        limit(
            self.settings.session_idle,
            provider.and_then(|provider| provider.session_idle()),
        )
    }

    /// The time until a session reaches its idle limit.
    #[must_use]
    pub fn left(&self, session: &Session) -> Option<Span> {
        remaining(session, self.idle_limit(&session.method), self.now())
    }

    /// The time until the visitor's session reaches its idle limit. The query itself does not count as a use.
    ///
    /// # Errors
    /// [`Fault::Store`]; `None` when nobody is signed in.
    pub async fn time_left(&self, visitor: &Visitor) -> Result<Option<Span>, Fault> {
        let Some(token) = &visitor.session else {
            return Ok(None);
        };
        let mut work = self.read().await?;
        let caller = self.caller_in(&mut work, token).await?;
        Ok(caller.and_then(|caller| self.left(&caller.session)))
    }

    /// **Fortsett**: counts as a use of the session, and returns the time until its idle limit.
    ///
    /// # Errors
    /// [`Fault::Store`]; `None` when nobody is signed in any more.
    pub async fn stay(&self, visitor: &Visitor) -> Result<Option<Span>, Fault> {
        let Some(token) = &visitor.session else {
            return Ok(None);
        };
        let mut work = self.begin().await?;
        let Some(mut caller) = self.caller_in(&mut work, token).await? else {
            return Ok(None);
        };
        let now = self.now();
        work.sessions()
            .touch_session(caller.session.id, now)
            .await?;
        work.commit().await?;
        caller.session.last_seen_at = now;
        Ok(self.left(&caller.session))
    }
}
