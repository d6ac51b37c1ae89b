//! `server.mode`.

use serde::Deserialize;

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
