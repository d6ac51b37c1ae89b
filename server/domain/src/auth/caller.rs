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
use kobling_model::{Problem, time::Span};

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
        let mut caller = self.untouched_caller(visitor).await?;
        if let Some(Caller { session, .. }) = &mut caller
            && self.now().since(session.last_seen_at) > Span::minutes(1)
        {
            self.touch(session).await?;
        }
        Ok(caller)
    }

    /// The signed-in caller, if any. Does not count as a use of the session.
    pub(crate) async fn untouched_caller(
        &self,
        visitor: &Visitor,
    ) -> Result<Option<Caller>, Fault> {
        match &visitor.session {
            Some(token) => self.caller_in(&mut self.read().await?, token).await,
            None => Ok(None),
        }
    }

    pub(crate) async fn caller_in(
        &self,
        work: &mut Unit,
        token: &Token,
    ) -> Result<Option<Caller>, Fault> {
        let (token, now) = (token.digest(), self.now());
        let Some(session) = work.sessions().session_by_token(&token, now).await? else {
            return Ok(None);
        };
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
