//! What follows when an eID has arrived: the decision of `link::decide` carried out.

use super::EidAttempt;
use crate::{
    answer::{Answer, Fault, Visitor},
    audit::{AuditEvent, Involved},
    directory::Vouched,
    flow::{Destination, Flow, FlowState, Identity, Linking, LinkingStep},
    kobling::{Caller, Kobling, Unit, page_of},
    link::{Link, decide, is_same_person, method_of},
    port::EidIdentity,
    session::Method,
    step_up::StepUp,
};
use kobling_model::{AccountId, FlowId, Problem, Timestamp, status::NoAccessReason, time::Span};

/// Whether somebody who is signed in was sent to sign in more surely.
const fn is_step_up(flow: &Flow) -> bool {
    match &flow.destination {
        Destination::Client(request) => {
            request.stepped_up || matches!(flow.state, FlowState::NoAccess { .. })
        }
        Destination::Account => false,
    }
}

impl Kobling {
    pub(super) async fn arrived(
        &self,
        visitor: &Visitor,
        attempt: &EidAttempt,
        eid: EidIdentity,
    ) -> Result<Answer, Fault> {
        // A new sign-in was demanded, and the provider answers with an old one (or somebody took the demand out).
        if let (Some(demanded), Some(at)) = (attempt.demanded_at, eid.auth_time)
            && demanded.since(at) > Span::minutes(1)
        {
            return self
                .refuse_eid(visitor, attempt.flow, Problem::EidInvalid)
                .await;
        }
        let identity = Identity {
            pid: eid.pid.as_ref().map(|pid| self.keys.pid_hash(pid)),
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
            Some(token) => self.caller_in(&mut work, token).await?,
            None => None,
        };
        let purpose = match &flow.state {
            FlowState::NoAccess {
                reason: NoAccessReason::NotAUser,
                ..
            } => decide::Purpose::Relink,
            // Whoever is asked whether to let an application in may come back as somebody else.
            FlowState::NoAccess { .. } | FlowState::Consent { .. } => decide::Purpose::SignIn,
            FlowState::Adding { account } => decide::Purpose::Add(*account),
            FlowState::Removing { account, .. } | FlowState::ChangingEmail { account, .. } => {
                decide::Purpose::Confirm(*account)
            }
            FlowState::SignIn { .. } | FlowState::Linking(_) => decide::Purpose::SignIn,
            _ => return Err(Problem::AlreadyDone.into()),
        };
        let link = self.owner(&mut work, &identity).await?;
        let owner = match &link {
            Some(link) => work.account(link.account).await?,
            None => None,
        };
        let vouched = self
            .vouched_for(&mut work, &identity, &flow.destination)
            .await?;
        let facts = decide::ArrivalFacts {
            purpose,
            signed_in: signed_in.as_ref().map(|caller| caller.account.id),
            owner: owner.as_ref().map(|account| account.id),
            vouched: vouched.as_ref().map(|(vouched, _)| vouched.email.clone()),
            owner_email: owner.as_ref().map(|account| account.email.clone()),
            vouched_contested: self.contested(&mut work, vouched.as_ref()).await?,
            signed_in_is_another_person: match &signed_in {
                Some(caller) => {
                    self.is_another_person(&mut work, caller.account.id, &identity)
                        .await?
                }
                None => false,
            },
            demand_code: self.settings.directory_demands_code,
        };
        match decide::arrival(&facts) {
            decide::Arrival::Refuse(problem) => {
                drop(work);
                self.refuse_eid(visitor, flow.id, problem).await
            }
            _ if owner
                .as_ref()
                .is_some_and(|account| account.disabled_at.is_some()) =>
            {
                drop(work);
                self.refuse_eid(visitor, flow.id, Problem::AccountDisabled)
                    .await
            }
            decide::Arrival::SignIn(_) => {
                let (Some(link), Some(account)) = (link, owner) else {
                    return Err(Problem::AlreadyDone.into());
                };
                let method = identity.method.as_deref();
                // Removed at this very moment: then there is nothing to sign in by.
                if !work
                    .touch_link(link.id, &identity.subject, method, self.now())
                    .await?
                {
                    return Err(Problem::AlreadyDone.into());
                }
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
                        self.rise(&mut work, visitor, caller, method, flow).await?
                    }
                    _ => {
                        self.admit(&mut work, visitor, account, method, flow, None)
                            .await?
                    }
                };
                self.commit_posted(work).await?;
                Ok(answer)
            }
            decide::Arrival::Confirmed(_) => {
                let (Some(link), Some(caller)) = (link, signed_in) else {
                    return Err(Problem::NotSignedIn.into());
                };
                if let FlowState::Removing { step, .. } = &mut flow.state {
                    *step = crate::flow::RemovingStep::Proven;
                    flow.expires_at = self.now() + self.settings.fresh;
                }
                flow.problem = None;
                self.save(&mut work, &flow).await?;
                let proof =
                    StepUp::by_eid(method_of(&identity, link.id), identity.authenticated_at);
                let token = self.step_up(&mut work, &caller, proof).await?;
                work.commit().await?;
                Ok(Answer::page(page_of(&flow)).with_session(token))
            }
            decide::Arrival::LinkToSignedIn(_) => {
                let caller = signed_in.ok_or(Problem::NotSignedIn)?;
                work.lock_account(caller.account.id).await?;
                if self
                    .is_another_person(&mut work, caller.account.id, &identity)
                    .await?
                {
                    return Err(Problem::AlreadyDone.into());
                }
                let link = self
                    .hang(&mut work, visitor, &caller.account, &identity)
                    .await?;
                flow.state = FlowState::Ended {
                    notice: Some(kobling_model::status::Notice::Linked),
                };
                flow.problem = None;
                self.save(&mut work, &flow).await?;
                let proof = StepUp::by_eid(method_of(&identity, link), identity.authenticated_at);
                let token = self.step_up(&mut work, &caller, proof).await?;
                self.commit_posted(work).await?;
                Ok(Answer::page(page_of(&flow)).with_session(token))
            }
            decide::Arrival::OfferVouched(email) => {
                let (name, organisation) =
                    vouched.map(|(v, key)| (v.name, key)).unwrap_or_default();
                let step = LinkingStep::Vouched {
                    email,
                    name,
                    organisation,
                };
                self.ask_link(work, flow, (identity, link, false), step)
                    .await
            }
            decide::Arrival::AskAddress(email) => {
                let name = vouched.map(|(v, _)| v.name).unwrap_or_default();
                let step = LinkingStep::Address {
                    typed: String::new(),
                    vouched: email.map(|email| (email, name)),
                };
                self.ask_link(work, flow, (identity, link, false), step)
                    .await
            }
        }
    }

    /// The same person, more surely: the session stays, with what other applications know it by, under a new secret.
    async fn rise(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        mut caller: Caller,
        (method, at): (Method, Timestamp),
        mut flow: Flow,
    ) -> Result<Answer, Fault> {
        let proof = StepUp::by_eid(method.clone(), at);
        let token = self.step_up(work, &caller, proof).await?;
        caller.session.method = method;
        caller.session.authenticated_at = at;
        let answer = self.arrive(work, visitor, &caller, &mut flow, None).await?;
        Ok(answer.with_session(token))
    }

    /// Leads to the linking page.
    pub(crate) async fn ask_link(
        &self,
        mut work: Unit,
        mut flow: Flow,
        (identity, link, by_session): (Identity, Option<Link>, bool),
        step: LinkingStep,
    ) -> Result<Answer, Fault> {
        flow.state = FlowState::Linking(Linking {
            identity,
            moves_from: link.map(|link| (link.account, link.id)),
            by_session,
            step,
        });
        flow.problem = None;
        // Whoever links has to fetch a code from a mailbox first: the time for that begins here.
        flow.expires_at = self.now() + self.settings.flow_life;
        self.save(&mut work, &flow).await?;
        work.commit().await?;
        Ok(Answer::page(page_of(&flow)))
    }

    /// What the directory says of an identity, first the organisation whose application the person is on the way to.
    pub(crate) async fn vouched_for(
        &self,
        work: &mut Unit,
        identity: &Identity,
        destination: &Destination,
    ) -> Result<Option<(Vouched, String)>, Fault> {
        let Some(pid) = &identity.pid else {
            return Ok(None);
        };
        let wanted = match destination {
            Destination::Client(request) => self
                .client_in(work, &request.client_id)
                .await?
                .and_then(|client| client.access.organisation),
            Destination::Account => None,
        };
        let mut first = None;
        for vouched in work.vouched(pid).await? {
            let Some(org) = work.organisation_by_id(vouched.org).await? else {
                continue;
            };
            if wanted.as_deref().is_none_or(|key| key == org.key) {
                return Ok(Some((vouched, org.key)));
            }
            first.get_or_insert((vouched, org.key));
        }
        // Another organisation's address does not open this one's application: better to ask.
        Ok(first.filter(|_| wanted.is_none()))
    }

    /// Whether another organisation than the one that vouches has the address too.
    pub(crate) async fn contested(
        &self,
        work: &mut Unit,
        vouched: Option<&(Vouched, String)>,
    ) -> Result<bool, Fault> {
        let Some((vouched, _)) = vouched else {
            return Ok(false);
        };
        let all = work.organisations_of(&vouched.email).await?;
        Ok(all.iter().any(|org| *org != vouched.org))
    }

    /// Whether an account is linked to another person than this at the same provider.
    pub(crate) async fn is_another_person(
        &self,
        work: &mut Unit,
        account: AccountId,
        identity: &Identity,
    ) -> Result<bool, Fault> {
        let links = work.links_of(account).await?;
        Ok(links.iter().any(|link| {
            link.provider == identity.provider
                && link.issuer == identity.issuer
                && !is_same_person(link, identity)
        }))
    }

    /// **Koble BankID til en annen adresse**, from the no-access page. Straight on, if the eID was shown a moment ago.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn relink(&self, visitor: &Visitor, flow: FlowId) -> Result<Answer, Fault> {
        let result = async {
            let caller = self.signed_in_caller(visitor).await?;
            let mut work = self.begin().await?;
            let flow = self.flow_of(&mut work, visitor, flow).await?;
            if !matches!(&flow.state, FlowState::NoAccess { account, reason: NoAccessReason::NotAUser, .. } if *account == caller.account.id) {
                return Ok(Answer::page(page_of(&flow)));
            }
            let (Method::Eid { provider, link, level, acr, method, sid }, true) = (&caller.session.method, self.is_fresh(&caller.session)) else {
                drop(work);
                let provider = match &caller.session.method {
                    Method::Eid { provider, .. } => Some(provider.clone()),
                    Method::Password => self.ports.providers.first().map(|p| p.id().clone()),
                };
                let provider = provider.ok_or(Problem::NotFound)?;
                return self.send_to_eid(visitor, &provider, flow, None).await;
            };
            let Some(link) = work.link(*link).await?.filter(|link| link.account == caller.account.id) else {
                return Err(Problem::AlreadyDone.into());
            };
            let identity = Identity {
                provider: provider.clone(),
                issuer: link.issuer.clone(),
                subject: link.subject.clone(),
                pid: link.pid.clone(),
                level: *level,
                acr: acr.clone(),
                method: method.clone(),
                sid: sid.clone(),
                authenticated_at: caller.session.authenticated_at,
            };
            let vouched = self.vouched_for(&mut work, &identity, &flow.destination).await?;
            let facts = decide::ArrivalFacts {
                purpose: decide::Purpose::Relink,
                signed_in: Some(caller.account.id),
                owner: Some(caller.account.id),
                vouched: vouched.as_ref().map(|(v, _)| v.email.clone()),
                owner_email: Some(caller.account.email.clone()),
                vouched_contested: self.contested(&mut work, vouched.as_ref()).await?,
                signed_in_is_another_person: false,
                demand_code: self.settings.directory_demands_code,
            };
            let (name, organisation) = vouched.map(|(v, key)| (v.name, key)).unwrap_or_default();
            let step = match decide::arrival(&facts) {
                decide::Arrival::OfferVouched(email) => LinkingStep::Vouched { email, name, organisation },
                decide::Arrival::AskAddress(email) => LinkingStep::Address {
                    typed: String::new(),
                    vouched: email.map(|email| (email, name)),
                },
                _ => return Err(Problem::AlreadyDone.into()),
            };
            self.ask_link(work, flow, (identity, Some(link), true), step).await
        }
        .await;
        self.settle(visitor, Some(flow), result).await
    }
}
