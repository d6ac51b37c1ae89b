//! Who may administer.

use crate::{
    admin::types::{Administrator, Credential, Denied, Registrar, holder},
    audit::event::AuditEvent,
    kernel::{core::service, request::Visitor},
    ops::limit::Limit,
};

service! {
    /// Who may administer.
    AdministrationService {  }
}

impl AdministrationService {
    /// The right to administer, for whoever shows an administrator's token.
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

    /// The right to register a client, for whoever shows an initial access token. The token serves many times.
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

    /// Counts a token that did not fit, and says what to tell.
    pub async fn bearer_refused(&self, visitor: &Visitor, event: AuditEvent<'_>) -> Denied {
        self.refuse_bearer(visitor, event)
            .await
            .unwrap_or_else(|denied| denied)
    }

    /// The same, where counting it can fail.
    pub(crate) async fn refuse_bearer(
        &self,
        visitor: &Visitor,
        event: AuditEvent<'_>,
    ) -> Result<Denied, Denied> {
        self.limited(visitor, None, &[Limit::BearerByNetwork])
            .await?;
        self.note_alone(visitor, event).await?;
        Ok(Denied::Unknown)
    }
}
