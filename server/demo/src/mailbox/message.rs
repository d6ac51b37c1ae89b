//! A message, parsed once on arrival.

use std::borrow::Cow;

use mail_parser::{Address, MessageParser};
use serde::Serialize;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::clock::Seconds;

/// A message as the pages and the API show it.
#[derive(Clone, Serialize)]
pub(crate) struct Message {
    pub(crate) id: String,
    /// The recipients in the SMTP envelope, joined by a comma.
    pub(crate) to: String,
    #[serde(skip)]
    pub(crate) from: String,
    pub(crate) subject: String,
    /// The text part, or the HTML part as text if there is none.
    pub(crate) text: String,
    /// The HTML part.
    pub(crate) html: Option<String>,
    /// When it arrived (RFC 3339, UTC).
    pub(crate) received: String,
    /// The one-time code in the text.
    #[serde(skip)]
    pub(crate) code: Option<String>,
    #[serde(skip)]
    pub(crate) headers: Vec<(String, String)>,
}

impl Message {
    /// Parses a message; one that is malformed is shown as text.
    pub(crate) fn read(id: u64, recipients: &[String], raw: &[u8], received: Seconds) -> Self {
        let received = OffsetDateTime::from_unix_timestamp(received)
            .ok()
            .and_then(|time| time.format(&Rfc3339).ok())
            .unwrap_or_default();
        let parsed = MessageParser::default().parse(raw);
        let mut message = Self {
            id: id.to_string(),
            to: recipients.join(", "),
            from: String::new(),
            subject: String::new(),
            text: String::new(),
            html: None,
            received,
            code: None,
            headers: Vec::new(),
        };
        let Some(parsed) = parsed else {
            message.text = String::from_utf8_lossy(raw).into_owned();
            return message;
        };
        message.from = parsed.from().map(addresses).unwrap_or_default();
        message.subject = parsed.subject().unwrap_or_default().to_owned();
        message.text = parsed.body_text(0).map(Cow::into_owned).unwrap_or_default();
        message.code = code(&message.text).map(str::to_owned);
        message.html = parsed
            .html_bodies()
            .find(|part| part.is_text_html())
            .and_then(|part| part.text_contents())
            .map(str::to_owned);
        message.headers = parsed
            .headers_raw()
            .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
            .collect();
        message
    }
}

/// The one-time code in a text: eight digits by themselves.
fn code(text: &str) -> Option<&str> {
    text.split_whitespace()
        .map(|word| word.trim_matches(|c: char| c.is_ascii_punctuation()))
        .find(|word| word.len() == 8 && word.bytes().all(|byte| byte.is_ascii_digit()))
}

fn addresses(list: &Address<'_>) -> String {
    let each = list.iter().map(|one| match (one.name(), one.address()) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (_, address) => address.unwrap_or_default().to_owned(),
    });
    each.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn a_code_is_eight_digits_by_themselves() {
        let table = [
            ("Engangskode:\n12345678\n\nSkriv den", Some("12345678")),
            ("Koden er 12345678.", Some("12345678")),
            ("http://localhost:3000/link?code=12345678", None),
            ("Referanse 1234-5678, tlf. 123456789", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(code(text), expected, "{text}");
        }
    }
}
