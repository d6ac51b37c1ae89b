//! Extracts the visitor from a request: cookies, network, device and language.

use super::State;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, header, request::Parts};
use axum_extra::extract::CookieJar;
use kobling_app::cookie::Cookie;
use kobling_domain::{
    Visitor,
    kernel::{known::KnownBrowser, secret::Token},
};
use kobling_model::{Lang, Timestamp, time::Span};
use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::atomic::{AtomicI64, Ordering},
};

/// The shortest time between two warnings about `X-Forwarded-For`.
const WARN_EVERY: Span = Span::minutes(1);

/// When the last one was, in microseconds.
static WARNED_AT: AtomicI64 = AtomicI64::new(i64::MIN);

/// The request id, which appears in logs, audit events and responses.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub String);

/// Extracts the visitor from a request.
#[must_use]
pub fn visitor(state: &State, parts: &Parts) -> Visitor {
    let jar = CookieJar::from_headers(&parts.headers);
    let cookie = |cookie: Cookie| {
        jar.get(cookie.name(state.edge.secure))
            .map(|c| c.value().to_owned())
    };
    let token = |name| cookie(name).as_deref().and_then(Token::parse);
    Visitor {
        browser: token(Cookie::Browser),
        session: token(Cookie::Session),
        known: cookie(Cookie::Known)
            .as_deref()
            .and_then(KnownBrowser::parse),
        network: network(state, parts),
        device: text(&parts.headers, header::USER_AGENT).map_or_else(String::new, device),
        lang: cookie(Cookie::Lang)
            .as_deref()
            .and_then(Lang::from_tag)
            .unwrap_or_else(|| {
                let header = text(&parts.headers, header::ACCEPT_LANGUAGE);
                accepted(header.unwrap_or_default(), state.fallback)
            }),
        request: parts
            .extensions
            .get::<RequestId>()
            .map(|id| id.0.clone())
            .unwrap_or_default(),
        force_eid_login: cookie(Cookie::SignedOut).is_some(),
        ..Visitor::default()
    }
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The first language of an `Accept-Language` header that the person reads, as far as it is one of ours or near to it:
/// who reads Danish, Swedish or Faroese reads Bokmål. `fallback` if the header names only others; Bokmål if it names
/// none.
fn accepted(header: &str, fallback: Lang) -> Lang {
    let tags = accept_language::parse(header);
    let near = |tag: &String| {
        let primary = tag.split('-').next().unwrap_or_default();
        Lang::from_tag(tag).or_else(|| {
            ["da", "sv", "fo"]
                .iter()
                .any(|near| primary.eq_ignore_ascii_case(near))
                .then_some(Lang::Nb)
        })
    };
    let asks = tags.iter().any(|tag| tag != "*");
    let otherwise = if asks { fallback } else { Lang::default() };
    tags.iter().find_map(near).unwrap_or(otherwise)
}

/// The key of rate limits by network: a full IPv4 address, or the /64 prefix of an IPv6 address, which is what one
/// household or office usually has.
fn network(state: &State, parts: &Parts) -> String {
    // The proxy appends the last entry, in the last line or as a line of its own. The client can forge all earlier
    // ones.
    let forwarded = parts
        .headers
        .get_all("x-forwarded-for")
        .iter()
        .next_back()
        .filter(|_| state.behind_proxy)
        .and_then(|line| line.to_str().ok())
        .and_then(|line| line.rsplit(',').next())
        .and_then(address);
    if state.behind_proxy
        && forwarded.is_none()
        && is_due(&WARNED_AT, state.kobling.ports().clock.now())
    {
        tracing::warn!(
            "server.behind_proxy is set, but the last entry of X-Forwarded-For is not an address: rate limits count all \
             such requests as one network"
        );
    }
    let peer = parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map(|info| info.0.ip());
    match forwarded.or(peer).map(|ip| ip.to_canonical()) {
        Some(IpAddr::V4(ip)) => ip.to_string(),
        Some(IpAddr::V6(ip)) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        None => "unknown".to_owned(),
    }
}

/// The IP address of an entry in `X-Forwarded-For`. Some proxies add the port.
fn address(entry: &str) -> Option<IpAddr> {
    let entry = entry.trim();
    let bracketed = || entry.strip_prefix('[')?.strip_suffix(']');
    let with_port = || entry.parse::<SocketAddr>().ok().map(|both| both.ip());
    let in_brackets = || bracketed()?.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    entry.parse().ok().or_else(with_port).or_else(in_brackets)
}

/// Whether a warning is due, for one of concurrent calls.
fn is_due(last: &AtomicI64, now: Timestamp) -> bool {
    let before = last.load(Ordering::Relaxed);
    now.0.saturating_sub(before) >= WARN_EVERY.0
        && last
            .compare_exchange(before, now.0, Ordering::Relaxed, Ordering::Relaxed)
            .is_ok()
}

/// Browser and operating system, by which a person recognises a session.
fn device(user_agent: &str) -> String {
    let first = |names: &[(&str, &'static str)]| {
        names
            .iter()
            .find(|(mark, _)| user_agent.contains(mark))
            .map(|(_, name)| *name)
    };
    // Browsers based on Chromium also contain `Chrome`, and Chrome contains `Safari`, so the most specific comes first.
    let browser = first(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_named_by_the_most_specific_browser() {
        let table = [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 Edg/120.0",
                "Edge, Windows",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36",
                "Chrome, Linux",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari/604.1",
                "Safari, iPhone",
            ),
            ("curl/8.0", ""),
        ];
        for (user_agent, expected) in table {
            assert_eq!(device(user_agent), expected, "{user_agent}");
        }
    }

    #[test]
    fn forwarded_addresses_are_read_with_and_without_a_port() {
        for (entry, expected) in [
            ("192.0.2.1", Some("192.0.2.1")),
            (" 192.0.2.1 ", Some("192.0.2.1")),
            ("192.0.2.1:4711", Some("192.0.2.1")),
            ("2001:db8::1", Some("2001:db8::1")),
            ("[2001:db8::1]", Some("2001:db8::1")),
            ("[2001:db8::1]:4711", Some("2001:db8::1")),
            ("[192.0.2.1]", None),
            ("192.0.2.1:", None),
            ("192.0.2.1:99999", None),
            ("[2001:db8::1", None),
            ("unknown", None),
            ("_hidden", None),
            ("", None),
        ] {
            let expected = expected.map(|text| text.parse().expect("an address"));
            assert_eq!(address(entry), expected, "{entry}");
        }
    }

    #[test]
    fn a_warning_is_due_once_a_minute() {
        let last = AtomicI64::new(i64::MIN);
        for (seconds, due) in [(0, true), (0, false), (59, false), (60, true), (61, false)] {
            let now = Timestamp::from_seconds(1_800_000_000 + seconds);
            assert_eq!(is_due(&last, now), due, "{seconds}");
        }
    }

    #[test]
    fn languages_are_chosen_by_preference() {
        let table = [
            ("en-GB,en;q=0.9", Lang::En),
            ("nn-NO,en;q=0.5", Lang::Nn),
            ("de,en;q=0.5,nb;q=0.4", Lang::En),
            ("no", Lang::Nb),
            ("da-DK,da;q=0.9,en;q=0.8", Lang::Nb),
            ("sv-SE", Lang::Nb),
            ("fo", Lang::Nb),
            ("fi,sv;q=0.8", Lang::Nb),
            ("de-DE,de;q=0.9", Lang::En),
            ("fr", Lang::En),
            ("se-NO", Lang::En),
            ("smj,nb;q=0.5", Lang::Nb),
            ("uk,*;q=0.5", Lang::En),
            ("*", Lang::Nb),
            ("", Lang::Nb),
        ];
        for (header, expected) in table {
            assert_eq!(accepted(header, Lang::En), expected, "{header}");
        }
        assert_eq!(accepted("de", Lang::Nb), Lang::Nb);
        assert_eq!(accepted("en", Lang::Nb), Lang::En);
    }
}
