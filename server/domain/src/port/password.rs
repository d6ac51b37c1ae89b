//! Hashing passwords, wherever that is done.

use crate::secret::Password;
use async_trait::async_trait;

/// What a verification found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verified {
    /// Another password.
    No,
    /// The password, hashed with the parameters in force.
    Yes,
    /// The password, hashed with parameters that are not in force any more: hash again.
    YesStale,
}

/// The machine cannot hash at the moment: out of memory, or shutting down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a password cannot be hashed at the moment")]
pub struct HashFailed;

/// Hashes and verifies passwords, off the async threads and a bounded number at a time.
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// Hashes with the parameters in force (PHC string).
    ///
    /// # Errors
    /// [`HashFailed`].
    async fn hash(&self, password: Password) -> Result<String, HashFailed>;

    /// Verifies against a PHC string. With no hash it does the same work against a made-up one and says
    /// [`Verified::No`], so that the time taken does not tell whether an account exists.
    async fn verify(&self, password: Password, hash: Option<String>) -> Verified;
}
