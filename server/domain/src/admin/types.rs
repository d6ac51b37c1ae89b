//! Rights that are shown with a bearer token (RFC 6750) instead of a session. Each is a type with no other way to come
//! by than to show the token, and whatever asks for the right asks for the type.

use crate::{
    kernel::{error::StoreError, outcome::Fault, secret::Digest256},
    oidc::client::{Client, StoredClient},
};
use kobling_model::{Problem, Timestamp};

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
    pub(crate) name: String,
}

/// The right to register a client (RFC 7591 §3: an initial access token).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registrar {
    pub(crate) name: String,
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
pub(crate) fn holder(all: &[Credential], token: &str) -> Option<String> {
    let digest = Digest256::of(token);
    all.iter().fold(None, |found, credential| {
        if credential.digest == digest {
            Some(credential.name.clone())
        } else {
            found
        }
    })
}

/// A client, wherever it is known from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownClient {
    /// The client.
    pub client: Client,
    /// When it was put in; nothing for one from configuration, which cannot be changed here.
    pub created_at: Option<Timestamp>,
    /// How often it has been changed. A change is written only over the version that it was made from.
    pub version: i64,
}

impl From<StoredClient> for KnownClient {
    fn from(stored: StoredClient) -> Self {
        Self {
            client: stored.client,
            created_at: Some(stored.created_at),
            version: stored.version,
        }
    }
}

impl From<&Client> for KnownClient {
    fn from(client: &Client) -> Self {
        Self {
            client: client.clone(),
            created_at: None,
            version: 0,
        }
    }
}

/// Why a client is not added, changed or removed.
#[derive(Debug, thiserror::Error)]
pub enum ClientRefusal {
    /// There is no such client.
    #[error("there is no client of that id")]
    Unknown,
    /// It stands in configuration, which is the place to change it.
    #[error("the client stands in configuration, and is changed there")]
    Configured,
    /// There is a client of that id already.
    #[error("there is a client of that id already")]
    Taken,
    /// Somebody else has changed it meanwhile.
    #[error("the client was changed meanwhile")]
    Changed,
    /// It proves itself by something else, or not at all.
    #[error("the client does not prove itself by a secret")]
    NoSecret,
    /// No such organisation.
    #[error("there is no organisation of that key")]
    NoOrganisation,
    /// No such eID provider.
    #[error("there is no eID provider of that id")]
    NoProvider,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Fault> for ClientRefusal {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Store(error) => Self::Store(error),
            Fault::Problem(Problem::AlreadyDone) => Self::Changed,
            Fault::Problem(_) => Self::Unknown,
        }
    }
}

impl From<ClientRefusal> for Denied {
    fn from(refusal: ClientRefusal) -> Self {
        match refusal {
            ClientRefusal::Store(error) => Self::Store(error),
            _ => Self::Unknown,
        }
    }
}

/// A client's right to its own registration (RFC 7592 §3: a registration access token).
#[derive(Debug, Clone)]
pub struct Registered {
    pub(crate) stored: StoredClient,
}

impl Registered {
    /// The client.
    #[must_use]
    pub fn known(&self) -> KnownClient {
        self.stored.clone().into()
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
