//! The simulated eID over HTTP, as a relying party and a browser use it.

mod authorize;
mod client_auth;
mod logout;
mod misbehave;
mod sign_in;
mod token;

use std::sync::OnceLock;

use axum::http::{Method, StatusCode, header};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, jwk::Jwk};
use rsa::{RsaPrivateKey, pkcs1::EncodeRsaPrivateKey as _, traits::PublicKeyParts as _};
use serde_json::{Value, json};

use super::{
    Client, ClientAuth, Config, Person, Shows, keys::Keys, provider, routes, synthetic_pid,
    token as tk,
};
use crate::testing::{Browser, Reply, Time, form};

const ISSUER: &str = "http://localhost:3002";
const CLIENT: &str = "kobling-demo";
const SECRET: &str = "en hemmelighet + å dele:med:deg";
const CALLBACK: &str = "http://localhost:3000/eid/bankid/callback";
const SIGNED_OUT: &str = "http://localhost:3000/eid/bankid/signed-out";
const VERIFIER: &str = "en-lang-nok-hemmelighet-som-bare-klienten-kjenner";

/// One key for all tests: generating it is slow.
fn keys() -> Keys {
    static KEYS: OnceLock<Keys> = OnceLock::new();
    KEYS.get_or_init(|| Keys::generate().unwrap()).clone()
}

/// The client's own key.
struct ClientKey {
    private: EncodingKey,
    jwk: Value,
}

fn client_key() -> &'static ClientKey {
    static KEY: OnceLock<ClientKey> = OnceLock::new();
    KEY.get_or_init(|| {
        let key = RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).unwrap();
        let encode =
            |bytes: Vec<u8>| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
        ClientKey {
            private: EncodingKey::from_rsa_der(key.to_pkcs1_der().unwrap().as_bytes()),
            jwk: json!({
                "kty": "RSA",
                "kid": "klient-1",
                "n": encode(key.n().to_bytes_be()),
                "e": encode(key.e().to_bytes_be()),
            }),
        }
    })
}

fn config(auth: ClientAuth) -> Config {
    Config {
        issuer: ISSUER.parse().unwrap(),
        client: Client {
            client_id: CLIENT.to_owned(),
            auth,
            redirect_uris: vec![CALLBACK.parse().unwrap()],
            post_logout_redirect_uris: vec![SIGNED_OUT.parse().unwrap()],
            frontend_origins: vec!["http://localhost:3001".to_owned()],
        },
        people: vec![
            Person {
                key: "known",
                label: "Kjent i HRM",
                shows: Shows {
                    nb: "Nummer og adresse er kjent",
                    nn: "Nummer og adresse er kjende",
                    en: "Number and address are known",
                },
                pid: synthetic_pid(1),
            },
            Person {
                key: "unknown",
                label: "Ukjent i HRM",
                shows: Shows {
                    nb: "Nummeret er ukjent",
                    nn: "Nummeret er ukjent",
                    en: "The number is unknown",
                },
                pid: synthetic_pid(2),
            },
        ],
        bar: None,
    }
}

/// The provider with one browser and one client.
struct Eid {
    browser: Browser,
    time: Time,
}

impl Eid {
    fn new() -> Self {
        Self::with(ClientAuth::Secret(SECRET.to_owned()))
    }

    fn with_key() -> Self {
        Self::with(ClientAuth::PrivateKeyJwt {
            jwk: client_key().jwk.clone(),
        })
    }

    fn with(auth: ClientAuth) -> Self {
        let time = Time::new();
        let provider = provider::Provider::new(config(auth), keys(), time.clock()).unwrap();
        Self {
            browser: Browser::new(routes::router(provider)),
            time,
        }
    }

    async fn authorize(&mut self, params: &Params) -> Reply {
        let path = format!("/authorize?{}", params.encode());
        self.browser.get(&path).await
    }

    /// Signs in without a page and returns the code.
    async fn code(&mut self) -> String {
        let hint = format!("testid:{}_idporten-loa-high", synthetic_pid(1));
        let reply = self
            .authorize(&Params::good().with("login_hint", &hint))
            .await;
        reply.param("code").unwrap()
    }

    /// Opens the sign-in page and returns the interaction.
    async fn interaction(&mut self, params: &Params) -> String {
        let reply = self.authorize(params).await;
        assert_eq!(reply.location().path(), "/login");
        reply.param("interaction").unwrap()
    }

    async fn redeem(&mut self, params: &Params) -> Reply {
        let basic = basic(CLIENT, SECRET);
        let headers = [(header::AUTHORIZATION, basic.as_str())];
        self.browser
            .ask(Method::POST, "/token", &headers, params.encode())
            .await
    }

    /// The claims of the ID token for a code; checks the signature, but not the times.
    async fn claims(&mut self, code: &str) -> Value {
        let reply = self.redeem(&Params::redeeming(code)).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
        let jwks = self.browser.get("/jwks").await.json();
        let jwk: Jwk = serde_json::from_value(jwks["keys"][0].clone()).unwrap();
        let mut validation = Validation::new(Algorithm::RS256);
        validation.validate_exp = false;
        validation.validate_aud = false;
        let token = reply.json()["id_token"].as_str().unwrap().to_owned();
        let key = DecodingKey::from_jwk(&jwk).unwrap();
        jsonwebtoken::decode(&token, &key, &validation)
            .unwrap()
            .claims
    }
}

/// The parameters of a request.
#[derive(Clone)]
struct Params(Vec<(String, String)>);

impl Params {
    /// A valid authorization request.
    fn good() -> Self {
        let challenge = tk::challenge(VERIFIER);
        Self::of(&[
            ("client_id", CLIENT),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", "openid profile"),
            ("state", "tilstand & mer"),
            ("nonce", "nonce-1"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("acr_values", "idporten-loa-substantial"),
        ])
    }

    /// A valid token request, without client authentication.
    fn redeeming(code: &str) -> Self {
        Self::of(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ])
    }

    fn of(pairs: &[(&str, &str)]) -> Self {
        let owned = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self(owned.collect())
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.0.retain(|(known, _)| known != name);
        self.and(name, value)
    }

    fn and(mut self, name: &str, value: &str) -> Self {
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.0.retain(|(known, _)| known != name);
        self
    }

    fn encode(&self) -> String {
        let pairs: Vec<(&str, &str)> = self
            .0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        form(&pairs)
    }
}

/// Both parts are form-encoded, as RFC 6749 §2.3.1 requires.
fn basic(id: &str, secret: &str) -> String {
    let encode =
        |text: &str| -> String { url::form_urlencoded::byte_serialize(text.as_bytes()).collect() };
    let joined = format!("{}:{}", encode(id), encode(secret));
    format!("Basic {}", STANDARD.encode(joined))
}

/// A valid assertion.
fn assertion_claims() -> Value {
    json!({
        "iss": CLIENT,
        "sub": CLIENT,
        "aud": ISSUER,
        "iat": Time::START,
        "exp": Time::START + 60,
        "jti": "en-gang",
    })
}

fn assertion(claims: &Value, algorithm: Algorithm, kid: &str) -> String {
    let mut header = Header::new(algorithm);
    header.kid = Some(kid.to_owned());
    jsonwebtoken::encode(&header, claims, &client_key().private).unwrap()
}
