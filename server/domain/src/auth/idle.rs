//! When a session ends because nobody uses it.

use crate::{
    auth::{
        caller::SessionService,
        session::{Method, Session, limit, remaining},
    },
    kernel::{outcome::Fault, request::Visitor},
};
use kobling_model::{Timestamp, time::Span};

impl SessionService {
    /// Whether a session has been used recently enough for the way it began.
    pub(crate) fn is_awake(&self, session: &Session) -> bool {
        self.is_in_use(session.last_seen_at, &session.method)
    }

    /// The same, from what decides it.
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

    /// How long a session has left if nobody uses it.
    #[must_use]
    pub fn left(&self, session: &Session) -> Option<Span> {
        remaining(session, self.idle_limit(&session.method), self.now())
    }

    /// How long the visitor's session has left if nobody uses it. To ask is not to use it.
    ///
    /// # Errors
    /// [`Fault::Store`]; nothing when nobody is signed in.
    pub async fn time_left(&self, visitor: &Visitor) -> Result<Option<Span>, Fault> {
        let Some(token) = &visitor.session else {
            return Ok(None);
        };
        let mut work = self.read().await?;
        let caller = self.caller_in(&mut work, token).await?;
        Ok(caller.and_then(|caller| self.left(&caller.session)))
    }

    /// **Fortsett**: uses the session, and says how long it has left from now on.
    ///
    /// # Errors
    /// [`Fault::Store`]; nothing when nobody is signed in any more.
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
