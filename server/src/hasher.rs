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
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{sync::Semaphore, time::timeout};

/// How many hashes are computed at a time, and how many wait for how long.
#[derive(Debug, Clone, Copy)]
pub struct Queue {
    /// Computed at a time.
    pub at_once: usize,
    /// Waiting; further ones are refused.
    pub length: usize,
    /// The longest wait.
    pub deadline: Duration,
}

/// Hashes with the parameters in the configuration.
pub struct Argon2Hasher {
    params: Params,
    running: Arc<Semaphore>,
    /// A place is held while a hash waits and while it is computed.
    places: Arc<Semaphore>,
    deadline: Duration,
    entropy: Arc<dyn Entropy>,
    dummy_hash: String,
    work: Arc<Work>,
}

/// The parameters are invalid.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error(
    "password.memory_kib, password.iterations or password.parallelism is out of range for Argon2"
)]
pub struct BadParameters;

impl Argon2Hasher {
    /// `memory_kib` KiB, `iterations` passes, `parallelism` lanes.
    ///
    /// # Errors
    /// [`BadParameters`].
    pub fn new(
        memory_kib: u32,
        iterations: u32,
        parallelism: u32,
        queue: Queue,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, BadParameters> {
        let params =
            Params::new(memory_kib, iterations, parallelism, None).map_err(|_| BadParameters)?;
        let work = Work {
            done: AtomicU64::new(0),
            costliest: AtomicU64::new(cost(&params)),
        };
        let dummy_hash = work
            .hash(&params, b"nobody has this password", &entropy.bytes()[..16])
            .map_err(|_| BadParameters)?;
        let at_once = queue.at_once.clamp(1, 10_000);
        Ok(Self {
            params,
            running: Arc::new(Semaphore::new(at_once)),
            places: Arc::new(Semaphore::new(at_once + queue.length)),
            deadline: queue.deadline,
            entropy,
            dummy_hash,
            work: Arc::new(work),
        })
    }

    /// The work done so far, in memory blocks computed.
    #[must_use]
    pub fn blocks(&self) -> u64 {
        self.work.done.load(Ordering::Relaxed)
    }

    /// Runs hashing on a blocking thread, in the order of arrival.
    async fn run_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HashFailed> {
        let place = Arc::clone(&self.places)
            .try_acquire_owned()
            .map_err(|_| HashFailed::Busy)?;
        let turn = timeout(self.deadline, Arc::clone(&self.running).acquire_owned())
            .await
            .map_err(|_| HashFailed::Busy)?
            .map_err(|_| HashFailed::Broken)?;
        tokio::task::spawn_blocking(move || {
            let _held = (place, turn);
            work()
        })
        .await
        .map_err(|_| HashFailed::Broken)
    }
}

/// Runs Argon2 and counts its work.
struct Work {
    done: AtomicU64,
    /// The costliest verification so far. Every other one is filled up to it, so that the time taken reveals neither
    /// whether an account exists nor how old its hash is.
    costliest: AtomicU64,
}

impl Work {
    fn hash(&self, params: &Params, password: &[u8], salt: &[u8]) -> Result<String, HashFailed> {
        self.count(cost(params));
        argon2(params)
            .hash_password_with_salt(password, salt)
            .map(|hash| hash.to_string())
            .map_err(|_| HashFailed::Broken)
    }

    /// Whether the password fits a hash that was made with these parameters.
    fn fits(&self, used: &Params, password: &[u8], hash: &PasswordHash) -> bool {
        let blocks = cost(used);
        self.costliest.fetch_max(blocks, Ordering::Relaxed);
        self.count(blocks);
        argon2(used).verify_password(password, hash).is_ok()
    }

    /// Does what is left of the work after a verification of `spent` blocks.
    fn fill_up(&self, params: &Params, spent: u64, password: &[u8], salt: &[u8]) {
        let left = self.costliest.load(Ordering::Relaxed).saturating_sub(spent);
        if let Some(rest) = of_cost(params, left) {
            let _ = self.hash(&rest, password, salt);
        }
    }

    fn count(&self, blocks: u64) {
        self.done.fetch_add(blocks, Ordering::Relaxed);
    }
}

/// The work of one hash, in memory blocks computed.
fn cost(params: &Params) -> u64 {
    params.block_count() as u64 * u64::from(params.t_cost())
}

/// Parameters that cost `blocks`: the same number of passes over another size of memory. `None` if that is less than
/// Argon2 takes, which is too little to be noticed.
fn of_cost(params: &Params, blocks: u64) -> Option<Params> {
    let memory = u32::try_from(blocks / u64::from(params.t_cost())).ok()?;
    Params::new(memory, params.t_cost(), params.p_cost(), None).ok()
}

fn argon2(params: &Params) -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
}

/// The parameters of a stored hash; `None` if it cannot be verified.
fn used_by(hash: &PasswordHash) -> Option<Params> {
    let is_whole = hash.salt.is_some() && hash.hash.is_some();
    let known = Algorithm::try_from(hash.algorithm.as_str()).is_ok();
    Params::try_from(hash).ok().filter(|_| is_whole && known)
}

fn is_stale(params: &Params, hash: &PasswordHash, used: &Params) -> bool {
    hash.algorithm != Algorithm::Argon2id.ident()
        || (used.m_cost(), used.t_cost(), used.p_cost())
            != (params.m_cost(), params.t_cost(), params.p_cost())
}

