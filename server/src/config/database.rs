//! `[database]`

use super::{
    error::{ConfigError, wrong},
    secret::{Secret, secret},
};
use serde::Deserialize;
use std::path::PathBuf;

/// `[database]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSection {
    /// `sqlite://FILE` or `postgres://…`.
    pub url: Option<Secret>,
    /// File that contains it, since it may include a password.
    pub url_file: Option<PathBuf>,
}

impl DatabaseSection {
    pub(crate) fn url(&self) -> Result<String, ConfigError> {
        let name = "database.url";
        secret(name, self.url.as_ref(), self.url_file.as_ref())?
            .ok_or_else(|| wrong(name, "missing"))
    }
}
