//! Signing out: here, at the eID provider, and back to where it was asked for.

use crate::{
    answer::{Answer, Change, Fault, Next, Visitor},
    eid::EidAttempt,
    flow::{Destination, Flow, FlowState},
    kobling::Kobling,
    secret::Token,
    session::Method,
};
use kobling_model::AccountId;

impl Kobling {
    /// **Logg ut**: ends this session and the sign-ins in progress in this browser, here first; then leads to the eID
    /// provider that the session came by, to end the session there, and back.
    ///
    /// # Errors
    /// [`crate::Fault::Store`].
    pub async fn sign_out(&self, visitor: &Visitor) -> Result<Answer, Fault> {
        self.sign_out_then(visitor, None).await
    }

    /// The same, going on to an application's registered address afterwards.
    ///
    /// # Errors
    /// [`crate::Fault::Store`].
    pub async fn sign_out_then(
        &self,
        visitor: &Visitor,
        then: Option<String>,
    ) -> Result<Answer, Fault> {
        let caller = self.caller(visitor).await?;
        let mut work = self.begin().await?;
        let (browser, set) = self.browser(visitor);
        work.delete_flows_of(&browser).await?;
        if let Some(caller) = &caller {
            work.end_session(caller.session.id, caller.account.id)
                .await?;
            self.note(&mut work, visitor, "sign_out", Some(caller.account.id), "")
                .await?;
        }
        let flow = self.new_flow(
            browser.clone(),
            Destination::Account,
            FlowState::SigningOut { then: then.clone() },
        );
        work.insert_flow(&flow).await?;
        let upstream = caller.and_then(|caller| match caller.session.method {
            Method::Eid { provider, .. } => Some(provider),
            Method::Password => None,
        });
        let state = self.token();
        if let Some(provider) = &upstream {
            work.insert_attempt(&EidAttempt {
                state: state.digest(),
                flow: flow.id,
                provider: provider.clone(),
                browser,
                demanded_at: None,
                expires_at: self.now() + self.settings.flow_life,
            })
            .await?;
        }
        work.commit().await?;
        let away = match upstream.and_then(|id| self.provider(&id).cloned()) {
            Some(provider) => provider.end_session(state.expose()).await,
            None => None,
        };
        let next = match (away, then) {
            (Some(url), _) | (None, Some(url)) => Next::Away(url),
            (None, None) => Next::Page(kobling_model::route::with_flow(
                kobling_model::route::LOGIN,
                flow.id,
            )),
        };
        Ok(Answer {
            next,
            browser: set,
            session: Change::Clear,
        })
    }

    /// The way back from an eID provider's sign-out: on to the application, or to the sign-in page.
    ///
    /// # Errors
    /// [`crate::Fault::Store`].
    pub async fn signed_out_upstream(
        &self,
        visitor: &Visitor,
        state: &str,
    ) -> Result<Answer, Fault> {
        let lost = Answer::page(kobling_model::route::LOGIN);
        let Some(state) = Token::parse(state) else {
            return Ok(lost);
        };
        let mut work = self.begin().await?;
        let Some(attempt) = work.consume_attempt(&state.digest(), self.now()).await? else {
            return Ok(lost);
        };
        let flow = self.own_flow(&mut work, visitor, attempt.flow).await?;
        work.commit().await?;
        Ok(match flow {
            Some(Flow {
                state: FlowState::SigningOut { then: Some(url) },
                ..
            }) => Answer {
                next: Next::Away(url),
                browser: None,
                session: Change::Keep,
            },
            Some(flow) => Answer::flow(kobling_model::route::LOGIN, flow.id),
            None => lost,
        })
    }

    /// RP-initiated sign-out (OpenID Connect RP-Initiated Logout 1.0 §2). With a hint that names whoever is signed in,
    /// it is done at once; without, the person is asked on a page of ours.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn client_sign_out(
        &self,
        visitor: &Visitor,
        hinted: Option<AccountId>,
        then: Option<String>,
    ) -> Result<Answer, Fault> {
        match self.caller(visitor).await? {
            Some(caller) if hinted == Some(caller.account.id) => {
                self.sign_out_then(visitor, then).await
            }
            Some(_) => Ok(Answer::page(kobling_model::route::SIGN_OUT)),
            // The application may have lived longer than our session, and the provider's longer still.
            None => self.sign_out_then(visitor, then).await,
        }
    }
}
