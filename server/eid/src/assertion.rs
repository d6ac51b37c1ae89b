//! Client authentication: by a secret, or by a signed assertion (RFC 7523 §3).

use crate::{
    certificate::Chain,
    settings::{AssertionAlg, ClientAuth, SettingsError},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use kobling_domain::{eid::port::EidError, kernel::clock::Entropy};
use kobling_http::{Basic, Form};
use kobling_model::Timestamp;
use serde::Serialize;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Lifetime of an assertion, in seconds. ID-porten accepts 120 at most; the rest allows for clock skew.
const LIFETIME: i64 = 100;

/// A client authentication method, ready for use.
pub(crate) enum Authenticator {
    Basic(String),
    Post(String),
    Assertion(Box<Signer>),
}

/// A key and how its assertions identify it.
pub(crate) struct Signer {
    key: EncodingKey,
    header: Header,
    /// When its certificate expires.
    not_after: Option<Timestamp>,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    jti: String,
    iat: i64,
    exp: i64,
}

impl Authenticator {
    /// Parses the key, if there is one, and tests it: a key that cannot sign is found at startup, not at a sign-in.
    pub(crate) fn new(auth: &ClientAuth) -> Result<Self, SettingsError> {
        let (key_pem, kid, chain_pem, alg) = match auth {
            ClientAuth::Basic(secret) => return Ok(Self::Basic(secret.clone())),
            ClientAuth::Post(secret) => return Ok(Self::Post(secret.clone())),
            ClientAuth::PrivateKeyJwt {
                key_pem,
                kid,
                chain_pem,
                alg,
            } => (key_pem.as_bytes(), kid, chain_pem, *alg),
        };
        if kid.is_some() && chain_pem.is_some() {
            return Err(SettingsError::KidAndCertificate);
        }
        let key = match alg {
            AssertionAlg::Es256 | AssertionAlg::Es384 => EncodingKey::from_ec_pem(key_pem),
            _ => EncodingKey::from_rsa_pem(key_pem),
        }
        .map_err(|_| SettingsError::PrivateKey)?;
        let mut header = Header::new(algorithm(alg));
        header.kid.clone_from(kid);
        jsonwebtoken::encode(&header, &serde_json::json!({}), &key)
            .map_err(|_| SettingsError::PrivateKey)?;
        let mut not_after = None;
        if let Some(pem) = chain_pem {
            let chain = Chain::read(pem, &key, header.alg)?;
            not_after = Some(chain.not_after);
            header.x5c = Some(chain.x5c);
        }
        Ok(Self::Assertion(Box::new(Signer {
            key,
            header,
            not_after,
        })))
    }

    /// When the certificate, if there is one, expires.
    pub(crate) fn not_after(&self) -> Option<Timestamp> {
        match self {
            Self::Basic(_) | Self::Post(_) => None,
            Self::Assertion(signer) => signer.not_after,
        }
    }

    /// Adds the client authentication to a form, or returns what belongs in the header.
    ///
    /// The audience is the issuer, which ID-porten requires and RFC 9126 §2 allows at both endpoints.
    pub(crate) fn prove(
        &self,
        form: &mut Form,
        client_id: &str,
        issuer: &str,
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> Result<Option<Basic>, EidError> {
        let secret = match self {
            Self::Basic(secret) => return Ok(Some((encoded(client_id), encoded(secret)))),
            Self::Post(secret) => ("client_secret", secret.clone()),
            Self::Assertion(signer) => {
                let claims = Claims {
                    iss: client_id,
                    sub: client_id,
                    aud: issuer,
                    jti: URL_SAFE_NO_PAD.encode(entropy.bytes()),
                    iat: now.as_seconds(),
                    exp: now.as_seconds().saturating_add(LIFETIME),
                };
                let assertion = jsonwebtoken::encode(&signer.header, &claims, &signer.key)
                    .map_err(|_| EidError::Unavailable("client assertion: not signed".into()))?;
                form.push(("client_assertion_type", ASSERTION_TYPE.to_owned()));
                ("client_assertion", assertion)
            }
        };
        form.push(secret);
        if !form.iter().any(|(name, _)| *name == "client_id") {
            form.push(("client_id", client_id.to_owned()));
        }
        Ok(None)
    }
}

const fn algorithm(alg: AssertionAlg) -> Algorithm {
    match alg {
        AssertionAlg::Rs256 => Algorithm::RS256,
        AssertionAlg::Rs384 => Algorithm::RS384,
        AssertionAlg::Rs512 => Algorithm::RS512,
        AssertionAlg::Ps256 => Algorithm::PS256,
        AssertionAlg::Es256 => Algorithm::ES256,
        AssertionAlg::Es384 => Algorithm::ES384,
    }
}

/// RFC 6749 §2.3.1: both parts are form-encoded before they are joined.
fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
