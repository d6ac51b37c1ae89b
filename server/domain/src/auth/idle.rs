//! The idle limit of sessions.

use crate::{
    auth::{
        caller::SessionService,
        session::{Method, Session},
    },
    kernel::{
        core::{Kernel, Unit},
        outcome::Fault,
        request::Visitor,
    },
};
use kobling_model::{Timestamp, time::Span};

impl Kernel {
    /// When a session ends that is used for the last time at `used_at`: by the installation's limit, or its eID
    /// provider's where that is shorter (ID-porten asks for 30 minutes at most).
    pub(crate) fn idle_until(&self, method: &Method, used_at: Timestamp) -> Option<Timestamp> {
        let provider = match method {
            Method::Eid { provider, .. } => self.provider(provider),
            Method::Password => None,
        };
        let limits = [
            Some(self.settings.session_idle),
            provider.and_then(|provider| provider.session_idle()),
        ];
        limits
            .into_iter()
            .flatten()
            .min()
            .map(|limit| used_at + limit)
    }
}

impl SessionService {
    /// Records a use of a session; returns whether it still exists with the same method.
    pub(crate) async fn touch(&self, session: &mut Session) -> Result<bool, Fault> {
        let mut work = self.begin().await?;
        let touched = self.touch_in(&mut work, session).await?;
        work.commit().await?;
        Ok(touched)
    }

    pub(crate) async fn touch_in(
        &self,
        work: &mut Unit,
        session: &mut Session,
    ) -> Result<bool, Fault> {
        let now = self.now();
        let idle_until = self.idle_until(&session.method, now);
        let touched = work
            .sessions()
            .touch_session(session.id, &session.method, now, idle_until)
            .await?;
        if touched {
            (session.last_seen_at, session.idle_until) = (now, idle_until);
        }
        Ok(touched)
    }

    /// The time until a session ends without further use.
    #[must_use]
    pub fn left(&self, session: &Session) -> Option<Span> {
        session.left(self.now())
    }

    /// The time until the visitor's session reaches its idle limit. The query itself does not count as a use.
    ///
    /// # Errors
    /// [`Fault::Store`]; `None` when nobody is signed in.
    pub async fn time_left(&self, visitor: &Visitor) -> Result<Option<Span>, Fault> {
        let caller = self.untouched_caller(visitor).await?;
        Ok(caller.and_then(|caller| self.left(&caller.session)))
    }

    /// **Fortsett**: counts as a use of the session, and returns the time until its idle limit.
    ///
    /// # Errors
    /// [`Fault::Store`]; `None` when nobody is signed in any more.
    pub async fn stay(&self, visitor: &Visitor) -> Result<Option<Span>, Fault> {
        let Some(mut caller) = self.untouched_caller(visitor).await? else {
            return Ok(None);
        };
        if self.touch(&mut caller.session).await? {
            Ok(self.left(&caller.session))
        } else {
            self.time_left(visitor).await
        }
    }
}
