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
    /// Writes one that is there; says whether it was.
    async fn update_client(&mut self, client: &StoredClient) -> Stored<bool>;
    /// Removes one; says whether it was there.
    async fn delete_client(&mut self, id: &str) -> Stored<bool>;
}
