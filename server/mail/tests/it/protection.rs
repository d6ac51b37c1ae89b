//! TLS in both modes, and authentication.

use crate::server::{Behaviour, Taken, friendly, letter, outbox_id, settings, smtp, start};
use kobling_domain::ops::port::{MailError, Mailer};
use kobling_mail::{Smtp, SmtpMailer, Tls, Transport};
use std::sync::Arc;
use tokio_rustls::rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};

/// A server certificate for `localhost`, and the same in PEM as trust anchor.
fn certificate() -> (Arc<ServerConfig>, String) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    (Arc::new(config), made.cert.pem())
}

async fn deliver(behaviour: Behaviour, change: impl FnOnce(&mut Smtp)) -> Result<Taken, MailError> {
    let (port, mut taken) = start(behaviour).await;
    let mut smtp = smtp(port);
    change(&mut smtp);
    let mut settings = settings(port);
    settings.transport = Transport::Smtp(smtp);
    let mailer = SmtpMailer::new(settings).unwrap();
    mailer.deliver(outbox_id(), &letter()).await?;
    Ok(taken.recv().await.unwrap())
}

#[tokio::test]
async fn mail_is_sent_over_tls_with_user_name_and_password() {
    for (tls, implicit) in [(Tls::Implicit, true), (Tls::StartTls, false)] {
        let (config, pem) = certificate();
        let behaviour = Behaviour {
            certificate: Some(config),
            implicit,
            login: Some("235 welcome"),
            ..friendly()
        };
        let taken = deliver(behaviour, |smtp| {
            smtp.tls = tls;
            smtp.root_certificate_pem = Some(pem);
            smtp.username = Some("kobling".into());
            smtp.password = Some("hemmelig".into());
        })
        .await
        .unwrap();
        assert!(taken.protected, "{tls:?}");
        // Base64 of "\0kobling\0hemmelig".
        assert_eq!(
            taken.login.as_deref(),
            Some("AUTH PLAIN AGtvYmxpbmcAaGVtbWVsaWc=")
        );
    }
}

#[tokio::test]
async fn an_untrusted_certificate_ends_the_connection() {
    for (tls, implicit) in [(Tls::Implicit, true), (Tls::StartTls, false)] {
        let (config, _) = certificate();
        let behaviour = Behaviour {
            certificate: Some(config),
            implicit,
            ..friendly()
        };
        let error = deliver(behaviour, |smtp| smtp.tls = tls).await.unwrap_err();
        assert!(matches!(error, MailError::Temporary(_)), "{error:?}");
    }
}

#[tokio::test]
async fn without_starttls_nothing_is_delivered() {
    let error = deliver(friendly(), |smtp| smtp.tls = Tls::StartTls)
        .await
        .unwrap_err();
    assert_eq!(
        error,
        MailError::Temporary("the server does not support STARTTLS or authentication".into())
    );
}

#[tokio::test]
async fn a_wrong_password_is_a_temporary_error() {
    let behaviour = Behaviour {
        login: Some("535 wrong"),
        ..friendly()
    };
    let error = deliver(behaviour, |smtp| {
        smtp.username = Some("kobling".into());
        smtp.password = Some("hemmelig".into());
    })
    .await
    .unwrap_err();
    assert_eq!(
        error,
        MailError::Temporary("the server answered 535".into())
    );
}
