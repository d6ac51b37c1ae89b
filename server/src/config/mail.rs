//! `[mail]`: the sender and the SMTP server.

use super::{
    error::{ConfigError, read},
    secret::{Secret, secret},
};
use kobling_mail::{Look, Settings, Smtp, SmtpMailer, Tls, Transport};
use kobling_model::time::Span;
use serde::Deserialize;
use std::{path::PathBuf, time::Duration};

/// `[mail]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSection {
    /// Name of the sender.
    pub from_name: String,
    /// Address of the sender.
    pub from_address: String,
    /// Seconds before the first retry; doubles up to an hour.
    #[serde(default = "thirty")]
    pub retry_seconds: i64,
    /// The SMTP server.
    pub smtp: SmtpSection,
}

/// `[mail.smtp]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpSection {
    /// Host name.
    pub host: String,
    /// Port.
    pub port: u16,
    /// `implicit` (port 465), `starttls` (port 587), or `none` for a server on the same host.
    pub tls: TlsSetting,
    /// User name.
    pub username: Option<String>,
    /// Password.
    pub password: Option<Secret>,
    /// File that contains it.
    pub password_file: Option<PathBuf>,
    /// Timeout of each step of the SMTP session.
    #[serde(default = "fifteen")]
    pub timeout_seconds: u64,
    /// Certificate of a private certificate authority, in PEM.
    pub root_certificate_file: Option<PathBuf>,
}

/// Encryption of the connection to the SMTP server.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TlsSetting {
    /// TLS from the first byte.
    Implicit,
    /// STARTTLS, which is required.
    Starttls,
    /// Unencrypted.
    None,
}

const fn thirty() -> i64 {
    30
}
const fn fifteen() -> u64 {
    15
}

impl MailSection {
    pub(crate) fn first_retry(&self) -> Span {
        Span::seconds(self.retry_seconds.clamp(1, 3_600))
    }

    pub(crate) fn mailer(&self, look: Look) -> Result<SmtpMailer, ConfigError> {
        let root_certificate_pem = match &self.smtp.root_certificate_file {
            Some(path) => Some(read("mail.smtp.root_certificate_file", path)?),
            None => None,
        };
        Ok(SmtpMailer::new(Settings {
            from_name: self.from_name.clone(),
            from_address: self.from_address.clone(),
            look,
            transport: Transport::Smtp(Smtp {
                host: self.smtp.host.clone(),
                port: self.smtp.port,
                tls: match self.smtp.tls {
                    TlsSetting::Implicit => Tls::Implicit,
                    TlsSetting::Starttls => Tls::StartTls,
                    TlsSetting::None => Tls::None,
                },
                username: self.smtp.username.clone(),
                password: secret(
                    "mail.smtp.password",
                    self.smtp.password.as_ref(),
                    self.smtp.password_file.as_ref(),
                )?,
                timeout: Duration::from_secs(self.smtp.timeout_seconds.clamp(1, 120)),
                root_certificate_pem,
            }),
        })?)
    }
}
