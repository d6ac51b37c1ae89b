//! Argon2id (RFC 9106), outside the async threads, with limited concurrency.

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use async_trait::async_trait;
use kobling_domain::{
    auth::port::{HashFailed, PasswordHasher, Verified},
    kernel::{clock::Entropy, secret::Password},
};
use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    sync::Semaphore,
    time::{sleep, timeout},
};

/// How many hashes are computed at a time, and how many wait for how long.
#[derive(Debug, Clone, Copy)]
pub struct Queue {
    /// Computed at a time.
    pub at_once: usize,
    /// Waiting; further ones are refused.
    pub length: usize,
    /// The longest wait.
    pub deadline: Duration,
    /// How long memory is kept for the next hash.
    pub keep: Duration,
}

/// Hashes with the parameters in the configuration.
pub struct Argon2Hasher {
    params: Params,
    running: Arc<Semaphore>,
    /// A place is held while a hash waits and while it is computed.
    places: Arc<Semaphore>,
    deadline: Duration,
    keep: Duration,
    entropy: Arc<dyn Entropy>,
    /// Verified when no account exists. Its output is random, so no password fits.
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
            memory: Memory::default(),
        };
        let dummy_hash = Output::new(&entropy.bytes())
            .ok()
            .and_then(|output| encoded(&params, &entropy.bytes()[..16], output))
            .ok_or(BadParameters)?;
        let at_once = queue.at_once.clamp(1, 10_000);
        Ok(Self {
            params,
            running: Arc::new(Semaphore::new(at_once)),
            places: Arc::new(Semaphore::new(at_once + queue.length)),
            deadline: queue.deadline,
            keep: queue.keep,
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
        compute: impl FnOnce(&Work) -> T + Send + 'static,
    ) -> Result<T, HashFailed> {
        let place = Arc::clone(&self.places)
            .try_acquire_owned()
            .map_err(|_| HashFailed::Busy)?;
        let turn = timeout(self.deadline, Arc::clone(&self.running).acquire_owned())
            .await
            .map_err(|_| HashFailed::Busy)?
            .map_err(|_| HashFailed::Broken)?;
        let (work, keep) = (Arc::clone(&self.work), self.keep);
        tokio::task::spawn_blocking(move || {
            let _held = (place, turn);
            let answer = compute(&work);
            tokio::spawn(async move {
                sleep(keep).await;
                work.memory.release(keep);
            });
            answer
        })
        .await
        .map_err(|_| HashFailed::Broken)
    }
}

/// Memory of finished computations. The next ones use it, which saves mapping and clearing it; an allocator would keep
/// some for every thread instead.
#[derive(Default)]
struct Memory(Mutex<Vec<(Instant, Vec<Block>)>>);

impl Memory {
    fn kept(&self) -> MutexGuard<'_, Vec<(Instant, Vec<Block>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lends memory, that used last first. `None` if there is not enough.
    fn lend<T>(&self, length: usize, compute: impl FnOnce(&mut [Block]) -> T) -> Option<T> {
        let (_, mut blocks) = self.kept().pop().unzip();
        let blocks = blocks.get_or_insert_default();
        let missing = length.saturating_sub(blocks.len());
        blocks.try_reserve_exact(missing).ok()?;
        blocks.resize(blocks.len() + missing, Block::new());
        let answer = compute(blocks);
        self.kept().push((Instant::now(), std::mem::take(blocks)));
        Some(answer)
    }

    /// Frees what was not used for so long.
    fn release(&self, keep: Duration) {
        self.kept().retain(|(used, _)| used.elapsed() < keep);
    }
}

/// Runs Argon2 and counts its work.
struct Work {
    done: AtomicU64,
    /// The costliest verification so far. Every other one is filled up to it, so that the time taken reveals neither
    /// whether an account exists nor how old its hash is.
    costliest: AtomicU64,
    memory: Memory,
}

