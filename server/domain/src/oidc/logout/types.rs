//! What follows when sessions end, however they end: every application that was given something from one is notified.
//!
//! `LogoutService::end` is the only way to end sessions. It writes, in the unit of work that ends them, the notice to
//! each application, and puts it into the outbox; so no end is without its notices, and no notice is lost.

use crate::{
    eid::port::EidError,
    kernel::{error::StoreError, secret::Digest256},
};
use kobling_model::{
    AccountId, LinkId, SessionId, Timestamp,
    id::{NoticeId, SignOutId},
    status::NoticeStatus,
};

/// An application that received a grant from a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientSession {
    /// The session.
    pub session: SessionId,
    /// The application.
    pub client_id: String,
    /// `sid`: the application's own name for the session.
    pub sid: String,
    /// `sub`: the application's name for the person.
    pub subject: String,
    /// The account.
    pub account: AccountId,
}

/// Which sessions end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionSelector {
    /// This one, if it is this account's.
    One(SessionId, AccountId),
    /// All of an account but one.
    OfAccount(AccountId, Option<SessionId>),
    /// All created from a link but one.
    OfLink(LinkId, Option<SessionId>),
    /// Those created from a session of an eID provider's; see [`crate::auth::session::upstream`].
    OfUpstream(Digest256),
    /// All of accounts that are disabled.
    OfDisabled,
    /// So many of those that are over at this time.
    Over(Timestamp, i64),
    /// So many of those whose idle limit is over at this time.
    Idle(Timestamp, i64),
}

/// Sessions that a unit of work has ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EndedSessions {
    /// How many.
    pub sessions: u64,
    /// The applications that held grants from them.
    pub clients: Vec<ClientSession>,
}

/// A logout notice to one application, and its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoutNotice {
    /// The notice.
    pub id: NoticeId,
    /// The sign-out that this notice is part of.
    pub sign_out: SignOutId,
    /// The account.
    pub account: AccountId,
    /// The application.
    pub client_id: String,
    /// The application's own name for the session.
    pub sid: String,
    /// The application's name for the person.
    pub subject: String,
    /// The status of the notice.
    pub status: NoticeStatus,
    /// When the status was set.
    pub settled_at: Option<Timestamp>,
    /// When the session ended.
    pub created_at: Timestamp,
    /// When the row expires.
    pub expires_at: Timestamp,
}

/// What a logout token says besides who says it to whom (OpenID Connect Back-Channel Logout 1.0 §2.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoutClaims {
    /// `sub`.
    pub subject: String,
    /// `sid`.
    pub sid: String,
    /// `jti`: another one for every try.
    pub jti: String,
    /// `iat`.
    pub issued_at: Timestamp,
}

/// Why a logout token is refused (OpenID Connect Back-Channel Logout 1.0 §2.8).
#[derive(Debug, thiserror::Error)]
pub enum LogoutRefusal {
    /// No such provider.
    #[error("no such provider")]
    NoProvider,
    /// A check on the token failed, or the provider's keys are unavailable.
    #[error(transparent)]
    Token(#[from] EidError),
    /// The token was already used (replay).
    #[error("the logout token has been used")]
    Replayed,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
