//! Signing in by address and password: the page `/login`.

use crate::{
    audit::event::{AuditEvent, Involved},
    auth::{session::Method, sign_out::SignOutService, step_up::StepUpService},
    flow::types::{Destination, FlowState, page_of},
    kernel::{
        core::service,
        displayable,
        outcome::{Answer, Fault},
        request::Visitor,
        secret::Password,
    },
    oidc::{
        access::{demand::DemandService, destination::DestinationService},
        clients::ClientService,
    },
    ops::limit::Limit,
};
use kobling_model::{
    Email, FlowId, Problem, Problems,
    route::Step,
    view::{SignInStep, SignInView},
};

service! {
    /// Signing in by address and password.
    SignInService { clients: ClientService, demands: DemandService, destinations: DestinationService, sign_out: SignOutService, step_up: StepUpService }
}

impl SignInService {
    /// `/login`, at the step that the address names, or at the address of the first one. An unknown flow shows a new
    /// sign-in.
    ///
    /// # Errors
    /// [`Fault::Moved`] if somebody has signed in with this flow; [`Fault::Store`].
    pub async fn view(
        &self,
        visitor: &Visitor,
        flow: Option<FlowId>,
        step: Option<Step>,
    ) -> Result<SignInView, Fault> {
        let found = self.read_flow(visitor, flow).await?;
        let lost = flow.is_some() && found.is_none();
        let mut view = SignInView {
            flow: None,
            step: SignInStep::Address {
                typed: String::new(),
            },
            problem: lost.then_some(Problem::FlowExpired).into(),
            providers: self.provider_views(),
            eid_first: self.settings.eid_first,
            client: None,
            signed_out: None,
            client_origin: None,
        };
        let Some((mut work, flow)) = found else {
            return Ok(view);
        };
        let signed_in = visitor.session.is_some();
        if signed_in
            && matches!(
                flow.state,
                FlowState::NoAccess { .. } | FlowState::Consent { .. } | FlowState::Ended { .. }
            )
        {
            return Err(Fault::Moved(page_of(&flow)));
        }
        (view.client, view.client_origin) = self.clients.of_flow(&mut work, &flow).await?;
        let demand = self
            .demands
            .of_destination(&mut work, &flow.destination)
            .await?;
        let fitting = self.demands.fitting_views(&demand);
        if !fitting.is_empty() {
            view.providers = fitting;
        }
        view.problem = flow.problem;
        view.flow = Some(flow.id);
        match flow.state {
            FlowState::SignIn {
                email: Some(email), ..
            } if step == Some(Step::Password) => {
                view.step = SignInStep::Password {
                    email: displayable::address(&email),
                };
            }
            FlowState::SignIn { typed, email } => {
                // It is about the step that the flow is at.
                if email.is_some() {
                    view.problem = Problems::NONE;
                }
                view.step = SignInStep::Address { typed };
            }
            // Back from the page after the eID.
            FlowState::Linking(_) => view.problem = Problems::NONE,
            FlowState::SigningOut {
                sign_out, upstream, ..
            } => {
                view.flow = None;
                let items = self.sign_out.items(&mut work, sign_out, upstream).await?;
                view.signed_out = Some(items);
            }
            _ => view.flow = None,
        }
        Ok(view)
    }

