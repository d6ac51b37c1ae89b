//! Removing a link: asks for confirmation and re-authentication, and keeps the last sign-in method.

use crate::{
    account::types::Account,
    audit::event::{AuditEvent, Involved},
    auth::{
        caller::SessionService,
        session::Caller,
        step_up::{StepUp, StepUpService},
    },
    flow::types::{Destination, Flow, FlowState, RemovingStep, page_of},
    kernel::{
        core::{Unit, service},
        outcome::{Answer, Fault},
        request::Visitor,
        secret::Password,
    },
    link::{decide, types::Link},
    oidc::logout::{end::LogoutService, types::SessionSelector},
    ops::mail::Content,
};
use kobling_model::{
    AccountId, FlowId, LinkId, Problem, Problems, SessionId,
    route::{self, Step},
    status::Notice,
    view::{LinkItem, RemovalStep, RemovalView},
};

service! {
    /// Removing a link.
    RemovalService { logout: LogoutService, sessions: SessionService, step_up: StepUpService }
}

impl RemovalService {
    /// The links of an account, oldest first.
    pub(crate) async fn items(
        &self,
        work: &mut Unit,
        account: AccountId,
    ) -> Result<Vec<LinkItem>, Fault> {
        let links = work.links().links_of(account).await?;
        Ok(self.items_of(&links))
    }

    pub(crate) fn items_of(&self, links: &[Link]) -> Vec<LinkItem> {
        links
            .iter()
            .map(|link| LinkItem {
                id: link.id,
                provider: self.provider_view(&link.provider),
                method: link.method.clone(),
                created_at: link.created_at,
                last_used_at: link.last_used_at,
            })
            .collect()
    }

    /// A link of this account, or [`Problem::NotFound`].
    pub(crate) async fn own_link(
        &self,
        work: &mut Unit,
        account: AccountId,
        id: LinkId,
    ) -> Result<Link, Fault> {
        work.links()
            .link(id)
            .await?
            .filter(|link| link.account == account)
            .ok_or(Fault::Problem(Problem::NotFound))
    }

    /// Only configured providers count as sign-in methods.
    async fn may_remove(&self, work: &mut Unit, link: &Link) -> Result<bool, Fault> {
        let has_password = work.accounts().password(link.account).await?.is_some();
        let links = work.links().links_of(link.account).await?;
        let others = links
            .iter()
            .filter(|other| other.id != link.id && self.provider(&other.provider).is_some());
        Ok(decide::may_remove(has_password, others.count()))
    }

