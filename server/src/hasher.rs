//! Argon2id (RFC 9106), outside the async threads, with limited concurrency.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use async_trait::async_trait;
use kobling_domain::{
    auth::port::{HashFailed, PasswordHasher, Verified},
    kernel::{clock::Entropy, secret::Password},
};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Hashes with the parameters in the configuration.
pub struct Argon2Hasher {
    params: Params,
    permits: Arc<Semaphore>,
    entropy: Arc<dyn Entropy>,
    dummy_hash: String,
}

/// The parameters are invalid.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error(
    "password.memory_kib, password.iterations or password.parallelism is out of range for Argon2"
)]
pub struct BadParameters;

impl Argon2Hasher {
    /// `memory_kib` KiB, `iterations` passes, `parallelism` lanes; at most `at_once` at a time.
    ///
    /// # Errors
    /// [`BadParameters`].
    pub fn new(
        memory_kib: u32,
        iterations: u32,
        parallelism: u32,
        at_once: usize,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, BadParameters> {
        let params =
            Params::new(memory_kib, iterations, parallelism, None).map_err(|_| BadParameters)?;
        let dummy_hash = hash(&params, b"nobody has this password", &entropy.bytes()[..16])
            .map_err(|_| BadParameters)?;
        Ok(Self {
            params,
            permits: Arc::new(Semaphore::new(at_once.max(1))),
            entropy,
            dummy_hash,
        })
    }

    /// Runs hashing on a blocking thread. A permit is held while it runs; others wait in order.
    async fn run_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.ok()?;
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        })
        .await
        .ok()
    }
}

fn argon2(params: &Params) -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
}

fn hash(params: &Params, password: &[u8], salt: &[u8]) -> Result<String, HashFailed> {
    argon2(params)
        .hash_password_with_salt(password, salt)
        .map(|hash| hash.to_string())
        .map_err(|_| HashFailed)
}

fn is_stale(params: &Params, hash: &PasswordHash) -> bool {
    hash.algorithm != Algorithm::Argon2id.ident()
        || Params::try_from(hash).map_or(true, |used| {
            (used.m_cost(), used.t_cost(), used.p_cost())
                != (params.m_cost(), params.t_cost(), params.p_cost())
        })
}

#[async_trait]
impl PasswordHasher for Argon2Hasher {
    async fn hash(&self, password: Password) -> Result<String, HashFailed> {
        let params = self.params.clone();
        let salt = self.entropy.bytes();
        self.run_blocking(move || hash(&params, password.0.as_bytes(), &salt[..16]))
            .await
            .unwrap_or(Err(HashFailed))
    }

    async fn verify(&self, password: Password, stored: Option<String>) -> Verified {
        let params = self.params.clone();
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.dummy_hash.clone());
        self.run_blocking(move || {
            let Ok(hash) = PasswordHash::new(&stored) else {
                return Verified::No;
            };
            let fits = argon2(&params)
                .verify_password(password.0.as_bytes(), &hash)
                .is_ok();
            match fits && known {
                false => Verified::No,
                true if is_stale(&params, &hash) => Verified::YesStale,
                true => Verified::Yes,
            }
        })
        .await
        .unwrap_or(Verified::No)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::SystemEntropy;

    fn hasher(iterations: u32) -> Argon2Hasher {
        Argon2Hasher::new(64, iterations, 1, 2, Arc::new(SystemEntropy)).expect("in range")
    }

    fn password(text: &str) -> Password {
        Password(text.to_owned())
    }

    #[tokio::test]
    async fn passwords_fit_their_hash_and_no_other() {
        let hasher = hasher(1);
        let hash = hasher.hash(password("blå sykkel")).await.expect("hashes");
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
        assert_eq!(
            hasher
                .verify(password("blå sykkel"), Some(hash.clone()))
                .await,
            Verified::Yes
        );
        assert_eq!(
            hasher.verify(password("rød sykkel"), Some(hash)).await,
            Verified::No
        );
        assert_eq!(
            hasher
                .verify(password("blå sykkel"), Some(String::new()))
                .await,
            Verified::No
        );
    }

    #[tokio::test]
    async fn the_made_up_hash_lets_nobody_in() {
        let hasher = hasher(1);
        assert_eq!(
            hasher
                .verify(password("nobody has this password"), None)
                .await,
            Verified::No
        );
    }

    #[tokio::test]
    async fn parameters_no_longer_in_force_are_noticed() {
        let hash = hasher(1)
            .hash(password("blå sykkel"))
            .await
            .expect("hashes");
        assert_eq!(
            hasher(2).verify(password("blå sykkel"), Some(hash)).await,
            Verified::YesStale
        );
    }
}
