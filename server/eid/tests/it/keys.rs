//! Keys generated once for all tests, and tokens signed with them.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use p256::elliptic_curve::sec1::ToEncodedPoint;
use rsa::{
    RsaPrivateKey,
    pkcs8::{EncodePrivateKey, EncodePublicKey, LineEnding},
    rand_core::OsRng,
    traits::PublicKeyParts,
};
use serde_json::{Value, json};
use std::sync::LazyLock;

pub(crate) struct Key {
    pub(crate) kid: &'static str,
    pub(crate) alg: Algorithm,
    pub(crate) private_pem: String,
    pub(crate) public_pem: String,
    jwk: Value,
}

/// The provider's key.
pub(crate) static PROVIDER: LazyLock<Key> = LazyLock::new(|| Key::rsa("provider-1"));
/// Another key of the provider, for rotation, or an attacker's.
pub(crate) static OTHER: LazyLock<Key> = LazyLock::new(|| Key::rsa("provider-2"));
/// A key on P-256.
pub(crate) static CURVE: LazyLock<Key> = LazyLock::new(|| Key::p256("curve-1"));

impl Key {
    fn rsa(kid: &'static str) -> Self {
        let key = RsaPrivateKey::new(&mut OsRng, 2048).unwrap();
        let public = key.to_public_key();
        Self {
            kid,
            alg: Algorithm::RS256,
            private_pem: key.to_pkcs8_pem(LineEnding::LF).unwrap().to_string(),
            public_pem: public.to_public_key_pem(LineEnding::LF).unwrap(),
            jwk: json!({
                "kty": "RSA",
                "n": URL_SAFE_NO_PAD.encode(public.n().to_bytes_be()),
                "e": URL_SAFE_NO_PAD.encode(public.e().to_bytes_be()),
            }),
        }
    }

    fn p256(kid: &'static str) -> Self {
        let key = p256::SecretKey::random(&mut OsRng);
        let public = key.public_key();
        let point = public.to_encoded_point(false);
        Self {
            kid,
            alg: Algorithm::ES256,
            private_pem: key.to_pkcs8_pem(LineEnding::LF).unwrap().to_string(),
            public_pem: public.to_public_key_pem(LineEnding::LF).unwrap(),
            jwk: json!({
                "kty": "EC",
                "crv": "P-256",
                "x": URL_SAFE_NO_PAD.encode(point.x().unwrap()),
                "y": URL_SAFE_NO_PAD.encode(point.y().unwrap()),
            }),
        }
    }

    /// The public key, as in a key set.
    pub(crate) fn jwk(&self) -> Value {
        let mut jwk = self.jwk.clone();
        jwk["use"] = json!("sig");
        jwk["kid"] = json!(self.kid);
        jwk
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.sign_as(Some(self.kid), claims)
    }

    /// Signs with any `kid`.
    pub(crate) fn sign_as(&self, kid: Option<&str>, claims: &Value) -> String {
        let mut header = Header::new(self.alg);
        header.kid = kid.map(str::to_owned);
        self.sign_with(&header, claims)
    }

    /// Signs as a token of this type.
    pub(crate) fn sign_typed(&self, typ: Option<&str>, claims: &Value) -> String {
        let mut header = Header::new(self.alg);
        header.kid = Some(self.kid.to_owned());
        header.typ = typ.map(str::to_owned);
        self.sign_with(&header, claims)
    }

    /// Signs with any header.
    pub(crate) fn sign_with(&self, header: &Header, claims: &Value) -> String {
        let pem = self.private_pem.as_bytes();
        let key = match self.alg {
            Algorithm::ES256 => EncodingKey::from_ec_pem(pem),
            _ => EncodingKey::from_rsa_pem(pem),
        };
        jsonwebtoken::encode(header, claims, &key.unwrap()).unwrap()
    }
}

/// An unsigned token.
pub(crate) fn unsigned(claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.", part(&json!({"alg": "none"})), part(claims))
}

/// Algorithm confusion: a MAC with the provider's public key as secret.
pub(crate) fn mac_with_public_key(claims: &Value) -> String {
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some(PROVIDER.kid.to_owned());
    let key = EncodingKey::from_secret(PROVIDER.public_pem.as_bytes());
    jsonwebtoken::encode(&header, claims, &key).unwrap()
}
