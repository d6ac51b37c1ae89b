//! A person ends their own sessions.

use crate::{
    audit::event::AuditEvent,
    auth::caller::SessionService,
    kernel::{
        outcome::{Answer, Fault},
        request::Visitor,
    },
    oidc::logout::types::SessionSelector,
};
use kobling_model::{Problem, SessionId, status::Notice};

impl SessionService {
    /// **Avslutt**: ends one of the person's own sessions.
    ///
    /// # Errors
    /// [`Problem::NotSignedIn`], [`Problem::NotFound`] when it does not exist or belongs to another account.
    pub async fn end_one(&self, visitor: &Visitor, session: SessionId) -> Result<(), Fault> {
        let caller = self.signed_in_caller(visitor).await?;
        let mut work = self.begin().await?;
        let which = SessionSelector::One(session, caller.account.id);
        if self.logout.end(&mut work, &which).await?.sessions == 0 {
            return Err(Problem::NotFound.into());
        }
        self.note(
            &mut work,
            visitor,
            AuditEvent::SessionEnded { session },
            &caller,
        )
        .await?;
        self.commit_posted(work).await?;
        Ok(())
    }

    /// ***Avslutt** as a form: the page shows the result.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn end_from_form(
        &self,
        visitor: &Visitor,
        session: SessionId,
    ) -> Result<Answer, Fault> {
        let result = match self.end_one(visitor, session).await {
            Ok(()) | Err(Fault::Problem(Problem::NotFound)) => {
                let mut work = self.begin().await?;
                let answer = self
                    .tell(&mut work, visitor, Some(Notice::SessionsEnded), None)
                    .await?;
                work.commit().await?;
                Ok(answer)
            }
            Err(fault) => Err(fault),
        };
        self.settle(visitor, None, result).await
    }

    /// **Logg ut alle andre**.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn end_others(&self, visitor: &Visitor) -> Result<Answer, Fault> {
        let result = async {
            let caller = self.signed_in_caller(visitor).await?;
            let mut work = self.begin().await?;
            let others = SessionSelector::OfAccount(caller.account.id, Some(caller.session.id));
            let count = self.logout.end(&mut work, &others).await?.sessions;
            self.note(
                &mut work,
                visitor,
                AuditEvent::OtherSessionsEnded { count },
                &caller,
            )
            .await?;
            let known = self.remember(&mut work, visitor, caller.account.id).await?;
            let answer = self
                .tell(&mut work, visitor, Some(Notice::SessionsEnded), None)
                .await?;
            self.commit_posted(work).await?;
            Ok(answer.with_known(known))
        }
        .await;
        self.settle(visitor, None, result).await
    }
}
