//! Configuration: a TOML file, overridden by environment variables, overridden by the command line. It is validated at
//! start; error messages name the setting.
//!
//! An environment variable is named `KOBLING_SECTION__KEY`, such as `KOBLING_DATABASE__URL`. A secret can be read
//! from a file of its own: `password_file = "/run/secrets/smtp"` instead of `password = "…"`.

mod bearer;
mod client;
mod error;
mod mail;
mod mode;
mod provider;
mod secret;

pub use bearer::{AdminSection, MetricsSection, NamedToken, RegistrationSection};
pub use client::{ClientSection, secret_digest};
pub use error::ConfigError;
pub(crate) use error::wrong;
pub use mail::{MailSection, SmtpSection};
pub use mode::Mode;
pub use provider::ProviderSection;
pub use secret::{Secret, SecretsSection, new_key};

use crate::local::is_local;
use figment::{
    Figment,
    providers::{Env, Format, Toml},
};
use kobling_domain::{Settings, kernel::secret::Keys, ops::limit::Limits};
use kobling_model::{password::Policy, time::Span};
use serde::Deserialize;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// The whole configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Address, origin and mode of the server.
    pub server: ServerSection,
    /// The database.
    pub database: DatabaseSection,
    /// Keys that are kept outside the database.
    pub secrets: SecretsSection,
    /// Mail.
    pub mail: MailSection,
    /// Password rules and hashing.
    #[serde(default)]
    pub password: PasswordSection,
    /// Sessions.
    #[serde(default)]
    pub session: SessionSection,
    /// Password recovery.
    #[serde(default)]
    pub recovery: RecoverySection,
    /// Linking of eIDs.
    #[serde(default)]
    pub link: LinkSection,
    /// Rate limits.
    #[serde(default)]
    pub limits: LimitsSection,
    /// The audit log.
    #[serde(default)]
    pub audit: AuditSection,
    /// Rotation of signing keys.
    #[serde(default)]
    pub keys: KeysSection,
    /// Logging.
    #[serde(default)]
    pub log: LogSection,
    /// Tokens of administrators.
    #[serde(default)]
    pub admin: AdminSection,
    /// Dynamic client registration.
    #[serde(default)]
    pub registration: RegistrationSection,
    /// Metrics.
    #[serde(default)]
    pub metrics: MetricsSection,
    /// eID providers, in the order in which they are offered.
    #[serde(default, rename = "provider")]
    pub providers: Vec<ProviderSection>,
    /// Applications.
    #[serde(default, rename = "client")]
    pub clients: Vec<ClientSection>,
    /// Organisations.
    #[serde(default, rename = "organisation")]
    pub organisations: Vec<OrganisationSection>,
}

/// `[server]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerSection {
    /// Address to listen at.
    #[serde(default = "defaults::listen")]
    pub listen: SocketAddr,
    /// Public origin, which is also the issuer.
    pub origin: String,
    /// Name in the header and in mails.
    #[serde(default = "defaults::site_name")]
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
    /// The URL, from the setting or its file.
    ///
    /// # Errors
    /// [`ConfigError::Setting`].
    pub fn url(&self) -> Result<String, ConfigError> {
        secret::secret("database.url", self.url.as_ref(), self.url_file.as_ref())?
            .ok_or_else(|| wrong("database.url", "missing"))
    }
}

/// `[password]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PasswordSection {
    /// `modern` (NIST SP 800-63B-4) or `classic`.
    pub preset: Preset,
    /// Minimum length, instead of the preset's.
    pub min_length: Option<usize>,
    /// File of breached passwords, one a line, which are refused. Read at start.
    pub refused_file: Option<PathBuf>,
    /// Argon2id memory in KiB.
    pub memory_kib: u32,
    /// Argon2id passes.
    pub iterations: u32,
    /// Argon2id lanes.
    pub parallelism: u32,
    /// Maximum number of concurrent hash computations; the default is the number of cores.
    pub at_once: Option<usize>,
}

/// Which rules new passwords follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// A minimum length.
    #[default]
    Modern,
    /// Four classes of characters.
    Classic,
}

