//! The system clock, random source and timer. Nothing else uses them directly.

use async_trait::async_trait;
use kobling_domain::kernel::clock::{Clock, Entropy, Patience};
use kobling_model::{Timestamp, time::Span};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The system clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(
        clippy::disallowed_methods,
        reason = "the implementation of the Clock port"
    )]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

/// The operating system's random source.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn bytes(&self) -> [u8; 32] {
        let mut bytes = [0u8; 32];
        if getrandom::fill(&mut bytes).is_err() {
            // Without randomness, all secrets could be guessed.
            std::process::abort();
        }
        bytes
    }
}

/// Waiting on the runtime's timer.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemPatience;

#[async_trait]
impl Patience for SystemPatience {
    async fn wait(&self, span: Span) {
        tokio::time::sleep(Duration::from_micros(
            u64::try_from(span.0).unwrap_or_default(),
        ))
        .await;
    }
}
