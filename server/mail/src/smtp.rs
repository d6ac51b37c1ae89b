//! Delivery of mails by SMTP (RFC 5321).

use crate::{
    render::{one_line, render},
    settings::{Look, Settings, SettingsError, Smtp, Tls, Transport},
};
use async_trait::async_trait;
use kobling_domain::ops::{
    mail::Letter,
    port::{MailError, Mailer},
};
use kobling_model::{Email, id::OutboxId};
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, Tls as LettreTls, TlsParameters},
    },
};
use std::time::Duration;

const LATE: &str = "no answer in time";

/// Delivers mails to a mail server, with a new connection for each.
pub struct SmtpMailer {
    from: Mailbox,
    look: Look,
    timeout: Duration,
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

impl SmtpMailer {
    /// Validates the settings. No connection is opened before the first mail.
    ///
    /// # Errors
    /// [`SettingsError`] names the invalid setting.
    pub fn new(settings: Settings) -> Result<Self, SettingsError> {
        let Settings {
            from_name,
            from_address,
            mut look,
            transport: Transport::Smtp(smtp),
        } = settings;
        let address = Email::parse(&from_address)
            .ok()
            .and_then(|email| email.as_str().parse::<Address>().ok())
            .ok_or(SettingsError::FromAddress)?;
        look.site_name = one_line(&look.site_name);
        if look.site_name.is_empty() {
            return Err(SettingsError::SiteName);
        }
        smtp.check()?;
        let from_name = Some(one_line(&from_name)).filter(|name| !name.is_empty());
        Ok(Self {
            from: Mailbox::new(from_name, address),
            look,
            timeout: smtp.timeout,
            transport: transport(smtp)?,
        })
    }

    fn message(&self, id: OutboxId, letter: &Letter) -> Result<Message, MailError> {
        let unfit = |what: &str| MailError::Permanent(format!("cannot be built: {what}"));
        let to: Address = letter.to.as_str().parse().map_err(|_| unfit("recipient"))?;
        let rendered = render(letter, &self.look);
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(rendered.subject)
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            // RFC 3834 §5: prevents out-of-office replies.
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            .multipart(MultiPart::alternative_plain_html(
                rendered.text,
                rendered.html,
            ))
            .map_err(|_| unfit("message"))
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn deliver(&self, id: OutboxId, letter: &Letter) -> Result<(), MailError> {
        let message = self.message(id, letter)?;
        // The transport's own timeout covers only the connection. Cancelling a delivery closes its connection; a pooled
        // one would be reused in the middle of a dialogue, so connections are not pooled.
        match tokio::time::timeout(self.timeout, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(mail_error(&error)),
            Err(_) => Err(MailError::Temporary(LATE.to_owned())),
        }
    }
}

fn transport(smtp: Smtp) -> Result<AsyncSmtpTransport<Tokio1Executor>, SettingsError> {
    let tls = match smtp.tls {
        Tls::None => LettreTls::None,
        Tls::Implicit => LettreTls::Wrapper(parameters(&smtp)?),
        Tls::StartTls => LettreTls::Required(parameters(&smtp)?),
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(smtp.host)
        .port(smtp.port)
        .tls(tls)
        .timeout(Some(smtp.timeout));
    if let (Some(username), Some(password)) = (smtp.username, smtp.password) {
        builder = builder.credentials(Credentials::new(username, password));
    }
    Ok(builder.build())
}

fn parameters(smtp: &Smtp) -> Result<TlsParameters, SettingsError> {
    let mut builder = TlsParameters::builder(smtp.host.clone());
    if let Some(pem) = &smtp.root_certificate_pem {
        // Text without a certificate would parse as an empty list.
        if !pem.contains("-----BEGIN CERTIFICATE-----") {
            return Err(SettingsError::RootCertificate);
        }
        let certificate =
            Certificate::from_pem(pem.as_bytes()).map_err(|_| SettingsError::RootCertificate)?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().map_err(|_| SettingsError::Tls)
}

/// The server's text can contain addresses, so only its code is reported.
fn mail_error(error: &lettre::transport::smtp::Error) -> MailError {
    /// RFC 4954 §6, RFC 3207: about the configuration, not the mail. Once the configuration is fixed, the mail
    /// can be sent.
    const CONFIGURATION_ERRORS: [u16; 4] = [530, 534, 535, 538];
    if let Some(code) = error.status().map(u16::from) {
        let text = format!("the server answered {code}");
        return if error.is_permanent() && !CONFIGURATION_ERRORS.contains(&code) {
            MailError::Permanent(text)
        } else {
            MailError::Temporary(text)
        };
    }
    let what = if error.is_timeout() {
        LATE
    } else if error.is_tls() {
        "the TLS connection failed"
    } else if error.is_response() {
        "the response is malformed"
    } else if error.is_client() {
        "the server does not support STARTTLS or authentication"
    } else {
        "no connection"
    };
    MailError::Temporary(what.to_owned())
}
