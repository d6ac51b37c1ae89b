//! Keys that sign the tokens for clients.

pub mod keep;
pub mod port;
pub mod types;
