//! `server.mode`.

use serde::Deserialize;

/// Whether real people are let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Real people only, https only.
    #[default]
    Production,
    /// Synthetic people too, http on localhost too.
    Test,
}
