//! Clients that register themselves (RFC 7591), and mind their registration (RFC 7592).

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

/// What no client says of itself: it is a stranger, and lets in whoever agrees.
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
    /// Clients that register themselves (RFC 7591, RFC 7592).
    RegistrationService { administration: AdministrationService, client_admin: ClientAdminService }
}

impl RegistrationService {
    /// Registers a client. The token is the one that it reads and changes its registration with.
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

    /// A client's right to its registration, for whoever shows its registration access token.
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
        // An unknown client is told nothing else than a wrong token (RFC 7592 §2.1).
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

    /// Writes what a client says of itself now in the place of what it said (RFC 7592 §2.2).
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
            ..before
        };
        let mut work = self.begin().await?;
        let after = update(&mut work, after).await?;
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

    /// Ends a registration, and whatever the client was given (RFC 7592 §2.3).
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
