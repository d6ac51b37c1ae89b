//! Generates a signing key, and decodes it for signing and publishing.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey,
    jwk::{Jwk, PublicKeyUse},
};
use kobling_domain::{
    kernel::clock::Entropy,
    oidc::{
        client::SigningAlg,
        signing_key::types::{MadeKey, SigningKey},
    },
};
use p256::SecretKey;
use rsa::{
    RsaPrivateKey,
    pkcs1::EncodeRsaPrivateKey,
    pkcs8::{DecodePrivateKey, EncodePrivateKey},
};
use serde_json::Value;

/// Size of an RSA key; RFC 7518 §3.3 requires 2048 or more.
const RSA_BITS: usize = 2_048;

/// A decoded signing key.
pub(super) struct Key {
    pub(super) encoding: EncodingKey,
    pub(super) decoding: DecodingKey,
    /// The public half (RFC 7517).
    pub(super) jwk: Value,
}

pub(super) const fn algorithm(alg: SigningAlg) -> Algorithm {
    match alg {
        SigningAlg::Es256 => Algorithm::ES256,
        SigningAlg::Rs256 => Algorithm::RS256,
    }
}

/// Generates a key. For RSA this takes up to about a second of CPU time.
pub(super) fn make(alg: SigningAlg, entropy: &dyn Entropy) -> Option<MadeKey> {
    let der = match alg {
        SigningAlg::Es256 => SecretKey::from_slice(&entropy.bytes())
            .ok()?
            .to_pkcs8_der()
            .ok()?,
        SigningAlg::Rs256 => RsaPrivateKey::new(&mut rsa::rand_core::OsRng, RSA_BITS)
            .ok()?
            .to_pkcs8_der()
            .ok()?,
    };
    Some(MadeKey {
        kid: URL_SAFE_NO_PAD.encode(&entropy.bytes()[..12]),
        alg,
        private: der.as_bytes().to_vec(),
    })
}

impl Key {
    /// Decodes a stored key, from its decrypted private part.
    pub(super) fn open(stored: &SigningKey, private: &[u8]) -> Option<Self> {
        let encoding = match stored.alg {
            SigningAlg::Es256 => EncodingKey::from_ec_der(private),
            SigningAlg::Rs256 => {
                let key = RsaPrivateKey::from_pkcs8_der(private).ok()?;
                EncodingKey::from_rsa_der(key.to_pkcs1_der().ok()?.as_bytes())
            }
        };
        let mut jwk = Jwk::from_encoding_key(&encoding, algorithm(stored.alg)).ok()?;
        jwk.common.key_id = Some(stored.kid.clone());
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        Some(Self {
            encoding,
            decoding: DecodingKey::from_jwk(&jwk).ok()?,
            jwk: serde_json::to_value(&jwk).ok()?,
        })
    }
}
