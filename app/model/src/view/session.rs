//! Active sessions.

use crate::{SessionId, Timestamp};
use serde::{Deserialize, Serialize};

/// One active session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionItem {
    /// The session.
    pub id: SessionId,
    /// Whether it is the current one.
    pub current: bool,
    /// Browser and operating system.
    pub device: String,
    /// How it began: provider name, or nothing for a password.
    pub provider: Option<String>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last seen, to the minute.
    pub last_seen_at: Timestamp,
    /// How many minutes ago that was.
    pub seen_minutes: i64,
    /// The services that were reached through it.
    pub services: Vec<String>,
    /// Its number among those that began on the same device in the same minute, from 1; `None` if it is the only one.
    pub number: Option<usize>,
}
