//! The directory: organisations, their employees and users.

pub mod apply;
pub mod handover;
pub mod import;
pub mod port;
pub mod types;
