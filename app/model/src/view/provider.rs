//! An eID provider, as pages name it.

use crate::ProviderId;
use serde::{Deserialize, Serialize};

/// An eID provider as a button names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderView {
    /// Short name, part of addresses.
    pub id: ProviderId,
    /// What people call it, such as "BankID".
    pub name: String,
}
