//! Adding an eID to the account that is signed in: asks its owner for a proof first, because whoever controls a linked
//! eID controls the account.

use crate::{
    auth::{
        caller::SessionService,
        session::Caller,
        step_up::{StepUp, StepUpService},
    },
    flow::types::{AddingStep, Destination, Flow, FlowState, page_of},
    kernel::{
        core::{Unit, service},
        outcome::{Answer, Fault, Next},
        request::Visitor,
        secret::Password,
    },
    link::{decide::Purpose, types::OwnerProof},
};
use kobling_model::{
    AccountId, FlowId, Problem, Problems, ProviderId, SessionId, route,
    view::{AddingView, ProofView},
};

/// The purpose of an eID that arrives in a flow of adding one: to prove who owns the account, or to be added. A proof
/// is valid in the session that gave it, for the provider that the person chose.
///
/// # Errors
/// [`Problem::NeedProof`] without a valid proof; [`Problem::AlreadyDone`] for another provider.
pub(crate) fn purpose(
    account: AccountId,
    chosen: Option<&ProviderId>,
    step: &AddingStep,
    (provider, session): (&ProviderId, Option<SessionId>),
) -> Result<Purpose, Problem> {
    match (chosen, step) {
        (Some(_), AddingStep::Prove) => Ok(Purpose::Confirm(account)),
        (
            Some(chosen),
            AddingStep::Proven {
                session: prover, ..
            },
        ) if session == Some(*prover) => {
            if chosen == provider {
                Ok(Purpose::Add(account))
            } else {
                Err(Problem::AlreadyDone)
            }
        }
        _ => Err(Problem::NeedProof),
    }
}

service! {
    /// Adding an eID to the account that is signed in.
    AddingService { sessions: SessionService, step_up: StepUpService }
}

impl AddingService {
    /// **Koble til BankID** in account settings: opens the dialog that asks for a proof.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for a provider that is not configured; [`Fault::Store`].
    pub async fn open(&self, visitor: &Visitor, provider: &ProviderId) -> Result<Answer, Fault> {
        let result = async {
            let caller = self.sessions.signed_in_caller(visitor).await?;
            self.provider(provider).ok_or(Problem::NotFound)?;
            let mut work = self.begin().await?;
            let (browser, set) = self.browser(visitor);
            let state = FlowState::Adding {
                account: caller.account.id,
                provider: Some(provider.clone()),
                step: AddingStep::Prove,
            };
            let mut flow = self.new_flow(browser, Destination::Account, state);
            if self
                .step_up
                .asks_for(&mut work, caller.account.id)
                .await?
                .is_none()
            {
                flow.problem = Problem::NeedProof.into();
            }
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
    ) -> Result<(Caller, Flow, ProviderId, AddingStep), Fault> {
        let caller = self.sessions.signed_in_caller(visitor).await?;
        let mut work = self.read().await?;
        let flow = self.flow_of(&mut work, visitor, flow).await?;
        match flow.state.clone() {
            FlowState::Adding {
                account,
                provider: Some(provider),
                step,
            } if account == caller.account.id => Ok((caller, flow, provider, step)),
            _ => Err(Problem::AlreadyDone.into()),
        }
    }

    /// **Bekreft**: with the password, goes on to the provider.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn prove(
        &self,
        visitor: &Visitor,
        flow: FlowId,
        password: Password,
    ) -> Result<Answer, Fault> {
        let result = async {
            let (caller, mut flow, provider, step) = self.current(visitor, flow).await?;
            if step != AddingStep::Prove {
                return Ok(Answer::page(page_of(&flow)));
            }
            let proof = match self
                .step_up
                .prove_password(visitor, &caller.account, password)
                .await
            {
                Ok(proof) => StepUp::by_password(&caller, proof),
                Err(Fault::Problem(problem)) => return self.note_problem(&flow, problem).await,
                Err(fault) => return Err(fault),
            };
            flow.state = FlowState::Adding {
                account: caller.account.id,
                provider: Some(provider.clone()),
                step: AddingStep::Proven {
                    session: caller.session.id,
                    by: OwnerProof::Password,
                },
            };
            flow.problem = Problems::NONE;
            flow.expires_at = self.now() + self.settings.fresh;
            let mut work = self.begin().await?;
            // Account, flow, session: the order in which an eID that arrives locks them.
            work.accounts().lock_account(caller.account.id).await?;
            self.save(&mut work, &flow).await?;
            let token = self.step_up.confirm(&mut work, &caller, proof).await?;
            work.commit().await?;
            Ok(Answer::page(Next::Eid(provider, flow.id)).with_session(token))
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
            let (_, mut flow, ..) = self.current(visitor, flow).await?;
            flow.state = FlowState::Ended { notice: None };
            let mut work = self.begin().await?;
            self.save(&mut work, &flow).await?;
            work.commit().await?;
            Ok(Answer::page(route::ACCOUNT))
        }
        .await;
        self.settle(visitor, Some(flow), result).await
    }

    /// The view of the dialog.
    pub(crate) async fn view(
        &self,
        work: &mut Unit,
        caller: &Caller,
        flow: &Flow,
    ) -> Result<Option<AddingView>, Fault> {
        let FlowState::Adding {
            account,
            provider: Some(provider),
            step,
        } = &flow.state
        else {
            return Ok(None);
        };
        if *account != caller.account.id {
            return Ok(None);
        }
        let proof = match step {
            AddingStep::Prove => self.step_up.asks_for(work, *account).await?,
            AddingStep::Proven { session, .. } if *session == caller.session.id => {
                Some(ProofView::Fresh)
            }
            AddingStep::Proven { .. } => return Ok(None),
        };
        Ok(Some(AddingView {
            flow: flow.id,
            provider: self.provider_view(provider),
            proof,
            problem: flow.problem,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn an_eid_is_added_by_a_proof_of_this_session_for_the_chosen_provider() {
        let account = AccountId(Uuid::from_u128(1));
        let [this, other] = [1, 2].map(|id| SessionId(Uuid::from_u128(id)));
        let [x, y] = ["x", "y"].map(|id| ProviderId::parse(id).expect("a name"));
        let proven = AddingStep::Proven {
            session: this,
            by: OwnerProof::Password,
        };
        let add = Ok(Purpose::Add(account));
        let confirm = Ok(Purpose::Confirm(account));
        for (chosen, step, provider, session, expected) in [
            (Some(&x), &proven, &x, Some(this), add),
            (Some(&x), &proven, &y, Some(this), Err(Problem::AlreadyDone)),
            (Some(&x), &proven, &x, Some(other), Err(Problem::NeedProof)),
            (Some(&x), &proven, &x, None, Err(Problem::NeedProof)),
            (Some(&x), &AddingStep::Prove, &x, Some(this), confirm),
            (Some(&x), &AddingStep::Prove, &y, Some(this), confirm),
            // A row of an older build.
            (
                None,
                &AddingStep::Prove,
                &x,
                Some(this),
                Err(Problem::NeedProof),
            ),
        ] {
            assert_eq!(
                purpose(account, chosen, step, (provider, session)),
                expected,
                "{chosen:?} {step:?} {provider} {session:?}"
            );
        }
    }
}