    /// **Neste**: takes the address. Does not reveal whether an account exists.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn identify(
        &self,
        visitor: &Visitor,
        flow: Option<FlowId>,
        email: &str,
    ) -> Result<Answer, Fault> {
        let mut work = self.begin().await?;
        let found = match flow {
            Some(id) => self.own_flow(&mut work, visitor, id).await?,
            None => None,
        };
        let typed: String = email.chars().take(320).collect();
        let parsed = Email::parse(email);
        let problem = match &parsed {
            _ if typed.trim().is_empty() => Some(Problem::EmailMissing),
            Err(_) => Some(Problem::EmailInvalid),
            Ok(_) => None,
        };
        let state = FlowState::SignIn {
            typed,
            email: parsed.ok(),
        };
        let (answer, set) = match found {
            // From the page before, the eID is not linked.
            Some(mut flow)
                if matches!(flow.state, FlowState::SignIn { .. } | FlowState::Linking(_)) =>
            {
                flow.state = state;
                flow.problem = problem.into();
                if let Err(fault) = self.save(&mut work, &flow).await {
                    drop(work);
                    return self.settle(visitor, Some(flow.id), Err(fault)).await;
                }
                (Answer::page(page_of(&flow)), None)
            }
            // What was typed is kept when a flow has expired.
            _ => {
                let (browser, set) = self.browser(visitor);
                let mut flow = self.new_flow(browser, Destination::Account, state);
                flow.problem = problem.into();
                work.flows().insert_flow(&flow).await?;
                (Answer::page(page_of(&flow)), set)
            }
        };
        self.commit_flow(work, visitor).await?;
        Ok(answer.with_browser(set))
    }

    /// Returns to step one, with the address prefilled.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn other_address(&self, visitor: &Visitor, flow: FlowId) -> Result<Answer, Fault> {
        let result = async {
            let mut work = self.begin().await?;
            let mut flow = self.flow_of(&mut work, visitor, flow).await?;
            if let FlowState::SignIn { email, .. } = &mut flow.state {
                *email = None;
                flow.problem = Problems::NONE;
                self.save(&mut work, &flow).await?;
                work.commit().await?;
            }
            Ok(Answer::page(page_of(&flow)))
        }
        .await;
        self.settle(visitor, Some(flow), result).await
    }

    /// **Logg på**: address and password. Same response and same work whether the address is unknown, has no password,
    /// or the password is wrong.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn by_password(
        &self,
        visitor: &Visitor,
        flow: FlowId,
        password: Password,
    ) -> Result<Answer, Fault> {
        let result = self.try_password(visitor, flow, password).await;
        self.settle(visitor, Some(flow), result).await
    }

    async fn try_password(
        &self,
        visitor: &Visitor,
        flow: FlowId,
        password: Password,
    ) -> Result<Answer, Fault> {
        let mut work = self.read().await?;
        let flow = self.flow_of(&mut work, visitor, flow).await?;
        let FlowState::SignIn {
            email: Some(email), ..
        } = &flow.state
        else {
            return Ok(Answer::page(page_of(&flow)));
        };
        if password.0.is_empty() {
            drop(work);
            return self.note_problem(&flow, Problem::PasswordMissing).await;
        }
        let account = work.accounts().account_by_email(email).await?;
        let known = account.as_ref().map(|account| account.id);
        // The narrow limits first: a network that has exceeded its own limit must not exhaust the shared ones.
        let limits: &[Limit] = if self.knows(&mut work, visitor, known).await? {
            &[Limit::PasswordByBrowser]
        } else {
            &[
                Limit::PasswordByPair,
                Limit::PasswordBySite,
                Limit::PasswordByNetwork,
                Limit::PasswordByAddress,
            ]
        };
        drop(work);
        match self.limited(visitor, Some(email), limits).await {
            Ok(()) => {}
            Err(Fault::Problem(problem)) => return self.note_problem(&flow, problem).await,
            Err(fault) => return Err(fault),
        }
        let proof = match self.step_up.prove(known, password).await {
            // The address that was typed stays on the flow.
            Err(Fault::Problem(problem)) => return self.note_problem(&flow, problem).await,
            proved => proved?,
        };
        let mut work = self.begin().await?;
        let account = match &proof {
            Some(proof) => self.step_up.still_holds(&mut work, proof).await?,
            None => None,
        };
        match account.filter(|account| account.email == *email) {
            Some(account) if account.disabled_at.is_some() => {
                self.note_problem_in(work, &flow, Problem::AccountDisabled)
                    .await
            }
            Some(account) => {
                self.note(
                    &mut work,
                    visitor,
                    AuditEvent::SignInPassword,
                    Involved::by(account.id),
                )
                .await?;
                let at = self.now();
                let answer = self
                    .destinations
                    .start_session(
                        &mut work,
                        visitor,
                        account,
                        (Method::Password, at),
                        flow,
                        None,
                    )
                    .await?;
                self.commit_posted(work).await?;
                Ok(answer)
            }
            None => {
                let whose = [email.as_str(), &visitor.network];
                self.note_once(&mut work, visitor, AuditEvent::SignInRefused, known, &whose)
                    .await?;
                self.note_problem_in(work, &flow, Problem::SignInFailed)
                    .await
            }
        }
    }
}
