//! Sending a browser to an eID provider.

use crate::{
    audit::event::AuditEvent,
    eid::{
        port::{EidProvider, EidRequest, problem_of},
        types::EidAttempt,
    },
    flow::types::{AddingStep, Destination, Flow, FlowState},
    kernel::{
        core::{Unit, service},
        outcome::{Answer, Fault},
        request::Visitor,
        secret::Purpose,
    },
    oidc::access::demand::DemandService,
};
use kobling_model::{FlowId, Problem, ProviderId};
use std::sync::Arc;

/// A flow on its way to a provider.
pub(crate) struct Departure {
    port: Arc<dyn EidProvider>,
    flow: FlowId,
    request: EidRequest,
}

service! {
    /// Sending a browser to an eID provider.
    EidService { demands: DemandService }
}

impl EidService {
    /// Begins a sign-in at a provider, for a flow of this browser or as a new sign-in.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for a provider that is not configured; [`Fault::Store`].
    pub async fn sign_in(
        &self,
        visitor: &Visitor,
        provider: &ProviderId,
        flow: Option<FlowId>,
    ) -> Result<Answer, Fault> {
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
                work.flows().insert_flow(&flow).await?;
                (flow, set)
            }
        };
        let answer = self.go(work, visitor, provider, &flow).await?;
        Ok(answer.with_browser(set))
    }

    /// Starts a flow of a signed-in person at a provider.
    pub(crate) async fn confirm(
        &self,
        visitor: &Visitor,
        provider: &ProviderId,
        state: FlowState,
    ) -> Result<Answer, Fault> {
        let (browser, set) = self.browser(visitor);
        let flow = self.new_flow(browser, Destination::Account, state);
        let mut work = self.begin().await?;
        work.flows().insert_flow(&flow).await?;
        let answer = self.go(work, visitor, provider, &flow).await?;
        Ok(answer.with_browser(set))
    }

    /// Commits a unit of work, within the limits of new flows, and sends the browser to the provider.
    async fn go(
        &self,
        mut work: Unit,
        visitor: &Visitor,
        provider: &ProviderId,
        flow: &Flow,
    ) -> Result<Answer, Fault> {
        let departure = self
            .depart(&mut work, visitor, provider, flow, None)
            .await?;
        self.commit_flow(work, visitor).await?;
        self.send(visitor, departure).await
    }

    /// Records that a flow goes on at a provider, in the unit of work that precedes [`Self::send`].
    pub(crate) async fn depart(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        provider: &ProviderId,
        flow: &Flow,
        hint: Option<String>,
    ) -> Result<Departure, Fault> {
        let port = self.provider(provider).cloned().ok_or(Problem::NotFound)?;
        let signing_in = matches!(flow.state, FlowState::SignIn { .. });
        let asked = match &flow.destination {
            Destination::Client(request) => {
                request.force_login || request.max_age.is_some() || request.stepped_up
            }
            Destination::Account | Destination::Return(_) => false,
        };
        // Linking, confirming and a sign-in after a sign-out require a new authentication, not the provider's session.
        let force_login = visitor.force_eid_login || !signing_in || asked;
        let state = self.token();
        let demand = self.demands.of_destination(work, &flow.destination).await?;
        let level = demand.level.filter(|level| *level <= port.highest());
        work.flows()
            .insert_attempt(&EidAttempt {
                state: state.digest(),
                flow: flow.id,
                provider: provider.clone(),
                browser: flow.browser.clone(),
                demanded_at: force_login.then(|| self.now()),
                expires_at: self.now() + self.settings.flow_life,
            })
            .await?;
        let request = EidRequest {
            nonce: self.keys.derive(Purpose::EidNonce, &[state.expose()]).0,
            verifier: self.keys.derive(Purpose::EidVerifier, &[state.expose()]).0,
            state: state.expose().to_owned(),
            lang: visitor.lang,
            force_login,
            login_hint: hint,
            level,
        };
        Ok(Departure {
            port,
            flow: flow.id,
            request,
        })
    }

    /// Sends the browser to the provider, or back to the flow's page with the problem.
    pub(crate) async fn send(
        &self,
        visitor: &Visitor,
        departure: Departure,
    ) -> Result<Answer, Fault> {
        let Departure {
            port,
            flow,
            request,
        } = departure;
        match port.begin(request).await {
            Ok(url) => Ok(Answer::away(url)),
            Err(error) => {
                tracing::warn!(%error, provider = %port.id(), request = %visitor.request, "eID sign-in cannot begin");
                self.refuse_eid(visitor, flow, problem_of(&error)).await
            }
        }
    }

    /// Stores on the flow why the sign-in failed.
    pub(crate) async fn refuse_eid(
        &self,
        visitor: &Visitor,
        flow: FlowId,
        problem: Problem,
    ) -> Result<Answer, Fault> {
        let result = async {
            let mut work = self.begin().await?;
            let mut flow = self.flow_of(&mut work, visitor, flow).await?;
            let event = AuditEvent::EidRefused(problem);
            self.note_once(&mut work, visitor, event, None, &[&flow.browser.0])
                .await?;
            // The step before can be repeated. A row of an older build names no provider.
            if let FlowState::Adding { provider, step, .. } = &flow.state
                && (provider.is_none() || *step != AddingStep::Prove)
            {
                flow.state = FlowState::Ended { notice: None };
            }
            self.refuse(work, flow, problem).await
        }
        .await;
        self.settle(visitor, Some(flow), result).await
    }
}