    /// The trash can: opens the dialog.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn open(&self, visitor: &Visitor, link: LinkId) -> Result<Answer, Fault> {
        let result = async {
            let caller = self.sessions.signed_in_caller(visitor).await?;
            let mut work = self.begin().await?;
            let link = match self.own_link(&mut work, caller.account.id, link).await {
                Ok(link) => link,
                Err(Fault::Problem(_)) => {
                    let answer = self
                        .tell(&mut work, visitor, None, Some(Problem::AlreadyDone))
                        .await?;
                    self.commit_flow(work, visitor).await?;
                    return Ok(answer);
                }
                Err(fault) => return Err(fault),
            };
            let step = if self.may_remove(&mut work, &link).await? {
                RemovingStep::Ask
            } else {
                RemovingStep::Refused
            };
            let (browser, set) = self.browser(visitor);
            let state = FlowState::Removing {
                account: caller.account.id,
                link: link.id,
                step,
            };
            let flow = self.new_flow(browser, Destination::Account, state);
            work.flows().insert_flow(&flow).await?;
            self.commit_flow(work, visitor).await?;
            Ok(Answer::page(page_of(&flow)).with_browser(set))
        }
        .await;
        self.settle(visitor, None, result).await
    }

    async fn current(
        &self,
        visitor: &Visitor,
        flow: FlowId,
    ) -> Result<(Caller, Flow, LinkId, RemovingStep), Fault> {
        let caller = self.sessions.signed_in_caller(visitor).await?;
        let mut work = self.read().await?;
        let flow = self.flow_of(&mut work, visitor, flow).await?;
        match flow.state {
            FlowState::Removing {
                account,
                link,
                step,
            } if account == caller.account.id => Ok((caller, flow, link, step)),
            _ => Err(Problem::AlreadyDone.into()),
        }
    }

    /// **Fjern**: continues to re-authentication.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn confirm(&self, visitor: &Visitor, flow: FlowId) -> Result<Answer, Fault> {
        let result = async {
            let (_, mut flow, _, step) = self.current(visitor, flow).await?;
            if step == RemovingStep::Ask {
                if let FlowState::Removing { step, .. } = &mut flow.state {
                    *step = RemovingStep::Prove;
                }
                flow.problem = Problems::NONE;
                let mut work = self.begin().await?;
                self.save(&mut work, &flow).await?;
                work.commit().await?;
            }
            Ok(Answer::page(page_of(&flow)))
        }
        .await;
        self.settle(visitor, Some(flow), result).await
    }

    /// **Avbryt**, or Escape: ends the flow.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn cancel(&self, visitor: &Visitor, flow: FlowId) -> Result<Answer, Fault> {
        let result = async {
            let (_, mut flow, _, _) = self.current(visitor, flow).await?;
            flow.state = FlowState::Ended { notice: None };
            let mut work = self.begin().await?;
            self.save(&mut work, &flow).await?;
            work.commit().await?;
            Ok(Answer::page(route::ACCOUNT))
        }
        .await;
        self.settle(visitor, Some(flow), result).await
    }

    /// **Bekreft**: with the password, or after a new eID sign-in, removes the link.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn finish(
        &self,
        visitor: &Visitor,
        flow: FlowId,
        password: Option<Password>,
    ) -> Result<Answer, Fault> {
        let result = async {
            let (caller, mut flow, link, step) = self.current(visitor, flow).await?;
            let proof = match (step, password) {
                (RemovingStep::Proven, _) => StepUp::earlier(&caller),
                (RemovingStep::Prove, Some(password)) => {
                    match self
                        .step_up
                        .prove_password(visitor, &caller.account, password)
                        .await
                    {
                        Ok(proof) => StepUp::onto_password(&caller, proof),
                        Err(Fault::Problem(problem)) => {
                            return self.note_problem(&flow, problem).await;
                        }
                        Err(fault) => return Err(fault),
                    }
                }
                _ => return Ok(Answer::page(page_of(&flow))),
            };
            flow.state = FlowState::Ended {
                notice: Some(Notice::LinkRemoved),
            };
            flow.problem = Problems::NONE;
            let mut work = self.begin().await?;
            // Before the flow: a sign-in in this browser locks both in this order.
            work.accounts().lock_account(caller.account.id).await?;
            self.save(&mut work, &flow).await?;
            let answer = Answer::page(page_of(&flow));
            match self
                .remove_in(work, visitor, &caller, link, proof, answer)
                .await
            {
                Err(Fault::Problem(problem @ (Problem::LastWayIn | Problem::NotFound))) => {
                    self.refuse_removal(visitor, flow.id, problem).await
                }
                other => other,
            }
        }
        .await;
        self.settle(visitor, Some(flow), result).await
    }

    async fn refuse_removal(
        &self,
        visitor: &Visitor,
        flow: FlowId,
        problem: Problem,
    ) -> Result<Answer, Fault> {
        let mut work = self.begin().await?;
        let mut flow = self.flow_of(&mut work, visitor, flow).await?;
        match (&mut flow.state, problem) {
            (FlowState::Removing { step, .. }, Problem::LastWayIn) => *step = RemovingStep::Refused,
            (state, _) => *state = FlowState::Ended { notice: None },
        }
        flow.problem = Some(Problem::AlreadyDone)
            .filter(|_| problem != Problem::LastWayIn)
            .into();
        self.save(&mut work, &flow).await?;
        work.commit().await?;
        Ok(Answer::page(page_of(&flow)))
    }

    /// Removes a link through the API, with the password as proof.
    ///
    /// # Errors
    /// [`Problem::NotSignedIn`], [`Problem::NeedProof`], [`Problem::PasswordWrong`], [`Problem::NotFound`],
    /// [`Problem::LastWayIn`].
    pub async fn remove(
        &self,
        visitor: &Visitor,
        link: LinkId,
        password: Option<Password>,
    ) -> Result<Answer, Fault> {
        let caller = self.sessions.signed_in_caller(visitor).await?;
        let password = password.ok_or(Problem::NeedProof)?;
        let proof = self
            .step_up
            .prove_password(visitor, &caller.account, password)
            .await?;
        let work = self.begin().await?;
        self.remove_in(
            work,
            visitor,
            &caller,
            link,
            StepUp::onto_password(&caller, proof),
            Answer::page(route::ACCOUNT),
        )
        .await
    }

    /// Removes the link and commits. The current session continues if it was confirmed by another method: it gets a new
    /// secret and that method.
    async fn remove_in(
        &self,
        mut work: Unit,
        visitor: &Visitor,
        caller: &Caller,
        link: LinkId,
        proof: StepUp,
        answer: Answer,
    ) -> Result<Answer, Fault> {
        let account = &caller.account;
        work.accounts().lock_account(account.id).await?;
        let keeps = proof.method.link() != Some(link);
        let token = self.step_up.confirm(&mut work, caller, proof).await?;
        let link = self.own_link(&mut work, account.id, link).await?;
        if !self.may_remove(&mut work, &link).await? {
            return Err(Problem::LastWayIn.into());
        }
        let spared = keeps.then_some(caller.session.id);
        self.delete(&mut work, visitor, account, &link, spared, caller)
            .await?;
        self.commit_posted(work).await?;
        Ok(if keeps {
            answer.with_session(token)
        } else {
            answer
        })
    }

    /// Deletes a link of an account that is locked. Sessions created from the eID end, except the spared one. Tickets and
    /// codes become invalid; a mail reports it.
    pub(crate) async fn delete(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        account: &Account,
        link: &Link,
        spared: Option<SessionId>,
        involved: impl Into<Involved>,
    ) -> Result<(), Fault> {
        if !work.links().delete_link(link.id, account.id).await? {
            return Err(Problem::NotFound.into());
        }
        self.logout
            .end(work, &SessionSelector::OfLink(link.id, spared))
            .await?;
        self.void_proofs(work, account).await?;
        let content = Content::LinkRemoved {
            provider: self.provider_view(&link.provider).name,
            url: self.url(route::ACCOUNT),
        };
        self.mail_account(work, account, visitor.lang, content)
            .await?;
        self.note(
            work,
            visitor,
            AuditEvent::LinkRemoved {
                link: link.id,
                provider: &link.provider,
            },
            involved,
        )
        .await?;
        Ok(())
    }

    /// The view of the dialog.
    pub(crate) async fn view(
        &self,
        work: &mut Unit,
        caller: &Caller,
        flow: &Flow,
        named: Option<Step>,
    ) -> Result<Option<RemovalView>, Fault> {
        let FlowState::Removing {
            account,
            link,
            step,
        } = &flow.state
        else {
            return Ok(None);
        };
        let Some(link) = work
            .links()
            .link(*link)
            .await?
            .filter(|l| l.account == *account && *account == caller.account.id)
        else {
            return Ok(None);
        };
        let provider = self.provider_view(&link.provider);
        let step = match step {
            RemovingStep::Ask => RemovalStep::Ask,
            // The address of the step before.
            RemovingStep::Prove if named != Some(Step::Proof) => RemovalStep::Ask,
            RemovingStep::Proven => RemovalStep::Confirmed,
            RemovingStep::Refused => RemovalStep::Refused,
            RemovingStep::Prove if work.accounts().password(*account).await?.is_some() => {
                RemovalStep::Password
            }
            RemovingStep::Prove => RemovalStep::Eid {
                // Any eID of the account is accepted; one other than the removed one keeps the session.
                provider: work
                    .links()
                    .links_of(*account)
                    .await?
                    .iter()
                    .find(|other| other.id != link.id)
                    .map_or_else(
                        || provider.clone(),
                        |other| self.provider_view(&other.provider),
                    ),
            },
        };
        Ok(Some(RemovalView {
            flow: flow.id,
            provider,
            step,
            problem: flow.problem,
        }))
    }
}
