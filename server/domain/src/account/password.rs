//! Creating and changing passwords.

use crate::{
    account::types::{Account, StoredPassword, about},
    audit::event::{AuditEvent, Involved},
    auth::{
        caller::SessionService,
        session::Caller,
        step_up::{StepUp, StepUpService, normalised},
    },
    eid::begin::EidService,
    flow::types::{Destination, FlowState, Return},
    kernel::{
        core::{Unit, service},
        outcome::{Answer, Fault, both},
        request::Visitor,
        secret::Password,
    },
    oidc::logout::{end::LogoutService, types::SessionSelector},
    ops::mail::Content,
};
use kobling_model::{
    FlowId, Problem, Problems, SessionId, route,
    status::Notice,
    view::{ChangePasswordView, ProofView},
};

service! {
    /// Creates and changes passwords.
    PasswordService { eid: EidService, logout: LogoutService, sessions: SessionService, step_up: StepUpService }
}

impl PasswordService {
    /// Checks a new password against the policy, and that both entries match; reports both failures.
    pub(crate) fn judge(
        &self,
        account: &Account,
        new: &Password,
        confirm: &Password,
    ) -> Result<(), Problems> {
        if new.0.is_empty() {
            return Err(Problem::NewPasswordMissing.into());
        }
        let refused = if !self.settings.policy.accepts(&new.0, &about(account)) {
            Some(Problem::PasswordRules)
        } else if self
            .settings
            .refused_passwords
            .contains(&new.0.to_lowercase())
        {
            Some(Problem::PasswordKnown)
        } else {
            None
        };
        let differ = (new.0 != confirm.0).then_some(Problem::PasswordsDiffer);
        let problems = Problems::from(refused).and(differ);
        if problems.is_none() {
            Ok(())
        } else {
            Err(problems)
        }
    }

    /// Sets a hashed password: every other session ends, every ticket and code becomes invalid, and this mail says so.
    pub(crate) async fn store(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        account: &Account,
        (hash, says): (String, fn(String) -> Content),
        except: Option<SessionId>,
    ) -> Result<(), Fault> {
        let changed_at = self.now();
        work.accounts()
            .set_password(account.id, &StoredPassword { hash, changed_at })
            .await?;
        self.logout
            .end(work, &SessionSelector::OfAccount(account.id, except))
            .await?;
        self.void_proofs(work, account).await?;
        let url = self.url(route::FORGOT_PASSWORD);
        self.mail_account(work, account, visitor.lang, says(url))
            .await?;
        self.note(
            work,
            visitor,
            AuditEvent::PasswordChanged,
            Involved {
                session: except,
                ..Involved::by(account.id)
            },
        )
        .await?;
        Ok(())
    }

    /// `/account/password`.
    ///
    /// # Errors
    /// [`Problem::NotSignedIn`].
    pub async fn view(
        &self,
        visitor: &Visitor,
        flow: Option<FlowId>,
    ) -> Result<ChangePasswordView, Fault> {
        let (mut work, caller) = self.sessions.read_signed_in(visitor).await?;
        let flow = match flow {
            Some(id) => self.own_flow(&mut work, visitor, id).await?,
            None => None,
        };
        let proof = match self.step_up.asks_for(&mut work, caller.account.id).await? {
            Some(ProofView::Password) => Some(ProofView::Password),
            _ if self.sessions.is_fresh(&caller.session) => Some(ProofView::Fresh),
            eid => eid,
        };
        Ok(ChangePasswordView {
            proof,
            policy: self.settings.policy.clone(),
            about: about(&caller.account),
            problem: flow.map_or(Problems::NONE, |flow| flow.problem),
        })
    }

    /// Changes the password of the signed-in account, after verifying the current one. A new password that is not
    /// accepted does not keep the current one from being checked: the page says what is wrong with both.
    ///
    /// # Errors
    /// [`Problem::NotSignedIn`], [`Problem::PasswordMissing`], [`Problem::PasswordWrong`], and those of a new password
    /// that is not accepted.
    pub async fn replace(
        &self,
        visitor: &Visitor,
        current: Password,
        new: Password,
        confirm: Password,
    ) -> Result<Answer, Fault> {
        let caller = self.sessions.signed_in_caller(visitor).await?;
        let account = caller.account.clone();
        let accepted = self.judge(&account, &new, &confirm);
        let proof = self
            .step_up
            .prove_password(visitor, &account, current)
            .await;
        let (proof, ()) = both(proof, accepted.map_err(Fault::from))?;
        let hash = self.hash(&new).await?;
        let mut work = self.begin().await?;
        let proof = StepUp::by_password(&caller, proof);
        let token = self.step_up.confirm(&mut work, &caller, proof).await?;
        let says = |url| Content::PasswordChanged { url };
        let answer = self
            .store_here(
                &mut work,
                visitor,
                &caller,
                (hash, says),
                Notice::PasswordChanged,
            )
            .await?;
        self.commit_posted(work).await?;
        Ok(answer.with_session(token))
    }

