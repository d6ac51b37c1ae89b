//! The visitor: what a request reveals about its sender.

use crate::kernel::secret::Token;
use kobling_model::Lang;

/// The sender of a request.
#[derive(Debug, Clone, Default)]
pub struct Visitor {
    /// The secret that flows are bound to.
    pub browser: Option<Token>,
    /// The session's secret.
    pub session: Option<Token>,
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
}

impl Visitor {
    /// An operator's command.
    pub(crate) fn command() -> Self {
        Self {
            network: "command".to_owned(),
            ..Self::default()
        }
    }
}
