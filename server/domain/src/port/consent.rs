//! What people let applications of others learn.

use super::Stored;
use crate::consent::Consent;
use async_trait::async_trait;
use kobling_model::AccountId;

/// Consents.
#[async_trait]
pub trait Consents {
    /// What an account lets an application learn.
    async fn consent(&mut self, account: AccountId, client_id: &str) -> Stored<Option<Consent>>;
    /// All of an account, the newest first.
    async fn consents_of(&mut self, account: AccountId) -> Stored<Vec<Consent>>;
    /// Keeps one, in the place of the former one.
    async fn put_consent(&mut self, consent: &Consent) -> Stored<()>;
    /// Removes one, with the codes that the application has not exchanged yet; says whether it was there.
    async fn delete_consent(&mut self, account: AccountId, client_id: &str) -> Stored<bool>;
}
