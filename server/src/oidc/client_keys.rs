//! Public keys that clients publish at their `jwks_uri` (RFC 7591 §2).
//!
//! Only registered addresses are fetched, and each at most once a minute.

use super::{jose::NamedKey, outgoing::Outgoing};
use kobling_domain::oidc::client::{ClientKeys, Origin};
use kobling_http::NoClient;
use kobling_model::{Timestamp, time::Span};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use url::Url;

/// The timeout of a fetch.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The age at which keys are fetched again.
const FRESH: Span = Span::hours(1);
/// The least interval between two fetches of one address, whatever `kid` a request names.
const MIN_INTERVAL: Span = Span::minutes(1);
/// The age up to which keys are used while the address is unreachable.
const STALE: Span = Span::hours(24);
/// The most key sets that are cached.
const MAX_SETS: usize = 1_024;

/// Keys of one address.
#[derive(Default)]
struct CachedKeys {
    keys: Option<(Arc<Vec<NamedKey>>, Timestamp)>,
    tried_at: Option<Timestamp>,
}

impl CachedKeys {
    /// Whether to fetch: the keys are stale or do not fit, and the last fetch is long enough ago.
    fn is_due(&self, now: Timestamp, wants_newer: bool) -> bool {
        let is_fresh = self
            .keys
            .as_ref()
            .is_some_and(|(_, at)| now.since(*at) < FRESH);
        (wants_newer || !is_fresh) && self.tried_at.is_none_or(|at| now.since(at) >= MIN_INTERVAL)
    }

    fn in_force(&self, now: Timestamp) -> Option<Arc<Vec<NamedKey>>> {
        let (keys, at) = self.keys.as_ref()?;
        (now.since(*at) < STALE).then(|| Arc::clone(keys))
    }
}

/// Keys of one address, for all who ask for them.
type SharedKeys = Arc<tokio::sync::Mutex<CachedKeys>>;

/// A cache of the keys of all clients with a `jwks_uri`.
pub struct ClientKeySets {
    outgoing: Outgoing,
    /// By address, apart for each origin: what is refused to one must not count as a fetch for another.
    cached: Mutex<HashMap<(Origin, String), SharedKeys>>,
}

impl ClientKeySets {
    /// An empty cache. `local` permits `http` at loopback addresses.
    ///
    /// # Errors
    /// [`NoClient`].
    pub fn new(local: bool) -> Result<Self, NoClient> {
        Ok(Self {
            outgoing: Outgoing::new(TIMEOUT, local)?,
            cached: Mutex::default(),
        })
    }

    /// The keys of a client of this origin; `wants_newer` if the known ones do not fit.
    pub(crate) async fn of(
        &self,
        (origin, keys): (Origin, &ClientKeys),
        now: Timestamp,
        wants_newer: bool,
    ) -> Option<Arc<Vec<NamedKey>>> {
        let address = match keys {
            ClientKeys::Here(set) => return NamedKey::read_set(set).map(Arc::new),
            ClientKeys::At(address) => address,
        };
        let cached = {
            let mut all = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
            let key = (origin, address.clone());
            if all.len() >= MAX_SETS && !all.contains_key(&key) {
                all.clear();
            }
            Arc::clone(all.entry(key).or_default())
        };
        // Concurrent requests wait for a fetch in progress.
        let mut cached = cached.lock().await;
        if cached.is_due(now, wants_newer) {
            cached.tried_at = Some(now);
            match self.fetch(origin, address).await {
                Ok(keys) => cached.keys = Some((Arc::new(keys), now)),
                Err(reason) => {
                    tracing::warn!(address, reason = reason.as_str(), "keys of a client");
                }
            }
        }
        cached.in_force(now)
    }

    async fn fetch(&self, origin: Origin, address: &str) -> Result<Vec<NamedKey>, String> {
        let url = Url::parse(address).map_err(|_| "not an address")?;
        let http = self
            .outgoing
            .to(&url, origin)
            .ok_or("neither https nor of this machine")?;
        let answer = http.get(&url).await.map_err(|error| error.to_string())?;
        if answer.status != 200 {
            return Err("no answer of status 200".into());
        }
        let text = std::str::from_utf8(&answer.body).map_err(|_| "not text")?;
        NamedKey::read_set(text).ok_or_else(|| "not a key set".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::local::is_local;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn strangers_cannot_make_us_fetch_more_than_once_a_minute() {
        let mut cached = CachedKeys::default();
        assert!(cached.is_due(at(0), false), "nothing is known yet");
        cached.tried_at = Some(at(0));
        assert!(!cached.is_due(at(59), true), "not even when it failed");
        assert!(cached.is_due(at(60), false));
        cached.keys = Some((Arc::default(), at(60)));
        cached.tried_at = Some(at(60));
        assert!(!cached.is_due(at(119), true));
        assert!(cached.is_due(at(120), true), "an unknown key is a reason");
        assert!(!cached.is_due(at(3_659), false));
        assert!(cached.is_due(at(3_660), false), "and so is age");
    }

    #[test]
    fn known_keys_outlast_an_outage_but_not_forever() {
        let mut cached = CachedKeys::default();
        assert!(cached.in_force(at(0)).is_none());
        cached.keys = Some((Arc::default(), at(0)));
        assert!(cached.in_force(at(24 * 3_600 - 1)).is_some());
        assert!(cached.in_force(at(24 * 3_600)).is_none());
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

    /// A server that counts, and gives the answer that is set.
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
            let known = sets
                .of((Origin::Configuration, &keys), at(second), wants_newer)
                .await;
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
            let keys = ClientKeys::At(address);
            let known = sets.of((Origin::Configuration, &keys), at(0), false).await;
            assert_eq!(known, None);
        }
        assert_eq!(*asked.lock().expect("nobody panicked"), 0);
    }
}
