//! Carries out the decision of `link::decide` about a verified eID.

use crate::{
    audit::event::{AuditEvent, Involved},
    auth::{
        session::{Caller, Method},
        step_up::StepUp,
    },
    eid::{callback::CallbackService, port::EidIdentity, types::EidAttempt},
    flow::types::{AddingStep, Destination, Flow, FlowState, Identity, method_of, page_of},
    kernel::{
        core::Unit,
        outcome::{Answer, Fault, Next},
        request::Visitor,
    },
    link::{
        add, decide,
        owner::Offer,
        types::{Link, LinkOrigin, OwnerProof},
        whose::{self, Owner, counts_as_person},
    },
};
use kobling_model::{Problem, Problems, Timestamp, time::Span};

/// Whether a signed-in person was sent to step up.
const fn is_step_up(flow: &Flow) -> bool {
    match &flow.destination {
        Destination::Client(request) => {
            request.stepped_up || matches!(flow.state, FlowState::NoAccess { .. })
        }
        Destination::Account | Destination::Return(_) => false,
    }
}

impl CallbackService {
    pub(crate) async fn accept_eid(
        &self,
        visitor: &Visitor,
        attempt: &EidAttempt,
        eid: EidIdentity,
    ) -> Result<Answer, Fault> {
        // A new sign-in was demanded, but the provider answers with an old one (or the demand was removed from the
        // request).
        if let (Some(demanded), Some(at)) = (attempt.demanded_at, eid.auth_time)
            && demanded.since(at) > Span::minutes(1)
        {
            return self
                .eid
                .refuse_eid(visitor, attempt.flow, Problem::EidInvalid)
                .await;
        }
        let identity = Identity {
            pid: eid
                .pid
                .as_ref()
                .filter(|_| counts_as_person(eid.level))
                .map(|pid| self.keys.pid_hash(pid)),
            provider: eid.provider,
            issuer: eid.issuer,
            subject: eid.subject,
            level: eid.level,
            acr: eid.acr,
            method: eid.method,
            sid: eid.sid,
            authenticated_at: eid.auth_time.unwrap_or_else(|| self.now()),
        };
        let mut work = self.begin().await?;
        let mut flow = self.flow_of(&mut work, visitor, attempt.flow).await?;
        let signed_in = match &visitor.session {
            Some(token) => self.sessions.caller_in(&mut work, token).await?,
            None => None,
        };
        let purpose = match &flow.state {
            FlowState::NoAccess { reason, .. } if reason.is_about_address() => {
                decide::Purpose::Relink
            }
            // On these pages, the person may sign in as another account.
            FlowState::NoAccess { .. } | FlowState::Consent { .. } => decide::Purpose::SignIn,
            FlowState::Adding {
                account,
                provider,
                step,
            } => {
                let session = signed_in.as_ref().map(|caller| caller.session.id);
                let returned = (&identity.provider, session);
                match add::purpose(*account, provider.as_ref(), step, returned) {
                    Err(problem @ Problem::NeedProof) => {
                        drop(work);
                        return self.eid.refuse_eid(visitor, flow.id, problem).await;
                    }
                    other => other?,
                }
            }
            FlowState::Removing { account, .. }
            | FlowState::ChangingEmail { account, .. }
            | FlowState::ChangingPassword { account } => decide::Purpose::Confirm(*account),
            FlowState::SignIn { .. } | FlowState::Linking(_) => decide::Purpose::SignIn,
            _ => return Err(Problem::AlreadyDone.into()),
        };
        let link = self.links.owner(&mut work, &identity).await?;
        let owner = match &link {
            Some(link) => work.accounts().account(link.account).await?,
            None => None,
        };
        let offer = self
            .links
            .offer(&mut work, &identity, &flow.destination)
            .await?;
        let facts = decide::EidFacts {
            purpose,
            signed_in: signed_in.as_ref().map(|caller| caller.account.id),
            owner: owner.as_ref().map(|account| account.id),
            owner_email: owner.as_ref().map(|account| account.email.clone()),
            offer: offer.as_ref().map(Offer::fact),
            signed_in_is_another_person: match &signed_in {
                Some(caller) => {
                    self.links
                        .is_another_person(&mut work, caller.account.id, &identity)
                        .await?
                }
                None => false,
            },
        };
        match decide::eid(&facts) {
            decide::EidDecision::Refuse(problem) => {
                drop(work);
                self.eid.refuse_eid(visitor, flow.id, problem).await
            }
            _ if owner
                .as_ref()
                .is_some_and(|account| account.disabled_at.is_some()) =>
            {
                drop(work);
                self.eid
                    .refuse_eid(visitor, flow.id, Problem::AccountDisabled)
                    .await
            }
            decide::EidDecision::SignIn(_) => {
                let (Some(link), Some(account)) = (link, owner) else {
                    return Err(Problem::AlreadyDone.into());
                };
                // Account, session, link: the order in which the removal of a link locks them.
                let locked = work.accounts().lock_account(account.id).await?;
                let account = locked.ok_or(Problem::AlreadyDone)?;
                self.use_link(&mut work, &link, &identity).await?;
                self.note(
                    &mut work,
                    visitor,
                    AuditEvent::SignInEid {
                        link: link.id,
                        provider: &identity.provider,
                    },
                    Involved::by(account.id),
                )
                .await?;
                let method = (method_of(&identity, link.id), identity.authenticated_at);
                let answer = match signed_in {
                    Some(caller) if caller.account.id == account.id && is_step_up(&flow) => {
                        self.step_up_session(&mut work, visitor, caller, method, flow)
                            .await?
                    }
                    _ => {
                        self.destinations
                            .start_session(&mut work, visitor, account, method, flow, None)
                            .await?
                    }
                };
                self.commit_posted(work).await?;
                Ok(answer)
            }
            decide::EidDecision::Confirmed(_) => {
                let (Some(link), Some(caller)) = (link, signed_in) else {
                    return Err(Problem::NotSignedIn.into());
                };
                work.accounts().lock_account(caller.account.id).await?;
                self.use_link(&mut work, &link, &identity).await?;
                let mut next = page_of(&flow);
                match &mut flow.state {
                    FlowState::Removing { step, .. } => {
                        *step = crate::flow::types::RemovingStep::Proven;
                        flow.expires_at = self.now() + self.settings.fresh;
                    }
                    FlowState::Adding { provider, step, .. } => {
                        *step = AddingStep::Proven {
                            session: caller.session.id,
                            by: match identity.pid {
                                Some(_) => OwnerProof::IdentifiedEid,
                                None => OwnerProof::Eid,
                            },
                        };
                        flow.expires_at = self.now() + self.settings.fresh;
                        if let Some(provider) = provider.clone() {
                            next = Next::Eid(provider, flow.id);
                        }
                    }
                    _ => {}
                }
                flow.problem = Problems::NONE;
                self.save(&mut work, &flow).await?;
                let proof =
                    StepUp::by_eid(method_of(&identity, link.id), identity.authenticated_at);
                let token = self.step_up.confirm(&mut work, &caller, proof).await?;
                work.commit().await?;
                Ok(Answer::page(next).with_session(token))
            }
            decide::EidDecision::LinkToSignedIn(_) => {
                let caller = signed_in.ok_or(Problem::NotSignedIn)?;
                work.accounts().lock_account(caller.account.id).await?;
                if self
                    .links
                    .is_another_person(&mut work, caller.account.id, &identity)
                    .await?
                {
                    return Err(Problem::AlreadyDone.into());
                }
                let FlowState::Adding {
                    step: AddingStep::Proven { by: proof, .. },
                    ..
                } = flow.state
                else {
                    return Err(Problem::AlreadyDone.into());
                };
                let origin = LinkOrigin::Account { proof };
                let link = self
                    .links
                    .make(&mut work, visitor, &caller.account, &identity, origin)
                    .await?;
                flow.state = FlowState::Ended {
                    notice: Some(kobling_model::status::Notice::Linked),
                };
                flow.problem = Problems::NONE;
                self.save(&mut work, &flow).await?;
                let proof = StepUp::by_eid(method_of(&identity, link), identity.authenticated_at);
                let token = self.step_up.confirm(&mut work, &caller, proof).await?;
                self.commit_posted(work).await?;
                Ok(Answer::page(page_of(&flow)).with_session(token))
            }
            ask @ (decide::EidDecision::OfferVouched(_) | decide::EidDecision::AskAddress(_)) => {
                self.links
                    .ask(work, visitor, flow, (identity, link, false), ask, offer)
                    .await
            }
        }
    }

