//! Generates a signing key, and decodes it for signing and publishing.

use super::jose::PublicKey;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kobling_domain::{
    kernel::clock::Entropy,
    oidc::{
        client::SigningAlg,
        signing_key::types::{MadeKey, SigningKey},
    },
};
use ring::{
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING as ES256, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256,
        RsaKeyPair, RsaPublicKeyComponents,
    },
};
use rsa::{RsaPrivateKey, pkcs8::EncodePrivateKey};
use serde_json::{Value, json};

/// Size of an RSA key; RFC 7518 §3.3 requires 2048 or more.
const RSA_BITS: usize = 2_048;

/// A decoded signing key.
pub(super) struct Key {
    private: Private,
    pub(super) public: PublicKey,
    /// The public half (RFC 7517).
    pub(super) jwk: Value,
}

enum Private {
    Ec(EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

/// Generates a key, as PKCS#8. For RSA this takes up to about a second of CPU time.
pub(super) fn make(alg: SigningAlg, entropy: &dyn Entropy) -> Option<MadeKey> {
    let private = match alg {
        SigningAlg::Es256 => EcdsaKeyPair::generate_pkcs8(&ES256, &SystemRandom::new())
            .ok()?
            .as_ref()
            .to_vec(),
        // ring cannot generate RSA keys.
        SigningAlg::Rs256 => RsaPrivateKey::new(&mut rsa::rand_core::OsRng, RSA_BITS)
            .ok()?
            .to_pkcs8_der()
            .ok()?
            .as_bytes()
            .to_vec(),
    };
    Some(MadeKey {
        kid: URL_SAFE_NO_PAD.encode(&entropy.bytes()[..12]),
        alg,
        private,
    })
}

impl Key {
    /// Decodes a stored key, from its decrypted private part.
    pub(super) fn open(stored: &SigningKey, private: &[u8]) -> Option<Self> {
        let (private, public) = match stored.alg {
            SigningAlg::Es256 => {
                let pair = EcdsaKeyPair::from_pkcs8(&ES256, private, &SystemRandom::new()).ok()?;
                let (x, y) = pair.public_key().as_ref().get(1..)?.split_first_chunk()?;
                let public = PublicKey::Ec(*x, y.try_into().ok()?);
                (Private::Ec(pair), public)
            }
            SigningAlg::Rs256 => {
                let pair = RsaKeyPair::from_pkcs8(private).ok()?;
                let RsaPublicKeyComponents { n, e } = pair.public().into();
                (Private::Rsa(pair), PublicKey::Rsa(n, e))
            }
        };
        let mut jwk = public.jwk();
        jwk["kid"] = json!(stored.kid);
        jwk["alg"] = json!(stored.alg.name());
        jwk["use"] = json!("sig");
        Some(Self {
            private,
            public,
            jwk,
        })
    }

    /// Signs with the algorithm of the key (RFC 7518 §3.3, §3.4).
    pub(super) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let random = SystemRandom::new();
        match &self.private {
            Private::Ec(pair) => Some(pair.sign(&random, message).ok()?.as_ref().to_vec()),
            Private::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .ok()?;
                Some(signature)
            }
        }
    }
}

#[cfg(test)]
mod tests;
