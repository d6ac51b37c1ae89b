//! Administration.

pub mod account;
pub mod bearer;
pub mod client;
pub mod registration;
pub mod types;
