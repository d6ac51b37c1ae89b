//! `[server]`: address, origin, mode, and the bounds of connections.

use super::error::{ConfigError, within, wrong};
use crate::{
    listen::{Bounds, affordable_connections},
    local::is_local,
};
use kobling_domain::kernel::localised::Localised;
use serde::Deserialize;
use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

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
    pub accessibility_statement: Option<Localised>,
    /// Takes the client address from the last entry of `X-Forwarded-For`, which the reverse proxy adds.
    #[serde(default)]
    pub behind_proxy: bool,
    /// `production` refuses synthetic identity numbers and unencrypted connections; `test` allows both.
    #[serde(default)]
    pub mode: Mode,
    /// Seconds from the first byte of a request to the end of its head.
    #[serde(default = "head_seconds")]
    pub head_seconds: i64,
    /// Seconds in which the body of a request arrives.
    #[serde(default = "body_seconds")]
    pub body_seconds: i64,
    /// Seconds that a connection stays open without a request.
    #[serde(default = "idle_seconds")]
    pub idle_seconds: i64,
    /// Seconds that requests in progress have once the server stops.
    #[serde(default = "stop_seconds")]
    pub stop_seconds: i64,
    /// Connections that are open at a time; further ones wait.
    pub connections: Option<i64>,
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
const fn head_seconds() -> i64 {
    10
}
const fn body_seconds() -> i64 {
    30
}
/// Longer than the minute for which proxies usually keep an idle connection: they send a request on one that is being
/// closed, and report an error.
const fn idle_seconds() -> i64 {
    75
}
const fn stop_seconds() -> i64 {
    20
}

impl ServerSection {
    /// The bounds of connections, validated.
    pub(crate) fn bounds(&self) -> Result<Bounds, ConfigError> {
        let seconds = |name: &str, value, most| {
            let value = within(&format!("server.{name}"), value, most)?;
            Ok::<_, ConfigError>(Duration::from_secs(value.unsigned_abs()))
        };
        let connections = self
            .connections
            .map(|number| within("server.connections", number, 1_000_000))
            .transpose()?
            .and_then(|number| usize::try_from(number).ok());
        Ok(Bounds {
            head: seconds("head_seconds", self.head_seconds, 600)?,
            body: seconds("body_seconds", self.body_seconds, 600)?,
            idle: seconds("idle_seconds", self.idle_seconds, 3_600)?,
            // With what follows, the process ends within 30 seconds.
            stop: seconds("stop_seconds", self.stop_seconds, 25)?,
            connections: connections.unwrap_or_else(affordable_connections),
        })
    }

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
