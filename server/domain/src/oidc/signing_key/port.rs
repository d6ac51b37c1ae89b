//! The signing keys, as the domain sees them.

use crate::{
    kernel::error::Stored,
    oidc::{client::SigningAlg, signing_key::types::SigningKey},
};
use async_trait::async_trait;

/// Keys that sign the tokens for clients.
#[async_trait]
pub trait SigningKeys: Send {
    /// All of them, by algorithm, newest generation first.
    async fn all_signing_keys(&mut self) -> Stored<Vec<SigningKey>>;
    /// Adds one, unless its algorithm has one of this generation already; returns whether it was this call.
    async fn insert_signing_key(&mut self, key: &SigningKey) -> Stored<bool>;
    /// Removes those of an algorithm that are older than a generation; returns how many.
    async fn forget_signing_keys(&mut self, alg: SigningAlg, before: i64) -> Stored<u64>;
}
