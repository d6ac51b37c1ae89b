//! How passwords are hashed, and how sessions are stored.

use crate::{
    auth::session::{Caller, Method, Session},
    kernel::{
        error::Stored,
        outcome::Fault,
        secret::{Digest256, Password},
    },
};
use async_trait::async_trait;
use kobling_model::{AccountId, Problem, SessionId, Timestamp};

/// The result of a verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verified {
    /// The password does not match.
    No,
    /// The password, hashed with the parameters in force.
    Yes,
    /// The password, hashed with parameters that are not in force any more; with the hash to store instead.
    YesStale(String),
}

/// Why the machine does not hash a password at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HashFailed {
    /// Too many passwords wait, or this one has waited too long.
    #[error("too many passwords wait to be hashed")]
    Busy,
    /// Out of memory, or shutting down.
    #[error("a password cannot be hashed at the moment")]
    Broken,
}

impl From<HashFailed> for Fault {
    fn from(failed: HashFailed) -> Self {
        Self::Problem(match failed {
            HashFailed::Busy => Problem::Busy,
            HashFailed::Broken => Problem::Unavailable,
        })
    }
}

/// Hashes and verifies passwords, off the async threads and a bounded number at a time.
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// Hashes with the parameters in force (PHC string).
    ///
    /// # Errors
    /// [`HashFailed`].
    async fn hash(&self, password: Password) -> Result<String, HashFailed>;

    /// Verifies against a PHC string. A password that is refused costs the same work whatever its parameters, and
    /// without a hash, so that the time taken does not reveal whether an account exists.
    ///
    /// # Errors
    /// [`HashFailed`].
    async fn verify(
        &self,
        password: Password,
        hash: Option<String>,
    ) -> Result<Verified, HashFailed>;
}

/// Sessions.
#[async_trait]
pub trait Sessions: Send {
    /// The valid session by hashed token, neither expired nor idle at `now`, and its account, which may be disabled.
    async fn caller(&mut self, token: &Digest256, now: Timestamp) -> Stored<Option<Caller>>;
    /// The valid sessions of an account, last seen first.
    async fn sessions_of(&mut self, account: AccountId, now: Timestamp) -> Stored<Vec<Session>>;
    /// Adds one.
    async fn insert_session(&mut self, session: &Session) -> Stored<()>;
    /// Records a use, and the idle limit that follows from it and from `method`, if that is still the session's method;
    /// returns whether it was.
    async fn touch_session(
        &mut self,
        id: SessionId,
        method: &Method,
        at: Timestamp,
        idle_until: Option<Timestamp>,
    ) -> Stored<bool>;
    /// Replaces its token, method, time of authentication and idle limit, if its token is still `old`; returns whether
    /// it was.
    async fn rotate_session(&mut self, old: &Digest256, session: &Session) -> Stored<bool>;
}