    /// Creates the password of a signed-in account that has none, after a recent sign-in.
    ///
    /// # Errors
    /// [`Problem::NotSignedIn`]; [`Problem::NeedProof`] when the sign-in is not recent; [`Problem::AlreadyDone`] when the
    /// account has a password; those of a new password that is not accepted.
    pub async fn create(
        &self,
        visitor: &Visitor,
        new: Password,
        confirm: Password,
    ) -> Result<Answer, Fault> {
        let result = self.try_create(visitor, new, confirm).await;
        self.answer(visitor, result).await
    }

    async fn try_create(
        &self,
        visitor: &Visitor,
        new: Password,
        confirm: Password,
    ) -> Result<Answer, Fault> {
        let caller = self.sessions.signed_in_caller(visitor).await?;
        if !self.sessions.is_fresh(&caller.session) {
            return Err(Problem::NeedProof.into());
        }
        self.judge(&caller.account, &new, &confirm)?;
        let hash = self.hash(&new).await?;
        let mut work = self.begin().await?;
        // First the account, as in a change of password: in another order, the two can deadlock.
        let account = work.accounts().lock_account(caller.account.id).await?;
        let account = account.ok_or(Problem::NotSignedIn)?;
        // Changing it asks for it.
        if work.accounts().password(account.id).await?.is_some() {
            return Err(Problem::AlreadyDone.into());
        }
        let caller = Caller { account, ..caller };
        let proof = StepUp::earlier(&caller);
        let token = self.step_up.confirm(&mut work, &caller, proof).await?;
        let says = |url| Content::PasswordCreated { url };
        let answer = self
            .store_here(
                &mut work,
                visitor,
                &caller,
                (hash, says),
                Notice::PasswordCreated,
            )
            .await?;
        self.commit_posted(work).await?;
        Ok(answer.with_session(token))
    }

    /// Confirms by eID that a password may be created.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn prove(&self, visitor: &Visitor) -> Result<Answer, Fault> {
        let result = async {
            let caller = self.sessions.signed_in_caller(visitor).await?;
            let account = caller.account.id;
            let asked = self
                .step_up
                .asks_for(&mut self.read().await?, account)
                .await?;
            let Some(ProofView::Eid(provider)) = asked else {
                return Ok(Answer::page(route::ACCOUNT_PASSWORD));
            };
            let state = FlowState::ChangingPassword { account };
            self.eid.confirm(visitor, &provider.id, state).await
        }
        .await;
        self.settle_on(visitor, Return::to(route::ACCOUNT_PASSWORD), None, result)
            .await
    }

    /// [`Self::store`] for the account that is signed in, whose session stays, and the page that says so.
    async fn store_here(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        caller: &Caller,
        new: (String, fn(String) -> Content),
        notice: Notice,
    ) -> Result<Answer, Fault> {
        let account = &caller.account;
        self.store(work, visitor, account, new, Some(caller.session.id))
            .await?;
        let known = self.remember(work, visitor, account.id).await?;
        let answer = self.tell(work, visitor, Some(notice), None).await?;
        Ok(answer.with_known(known))
    }

    pub(crate) async fn hash(&self, new: &Password) -> Result<String, Fault> {
        Ok(self.ports.hasher.hash(normalised(new)).await?)
    }

    /// The same as a form: the page shows the problem.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn change(
        &self,
        visitor: &Visitor,
        current: Password,
        new: Password,
        confirm: Password,
    ) -> Result<Answer, Fault> {
        let result = self.replace(visitor, current, new, confirm).await;
        self.answer(visitor, result).await
    }

    /// The page that shows what is wrong.
    async fn answer(
        &self,
        visitor: &Visitor,
        result: Result<Answer, Fault>,
    ) -> Result<Answer, Fault> {
        let shown = result.as_ref().err().and_then(Fault::problems);
        let result = match shown.filter(|problems| !problems.contains(Problem::NotSignedIn)) {
            Some(problems) if problems.contains(Problem::AlreadyDone) => {
                Ok(Answer::page(route::ACCOUNT))
            }
            Some(problems) => {
                let caller = self.sessions.signed_in_caller(visitor).await?;
                let (browser, set) = self.browser(visitor);
                let state = FlowState::ChangingPassword {
                    account: caller.account.id,
                };
                let mut flow = self.new_flow(browser, Destination::Account, state);
                flow.problem = problems;
                let mut work = self.begin().await?;
                work.flows().insert_flow(&flow).await?;
                self.commit_flow(work, visitor).await?;
                Ok(Answer::flow(route::ACCOUNT_PASSWORD, flow.id).with_browser(set))
            }
            None => result,
        };
        self.settle_on(visitor, Return::to(route::ACCOUNT_PASSWORD), None, result)
            .await
    }
}
