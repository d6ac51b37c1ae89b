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
        if let Some(session) = self.to_touch(&mut caller) {
            self.touch(session).await?;
        }
        Ok(caller)
    }

    /// Begins to read for a page; returns the signed-in caller too, if any. Records the use of the session at most once a
    /// minute. The frame around the page takes the session from the visitor.
    pub(crate) async fn read_as(&self, visitor: &Visitor) -> Result<(Unit, Option<Caller>), Fault> {
        let mut work = self.read().await?;
        let mut caller = match &visitor.session {
            Some(token) => self.caller_in(&mut work, token).await?,
            None => None,
        };
        if let Some(session) = self.to_touch(&mut caller) {
            // Who holds a connection and waits for a second one can wait for ever.
            drop(work);
            self.touch(session).await?;
            work = self.read().await?;
        }
        visitor
            .seen
            .set(caller.as_ref().map(|caller| &caller.session));
        Ok((work, caller))
    }

    /// The same to write.
    pub(crate) async fn begin_as(
        &self,
        visitor: &Visitor,
    ) -> Result<(Unit, Option<Caller>), Fault> {
        let mut work = self.begin().await?;
        let mut caller = match &visitor.session {
            Some(token) => self.caller_in(&mut work, token).await?,
            None => None,
        };
        if let Some(session) = self.to_touch(&mut caller) {
            // The use counts whatever becomes of the rest.
            self.touch_in(&mut work, session).await?;
            work.commit().await?;
            work = self.begin().await?;
        }
        Ok((work, caller))
    }

    /// [`Self::read_as`] for a page that only a signed-in person sees.
    ///
    /// # Errors
    /// [`Problem::NotSignedIn`].
    pub(crate) async fn read_signed_in(&self, visitor: &Visitor) -> Result<(Unit, Caller), Fault> {
        let not_signed_in = || Fault::Problem(Problem::NotSignedIn);
        if visitor.session.is_none() {
            return Err(not_signed_in());
        }
        let (work, caller) = self.read_as(visitor).await?;
        Ok((work, caller.ok_or_else(not_signed_in)?))
    }

    /// The visitor's session, as the page of this request has read it, otherwise as [`Self::caller`] finds it. For views
    /// only: it may have ended since.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn seen(&self, visitor: &Visitor) -> Result<Option<Session>, Fault> {
        match visitor.seen.get() {
            Some(seen) => Ok(seen.cloned()),
            None => Ok(self.caller(visitor).await?.map(|caller| caller.session)),
        }
    }

    /// The session, if its last recorded use is long enough ago to record this one.
    fn to_touch<'a>(&self, caller: &'a mut Option<Caller>) -> Option<&'a mut Session> {
        let session = caller.as_mut().map(|caller| &mut caller.session)?;
        (self.now().since(session.last_seen_at) > Span::minutes(1)).then_some(session)
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
        let caller = work.sessions().caller(&token.digest(), self.now()).await?;
        Ok(caller.filter(|caller| caller.account.disabled_at.is_none()))
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
