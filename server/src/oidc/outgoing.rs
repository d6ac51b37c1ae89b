//! The HTTP clients for requests to addresses that clients bring: `jwks_uri` and `backchannel_logout_uri`.

use crate::local::is_local;
use kobling_domain::oidc::client::Origin;
use kobling_http::{Http, NoClient};
use std::time::Duration;
use url::Url;

/// The HTTP clients for requests to addresses that clients bring.
pub(crate) struct Outgoing {
    /// For clients from configuration: the operator may name hosts of the own network.
    configured: Http,
    /// For all others, whose addresses must be on the Internet.
    others: Http,
    /// For loopback addresses of clients from configuration, which only tests use.
    local: Option<Http>,
}

impl Outgoing {
    /// `local` permits `http` at loopback addresses.
    ///
    /// # Errors
    /// [`NoClient`].
    pub(crate) fn new(timeout: Duration, local: bool) -> Result<Self, NoClient> {
        Ok(Self {
            configured: Http::new(timeout, false)?,
            others: Http::public_only(timeout)?,
            local: local.then(|| Http::new(timeout, true)).transpose()?,
        })
    }

    /// The HTTP client for an address of a client of this origin, if the address may be requested at all.
    pub(crate) fn to(&self, url: &Url, origin: Origin) -> Option<&Http> {
        match (url.scheme(), origin, &self.local) {
            ("https", Origin::Configuration, _) => Some(&self.configured),
            ("https", _, _) => Some(&self.others),
            ("http", Origin::Configuration, Some(local)) if is_local(url) => Some(local),
            _ => None,
        }
    }
}
