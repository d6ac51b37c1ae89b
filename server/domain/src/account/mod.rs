//! Accounts.

mod closing;
pub mod email;
pub mod email_undo;
pub mod password;
pub mod port;
pub mod profile;
pub mod recovery;
pub mod types;
