//! How flows and their codes are stored.

use crate::{
    eid::types::EidAttempt,
    flow::types::{Flow, MailboxCode},
    kernel::{error::Stored, secret::Digest256},
};
use async_trait::async_trait;
use kobling_model::{AccountId, Email, FlowId, Problem, Timestamp};

/// Flows and the eID sign-ins within them.
#[async_trait]
pub trait Flows: Send {
    /// By id, unexpired at `now`.
    async fn flow(&mut self, id: FlowId, now: Timestamp) -> Stored<Option<Flow>>;
    /// Adds one.
    async fn insert_flow(&mut self, flow: &Flow) -> Stored<()>;
    /// Writes destination, state, problem and expiry and increments the version, if it is still `flow.version`; returns
    /// whether it was.
    async fn update_flow(&mut self, flow: &Flow) -> Stored<bool>;
    /// Stores only a problem, if the version is still `flow.version`, and keeps the version: a failed call must not
    /// make a concurrent successful one fail.
    async fn note_problem(&mut self, flow: &Flow, problem: Problem) -> Stored<()>;
    /// Binds a browser's flows, and the eID sign-ins within them, to its new secret.
    async fn rebind_flows(&mut self, old: &Digest256, new: &Digest256) -> Stored<()>;
    /// Removes a browser's flows (sign-ins in progress end with a sign-out).
    async fn delete_flows_of(&mut self, browser: &Digest256) -> Stored<u64>;
    /// Adds a sign-in at a provider.
    async fn insert_attempt(&mut self, attempt: &EidAttempt) -> Stored<()>;
    /// An unexpired one, and whether it was consumed.
    async fn attempt(
        &mut self,
        state: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<(EidAttempt, bool)>>;
    /// Consumes it.
    async fn consume_attempt(
        &mut self,
        state: &Digest256,
        now: Timestamp,
    ) -> Stored<Option<EidAttempt>>;
}

/// One-time codes for mailboxes.
#[async_trait]
pub trait Codes: Send {
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
    async fn void_codes(&mut self, email: Option<&Email>, account: AccountId) -> Stored<()>;
}
