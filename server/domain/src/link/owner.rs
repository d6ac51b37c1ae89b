//! Who an eID belongs to, and what the directory says of it.

use crate::{
    directory::types::Vouched,
    flow::types::{Destination, Identity},
    kernel::{
        core::{Unit, service},
        error::StoreError,
        outcome::Fault,
    },
    link::types::{Link, is_same_person},
    oidc::{clients::ClientService, logout::end::LogoutService},
};
use kobling_model::AccountId;

service! {
    /// Who an eID belongs to, and what the directory says of it.
    LinkService { clients: ClientService, logout: LogoutService }
}

impl LinkService {
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
                .clients
                .find_in(work, &request.client_id)
                .await?
                .and_then(|client| client.access.organisation),
            Destination::Account => None,
        };
        let mut first = None;
        for vouched in work.directory().vouched(pid).await? {
            let Some(org) = work.directory().organisation_by_id(vouched.org).await? else {
                continue;
            };
            if wanted.as_deref().is_none_or(|key| key == org.key) {
                return Ok(Some((vouched, org.key)));
            }
            first.get_or_insert((vouched, org.key));
        }
        // Another organisation's address gives no access to this one's application, so the person is asked.
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
        let all = work.directory().organisations_of(&vouched.email).await?;
        Ok(all.iter().any(|org| *org != vouched.org))
    }

    /// Whether an account is linked to another person than this at the same provider.
    pub(crate) async fn is_another_person(
        &self,
        work: &mut Unit,
        account: AccountId,
        identity: &Identity,
    ) -> Result<bool, Fault> {
        let links = work.links().links_of(account).await?;
        Ok(links.iter().any(|link| {
            link.provider == identity.provider
                && link.issuer == identity.issuer
                && !is_same_person(link, identity)
        }))
    }

    /// The link that an eID has now: by identity number where there is one (a subject may change), else by subject.
    pub(crate) async fn owner(
        &self,
        work: &mut Unit,
        identity: &Identity,
    ) -> Result<Option<Link>, StoreError> {
        if let Some(pid) = &identity.pid
            && let Some(link) = work.links().link_by_pid(&identity.provider, pid).await?
        {
            return Ok(Some(link));
        }
        work.links()
            .link_by_subject(&identity.provider, &identity.issuer, &identity.subject)
            .await
    }
}