impl Default for PasswordSection {
    fn default() -> Self {
        // OWASP's first recommendation for Argon2id: 19 MiB, two passes, one lane.
        Self {
            preset: Preset::Modern,
            min_length: None,
            refused_file: None,
            memory_kib: 19_456,
            iterations: 2,
            parallelism: 1,
            at_once: None,
        }
    }
}

/// `[session]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SessionSection {
    /// Idle timeout in minutes (ID-porten requires 30 at most).
    pub idle_minutes: i64,
    /// Absolute timeout in hours.
    pub absolute_hours: i64,
    /// Minutes after a sign-in during which no step-up is required.
    pub fresh_minutes: i64,
}

impl Default for SessionSection {
    fn default() -> Self {
        Self {
            idle_minutes: 30,
            absolute_hours: 12,
            fresh_minutes: 10,
        }
    }
}

/// `[recovery]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RecoverySection {
    /// Lifetime of the link in a reset mail, in minutes.
    pub ticket_minutes: i64,
    /// Delay, in milliseconds, of the response to a request without a proof of work.
    pub delay_milliseconds: i64,
    /// PBKDF2 iterations per attempt of the proof of work.
    pub proof_cost: u32,
}

impl Default for RecoverySection {
    fn default() -> Self {
        Self {
            ticket_minutes: 10,
            delay_milliseconds: 2_000,
            proof_cost: 1_000,
        }
    }
}

/// `[link]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LinkSection {
    /// Lifetime of a one-time code, in minutes.
    pub code_minutes: i64,
    /// Requires a code even if the directory confirms the address.
    pub directory_demands_code: bool,
}

impl Default for LinkSection {
    fn default() -> Self {
        Self {
            code_minutes: 10,
            directory_demands_code: false,
        }
    }
}

/// `[limits]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsSection {
    /// Multiplies the burst of every rate limit.
    pub room: i64,
}

impl Default for LimitsSection {
    fn default() -> Self {
        Self { room: 1 }
    }
}

/// `[audit]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AuditSection {
    /// Days that an event is kept; 0 means indefinitely.
    pub keep_days: i64,
}

/// `[keys]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KeysSection {
    /// Days that a key signs before it is replaced; 0 disables rotation.
    pub rotate_days: i64,
}

impl Default for KeysSection {
    fn default() -> Self {
        Self { rotate_days: 90 }
    }
}

/// `[log]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogSection {
    /// `text` or `json`.
    pub format: LogFormat,
    /// Filter directives, such as `info` or `info,kobling_eid=debug`.
    pub filter: String,
}

/// Format of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Plain text.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

impl Default for LogSection {
    fn default() -> Self {
        Self {
            format: LogFormat::Text,
            filter: "info".to_owned(),
        }
    }
}

/// `[[organisation]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganisationSection {
    /// Short name, such as `nordvik`.
    pub key: String,
    /// Name that people see.
    pub name: String,
    /// Contact that people are referred to.
    pub contact: String,
}

mod defaults {
    pub(super) fn listen() -> std::net::SocketAddr {
        std::net::SocketAddr::from(([127, 0, 0, 1], 3000))
    }

    pub(super) fn site_name() -> String {
        "Kobling".to_owned()
    }
}

impl Config {
    /// Reads a file, the environment, and overrides of the form `section.key=value` (the value is TOML).
    ///
    /// # Errors
    /// [`ConfigError::Unreadable`].
    pub fn load(file: &Path, settings: &[String]) -> Result<Self, ConfigError> {
        if !file.is_file() {
            return Err(ConfigError::Unreadable(format!(
                "{}: no such file",
                file.display()
            )));
        }
        Self::from(Figment::from(Toml::file_exact(file)), settings)
    }

    /// Like [`Self::load`], with the text of the file.
    ///
    /// # Errors
    /// [`ConfigError::Unreadable`].
    pub fn read(text: &str, settings: &[String]) -> Result<Self, ConfigError> {
        Self::from(Figment::from(Toml::string(text)), settings)
    }

    fn from(base: Figment, settings: &[String]) -> Result<Self, ConfigError> {
        let environment = Env::prefixed("KOBLING_")
            .filter(|name| name.as_str().contains("__"))
            .split("__");
        let mut all = base.merge(environment);
        for setting in settings {
            all = all.merge(Toml::string(setting));
        }
        all.extract()
            .map_err(|error| ConfigError::Unreadable(error.to_string()))
    }

