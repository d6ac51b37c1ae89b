//! Authorises administrators and client registration by bearer token.

use crate::{
    admin::types::{Administrator, Credential, Denied, Registrar, holder},
    audit::event::AuditEvent,
    kernel::{core::service, request::Visitor},
    ops::limit::Limit,
};

service! {
    /// Authorises administrators and client registration by bearer token.
    AdministrationService {}
}

impl AdministrationService {
    /// Authorises the bearer of an administrator's token.
    ///
    /// # Errors
    /// [`Denied`].
    pub async fn administrator(
        &self,
        visitor: &Visitor,
        token: Option<&str>,
    ) -> Result<Administrator, Denied> {
        let all = &self.settings.administrators;
        let name = self
            .bearer(visitor, all, token, AuditEvent::AdminRefused)
            .await?;
        Ok(Administrator { name })
    }

    /// Authorises the bearer of an initial access token to register clients. The token is reusable.
    ///
    /// # Errors
    /// [`Denied`].
    pub async fn registrar(
        &self,
        visitor: &Visitor,
        token: Option<&str>,
    ) -> Result<Registrar, Denied> {
        let all = &self.settings.registration;
        let refused = AuditEvent::RegistrationRefused;
        let name = self.bearer(visitor, all, token, refused).await?;
        self.limited(visitor, None, &[Limit::RegistrationByNetwork])
            .await?;
        Ok(Registrar { name })
    }

    async fn bearer(
        &self,
        visitor: &Visitor,
        all: &[Credential],
        token: Option<&str>,
        refused: AuditEvent<'_>,
    ) -> Result<String, Denied> {
        if all.is_empty() {
            return Err(Denied::NotInUse);
        }
        let token = token.ok_or(Denied::Missing)?;
        match holder(all, token) {
            Some(name) => Ok(name),
            None => Err(self.refuse_bearer(visitor, refused).await?),
        }
    }

    /// Counts a failed token against the rate limit, and returns the refusal.
    pub async fn bearer_refused(&self, visitor: &Visitor, event: AuditEvent<'_>) -> Denied {
        self.refuse_bearer(visitor, event)
            .await
            .unwrap_or_else(|denied| denied)
    }

    /// The same, with errors of the store.
    pub(crate) async fn refuse_bearer(
        &self,
        visitor: &Visitor,
        event: AuditEvent<'_>,
    ) -> Result<Denied, Denied> {
        self.limited(visitor, None, &[Limit::BearerByNetwork])
            .await?;
        self.note_once_alone(visitor, event).await?;
        Ok(Denied::Unknown)
    }
}
