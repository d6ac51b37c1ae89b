//! Tokens signed by clients, and the public keys that verify them: parsed strictly, and verified with an algorithm that
//! the key determines (RFC 8725 §3.1).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// The longest accepted token, in bytes.
const LONGEST: usize = 8_192;

/// Accepted sizes of RSA keys, in bytes of the modulus: 2048 bits (NIST SP 800-131A) to 4096.
const RSA_SIZES: std::ops::RangeInclusive<usize> = 256..=512;

/// The algorithms that clients may sign with. All are asymmetric: neither `none` nor an HMAC that takes a public key
/// for its secret.
pub const ALGORITHMS: [&str; 4] = ["ES256", "RS256", "PS256", "EdDSA"];

/// A public key of a supported type. Only the members that define it are kept, so that it has one form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicKey {
    /// On P-256: `x` and `y`.
    Ec([u8; 32], [u8; 32]),
    /// Modulus and exponent.
    Rsa(Vec<u8>, Vec<u8>),
    /// Ed25519: `x`.
    Ed([u8; 32]),
}

fn member<'a>(jwk: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    jwk.get(name)?.as_str()
}

fn bytes(jwk: &Map<String, Value>, name: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(member(jwk, name)?).ok()
}

impl PublicKey {
    /// Parses a JWK (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2). `None` for an unsupported type, and for a key with private
    /// or secret members: a private key that was published is compromised.
    #[must_use]
    pub fn read(jwk: &Value) -> Option<Self> {
        let jwk = jwk.as_object()?;
        let is_private = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"]
            .into_iter()
            .any(|name| jwk.contains_key(name));
        if is_private {
            return None;
        }
        let fixed = |name| -> Option<[u8; 32]> { bytes(jwk, name)?.try_into().ok() };
        match (member(jwk, "kty")?, member(jwk, "crv")) {
            ("EC", Some("P-256")) => Some(Self::Ec(fixed("x")?, fixed("y")?)),
            ("OKP", Some("Ed25519")) => Some(Self::Ed(fixed("x")?)),
            ("RSA", None) => {
                let (n, e) = (bytes(jwk, "n")?, bytes(jwk, "e")?);
                // Leading zeros would give the same key a second form.
                let fits = RSA_SIZES.contains(&n.len())
                    && n.first().is_some_and(|first| *first != 0)
                    && n.last().is_some_and(|last| last % 2 == 1)
                    && (1..=4).contains(&e.len())
                    && e.first().is_some_and(|first| *first != 0)
                    && e.last().is_some_and(|last| last % 2 == 1)
                    && e != [1];
                fits.then_some(Self::Rsa(n, e))
            }
            _ => None,
        }
    }

    /// The members that define the key.
    pub(super) fn jwk(&self) -> Value {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match self {
            Self::Ec(x, y) => json!({ "crv": "P-256", "kty": "EC", "x": text(x), "y": text(y) }),
            Self::Rsa(n, e) => json!({ "e": text(e), "kty": "RSA", "n": text(n) }),
            Self::Ed(x) => json!({ "crv": "Ed25519", "kty": "OKP", "x": text(x) }),
        }
    }

    /// The key's SHA-256 thumbprint (RFC 7638 §3, RFC 8037 appendix A.3), as base64url.
    #[must_use]
    pub fn thumbprint(&self) -> String {
        // In lexicographic order, without white space.
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.jwk().to_string()))
    }

    /// Whether the key is of the type that this algorithm uses.
    fn is_for(&self, algorithm: &str) -> bool {
        match self {
            Self::Ec(..) => algorithm == "ES256",
            Self::Rsa(..) => ["RS256", "PS256"].contains(&algorithm),
            Self::Ed(_) => algorithm == "EdDSA",
        }
    }

    fn verifies(&self, algorithm: &str, message: &[u8], signature: &[u8]) -> bool {
        let verified = match self {
            Self::Ec(x, y) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, [&[4][..], x, y].concat())
                    .verify(message, signature)
            }
            Self::Rsa(n, e) => {
                let algorithm = match algorithm {
                    "PS256" => &RSA_PSS_2048_8192_SHA256,
                    _ => &RSA_PKCS1_2048_8192_SHA256,
                };
                RsaPublicKeyComponents { n, e }.verify(algorithm, message, signature)
            }
            Self::Ed(x) => UnparsedPublicKey::new(&ED25519, x).verify(message, signature),
        };
        self.is_for(algorithm) && verified.is_ok()
    }
}

