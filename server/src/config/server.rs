//! `[server]`: address, origin and mode.

use super::error::{ConfigError, wrong};
use crate::local::is_local;
use serde::Deserialize;
use std::net::{Ipv4Addr, SocketAddr};

/// `[server]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerSection {
    /// Address to listen at.
    #[serde(default = "listen")]
    pub listen: SocketAddr,
    /// Public origin, which is also the issuer.
    pub origin: String,
    /// Name in the header and in mails.
    #[serde(default = "site_name")]
    pub site_name: String,
    /// Address of the accessibility statement.
    pub accessibility_statement: Option<String>,
    /// Takes the client address from the last entry of `X-Forwarded-For`, which the reverse proxy adds.
    #[serde(default)]
    pub behind_proxy: bool,
    /// `production` refuses synthetic identity numbers and unencrypted connections; `test` allows both.
    #[serde(default)]
    pub mode: Mode,
}

/// Whether the installation is for production or for tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Refuses synthetic identity numbers; https only.
    #[default]
    Production,
    /// Accepts synthetic identity numbers, and http on localhost.
    Test,
}

fn listen() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 3000).into()
}
fn site_name() -> String {
    "Kobling".to_owned()
}

impl ServerSection {
    /// The origin, validated.
    pub(crate) fn origin(&self) -> Result<&str, ConfigError> {
        let name = "server.origin";
        let url = url::Url::parse(&self.origin).map_err(|error| wrong(name, error))?;
        if url.origin().ascii_serialization() != self.origin {
            return Err(wrong(
                name,
                "must contain only scheme, host and port, such as https://konto.example",
            ));
        }
        if url.scheme() != "https" && !(self.mode == Mode::Test && is_local(&url)) {
            return Err(wrong(
                name,
                "must be https; http only on localhost with server.mode = \"test\"",
            ));
        }
        Ok(&self.origin)
    }
}
