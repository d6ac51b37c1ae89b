//! Keys of applications and what they sign, including invalid signatures.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, crypto, jwk::Jwk};
use kobling::world::SystemEntropy;
use kobling_domain::kernel::clock::Entropy as _;
use p256::pkcs8::EncodePrivateKey as _;
use rsa::pkcs1::EncodeRsaPrivateKey as _;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::OnceLock;

/// A private key and its public half.
pub struct Key {
    encoding: EncodingKey,
    pub alg: Algorithm,
    pub kid: &'static str,
}

impl Key {
    /// A new P-256 key.
    pub fn es256(kid: &'static str) -> Self {
        let secret = p256::SecretKey::from_slice(&SystemEntropy.bytes()).expect("a key");
        let der = secret.to_pkcs8_der().expect("PKCS#8");
        Self {
            encoding: EncodingKey::from_ec_der(der.as_bytes()),
            alg: Algorithm::ES256,
            kid,
        }
    }

    /// The same RSA key every time: generating one is slow.
    pub fn rsa(alg: Algorithm, kid: &'static str) -> Self {
        static DER: OnceLock<Vec<u8>> = OnceLock::new();
        let der = DER.get_or_init(|| {
            let key = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2_048).expect("a key");
            key.to_pkcs1_der().expect("PKCS#1").as_bytes().to_vec()
        });
        Self {
            encoding: EncodingKey::from_rsa_der(der),
            alg,
            kid,
        }
    }

    /// A new Ed25519 key (PKCS#8 after RFC 8410 §7).
    pub fn ed25519(kid: &'static str) -> Self {
        const BEFORE: [u8; 16] = [
            0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22,
            0x04, 0x20,
        ];
        let der = [&BEFORE[..], &SystemEntropy.bytes()].concat();
        Self {
            encoding: EncodingKey::from_ed_der(&der),
            alg: Algorithm::EdDSA,
            kid,
        }
    }

    /// The public half.
    pub fn public(&self) -> Value {
        let mut jwk =
            serde_json::to_value(Jwk::from_encoding_key(&self.encoding, self.alg).expect("a key"))
                .expect("JSON");
        jwk["kid"] = json!(self.kid);
        jwk
    }

    /// The JWK set of the public halves of these keys.
    pub fn set(keys: &[&Self]) -> String {
        let keys: Vec<Value> = keys.iter().map(|key| key.public()).collect();
        json!({ "keys": keys }).to_string()
    }

    /// Signs under any header.
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        signed(header, claims, |message| {
            crypto::sign(message.as_bytes(), &self.encoding, self.alg).expect("signs")
        })
    }

    /// Signs under a correct header.
    pub fn sign_well(&self, claims: &Value) -> String {
        self.sign(&json!({ "alg": self.alg, "kid": self.kid }), claims)
    }
}

impl Key {
    /// A new DPoP proof for a request (RFC 9449 §4.2), and for its access token if there is one.
    pub fn proof(&self, method: &str, address: &str, token: Option<&str>) -> String {
        let mut jwk = self.public();
        jwk.as_object_mut().expect("an object").remove("kid");
        let mut claims = json!({ "jti": fresh(), "htm": method, "htu": address, "iat": now() });
        if let Some(token) = token {
            claims["ath"] = json!(URL_SAFE_NO_PAD.encode(Sha256::digest(token)));
        }
        let header = json!({ "typ": "dpop+jwt", "alg": self.alg, "jwk": jwk });
        self.sign(&header, &claims)
    }

    /// The thumbprint of a P-256 key (RFC 7638 §3), computed independently of the code under test.
    pub fn thumbprint(&self) -> String {
        let jwk = self.public();
        let members = format!(
            r#"{{"crv":"P-256","kty":"EC","x":{},"y":{}}}"#,
            jwk["x"], jwk["y"]
        );
        URL_SAFE_NO_PAD.encode(Sha256::digest(members))
    }
}

/// A token whose signature is what `sign` returns.
pub fn signed(header: &Value, claims: &Value, sign: impl FnOnce(&str) -> String) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let signature = sign(&message);
    format!("{message}.{signature}")
}

/// Signs with HMAC under a given secret.
pub fn hs256(secret: &[u8], header: &Value, claims: &Value) -> String {
    signed(header, claims, |message| {
        let key = EncodingKey::from_secret(secret);
        crypto::sign(message.as_bytes(), &key, Algorithm::HS256).expect("signs")
    })
}

/// A value that has not been used before.
pub fn fresh() -> String {
    URL_SAFE_NO_PAD.encode(SystemEntropy.bytes())
}

/// Now, in seconds.
pub fn now() -> i64 {
    use kobling_domain::kernel::clock::Clock as _;
    kobling::world::SystemClock.now().as_seconds()
}
