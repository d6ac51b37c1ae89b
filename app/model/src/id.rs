//! Identifiers, one type per noun, so that a session id cannot be passed where an account id is expected.

use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

macro_rules! uuid_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )+};
}

uuid_ids! {
    /// An account. Permanent, while addresses and names can change.
    AccountId,
    /// One link between an account and an electronic identity.
    LinkId,
    /// One browser session. Not the session's secret: this may be shown.
    SessionId,
    /// One self-service flow (a sign-in, a linking, a removal). Useless without the browser cookie that it is bound to.
    FlowId,
    /// An organisation that owns directory entries and clients.
    OrgId,
    /// One row of the outbox; also the stable part of a mail's Message-ID.
    OutboxId,
    /// One security event in the audit log.
    AuditId,
    /// One sign-out, which can end several sessions.
    SignOutId,
    /// One logout notice to one application.
    NoticeId,
}

/// The short name of an eID provider in configuration and addresses, such as `bankid`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProviderId(String);

impl ProviderId {
    /// Accepts 1 to 32 characters of `a-z`, `0-9` and `-`, because the name becomes part of a path.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=32).contains(&text.len())
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        fits.then(|| Self(text.to_owned()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn provider_names_fit_into_a_path() {
        assert!(ProviderId::parse("bankid").is_some());
        for bad in ["", "Bank", "a/b", "a b", "å", &"x".repeat(33)] {
            assert_eq!(ProviderId::parse(bad), None, "{bad}");
        }
    }
}
