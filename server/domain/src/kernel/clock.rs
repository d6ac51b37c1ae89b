//! The ports for time and randomness.

use kobling_model::{Timestamp, time::Span};

/// The current time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// Waits, so that tests need not.
#[async_trait::async_trait]
pub trait Patience: Send + Sync {
    /// Returns after `span`.
    async fn wait(&self, span: Span);
}

/// A cryptographically secure random source.
pub trait Entropy: Send + Sync {
    /// 256 random bits.
    fn bytes(&self) -> [u8; 32];
}
