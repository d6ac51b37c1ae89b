//! The SMTP receiver: `mailin` implements the protocol, this file the sockets.

use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    thread,
    time::Duration,
};

use mailin::{Action, Handler, Response, SessionBuilder, response};

use super::Mailbox;

/// Read timeout (RFC 5321 §4.5.3.2).
const PATIENCE: Duration = Duration::from_secs(5 * 60);
/// The longest line, in bytes: far beyond the 1000 of RFC 5321 §4.5.3.1.6.
const LINE_LIMIT: u64 = 64 * 1024;
/// The largest message, in bytes.
const MESSAGE_LIMIT: usize = 10 * 1024 * 1024;
/// The reply to `DATA`.
const START_DATA: u16 = 354;

/// Listens, and serves each connection on its own thread.
pub(crate) fn listen(addr: SocketAddr, mailbox: Mailbox) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind(addr)?;
    let local = listener.local_addr()?;
    thread::Builder::new()
        .name("demo-smtp".to_owned())
        .spawn(move || accept(&listener, &mailbox))?;
    Ok(local)
}

fn accept(listener: &TcpListener, mailbox: &Mailbox) {
    for stream in listener.incoming() {
        let mailbox = mailbox.clone();
        let spawned = stream.and_then(|stream| {
            thread::Builder::new()
                .name("demo-smtp-sender".to_owned())
                .spawn(move || {
                    if let Err(error) = serve(&stream, mailbox) {
                        tracing::debug!(%error, "an SMTP connection failed");
                    }
                })
        });
        if let Err(error) = spawned {
            tracing::warn!(%error, "an SMTP connection cannot be accepted");
        }
    }
}

fn serve(stream: &TcpStream, mailbox: Mailbox) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut session = SessionBuilder::new("localhost").build(
        stream.peer_addr()?.ip(),
        Receiver {
            mailbox,
            recipients: Vec::new(),
            body: Vec::new(),
        },
    );
    let mut reader = BufReader::new(stream);
    let mut writer = stream;
    reply(&mut writer, &session.greeting(), b"")?;
    let mut in_message = false;
    loop {
        let mut line = Vec::new();
        let read = reader
            .by_ref()
            .take(LINE_LIMIT)
            .read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(());
        }
        if !line.ends_with(b"\n") {
            return Err(io::Error::other("a line is too long or cut off"));
        }
        let line = if in_message { line } else { simplify(line) };
        let answer = session.process(&line);
        match answer.action {
            Action::NoReply => {}
            Action::Reply => reply(&mut writer, &answer, &line)?,
            Action::Close | Action::UpgradeTls => return reply(&mut writer, &answer, &line),
        }
        if in_message && answer.is_error {
            // The protocol library would treat what follows as part of the refused message.
            return Ok(());
        }
        in_message = match answer.action {
            Action::NoReply => in_message,
            _ => answer.code == START_DATA,
        };
    }
}

/// Sends a reply; that to `EHLO` also offers SMTPUTF8 (RFC 6531), since addresses are accepted unchanged.
fn reply(writer: &mut &TcpStream, answer: &Response, line: &[u8]) -> io::Result<()> {
    let mut text = Vec::new();
    answer.write_to(&mut text)?;
    let is_ehlo = line
        .get(..4)
        .is_some_and(|verb| verb.eq_ignore_ascii_case(b"ehlo"));
    if is_ehlo && answer.code == 250 {
        text = String::from_utf8_lossy(&text)
            .replace("250 8BITMIME\r\n", "250-8BITMIME\r\n250 SMTPUTF8\r\n")
            .into_bytes();
    }
    writer.write_all(&text)?;
    writer.flush()
}

/// Leaves out the parameters of `MAIL` and `RCPT` and blanks before the address: the protocol
/// library knows few of them, and none matters here.
fn simplify(line: Vec<u8>) -> Vec<u8> {
    let verb = |text: &[u8]| {
        line.get(..text.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(text))
    };
    if !verb(b"mail from:") && !verb(b"rcpt to:") {
        return line;
    }
    let (Some(open), Some(close)) = (
        line.iter().position(|byte| *byte == b'<'),
        line.iter().rposition(|byte| *byte == b'>'),
    ) else {
        return line;
    };
    let command: &[u8] = if verb(b"mail") {
        b"MAIL FROM:"
    } else {
        b"RCPT TO:"
    };
    let address = line.get(open..=close).unwrap_or_default();
    [command, address, b"\r\n"].concat()
}

/// Collects the messages of a connection.
struct Receiver {
    mailbox: Mailbox,
    recipients: Vec<String>,
    body: Vec<u8>,
}

impl Handler for Receiver {
    fn data_start(&mut self, _: &str, _: &str, _: bool, to: &[String]) -> Response {
        self.recipients = to.to_vec();
        self.body.clear();
        response::OK
    }

    fn data(&mut self, line: &[u8]) -> io::Result<()> {
        // One byte beyond the limit shows that the message was too large.
        let remaining = (MESSAGE_LIMIT + 1).saturating_sub(self.body.len());
        self.body
            .extend_from_slice(line.get(..remaining).unwrap_or(line));
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        if self.body.len() > MESSAGE_LIMIT {
            return response::NO_STORAGE;
        }
        self.mailbox.receive(&self.recipients, &self.body);
        response::OK
    }
}
