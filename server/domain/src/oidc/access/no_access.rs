//! The page `/no-access`.

use crate::{
    auth::session::Method,
    flow::types::{Destination, FlowState, page_of},
    kernel::{displayable, outcome::Fault, request::Visitor},
    oidc::{access::destination::DestinationService, client::origin_of},
};
use kobling_model::{
    FlowId, Problem, Problems,
    status::NoAccessReason,
    view::{NoAccessView, ProviderView},
};

impl DestinationService {
    /// `/no-access`.
    ///
    /// # Errors
    /// [`Fault::Moved`] if the flow is at another page and did not come from here; [`Problem::FlowExpired`] when it is
    /// none of this browser's, or another account's.
    pub async fn no_access_view(
        &self,
        visitor: &Visitor,
        flow: Option<FlowId>,
    ) -> Result<NoAccessView, Fault> {
        let id = flow.ok_or(Problem::FlowExpired)?;
        let (mut work, caller) = self.sessions.read_signed_in(visitor).await?;
        let flow = self.flow_of(&mut work, visitor, id).await?;
        let moved = || Fault::Moved(page_of(&flow));
        // A person who moves the eID to another address came from here, and may go back.
        let (refusal, problem) = match &flow.state {
            FlowState::Linking(linking) => (linking.refusal(id).ok_or_else(moved)?, Problems::NONE),
            state => (state.clone(), flow.problem),
        };
        let (
            Destination::Client(request),
            FlowState::NoAccess {
                reference,
                account,
                reason,
                typed,
            },
        ) = (&flow.destination, refusal)
        else {
            return Err(moved());
        };
        if account != caller.account.id {
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
            reference,
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
            reason,
            typed,
            problem,
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
