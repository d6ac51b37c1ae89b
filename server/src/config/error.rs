//! Errors of the configuration, and the checks that sections share.

use crate::hasher::BadParameters;
use std::{fs, path::Path};

/// An error in the configuration. The message begins with the name of the setting.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file or value cannot be read or parsed.
    #[error("{0}")]
    Unreadable(String),
    /// A setting has an invalid value.
    #[error("{setting}: {why}")]
    Setting {
        /// Its name, such as `server.origin`.
        setting: String,
        /// The reason.
        why: String,
    },
    /// See [`BadParameters`].
    #[error(transparent)]
    Hasher(#[from] BadParameters),
    /// The configuration of mail is invalid.
    #[error("mail.{0}")]
    Mail(#[from] kobling_mail::SettingsError),
    /// The configuration of an eID provider is invalid.
    #[error("provider.{0}.{1}")]
    Provider(String, kobling_eid::SettingsError),
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "callers pass errors and texts by value"
)]
pub(crate) fn wrong(setting: impl Into<String>, why: impl ToString) -> ConfigError {
    ConfigError::Setting {
        setting: setting.into(),
        why: why.to_string(),
    }
}

/// The text of the file that a setting names.
pub(crate) fn read(setting: impl Into<String>, path: &Path) -> Result<String, ConfigError> {
    fs::read_to_string(path).map_err(|error| wrong(setting, format!("{}: {error}", path.display())))
}

/// Refuses a value that is not 1 to `most`.
pub(crate) fn within(setting: &str, value: i64, most: i64) -> Result<i64, ConfigError> {
    if (1..=most).contains(&value) {
        Ok(value)
    } else {
        Err(wrong(setting, format!("must be 1 to {most}")))
    }
}
