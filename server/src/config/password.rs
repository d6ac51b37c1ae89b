//! `[password]`: rules and hashing.

use super::error::{ConfigError, read, within, wrong};
use crate::hasher::{Argon2Hasher, Queue};
use kobling_domain::{Settings, kernel::clock::Entropy};
use kobling_model::password::Policy;
use serde::Deserialize;
use std::{path::PathBuf, sync::Arc, thread::available_parallelism, time::Duration};

/// How long the memory of a hash is kept for the next one.
const KEEP: Duration = Duration::from_secs(10);

/// `[password]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordSection {
    /// `modern` (NIST SP 800-63B-4) or `classic`.
    pub preset: Preset,
    /// Minimum length, instead of the preset's.
    pub min_length: Option<usize>,
    /// File of breached passwords, one a line, which are refused. Read at start.
    pub refused_file: Option<PathBuf>,
    /// Argon2id memory in KiB.
    pub memory_kib: u32,
    /// Argon2id passes.
    pub iterations: u32,
    /// Argon2id lanes.
    pub parallelism: u32,
    /// Maximum number of concurrent hash computations; the default is the number of cores.
    pub at_once: Option<usize>,
    /// How many hash computations wait; further ones are refused.
    pub queue_length: i64,
    /// The longest wait in seconds.
    pub queue_seconds: i64,
}

/// Which rules new passwords follow.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// A minimum length.
    Modern,
    /// Four classes of characters.
    Classic,
}

impl PasswordSection {
    pub(super) fn apply(&self, settings: &mut Settings) -> Result<(), ConfigError> {
        let base = match self.preset {
            Preset::Modern => Policy::MODERN,
            Preset::Classic => Policy::CLASSIC,
        };
        let min_length = self.min_length.unwrap_or(base.min_length);
        if !(8..=64).contains(&min_length) {
            return Err(wrong("password.min_length", "must be 8 to 64"));
        }
        settings.policy = Policy { min_length, ..base };
        if let Some(path) = &self.refused_file {
            let text = read("password.refused_file", path)?;
            settings.refused_passwords = Arc::new(text.lines().map(str::to_lowercase).collect());
        }
        Ok(())
    }

    pub(crate) fn hasher(&self, entropy: Arc<dyn Entropy>) -> Result<Argon2Hasher, ConfigError> {
        let cores = available_parallelism().map_or(2, usize::from);
        let length = within("password.queue_length", self.queue_length, 100_000)?;
        let seconds = within("password.queue_seconds", self.queue_seconds, 60)?;
        let queue = Queue {
            at_once: self.at_once.unwrap_or(cores),
            length: usize::try_from(length).unwrap_or(usize::MAX),
            deadline: Duration::from_secs(seconds.unsigned_abs()),
            keep: KEEP,
        };
        Ok(Argon2Hasher::new(
            self.memory_kib,
            self.iterations,
            self.parallelism,
            queue,
            entropy,
        )?)
    }
}
