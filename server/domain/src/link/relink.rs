//! Moving an eID to another address, from the page `/no-access`.

use crate::{
    auth::session::Method,
    flow::types::{FlowState, Identity, page_of},
    kernel::{
        outcome::{Answer, Fault},
        request::Visitor,
    },
    link::{decide, first::LinkingService},
};
use kobling_model::{FlowId, Problem, status::NoAccessReason};

impl LinkingService {
    /// **Koble BankID til en annen adresse**, from the no-access page. Skips the eID sign-in if the last one is recent.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn relink(&self, visitor: &Visitor, flow: FlowId) -> Result<Answer, Fault> {
        let result = async {
            let caller = self.sessions.signed_in_caller(visitor).await?;
            let mut work = self.begin().await?;
            let flow = self.flow_of(&mut work, visitor, flow).await?;
            if !matches!(&flow.state, FlowState::NoAccess { account, reason: NoAccessReason::NotAUser, .. } if *account == caller.account.id) {
                return Ok(Answer::page(page_of(&flow)));
            }
            let (Method::Eid { provider, link, level, acr, method, sid }, true) = (&caller.session.method, self.sessions.is_fresh(&caller.session)) else {
                drop(work);
                let provider = match &caller.session.method {
                    Method::Eid { provider, .. } => Some(provider.clone()),
                    Method::Password => self.ports.providers.first().map(|p| p.id().clone()),
                };
                let provider = provider.ok_or(Problem::NotFound)?;
                return self.eid.send(visitor, &provider, flow, None).await;
            };
            let Some(link) = work.links().link(*link).await?.filter(|link| link.account == caller.account.id) else {
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
            let vouched = self.links.vouched_for(&mut work, &identity, &flow.destination).await?;
            let facts = decide::EidFacts {
                purpose: decide::Purpose::Relink,
                signed_in: Some(caller.account.id),
                owner: Some(caller.account.id),
                vouched: vouched.as_ref().map(|(v, _)| v.email.clone()),
                owner_email: Some(caller.account.email.clone()),
                vouched_contested: self.links.contested(&mut work, vouched.as_ref()).await?,
                signed_in_is_another_person: false,
                demand_code: self.settings.directory_demands_code,
            };
            let ask = decide::eid(&facts);
            self.links.ask(work, flow, (identity, Some(link), true), ask, vouched).await
        }
        .await;
        self.settle(visitor, Some(flow), result).await
    }
}
