//! How passwords are hashed, and how sessions and proofs are stored.

use crate::{
    auth::{
        proof::{MailboxCode, RecoveryTicket},
        session::{Method, Session},
    },
    kernel::{
        error::Stored,
        secret::{Digest256, Password},
    },
};
use async_trait::async_trait;
use kobling_model::{AccountId, Email, FlowId, SessionId, Timestamp, time::Span};

/// What a verification found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verified {
    /// Another password.
    No,
    /// The password, hashed with the parameters in force.
    Yes,
    /// The password, hashed with parameters that are not in force any more: hash again.
    YesStale,
}

/// The machine cannot hash at the moment: out of memory, or shutting down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a password cannot be hashed at the moment")]
pub struct HashFailed;

/// Hashes and verifies passwords, off the async threads and a bounded number at a time.
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// Hashes with the parameters in force (PHC string).
    ///
    /// # Errors
    /// [`HashFailed`].
    async fn hash(&self, password: Password) -> Result<String, HashFailed>;

    /// Verifies against a PHC string. With no hash it does the same work against a made-up one and says
    /// [`Verified::No`], so that the time taken does not tell whether an account exists.
    async fn verify(&self, password: Password, hash: Option<String>) -> Verified;
}

/// Sessions.
#[async_trait]
pub trait Sessions: Send {
    /// In force at `now`: by hashed token, unexpired, seen since `idle_since`.
    async fn session_by_token(
        &mut self,
        token: &Digest256,
        now: Timestamp,
        idle_since: Timestamp,
    ) -> Stored<Option<Session>>;
    /// Those of an account in force, latest seen first.
    async fn sessions_of(
        &mut self,
        account: AccountId,
        now: Timestamp,
        idle_since: Timestamp,
    ) -> Stored<Vec<Session>>;
    /// Adds one.
    async fn insert_session(&mut self, session: &Session) -> Stored<()>;
    /// Notes a use.
    async fn touch_session(&mut self, id: SessionId, at: Timestamp) -> Stored<()>;
    /// Gives it another token, method and time of authentication, if its token is still `old`; returns whether it was.
    async fn rotate_session(
        &mut self,
        id: SessionId,
        old: &Digest256,
        token: &Digest256,
        method: &Method,
        at: Timestamp,
    ) -> Stored<bool>;
}

/// Codes, tickets, proofs of work, limits.
#[async_trait]
pub trait Proofs: Send {
    /// Adds a code, replacing the flow's former one with its attempts.
    async fn put_code(&mut self, code: &MailboxCode) -> Stored<()>;
    /// Counts one attempt at the flow's code, if it is unconsumed, unexpired and has been tried fewer than `most` times.
    async fn try_code(
        &mut self,
        flow: FlowId,
        now: Timestamp,
        most: i64,
    ) -> Stored<Option<MailboxCode>>;
    /// Consumes the flow's code, if the hash is still this; returns whether it was this call.
    async fn consume_code(
        &mut self,
        flow: FlowId,
        code: &Digest256,
        now: Timestamp,
    ) -> Stored<bool>;
    /// Voids the codes on their way to a mailbox, and those that an account has asked for (a credential event).
    async fn void_codes(&mut self, email: &Email, account: AccountId) -> Stored<()>;
    /// Adds a ticket.
    async fn insert_ticket(&mut self, ticket: &RecoveryTicket) -> Stored<()>;
    /// Looks at a ticket that could be consumed.
    async fn ticket(
        &mut self,
        ticket: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<RecoveryTicket>>;
    /// Consumes it.
    async fn consume_ticket(
        &mut self,
        ticket: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<RecoveryTicket>>;
    /// Voids an account's tickets (a credential event).
    async fn void_tickets(&mut self, account: AccountId) -> Stored<()>;
    /// Spends a proof of work; returns whether this call did.
    async fn spend_proof(&mut self, id: &Digest256, expires_at: Timestamp) -> Stored<bool>;
    /// Takes one from a rate limit (generic cell rate algorithm: one per `interval`, `burst` at once), in one statement;
    /// says whether there was one to take. A refused call does not lengthen the wait.
    async fn take(
        &mut self,
        key: &Digest256,
        now: Timestamp,
        interval: Span,
        burst: i64,
    ) -> Stored<bool>;
}
