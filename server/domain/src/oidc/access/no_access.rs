//! The page `/no-access`.

use crate::{
    auth::session::Method,
    flow::types::{Destination, Flow, FlowState},
    kernel::{displayable, outcome::Fault, request::Visitor},
    oidc::{access::destination::DestinationService, client::origin_of},
};
use kobling_model::{
    FlowId, Problem,
    status::NoAccessReason,
    view::{NoAccessView, ProviderView},
};

impl DestinationService {
    /// `/no-access`.
    ///
    /// # Errors
    /// [`Problem::FlowExpired`] when the flow is none of this browser's or not a refused one.
    pub async fn no_access_view(
        &self,
        visitor: &Visitor,
        flow: Option<FlowId>,
    ) -> Result<NoAccessView, Fault> {
        let id = flow.ok_or(Problem::FlowExpired)?;
        let (mut work, caller) = self.sessions.read_signed_in(visitor).await?;
        let flow = self.flow_of(&mut work, visitor, id).await?;
        let (
            Flow {
                destination: Destination::Client(request),
                problem,
                ..
            },
            FlowState::NoAccess {
                reference,
                account,
                reason,
                typed,
            },
        ) = (&flow, &flow.state)
        else {
            return Err(Problem::FlowExpired.into());
        };
        if *account != caller.account.id {
            return Err(Problem::FlowExpired.into());
        }
        let client = self
            .clients
            .find_in(&mut work, &request.client_id)
            .await?
            .ok_or(Problem::ClientInvalid)?;
        let org = match &client.access.organisation {
            Some(key) => work.directory().organisation(key).await?,
            None => None,
        };
        Ok(NoAccessView {
            flow: id,
            email: displayable::address(&caller.account.email),
            client: client.name.clone(),
            organisation: org.as_ref().map(|org| org.name.clone()).unwrap_or_default(),
            contact: org
                .as_ref()
                .map(|org| org.contact.clone())
                .unwrap_or_default(),
            address_hint: org.and_then(|org| org.address_hint),
            // The page writes it, in the person's language.
            mailto: None,
            reference: reference.clone(),
            provider: match reason {
                NoAccessReason::NotAUser | NoAccessReason::AnotherPerson => {
                    self.provider_of(&caller.session.method)
                }
                NoAccessReason::OtherWay | NoAccessReason::TooLow => {
                    let links = work.links().links_of(caller.account.id).await?;
                    let demand = self.demands.of(&client, request);
                    self.demands
                        .fitting(&demand, &caller.session.method, &links)
                        .map(|id| self.provider_view(&id))
                }
            },
            reason: *reason,
            typed: typed.clone(),
            problem: *problem,
            client_origin: origin_of(&request.redirect_uri),
        })
    }

    /// The provider that a session came by, else the first.
    fn provider_of(&self, method: &Method) -> Option<ProviderView> {
        match method {
            Method::Eid { provider, .. } => Some(self.provider_view(provider)),
            Method::Password => self.provider_views().into_iter().next(),
        }
    }
}
