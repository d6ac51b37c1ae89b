//! Client administration.

use crate::{
    admin::types::{Administrator, ClientRefusal, KnownClient},
    audit::event::AuditEvent,
    kernel::{
        core::{Unit, service},
        error::StoreError,
        request::Visitor,
        secret::Token,
    },
    oidc::{
        client::{AccessRule, Client, ClientAuth, StoredClient},
        consent_rule::seen,
    },
};
use kobling_model::ProviderId;

/// Updates a client, if its version is unchanged. If people now see another application, their consents end, with the
/// codes and tokens that the client holds by them, which stay in the hands of the former hosts.
pub(crate) async fn update(
    work: &mut Unit,
    before: &Client,
    mut stored: StoredClient,
) -> Result<StoredClient, ClientRefusal> {
    if !work.clients().update_client(&stored).await? {
        return Err(ClientRefusal::Changed);
    }
    if seen(before) != seen(&stored.client) {
        work.consents().end_consents_to(&before.id).await?;
    }
    stored.version += 1;
    Ok(stored)
}

service! {
    /// Adds, changes and removes clients for administrators.
    ClientAdminService {}
}

impl ClientAdminService {
    /// An id for a new client.
    #[must_use]
    pub fn new_client_id(&self) -> String {
        self.uuid().to_string()
    }

    /// All clients: those from configuration in their order, then the others by id.
    ///
    /// # Errors
    /// [`ClientRefusal::Store`].
    pub async fn known_clients(
        &self,
        _: &Administrator,
    ) -> Result<Vec<KnownClient>, ClientRefusal> {
        let stored = self.read().await?.clients().all_clients().await?;
        let configured = self.settings.clients.iter().map(KnownClient::from);
        let rest = stored
            .into_iter()
            .filter(|stored| self.settings.client(&stored.client.id).is_none())
            .map(KnownClient::from);
        Ok(configured.chain(rest).collect())
    }

    /// One client.
    ///
    /// # Errors
    /// [`ClientRefusal::Unknown`].
    pub async fn known_client(
        &self,
        _: &Administrator,
        id: &str,
    ) -> Result<KnownClient, ClientRefusal> {
        if let Some(client) = self.settings.client(id) {
            return Ok(client.into());
        }
        let stored = self.read().await?.clients().client(id).await?;
        stored.map(Into::into).ok_or(ClientRefusal::Unknown)
    }

    /// A client by its id, if it is stored in the database and can be changed.
    pub(crate) async fn stored_client(
        &self,
        work: &mut Unit,
        id: &str,
    ) -> Result<StoredClient, ClientRefusal> {
        if self.settings.client(id).is_some() {
            return Err(ClientRefusal::Configured);
        }
        work.clients()
            .client(id)
            .await?
            .ok_or(ClientRefusal::Unknown)
    }

    async fn holds(&self, work: &mut Unit, client: &Client) -> Result<(), ClientRefusal> {
        let AccessRule {
            organisation,
            providers,
            ..
        } = &client.access;
        if let Some(key) = organisation
            && work.directory().organisation(key).await?.is_none()
        {
            return Err(ClientRefusal::NoOrganisation);
        }
        let unknown = |id: &ProviderId| self.provider(id).is_none();
        if providers.iter().chain(&client.provider).any(unknown) {
            return Err(ClientRefusal::NoProvider);
        }
        Ok(())
    }

    /// Adds a client.
    ///
    /// # Errors
    /// [`ClientRefusal`].
    pub async fn add_client(
        &self,
        administrator: &Administrator,
        visitor: &Visitor,
        client: Client,
    ) -> Result<KnownClient, ClientRefusal> {
        let stored = StoredClient {
            client,
            management: None,
            created_at: self.now(),
            version: 0,
        };
        let mut work = self.begin().await?;
        self.holds(&mut work, &stored.client).await?;
        self.insert_client(&mut work, &stored).await?;
        self.note(
            &mut work,
            visitor,
            AuditEvent::ClientAdded {
                client: &stored.client.id,
                by: &administrator.name,
            },
            None,
        )
        .await?;
        work.commit().await?;
        Ok(stored.into())
    }

    pub(crate) async fn insert_client(
        &self,
        work: &mut Unit,
        stored: &StoredClient,
    ) -> Result<(), ClientRefusal> {
        if self.settings.client(&stored.client.id).is_some() {
            return Err(ClientRefusal::Taken);
        }
        work.clients().insert_client(stored).await.map_err(|error| {
            if matches!(error, StoreError::Conflict) {
                ClientRefusal::Taken
            } else {
                error.into()
            }
        })
    }

    /// Replaces the client that was read.
    ///
    /// # Errors
    /// [`ClientRefusal`].
    pub async fn change_client(
        &self,
        administrator: &Administrator,
        visitor: &Visitor,
        changed: KnownClient,
    ) -> Result<KnownClient, ClientRefusal> {
        let mut work = self.begin().await?;
        let before = self.stored_client(&mut work, &changed.client.id).await?;
        self.holds(&mut work, &changed.client).await?;
        let after = StoredClient {
            client: changed.client,
            version: changed.version,
            management: before.management,
            created_at: before.created_at,
        };
        let after = update(&mut work, &before.client, after).await?;
        self.note(
            &mut work,
            visitor,
            AuditEvent::ClientChanged {
                client: &after.client.id,
                by: Some(&administrator.name),
            },
            None,
        )
        .await?;
        work.commit().await?;
        Ok(after.into())
    }

    /// Issues a new secret to a client. The old one becomes invalid.
    ///
    /// # Errors
    /// [`ClientRefusal`].
    pub async fn new_client_secret(
        &self,
        administrator: &Administrator,
        visitor: &Visitor,
        id: &str,
    ) -> Result<(KnownClient, Token), ClientRefusal> {
        let mut work = self.begin().await?;
        let mut stored = self.stored_client(&mut work, id).await?;
        if !matches!(stored.client.auth, ClientAuth::Secret(_)) {
            return Err(ClientRefusal::NoSecret);
        }
        let (secret, before) = (self.token(), stored.client.clone());
        stored.client.auth = ClientAuth::Secret(secret.digest());
        let stored = update(&mut work, &before, stored).await?;
        self.note(
            &mut work,
            visitor,
            AuditEvent::ClientSecretChanged {
                client: id,
                by: &administrator.name,
            },
            None,
        )
        .await?;
        work.commit().await?;
        Ok((stored.into(), secret))
    }

    /// Removes a client, with its codes, tokens, consents and sessions.
    ///
    /// # Errors
    /// [`ClientRefusal`].
    pub async fn remove_client(
        &self,
        administrator: &Administrator,
        visitor: &Visitor,
        id: &str,
    ) -> Result<(), ClientRefusal> {
        let mut work = self.begin().await?;
        self.stored_client(&mut work, id).await?;
        self.delete_client(&mut work, visitor, id, Some(&administrator.name))
            .await?;
        work.commit().await?;
        Ok(())
    }

    pub(crate) async fn delete_client(
        &self,
        work: &mut Unit,
        visitor: &Visitor,
        id: &str,
        by: Option<&str>,
    ) -> Result<(), ClientRefusal> {
        if !work.clients().delete_client(id).await? {
            return Err(ClientRefusal::Unknown);
        }
        work.clients().forget_client(id).await?;
        self.note(
            work,
            visitor,
            AuditEvent::ClientRemoved { client: id, by },
            None,
        )
        .await?;
        Ok(())
    }
}
