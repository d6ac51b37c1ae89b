//! Secrets: how they are made, hashed and sealed.

use crate::kernel::clock::Entropy;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use kobling_model::NationalId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

/// A 256-bit bearer secret as it travels: in a cookie, a mail or a token response. Never stored; see [`Digest256`].
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Makes a new one.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(URL_SAFE_NO_PAD.encode(entropy.bytes()))
    }

    /// Parses untrusted input; `None` unless it is 43 characters of base64url.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == 43
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        fits.then(|| Self(text.to_owned()))
    }

    /// The secret itself, to be sent to its owner.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored: SHA-256 suffices for a secret of full entropy.
    #[must_use]
    pub fn digest(&self) -> Digest256 {
        Digest256(URL_SAFE_NO_PAD.encode(Sha256::digest(self.0.as_bytes())))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The stored hash of a secret (43 characters of base64url).
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Digest256(pub String);

impl Digest256 {
    /// The hash of an externally chosen secret, which must be long enough not to be guessed.
    #[must_use]
    pub fn of(secret: &str) -> Self {
        Self(URL_SAFE_NO_PAD.encode(Sha256::digest(secret.as_bytes())))
    }
}

impl fmt::Debug for Digest256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest256(…)")
    }
}

/// A password as typed, on its way to the hasher.
#[derive(Clone)]
pub struct Password(pub String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// The keys that are kept outside the database.
///
/// The identity key is apart from the master key, because the hashes made with it must hold for as long as the
/// directory does, while the master key can be changed; this invalidates pending jobs and flows, and the signing keys.
#[derive(Clone)]
pub struct Keys {
    master: [u8; 32],
    identity: [u8; 32],
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}

/// What a keyed hash is for; two purposes never produce the same hash for the same input.
#[derive(Debug, Clone, Copy)]
pub enum Purpose {
    /// One-time codes sent by mail.
    Code,
    /// Nonce of an eID sign-in, from its state.
    EidNonce,
    /// PKCE verifier of an eID sign-in, from its state.
    EidVerifier,
    /// Keys of rate limits, so that the table holds no address in clear.
    Limit,
    /// Signature of a proof-of-work challenge.
    Proof,
    /// Pairing of an application's session with ours, as `sid`.
    ClientSession,
    /// `jti` of an eID provider's logout token.
    LogoutToken,
    /// `jti` of a client assertion.
    ClientAssertion,
    /// `jti` of a DPoP proof.
    DpopProof,
    /// What makes a browser known for an account.
    KnownBrowser,
    /// Whose typed text a form carries.
    Typed,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Code => b"kobling/code",
            Self::EidNonce => b"kobling/eid-nonce",
            Self::EidVerifier => b"kobling/eid-verifier",
            Self::Limit => b"kobling/limit",
            Self::Proof => b"kobling/proof",
            Self::ClientSession => b"kobling/client-session",
            Self::LogoutToken => b"kobling/logout-token",
            Self::ClientAssertion => b"kobling/client-assertion",
            Self::DpopProof => b"kobling/dpop-proof",
            Self::KnownBrowser => b"kobling/known-browser",
            Self::Typed => b"kobling/typed",
        }
    }
}

/// Sealed data cannot be opened: another key, or tampered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("sealed data cannot be opened with this key")]
pub struct Unsealable;

impl Keys {
    /// From two 256-bit keys.
    #[must_use]
    pub const fn new(master: [u8; 32], identity: [u8; 32]) -> Self {
        Self { master, identity }
    }

    fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
        // A block-sized key never fails; `new` alone takes it without a Result.
        let mut block = [0u8; 64];
        block[..32].copy_from_slice(key);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// Keyed hash of `parts` for one purpose (HMAC-SHA-256, base64url).
    #[must_use]
    pub fn derive(&self, purpose: Purpose, parts: &[&str]) -> Digest256 {
        let mut all = vec![purpose.label()];
        all.extend(parts.iter().map(|part| part.as_bytes()));
        Digest256(URL_SAFE_NO_PAD.encode(Self::mac(&self.master, &all)))
    }

    /// The only form in which an identity number is kept: HMAC-SHA-256 under the identity key.
    #[must_use]
    pub fn pid_hash(&self, pid: &NationalId) -> Digest256 {
        Digest256(URL_SAFE_NO_PAD.encode(Self::mac(
            &self.identity,
            &[b"kobling/pid", pid.expose().as_bytes()],
        )))
    }

