//! Authorization requests.

use crate::{
    auth::{
        caller::SessionService,
        session::{Caller, Method},
    },
    eid::begin::EidService,
    flow::types::{Destination, FlowState},
    kernel::{
        core::service,
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
        Next::Page(page) | Next::Flow(page, _) => Some(match page {
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
        let caller = self.sessions.caller(visitor).await?;
        if caller
            .as_ref()
            .is_some_and(|caller| !self.destinations.is_whom(&client, &request, caller))
        {
            // Another person is signed in here, and possibly at the provider too.
            request.force_login = true;
        }
        let silent = request.silent;
        let account = caller.as_ref().map(|caller| caller.account.id);
        let sufficient = caller.filter(|caller| {
            session_suffices(&request, caller.session.authenticated_at, self.now())
        });
        match sufficient {
            Some(caller) if silent => {
                let asked = request.clone();
                let answer = self.answer_from_session(visitor, caller, request).await?;
                match refusal_of(&answer.next) {
                    Some(error) => self.refused(&client, account, &asked, error).await,
                    None => Ok(answer),
                }
            }
            Some(caller) => self.answer_from_session(visitor, caller, request).await,
            None if silent => {
                self.refused(&client, account, &request, "login_required")
                    .await
            }
            None => {
                let demand = self.demands.of(&client, &request);
                let own = |value: &String| value == worth(&Method::Password).0;
                if request.acr.essential
                    && !request.acr.values.iter().any(own)
                    && (demand.level.is_none() || self.demands.all_fitting(&demand).is_empty())
                {
                    let error = "unmet_authentication_requirements";
                    return self.refused(&client, account, &request, error).await;
                }
                self.sign_in_first(visitor, &demand, request).await
            }
        }
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
        let account = if client.is_stranger() {
            let caller = self.sessions.untouched_caller(visitor).await;
            caller.ok().flatten().map(|caller| caller.account.id)
        } else {
            None
        };
        self.refused(client, account, &request, error)
            .await
            .unwrap_or_else(|_| self.destinations.refuse(false, &request, error))
    }

    async fn refused(
        &self,
        client: &Client,
        account: Option<AccountId>,
        request: &AuthorizationRequest,
        error: &str,
    ) -> Result<Answer, Fault> {
        // Other clients get their error even if the store fails.
        let direct = if client.is_stranger() {
            let mut work = self.read().await?;
            self.destinations
                .gets_errors_directly(&mut work, client, account)
                .await?
        } else {
            true
        };
        Ok(self.destinations.refuse(direct, request, error))
    }

    /// Answers from the existing session. With `prompt=none`, a result that needs a page is rolled back.
    async fn answer_from_session(
        &self,
        visitor: &Visitor,
        caller: Caller,
        request: AuthorizationRequest,
    ) -> Result<Answer, Fault> {
        self.may_begin_flow(visitor).await?;
        let silent = request.silent;
        let (browser, set) = self.browser(visitor);
        let state = FlowState::SignIn {
            typed: String::new(),
            email: None,
        };
        let mut flow = self.new_flow(browser, Destination::Client(request), state);
        let mut work = self.begin().await?;
        work.flows().insert_flow(&flow).await?;
        let answer = self
            .destinations
            .continue_flow(&mut work, visitor, &caller, &mut flow, None)
            .await?;
        if silent && refusal_of(&answer.next).is_some() {
            return Ok(answer);
        }
        work.commit().await?;
        Ok(answer.with_browser(set))
    }

    async fn sign_in_first(
        &self,
        visitor: &Visitor,
        demand: &Demand,
        request: AuthorizationRequest,
    ) -> Result<Answer, Fault> {
        self.may_begin_flow(visitor).await?;
        let login_hint = request.login_hint.clone();
        let (browser, set) = self.browser(visitor);
        let typed = login_hint
            .clone()
            .filter(|hint| Email::parse(hint).is_ok())
            .unwrap_or_default();
        let state = FlowState::SignIn { typed, email: None };
        let flow = self.new_flow(browser, Destination::Client(request), state);
        let mut work = self.begin().await?;
        work.flows().insert_flow(&flow).await?;
        work.commit().await?;
        let answer = match self.demands.straight_to(demand) {
            Some(provider) => {
                let visitor = Visitor {
                    browser: set.clone().or_else(|| visitor.browser.clone()),
                    ..visitor.clone()
                };
                self.eid.send(&visitor, &provider, flow, login_hint).await?
            }
            None => Answer::flow(route::LOGIN, flow.id),
        };
        Ok(answer.with_browser(set))
    }
}
