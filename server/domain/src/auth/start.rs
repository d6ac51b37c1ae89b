//! Starts a session after a sign-in by any method.

use crate::{
    account::types::Account,
    auth::session::{Caller, Method, Session},
    flow::types::Flow,
    kernel::{
        core::Unit,
        outcome::{Answer, Fault},
        request::Visitor,
    },
    oidc::{access::destination::DestinationService, logout::types::SessionSelector},
};
use kobling_model::{Problem, SessionId, Timestamp};

impl DestinationService {
    /// Ends the browser's former session, starts a new one under a new secret, and continues the
    /// flow. The browser's own secret is renewed too. The method comes with the time of authentication, which may precede
    /// this sign-in. The account is as the caller has locked it.
    pub(crate) async fn start_session(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        mut account: Account,
        (method, authenticated_at): (Method, Timestamp),
        mut flow: Flow,
        notice: Option<kobling_model::status::Notice>,
    ) -> Result<Answer, Fault> {
        // It may have been disabled before it was locked.
        if account.disabled_at.is_some() {
            return Err(Problem::AlreadyDone.into());
        }
        if let Some(old) = &visitor.session
            && let Some(caller) = self.sessions.caller_in(work, old).await?
        {
            let which = SessionSelector::One(caller.session.id, caller.account.id);
            self.logout.end(work, &which).await?;
        }
        if account.lang != visitor.lang {
            account.lang = visitor.lang;
            work.accounts().set_lang(account.id, account.lang).await?;
        }
        let now = self.now();
        let token = self.token();
        let session = Session {
            id: SessionId(self.uuid()),
            token: token.digest(),
            account: account.id,
            idle_until: self.idle_until(&method, now),
            method,
            device: visitor.device.clone(),
            created_at: now,
            authenticated_at: authenticated_at.min(now),
            last_seen_at: now,
            expires_at: now + self.settings.session_absolute,
        };
        work.sessions().insert_session(&session).await?;
        let known = self.remember(work, visitor, account.id).await?;
        let caller = Caller { session, account };
        let answer = self
            .continue_flow(work, visitor, &caller, &mut flow, notice)
            .await?;
        let secret = self.renew_browser(work, visitor).await?;
        Ok(answer
            .with_session(token)
            .with_browser(secret)
            .with_known(known))
    }
}
