//! Rights that a bearer token (RFC 6750) conveys instead of a session. Each right is a type that only the verification
//! of its token constructs; a use case that requires the right takes the type as an argument.

use crate::{
    kernel::{error::StoreError, outcome::Fault, secret::Digest256},
    oidc::client::{Client, StoredClient},
};
use kobling_model::{Problem, Timestamp, Wait};

/// A token from configuration, and the name of its holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// The holder's name in the audit log.
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

/// Who runs a command: access to the configuration, and so to the database, is the right to do so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    name: String,
}

impl Operator {
    /// The operating system's user, and who became that user with `sudo`. Environment variables may hold anything, so
    /// only visible ASCII remains.
    #[must_use]
    pub fn new(user: &str, sudo_user: Option<&str>) -> Self {
        let tidy = |text: &str| -> String {
            let visible = text.chars().filter(char::is_ascii_graphic);
            visible.take(OPERATOR_LENGTH).collect()
        };
        let sudo = sudo_user.map(tidy).filter(|user| !user.is_empty());
        let sudo = sudo.map(|user| format!(" sudo:{user}"));
        Self {
            name: format!("os:{}{}", tidy(user), sudo.unwrap_or_default()),
        }
    }

    /// The name in the audit log.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// The longest name of a user in the audit log.
const OPERATOR_LENGTH: usize = 64;

/// Why a right is refused.
#[derive(Debug, thiserror::Error)]
pub enum Denied {
    /// The right is not configured.
    #[error("not in use")]
    NotInUse,
    /// No token was sent.
    #[error("no token")]
    Missing,
    /// The token is unknown.
    #[error("unknown token")]
    Unknown,
    /// Too many failures from this network, or too many uses of a valid token.
    #[error("too many")]
    TooMany(Wait),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Fault> for Denied {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Problem(Problem::TooMany(wait)) => Self::TooMany(wait),
            Fault::Problem(_) | Fault::Problems(_) | Fault::Moved(_) => {
                Self::TooMany(Wait::UNKNOWN)
            }
            Fault::Store(error) => Self::Store(error),
        }
    }
}

impl Denied {
    /// The problem to show.
    #[must_use]
    pub const fn problem(&self) -> Problem {
        match self {
            Self::NotInUse => Problem::NotFound,
            Self::Missing | Self::Unknown => Problem::NotSignedIn,
            Self::TooMany(wait) => Problem::TooMany(*wait),
            Self::Store(_) => Problem::Unavailable,
        }
    }
}

impl Administrator {
    /// The holder's name in the audit log.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// The holder of a token. Compares all of them, so that the time taken does not reveal which one matches.
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

/// A client, from configuration or from the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownClient {
    /// The client.
    pub client: Client,
    /// When it was added; `None` for one from configuration, which cannot be changed here.
    pub created_at: Option<Timestamp>,
    /// The number of changes. A change is written only if the version is the one that was read.
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
    /// It is from configuration, and can only be changed there.
    #[error("the client stands in configuration, and is changed there")]
    Configured,
    /// The id is taken.
    #[error("there is a client of that id already")]
    Taken,
    /// It was changed concurrently.
    #[error("the client was changed meanwhile")]
    Changed,
    /// It does not authenticate by secret.
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
    fn an_operator_is_named_by_the_operating_system() {
        for (user, sudo, name) in [
            ("root", None, "os:root"),
            ("root", Some("anna"), "os:root sudo:anna"),
            ("ro ot\n", Some("\u{202e}\0"), "os:root"),
        ] {
            assert_eq!(Operator::new(user, sudo).name(), name);
        }
        assert_eq!(Operator::new(&"x".repeat(99), None).name().len(), 67);
    }

    #[test]
    fn only_the_exact_token_has_a_holder() {
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
