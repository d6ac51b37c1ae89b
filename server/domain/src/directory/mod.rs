//! The directory: who works where.

pub mod apply;
pub mod import;
pub mod port;
pub mod types;
