//! Applications in the database.

use super::Stored;
use crate::client::StoredClient;
use async_trait::async_trait;

/// Applications that are not from configuration.
#[async_trait]
pub trait Clients {
    /// By id.
    async fn client(&mut self, id: &str) -> Stored<Option<StoredClient>>;
    /// All, by id.
    async fn clients(&mut self) -> Stored<Vec<StoredClient>>;
    /// Adds one. [`super::StoreError::Conflict`] when the id is taken.
    async fn insert_client(&mut self, client: &StoredClient) -> Stored<()>;
    /// Writes one that still has the version it was read with, and counts the version up; says whether it did.
    async fn update_client(&mut self, client: &StoredClient) -> Stored<bool>;
    /// Removes one; says whether it was there.
    async fn delete_client(&mut self, id: &str) -> Stored<bool>;
    /// Removes whatever a client was given: codes, tokens, consents, sessions.
    async fn forget_client(&mut self, id: &str) -> Stored<()>;
}
