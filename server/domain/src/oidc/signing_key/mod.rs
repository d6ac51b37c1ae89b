//! Keys that sign what applications are told.

pub mod keep;
pub mod port;
pub mod types;
