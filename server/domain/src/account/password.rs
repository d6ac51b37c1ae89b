//! Creating and changing passwords.

use crate::{
    account::types::{Account, StoredPassword, about},
    audit::event::{AuditEvent, Involved},
    auth::{
        caller::SessionService,
        step_up::{StepUp, StepUpService, normalised},
    },
    flow::types::{Destination, FlowState},
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
    FlowId, Problem, Problems, SessionId, route, status::Notice, view::ChangePasswordView,
};

service! {
    /// Creates and changes passwords.
    PasswordService { logout: LogoutService, sessions: SessionService, step_up: StepUpService }
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

    /// Sets a hashed password: every other session ends, every ticket and code becomes invalid, and a mail says so.
    pub(crate) async fn store(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        account: &Account,
        hash: String,
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
        self.mail_account(
            work,
            account,
            visitor.lang,
            Content::PasswordChanged { url },
        )
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
        Ok(ChangePasswordView {
            has_password: work.accounts().password(caller.account.id).await?.is_some(),
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
        self.store(&mut work, visitor, &account, hash, Some(caller.session.id))
            .await?;
        let known = self.remember(&mut work, visitor, account.id).await?;
        let answer = self
            .tell(&mut work, visitor, Some(Notice::PasswordChanged), None)
            .await?;
        self.commit_posted(work).await?;
        Ok(answer.with_session(token).with_known(known))
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
        let shown = result.as_ref().err().and_then(Fault::problems);
        let result = match shown.filter(|problems| !problems.contains(Problem::NotSignedIn)) {
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
        self.settle(visitor, None, result).await
    }
}
