//! Who is signed in.

use crate::{
    auth::session::{Caller, Session},
    kernel::{
        core::{Unit, service},
        outcome::Fault,
        request::Visitor,
        secret::Token,
    },
    oidc::logout::end::LogoutService,
};
use kobling_model::Problem;

service! {
    /// Validates sessions, and ends them.
    SessionService { logout: LogoutService }
}

impl SessionService {
    /// The signed-in caller, if any. Records the use of the session at most once a minute.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn caller(&self, visitor: &Visitor) -> Result<Option<Caller>, Fault> {
        let Some(token) = &visitor.session else {
            return Ok(None);
        };
        let mut work = self.read().await?;
        let mut caller = self.caller_in(&mut work, token).await?;
        drop(work);
        if let Some(caller) = &mut caller {
            let now = self.now();
            if now.since(caller.session.last_seen_at) > kobling_model::time::Span::minutes(1) {
                let mut work = self.begin().await?;
                work.sessions()
                    .touch_session(caller.session.id, now)
                    .await?;
                work.commit().await?;
                caller.session.last_seen_at = now;
            }
        }
        Ok(caller)
    }

    pub(crate) async fn caller_in(
        &self,
        work: &mut Unit,
        token: &Token,
    ) -> Result<Option<Caller>, Fault> {
        let now = self.now();
        let idle_since = now - self.settings.session_idle;
        let Some(session) = work
            .sessions()
            .session_by_token(&token.digest(), now, idle_since)
            .await?
        else {
            return Ok(None);
        };
        if !self.is_awake(&session) {
            return Ok(None);
        }
        let account = work.accounts().account(session.account).await?;
        Ok(account
            .filter(|account| account.disabled_at.is_none())
            .map(|account| Caller { session, account }))
    }

    /// Who is signed in.
    ///
    /// # Errors
    /// [`Problem::NotSignedIn`].
    pub async fn signed_in_caller(&self, visitor: &Visitor) -> Result<Caller, Fault> {
        self.caller(visitor)
            .await?
            .ok_or(Fault::Problem(Problem::NotSignedIn))
    }

    /// Whether the last authentication is recent enough to skip re-authentication.
    pub(crate) fn is_fresh(&self, session: &Session) -> bool {
        self.now().since(session.authenticated_at) <= self.settings.fresh
    }

    /// Whether the visitor is signed in.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn signed_in(&self, visitor: &Visitor) -> Result<bool, Fault> {
        Ok(self.caller(visitor).await?.is_some())
    }
}