    /// The pairwise identifier of an account for the clients of one sector (OpenID Connect Core §8.1). Derived with the
    /// identity key, because it must not change during the account's lifetime.
    #[must_use]
    pub fn pairwise_subject(&self, sector: &str, account: &str) -> String {
        URL_SAFE_NO_PAD.encode(Self::mac(
            &self.identity,
            &[b"kobling/subject", sector.as_bytes(), account.as_bytes()],
        ))
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Self::mac(&self.master, &[b"kobling/seal"]).into())
    }

    /// Encrypts for rest in the database, bound to `context` (XChaCha20-Poly1305; nonce in front; base64url).
    #[must_use]
    pub fn seal(&self, entropy: &dyn Entropy, context: &str, clear: &[u8]) -> String {
        let random: [u8; 32] = entropy.bytes();
        let mut nonce = [0u8; 24];
        nonce.copy_from_slice(&random[..24]);
        let payload = Payload {
            msg: clear,
            aad: context.as_bytes(),
        };
        // Encryption fails only for messages of more than 256 GB.
        let sealed = self
            .cipher()
            .encrypt(&nonce.into(), payload)
            .unwrap_or_default();
        let mut out = nonce.to_vec();
        out.extend(sealed);
        URL_SAFE_NO_PAD.encode(out)
    }

    /// Opens what [`Keys::seal`] made for the same context.
    ///
    /// # Errors
    /// [`Unsealable`] when key, context or data differ.
    pub fn open(&self, context: &str, sealed: &str) -> Result<Vec<u8>, Unsealable> {
        let all = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| Unsealable)?;
        let (nonce, msg) = all.split_at_checked(24).ok_or(Unsealable)?;
        let nonce: [u8; 24] = nonce.try_into().map_err(|_| Unsealable)?;
        let payload = Payload {
            msg,
            aad: context.as_bytes(),
        };
        self.cipher()
            .decrypt(&nonce.into(), payload)
            .map_err(|_| Unsealable)
    }
}

/// An eight-digit code for a mailbox. Short, so it is valid for minutes, few attempts, and one flow; the odds of guessing
/// one are in `docs/ARCHITECTURE.md`.
#[must_use]
pub fn eight_digits(entropy: &dyn Entropy) -> String {
    let bytes = entropy.bytes();
    let mut eight = [0u8; 8];
    eight.copy_from_slice(&bytes[..8]);
    // 2^64 over 10^8: the bias is below one in 10^11.
    format!("{:08}", u64::from_be_bytes(eight) % 100_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting(std::sync::atomic::AtomicU8);
    impl Entropy for Counting {
        fn bytes(&self) -> [u8; 32] {
            [self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst); 32]
        }
    }

    fn entropy() -> Counting {
        Counting(std::sync::atomic::AtomicU8::new(1))
    }

    #[test]
    fn sealed_values_open_only_with_key_and_context() {
        let keys = Keys::new([1; 32], [2; 32]);
        let sealed = keys.seal(&entropy(), "outbox", b"hemmelig");
        assert_eq!(
            keys.open("outbox", &sealed).as_deref(),
            Ok(&b"hemmelig"[..])
        );
        assert_eq!(keys.open("keys", &sealed), Err(Unsealable));
        assert_eq!(
            Keys::new([3; 32], [2; 32]).open("outbox", &sealed),
            Err(Unsealable)
        );
        let mut tampered = sealed.into_bytes();
        tampered[40] ^= 1;
        let tampered = String::from_utf8(tampered).expect("still base64url or at least ASCII");
        assert_eq!(keys.open("outbox", &tampered), Err(Unsealable));
    }

    #[test]
    fn hashed_parts_are_unambiguous() {
        let keys = Keys::new([1; 32], [2; 32]);
        let hash = |parts: &[&str]| keys.derive(Purpose::Code, parts);
        assert_ne!(hash(&["ab", "c"]), hash(&["a", "bc"]));
        assert_ne!(hash(&["a"]), keys.derive(Purpose::Limit, &["a"]));
    }

    #[test]
    fn a_pairwise_subject_depends_on_the_sector_and_not_on_the_master_key() {
        let keys = Keys::new([1; 32], [2; 32]);
        let subject = keys.pairwise_subject("a.example", "account");
        assert_eq!(keys.pairwise_subject("a.example", "account"), subject);
        assert_ne!(keys.pairwise_subject("b.example", "account"), subject);
        assert_ne!(keys.pairwise_subject("a.example", "another"), subject);
        let renewed = Keys::new([3; 32], [2; 32]);
        assert_eq!(renewed.pairwise_subject("a.example", "account"), subject);
        let others = Keys::new([1; 32], [3; 32]);
        assert_ne!(others.pairwise_subject("a.example", "account"), subject);
    }

    #[test]
    fn tokens_round_trip_as_text_and_debug_hides_them() {
        let token = Token::generate(&entropy());
        assert_eq!(Token::parse(token.expose()), Some(token.clone()));
        assert_eq!(Token::parse("short"), None);
        assert!(!format!("{token:?} {:?}", token.digest()).contains(token.expose()));
    }
}
