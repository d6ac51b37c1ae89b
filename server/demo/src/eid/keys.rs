//! The signing key and the ID tokens made with it.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, errors::Error as JwtError,
};
use rsa::{
    RsaPrivateKey,
    pkcs1::{EncodeRsaPrivateKey as _, EncodeRsaPublicKey as _},
    traits::PublicKeyParts as _,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{DemoError, random};

/// The provider's RSA key.
#[derive(Clone)]
pub(crate) struct Keys {
    kid: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
    modulus: String,
    exponent: String,
}

/// The claims of an `id_token_hint` that the sign-out endpoint needs.
#[derive(Deserialize)]
pub(crate) struct Hint {
    pub(crate) iss: String,
    pub(crate) aud: String,
    pub(crate) sid: String,
}

impl Keys {
    /// Generates a 2048-bit key.
    pub(crate) fn generate() -> Result<Self, DemoError> {
        let key =
            RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).map_err(DemoError::SigningKey)?;
        let private = key
            .to_pkcs1_der()
            .map_err(|error| DemoError::SigningKey(error.into()))?;
        let public = key
            .to_public_key()
            .to_pkcs1_der()
            .map_err(|error| DemoError::SigningKey(error.into()))?;
        Ok(Self {
            kid: random::token(),
            encoding: EncodingKey::from_rsa_der(private.as_bytes()),
            decoding: DecodingKey::from_rsa_der(public.as_bytes()),
            modulus: URL_SAFE_NO_PAD.encode(key.n().to_bytes_be()),
            exponent: URL_SAFE_NO_PAD.encode(key.e().to_bytes_be()),
        })
    }

    /// The public key as a JWK set (RFC 7517 §5).
    pub(crate) fn jwks(&self) -> Value {
        json!({ "keys": [{
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.kid,
            "n": self.modulus,
            "e": self.exponent,
        }]})
    }

    /// Signs claims with RS256.
    pub(crate) fn sign(&self, claims: &Value) -> Result<String, JwtError> {
        let mut header = Header::new(Algorithm::RS256);
        header.kid = Some(self.kid.clone());
        jsonwebtoken::encode(&header, claims, &self.encoding)
    }

    /// Parses an ID token that was issued here, regardless of its age.
    pub(crate) fn read_hint(&self, token: &str) -> Option<Hint> {
        let mut validation = Validation::new(Algorithm::RS256);
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        jsonwebtoken::decode::<Hint>(token, &self.decoding, &validation)
            .ok()
            .map(|data| data.claims)
    }
}

/// The same token with an invalid signature: its first character is changed.
pub(crate) fn break_signature(token: &str) -> String {
    match token.rsplit_once('.') {
        Some((signed, signature)) => {
            let other = if signature.starts_with('A') { 'B' } else { 'A' };
            let rest = signature.get(1..).unwrap_or_default();
            format!("{signed}.{other}{rest}")
        }
        None => token.to_owned(),
    }
}

/// An unsigned token (`alg` `none`, RFC 7519 §6), which every relying party must refuse.
pub(crate) fn unsigned(claims: &Value) -> String {
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
    format!("{header}.{}.", URL_SAFE_NO_PAD.encode(claims.to_string()))
}
