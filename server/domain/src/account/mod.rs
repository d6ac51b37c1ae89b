//! Accounts.

pub mod email;
pub mod password;
pub mod port;
pub mod profile;
pub mod recovery;
pub mod types;
