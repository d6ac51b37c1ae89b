//! The cookies of server and pages.

use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderName, HeaderValue};
use kobling_domain::{Answer, Change, Visitor};

/// A cookie that Kobling sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cookie {
    /// The session's secret.
    Session,
    /// The secret that flows are bound to.
    Browser,
    /// That accounts have signed in in this browser before; it names none of them.
    Known,
    /// The language that the person chose, as a BCP 47 tag.
    Lang,
    /// `1` for an hour after a sign-out: the next eID sign-in requires re-authentication at the provider.
    SignedOut,
}

/// Sent with the response that signs out, so that the browser deletes what it has stored. `"cookies"` is left out
/// because the language and the browser secret, which the rest of the sign-out needs, must stay; the session cookie is
/// cleared separately.
const CLEAR_SITE_DATA: (HeaderName, HeaderValue) = (
    HeaderName::from_static("clear-site-data"),
    HeaderValue::from_static(r#""cache", "storage""#),
);

const YEAR: u32 = 365 * 24 * 3600;

impl Cookie {
    /// The cookie's name. With https it carries the `__Host-` prefix (RFC 6265bis §4.1.3.2), so that no other host and
    /// no unencrypted connection can set it.
    #[must_use]
    pub const fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Session, true) => "__Host-kobling_session",
            (Self::Session, false) => "kobling_session",
            (Self::Browser, true) => "__Host-kobling_browser",
            (Self::Browser, false) => "kobling_browser",
            (Self::Known, true) => "__Host-kobling_known",
            (Self::Known, false) => "kobling_known",
            (Self::Lang, true) => "__Host-kobling_lang",
            (Self::Lang, false) => "kobling_lang",
            (Self::SignedOut, true) => "__Host-kobling_signed_out",
            (Self::SignedOut, false) => "kobling_signed_out",
        }
    }

    /// Lifetime in seconds; none for a cookie that lasts until the browser closes.
    const fn max_age(self) -> Option<u32> {
        match self {
            Self::Session | Self::Browser => None,
            Self::Lang | Self::Known => Some(YEAR),
            Self::SignedOut => Some(3600),
        }
    }

    /// The `Set-Cookie` value that sets it. `value` needs no escaping: base64url, with dots or
    /// without, a language tag, or `1`.
    #[must_use]
    pub fn set(self, secure: bool, value: &str) -> String {
        let age = self
            .max_age()
            .map(|seconds| format!("; Max-Age={seconds}"))
            .unwrap_or_default();
        self.line(secure, value, &age)
    }

    /// The `Set-Cookie` value that removes it.
    #[must_use]
    pub fn clear(self, secure: bool) -> String {
        self.line(secure, "", "; Max-Age=0")
    }

    fn line(self, secure: bool, value: &str, age: &str) -> String {
        let name = self.name(secure);
        let secure = if secure { "; Secure" } else { "" };
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}")
    }
}

/// The headers that set and clear cookies as an answer requires.
#[must_use]
pub fn headers(answer: &Answer, visitor: &Visitor, secure: bool) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut lines = Vec::new();
    if let Some(token) = &answer.browser {
        lines.push(Cookie::Browser.set(secure, token.expose()));
    }
    if let Some(known) = &answer.known {
        lines.push(Cookie::Known.set(secure, &known.to_text()));
    }
    match &answer.session {
        Change::Keep => {}
        Change::Set(token) => {
            lines.push(Cookie::Session.set(secure, token.expose()));
            if visitor.force_eid_login {
                lines.push(Cookie::SignedOut.clear(secure));
            }
        }
        Change::Mark => lines.push(Cookie::SignedOut.set(secure, "1")),
        Change::Clear => {
            lines.push(Cookie::Session.clear(secure));
            lines.push(Cookie::SignedOut.set(secure, "1"));
            let (name, value) = CLEAR_SITE_DATA;
            headers.insert(name, value);
        }
    }
    for line in lines {
        if let Ok(value) = HeaderValue::from_str(&line) {
            headers.append(SET_COOKIE, value);
        }
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_cookies_are_bound_to_the_host() {
        assert_eq!(
            Cookie::Session.set(true, "abc"),
            "__Host-kobling_session=abc; Path=/; HttpOnly; SameSite=Lax; Secure"
        );
        assert_eq!(
            Cookie::Lang.set(false, "en"),
            "kobling_lang=en; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000"
        );
        assert_eq!(
            Cookie::Session.clear(false),
            "kobling_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"
        );
    }
}
