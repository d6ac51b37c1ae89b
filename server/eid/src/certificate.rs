//! The certificate in an assertion's header `x5c` (RFC 7515 §4.1.6).

use crate::settings::SettingsError;
use base64::{Engine, engine::general_purpose::STANDARD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, crypto};
use kobling_model::Timestamp;
use rustls::pki_types::{CertificateDer, pem::PemObject};
use x509_cert::{Certificate, der::Decode};

/// Signed to check that a key and a certificate match.
const TRIAL: &[u8] = b"trial";

/// A chain, leaf first.
pub(crate) struct Chain {
    /// As in the header `x5c`: base64 of DER, not base64url.
    pub(crate) x5c: Vec<String>,
    /// The earliest expiry in the chain.
    pub(crate) not_after: Timestamp,
}

impl Chain {
    /// Parses the chain and checks the key against the leaf certificate.
    ///
    /// # Errors
    /// [`SettingsError::Certificate`].
    pub(crate) fn read(
        pem: &str,
        key: &EncodingKey,
        alg: Algorithm,
    ) -> Result<Self, SettingsError> {
        Self::parse(pem, key, alg).ok_or(SettingsError::Certificate)
    }

    fn parse(pem: &str, key: &EncodingKey, alg: Algorithm) -> Option<Self> {
        let mut x5c = Vec::new();
        let mut not_after: Option<Timestamp> = None;
        for der in CertificateDer::pem_slice_iter(pem.as_bytes()) {
            let der = der.ok()?;
            let certificate = Certificate::from_der(&der).ok()?;
            let content = certificate.tbs_certificate();
            if x5c.is_empty() {
                let public = content.subject_public_key_info();
                let public = public.subject_public_key.raw_bytes();
                // RFC 5480 §2.2 and RFC 3279 §2.3.1: the point, or an RSAPublicKey.
                let public = match alg {
                    Algorithm::ES256 | Algorithm::ES384 => DecodingKey::from_ec_der(public),
                    _ => DecodingKey::from_rsa_der(public),
                };
                let signature = crypto::sign(TRIAL, key, alg).ok()?;
                crypto::verify(&signature, TRIAL, &public, alg)
                    .ok()
                    .filter(|holds| *holds)?;
            }
            let ends = content.validity().not_after.to_unix_duration().as_secs();
            let ends = Timestamp::from_seconds(i64::try_from(ends).unwrap_or(i64::MAX));
            not_after = Some(not_after.map_or(ends, |earliest| earliest.min(ends)));
            x5c.push(STANDARD.encode(&der));
        }
        Some(Self {
            x5c,
            not_after: not_after?,
        })
    }
}
