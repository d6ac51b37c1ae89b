//! How clients and consents are stored.

use crate::{
    kernel::error::Stored,
    oidc::{client::StoredClient, consent_rule::Consent},
};
use async_trait::async_trait;
use kobling_model::AccountId;

/// Applications that are not from configuration.
#[async_trait]
pub trait Clients: Send {
    /// By id.
    async fn client(&mut self, id: &str) -> Stored<Option<StoredClient>>;
    /// Holds the row of one, if it has one, so that changing it and giving consent to it are serialised.
    async fn hold_client(&mut self, id: &str) -> Stored<()>;
    /// All, by id.
    async fn all_clients(&mut self) -> Stored<Vec<StoredClient>>;
    /// All that have not registered themselves, by id.
    async fn own_clients(&mut self) -> Stored<Vec<StoredClient>>;
    /// Adds one. [`super::StoreError::Conflict`] when the id is taken.
    async fn insert_client(&mut self, client: &StoredClient) -> Stored<()>;
    /// Writes one that still has the version it was read with, and increments the version; returns whether it was
    /// written.
    async fn update_client(&mut self, client: &StoredClient) -> Stored<bool>;
    /// Removes one; returns whether it was there.
    async fn delete_client(&mut self, id: &str) -> Stored<bool>;
    /// Removes everything that belongs to a client: codes, tokens, consents, sessions.
    async fn forget_client(&mut self, id: &str) -> Stored<()>;
}

/// Consents.
#[async_trait]
pub trait Consents: Send {
    /// What an account lets an application learn.
    async fn consent(&mut self, account: AccountId, client_id: &str) -> Stored<Option<Consent>>;
    /// The same, and holds its row, so that ending the consent and issuing a code by it are serialised.
    async fn hold_consent(
        &mut self,
        account: AccountId,
        client_id: &str,
    ) -> Stored<Option<Consent>>;
    /// All of an account, the newest first.
    async fn consents_of(&mut self, account: AccountId) -> Stored<Vec<Consent>>;
    /// Adds or replaces one.
    async fn put_consent(&mut self, consent: &Consent) -> Stored<()>;
    /// Removes one, with the codes that the application has not exchanged yet; returns whether it was there.
    async fn delete_consent(&mut self, account: AccountId, client_id: &str) -> Stored<bool>;
    /// Removes all consents to a client, and all that the client holds by them: codes and tokens.
    async fn end_consents_to(&mut self, client_id: &str) -> Stored<()>;
}
