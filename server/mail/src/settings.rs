//! The sender of mails and the mail server.

use std::{fmt, net::IpAddr, time::Duration};

/// Mail settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The sender's display name.
    pub from_name: String,
    /// The sender's address; its domain is also used in the Message-ID.
    pub from_address: String,
    /// What mails look like.
    pub look: Look,
    /// Where they are delivered.
    pub transport: Transport,
}

/// What mails look like. They contain no images, which readers would have to load from another server.
#[derive(Debug, Clone)]
pub struct Look {
    /// The site's name.
    pub site_name: String,
    /// Colour of links on white, and behind white text: `#rrggbb`.
    pub accent: String,
    /// The same on dark ground, and behind black text.
    pub accent_dark: String,
}

impl Look {
    /// The look of a site that sets no colours: those of the design system.
    #[must_use]
    pub fn named(site_name: impl Into<String>) -> Self {
        Self {
            site_name: site_name.into(),
            accent: "#0062ba".to_owned(),
            accent_dark: "#5cb1ff".to_owned(),
        }
    }
}

/// Where mails are delivered.
#[derive(Debug, Clone)]
pub enum Transport {
    /// To a mail server.
    Smtp(Smtp),
}

/// A mail server. `Debug` redacts the password.
#[derive(Clone)]
pub struct Smtp {
    /// Its host name, which the certificate must match.
    pub host: String,
    /// Its port: usually 465 for [`Tls::Implicit`], 587 for [`Tls::StartTls`].
    pub port: u16,
    /// How the connection is protected.
    pub tls: Tls,
    /// User name; requires a password, and vice versa.
    pub username: Option<String>,
    /// Password.
    pub password: Option<String>,
    /// Timeout of one delivery to the mail server.
    pub timeout: Duration,
    /// An additional trusted certificate authority, in PEM.
    pub root_certificate_pem: Option<String>,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smtp")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("tls", &self.tls)
            .field("username", &self.username)
            .field("password", &self.password.as_ref().map(|_| "…"))
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// How a connection to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// From the first byte (RFC 8314 §3.3).
    Implicit,
    /// After STARTTLS (RFC 3207); a server that does not offer it is not used.
    StartTls,
    /// None: only for a server on the same machine.
    None,
}

/// What is invalid in the settings. Each message starts with the name of the setting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// See [`Settings::from_address`].
    #[error("from_address: not an e-mail address")]
    FromAddress,
    /// See [`Look::site_name`].
    #[error("site_name: must not be empty")]
    SiteName,
    /// See [`Smtp::host`].
    #[error("smtp.host: must not be empty")]
    Host,
    /// See [`Tls::None`].
    #[error("smtp.tls: none is allowed for localhost only")]
    Unprotected,
    /// See [`Smtp::username`].
    #[error("smtp.username and smtp.password: set both or none")]
    Credentials,
    /// See [`Smtp::timeout`].
    #[error("smtp.timeout_seconds: must be greater than zero")]
    Timeout,
    /// See [`Smtp::root_certificate_pem`].
    #[error("smtp.root_certificate_file: not a certificate in PEM")]
    RootCertificate,
    /// TLS cannot be set up for this host.
    #[error("smtp.tls: cannot be set up for this host")]
    Tls,
}

impl Smtp {
    /// Validates the settings.
    pub(crate) fn check(&self) -> Result<(), SettingsError> {
        if self.host.trim().is_empty() {
            return Err(SettingsError::Host);
        }
        if self.tls == Tls::None && !is_loopback(&self.host) {
            return Err(SettingsError::Unprotected);
        }
        if self.username.is_some() != self.password.is_some() {
            return Err(SettingsError::Credentials);
        }
        if self.timeout.is_zero() {
            return Err(SettingsError::Timeout);
        }
        Ok(())
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn smtp() -> Smtp {
        Smtp {
            host: "smtp.nordvik.example".into(),
            port: 465,
            tls: Tls::Implicit,
            username: Some("kobling".into()),
            password: Some("hemmelig-passord".into()),
            timeout: Duration::from_secs(5),
            root_certificate_pem: None,
        }
    }

    #[test]
    fn mail_without_tls_is_allowed_on_the_local_machine_only() {
        for (host, fine) in [
            ("localhost", true),
            ("LOCALHOST", true),
            ("127.0.0.1", true),
            ("::1", true),
            ("[::1]", true),
            ("10.0.0.1", false),
            ("smtp.nordvik.example", false),
            ("localhost.nordvik.example", false),
        ] {
            let smtp = Smtp {
                host: host.into(),
                tls: Tls::None,
                ..smtp()
            };
            let expected = if fine {
                Ok(())
            } else {
                Err(SettingsError::Unprotected)
            };
            assert_eq!(smtp.check(), expected, "{host}");
        }
    }

    #[test]
    fn invalid_mail_settings_are_named() {
        assert_eq!(smtp().check(), Ok(()));
        let mut no_password = smtp();
        no_password.password = None;
        assert_eq!(no_password.check(), Err(SettingsError::Credentials));
        let mut no_host = smtp();
        no_host.host = " ".into();
        assert_eq!(no_host.check(), Err(SettingsError::Host));
        let mut no_time = smtp();
        no_time.timeout = Duration::ZERO;
        assert_eq!(no_time.check(), Err(SettingsError::Timeout));
    }

    #[test]
    fn debug_output_contains_no_password() {
        assert!(!format!("{:?}", smtp()).contains("hemmelig-passord"));
    }
}
