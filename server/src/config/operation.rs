//! `[limits]`, `[audit]`, `[keys]` and `[log]`.

use super::error::{ConfigError, within};
use kobling_domain::ops::limit::Limits;
use kobling_model::time::Span;
use serde::Deserialize;
use tracing_subscriber::EnvFilter;

/// `[limits]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitsSection {
    /// Multiplies the burst of every rate limit.
    pub room: i64,
}

/// `[audit]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditSection {
    /// Days that an event is kept; 0 means indefinitely.
    pub keep_days: i64,
}

/// `[keys]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeysSection {
    /// Days that a key signs before it is replaced; 0 disables rotation.
    pub rotate_days: i64,
}

/// `[log]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogSection {
    /// `text` or `json`.
    pub format: LogFormat,
    /// Filter directives, such as `info` or `info,kobling_eid=debug`.
    pub filter: String,
}

/// Format of the log.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Plain text.
    Text,
    /// One JSON object a line.
    Json,
}

impl LimitsSection {
    pub(super) fn build(&self) -> Result<Limits, ConfigError> {
        let room = within("limits.room", self.room, 10_000)?;
        Ok(Limits { room })
    }
}

impl AuditSection {
    pub(super) fn kept(&self) -> Result<Option<Span>, ConfigError> {
        days("audit.keep_days", self.keep_days, 36_500)
    }
}

impl KeysSection {
    pub(super) fn rotation(&self) -> Result<Option<Span>, ConfigError> {
        days("keys.rotate_days", self.rotate_days, 3_650)
    }
}

/// Days; `None` for 0.
fn days(setting: &str, value: i64, most: i64) -> Result<Option<Span>, ConfigError> {
    match value {
        0 => Ok(None),
        days => Ok(Some(Span::hours(within(setting, days, most)? * 24))),
    }
}

impl LogSection {
    /// Sets up logging to standard error.
    pub fn install(&self) {
        let filter = EnvFilter::try_new(&self.filter).unwrap_or_else(|_| EnvFilter::new("info"));
        let builder = tracing_subscriber::fmt()
            .with_env_filter(filter)
            // The report of a line that cannot be written goes to standard error too, where it panics.
            .log_internal_errors(false)
            .with_writer(std::io::stderr);
        match self.format {
            LogFormat::Text => builder.with_ansi(false).init(),
            LogFormat::Json => builder.json().init(),
        }
    }
}
