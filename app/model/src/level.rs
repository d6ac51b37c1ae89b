//! Levels of assurance, ordered.

use serde::{Deserialize, Serialize};

/// How sure the eID provider is of the person, from the weakest to the strongest. Provider-specific `acr` values are
/// mapped onto these by the eID client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Self-registered, or nothing said.
    Low,
    /// eIDAS substantial.
    Substantial,
    /// eIDAS high; BankID, Buypass, Commfides.
    High,
}
