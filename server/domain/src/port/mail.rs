//! Sending mail.

use crate::mail::Letter;
use async_trait::async_trait;
use kobling_model::id::OutboxId;

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
