//! Moving an eID to another address, from the page `/no-access`.

use crate::{
    auth::session::{Caller, Method},
    flow::types::{FlowState, Identity, page_of},
    kernel::{
        core::Unit,
        outcome::{Answer, Fault},
        request::Visitor,
    },
    link::{
        decide::{self, EidDecision},
        first::LinkingService,
        owner::Offer,
        types::Link,
        whose::counts_as_person,
    },
};
use kobling_model::{Email, FlowId, Problem, Problems};

/// The step that follows at once.
enum Taken {
    None,
    /// The directory vouches for the address.
    Link,
    /// A code goes to the address.
    Send(Email),
}

impl LinkingService {
    /// **Koble BankID til en annen adresse**, from the no-access page: sends the code to the typed address, unless the
    /// directory has another one for this person. Skips the eID sign-in if the last one is recent.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn relink(
        &self,
        visitor: &Visitor,
        flow: FlowId,
        email: Option<&str>,
    ) -> Result<Answer, Fault> {
        let result = self.try_relink(visitor, flow, email).await;
        self.settle(visitor, Some(flow), result).await
    }

    async fn try_relink(
        &self,
        visitor: &Visitor,
        flow: FlowId,
        email: Option<&str>,
    ) -> Result<Answer, Fault> {
        let caller = self.sessions.signed_in_caller(visitor).await?;
        let mut work = self.begin().await?;
        let mut flow = self.flow_of(&mut work, visitor, flow).await?;
        // From the page of the refusal, to which Back leads.
        if let FlowState::Linking(linking) = &flow.state
            && let Some(refusal) = linking.refusal(flow.id)
        {
            flow.state = refusal;
        }
        let FlowState::NoAccess {
            account,
            reason,
            typed,
            ..
        } = &mut flow.state
        else {
            return Ok(Answer::page(page_of(&flow)));
        };
        if *account != caller.account.id || !reason.is_about_address() {
            return Ok(Answer::page(page_of(&flow)));
        }
        if let Some(email) = email {
            *typed = email.chars().take(320).collect();
            let problem = match Email::parse(typed) {
                _ if typed.trim().is_empty() => Some(Problem::EmailMissing),
                Ok(_) => None,
                Err(_) => Some(Problem::EmailInvalid),
            };
            if let Some(problem) = problem {
                return self.refuse(work, flow, problem).await;
            }
        }
        let Some(identity) = self.recent_identity(&mut work, &caller).await? else {
            let method = &caller.session.method;
            let provider = match method {
                Method::Eid { provider, .. } => Some(provider.clone()),
                Method::Password => self.ports.providers.first().map(|p| p.id().clone()),
            };
            let provider = provider.ok_or(Problem::NotFound)?;
            flow.problem = Problems::NONE;
            self.save(&mut work, &flow).await?;
            let departure = self
                .eid
                .depart(&mut work, visitor, &provider, &flow, None)
                .await?;
            work.commit().await?;
            return self.eid.send(visitor, departure).await;
        };
        let (identity, link) = identity;
        let offer = self
            .links
            .offer(&mut work, &identity, &flow.destination)
            .await?;
        let facts = decide::EidFacts {
            purpose: decide::Purpose::Relink,
            signed_in: Some(caller.account.id),
            owner: Some(caller.account.id),
            owner_email: Some(caller.account.email.clone()),
            offer: offer.as_ref().map(Offer::fact),
            signed_in_is_another_person: false,
        };
        let ask = decide::eid(&facts);
        // What was typed is what would be asked for or offered: the step is taken at once.
        let typed = email.and_then(|email| Email::parse(email).ok());
        let next = match (&ask, typed) {
            (EidDecision::OfferVouched(offered), Some(typed)) if *offered == typed => Taken::Link,
            (EidDecision::AskAddress(None), Some(typed)) => Taken::Send(typed),
            (EidDecision::AskAddress(Some(fixed)), Some(typed)) if *fixed == typed => {
                Taken::Send(typed)
            }
            _ => Taken::None,
        };
        let id = flow.id;
        let answer = self
            .links
            .ask(
                work,
                visitor,
                flow,
                (identity, Some(link), true),
                ask,
                offer,
            )
            .await?;
        let visitor = answer.visitor_after(visitor.clone());
        let taken = match next {
            Taken::None => return Ok(answer),
            Taken::Link => self.vouched(&visitor, id).await?,
            Taken::Send(email) => self.send_code(&visitor, id, Some(email.as_str())).await?,
        };
        Ok(Answer {
            browser: taken.browser.or(answer.browser),
            ..taken
        })
    }

    /// The eID that the caller has signed in with, if that is recent.
    async fn recent_identity(
        &self,
        work: &mut Unit,
        caller: &Caller,
    ) -> Result<Option<(Identity, Link)>, Fault> {
        let (
            Method::Eid {
                provider,
                link,
                level,
                acr,
                method,
                sid,
            },
            true,
        ) = (
            &caller.session.method,
            self.sessions.is_fresh(&caller.session),
        )
        else {
            return Ok(None);
        };
        let link = work.links().link(*link).await?;
        let link = link
            .filter(|link| link.account == caller.account.id)
            .ok_or(Problem::AlreadyDone)?;
        let identity = Identity {
            provider: provider.clone(),
            issuer: link.issuer.clone(),
            subject: link.subject.clone(),
            pid: link.pid.clone().filter(|_| counts_as_person(*level)),
            level: *level,
            acr: acr.clone(),
            method: method.clone(),
            sid: sid.clone(),
            authenticated_at: caller.session.authenticated_at,
        };
        Ok(Some((identity, link)))
    }
}
