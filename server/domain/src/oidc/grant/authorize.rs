//! Authorization requests.

use crate::{
    auth::{
        caller::SessionService,
        session::{Caller, Method},
    },
    eid::begin::EidService,
    flow::types::{Destination, FlowState},
    kernel::{
        core::{Unit, service},
        outcome::{Answer, Fault, Next},
        request::Visitor,
    },
    oidc::{
        access::{
            demand::{Demand, DemandService},
            destination::DestinationService,
        },
        client::Client,
        clients::ClientService,
        grant::{claims::worth, request::session_suffices, types::AuthorizationRequest},
    },
};
use kobling_model::{
    AccountId, Email, Problem,
    route::{self, Page},
};

/// The error for a request with `prompt=none` (OpenID Connect Core §3.1.2.6), where a page would be shown.
fn refusal_of(next: &Next) -> Option<&'static str> {
    match next {
        Next::Away(_) => None,
        Next::Page(page) | Next::Flow(page, _) | Next::Step(page, ..) => Some(match page {
            Page::Consent => "consent_required",
            Page::NoAccess => "interaction_required",
            _ => "login_required",
        }),
        // Step-up.
        Next::Eid(..) | Next::Reset(..) | Next::UndoEmail(_) => Some("login_required"),
    }
}

service! {
    /// Authorization requests.
    AuthorizationService { clients: ClientService, demands: DemandService, eid: EidService, destinations: DestinationService, sessions: SessionService }
}

impl AuthorizationService {
    /// An authorization request that passed its checks: answered at once from the session, or after a sign-in. A client
    /// that names a provider, or demands what only one can give, goes straight there.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn authorize(
        &self,
        visitor: &Visitor,
        mut request: AuthorizationRequest,
    ) -> Result<Answer, Fault> {
        let client = self
            .clients
            .find(&request.client_id)
            .await?
            .ok_or(Problem::ClientInvalid)?;
        if request.silent && visitor.session.is_none() {
            let direct = !client.is_stranger();
            return Ok(self.destinations.refuse(direct, &request, "login_required"));
        }
        let (mut work, caller) = self.sessions.begin_as(visitor).await?;
        if caller
            .as_ref()
            .is_some_and(|caller| !self.destinations.is_whom(&client, &request, caller))
        {
            // Another person is signed in here, and possibly at the provider too.
            request.force_login = true;
        }
        let account = caller.as_ref().map(|caller| caller.account.id);
        let sufficient = caller.filter(|caller| {
            session_suffices(&request, caller.session.authenticated_at, self.now())
        });
        let error = match sufficient {
            Some(caller) => {
                return self
                    .answer_from_session(work, visitor, &caller, (&client, request))
                    .await;
            }
            None if request.silent => "login_required",
            None => {
                let demand = self.demands.of(&client, &request);
                let own = |value: &String| value == worth(&Method::Password).0;
                let unmet = request.acr.essential
                    && !request.acr.values.iter().any(own)
                    && (demand.level.is_none() || self.demands.all_fitting(&demand).is_empty());
                if !unmet {
                    return self.sign_in_first(work, visitor, &demand, request).await;
                }
                "unmet_authentication_requirements"
            }
        };
        self.refused(&mut work, &client, account, &request, error)
            .await
    }

    /// Refuses a request that fails its checks: with an error at the client's redirect URI, which the caller has verified,
    /// or by a page of ours that leads there. The page is shown too if the store fails.
    pub async fn refuse(
        &self,
        visitor: &Visitor,
        client: &Client,
        (redirect_uri, state): (&str, Option<&str>),
        error: &str,
    ) -> Answer {
        let request = AuthorizationRequest {
            client_id: client.id.clone(),
            redirect_uri: redirect_uri.to_owned(),
            state: state.map(str::to_owned),
            ..AuthorizationRequest::default()
        };
        // Other clients get their error even if the store fails.
        let direct = !client.is_stranger()
            || self
                .is_known_stranger(visitor, client)
                .await
                .unwrap_or_default();
        self.destinations.refuse(direct, &request, error)
    }

    async fn is_known_stranger(&self, visitor: &Visitor, client: &Client) -> Result<bool, Fault> {
        let Some(token) = &visitor.session else {
            return Ok(false);
        };
        let mut work = self.read().await?;
        let caller = self.sessions.caller_in(&mut work, token).await?;
        let account = caller.map(|caller| caller.account.id);
        Ok(self
            .destinations
            .gets_errors_directly(&mut work, client, account)
            .await?)
    }

    async fn refused(
        &self,
        work: &mut Unit,
        client: &Client,
        account: Option<AccountId>,
        request: &AuthorizationRequest,
        error: &str,
    ) -> Result<Answer, Fault> {
        let direct = self
            .destinations
            .gets_errors_directly(work, client, account)
            .await?;
        Ok(self.destinations.refuse(direct, request, error))
    }

    /// Answers from the existing session. Only a person who has to act needs a flow. With `prompt=none`, a result that
    /// needs a page is rolled back.
    async fn answer_from_session(
        &self,
        mut work: Unit,
        visitor: &Visitor,
        caller: &Caller,
        (client, request): (&Client, AuthorizationRequest),
    ) -> Result<Answer, Fault> {
        let (browser, set) = self.browser(visitor);
        let state = FlowState::SignIn {
            typed: String::new(),
            email: None,
        };
        let mut flow = self.new_flow(browser, Destination::Client(request.clone()), state);
        let asked = (client, request.clone());
        let answer = self
            .destinations
            .answer_request(&mut work, visitor, caller, &mut flow, asked)
            .await?;
        if request.silent
            && let Some(error) = refusal_of(&answer.next)
        {
            let account = Some(caller.account.id);
            return self
                .refused(&mut work, client, account, &request, error)
                .await;
        }
        if matches!(flow.state, FlowState::Ended { .. }) {
            self.commit_flow(work, visitor).await?;
            return Ok(answer);
        }
        work.flows().insert_flow(&flow).await?;
        self.commit_flow(work, visitor).await?;
        Ok(answer.with_browser(set))
    }

    async fn sign_in_first(
        &self,
        mut work: Unit,
        visitor: &Visitor,
        demand: &Demand,
        request: AuthorizationRequest,
    ) -> Result<Answer, Fault> {
        let login_hint = request.login_hint.clone();
        let (browser, set) = self.browser(visitor);
        let typed = login_hint
            .clone()
            .filter(|hint| Email::parse(hint).is_ok())
            .unwrap_or_default();
        let state = FlowState::SignIn { typed, email: None };
        let flow = self.new_flow(browser, Destination::Client(request), state);
        work.flows().insert_flow(&flow).await?;
        let answer = match self.demands.straight_to(demand) {
            Some(provider) => {
                let departure = self
                    .eid
                    .depart(&mut work, visitor, &provider, &flow, login_hint)
                    .await?;
                self.commit_flow(work, visitor).await?;
                let visitor = Visitor {
                    browser: set.clone().or_else(|| visitor.browser.clone()),
                    ..visitor.clone()
                };
                self.eid.send(&visitor, departure).await?
            }
            None => {
                self.commit_flow(work, visitor).await?;
                Answer::flow(route::LOGIN, flow.id)
            }
        };
        Ok(answer.with_browser(set))
    }
}
