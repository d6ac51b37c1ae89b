//! Public keys that applications keep at an address of their own (`jwks_uri`, RFC 7591 §2).
//!
//! Nobody can make us fetch anything but addresses that are registered, nor any of them more than once a minute.

use super::jose::NamedKey;
use kobling_domain::oidc::client::ClientKeys;
use kobling_eid::{
    SettingsError,
    http::{Http, HttpError},
};
use kobling_model::{Timestamp, time::Span};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use url::{Host, Url};

/// How long an application's own server may take.
const TIMEOUT: Duration = Duration::from_secs(5);
/// After so long keys are fetched again.
const FRESH: Span = Span::hours(1);
/// Between two attempts at one address, whatever strangers claim to be signed with.
const FLOOR: Span = Span::minutes(1);
/// While the address cannot be reached, keys last so long.
const STALE: Span = Span::hours(24);
/// More key sets than this are not kept.
const MOST: usize = 1_024;

/// Keys of one address.
#[derive(Default)]
struct Held {
    keys: Option<(Arc<Vec<NamedKey>>, Timestamp)>,
    tried_at: Option<Timestamp>,
}

impl Held {
    /// Whether there is reason and leave to fetch.
    fn is_due(&self, now: Timestamp, wants_newer: bool) -> bool {
        let is_fresh = self
            .keys
            .as_ref()
            .is_some_and(|(_, at)| now.since(*at) < FRESH);
        (wants_newer || !is_fresh) && self.tried_at.is_none_or(|at| now.since(at) >= FLOOR)
    }

    fn in_force(&self, now: Timestamp) -> Option<Arc<Vec<NamedKey>>> {
        let (keys, at) = self.keys.as_ref()?;
        (now.since(*at) < STALE).then(|| Arc::clone(keys))
    }
}

/// The keys of all applications that keep them at an address.
pub struct ClientKeySets {
    http: Http,
    /// For addresses of this machine, which are for tests alone.
    local: Option<Http>,
    held: Mutex<HashMap<String, Arc<tokio::sync::Mutex<Held>>>>,
}

impl ClientKeySets {
    /// Holds none yet. `local` lets `http` addresses of this machine be fetched.
    ///
    /// # Errors
    /// [`SettingsError::HttpClient`].
    pub fn new(local: bool) -> Result<Self, SettingsError> {
        Ok(Self {
            http: Http::new(TIMEOUT, false)?,
            local: local.then(|| Http::new(TIMEOUT, true)).transpose()?,
            held: Mutex::default(),
        })
    }

    /// A client's keys; `wants_newer` when those that are known do not fit.
    pub(crate) async fn of(
        &self,
        keys: &ClientKeys,
        now: Timestamp,
        wants_newer: bool,
    ) -> Option<Arc<Vec<NamedKey>>> {
        let address = match keys {
            ClientKeys::Here(set) => return NamedKey::read_set(set).map(Arc::new),
            ClientKeys::At(address) => address,
        };
        let held = {
            let mut all = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            if all.len() >= MOST && !all.contains_key(address) {
                all.clear();
            }
            Arc::clone(all.entry(address.clone()).or_default())
        };
        // Whoever comes while it is being fetched waits for that.
        let mut held = held.lock().await;
        if held.is_due(now, wants_newer) {
            held.tried_at = Some(now);
            match self.fetch(address).await {
                Ok(keys) => held.keys = Some((Arc::new(keys), now)),
                Err(reason) => tracing::warn!(address, reason, "keys of a client"),
            }
        }
        held.in_force(now)
    }

    async fn fetch(&self, address: &str) -> Result<Vec<NamedKey>, &'static str> {
        let url = Url::parse(address).map_err(|_| "not an address")?;
        let http = match (url.scheme(), &self.local) {
            ("http", Some(local)) if is_local(&url) => local,
            ("https", _) => &self.http,
            _ => return Err("neither https nor of this machine"),
        };
        let answer = http.get(&url).await.map_err(HttpError::message)?;
        if answer.status != 200 {
            return Err("no answer of status 200");
        }
        let text = std::str::from_utf8(&answer.body).map_err(|_| "not text")?;
        NamedKey::read_set(text).ok_or("not a key set")
    }
}

fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn strangers_cannot_make_us_fetch_more_than_once_a_minute() {
        let mut held = Held::default();
        assert!(held.is_due(at(0), false), "nothing is known yet");
        held.tried_at = Some(at(0));
        assert!(!held.is_due(at(59), true), "not even when it failed");
        assert!(held.is_due(at(60), false));
        held.keys = Some((Arc::default(), at(60)));
        held.tried_at = Some(at(60));
        assert!(!held.is_due(at(119), true));
        assert!(held.is_due(at(120), true), "an unknown key is a reason");
        assert!(!held.is_due(at(3_659), false));
        assert!(held.is_due(at(3_660), false), "and so is age");
    }

    #[test]
    fn known_keys_outlast_an_outage_but_not_forever() {
        let mut held = Held::default();
        assert!(held.in_force(at(0)).is_none());
        held.keys = Some((Arc::default(), at(0)));
        assert!(held.in_force(at(24 * 3_600 - 1)).is_some());
        assert!(held.in_force(at(24 * 3_600)).is_none());
    }

    #[test]
    fn plain_http_is_for_this_machine_in_tests() {
        for (address, local) in [
            ("http://localhost:1/jwks", true),
            ("http://127.0.0.1/jwks", true),
            ("http://[::1]/jwks", true),
            ("http://127.0.0.1.evil.example/jwks", false),
            ("http://10.0.0.1/jwks", false),
            ("file:///etc/passwd", false),
        ] {
            assert_eq!(
                is_local(&address.parse().expect("an address")),
                local,
                "{address}"
            );
        }
    }

    /// A server that counts, and answers what it is told.
    async fn serve(answer: Arc<Mutex<(u16, String)>>) -> (String, Arc<Mutex<usize>>) {
        use axum::http::{StatusCode, header};
        let asked = Arc::new(Mutex::new(0));
        let counted = Arc::clone(&asked);
        let router = axum::Router::new().fallback(move || {
            *counted.lock().expect("nobody panicked") += 1;
            let (status, body) = answer.lock().expect("nobody panicked").clone();
            let status = StatusCode::from_u16(status).expect("a status");
            async move { (status, [(header::LOCATION, "/elsewhere")], body) }
        });
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
            .await
            .expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, router).await });
        (format!("http://{address}/jwks"), asked)
    }

    fn set(kid: &str) -> String {
        format!(
            r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","kid":"{kid}","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}}]}}"#
        )
    }

    #[tokio::test]
    async fn keys_at_an_address_are_kept_renewed_and_outlast_an_outage() {
        let answer = Arc::new(Mutex::new((200, set("a"))));
        let (address, asked) = serve(Arc::clone(&answer)).await;
        let sets = ClientKeySets::new(true).expect("an HTTP client");
        let keys = ClientKeys::At(address);
        let known = async |second, wants_newer| {
            let known = sets.of(&keys, at(second), wants_newer).await;
            (known, *asked.lock().expect("nobody panicked"))
        };
        let say = |status: u16, body: String| {
            *answer.lock().expect("nobody panicked") = (status, body);
        };
        let (first, count) = known(0, false).await;
        assert_eq!((first.as_ref().map(|keys| keys.len()), count), (Some(1), 1));
        assert_eq!(known(59, true).await, (first.clone(), 1), "the floor");
        say(200, set("b"));
        assert_eq!(known(60, false).await, (first.clone(), 1), "no reason");
        let (second, count) = known(60, true).await;
        assert!(second.is_some() && second != first && count == 2);
        // Whatever is no key set leaves what is known.
        for (number, (status, body)) in [
            (500, set("c")),
            (302, set("c")),
            (200, "<html>".to_owned()),
            (200, " ".repeat(2 * 1024 * 1024)),
        ]
        .into_iter()
        .enumerate()
        {
            say(status, body);
            let second_later = 120 + 60 * number as i64;
            assert_eq!(
                known(second_later, true).await,
                (second.clone(), 3 + number)
            );
        }
        assert_eq!(known(60 + 24 * 3_600, false).await.0, None, "not forever");
    }

    #[tokio::test]
    async fn only_https_or_this_machine_in_tests_is_asked_for_keys() {
        let answer = Arc::new(Mutex::new((200, set("a"))));
        let (address, asked) = serve(answer).await;
        let sets = ClientKeySets::new(false).expect("an HTTP client");
        for address in [
            address,
            "file:///etc/passwd".to_owned(),
            "nonsense".to_owned(),
        ] {
            let known = sets.of(&ClientKeys::At(address), at(0), false).await;
            assert_eq!(known, None);
        }
        assert_eq!(*asked.lock().expect("nobody panicked"), 0);
    }
}
