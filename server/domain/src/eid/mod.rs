//! Sign-ins at eID providers.

pub mod accept;
pub mod begin;
pub mod callback;
pub mod expiry;
pub mod port;
pub mod types;