impl Work {
    fn compute(&self, argon2: &Argon2, password: &[u8], salt: &[u8]) -> Option<Output> {
        let params = argon2.params();
        self.done.fetch_add(cost(params), Ordering::Relaxed);
        let mut output = [0; Output::MAX_LENGTH];
        let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
        let output = output.get_mut(..length)?;
        self.memory
            .lend(params.block_count(), |blocks| {
                argon2.hash_password_into_with_memory(password, salt, output, blocks)
            })?
            .ok()?;
        Output::new(output).ok()
    }

    fn hash(&self, params: &Params, password: &[u8], salt: &[u8]) -> Result<String, HashFailed> {
        self.compute(&argon2(params), password, salt)
            .and_then(|output| encoded(params, salt, output))
            .ok_or(HashFailed::Broken)
    }

    fn fits(&self, stored: &Stored, password: &[u8]) -> bool {
        self.costliest
            .fetch_max(cost(stored.argon2.params()), Ordering::Relaxed);
        // Outputs are compared in constant time.
        self.compute(&stored.argon2, password, &stored.salt) == Some(stored.output)
    }

    /// Does what is left of the work after a verification of `spent` blocks.
    fn fill_up(&self, params: &Params, spent: u64, password: &[u8], salt: &[u8]) {
        let left = self.costliest.load(Ordering::Relaxed).saturating_sub(spent);
        if let Some(rest) = of_cost(params, left) {
            self.compute(&argon2(&rest), password, salt);
        }
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

/// The PHC string of a hash that was made with these parameters.
fn encoded(params: &Params, salt: &[u8], output: Output) -> Option<String> {
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(params).ok()?,
        salt: Some(Salt::new(salt).ok()?),
        hash: Some(output),
    };
    Some(hash.to_string())
}

/// A stored hash, and what made it.
struct Stored {
    argon2: Argon2<'static>,
    algorithm: Algorithm,
    salt: Salt,
    output: Output,
}

impl Stored {
    /// `None` if the hash cannot be verified.
    fn read(text: &str) -> Option<Self> {
        let hash = PasswordHash::new(text).ok()?;
        let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
        let version = hash.version.map_or(Ok(Version::V0x13), Version::try_from);
        let params = Params::try_from(&hash).ok()?;
        Some(Self {
            argon2: Argon2::new(algorithm, version.ok()?, params),
            algorithm,
            salt: hash.salt?,
            output: hash.hash?,
        })
    }

    fn is_stale(&self, params: &Params) -> bool {
        let used = self.argon2.params();
        self.algorithm != Algorithm::Argon2id
            || (used.m_cost(), used.t_cost(), used.p_cost())
                != (params.m_cost(), params.t_cost(), params.p_cost())
    }
}

#[async_trait]
impl PasswordHasher for Argon2Hasher {
    async fn hash(&self, password: Password) -> Result<String, HashFailed> {
        let params = self.params.clone();
        let salt = self.entropy.bytes();
        self.run_blocking(move |work| work.hash(&params, password.0.as_bytes(), &salt[..16]))
            .await?
    }

    async fn verify(
        &self,
        password: Password,
        stored: Option<String>,
    ) -> Result<Verified, HashFailed> {
        let params = self.params.clone();
        let stored = Stored::read(stored.as_ref().unwrap_or(&self.dummy_hash));
        let salt = self.entropy.bytes();
        self.run_blocking(move |work| {
            let (password, salt) = (password.0.as_bytes(), &salt[..16]);
            let Some(stored) = stored else {
                work.fill_up(&params, 0, password, salt);
                return Verified::No;
            };
            let fits = work.fits(&stored, password);
            if fits && stored.is_stale(&params) {
                // Whoever knows the password learns nothing from the time that this takes.
                return work
                    .hash(&params, password, salt)
                    .map_or(Verified::Yes, Verified::YesStale);
            }
            work.fill_up(&params, cost(stored.argon2.params()), password, salt);
            if fits { Verified::Yes } else { Verified::No }
        })
        .await
    }
}

#[cfg(test)]
mod tests;
