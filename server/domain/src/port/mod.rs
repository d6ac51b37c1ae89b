//! Ports: what the domain asks of the world.

mod client;
mod eid;
mod mail;
mod password;
mod store;

pub use client::Clients;
pub use eid::{EidError, EidIdentity, EidProvider, EidRequest, EidReturn, UpstreamLogout};
pub use mail::{MailError, Mailer};
pub use password::{HashFailed, PasswordHasher, Verified};
pub use store::*;

use kobling_model::{Timestamp, time::Span};

/// Tells the time.
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

/// Gives randomness fit for secrets.
pub trait Entropy: Send + Sync {
    /// 256 random bits.
    fn bytes(&self) -> [u8; 32];
}