/// A key of a key set, with its `kid` and `alg`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedKey {
    key: PublicKey,
    kid: Option<String>,
    alg: Option<String>,
}

impl NamedKey {
    /// Parses a JWK set (RFC 7517 §5). Unsupported keys, and keys that are not for signatures, are ignored, as the RFC
    /// requires.
    #[must_use]
    pub fn read_set(json: &str) -> Option<Vec<Self>> {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<Value>,
        }
        let set: Set = serde_json::from_str(json).ok()?;
        Some(set.keys.iter().filter_map(Self::read).collect())
    }

    fn read(jwk: &Value) -> Option<Self> {
        let key = PublicKey::read(jwk)?;
        let jwk = jwk.as_object()?;
        let signs = jwk.get("use").is_none_or(|value| value == "sig");
        let verifies = jwk.get("key_ops").is_none_or(|operations| {
            operations
                .as_array()
                .is_some_and(|all| all.iter().any(|one| one == "verify"))
        });
        (signs && verifies).then(|| Self {
            key,
            kid: member(jwk, "kid").map(str::to_owned),
            alg: member(jwk, "alg").map(str::to_owned),
        })
    }
}

/// The header of a signed token (RFC 7515 §4).
#[derive(Debug, Clone, Deserialize)]
pub struct Header {
    /// `alg`. The key has to agree.
    pub alg: String,
    /// `typ`.
    pub typ: Option<String>,
    /// `kid`.
    pub kid: Option<String>,
    /// `jwk`: the key itself, in a DPoP proof.
    pub jwk: Option<Value>,
    /// Whether there is a `crit`. No extension is supported.
    #[serde(default, deserialize_with = "is_present")]
    crit: bool,
}

/// Whether a member is present, whatever its value.
fn is_present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    serde::de::IgnoredAny::deserialize(deserializer).map(|_| true)
}

/// A signed token in compact form (RFC 7515 §3.1), not verified yet.
#[derive(Debug, Clone)]
pub struct Signed<'a> {
    /// The header, not verified yet.
    pub header: Header,
    claims: Vec<u8>,
    message: &'a str,
    signature: &'a str,
}

impl<'a> Signed<'a> {
    /// Parses a token. `None` if it is malformed, too long, or has critical extensions (RFC 7515 §4.1.11).
    #[must_use]
    pub fn read(text: &'a str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let (message, signature) = text.rsplit_once('.')?;
        let (header, claims) = message.split_once('.')?;
        if claims.contains('.') || signature.is_empty() {
            return None;
        }
        let header: Header = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        if header.crit {
            return None;
        }
        Some(Self {
            header,
            claims: URL_SAFE_NO_PAD.decode(claims).ok()?,
            message,
            signature,
        })
    }

    /// The claims, without verifying the signature. `None` if they do not have this form.
    #[must_use]
    pub fn claims<T: for<'de> Deserialize<'de>>(&self) -> Option<T> {
        serde_json::from_slice(&self.claims).ok()
    }

    /// Whether the signature is by this key.
    #[must_use]
    pub fn is_by(&self, key: &PublicKey) -> bool {
        URL_SAFE_NO_PAD
            .decode(self.signature)
            .is_ok_and(|signature| {
                key.verifies(&self.header.alg, self.message.as_bytes(), &signature)
            })
    }

    /// The key of a set that can have signed it: by `kid`; without one, if exactly one key fits (OpenID Connect Core
    /// §10.1).
    #[must_use]
    pub fn key_among<'k>(&self, keys: &'k [NamedKey]) -> Option<&'k PublicKey> {
        let mut fitting = keys.iter().filter(|named| {
            named.key.is_for(&self.header.alg)
                && named.alg.as_ref().is_none_or(|alg| *alg == self.header.alg)
                && (self.header.kid.is_none() || named.kid == self.header.kid)
        });
        let first = fitting.next()?;
        fitting.next().is_none().then_some(&first.key)
    }
}

#[cfg(test)]
mod tests;
