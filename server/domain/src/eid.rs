//! Sign-ins at eID providers, from start to callback.

mod arrive;

use crate::{
    answer::{Answer, Fault, Visitor},
    audit::AuditEvent,
    flow::{Destination, Flow, FlowState},
    kobling::Kobling,
    limit::Limit,
    port::{EidError, EidRequest, EidReturn},
    secret::{Digest256, Purpose, Token},
};
use kobling_model::{FlowId, Problem, ProviderId, Timestamp};

/// A sign-in begun at a provider. Single use: its state comes back once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EidAttempt {
    /// Hash of the `state`.
    pub state: Digest256,
    /// The flow that it is part of.
    pub flow: FlowId,
    /// Which provider.
    pub provider: ProviderId,
    /// Hash of the browser cookie that it was begun with.
    pub browser: Digest256,
    /// When a new sign-in was demanded, if one was: an older one does not answer it.
    pub demanded_at: Option<Timestamp>,
    /// Until when.
    pub expires_at: Timestamp,
}

/// What came back in the callback's query (OpenID Connect Core §3.1.2.5 and §3.1.2.6).
#[derive(Clone, Default)]
pub struct Callback {
    /// Correlates.
    pub state: Option<String>,
    /// The authorization code.
    pub code: Option<String>,
    /// Who answers (RFC 9207).
    pub iss: Option<String>,
    /// What went wrong there.
    pub error: Option<String>,
}

/// What an error code of a provider means to a person.
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

fn problem_of(error: &EidError) -> Problem {
    match error {
        EidError::Unavailable(_) => Problem::EidUnavailable,
        EidError::Invalid(_) => Problem::EidInvalid,
        EidError::TooLow => Problem::EidTooLow,
        EidError::Synthetic => Problem::EidSynthetic,
    }
}

impl Kobling {
    /// Begins a sign-in at a provider, for a flow of this browser or simply to sign in.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for a provider that is not configured; [`Fault::Store`].
    pub async fn begin_eid(
        &self,
        visitor: &Visitor,
        provider: &ProviderId,
        flow: Option<FlowId>,
    ) -> Result<Answer, Fault> {
        self.limited(visitor, None, &[Limit::FlowByNetwork]).await?;
        let mut work = self.begin().await?;
        let found = match flow {
            Some(id) => self.own_flow(&mut work, visitor, id).await?,
            None => None,
        };
        let (flow, set) = match found {
            Some(flow) if !matches!(flow.state, FlowState::Ended { .. }) => (flow, None),
            _ => {
                let (browser, set) = self.browser(visitor);
                let state = FlowState::SignIn {
                    typed: String::new(),
                    email: None,
                };
                let flow = self.new_flow(browser, Destination::Account, state);
                work.insert_flow(&flow).await?;
                (flow, set)
            }
        };
        work.commit().await?;
        Ok(self
            .send_to_eid(visitor, provider, flow, None)
            .await?
            .with_browser(set))
    }