    /// The settings of the domain, validated.
    ///
    /// # Errors
    /// [`ConfigError::Setting`].
    pub fn settings(&self) -> Result<Settings, ConfigError> {
        let origin = self.origin()?;
        let base = match self.password.preset {
            Preset::Modern => Policy::MODERN,
            Preset::Classic => Policy::CLASSIC,
        };
        let min_length = self.password.min_length.unwrap_or(base.min_length);
        if !(8..=64).contains(&min_length) {
            return Err(wrong("password.min_length", "must be 8 to 64"));
        }
        let positive = |name: &str, value: i64, most: i64| {
            if (1..=most).contains(&value) {
                Ok(value)
            } else {
                Err(wrong(name, format!("must be 1 to {most}")))
            }
        };
        let mut settings = Settings::new(origin);
        settings.policy = Policy { min_length, ..base };
        if let Some(path) = &self.password.refused_file {
            let text = std::fs::read_to_string(path).map_err(|error| {
                wrong(
                    "password.refused_file",
                    format!("{}: {error}", path.display()),
                )
            })?;
            settings.refused_passwords =
                std::sync::Arc::new(text.lines().map(str::to_lowercase).collect());
        }
        settings.session_idle = Span::minutes(positive(
            "session.idle_minutes",
            self.session.idle_minutes,
            1_440,
        )?);
        settings.session_absolute = Span::hours(positive(
            "session.absolute_hours",
            self.session.absolute_hours,
            720,
        )?);
        settings.fresh = Span::minutes(positive(
            "session.fresh_minutes",
            self.session.fresh_minutes,
            60,
        )?);
        settings.ticket_life = Span::minutes(positive(
            "recovery.ticket_minutes",
            self.recovery.ticket_minutes,
            1_440,
        )?);
        settings.unproven_delay = Span(self.recovery.delay_milliseconds.clamp(0, 30_000) * 1_000);
        settings.proof_cost = self.recovery.proof_cost.clamp(1, 100_000);
        settings.code_life =
            Span::minutes(positive("link.code_minutes", self.link.code_minutes, 60)?);
        settings.directory_demands_code = self.link.directory_demands_code;
        settings.limits = Limits {
            room: positive("limits.room", self.limits.room, 10_000)?,
        };
        settings.audit_kept = match self.audit.keep_days {
            0 => None,
            days => {
                let days = positive("audit.keep_days", days, 36_500)?;
                Some(Span::hours(days * 24))
            }
        };
        settings.rotation.every = match self.keys.rotate_days {
            0 => None,
            days => {
                let days = positive("keys.rotate_days", days, 3_650)?;
                Some(Span::hours(days * 24))
            }
        };
        let known_providers: Vec<&str> = self.providers.iter().map(|p| p.id.as_str()).collect();
        let known_organisations: Vec<&str> =
            self.organisations.iter().map(|o| o.key.as_str()).collect();
        settings.clients = self
            .clients
            .iter()
            .map(|client| client.build(self.server.mode, &known_providers, &known_organisations))
            .collect::<Result<_, _>>()?;
        settings.administrators = self.admin.build()?;
        settings.registration = self.registration.build()?;
        Ok(settings)
    }

    /// The keys, decoded and validated.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn keys(&self) -> Result<Keys, ConfigError> {
        self.secrets.keys()
    }

    /// The origin, validated.
    ///
    /// # Errors
    /// [`ConfigError::Setting`].
    pub fn origin(&self) -> Result<String, ConfigError> {
        let name = "server.origin";
        let url = url::Url::parse(&self.server.origin).map_err(|error| wrong(name, error))?;
        if url.origin().ascii_serialization() != self.server.origin {
            return Err(wrong(
                name,
                "must contain only scheme, host and port, such as https://konto.example",
            ));
        }
        if url.scheme() != "https" && !(self.server.mode == Mode::Test && is_local(&url)) {
            return Err(wrong(
                name,
                "must be https; http only on localhost with server.mode = \"test\"",
            ));
        }
        Ok(self.server.origin.clone())
    }
}

#[cfg(test)]
mod tests;
