//! Delivery, and its failures.

use crate::server::{Behaviour, CODE, TO, friendly, letter, outbox_id, settings, smtp, start};
use kobling_domain::ops::port::{MailError, Mailer};
use kobling_mail::{Look, Settings, SettingsError, Smtp, SmtpMailer, Transport, render};
use mail_parser::{MessageParser, MimeHeaders};
use std::time::Duration;

async fn delivered(behaviour: Behaviour) -> Result<(), MailError> {
    let (port, _taken) = start(behaviour).await;
    let mut settings = settings(port);
    settings.transport = Transport::Smtp(Smtp {
        timeout: Duration::from_millis(400),
        ..smtp(port)
    });
    let mailer = SmtpMailer::new(settings).unwrap();
    mailer.deliver(outbox_id(), &letter()).await
}

#[tokio::test]
async fn a_mail_arrives_complete() {
    let (port, mut taken) = start(friendly()).await;
    let mailer = SmtpMailer::new(settings(port)).unwrap();
    mailer.deliver(outbox_id(), &letter()).await.unwrap();
    let taken = taken.recv().await.unwrap();
    assert!(taken.from.contains("<ikke-svar@kobling.example>"));
    assert!(taken.to.contains(&format!("<{TO}>")));

    let mail = MessageParser::default()
        .parse(taken.content.as_bytes())
        .unwrap();
    let rendered = render(&letter(), &Look::named("Nordvik kommune"));
    assert_eq!(mail.subject(), Some(rendered.subject.as_str()));
    let from = mail.from().unwrap().first().unwrap();
    assert_eq!(from.name(), Some("Kobling, Nordvik"));
    assert_eq!(from.address(), Some("ikke-svar@kobling.example"));
    assert_eq!(mail.to().unwrap().first().unwrap().address(), Some(TO));
    assert_eq!(
        mail.message_id(),
        Some("01920000-0000-7000-8000-000000000001@kobling.example")
    );
    assert!(mail.date().is_some());
    assert_eq!(
        mail.header_raw("Auto-Submitted").map(str::trim),
        Some("auto-generated")
    );
    let kind = mail.content_type().unwrap();
    assert_eq!(
        (kind.ctype(), kind.subtype()),
        ("multipart", Some("alternative"))
    );
    let lines = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
    assert_eq!(mail.text_body_count(), 1);
    assert_eq!(lines(&mail.body_text(0).unwrap()), lines(&rendered.text));
    assert_eq!(lines(&mail.body_html(0).unwrap()), lines(&rendered.html));
}

#[tokio::test]
async fn a_mail_sent_twice_has_one_message_id() {
    let (port, mut taken) = start(friendly()).await;
    let mailer = SmtpMailer::new(settings(port)).unwrap();
    let mut ids = Vec::new();
    for _ in 0..2 {
        mailer.deliver(outbox_id(), &letter()).await.unwrap();
        let content = taken.recv().await.unwrap().content;
        let id = content.lines().find(|line| line.starts_with("Message-ID:"));
        ids.push(id.unwrap().to_owned());
    }
    assert_eq!(ids[0], ids[1]);
}

#[tokio::test]
async fn line_breaks_in_names_do_not_create_headers() {
    let (port, mut taken) = start(friendly()).await;
    let mailer = SmtpMailer::new(Settings {
        from_name: "Kobling\r\nBcc: x@evil.example".into(),
        look: Look::named("Nordvik\r\nX-Evil: 1"),
        ..settings(port)
    })
    .unwrap();
    let mut letter = letter();
    letter.content = kobling_domain::ops::mail::Content::Linked {
        provider: "BankID\r\nX-Evil: 1\r\n\r\nbody".into(),
        url: "https://kobling.example/account".into(),
    };
    mailer.deliver(outbox_id(), &letter).await.unwrap();
    let content = taken.recv().await.unwrap().content;
    let mail = MessageParser::default().parse(content.as_bytes()).unwrap();
    assert!(mail.header_raw("X-Evil").is_none());
    assert!(mail.bcc().is_none());
}

#[tokio::test]
async fn the_reply_of_the_server_decides_whether_to_retry() {
    let permanent = |code: u16| MailError::Permanent(format!("the server answered {code}"));
    let temporary = |code: u16| MailError::Temporary(format!("the server answered {code}"));
    let recipient = |answer| Behaviour {
        recipient: Some(answer),
        ..friendly()
    };
    let content = |answer| Behaviour {
        content: Some(answer),
        ..friendly()
    };
    for (behaviour, expected) in [
        (
            recipient("550 no kari@nordvik.example here"),
            permanent(550),
        ),
        (
            recipient("450 mailbox busy: kari@nordvik.example"),
            temporary(450),
        ),
        (recipient("530 log in first"), temporary(530)),
        (content("554 not wanted: 048213"), permanent(554)),
        (content("451 later"), temporary(451)),
        (
            Behaviour {
                greeting: Some("421 too busy"),
                ..Behaviour::default()
            },
            temporary(421),
        ),
        (
            Behaviour {
                greeting: Some("nonsense"),
                ..Behaviour::default()
            },
            MailError::Temporary("the response is malformed".into()),
        ),
        (
            Behaviour::default(),
            MailError::Temporary("no answer in time".into()),
        ),
    ] {
        let error = delivered(behaviour).await.unwrap_err();
        assert_eq!(error, expected);
        let message = format!("{error} {error:?}");
        assert!(
            !message.contains(CODE) && !message.contains("nordvik"),
            "{message}"
        );
    }
}

#[tokio::test]
async fn an_address_without_a_listener_is_a_temporary_error() {
    // A port that was free a moment ago and has no listener.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let mailer = SmtpMailer::new(settings(port)).unwrap();
    assert_eq!(
        mailer.deliver(outbox_id(), &letter()).await,
        Err(MailError::Temporary("no connection".into()))
    );
}

#[tokio::test]
async fn invalid_mail_settings_are_named() {
    let make = |change: fn(&mut Settings)| {
        let mut settings = settings(25);
        change(&mut settings);
        SmtpMailer::new(settings).err()
    };
    assert_eq!(make(|_| ()), None);
    assert_eq!(
        make(|s| s.from_address = "kobling".into()),
        Some(SettingsError::FromAddress)
    );
    assert_eq!(
        make(|s| s.look.site_name = "\r\n".into()),
        Some(SettingsError::SiteName)
    );
    assert_eq!(
        make(|s| {
            s.transport = Transport::Smtp(Smtp {
                host: "smtp.nordvik.example".into(),
                ..smtp(25)
            });
        }),
        Some(SettingsError::Unprotected)
    );
    assert_eq!(
        make(|s| {
            s.transport = Transport::Smtp(Smtp {
                tls: kobling_mail::Tls::Implicit,
                root_certificate_pem: Some("no certificate".into()),
                ..smtp(25)
            });
        }),
        Some(SettingsError::RootCertificate)
    );
}
