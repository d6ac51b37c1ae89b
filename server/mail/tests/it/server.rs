//! A minimal mail server that answers as configured and stores what it receives.

use kobling_domain::ops::mail::{Content, Letter};
use kobling_mail::{Look, Settings, Smtp, Tls, Transport};
use kobling_model::{Email, Lang, id::OutboxId};
use std::{sync::Arc, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpListener,
    sync::mpsc,
};
use tokio_rustls::{TlsAcceptor, rustls};

/// How the server behaves.
#[derive(Clone, Default)]
pub(crate) struct Behaviour {
    /// Its greeting; nothing at all if it is silent.
    pub(crate) greeting: Option<&'static str>,
    /// Its reply to the recipient.
    pub(crate) recipient: Option<&'static str>,
    /// Its reply to the content.
    pub(crate) content: Option<&'static str>,
    /// Its reply to user name and password; it requires authentication if set.
    pub(crate) login: Option<&'static str>,
    /// Its certificate and key; it offers STARTTLS if they are set.
    pub(crate) certificate: Option<Arc<rustls::ServerConfig>>,
    /// Speaks TLS from the first byte.
    pub(crate) implicit: bool,
}

/// A mail that was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) content: String,
    pub(crate) protected: bool,
    pub(crate) login: Option<String>,
}

/// Starts listening; returns the address and the received mails.
pub(crate) async fn start(behaviour: Behaviour) -> (u16, mpsc::UnboundedReceiver<Taken>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, receiver) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (behaviour, sender) = (behaviour.clone(), sender.clone());
            tokio::spawn(async move {
                let Some(config) = behaviour.certificate.clone() else {
                    return talk(stream, &behaviour, false, &sender).await.map(drop);
                };
                let acceptor = TlsAcceptor::from(config);
                if behaviour.implicit {
                    let stream = acceptor.accept(stream).await.ok()?;
                    return talk(stream, &behaviour, true, &sender).await.map(drop);
                }
                let stream = talk(stream, &behaviour, false, &sender).await?;
                let stream = acceptor.accept(stream).await.ok()?;
                talk(stream, &behaviour, true, &sender).await.map(drop)
            });
        }
    });
    (port, receiver)
}

/// Serves until the client disconnects or requests TLS; then returns the stream.
async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    behaviour: &Behaviour,
    protected: bool,
    sender: &mpsc::UnboundedSender<Taken>,
) -> Option<S> {
    let mut stream = BufReader::new(stream);
    let after_starttls = protected && !behaviour.implicit;
    if !after_starttls {
        let Some(greeting) = behaviour.greeting else {
            return std::future::pending().await;
        };
        say(&mut stream, greeting).await?;
    }
    let (mut from, mut to, mut login) = (String::new(), String::new(), None);
    loop {
        let line = hear(&mut stream).await?;
        let verb = line
            .split([' ', ':'])
            .next()
            .unwrap_or_default()
            .to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => {
                let mut extensions = vec!["250-mail.example"];
                if behaviour.certificate.is_some() && !protected {
                    extensions.push("250-STARTTLS");
                }
                if behaviour.login.is_some() {
                    extensions.push("250-AUTH PLAIN");
                }
                extensions.push("250 8BITMIME");
                say(&mut stream, &extensions.join("\r\n")).await?;
            }
            "STARTTLS" => {
                say(&mut stream, "220 go ahead").await?;
                return Some(stream.into_inner());
            }
            "AUTH" => {
                login = Some(line);
                say(&mut stream, behaviour.login.unwrap_or("502 no")).await?;
            }
            "MAIL" => {
                from = line;
                say(&mut stream, "250 fine").await?;
            }
            "RCPT" => {
                to = line;
                say(&mut stream, behaviour.recipient.unwrap_or("250 fine")).await?;
            }
            "DATA" => {
                say(&mut stream, "354 go ahead").await?;
                let mut content = String::new();
                loop {
                    match hear(&mut stream).await?.as_str() {
                        "." => break,
                        line => {
                            content.push_str(line.strip_prefix('.').unwrap_or(line));
                            content.push_str("\r\n");
                        }
                    }
                }
                let answer = behaviour.content.unwrap_or("250 taken");
                if answer.starts_with('2') {
                    let taken = Taken {
                        from: from.clone(),
                        to: to.clone(),
                        content,
                        protected,
                        login: login.clone(),
                    };
                    sender.send(taken).ok()?;
                }
                say(&mut stream, answer).await?;
            }
            "QUIT" => {
                say(&mut stream, "221 bye").await?;
                return None;
            }
            _ => say(&mut stream, "250 fine").await?,
        }
    }
}

async fn say<S: AsyncWrite + Unpin>(stream: &mut S, line: &str) -> Option<()> {
    stream.write_all(line.as_bytes()).await.ok()?;
    stream.write_all(b"\r\n").await.ok()?;
    stream.flush().await.ok()
}

async fn hear<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> Option<String> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await.ok()?;
    (read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Greets and accepts everything.
pub(crate) fn friendly() -> Behaviour {
    Behaviour {
        greeting: Some("220 mail.example ESMTP"),
        ..Behaviour::default()
    }
}

pub(crate) fn settings(port: u16) -> Settings {
    Settings {
        from_name: "Kobling, Nordvik".into(),
        from_address: "ikke-svar@kobling.example".into(),
        look: Look::named("Nordvik kommune"),
        transport: Transport::Smtp(smtp(port)),
    }
}

pub(crate) fn smtp(port: u16) -> Smtp {
    Smtp {
        host: "localhost".into(),
        port,
        tls: Tls::None,
        username: None,
        password: None,
        timeout: Duration::from_secs(20),
        root_certificate_pem: None,
    }
}

pub(crate) const CODE: &str = "048213";
pub(crate) const TO: &str = "kari@nordvik.example";

pub(crate) fn letter() -> Letter {
    Letter {
        to: Email::parse(TO).unwrap(),
        lang: Lang::Nb,
        content: Content::LinkCode {
            code: CODE.into(),
            url: "https://kobling.example/link?flow=0192".into(),
            provider: "BankID".into(),
            minutes: 10,
        },
    }
}

pub(crate) fn outbox_id() -> OutboxId {
    "01920000-0000-7000-8000-000000000001".parse().unwrap()
}
