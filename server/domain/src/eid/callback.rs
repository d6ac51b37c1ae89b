//! The callback of an eID provider.

use crate::{
    auth::{caller::SessionService, step_up::StepUpService},
    eid::{
        begin::EidService,
        port::{EidReturn, problem_of},
        types::{Callback, EidAttempt},
    },
    flow::types::{Destination, FlowState, page_of},
    kernel::{
        core::service,
        outcome::{Answer, Fault},
        request::Visitor,
        secret::{Purpose, Token},
    },
    link::owner::LinkService,
    oidc::access::destination::DestinationService,
};
use kobling_model::{FlowId, Problem, ProviderId};

/// Maps an error code of a provider to a problem.
#[must_use]
pub fn problem_of_error(error: &str) -> Problem {
    match error {
        "access_denied" => Problem::EidCancelled,
        "temporarily_unavailable" | "server_error" | "login_required" | "interaction_required" => {
            Problem::EidUnavailable
        }
        _ => Problem::EidInvalid,
    }
}

service! {
    /// Handles the callback of an eID provider.
    CallbackService { destinations: DestinationService, eid: EidService, links: LinkService, sessions: SessionService, step_up: StepUpService }
}

impl CallbackService {
    /// The callback. Exactly one of concurrent calls consumes the state; it then exchanges the code, outside of any
    /// unit of work, and decides what follows.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn handle(
        &self,
        visitor: &Visitor,
        provider: &ProviderId,
        callback: Callback,
    ) -> Result<Answer, Fault> {
        let unknown = || self.begin_over(visitor, Destination::Account, Problem::EidStateUnknown);
        let (Some(state), Some(browser)) = (
            callback.state.as_deref().and_then(Token::parse),
            visitor.browser.as_ref().map(Token::digest),
        ) else {
            return unknown().await;
        };
        let mut work = self.begin().await?;
        let seen = work.flows().attempt(&state.digest(), self.now()).await?;
        let ours =
            |attempt: &EidAttempt| attempt.browser == browser && attempt.provider == *provider;
        let flow = seen.as_ref().map(|(attempt, _)| attempt.flow);
        let attempt = match seen {
            Some((attempt, false)) if ours(&attempt) => {
                work.flows()
                    .consume_attempt(&state.digest(), self.now())
                    .await?
            }
            Some((attempt, true)) if ours(&attempt) => {
                drop(work);
                return self.replayed(visitor, Some(attempt.flow)).await;
            }
            _ => {
                drop(work);
                return unknown().await;
            }
        };
        work.commit().await?;
        let Some(attempt) = attempt else {
            return self.replayed(visitor, flow).await;
        };
        if let Some(error) = &callback.error {
            return self
                .eid
                .refuse_eid(visitor, attempt.flow, problem_of_error(error))
                .await;
        }
        let Some(port) = self.provider(provider).cloned() else {
            return unknown().await;
        };
        let answer = EidReturn {
            code: callback.code.unwrap_or_default(),
            iss: callback.iss,
            nonce: self.keys.derive(Purpose::EidNonce, &[state.expose()]).0,
            verifier: self.keys.derive(Purpose::EidVerifier, &[state.expose()]).0,
        };
        match port.finish(answer).await {
            Ok(identity) => {
                let result = self.accept_eid(visitor, &attempt, identity).await;
                self.settle(visitor, Some(attempt.flow), result).await
            }
            Err(error) => {
                tracing::warn!(%error, provider = %provider, request = %visitor.request, "eID answer refused");
                self.eid
                    .refuse_eid(visitor, attempt.flow, problem_of(&error))
                    .await
            }
        }
    }

    /// A callback once more, by Back, Forward or Reload: leads on to where its flow is. A sign-in that has ended begins
    /// again, with the same destination, if nobody is signed in.
    async fn replayed(&self, visitor: &Visitor, flow: Option<FlowId>) -> Result<Answer, Fault> {
        let signed_in = self.sessions.signed_in(visitor).await?;
        let flow = self.read_flow(visitor, flow).await?.map(|(_, flow)| flow);
        match flow {
            Some(flow) if signed_in || !matches!(flow.state, FlowState::Ended { .. }) => {
                Ok(Answer::page(page_of(&flow)))
            }
            None if signed_in => Ok(Answer::page(kobling_model::route::ACCOUNT)),
            flow => {
                let destination = flow.map_or(Destination::Account, |flow| flow.destination);
                self.begin_over(visitor, destination, Problem::EidReplayed)
                    .await
            }
        }
    }
}
