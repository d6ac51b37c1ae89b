//! The visitor: what a request reveals about its sender.

use crate::{
    auth::session::Session,
    kernel::{known::KnownBrowser, secret::Token},
};
use kobling_model::Lang;
use std::sync::{Arc, OnceLock};

/// The sender of a request.
#[derive(Debug, Clone, Default)]
pub struct Visitor {
    /// The secret that flows are bound to.
    pub browser: Option<Token>,
    /// The session's secret.
    pub session: Option<Token>,
    /// The accounts that have signed in in this browser before.
    pub known: Option<KnownBrowser>,
    /// The network the request came from: an IPv4 address, or the first 64 bits of an IPv6 one.
    pub network: String,
    /// Browser and system in few words.
    pub device: String,
    /// The language that the person reads.
    pub lang: Lang,
    /// The request's id, as in the logs.
    pub request: String,
    /// The person has signed out in this browser: the next eID sign-in must be a new one.
    pub force_eid_login: bool,
    /// The session as the page of this request has read it.
    pub seen: SeenSession,
    /// The organisation whose application the flow of this request leads to, once it is known.
    pub towards: Towards,
}

/// The key of the organisation whose application a flow leads to. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Towards(Arc<OnceLock<String>>);

impl Towards {
    /// Keeps the key, unless one is kept already.
    pub(crate) fn set(&self, organisation: &str) {
        self.0.get_or_init(|| organisation.to_owned());
    }

    /// The key, if it is known.
    #[must_use]
    pub fn get(&self) -> Option<&str> {
        self.0.get().map(String::as_str)
    }
}

/// The session as one part of a page has read it, so that the other does not read it again. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct SeenSession(Arc<OnceLock<Option<Session>>>);

impl SeenSession {
    /// Keeps what was read, unless something is kept already.
    pub(crate) fn set(&self, session: Option<&Session>) {
        self.0.get_or_init(|| session.cloned());
    }

    /// What was read, if anything was: a session, or that there is none.
    pub(crate) fn get(&self) -> Option<Option<&Session>> {
        self.0.get().map(Option::as_ref)
    }
}

impl Visitor {
    /// An operator's command.
    pub(crate) fn command() -> Self {
        Self {
            network: "command".to_owned(),
            ..Self::default()
        }
    }

    /// The first 48 bits of an IPv6 network, which is what one subscriber usually has; none for IPv4.
    #[must_use]
    pub fn site(&self) -> Option<String> {
        let groups: Vec<&str> = self.network.strip_suffix("::/64")?.split(':').collect();
        Some(format!("{}::/48", groups.get(..3)?.join(":")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_the_first_48_bits_of_an_ipv6_network() {
        for (network, site) in [
            ("2001:db8:1:2::/64", Some("2001:db8:1::/48")),
            ("2001:0:0:0::/64", Some("2001:0:0::/48")),
            ("192.0.2.1", None),
            ("unknown", None),
        ] {
            let visitor = Visitor {
                network: network.into(),
                ..Visitor::default()
            };
            assert_eq!(visitor.site().as_deref(), site, "{network}");
        }
    }
}
