//! The audit log.

pub mod event;
pub mod port;
