//! Changing an account's address. Links stay, because they belong to the account and not to the address.

use crate::{
    audit::event::AuditEvent,
    auth::{
        caller::SessionService,
        session::Caller,
        step_up::{PasswordProof, StepUp, StepUpService},
    },
    eid::begin::EidService,
    flow::{
        code::CodeService,
        types::{Destination, Flow, FlowState, Return, Typed, page_of},
    },
    kernel::{
        core::{Unit, service},
        displayable,
        error::StoreError,
        outcome::{Answer, Fault, both},
        request::Visitor,
        secret::Password,
    },
    oidc::{
        access::rule::AccessService,
        logout::{end::LogoutService, types::SessionSelector},
    },
    ops::mail::Content,
};
use kobling_model::{
    Email, FlowId, Problem, Problems,
    route::{self, Step},
    status::Notice,
    view::{ChangeEmailStep, ChangeEmailView, ProofView},
};

service! {
    /// Changes an account's address.
    EmailService {
        access: AccessService,
        codes: CodeService,
        eid: EidService,
        logout: LogoutService,
        sessions: SessionService,
        step_up: StepUpService,
    }
}

impl EmailService {
    /// A flow of the caller's session. It does not outlive the session: whoever ends it ends what it has requested.
    async fn changing_email(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        caller: &Caller,
        flow: Option<FlowId>,
    ) -> Result<Option<Flow>, Fault> {
        let flow = match flow {
            Some(id) => self.own_flow(work, visitor, id).await?,
            None => None,
        };
        Ok(flow.filter(|flow| {
            matches!(flow.state, FlowState::ChangingEmail { account, session, .. }
                if account == caller.account.id && session == Some(caller.session.id))
        }))
    }

    /// How the caller can confirm that they own the account.
    async fn proof_of(&self, work: &mut Unit, caller: &Caller) -> Result<ProofView, Fault> {
        if self.sessions.is_fresh(&caller.session) {
            return Ok(ProofView::Fresh);
        }
        let asked = self.step_up.asks_for(work, caller.account.id).await?;
        Ok(asked.unwrap_or(ProofView::Password))
    }

    /// `/account/email`, at the step that the address names, or at the address of the first one.
    ///
    /// # Errors
    /// [`Problem::NotSignedIn`].
    pub async fn view(
        &self,
        visitor: &Visitor,
        flow: Option<FlowId>,
        step: Option<Step>,
    ) -> Result<ChangeEmailView, Fault> {
        let (mut work, caller) = self.sessions.read_signed_in(visitor).await?;
        let flow = self
            .changing_email(&mut work, visitor, &caller, flow)
            .await?;
        let problem = flow.as_ref().map_or(Problems::NONE, |flow| flow.problem);
        let (step, problem) = match flow.as_ref().map(|flow| &flow.state) {
            Some(FlowState::ChangingEmail {
                email: Some(email),
                again,
                ..
            }) if step == Some(Step::Code) => (
                ChangeEmailStep::Code {
                    email: displayable::address(email),
                    minutes: self.settings.code_life.as_seconds() / 60,
                    again: *again,
                },
                problem,
            ),
            // What went wrong is about the step that the flow is at.
            Some(FlowState::ChangingEmail { typed, email, .. }) => (
                ChangeEmailStep::Address {
                    typed: typed.clone(),
                },
                email.as_ref().map_or(problem, |_| Problems::NONE),
            ),
            _ => (
                ChangeEmailStep::Address {
                    typed: String::new(),
                },
                problem,
            ),
        };
        let closing = match &step {
            ChangeEmailStep::Address { .. } => self.closing(&mut work, &caller).await?,
            ChangeEmailStep::Code { .. } => Vec::new(),
        };
        Ok(ChangeEmailView {
            closing,
            proof: self.proof_of(&mut work, &caller).await?,
            current: displayable::address(&caller.account.email),
            mark: self.mark(caller.account.id).0,
            problem,
            flow: flow.map(|flow| flow.id),
            step,
        })
    }

