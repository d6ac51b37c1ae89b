//! Signing ID tokens with the keys of the database.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, jwk::Jwk};
use kobling_domain::{Fault, Kobling, grant::Claims, session::Method};
use kobling_model::{AccountId, Level, Problem};
use p256::{SecretKey, pkcs8::EncodePrivateKey};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// How long an ID token lives, in seconds.
const ID_TOKEN_LIFE: i64 = 300;

struct Key {
    kid: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
}

/// Signs with the newest key, knows all that are published.
pub struct Signer {
    keys: Vec<Key>,
    jwks: Value,
    issuer: String,
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
    acr: String,
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

impl Hint {
    pub(crate) fn account(&self) -> Option<AccountId> {
        self.sub.parse().ok()
    }
}

fn unavailable<E>(_: E) -> Fault {
    Fault::Problem(Problem::Unavailable)
}

impl Signer {
    /// Loads the keys, making the first one.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn load(kobling: &Kobling) -> Result<Self, Fault> {
        let entropy = kobling.ports().entropy.clone();
        let make = move || {
            let kid = URL_SAFE_NO_PAD.encode(&entropy.bytes()[..12]);
            let secret = SecretKey::from_slice(&entropy.bytes()).ok()?;
            let der = secret.to_pkcs8_der().ok()?;
            Some((kid, der.as_bytes().to_vec()))
        };
        let mut keys = Vec::new();
        let mut published = Vec::new();
        for (kid, private) in kobling.signing_keys("ES256", make).await? {
            let encoding = EncodingKey::from_ec_der(&private);
            let mut jwk =
                Jwk::from_encoding_key(&encoding, Algorithm::ES256).map_err(unavailable)?;
            jwk.common.key_id = Some(kid.clone());
            jwk.common.public_key_use = Some(jsonwebtoken::jwk::PublicKeyUse::Signature);
            let decoding = DecodingKey::from_jwk(&jwk).map_err(unavailable)?;
            published.push(serde_json::to_value(&jwk).map_err(unavailable)?);
            keys.push(Key {
                kid,
                encoding,
                decoding,
            });
        }
        if keys.is_empty() {
            return Err(Fault::Problem(Problem::Unavailable));
        }
        Ok(Self {
            keys,
            jwks: json!({ "keys": published }),
            issuer: kobling.settings().origin.clone(),
        })
    }

    pub(crate) const fn jwks(&self) -> &Value {
        &self.jwks
    }

    /// An ID token for a client; `now` in seconds.
    pub(crate) fn id_token(&self, client: &str, claims: &Claims, now: i64) -> Option<String> {
        let key = self.keys.first()?;
        let (acr, amr, idp) = match &claims.method {
            Method::Password => ("pwd".to_owned(), vec!["pwd"], None),
            Method::Eid {
                provider,
                level,
                acr,
                method,
                ..
            } => (
                acr.clone().unwrap_or_else(|| level_name(*level).to_owned()),
                method
                    .as_deref()
                    .map_or_else(|| vec!["eid"], |method| vec!["eid", method]),
                Some(provider.as_str()),
            ),
        };
        let token = IdToken {
            iss: &self.issuer,
            sub: claims.account.to_string(),
            aud: client,
            iat: now,
            exp: now + ID_TOKEN_LIFE,
            auth_time: claims.auth_time.as_seconds(),
            nonce: claims.nonce.as_deref(),
            sid: &claims.sid,
            acr,
            amr,
            idp,
            person: person(claims),
        };
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(key.kid.clone());
        jsonwebtoken::encode(&header, &token, &key.encoding).ok()
    }

    /// Reads an `id_token_hint`: signed by us, however long ago (RP-Initiated Logout 1.0 §2).
    pub(crate) fn hint(&self, token: &str) -> Option<Hint> {
        let kid = jsonwebtoken::decode_header(token).ok()?.kid?;
        let key = self.keys.iter().find(|key| key.kid == kid)?;
        let mut validation = Validation::new(Algorithm::ES256);
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.set_issuer(&[&self.issuer]);
        validation.set_required_spec_claims(&["iss", "sub", "aud"]);
        jsonwebtoken::decode::<Hint>(token, &key.decoding, &validation)
            .ok()
            .map(|data| data.claims)
    }
}

const fn level_name(level: Level) -> &'static str {
    match level {
        Level::Low => "low",
        Level::Substantial => "substantial",
        Level::High => "high",
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
