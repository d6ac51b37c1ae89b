//! Configuration: the defaults, overridden by a TOML file, by environment variables and by the command line. It is validated
//! at start; error messages name the setting.
//!
//! An environment variable is named `KOBLING_SECTION__KEY`, such as `KOBLING_DATABASE__URL`. A secret can be read
//! from a file of its own: `password_file = "/run/secrets/smtp"` instead of `password = "…"`.

mod bearer;
mod branding;
mod client;
mod database;
mod error;
mod mail;
mod operation;
mod password;
mod provider;
mod secret;
mod server;
mod session;

pub(crate) use branding::{BrandingSection as Branding, is_link};
pub use client::secret_digest;
pub use error::ConfigError;
pub(crate) use error::wrong;
pub use secret::new_key;
pub use server::Mode;

use bearer::{AdminSection, MetricsSection, RegistrationSection};
use branding::{BrandingSection, LanguagesSection, SignInSection};
use client::{ClientSection, OrganisationSection};
use database::DatabaseSection;
use figment::{
    Figment,
    providers::{Env, Format, Toml},
};
use kobling_domain::{Settings, eid::port::EidProvider};
use mail::MailSection;
use operation::{AuditSection, KeysSection, LimitsSection, LogSection};
use password::PasswordSection;
use provider::ProviderSection;
use secret::SecretsSection;
use serde::Deserialize;
use server::ServerSection;
use session::{LinkSection, RecoverySection, SessionSection};
use std::{path::Path, sync::Arc};

const DEFAULTS: &str = include_str!("defaults.toml");

/// The whole configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Address, origin and mode of the server.
    pub server: ServerSection,
    pub(crate) database: DatabaseSection,
    pub(crate) secrets: SecretsSection,
    pub(crate) mail: MailSection,
    pub(crate) password: PasswordSection,
    pub(crate) session: SessionSection,
    pub(crate) recovery: RecoverySection,
    pub(crate) link: LinkSection,
    pub(crate) limits: LimitsSection,
    pub(crate) audit: AuditSection,
    pub(crate) keys: KeysSection,
    /// Logging.
    pub log: LogSection,
    pub(crate) admin: AdminSection,
    pub(crate) registration: RegistrationSection,
    pub(crate) metrics: MetricsSection,
    #[serde(default)]
    pub(crate) branding: BrandingSection,
    pub(crate) languages: LanguagesSection,
    pub(crate) sign_in: SignInSection,
    /// In the order in which they are offered.
    #[serde(default, rename = "provider")]
    pub(crate) providers: Vec<ProviderSection>,
    #[serde(default, rename = "client")]
    pub(crate) clients: Vec<ClientSection>,
    #[serde(default, rename = "organisation")]
    pub(crate) organisations: Vec<OrganisationSection>,
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
        // Joined rather than merged into: errors name where a section is set, not where its defaults are.
        all.join(Toml::string(DEFAULTS))
            .extract()
            .map_err(|error| ConfigError::Unreadable(error.to_string()))
    }

    /// The settings of the domain, validated.
    pub(crate) fn settings(&self) -> Result<Settings, ConfigError> {
        let mut settings = Settings::new(self.server.origin()?);
        self.password.apply(&mut settings)?;
        self.session.apply(&mut settings)?;
        self.recovery.apply(&mut settings)?;
        self.link.apply(&mut settings)?;
        settings.eid_first = self.sign_in.eid_first;
        settings.limits = self.limits.build()?;
        settings.audit_kept = self.audit.kept()?;
        settings.rotation.every = self.keys.rotation()?;
        let providers: Vec<&str> = self.providers.iter().map(|p| p.id.as_str()).collect();
        for organisation in &self.organisations {
            organisation.check()?;
        }
        let organisations: Vec<&str> = self.organisations.iter().map(|o| o.key.as_str()).collect();
        settings.clients = self
            .clients
            .iter()
            .map(|client| client.build(self.server.mode, &providers, &organisations))
            .collect::<Result<_, _>>()?;
        settings.administrators = self.admin.build()?;
        settings.registration = self.registration.build()?;
        Ok(settings)
    }

    /// The eID providers, validated.
    pub(crate) fn eid_providers(&self) -> Result<Vec<Arc<dyn EidProvider>>, ConfigError> {
        let origin = self.server.origin()?;
        self.providers
            .iter()
            .map(|section| section.eid_provider(origin, self.server.mode))
            .collect()
    }
}

#[cfg(test)]
pub(crate) mod tests;
