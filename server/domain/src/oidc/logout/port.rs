//! Ends of sessions, and notifying applications of them.

use crate::{
    kernel::{error::Stored, secret::Digest256},
    oidc::{
        client::Client,
        logout::types::{
            ClientSession, EndedSessions, LogoutClaims, LogoutNotice, SessionSelector,
        },
    },
};
use async_trait::async_trait;
use kobling_model::{
    AccountId, SessionId, Timestamp,
    id::{NoticeId, SignOutId},
    status::NoticeStatus,
};

/// Ending sessions, and the notices of it.
#[async_trait]
pub trait Logouts: Send {
    /// Records that an application received a grant from a session.
    async fn note_client_session(&mut self, session: &ClientSession) -> Stored<()>;
    /// The applications that received a grant from each session of an account, by id.
    async fn clients_of_sessions(&mut self, account: AccountId)
    -> Stored<Vec<(SessionId, String)>>;
    /// Ends sessions, with everything that was created from them, and returns the applications to notify. There is no
    /// other way to end one: the database refuses to lose a session whose applications have not been taken out.
    async fn end_sessions(&mut self, which: &SessionSelector) -> Stored<EndedSessions>;
    /// Whether a session in force was created from this one of a provider's.
    async fn is_upstream_known(&mut self, upstream: &Digest256) -> Stored<bool>;
    /// Adds a notice.
    async fn insert_notice(&mut self, notice: &LogoutNotice) -> Stored<()>;
    /// By id.
    async fn notice(&mut self, id: NoticeId) -> Stored<Option<LogoutNotice>>;
    /// All of one sign-out, by client.
    async fn notices_of(&mut self, sign_out: SignOutId) -> Stored<Vec<LogoutNotice>>;
    /// Sets the status of a notice.
    async fn settle_notice(
        &mut self,
        id: NoticeId,
        status: NoticeStatus,
        at: Timestamp,
    ) -> Stored<()>;
}

/// Why a notice was not delivered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotifyError {
    /// It answers that it could not sign the person out (OpenID Connect Back-Channel Logout 1.0 §2.8).
    #[error("the application refuses the logout token")]
    Refused,
    /// It does not answer, or its answer violates the protocol. The text is for the operator.
    #[error("the application is not reached: {0}")]
    Unreachable(String),
}

/// Notifies applications that a session has ended (OpenID Connect Back-Channel Logout 1.0 §2.5).
#[async_trait]
pub trait ClientNotifier: Send + Sync {
    /// Makes one attempt to notify one application, with a logout token of its own.
    ///
    /// # Errors
    /// Every [`NotifyError`]; both can be retried.
    async fn notify(&self, client: &Client, claims: &LogoutClaims) -> Result<(), NotifyError>;
}
