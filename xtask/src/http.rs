//! One GET, without a client library: the pages that are measured come from this machine.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// An answer; the body as it was sent.
#[derive(Debug, PartialEq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The `Location` header, where there is one.
    pub location: Option<String>,
    /// The body, of whatever type it is.
    pub body: Vec<u8>,
}

/// Gets a path from this machine, following at most five redirects within the same origin.
///
/// # Errors
/// When nobody answers, the answer is not HTTP, or the way leads elsewhere.
pub fn get(port: u16, path: &str) -> Result<Answer> {
    let origin = format!("http://localhost:{port}");
    let mut path = path.to_owned();
    for _ in 0..5 {
        let answer =
            get_once(port, &path).with_context(|| format!("could not get {origin}{path}"))?;
        let Some(location) = &answer.location else {
            return Ok(answer);
        };
        let next = location.strip_prefix(&origin).unwrap_or(location);
        if !next.starts_with('/') {
            bail!("{path} redirects to another origin");
        }
        path = next.to_owned();
    }
    bail!("{path} redirects for ever")
}

fn get_once(port: u16, path: &str) -> Result<Answer> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    // HTTP/1.0: the end of the connection is the end of the body, which never comes in chunks.
    let request = format!(
        "GET {path} HTTP/1.0\r\nHost: localhost:{port}\r\nAccept: text/html\r\nAccept-Encoding: identity\r\n\r\n"
    );
    stream.write_all(request.as_bytes())?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    parse(&bytes).context("the answer is not HTTP")
}

fn parse(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let location = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("location"))
        .map(|(_, value)| value.trim().to_owned());
    Some(Answer {
        status,
        location,
        body: bytes[end + 4..].to_vec(),
    })
}

/// The first of `count` ports in a row that nobody listens on now.
///
/// # Errors
/// When none are found.
pub fn free_ports(count: u16) -> Result<u16> {
    for _ in 0..100 {
        let first = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = first.local_addr()?.port();
        let Some(last) = port.checked_add(count - 1) else {
            continue;
        };
        if (port + 1..=last).all(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()) {
            return Ok(port);
        }
    }
    bail!("there are no {count} free ports in a row")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_status_location_and_body() {
        assert_eq!(
            parse(b"HTTP/1.0 303 See Other\r\nlocation: /login\r\n\r\nhei\r\n\r\n"),
            Some(Answer {
                status: 303,
                location: Some("/login".to_owned()),
                body: b"hei\r\n\r\n".to_vec(),
            })
        );
        assert_eq!(parse(b"SSH-2.0\r\n\r\n"), None);
        assert_eq!(parse(b"HTTP/1.0 200 OK\r\n"), None);
    }

    #[test]
    fn free_ports_can_be_listened_on() {
        let port = free_ports(4).unwrap();
        assert!(port > 0);
    }
}
