//! What is wrong with a configuration.

/// What is wrong with the configuration. Each text begins with the name of the setting.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file or value cannot be read.
    #[error("{0}")]
    Unreadable(String),
    /// A setting does not make sense.
    #[error("{setting}: {why}")]
    Setting {
        /// Its name, such as `server.origin`.
        setting: String,
        /// Why not.
        why: String,
    },
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "errors are handed over as they come"
)]
pub(crate) fn wrong(setting: impl Into<String>, why: impl ToString) -> ConfigError {
    ConfigError::Setting {
        setting: setting.into(),
        why: why.to_string(),
    }
}
