//! What an application requires of a sign-in, and which providers can fulfil it.

use crate::{
    auth::session::Method,
    eid::port::EidProvider,
    flow::types::Destination,
    kernel::{
        core::{Unit, service},
        outcome::Fault,
    },
    link::types::Link,
    oidc::{
        client::Client,
        clients::ClientService,
        grant::{claims::LEVELS, types::AuthorizationRequest},
    },
};
use kobling_model::{Level, ProviderId, view::ProviderView};
use std::sync::Arc;

/// What an application demands of a sign-in, by its rule and by the request at hand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Demand {
    /// Only these providers; empty: any.
    pub providers: Vec<ProviderId>,
    /// The least level of assurance.
    pub level: Option<Level>,
    /// The one that the application would go straight to.
    pub preferred: Option<ProviderId>,
}

impl Demand {
    /// Whether a password cannot fulfil the requirements.
    pub(crate) const fn is_for_eid(&self) -> bool {
        self.level.is_some() || !self.providers.is_empty()
    }

    fn is_met_by(&self, provider: &dyn EidProvider) -> bool {
        (self.providers.is_empty() || self.providers.contains(provider.id()))
            && self.level.is_none_or(|level| level <= provider.highest())
    }
}

service! {
    /// What an application requires of a sign-in, and which eID providers can fulfil it.
    DemandService { clients: ClientService }
}

impl DemandService {
    /// What an `acr` value means: the name of a level, or a value of one of the providers'.
    pub(crate) fn level_of(&self, acr: &str) -> Option<Level> {
        self.acr_levels()
            .find_map(|(name, level)| (name == acr).then_some(level))
    }

    fn acr_levels(&self) -> impl Iterator<Item = (&str, Level)> {
        let theirs = self.ports.providers.iter();
        LEVELS.into_iter().chain(
            theirs
                .flat_map(|provider| provider.acr_levels())
                .map(|(name, level)| (name.as_str(), *level)),
        )
    }

    /// Every `acr` value that can be asked for, once.
    #[must_use]
    pub fn acr_values(&self) -> Vec<&str> {
        let mut values = Vec::new();
        for (name, _) in self.acr_levels() {
            if !values.contains(&name) {
                values.push(name);
            }
        }
        values
    }

    /// What this request requires of the sign-in.
    pub(crate) fn of(&self, client: &Client, request: &AuthorizationRequest) -> Demand {
        Demand {
            providers: client.access.providers.clone(),
            level: client
                .access
                .minimum_level
                .max(request.acr.least(|acr| self.level_of(acr))),
            preferred: client.provider.clone(),
        }
    }

    /// The same for wherever a flow leads.
    pub(crate) async fn of_destination(
        &self,
        work: &mut Unit,
        destination: &Destination,
    ) -> Result<Demand, Fault> {
        let Destination::Client(request) = destination else {
            return Ok(Demand::default());
        };
        let client = self.clients.find_in(work, &request.client_id).await?;
        Ok(client.map_or_else(Demand::default, |client| self.of(&client, request)))
    }

    /// Every provider that can fulfil the requirements, in the order they are offered.
    pub(crate) fn all_fitting(&self, demand: &Demand) -> Vec<&Arc<dyn EidProvider>> {
        let providers = self.ports.providers.iter();
        providers
            .filter(|provider| demand.is_met_by(provider.as_ref()))
            .collect()
    }

    /// The same as buttons.
    pub(crate) fn fitting_views(&self, demand: &Demand) -> Vec<ProviderView> {
        let fitting = self.all_fitting(demand);
        fitting
            .into_iter()
            .map(|provider| self.provider_view(provider.id()))
            .collect()
    }

    /// The provider to send a person to: the one of this session, else one that the account is linked to, else the one
    /// that the application prefers, else the first.
    pub(crate) fn fitting(
        &self,
        demand: &Demand,
        method: &Method,
        links: &[Link],
    ) -> Option<ProviderId> {
        let fitting = self.all_fitting(demand);
        let is = |id: &ProviderId| fitting.iter().any(|provider| provider.id() == id);
        self.used(demand, method, links)
            .or_else(|| demand.preferred.clone().filter(is))
            .or_else(|| fitting.first().map(|provider| provider.id().clone()))
    }

    /// A fitting provider that the person is known to use.
    pub(crate) fn used(
        &self,
        demand: &Demand,
        method: &Method,
        links: &[Link],
    ) -> Option<ProviderId> {
        let fitting = self.all_fitting(demand);
        let came_by = match method {
            Method::Eid { provider, .. } => Some(provider),
            Method::Password => None,
        };
        came_by
            .into_iter()
            .chain(links.iter().map(|link| &link.provider))
            .find(|id| fitting.iter().any(|provider| provider.id() == *id))
            .cloned()
    }

    /// The provider that a person who is not signed in is sent to directly: the one that the application names, or the
    /// only one that can fulfil its requirements.
    pub(crate) fn straight_to(&self, demand: &Demand) -> Option<ProviderId> {
        let fitting = self.all_fitting(demand);
        let named = demand
            .preferred
            .clone()
            .filter(|id| fitting.iter().any(|provider| provider.id() == id));
        named.or_else(|| match fitting.as_slice() {
            [only] if demand.is_for_eid() => Some(only.id().clone()),
            _ => None,
        })
    }
}