    /// Records the use of a link by the identity that it belongs to. If it was removed concurrently, the eID is nobody's.
    async fn use_link(
        &self,
        work: &mut Unit,
        link: &Link,
        identity: &Identity,
    ) -> Result<(), Fault> {
        // A number that an earlier sign-in did not carry becomes known, unless the account is another person's.
        let links = work.links().links_of(link.account).await?;
        let pid = identity
            .pid
            .as_ref()
            .filter(|_| whose::owner(&links, identity) == Owner::ThisPerson);
        let method = identity.method.as_deref();
        let subject = (identity.subject.as_str(), pid);
        if work
            .links()
            .touch_link(link.id, subject, method, self.now())
            .await?
        {
            Ok(())
        } else {
            Err(Problem::AlreadyDone.into())
        }
    }

    /// Step-up by the same person: the session continues under a new secret, and keeps its `sid` at other applications.
    async fn step_up_session(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        mut caller: Caller,
        (method, at): (Method, Timestamp),
        mut flow: Flow,
    ) -> Result<Answer, Fault> {
        let proof = StepUp::by_eid(method.clone(), at);
        let token = self.step_up.confirm(work, &caller, proof).await?;
        caller.session.method = method;
        caller.session.authenticated_at = at;
        let answer = self
            .destinations
            .continue_flow(work, visitor, &caller, &mut flow, None)
            .await?;
        Ok(answer.with_session(token))
    }
}
