//! Errors of the configuration.

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
