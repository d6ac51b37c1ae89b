//! Keys that sign what clients are told.

use crate::{answer::Fault, kobling::Kobling, port::StoreError};
use kobling_model::Timestamp;

/// A key that signs ID tokens, sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// `kid`.
    pub kid: String,
    /// `alg`, such as `ES256`.
    pub alg: String,
    /// The private key in PKCS#8, sealed under the master key with context `signing-key`.
    pub sealed: String,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Kobling {
    /// The signing keys, newest first, opened; makes the first one with `make`, which returns a kid and PKCS#8.
    ///
    /// # Errors
    /// [`Fault::Store`]; also when a key cannot be opened with the master key in force.
    pub async fn signing_keys(
        &self,
        alg: &str,
        make: impl FnOnce() -> Option<(String, Vec<u8>)> + Send,
    ) -> Result<Vec<(String, Vec<u8>)>, Fault> {
        let mut work = self.begin().await?;
        let mut stored = work.signing_keys().await?;
        stored.retain(|key| key.alg == alg);
        if stored.is_empty()
            && let Some((kid, private)) = make()
        {
            let key = SigningKey {
                kid,
                alg: alg.to_owned(),
                sealed: self.keys.seal(self.entropy(), "signing-key", &private),
                created_at: self.now(),
            };
            work.insert_signing_key(&key).await?;
            stored.push(key);
        }
        work.commit().await?;
        stored
            .into_iter()
            .map(|key| match self.keys.open("signing-key", &key.sealed) {
                Ok(private) => Ok((key.kid, private)),
                Err(error) => {
                    Err(StoreError::Corrupt(format!("signing key {}: {error}", key.kid)).into())
                }
            })
            .collect()
    }
}
