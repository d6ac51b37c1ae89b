//! How links are stored.

use crate::{
    kernel::{error::Stored, secret::Digest256},
    link::types::Link,
};
use async_trait::async_trait;
use kobling_model::{AccountId, LinkId, ProviderId, Timestamp};

/// Links.
#[async_trait]
pub trait Links: Send {
    /// By (provider, issuer, subject).
    async fn link_by_subject(
        &mut self,
        provider: &ProviderId,
        issuer: &str,
        subject: &str,
    ) -> Stored<Option<Link>>;
    /// By keyed hash of the identity number.
    async fn link_by_pid(&mut self, provider: &ProviderId, pid: &Digest256)
    -> Stored<Option<Link>>;
    /// By id.
    async fn link(&mut self, id: LinkId) -> Stored<Option<Link>>;
    /// All of an account, oldest first.
    async fn links_of(&mut self, account: AccountId) -> Stored<Vec<Link>>;
    /// Adds one. [`StoreError::Conflict`] when the identity is linked already.
    async fn insert_link(&mut self, link: &Link) -> Stored<()>;
    /// Records a use with its subject, the number if the link has none yet, and the method; returns whether the link still
    /// exists.
    async fn touch_link(
        &mut self,
        id: LinkId,
        subject: (&str, Option<&Digest256>),
        method: Option<&str>,
        at: Timestamp,
    ) -> Stored<bool>;
    /// Removes it, if it still belongs to this account; returns whether this call removed it.
    async fn delete_link(&mut self, id: LinkId, account: AccountId) -> Stored<bool>;
}
