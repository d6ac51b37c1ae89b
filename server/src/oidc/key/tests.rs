use super::*;
use crate::world::SystemEntropy;
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, crypto,
    jwk::{Jwk, PublicKeyUse},
};
use kobling_model::Timestamp;
use rsa::{
    pkcs1::EncodeRsaPrivateKey,
    traits::{PrivateKeyParts, PublicKeyParts},
};

fn open(alg: SigningAlg, private: &[u8]) -> Key {
    let stored = SigningKey {
        kid: "a".into(),
        alg,
        generation: 1,
        sealed: String::new(),
        created_at: Timestamp(0),
        signs_from: Timestamp(0),
    };
    Key::open(&stored, private).expect("a key")
}

fn verifies_independently(key: &Key, alg: Algorithm) -> bool {
    let jwk: Jwk = serde_json::from_value(key.jwk.clone()).expect("a JWK");
    let signature = URL_SAFE_NO_PAD.encode(key.sign(b"message").expect("signs"));
    let decoding = DecodingKey::from_jwk(&jwk).expect("a key");
    crypto::verify(&signature, b"message", &decoding, alg).expect("a signature")
}

/// The JWK as jsonwebtoken computes it.
fn jwk(encoding: &EncodingKey, alg: Algorithm) -> Value {
    let mut jwk = Jwk::from_encoding_key(encoding, alg).expect("a JWK");
    jwk.common.key_id = Some("a".into());
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    serde_json::to_value(jwk).expect("JSON")
}

#[test]
fn a_new_key_signs() {
    for (alg, expected) in [
        (SigningAlg::Es256, Algorithm::ES256),
        (SigningAlg::Rs256, Algorithm::RS256),
    ] {
        let made = make(alg, &SystemEntropy).expect("a key");
        assert!(verifies_independently(&open(alg, &made.private), expected));
    }
}

#[test]
fn an_es256_key_made_by_p256_opens() {
    let secret = p256::SecretKey::from_slice(&SystemEntropy.bytes()).expect("a key");
    let der = secret.to_pkcs8_der().expect("PKCS#8");
    let key = open(SigningAlg::Es256, der.as_bytes());
    let encoding = EncodingKey::from_ec_der(der.as_bytes());
    assert_eq!(key.jwk, jwk(&encoding, Algorithm::ES256));
    assert!(verifies_independently(&key, Algorithm::ES256));
}

#[test]
fn an_rs256_key_opens_whichever_prime_is_larger() {
    let made = RsaPrivateKey::new(&mut rsa::rand_core::OsRng, RSA_BITS).expect("a key");
    let mut primes = made.primes().to_vec();
    for _ in 0..2 {
        primes.reverse();
        let (n, e, d) = (made.n().clone(), made.e().clone(), made.d().clone());
        let same = RsaPrivateKey::from_components(n, e, d, primes.clone()).expect("a key");
        let der = same.to_pkcs8_der().expect("PKCS#8");
        let key = open(SigningAlg::Rs256, der.as_bytes());
        let der = same.to_pkcs1_der().expect("PKCS#1");
        let encoding = EncodingKey::from_rsa_der(der.as_bytes());
        assert_eq!(key.jwk, jwk(&encoding, Algorithm::RS256));
        assert!(verifies_independently(&key, Algorithm::RS256));
    }
}
