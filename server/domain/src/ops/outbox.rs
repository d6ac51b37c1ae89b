//! The outbox: jobs with external effects, executed after their transaction is committed.

use kobling_model::{
    Timestamp,
    id::{NoticeId, OutboxId},
};

/// Where jobs wait: those of one lane never wait for those of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Mails, one after the other.
    Mail,
    /// Notices to applications, several at the same time: an application may answer slowly.
    Notice,
}

impl Lane {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Mail, Self::Notice];

    /// The name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Notice => "notice",
        }
    }

    /// Jobs claimed at a time.
    pub(crate) const fn batch(self) -> i64 {
        match self {
            Self::Mail => 4,
            Self::Notice => 32,
        }
    }
}

/// One thing to be done outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// The row.
    pub id: OutboxId,
    /// Where it waits.
    pub lane: Lane,
    /// The job as JSON, sealed under the master key with context `outbox`.
    pub sealed: String,
    /// When it was put in.
    pub created_at: Timestamp,
    /// Tries so far, this one included when claimed.
    pub attempts: i64,
    /// Not before.
    pub due_at: Timestamp,
}

/// What a row asks to be done.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Job {
    /// Deliver a letter.
    Mail {
        /// The letter.
        letter: crate::ops::mail::Letter,
        /// The letter is obsolete after this: its code or ticket has expired.
        not_after: Option<Timestamp>,
    },
    /// A request for password recovery. The worker looks up the account, so that the request does the same work whether
    /// it exists or not.
    Recover {
        /// The address.
        email: kobling_model::Email,
        /// The language to write in.
        lang: kobling_model::Lang,
    },
    /// Notify an application that a session has ended.
    Logout {
        /// The notice.
        notice: NoticeId,
    },
}

impl Job {
    /// Where it waits.
    pub(crate) const fn lane(&self) -> Lane {
        match self {
            Self::Mail { .. } | Self::Recover { .. } => Lane::Mail,
            Self::Logout { .. } => Lane::Notice,
        }
    }
}

/// The attempts after which a job is dropped (with the longest wait below: about two days).
pub(crate) const MOST_ATTEMPTS: i64 = 50;

/// Why a job is not done.
pub(crate) enum JobError {
    /// It may be done another time.
    Later(String),
    /// It will never be.
    Never(String),
}
