//! The store, as the domain sees it: units of work over nouns.
//!
//! Everything single-use is a compare-and-swap here: `consume_*` changes the row only if it is unconsumed and unexpired,
//! in one statement, and returns what it stood for. Of any number of simultaneous callers exactly one gets it.

use crate::{
    account::port::Accounts,
    audit::port::Audit,
    auth::port::{Proofs, Sessions},
    directory::port::Directory,
    flow::port::Flows,
    kernel::error::Stored,
    link::port::Links,
    oidc::{
        grant::port::{Families, Grants, Pushed},
        logout::port::Logouts,
        port::{Clients, Consents},
        signing_key::port::SigningKeys,
    },
    ops::port::{Figures, Outbox},
};
use async_trait::async_trait;

/// A database.
#[async_trait]
pub trait Store: Send + Sync {
    /// Opens a unit of work that may write.
    async fn begin(&self) -> Stored<Box<dyn Work>>;

    /// Opens a unit of work that only reads; never waits for a writer.
    async fn read(&self) -> Stored<Box<dyn Work>>;
}

/// A unit of work: all of it happens at its commit, or nothing of it. Dropped without a commit, it is undone.
#[async_trait]
pub trait Work:
    Accounts
    + Links
    + Sessions
    + Flows
    + Proofs
    + Outbox
    + Directory
    + Grants
    + Families
    + Clients
    + Consents
    + Figures
    + Logouts
    + SigningKeys
    + Audit
    + Pushed
    + Send
{
    /// Makes it last.
    async fn commit(self: Box<Self>) -> Stored<()>;
}
