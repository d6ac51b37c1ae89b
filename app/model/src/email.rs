//! E-mail addresses in normal form.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An e-mail address, trimmed and in lower case, so that equal mailboxes compare equal.
///
/// Only the shape is checked (RFC 5321 §4.5.3.1 lengths, one `@`, a dotted domain, no white space or control
/// characters): whether the mailbox exists is verified by sending mail to it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

/// The text is not a valid e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address")]
pub struct NotAnEmail;

impl Email {
    /// Normalises and validates an address as typed.
    ///
    /// # Errors
    /// [`NotAnEmail`] when the shape is wrong.
    pub fn parse(typed: &str) -> Result<Self, NotAnEmail> {
        let text = typed.trim().to_lowercase();
        let (local, domain) = text.rsplit_once('@').ok_or(NotAnEmail)?;
        let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[],;:\\\"".contains(c);
        let local_fits = (1..=64).contains(&local.len())
            && local.chars().all(|c| plain(c) && c != '@')
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        let label_fits = |label: &str| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        };
        let domain_fits =
            domain.len() <= 253 && domain.contains('.') && domain.split('.').all(label_fits);
        if local_fits && domain_fits && text.len() <= 254 {
            Ok(Self(text))
        } else {
            Err(NotAnEmail)
        }
    }

    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the `@`.
    #[must_use]
    pub fn local_part(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Email {
    type Error = NotAnEmail;
    fn try_from(text: String) -> Result<Self, NotAnEmail> {
        Self::parse(&text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn case_and_space_do_not_make_another_address() {
        assert_eq!(
            Email::parse("  Kari.Nordmann@Nordvik.Example ").map(String::from),
            Ok("kari.nordmann@nordvik.example".into())
        );
    }

    #[test]
    fn shapes_that_cannot_be_mailed_are_refused() {
        for bad in [
            "",
            "@",
            "a@",
            "@b.no",
            "a@b",
            "a b@c.no",
            "a@b..no",
            ".a@b.no",
            "a.@b.no",
            "a..b@c.no",
            "a@-b.no",
            "a@b.no\r\nBcc: x@y.no",
            "a@@b.no",
            "a@b.no,c@d.no",
            "Kari <a@b.no>",
        ] {
            assert!(Email::parse(bad).is_err(), "{bad:?}");
        }
        assert!(Email::parse(&format!("{}@b.no", "a".repeat(65))).is_err());
    }

    proptest! {
        #[test]
        fn parsing_is_idempotent(text in "\\PC{0,80}") {
            if let Ok(once) = Email::parse(&text) {
                prop_assert_eq!(Email::parse(once.as_str()), Ok(once.clone()));
                prop_assert!(!once.as_str().contains(['\r', '\n', ' ']));
            }
        }
    }
}
