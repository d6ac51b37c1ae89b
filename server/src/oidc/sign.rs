//! Signs ID tokens and logout tokens with the keys of the database.

use super::{
    jose::Signed,
    key::{self, Key},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kobling_domain::{
    Fault, Kobling,
    auth::session::Method,
    kernel::error::StoreError,
    oidc::{
        client::{Client, SigningAlg},
        grant::{claims::worth, types::Claims},
        signing_key::types::{self as signing_key, Phase, SigningKey, Why},
    },
};
use kobling_model::{Problem, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::{Arc, PoisonError, RwLock};

/// How long an ID token lives, in seconds.
const ID_TOKEN_LIFE: i64 = 300;

/// The keys of the database, as last read.
#[derive(Default)]
struct Ring {
    stored: Vec<SigningKey>,
    /// Decoded, at the same indexes.
    opened: Vec<Key>,
}

impl Ring {
    fn all(&self) -> impl Iterator<Item = (&SigningKey, &Key)> {
        self.stored.iter().zip(&self.opened)
    }

    fn by_kid(&self, kid: &str) -> Option<(&SigningKey, &Key)> {
        self.all().find(|(stored, _)| stored.kid == kid)
    }
}

/// Signs with the current key, and knows all published keys. [`Signer::run`] keeps them up to date.
pub struct Signer {
    kobling: Kobling,
    ring: RwLock<Arc<Ring>>,
}

/// The claims of an ID token (OpenID Connect Core §2).
#[derive(Serialize)]
struct IdToken<'a> {
    iss: &'a str,
    sub: String,
    aud: &'a str,
    iat: i64,
    exp: i64,
    auth_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    sid: &'a str,
    acr: &'a str,
    amr: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    idp: Option<&'a str>,
    #[serde(flatten)]
    person: Value,
}

/// The claims of an `id_token_hint` that are used.
#[derive(Deserialize)]
pub(crate) struct Hint {
    iss: String,
    pub(crate) sub: String,
    pub(crate) aud: String,
}

impl Signer {
    /// A signer without keys.
    #[must_use]
    pub fn new(kobling: &Kobling) -> Self {
        Self {
            kobling: kobling.clone(),
            ring: RwLock::default(),
        }
    }

    /// Loads the keys, and generates the first ones.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn load(kobling: &Kobling) -> Result<Self, Fault> {
        let signer = Self::new(kobling);
        signer.tend().await?;
        Ok(signer)
    }

    /// Rotates keys by the schedule, and reads changes by other processes and commands.
    ///
    /// # Errors
    /// [`Fault`]; signing continues with the known keys.
    pub async fn tend(&self) -> Result<(), Fault> {
        self.renew(Why::Schedule).await?;
        self.kobling.signing_keys.forget().await?;
        self.reload().await
    }

    /// Adds the keys that are due, and returns them.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn renew(&self, why: Why) -> Result<Vec<SigningKey>, Fault> {
        let mut added = Vec::new();
        for alg in self.kobling.signing_keys.due(why).await? {
            let entropy = self.kobling.ports().entropy.clone();
            let made = tokio::task::spawn_blocking(move || key::make(alg, &*entropy))
                .await
                .ok()
                .flatten()
                .ok_or(Fault::Problem(Problem::Unavailable))?;
            added.extend(self.kobling.signing_keys.add(made, why).await?);
        }
        if !added.is_empty() {
            self.reload().await?;
        }
        Ok(added)
    }

    /// Reads the keys from the database.
    ///
    /// # Errors
    /// [`Fault`]; the known keys stay.
    pub async fn reload(&self) -> Result<(), Fault> {
        let mut ring = Ring::default();
        for (stored, private) in self.kobling.signing_keys.all().await? {
            let opened = Key::open(&stored, &private).ok_or_else(|| {
                StoreError::Corrupt(format!("signing key {} is no key", stored.kid))
            })?;
            ring.stored.push(stored);
            ring.opened.push(opened);
        }
        if SigningAlg::ALL
            .into_iter()
            .any(|alg| !ring.stored.iter().any(|key| key.alg == alg))
        {
            return Err(Fault::Problem(Problem::Unavailable));
        }
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
        Ok(())
    }

    /// Calls [`Signer::tend`] at intervals, without end.
    pub async fn run(self: Arc<Self>) {
        let pace = self.kobling.settings().rotation.reload.0;
        let pace = std::time::Duration::from_micros(u64::try_from(pace).unwrap_or(60_000_000));
        loop {
            tokio::time::sleep(pace).await;
            if let Err(fault) = self.tend().await {
                tracing::error!(%fault, "signing keys cannot be read; signing goes on with those known");
            }
        }
    }

    fn ring(&self) -> Arc<Ring> {
        Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn now(&self) -> Timestamp {
        self.kobling.ports().clock.now()
    }

    /// The published keys (RFC 7517 §5): of each algorithm the current, the next and the retiring ones.
    pub(crate) fn jwks(&self) -> Value {
        let (ring, now) = (self.ring(), self.now());
        let rotation = &self.kobling.settings().rotation;
        let mut published: Vec<_> = ring
            .all()
            .map(|(stored, key)| {
                let phase = signing_key::phase(stored, &ring.stored, now, rotation);
                (stored.alg, phase != Phase::Signs, phase, &key.jwk)
            })
            .filter(|(_, _, phase, _)| phase.is_published())
            .collect();
        // Some clients use only the first key, so the current one comes first.
        published.sort_by_key(|&(alg, waits, phase, _)| (alg, waits, phase));
        json!({ "keys": published.into_iter().map(|(.., jwk)| jwk).collect::<Vec<_>>() })
    }

    /// How long clients may cache [`Signer::jwks`], in seconds.
    pub(crate) fn cached(&self) -> i64 {
        self.kobling.settings().rotation.cached.as_seconds()
    }

    /// Signs claims with the current key. `typ` defaults to `JWT`.
    pub fn sign<T: Serialize>(
        &self,
        alg: SigningAlg,
        typ: Option<&str>,
        claims: &T,
    ) -> Option<String> {
        let ring = self.ring();
        let signer = signing_key::signer(&ring.stored, alg, self.now())?;
        let (_, key) = ring.by_kid(&signer.kid)?;
        let header = json!({ "typ": typ.unwrap_or("JWT"), "alg": alg.name(), "kid": signer.kid });
        let message = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(serde_json::to_vec(claims).ok()?)
        );
        let signature = key.sign(message.as_bytes())?;
        Some(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// An ID token for a client, signed with the client's algorithm.
    pub fn id_token(&self, client: &Client, claims: &Claims) -> Option<String> {
        let now = self.now().as_seconds();
        let (amr, idp) = match &claims.method {
            Method::Password => (vec!["pwd"], None),
            Method::Eid {
                provider, method, ..
            } => (
                method
                    .as_deref()
                    .map_or_else(|| vec!["eid"], |method| vec!["eid", method]),
                Some(provider.as_str()),
            ),
        };
        let token = IdToken {
            iss: self.issuer(),
            sub: claims.subject.clone(),
            aud: &client.id,
            iat: now,
            exp: now + ID_TOKEN_LIFE,
            auth_time: claims.auth_time.as_seconds(),
            nonce: claims.nonce.as_deref(),
            sid: &claims.sid,
            acr: worth(&claims.method).0,
            amr,
            idp,
            person: person(claims),
        };
        self.sign(client.signing, None, &token)
    }

    fn issuer(&self) -> &str {
        &self.kobling.settings().origin
    }

    /// Verifies an `id_token_hint`. It may have expired (RP-Initiated Logout 1.0 §2).
    pub(crate) fn hint(&self, token: &str) -> Option<Hint> {
        let signed = Signed::read(token)?;
        // The same keys sign logout tokens, which are not ID tokens (RFC 8725 §3.11).
        if signed.header.typ.as_ref().is_some_and(|typ| typ != "JWT") {
            return None;
        }
        let ring = self.ring();
        let (stored, key) = ring.by_kid(signed.header.kid.as_ref()?)?;
        // The key determines the algorithm, not the header (RFC 8725 §3.1).
        let genuine = signed.header.alg == stored.alg.name() && signed.is_by(&key.public);
        let hint: Hint = signed.claims().filter(|_| genuine)?;
        (hint.iss == self.issuer()).then_some(hint)
    }
}

/// The granted claims about the person.
pub(crate) fn person(claims: &Claims) -> Value {
    let mut person = json!({});
    if let Some(name) = &claims.name {
        person["name"] = json!(name);
    }
    if let Some((email, verified)) = &claims.email {
        person["email"] = json!(email.as_str());
        person["email_verified"] = json!(verified);
    }
    person
}