    /// **Koble til BankID** in account settings: adds an eID to the account that is signed in. Only from a form of ours,
    /// and only soon after a sign-in, since whoever holds the eID holds the account.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn add_eid(&self, visitor: &Visitor, provider: &ProviderId) -> Result<Answer, Fault> {
        let result = async {
            let caller = self.signed_in_caller(visitor).await?;
            if !self.is_fresh(&caller.session) {
                return self
                    .begin_over(visitor, Destination::Account, Problem::NeedProof)
                    .await;
            }
            let state = FlowState::Adding {
                account: caller.account.id,
            };
            self.begin_confirming(visitor, provider, state).await
        }
        .await;
        self.settle(visitor, None, result).await
    }

    /// A flow of somebody signed in that begins at a provider.
    pub(crate) async fn begin_confirming(
        &self,
        visitor: &Visitor,
        provider: &ProviderId,
        state: FlowState,
    ) -> Result<Answer, Fault> {
        let (browser, set) = self.browser(visitor);
        let flow = self.new_flow(browser, Destination::Account, state);
        let mut work = self.begin().await?;
        work.insert_flow(&flow).await?;
        work.commit().await?;
        Ok(self
            .send_to_eid(visitor, provider, flow, None)
            .await?
            .with_browser(set))
    }

    /// Sends the browser to the provider, or back to the flow's page with the reason why not.
    pub(crate) async fn send_to_eid(
        &self,
        visitor: &Visitor,
        provider: &ProviderId,
        flow: Flow,
        hint: Option<String>,
    ) -> Result<Answer, Fault> {
        let port = self.provider(provider).cloned().ok_or(Problem::NotFound)?;
        let signing_in = matches!(flow.state, FlowState::SignIn { .. });
        let asked = match &flow.destination {
            Destination::Client(request) => {
                request.force_login || request.max_age.is_some() || request.stepped_up
            }
            Destination::Account => false,
        };
        // Linking, confirming and whatever follows a sign-out want the person, not the provider's memory.
        let force_login = visitor.force_eid_login || !signing_in || asked;
        let state = self.token();
        let mut work = self.begin().await?;
        let demand = self.demand_of(&mut work, &flow.destination).await?;
        let level = demand.level.filter(|level| *level <= port.highest());
        work.insert_attempt(&EidAttempt {
            state: state.digest(),
            flow: flow.id,
            provider: provider.clone(),
            browser: flow.browser.clone(),
            demanded_at: force_login.then(|| self.now()),
            expires_at: self.now() + self.settings.flow_life,
        })
        .await?;
        work.commit().await?;
        let request = EidRequest {
            nonce: self.keys.derive(Purpose::EidNonce, &[state.expose()]).0,
            verifier: self.keys.derive(Purpose::EidVerifier, &[state.expose()]).0,
            state: state.expose().to_owned(),
            lang: visitor.lang,
            force_login,
            login_hint: hint,
            level,
        };
        match port.begin(request).await {
            Ok(url) => Ok(Answer::away(url)),
            Err(error) => {
                tracing::warn!(%error, provider = %provider, request = %visitor.request, "eID sign-in cannot begin");
                self.refuse_eid(visitor, flow.id, problem_of(&error)).await
            }
        }
    }

    /// Notes on the flow why the eID came to nothing.
    async fn refuse_eid(
        &self,
        visitor: &Visitor,
        flow: FlowId,
        problem: Problem,
    ) -> Result<Answer, Fault> {
        let result = async {
            let mut work = self.begin().await?;
            let mut flow = self.flow_of(&mut work, visitor, flow).await?;
            self.note(&mut work, visitor, AuditEvent::EidRefused(problem), None)
                .await?;
            if matches!(flow.state, FlowState::Adding { .. }) {
                flow.state = FlowState::Ended { notice: None };
            }
            self.refuse(work, flow, problem).await
        }
        .await;
        self.settle(visitor, Some(flow), result).await
    }

    /// The callback. The state is consumed first, by exactly one of any number of simultaneous callers; then the code is
    /// exchanged, outside of any unit of work; then it is decided what follows.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn eid_callback(
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
        let seen = work.attempt(&state.digest(), self.now()).await?;
        let ours =
            |attempt: &EidAttempt| attempt.browser == browser && attempt.provider == *provider;
        let attempt = match seen {
            Some((attempt, false)) if ours(&attempt) => {
                work.consume_attempt(&state.digest(), self.now()).await?
            }
            Some((attempt, true)) if ours(&attempt) => {
                drop(work);
                return self.replayed(visitor, attempt.flow).await;
            }
            _ => {
                drop(work);
                return unknown().await;
            }
        };
        work.commit().await?;
        let Some(attempt) = attempt else {
            return self
                .begin_over(visitor, Destination::Account, Problem::EidReplayed)
                .await;
        };
        if let Some(error) = &callback.error {
            return self
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
                let result = self.arrived(visitor, &attempt, identity).await;
                self.settle(visitor, Some(attempt.flow), result).await
            }
            Err(error) => {
                tracing::warn!(%error, provider = %provider, request = %visitor.request, "eID answer refused");
                self.refuse_eid(visitor, attempt.flow, problem_of(&error))
                    .await
            }
        }
    }

    /// The same callback twice: whoever is signed in by now goes on, anybody else is told and can begin again, still on
    /// the way to where they were going.
    async fn replayed(&self, visitor: &Visitor, flow: FlowId) -> Result<Answer, Fault> {
        if self.signed_in(visitor).await? {
            return Ok(Answer::page(kobling_model::route::ACCOUNT));
        }
        let mut work = self.read().await?;
        let flow = self.own_flow(&mut work, visitor, flow).await?;
        drop(work);
        let destination = flow.map_or(Destination::Account, |flow| flow.destination);
        self.begin_over(visitor, destination, Problem::EidReplayed)
            .await
    }
}
