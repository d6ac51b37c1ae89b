//! Creates, loads and saves flows, and maps their problems to pages.

use crate::{
    flow::types::{Destination, Flow, FlowState, Return, page_of},
    kernel::{
        core::{Kernel, Unit},
        outcome::{Answer, Fault},
        request::Visitor,
        secret::{Digest256, Purpose, Token},
    },
};
use kobling_model::{AccountId, FlowId, Problem, Problems, route, status::Notice};

impl Kernel {
    pub(crate) fn new_flow(
        &self,
        browser: Digest256,
        destination: Destination,
        state: FlowState,
    ) -> Flow {
        let now = self.now();
        Flow {
            id: FlowId(self.uuid()),
            browser,
            destination,
            state,
            problem: Problems::NONE,
            version: 0,
            created_at: now,
            expires_at: now + self.settings.flow_life,
        }
    }

    /// A flow of this browser.
    pub(crate) async fn own_flow(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        id: FlowId,
    ) -> Result<Option<Flow>, Fault> {
        let Some(browser) = visitor.browser.as_ref().map(Token::digest) else {
            return Ok(None);
        };
        let flow = work.flows().flow(id, self.now()).await?;
        let flow = flow.filter(|flow| flow.browser == browser);
        // Clients in the configuration alone: one from the database would cost a statement on every page.
        if let Some(Destination::Client(request)) = flow.as_ref().map(|flow| &flow.destination)
            && let Some(client) = self.settings.client(&request.client_id)
            && let Some(organisation) = &client.access.organisation
        {
            visitor.towards.set(organisation);
        }
        Ok(flow)
    }

    /// Begins to read, if the address names a flow of this browser; returns the flow too.
    pub(crate) async fn read_flow(
        &self,
        visitor: &Visitor,
        id: Option<FlowId>,
    ) -> Result<Option<(Unit, Flow)>, Fault> {
        let (Some(id), Some(_)) = (id, &visitor.browser) else {
            return Ok(None);
        };
        let mut work = self.read().await?;
        let flow = self.own_flow(&mut work, visitor, id).await?;
        Ok(flow.map(|flow| (work, flow)))
    }

    /// A flow of this browser, or [`Problem::FlowExpired`].
    pub(crate) async fn flow_of(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        id: FlowId,
    ) -> Result<Flow, Fault> {
        self.own_flow(work, visitor, id)
            .await?
            .ok_or(Fault::Problem(Problem::FlowExpired))
    }

    /// Saves a flow, or returns [`Problem::AlreadyDone`] if it was changed concurrently.
    pub(crate) async fn save(&self, work: &mut Unit, flow: &Flow) -> Result<(), Fault> {
        if work.flows().update_flow(flow).await? {
            Ok(())
        } else {
            Err(Problem::AlreadyDone.into())
        }
    }

    /// Stores what is wrong on the flow and redirects to its page.
    pub(crate) async fn refuse(
        &self,
        work: Unit,
        flow: Flow,
        problem: impl Into<Problems>,
    ) -> Result<Answer, Fault> {
        self.show(work, flow, problem).await
    }

    /// Saves a flow with these problems or none, and redirects to its page.
    pub(crate) async fn show(
        &self,
        mut work: Unit,
        mut flow: Flow,
        problem: impl Into<Problems>,
    ) -> Result<Answer, Fault> {
        flow.problem = problem.into();
        self.save(&mut work, &flow).await?;
        work.commit().await?;
        Ok(Answer::page(page_of(&flow)))
    }

    /// Stores a problem on a flow that is otherwise unchanged.
    pub(crate) async fn note_problem(
        &self,
        flow: &Flow,
        problem: Problem,
    ) -> Result<Answer, Fault> {
        self.note_problem_in(self.begin().await?, flow, problem)
            .await
    }

    /// The same, in a given unit of work.
    pub(crate) async fn note_problem_in(
        &self,
        mut work: Unit,
        flow: &Flow,
        problem: Problem,
    ) -> Result<Answer, Fault> {
        work.flows().note_problem(flow, problem).await?;
        work.commit().await?;
        Ok(Answer::page(page_of(flow)))
    }

    /// A new sign-in that shows a problem.
    pub(crate) async fn begin_over(
        &self,
        visitor: &Visitor,
        destination: Destination,
        problem: Problem,
    ) -> Result<Answer, Fault> {
        let (browser, set) = self.browser(visitor);
        let state = FlowState::SignIn {
            typed: String::new(),
            email: None,
        };
        let mut flow = self.new_flow(browser, destination, state);
        flow.problem = problem.into();
        let mut work = self.begin().await?;
        work.flows().insert_flow(&flow).await?;
        self.commit_flow(work, visitor).await?;
        Ok(Answer::flow(route::LOGIN, flow.id).with_browser(set))
    }

    /// Maps problems without a page of their own to a page: an unknown flow restarts, with the destination if that is
    /// known; a repeated step redirects to the
    /// flow's current page.
    pub(crate) async fn settle(
        &self,
        visitor: &Visitor,
        flow: Option<FlowId>,
        result: Result<Answer, Fault>,
    ) -> Result<Answer, Fault> {
        match result {
            Err(Fault::Problem(problem @ (Problem::FlowExpired | Problem::NotSignedIn))) => {
                let flow = self.read_flow(visitor, flow).await?.map(|(_, flow)| flow);
                // The request of an ended flow has been answered.
                let destination = flow
                    .filter(|flow| !matches!(flow.state, FlowState::Ended { .. }))
                    .map_or(Destination::Account, |flow| flow.destination);
                self.begin_over(visitor, destination, problem).await
            }
            Err(Fault::Problem(Problem::AlreadyDone)) => {
                let flow = self.read_flow(visitor, flow).await?.map(|(_, flow)| flow);
                match flow {
                    Some(flow) => Ok(Answer::page(page_of(&flow))),
                    None => {
                        self.begin_over(visitor, Destination::Account, Problem::AlreadyDone)
                            .await
                    }
                }
            }
            other => other,
        }
    }

    /// The same for a form of account settings: if the session has ended, the sign-in leads back to its page, with what
    /// was typed.
    pub(crate) async fn settle_on(
        &self,
        visitor: &Visitor,
        back: Return,
        flow: Option<FlowId>,
        result: Result<Answer, Fault>,
    ) -> Result<Answer, Fault> {
        match result {
            Err(Fault::Problem(problem @ Problem::NotSignedIn)) => {
                self.begin_over(visitor, Destination::Return(back), problem)
                    .await
            }
            other => self.settle(visitor, flow, other).await,
        }
    }

    /// The mark of an account in the forms that it fills in. It tells nothing of the account, and nobody can make one.
    pub(crate) fn mark(&self, account: AccountId) -> Digest256 {
        self.keys.derive(Purpose::Typed, &[&account.to_string()])
    }

    /// A finished flow at account settings, with a notice.
    pub(crate) async fn tell(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        notice: Option<Notice>,
        problem: Option<Problem>,
    ) -> Result<Answer, Fault> {
        let (browser, set) = self.browser(visitor);
        let mut flow = self.new_flow(browser, Destination::Account, FlowState::Ended { notice });
        flow.problem = problem.into();
        work.flows().insert_flow(&flow).await?;
        Ok(Answer::flow(route::ACCOUNT, flow.id).with_browser(set))
    }
}
