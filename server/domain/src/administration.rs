//! Rights that are shown with a bearer token (RFC 6750) instead of a session. Each is a type with no other way to come
//! by than to show the token, and whatever asks for the right asks for the type.

mod client;
mod registration;

pub use client::{ClientRefusal, KnownClient};
pub use registration::Registered;

use crate::{
    answer::{Fault, Visitor},
    audit::AuditEvent,
    kobling::Kobling,
    limit::Limit,
    port::StoreError,
    secret::Digest256,
};
use kobling_model::Problem;

/// A token from configuration, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// What stands in the audit log.
    pub name: String,
    /// The token's hash.
    pub digest: Digest256,
}

/// The right to administer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Administrator {
    name: String,
}

/// The right to register a client (RFC 7591 §3: an initial access token).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registrar {
    name: String,
}

/// Why somebody does not have a right.
#[derive(Debug, thiserror::Error)]
pub enum Denied {
    /// There is no such right here: nobody has it.
    #[error("not in use")]
    NotInUse,
    /// No token was shown.
    #[error("no token")]
    Missing,
    /// The token is nobody's.
    #[error("unknown token")]
    Unknown,
    /// Too many of those from this network, or too much done with a good one.
    #[error("too many")]
    TooMany,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Fault> for Denied {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Problem(_) => Self::TooMany,
            Fault::Store(error) => Self::Store(error),
        }
    }
}

impl Denied {
    /// What to tell.
    #[must_use]
    pub const fn problem(&self) -> Problem {
        match self {
            Self::NotInUse => Problem::NotFound,
            Self::Missing | Self::Unknown => Problem::NotSignedIn,
            Self::TooMany => Problem::TooMany,
            Self::Store(_) => Problem::Unavailable,
        }
    }
}

impl Administrator {
    /// Whom the audit log names.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// Whose token it is. All are compared, so that the work tells nothing of which one fits.
fn holder(all: &[Credential], token: &str) -> Option<String> {
    let digest = Digest256::of(token);
    all.iter().fold(None, |found, credential| {
        if credential.digest == digest {
            Some(credential.name.clone())
        } else {
            found
        }
    })
}

impl Kobling {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_its_holder_s_alone() {
        let of = |name: &str, token: &str| Credential {
            name: name.into(),
            digest: Digest256::of(token),
        };
        let all = [of("drift", "first"), of("vakt", "second")];
        assert_eq!(holder(&all, "first").as_deref(), Some("drift"));
        assert_eq!(holder(&all, "second").as_deref(), Some("vakt"));
        for wrong in ["", "firs", "first ", "First", "firstsecond"] {
            assert_eq!(holder(&all, wrong), None, "{wrong}");
        }
        assert!(!format!("{all:?}").contains("first"));
    }
}
