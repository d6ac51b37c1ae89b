//! Dynamic client registration (RFC 7591) and its management (RFC 7592).

use crate::{
    admin::{
        bearer::AdministrationService,
        client::{ClientAdminService, update},
        types::{ClientRefusal, Denied, KnownClient, Registered, Registrar},
    },
    audit::event::AuditEvent,
    kernel::{core::service, request::Visitor, secret::Token},
    oidc::client::{AccessRule, Client, Origin, StoredClient},
};

/// Metadata that no client can set for itself: a registered client is a third party, without an access rule.
fn as_stranger(client: Client) -> Client {
    Client {
        access: AccessRule::default(),
        provider: None,
        third_party: true,
        origin: Origin::Registration,
        ..client
    }
}

service! {
    /// Dynamic client registration and its management (RFC 7591, RFC 7592).
    RegistrationService { administration: AdministrationService, client_admin: ClientAdminService }
}

impl RegistrationService {
    /// Registers a client. The token is its registration access token.
    ///
    /// # Errors
    /// [`ClientRefusal`].
    pub async fn register_client(
        &self,
        registrar: &Registrar,
        visitor: &Visitor,
        client: Client,
    ) -> Result<(KnownClient, Token), ClientRefusal> {
        let management = self.token();
        let stored = StoredClient {
            client: as_stranger(client),
            management: Some(management.digest()),
            created_at: self.now(),
            version: 0,
        };
        let mut work = self.begin().await?;
        self.client_admin.insert_client(&mut work, &stored).await?;
        let id = &stored.client.id;
        self.note(
            &mut work,
            visitor,
            AuditEvent::ClientRegistered {
                client: id,
                by: &registrar.name,
            },
            None,
        )
        .await?;
        work.commit().await?;
        Ok((stored.into(), management))
    }

    /// Authorises the bearer of a registration access token to manage that registration.
    ///
    /// # Errors
    /// [`Denied`].
    pub async fn registered(
        &self,
        visitor: &Visitor,
        id: &str,
        token: Option<&str>,
    ) -> Result<Registered, Denied> {
        let token = token.ok_or(Denied::Missing)?;
        let digest = Token::parse(token).map(|token| token.digest());
        let stored = self.read().await?.clients().client(id).await?;
        // An unknown client gets the same response as a wrong token (RFC 7592 §2.1).
        match stored {
            Some(stored) if digest.is_some() && stored.management == digest => {
                Ok(Registered { stored })
            }
            _ => {
                let refused = AuditEvent::RegistrationRefused;
                Err(self.administration.refuse_bearer(visitor, refused).await?)
            }
        }
    }

    /// Replaces a client's metadata (RFC 7592 §2.2).
    ///
    /// # Errors
    /// [`ClientRefusal`].
    pub async fn change_registration(
        &self,
        registered: Registered,
        visitor: &Visitor,
        client: Client,
    ) -> Result<KnownClient, ClientRefusal> {
        let before = registered.stored;
        let id = before.client.id.clone();
        let after = StoredClient {
            client: Client {
                id: id.clone(),
                access: before.client.access.clone(),
                provider: before.client.provider.clone(),
                third_party: before.client.third_party,
                origin: before.client.origin,
                ..client
            },
            management: before.management,
            created_at: before.created_at,
            version: before.version,
        };
        let mut work = self.begin().await?;
        let after = update(&mut work, &before.client, after).await?;
        self.note(
            &mut work,
            visitor,
            AuditEvent::ClientChanged {
                client: &id,
                by: None,
            },
            None,
        )
        .await?;
        work.commit().await?;
        Ok(after.into())
    }

    /// Removes a registration, with the client's codes, tokens, consents and sessions (RFC 7592 §2.3).
    ///
    /// # Errors
    /// [`ClientRefusal`].
    pub async fn end_registration(
        &self,
        registered: Registered,
        visitor: &Visitor,
    ) -> Result<(), ClientRefusal> {
        let mut work = self.begin().await?;
        self.client_admin
            .delete_client(&mut work, visitor, &registered.stored.client.id, None)
            .await?;
        work.commit().await?;
        Ok(())
    }
}
