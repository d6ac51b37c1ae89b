//! Enums that rows and outbox jobs store by name. The names are a contract with databases in use: changing one requires
//! a migration.

use serde::{Deserialize, Serialize};

/// Why a signed-in person has no access to an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoAccessReason {
    /// The address is not among the organisation's users.
    #[default]
    NotAUser,
    /// The organisation gives the address to another person.
    AnotherPerson,
    /// The sign-in method is not accepted by this application.
    OtherWay,
    /// The level of assurance is too low.
    TooLow,
}

impl NoAccessReason {
    /// Whether another address can help.
    #[must_use]
    pub const fn is_about_address(self) -> bool {
        matches!(self, Self::NotAUser | Self::AnotherPerson)
    }
}

/// A success notice, shown once at the top of account settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// A link was removed.
    LinkRemoved,
    /// The address was changed.
    EmailChanged,
    /// The password was changed.
    PasswordChanged,
    /// The account got a password.
    PasswordCreated,
    /// The name was changed.
    NameChanged,
    /// Other sessions were ended.
    SessionsEnded,
    /// An electronic ID was linked.
    Linked,
    /// A consent was withdrawn.
    ConsentWithdrawn,
}

/// The status of a sign-out notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NoticeStatus {
    /// Not confirmed yet; is retried.
    Waiting,
    /// Confirmed the sign-out.
    Confirmed,
    /// Did not confirm, and is not retried.
    Failed,
    /// Has no logout endpoint.
    Untold,
}

impl NoticeStatus {
    /// All statuses.
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