#[async_trait]
impl PasswordHasher for Argon2Hasher {
    async fn hash(&self, password: Password) -> Result<String, HashFailed> {
        let (params, work) = (self.params.clone(), Arc::clone(&self.work));
        let salt = self.entropy.bytes();
        self.run_blocking(move || work.hash(&params, password.0.as_bytes(), &salt[..16]))
            .await?
    }

    async fn verify(
        &self,
        password: Password,
        stored: Option<String>,
    ) -> Result<Verified, HashFailed> {
        let (params, work) = (self.params.clone(), Arc::clone(&self.work));
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.dummy_hash.clone());
        let salt = self.entropy.bytes();
        self.run_blocking(move || {
            let (password, salt) = (password.0.as_bytes(), &salt[..16]);
            let found = PasswordHash::new(&stored)
                .ok()
                .and_then(|hash| Some((used_by(&hash)?, hash)));
            let Some((used, hash)) = found else {
                work.fill_up(&params, 0, password, salt);
                return Verified::No;
            };
            let fits = work.fits(&used, password, &hash) && known;
            if fits && is_stale(&params, &hash, &used) {
                // Whoever knows the password learns nothing from the time that this takes.
                return work
                    .hash(&params, password, salt)
                    .map_or(Verified::Yes, Verified::YesStale);
            }
            work.fill_up(&params, cost(&used), password, salt);
            if fits { Verified::Yes } else { Verified::No }
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::SystemEntropy;

    const QUEUE: Queue = Queue {
        at_once: 1,
        length: 1,
        deadline: Duration::from_secs(60),
    };

    fn with(memory_kib: u32, iterations: u32, queue: Queue) -> Argon2Hasher {
        Argon2Hasher::new(memory_kib, iterations, 1, queue, Arc::new(SystemEntropy))
            .expect("in range")
    }

    fn hasher(iterations: u32) -> Argon2Hasher {
        with(64, iterations, QUEUE)
    }

    fn password(text: &str) -> Password {
        Password(text.to_owned())
    }

    #[tokio::test]
    async fn passwords_fit_their_hash_and_no_other() {
        let hasher = hasher(1);
        let hash = hasher.hash(password("blå sykkel")).await.expect("hashes");
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
        for (typed, stored, expected) in [
            ("blå sykkel", hash.clone(), Verified::Yes),
            ("rød sykkel", hash, Verified::No),
            ("blå sykkel", String::new(), Verified::No),
        ] {
            assert_eq!(
                hasher.verify(password(typed), Some(stored)).await,
                Ok(expected)
            );
        }
    }

    #[tokio::test]
    async fn the_made_up_hash_lets_nobody_in() {
        let hasher = hasher(1);
        assert_eq!(
            hasher
                .verify(password("nobody has this password"), None)
                .await,
            Ok(Verified::No)
        );
    }

    #[tokio::test]
    async fn parameters_no_longer_in_force_are_noticed_and_the_hash_is_renewed() {
        let hash = hasher(1)
            .hash(password("blå sykkel"))
            .await
            .expect("hashes");
        let current = hasher(2);
        let Ok(Verified::YesStale(new)) = current.verify(password("blå sykkel"), Some(hash)).await
        else {
            panic!("is stale");
        };
        assert_eq!(
            current.verify(password("blå sykkel"), Some(new)).await,
            Ok(Verified::Yes)
        );
    }

    #[tokio::test]
    async fn a_wrong_password_costs_the_same_whatever_is_stored() {
        let current = with(19_456, 2, QUEUE);
        let mut stored = vec![
            None,
            Some(String::new()),
            Some("$argon2id$v=19$m=64".into()),
        ];
        for (memory, iterations) in [(19_456, 2), (8, 1), (4_096, 3), (19_456, 1), (12_288, 3)] {
            let old = with(memory, iterations, QUEUE);
            stored.push(Some(old.hash(password("x")).await.expect("hashes")));
        }
        for hash in stored {
            let before = current.blocks();
            let answer = current.verify(password("y"), hash.clone()).await;
            assert_eq!(answer, Ok(Verified::No));
            let spent = current.blocks() - before;
            assert!((38_900..=38_912).contains(&spent), "{hash:?}: {spent}");
        }
    }

    #[tokio::test]
    async fn a_costlier_hash_makes_every_verification_as_costly() {
        let current = hasher(1);
        let old = hasher(3).hash(password("x")).await.expect("hashes");
        for hash in [Some(old.clone()), None, Some(old)] {
            let before = current.blocks();
            let answer = current.verify(password("y"), hash).await;
            assert_eq!(answer, Ok(Verified::No));
            assert_eq!(current.blocks() - before, 3 * 64);
        }
    }

    #[tokio::test]
    async fn a_full_queue_refuses() {
        let hasher = hasher(1);
        let places = hasher.places.clone().acquire_many_owned(2).await;
        assert_eq!(hasher.hash(password("x")).await, Err(HashFailed::Busy));
        assert_eq!(
            hasher.verify(password("x"), None).await,
            Err(HashFailed::Busy)
        );
        drop(places);
        assert!(hasher.hash(password("x")).await.is_ok());
    }

    #[tokio::test]
    async fn who_waits_longer_than_the_deadline_is_refused_and_gives_up_its_place() {
        let deadline = Duration::ZERO;
        let hasher = with(64, 1, Queue { deadline, ..QUEUE });
        let running = hasher.running.clone().acquire_owned().await;
        for _ in 0..3 {
            assert_eq!(hasher.hash(password("x")).await, Err(HashFailed::Busy));
        }
        drop(running);
        assert!(hasher.hash(password("x")).await.is_ok());
    }
}
