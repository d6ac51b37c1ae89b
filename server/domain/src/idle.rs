//! When a session ends because nobody uses it.

use crate::{
    answer::{Fault, Visitor},
    kobling::Kobling,
    session::{Method, Session},
};
use kobling_model::{Timestamp, time::Span};

/// How long a session may go unused: the installation's limit, or its eID provider's where that is shorter (ID-porten
/// asks for 30 minutes at most).
#[must_use]
pub fn limit(installation: Span, provider: Option<Span>) -> Span {
    provider.map_or(installation, |provider| provider.min(installation))
}

/// How long a session has left if nobody uses it; nothing when it is over.
#[must_use]
pub fn remaining(session: &Session, limit: Span, now: Timestamp) -> Option<Span> {
    let idle = limit.0 - now.since(session.last_seen_at).0;
    let absolute = session.expires_at.since(now).0;
    let left = idle.min(absolute);
    (left > 0).then_some(Span(left))
}

impl Kobling {
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
    pub async fn session_left(&self, visitor: &Visitor) -> Result<Option<Span>, Fault> {
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
        work.touch_session(caller.session.id, now).await?;
        work.commit().await?;
        caller.session.last_seen_at = now;
        Ok(self.left(&caller.session))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Digest256;
    use kobling_model::{AccountId, SessionId};
    use uuid::Uuid;

    #[test]
    fn a_provider_can_only_shorten_the_limit() {
        let of = |provider| limit(Span::minutes(60), provider);
        assert_eq!(of(None), Span::minutes(60));
        assert_eq!(of(Some(Span::minutes(30))), Span::minutes(30));
        assert_eq!(of(Some(Span::minutes(90))), Span::minutes(60));
    }

    #[test]
    fn what_is_left_is_the_nearer_of_two_ends() {
        let at = Timestamp::from_seconds;
        let session = Session {
            id: SessionId(Uuid::nil()),
            token: Digest256(String::new()),
            account: AccountId(Uuid::nil()),
            method: Method::Password,
            device: String::new(),
            created_at: at(0),
            authenticated_at: at(0),
            last_seen_at: at(600),
            expires_at: at(3_000),
        };
        let left = |now| remaining(&session, Span::minutes(30), at(now));
        assert_eq!(left(600), Some(Span::minutes(30)));
        assert_eq!(left(2_000), Some(Span::seconds(400)));
        assert_eq!(left(2_400), None);
        let long = |now| remaining(&session, Span::hours(9), at(now));
        assert_eq!(long(2_999), Some(Span::seconds(1)));
        assert_eq!(long(3_000), None);
    }
}
