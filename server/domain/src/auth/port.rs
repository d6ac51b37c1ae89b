//! How passwords are hashed, and how sessions and proofs are stored.

use crate::{
    auth::{
        proof::{MailboxCode, RecoveryTicket},
        session::Session,
    },
    kernel::{
        error::Stored,
        secret::{Digest256, Password},
    },
};
use async_trait::async_trait;
use kobling_model::{AccountId, Email, FlowId, SessionId, Timestamp, time::Span};

/// The result of a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verified {
    /// The password does not match.
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

    /// Verifies against a PHC string. Without a hash it does the same work against a dummy hash and returns
    /// [`Verified::No`], so that the time taken does not reveal whether an account exists.
    async fn verify(&self, password: Password, hash: Option<String>) -> Verified;
}

/// Sessions.
#[async_trait]
pub trait Sessions: Send {
    /// The valid session by hashed token: neither expired nor idle at `now`.
    async fn session_by_token(
        &mut self,
        token: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<Session>>;
    /// The valid sessions of an account, last seen first.
    async fn sessions_of(&mut self, account: AccountId, now: Timestamp) -> Stored<Vec<Session>>;
    /// Adds one.
    async fn insert_session(&mut self, session: &Session) -> Stored<()>;
    /// Records a use, and the idle limit that follows from it.
    async fn touch_session(
        &mut self,
        id: SessionId,
        at: Timestamp,
        idle_until: Option<Timestamp>,
    ) -> Stored<()>;
    /// Replaces its token, method, time of authentication and idle limit, if its token is still `old`; returns whether
    /// it was.
    async fn rotate_session(&mut self, old: &Digest256, session: &Session) -> Stored<bool>;
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
    /// Invalidates the outstanding codes for a mailbox, and those that an account has requested (a credential event).
    async fn void_codes(&mut self, email: &Email, account: AccountId) -> Stored<()>;
    /// Adds a ticket.
    async fn insert_ticket(&mut self, ticket: &RecoveryTicket) -> Stored<()>;
    /// A ticket that is unconsumed and unexpired; does not consume it.
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
    /// Invalidates an account's tickets (a credential event).
    async fn void_tickets(&mut self, account: AccountId) -> Stored<()>;
    /// Spends a proof of work; returns whether this call did.
    async fn spend_proof(&mut self, id: &Digest256, expires_at: Timestamp) -> Stored<bool>;
    /// Takes one from a rate limit (generic cell rate algorithm: one per `interval`, `burst` at once), in one
    /// statement; returns whether one was available. A refused call does not extend the wait.
    async fn take(
        &mut self,
        key: &Digest256,
        now: Timestamp,
        interval: Span,
        burst: i64,
    ) -> Stored<bool>;
}
