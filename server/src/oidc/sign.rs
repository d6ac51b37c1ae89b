//! Signing ID tokens and logout tokens with the keys of the database.

use super::key::{self, Key, algorithm};
use jsonwebtoken::{Header, Validation};
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

/// What the database holds of keys, as of the last look.
#[derive(Default)]
struct Ring {
    stored: Vec<SigningKey>,
    /// At the same places.
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

/// Signs with the key whose time it is, knows all that are published, and takes note when there are others.
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

/// What an `id_token_hint` is read for.
#[derive(Deserialize)]
pub(crate) struct Hint {
    pub(crate) sub: String,
    pub(crate) aud: String,
}

impl Signer {
    /// One that knows no key yet.
    #[must_use]
    pub fn new(kobling: &Kobling) -> Self {
        Self {
            kobling: kobling.clone(),
            ring: RwLock::default(),
        }
    }

    /// Loads the keys, making the first ones.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn load(kobling: &Kobling) -> Result<Self, Fault> {
        let signer = Self::new(kobling);
        signer.tend().await?;
        Ok(signer)
    }

    /// Does what the schedule asks for, and takes note of what other processes and commands have done.
    ///
    /// # Errors
    /// [`Fault`]; signing goes on with the keys that are known.
    pub async fn tend(&self) -> Result<(), Fault> {
        self.renew(Why::Schedule).await?;
        self.kobling.signing_keys.forget().await?;
        self.reload().await
    }

    /// Adds keys, as far as there is reason to, and gives them.
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

    /// Reads the keys anew.
    ///
    /// # Errors
    /// [`Fault`]; the keys that were known stay.
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

    /// Tends the keys for as long as the process lives.
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

    /// The published keys (RFC 7517 §5): of each algorithm the one that signs, the one to come, those that signed until
    /// lately.
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
        // Whoever looks at the first one alone should find the one that signs.
        published.sort_by_key(|&(alg, waits, phase, _)| (alg, waits, phase));
        json!({ "keys": published.into_iter().map(|(.., jwk)| jwk).collect::<Vec<_>>() })
    }

    /// How long clients may go on with [`Signer::jwks`], in seconds.
    pub(crate) fn cached(&self) -> i64 {
        self.kobling.settings().rotation.cached.as_seconds()
    }

    /// Signs claims with the key whose time it is now. `typ` is `JWT` unless said.
    pub fn sign<T: Serialize>(
        &self,
        alg: SigningAlg,
        typ: Option<&str>,
        claims: &T,
    ) -> Option<String> {
        let ring = self.ring();
        let signer = signing_key::signer(&ring.stored, alg, self.now())?;
        let (_, key) = ring.by_kid(&signer.kid)?;
        let mut header = Header::new(algorithm(alg));
        header.kid = Some(signer.kid.clone());
        if let Some(typ) = typ {
            header.typ = Some(typ.to_owned());
        }
        jsonwebtoken::encode(&header, claims, &key.encoding).ok()
    }

    /// An ID token for a client, signed with what the client wants.
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

    /// Reads an `id_token_hint`: signed by us, however long ago (RP-Initiated Logout 1.0 §2).
    pub(crate) fn hint(&self, token: &str) -> Option<Hint> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        // A logout token is signed with the same keys, and is no ID token (RFC 8725 §3.11).
        if header.typ.is_some_and(|typ| typ != "JWT") {
            return None;
        }
        let ring = self.ring();
        let (stored, key) = ring.by_kid(&header.kid?)?;
        // What the header says of the algorithm is the sender's word; what counts is what the key is for (§3.1).
        let mut validation = Validation::new(algorithm(stored.alg));
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.set_issuer(&[self.issuer()]);
        validation.set_required_spec_claims(&["iss", "sub", "aud"]);
        jsonwebtoken::decode::<Hint>(token, &key.decoding, &validation)
            .ok()
            .map(|data| data.claims)
    }
}

/// The claims about the person that the granted scopes hold.
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
