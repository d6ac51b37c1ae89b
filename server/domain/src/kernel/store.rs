//! The store, as the domain sees it: units of work over nouns.
//!
//! Everything single-use is a compare-and-swap here: `consume_*` changes the row only if it is unconsumed and
//! unexpired, in one statement, and returns it. Exactly one of concurrent calls succeeds.

use crate::{
    account::port::{Accounts, AddressChanges, Tickets},
    audit::port::Audit,
    auth::port::Sessions,
    directory::port::Directory,
    flow::port::{Codes, Flows},
    kernel::error::Stored,
    link::port::Links,
    oidc::{
        grant::port::{Families, Grants, Pushed},
        logout::port::Logouts,
        port::{Clients, Consents},
        signing_key::port::SigningKeys,
    },
    ops::port::{Figures, Outbox, RateLimits, SpentProofs},
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

/// A unit of work: atomic. Dropped without a commit, it rolls back.
#[async_trait]
pub trait Work: Send {
    /// Accounts and their passwords.
    fn accounts(&mut self) -> &mut dyn Accounts;
    /// Links.
    fn links(&mut self) -> &mut dyn Links;
    /// Sessions.
    fn sessions(&mut self) -> &mut dyn Sessions;
    /// Flows, and the eID sign-ins within them.
    fn flows(&mut self) -> &mut dyn Flows;
    /// One-time codes for mailboxes.
    fn codes(&mut self) -> &mut dyn Codes;
    /// Recovery tickets.
    fn tickets(&mut self) -> &mut dyn Tickets;
    /// Changes of address that can be undone.
    fn address_changes(&mut self) -> &mut dyn AddressChanges;
    /// Proofs of work, and other single-use values, that have been used.
    fn spent_proofs(&mut self) -> &mut dyn SpentProofs;
    /// Rate limits.
    fn rate_limits(&mut self) -> &mut dyn RateLimits;
    /// The outbox.
    fn outbox(&mut self) -> &mut dyn Outbox;
    /// Organisations, employees, users.
    fn directory(&mut self) -> &mut dyn Directory;
    /// Authorization codes.
    fn grants(&mut self) -> &mut dyn Grants;
    /// Tokens.
    fn families(&mut self) -> &mut dyn Families;
    /// Clients kept in the database.
    fn clients(&mut self) -> &mut dyn Clients;
    /// Consents.
    fn consents(&mut self) -> &mut dyn Consents;
    /// Figures for the operator.
    fn figures(&mut self) -> &mut dyn Figures;
    /// The end of sessions, and notices of it.
    fn logouts(&mut self) -> &mut dyn Logouts;
    /// Signing keys.
    fn signing_keys(&mut self) -> &mut dyn SigningKeys;
    /// The audit log, and the removal of what has expired.
    fn audit(&mut self) -> &mut dyn Audit;
    /// Pushed authorization requests.
    fn pushed(&mut self) -> &mut dyn Pushed;
    /// Commits.
    async fn commit(self: Box<Self>) -> Stored<()>;
}
