//! What rows in the database, or jobs that wait, hold by name. The names are a contract with databases that are in
//! use: a change of one is a migration.

use serde::{Deserialize, Serialize};

/// Why somebody who is signed in is not admitted to an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoAccessReason {
    /// The address is not among the organisation's users.
    #[default]
    NotAUser,
    /// Signed in by a way that does not lead into this application.
    OtherWay,
    /// The application wants to be surer who it is.
    TooLow,
}

/// Good news shown once at the top of account settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// A link was removed.
    LinkRemoved,
    /// The address was changed.
    EmailChanged,
    /// The password was changed.
    PasswordChanged,
    /// The name was changed.
    NameChanged,
    /// Other sessions were ended.
    SessionsEnded,
    /// An electronic ID was linked.
    Linked,
    /// An application may learn no more.
    ConsentWithdrawn,
}

/// What has come of telling somebody that the person has signed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NoticeStatus {
    /// Not answered yet; is tried again.
    Waiting,
    /// Said that it is done.
    Confirmed,
    /// Did not say so, and is not asked again.
    Failed,
    /// Has no place to be told at.
    Untold,
}

impl NoticeStatus {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Confirmed, Self::Failed, Self::Untold];

    /// The name in the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Confirmed => "confirmed",
            Self::Failed => "failed",
            Self::Untold => "untold",
        }
    }
}
