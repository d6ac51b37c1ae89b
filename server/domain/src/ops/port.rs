//! How mails leave, and how the outbox, figures, rate limits and spent proofs are stored.

use crate::{
    kernel::{error::Stored, secret::Digest256},
    ops::{
        limit::Pace,
        mail::Letter,
        outbox::{Lane, OutboxRow},
    },
};
use async_trait::async_trait;
use kobling_model::{Timestamp, id::OutboxId, status::NoticeStatus, time::Span};

/// What is counted.
#[async_trait]
pub trait Figures: Send {
    /// The number of jobs that are due.
    async fn outbox_due(&mut self, now: Timestamp) -> Stored<i64>;
    /// The number of sign-out notices with this status; notices are kept for a week.
    async fn logout_notices(&mut self, status: NoticeStatus) -> Stored<i64>;
}

/// A mail could not be handed over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// Worth another try: the server is down, slow, or said 4xx.
    #[error("mail server unavailable: {0}")]
    Temporary(String),
    /// Not worth another try: the server said 5xx, or the mail cannot be built.
    #[error("mail refused: {0}")]
    Permanent(String),
}

/// Renders and delivers letters.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Delivers one letter. The id becomes part of the Message-ID, so that a mail sent twice is one mail.
    ///
    /// # Errors
    /// [`MailError`]; its text holds neither address nor content.
    async fn deliver(&self, id: OutboxId, letter: &Letter) -> Result<(), MailError>;
}

/// The outbox.
#[async_trait]
pub trait Outbox: Send {
    /// Puts one in.
    async fn push_outbox(&mut self, row: &OutboxRow) -> Stored<()>;
    /// Claims up to `most` of a lane that are due, counting the attempt and moving their due time to `lease_until`.
    async fn claim_outbox(
        &mut self,
        lane: Lane,
        now: Timestamp,
        lease_until: Timestamp,
        most: i64,
    ) -> Stored<Vec<OutboxRow>>;
    /// Moves the due time of one to `lease_until`, unless it was claimed again since.
    async fn renew_outbox(&mut self, claimed: &OutboxRow, lease_until: Timestamp) -> Stored<()>;
    /// Makes one due at `now` and takes its attempt back, unless it was claimed again since.
    async fn release_outbox(&mut self, claimed: &OutboxRow, now: Timestamp) -> Stored<()>;
    /// Done: removes it.
    async fn finish_outbox(&mut self, id: OutboxId) -> Stored<()>;
    /// Reschedules it for `due_at`.
    async fn postpone_outbox(&mut self, id: OutboxId, due_at: Timestamp) -> Stored<()>;
    /// When the next one is due, if there is one.
    async fn next_outbox_due(&mut self) -> Stored<Option<Timestamp>>;
    /// When the next one of a lane is due, if there is one.
    async fn next_due_in(&mut self, lane: Lane) -> Stored<Option<Timestamp>>;
}

/// Proofs of work, and other single-use values, that have been used.
#[async_trait]
pub trait SpentProofs: Send {
    /// Spends a proof of work; returns whether this call did.
    async fn spend_proof(&mut self, id: &Digest256, expires_at: Timestamp) -> Stored<bool>;
}

/// Rate limits.
#[async_trait]
pub trait RateLimits: Send {
    /// Takes one from each rate limit (generic cell rate algorithm: one per interval, a burst at once), in one statement;
    /// returns the first that had none, and how long to wait. The others have been taken from then, so the unit of work
    /// is rolled back. A refused call does not extend the wait.
    async fn take_each(
        &mut self,
        limits: &[(Digest256, Pace)],
        now: Timestamp,
    ) -> Stored<Option<(usize, Span)>>;
    /// Takes one from one rate limit; returns how long to wait if it had none.
    async fn take(
        &mut self,
        key: &Digest256,
        now: Timestamp,
        interval: Span,
        burst: i64,
    ) -> Stored<Option<Span>> {
        let limit = (key.clone(), Pace { interval, burst });
        let refused = self.take_each(&[limit], now).await?;
        Ok(refused.map(|(_, wait)| wait))
    }
    /// What [`Self::take`] would answer, without taking.
    async fn wait(
        &mut self,
        key: &Digest256,
        now: Timestamp,
        interval: Span,
        burst: i64,
    ) -> Stored<Option<Span>>;
}
