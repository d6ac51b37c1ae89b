//! Who an eID belongs to, and what the directory says of it.

use crate::{
    account::types::Account,
    directory::types::{Holding, Organisation, Vouched},
    flow::types::{Destination, Identity},
    kernel::{
        core::{Unit, service},
        error::StoreError,
        outcome::Fault,
    },
    link::{
        decide::{self, Target},
        types::Link,
        whose::{self, Owner},
    },
    oidc::{clients::ClientService, logout::end::LogoutService},
};
use kobling_model::{AccountId, Email};

/// The address that the directory gives to an identity.
#[derive(Debug, Clone)]
pub(crate) struct Offer {
    pub(crate) email: Email,
    /// The employee's name.
    pub(crate) name: String,
    /// Key of the organisation that vouches.
    pub(crate) organisation: String,
    /// The person needs no code.
    pub(crate) suffices: bool,
}

impl Offer {
    /// For [`decide::EidFacts`].
    pub(crate) fn fact(&self) -> (Email, bool) {
        (self.email.clone(), self.suffices)
    }
}

service! {
    /// Who an eID belongs to, and what the directory says of it.
    LinkService { clients: ClientService, logout: LogoutService }
}

impl LinkService {
    /// The organisation whose application a person is on the way to.
    pub(crate) async fn organisation_of(
        &self,
        work: &mut Unit,
        destination: &Destination,
    ) -> Result<Option<Organisation>, Fault> {
        let Destination::Client(request) = destination else {
            return Ok(None);
        };
        let client = self.clients.find_in(work, &request.client_id).await?;
        match client.and_then(|client| client.access.organisation) {
            Some(key) => Ok(work.directory().organisation(&key).await?),
            None => Ok(None),
        }
    }

    /// What the directory says of an identity: of the organisation whose application the person is on the way to, or of
    /// the first.
    async fn vouched_for(
        &self,
        work: &mut Unit,
        identity: &Identity,
        destination: &Destination,
    ) -> Result<Option<Vouched>, Fault> {
        let Some(pid) = &identity.pid else {
            return Ok(None);
        };
        // Another organisation's address gives no access to this one's application, so the person is asked.
        let wanted = self.organisation_of(work, destination).await?;
        let mut all = work.directory().vouched(pid).await?.into_iter();
        Ok(all.find(|vouched| {
            wanted
                .as_ref()
                .is_none_or(|organisation| organisation.id == vouched.org)
        }))
    }

    /// The address that the directory gives to an identity, and whether its word suffices without a code.
    pub(crate) async fn offer(
        &self,
        work: &mut Unit,
        identity: &Identity,
        destination: &Destination,
    ) -> Result<Option<Offer>, Fault> {
        let Some(vouched) = self.vouched_for(work, identity, destination).await? else {
            return Ok(None);
        };
        let holdings = work.directory().holdings(&vouched.email).await?;
        let contested = holdings.iter().any(|held| held.org != vouched.org);
        let account = work.accounts().account_by_email(&vouched.email).await?;
        let target = match &account {
            Some(account) => Some(self.target(work, account, identity, &holdings).await?),
            None => None,
        };
        let code_demanded = self.settings.directory_demands_code;
        Ok(Some(Offer {
            suffices: decide::directory_suffices(code_demanded, contested, target.as_ref()),
            email: vouched.email,
            name: vouched.name,
            organisation: vouched.key,
        }))
    }

    /// An account beside an identity.
    pub(crate) async fn target(
        &self,
        work: &mut Unit,
        account: &Account,
        identity: &Identity,
        holdings: &[Holding],
    ) -> Result<Target, Fault> {
        let links = work.links().links_of(account.id).await?;
        Ok(Target {
            id: account.id,
            disabled: account.disabled_at.is_some(),
            proven: account.is_proven(),
            has_password: work.accounts().password(account.id).await?.is_some(),
            owner: whose::owner(&links, identity),
            backed: whose::is_backed(holdings, &links),
        })
    }

    /// Whether an account belongs to another person than this.
    pub(crate) async fn is_another_person(
        &self,
        work: &mut Unit,
        account: AccountId,
        identity: &Identity,
    ) -> Result<bool, Fault> {
        let links = work.links().links_of(account).await?;
        Ok(whose::owner(&links, identity) == Owner::AnotherPerson)
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
        let link = work
            .links()
            .link_by_subject(&identity.provider, &identity.issuer, &identity.subject)
            .await?;
        // A provider that gives a subject to another person.
        let is_anothers =
            |link: &Link| link.pid.is_some() && identity.pid.is_some() && link.pid != identity.pid;
        Ok(link.filter(|link| !is_anothers(link)))
    }
}
