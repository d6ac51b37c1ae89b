//! Levels of assurance, ordered.

use serde::{Deserialize, Serialize};

/// The level of assurance of an eID sign-in, from the lowest to the highest. Provider-specific `acr` values are mapped
/// onto these by the eID client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Self-registered, or unspecified.
    Low,
    /// eIDAS substantial.
    Substantial,
    /// eIDAS high; BankID, Buypass, Commfides.
    High,
}
