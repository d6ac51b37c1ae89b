//! Ports: what the domain asks of the world.

mod client;
mod consent;
mod eid;
mod family;
mod figures;
mod logout;
mod mail;
mod password;
mod pushed;
mod signing_key;
mod store;

pub use client::Clients;
pub use consent::Consents;
pub use eid::{EidError, EidIdentity, EidProvider, EidRequest, EidReturn, UpstreamLogout};
pub use family::{Families, Held};
pub use figures::Figures;
pub use logout::{ClientNotifier, Logouts, NotifyError};
pub use mail::{MailError, Mailer};
pub use password::{HashFailed, PasswordHasher, Verified};
pub use pushed::Pushed;
pub use signing_key::SigningKeys;
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
