//! An eID provider on a page.

use crate::ProviderId;
use serde::{Deserialize, Serialize};

/// An eID provider, for its button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderView {
    /// Short name, part of addresses.
    pub id: ProviderId,
    /// Name that people see, such as "BankID".
    pub name: String,
}
