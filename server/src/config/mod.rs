//! Configuration: a TOML file, then environment variables, then the command line; validated at the start, with the
//! name of what is wrong.
//!
//! An environment variable is named `KOBLING_SECTION__KEY`, such as `KOBLING_DATABASE__URL`. A secret can stand in a
//! file of its own: `password_file = "/run/secrets/smtp"` instead of `password = "…"`.

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
    /// Where and as what the server is reached.
    pub server: ServerSection,
    /// The database.
    pub database: DatabaseSection,
    /// Keys from outside the database.
    pub secrets: SecretsSection,
    /// Mail.
    pub mail: MailSection,
    /// Password rules and hashing.
    #[serde(default)]
    pub password: PasswordSection,
    /// Sessions.
    #[serde(default)]
    pub session: SessionSection,
    /// Forgotten passwords.
    #[serde(default)]
    pub recovery: RecoverySection,
    /// Linking.
    #[serde(default)]
    pub link: LinkSection,
    /// Rate limits.
    #[serde(default)]
    pub limits: LimitsSection,
    /// The audit log.
    #[serde(default)]
    pub audit: AuditSection,
    /// Signing keys.
    #[serde(default)]
    pub keys: KeysSection,
    /// Logs.
    #[serde(default)]
    pub log: LogSection,
    /// Administrators.
    #[serde(default)]
    pub admin: AdminSection,
    /// Applications that register themselves.
    #[serde(default)]
    pub registration: RegistrationSection,
    /// Numbers for the operator.
    #[serde(default)]
    pub metrics: MetricsSection,
    /// eID providers, in the order they are offered.
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
    /// Our address as people and clients see it; the issuer.
    pub origin: String,
    /// Name in the header and in mails.
    #[serde(default = "defaults::site_name")]
    pub site_name: String,
    /// Address of the accessibility statement.
    pub accessibility_statement: Option<String>,
    /// Take the visitor's address from the last entry of `X-Forwarded-For`, which a proxy in front adds.
    #[serde(default)]
    pub behind_proxy: bool,
    /// Production refuses synthetic people and everything unencrypted; test allows both.
    #[serde(default)]
    pub mode: Mode,
}

/// `[database]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSection {
    /// `sqlite://FILE` or `postgres://…`.
    pub url: Option<Secret>,
    /// The same in a file, since it may hold a password.
    pub url_file: Option<PathBuf>,
}

impl DatabaseSection {
    /// Where the database is.
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
    /// Another least length than the preset's.
    pub min_length: Option<usize>,
    /// A file of passwords known from breaches, one a line, that nobody may choose. Read at the start.
    pub refused_file: Option<PathBuf>,
    /// Argon2id memory in KiB.
    pub memory_kib: u32,
    /// Argon2id passes.
    pub iterations: u32,
    /// Argon2id lanes.
    pub parallelism: u32,
    /// How many hashes are computed at once; the number of cores unless said.
    pub at_once: Option<usize>,
}

/// Which rules new passwords follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// Length counts.
    #[default]
    Modern,
    /// Four kinds of character.
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
    /// Ends when unused for so many minutes (ID-porten asks for 30 at most).
    pub idle_minutes: i64,
    /// Ends after so many hours in any case.
    pub absolute_hours: i64,
    /// For so many minutes after a sign-in nothing sensitive asks again.
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
    /// Minutes that the link in a reset mail lives.
    pub ticket_minutes: i64,
    /// Milliseconds that the answer waits when no proof of work came with it.
    pub delay_milliseconds: i64,
    /// PBKDF2 rounds of one guess of the proof of work.
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
    /// Minutes that a one-time code lives.
    pub code_minutes: i64,
    /// Ask for a code even where the directory vouches for the address.
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
    /// Multiplies every burst.
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
    /// Days that a row is kept; 0 for ever.
    pub keep_days: i64,
}

/// `[keys]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KeysSection {
    /// Days that a key signs before the next one does; 0 for ever.
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
    /// What to log, such as `info` or `info,kobling_eid=debug`.
    pub filter: String,
}

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For machines, one object a line.
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
    /// Name for people.
    pub name: String,
    /// Whom people ask.
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
    /// Reads a file, the environment, and `section.key=value` settings (the value as TOML).
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

    /// The same from a text.
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

    /// What the domain takes from here.
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

    /// The keys.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn keys(&self) -> Result<Keys, ConfigError> {
        self.secrets.keys()
    }

    /// Our origin, checked.
    ///
    /// # Errors
    /// [`ConfigError::Setting`].
    pub fn origin(&self) -> Result<String, ConfigError> {
        let name = "server.origin";
        let url = url::Url::parse(&self.server.origin).map_err(|error| wrong(name, error))?;
        if url.origin().ascii_serialization() != self.server.origin {
            return Err(wrong(
                name,
                "must be scheme, host and port alone, such as https://konto.example",
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
