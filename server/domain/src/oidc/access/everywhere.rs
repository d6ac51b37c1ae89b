//! Who may enter which application, for all applications at once.

use crate::{
    auth::session::Caller,
    directory::types::Organisation,
    kernel::{core::Unit, error::StoreError},
    link::types::Link,
    oidc::{
        access::rule::{Access, AccessService, judge},
        client::Client,
    },
};

/// Whether an account may enter an application.
pub(crate) struct Entry {
    /// The application.
    pub client: Client,
    /// The organisation that it is restricted to, if that is known.
    pub organisation: Option<Organisation>,
    /// The decision.
    pub access: Access,
}

impl AccessService {
    /// Judges the caller's entry to every application that has not registered itself, by the same decision as an entry.
    /// Reads the same number of rows sets whatever the number of applications.
    pub(crate) async fn everywhere(
        &self,
        work: &mut Unit,
        caller: &Caller,
        links: &[Link],
    ) -> Result<Vec<Entry>, StoreError> {
        let Caller { session, account } = caller;
        let stored = work.clients().own_clients().await?;
        // Configuration goes before the database.
        let stored = stored
            .into_iter()
            .map(|stored| stored.client)
            .filter(|client| self.settings.client(&client.id).is_none());
        let clients: Vec<Client> = self
            .settings
            .clients
            .iter()
            .cloned()
            .chain(stored)
            .collect();
        let organisations = work.directory().all_holdings(&account.email).await?;
        Ok(clients
            .into_iter()
            .map(|client| {
                let key = client.access.organisation.as_deref();
                let known = organisations
                    .iter()
                    .find(|(organisation, _)| Some(organisation.key.as_str()) == key);
                let holding = known.and_then(|(_, holding)| holding.as_ref());
                Entry {
                    access: judge(&client, account, &session.method, links, holding),
                    organisation: known.map(|(organisation, _)| organisation.clone()),
                    client,
                }
            })
            .collect())
    }
}