    /// **Send kode**: to the new mailbox, after a proof. Only the reader of that mailbox learns whether the address is
    /// taken.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn send_code(
        &self,
        visitor: &Visitor,
        flow: Option<FlowId>,
        email: impl Into<Typed<'_>>,
        password: Option<Password>,
    ) -> Result<Answer, Fault> {
        let typed = email.into();
        let back = Return::with(route::ACCOUNT_EMAIL, typed);
        let result = self
            .try_change_email(visitor, flow, typed.text, password)
            .await;
        self.settle_on(visitor, back, flow, result).await
    }

    async fn try_change_email(
        &self,
        visitor: &Visitor,
        flow: Option<FlowId>,
        email: &str,
        password: Option<Password>,
    ) -> Result<Answer, Fault> {
        let caller = self.sessions.signed_in_caller(visitor).await?;
        self.may_begin_flow(visitor).await?;
        let typed: String = email.chars().take(320).collect();
        let mut work = self.begin().await?;
        let (mut flow, set) = match self
            .changing_email(&mut work, visitor, &caller, flow)
            .await?
        {
            Some(flow) => (flow, None),
            None => {
                let (browser, set) = self.browser(visitor);
                let state = FlowState::ChangingEmail {
                    account: caller.account.id,
                    typed: String::new(),
                    email: None,
                    session: Some(caller.session.id),
                    again: false,
                };
                let flow = self.new_flow(browser, Destination::Account, state);
                work.flows().insert_flow(&flow).await?;
                (flow, set)
            }
        };
        work.commit().await?;
        let before = flow.state.clone();
        flow.state = FlowState::ChangingEmail {
            account: caller.account.id,
            typed: typed.clone(),
            email: None,
            session: Some(caller.session.id),
            again: false,
        };
        let (new, proof) = match self
            .check_new_email(visitor, &caller, &typed, password)
            .await
        {
            Ok(checked) => checked,
            Err(fault) => {
                let problems = fault.problems().ok_or(fault)?;
                // The code that was sent stays valid.
                if matches!(problems.first(), Some(Problem::TooMany(_))) {
                    flow.state = before;
                }
                let answer = self.refuse(self.begin().await?, flow, problems).await?;
                return Ok(answer.with_browser(set));
            }
        };
        let mut work = self.begin().await?;
        let rotated = match proof {
            None => None,
            Some(proof) => {
                let proof = StepUp::by_password(&caller, proof);
                Some(self.step_up.confirm(&mut work, &caller, proof).await?)
            }
        };
        self.mail_code(&mut work, visitor, &caller, (flow.id, &new))
            .await?;
        flow.state = FlowState::ChangingEmail {
            account: caller.account.id,
            typed,
            email: Some(new),
            session: Some(caller.session.id),
            again: false,
        };
        flow.problem = Problems::NONE;
        self.save(&mut work, &flow).await?;
        self.commit_posted(work).await?;
        let answer = Answer::page(page_of(&flow)).with_browser(set);
        Ok(match rotated {
            Some(token) => answer.with_session(token),
            None => answer,
        })
    }

    /// Mails a code for the flow to the new mailbox.
    async fn mail_code(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        caller: &Caller,
        (flow, new): (FlowId, &Email),
    ) -> Result<(), Fault> {
        let code = self
            .codes
            .put(work, flow, Some(caller.account.id), new)
            .await?;
        let content = Content::EmailCode {
            url: self.url(format!(
                "{}&code={code}",
                route::with_flow(route::ACCOUNT_EMAIL, flow)
            )),
            code,
            minutes: self.settings.code_life.as_seconds() / 60,
        };
        self.mail(work, new, visitor.lang, content).await?;
        Ok(())
    }

    /// The signed-in person and their change of address.
    async fn begun(&self, visitor: &Visitor, flow: FlowId) -> Result<(Caller, Flow), Fault> {
        let caller = self.sessions.signed_in_caller(visitor).await?;
        let mut work = self.read().await?;
        let flow = self
            .changing_email(&mut work, visitor, &caller, Some(flow))
            .await?
            .ok_or(Problem::AlreadyDone)?;
        Ok((caller, flow))
    }

    /// **Send ny kode**: to the same mailbox. The proof was given when the first code was sent, in the same session.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn resend(&self, visitor: &Visitor, flow: FlowId) -> Result<Answer, Fault> {
        let result = async {
            let (caller, mut flow) = self.begun(visitor, flow).await?;
            let FlowState::ChangingEmail {
                email: Some(new),
                again,
                ..
            } = &mut flow.state
            else {
                return Ok(Answer::page(page_of(&flow)));
            };
            *again = true;
            let new = new.clone();
            let allowed = self
                .codes
                .allow_account(visitor, caller.account.id, &new)
                .await;
            match allowed {
                Err(Fault::Problem(problem)) => return self.note_problem(&flow, problem).await,
                other => other?,
            }
            let mut work = self.begin().await?;
            self.mail_code(&mut work, visitor, &caller, (flow.id, &new))
                .await?;
            flow.problem = Problems::NONE;
            self.save(&mut work, &flow).await?;
            self.commit_posted(work).await?;
            Ok(Answer::page(page_of(&flow)))
        }
        .await;
        self.settle(visitor, Some(flow), result).await
    }

    /// The new address, and the password, which is required unless the sign-in is recent. A wrong address does not
    /// keep the password from being checked: the page says what is wrong with both.
    async fn check_new_email(
        &self,
        visitor: &Visitor,
        caller: &Caller,
        typed: &str,
        password: Option<Password>,
    ) -> Result<(Email, Option<PasswordProof>), Fault> {
        let current = &caller.account.email;
        let new = match Email::parse(typed) {
            _ if typed.trim().is_empty() => Err(Problem::EmailMissing.into()),
            Err(_) => Err(Problem::EmailInvalid.into()),
            Ok(new) if new == *current => Err(Problem::EmailSame.into()),
            Ok(new) => {
                let allowed = self.codes.allow_account(visitor, caller.account.id, &new);
                allowed.await.map(|()| new)
            }
        };
        let proof = if self.sessions.is_fresh(&caller.session) {
            Ok(None)
        } else {
            let password = password.ok_or(Problem::NeedProof)?;
            let proved = self
                .step_up
                .prove_password(visitor, &caller.account, password);
            proved.await.map(Some)
        };
        both(new, proof)
    }

    /// Confirms by eID, for an account without a password.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn prove(&self, visitor: &Visitor, email: &str) -> Result<Answer, Fault> {
        let result = async {
            let caller = self.sessions.signed_in_caller(visitor).await?;
            let links = self
                .read()
                .await?
                .links()
                .links_of(caller.account.id)
                .await?;
            let usable = links
                .into_iter()
                .find(|link| self.provider(&link.provider).is_some());
            let provider = usable.ok_or(Problem::NeedProof)?.provider;
            let state = FlowState::ChangingEmail {
                account: caller.account.id,
                typed: email.chars().take(320).collect(),
                email: None,
                session: Some(caller.session.id),
                again: false,
            };
            self.eid.confirm(visitor, &provider, state).await
        }
        .await;
        self.settle_on(visitor, Return::to(route::ACCOUNT_EMAIL), None, result)
            .await
    }

    /// **Bekreft**: the code proves the new mailbox, and the address changes; the other sessions end, and a mail to the
    /// old mailbox says how to undo it.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn code(&self, visitor: &Visitor, flow: FlowId, code: &str) -> Result<Answer, Fault> {
        let result = async {
            let (caller, mut flow) = self.begun(visitor, flow).await?;
            let FlowState::ChangingEmail {
                email: Some(new), ..
            } = flow.state.clone()
            else {
                return Ok(Answer::page(page_of(&flow)));
            };
            let code = match self.codes.check(visitor, flow.id, &new, code).await {
                Ok(code) => code,
                Err(Fault::Problem(problem)) => return self.note_problem(&flow, problem).await,
                Err(fault) => return Err(fault),
            };
            let mut work = self.begin().await?;
            // First the account, as in a change of password: in another order, the two can deadlock.
            let account = work.accounts().lock_account(caller.account.id).await?;
            self.codes.consume(&mut work, &code).await?;
            // Fails if the session has ended since the request began.
            let proof = StepUp::earlier(&caller);
            let token = self.step_up.confirm(&mut work, &caller, proof).await?;
            let account = account.ok_or(Problem::NotSignedIn)?;
            let old = account.email.clone();
            self.void_proofs(&mut work, &account).await?;
            match work
                .accounts()
                .change_email(account.id, &old, &new, Some(self.now()))
                .await
            {
                Ok(true) => {}
                Ok(false) => return Err(Problem::AlreadyDone.into()),
                Err(StoreError::Conflict) => {
                    drop(work);
                    flow.state = FlowState::ChangingEmail {
                        account: account.id,
                        typed: new.to_string(),
                        email: None,
                        session: Some(caller.session.id),
                        again: false,
                    };
                    return self
                        .refuse(self.begin().await?, flow, Problem::EmailTaken)
                        .await;
                }
                Err(error) => return Err(error.into()),
            }
            let others = SessionSelector::OfAccount(account.id, Some(caller.session.id));
            self.logout.end(&mut work, &others).await?;
            // A mailbox that belongs to another person by now learns nothing, and undoes nothing.
            if account.mailbox().is_some() {
                let content = Content::EmailChanged {
                    undo: self.undo_link(&mut work, &account, &new).await?,
                    url: self.url(route::ACCOUNT),
                    new,
                };
                self.mail(&mut work, &old, account.lang, content).await?;
            }
            self.note(&mut work, visitor, AuditEvent::EmailChanged, &caller)
                .await?;
            flow.state = FlowState::Ended {
                notice: Some(Notice::EmailChanged),
            };
            flow.problem = Problems::NONE;
            self.save(&mut work, &flow).await?;
            self.commit_posted(work).await?;
            Ok(Answer::page(page_of(&flow)).with_session(token))
        }
        .await;
        let back = match &result {
            Err(Fault::Problem(Problem::NotSignedIn)) => self.address_typed(visitor, flow).await?,
            _ => Return::to(route::ACCOUNT_EMAIL),
        };
        self.settle_on(visitor, back, Some(flow), result).await
    }

    /// The page with the address that a flow of this browser was changing to.
    async fn address_typed(&self, visitor: &Visitor, flow: FlowId) -> Result<Return, Fault> {
        let flow = self.read_flow(visitor, Some(flow)).await?;
        Ok(match flow.map(|(_, flow)| flow.state) {
            Some(FlowState::ChangingEmail { account, typed, .. }) => {
                let (text, mark) = (typed.as_str(), &self.mark(account).0);
                Return::with(route::ACCOUNT_EMAIL, Typed { text, mark })
            }
            _ => Return::to(route::ACCOUNT_EMAIL),
        })
    }
}
