//! Browser sessions.

use crate::{account::types::Account, kernel::secret::Digest256};
use kobling_model::{AccountId, Level, LinkId, ProviderId, SessionId, Timestamp, time::Span};
use serde::{Deserialize, Serialize};

/// A signed-in account with its session.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The session.
    pub session: Session,
    /// The account.
    pub account: Account,
}

/// The sign-in method of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Address and password.
    Password,
    /// An electronic ID.
    Eid {
        /// Through which provider.
        provider: ProviderId,
        /// By which link.
        link: LinkId,
        /// Level of assurance.
        level: Level,
        /// The provider's own `acr`.
        acr: Option<String>,
        /// The display name of the method.
        method: Option<String>,
        /// The provider's session, if the provider names it.
        sid: Option<String>,
    },
}

impl Method {
    /// The link of an eID sign-in.
    #[must_use]
    pub const fn link(&self) -> Option<LinkId> {
        match self {
            Self::Password => None,
            Self::Eid { link, .. } => Some(*link),
        }
    }

    /// Hash of the provider's session identifier, if it sent one; see [`upstream`].
    #[must_use]
    pub fn upstream(&self) -> Option<Digest256> {
        match self {
            Self::Eid {
                provider,
                sid: Some(sid),
                ..
            } => Some(upstream(provider, sid)),
            _ => None,
        }
    }
}

/// The lookup key of sessions created from a session at an eID provider. Hashed, because the provider's `sid` can have
/// any length.
#[must_use]
pub fn upstream(provider: &ProviderId, sid: &str) -> Digest256 {
    Digest256::of(&format!("{provider} {sid}"))
}

/// A session in a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The session.
    pub id: SessionId,
    /// Hash of the secret in the cookie.
    pub token: Digest256,
    /// The account.
    pub account: AccountId,
    /// How it began. Stored as JSON, with the link beside it as a column of its own.
    pub method: Method,
    /// Browser and system, for display.
    pub device: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When the person last authenticated.
    pub authenticated_at: Timestamp,
    /// Last use, written at most once a minute.
    pub last_seen_at: Timestamp,
    /// The idle limit: when it ends without further use.
    pub idle_until: Option<Timestamp>,
    /// When it expires, regardless of use.
    pub expires_at: Timestamp,
}

impl Session {
    /// The time until it ends without further use; `None` when it has ended.
    #[must_use]
    pub fn left(&self, now: Timestamp) -> Option<Span> {
        let end = self
            .idle_until
            .map_or(self.expires_at, |idle| idle.min(self.expires_at));
        Some(end.since(now)).filter(|left| *left > Span(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::secret::Digest256;
    use kobling_model::{AccountId, SessionId};
    use uuid::Uuid;

    #[test]
    fn the_time_left_ends_at_the_earlier_of_two_limits() {
        let at = Timestamp::from_seconds;
        let mut session = Session {
            id: SessionId(Uuid::nil()),
            token: Digest256(String::new()),
            account: AccountId(Uuid::nil()),
            method: Method::Password,
            device: String::new(),
            created_at: at(0),
            authenticated_at: at(0),
            last_seen_at: at(600),
            idle_until: Some(at(2_400)),
            expires_at: at(3_000),
        };
        assert_eq!(session.left(at(600)), Some(Span::minutes(30)));
        assert_eq!(session.left(at(2_000)), Some(Span::seconds(400)));
        assert_eq!(session.left(at(2_400)), None);
        for idle_until in [Some(at(33_000)), None] {
            session.idle_until = idle_until;
            assert_eq!(session.left(at(2_999)), Some(Span::seconds(1)));
            assert_eq!(session.left(at(3_000)), None);
        }
    }
}
